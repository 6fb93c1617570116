package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceDriverProperties;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceIDProperties;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceProperties2;

/**
 * The machine's Vulkan behind a vkGetInstanceProcAddr that counts: which functions were called, what was created and
 * not destroyed. On demand, the n-th call of a function returns an error, or a function is missing. Thread-safe. Its
 * few stubs are never freed.
 */
@SuppressWarnings("restricted")
public final class FaultyVulkan {
    private static final AddressLayout TEXT = ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(256, JAVA_BYTE));
    private static final FunctionDescriptor GET_PROC_ADDR = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, TEXT);
    private static final MethodHandle CALLED = handle("called",
            MethodType.methodType(Object.class, Hook.class, Object[].class));

    /** Result and arguments of the functions that are intercepted: P pointer, L 64 bits, I 32 bits, V nothing. */
    private static final Map<String, String> SHAPES = Map.ofEntries(
            Map.entry("vkEnumerateInstanceVersion", "IP"),
            Map.entry("vkEnumerateInstanceExtensionProperties", "IPPP"),
            Map.entry("vkCreateInstance", "IPPP"),
            Map.entry("vkDestroyInstance", "VLP"),
            Map.entry("vkEnumeratePhysicalDevices", "ILPP"),
            Map.entry("vkEnumerateDeviceExtensionProperties", "ILPPP"),
            Map.entry("vkGetPhysicalDeviceProperties2", "VLP"),
            Map.entry("vkGetPhysicalDeviceImageFormatProperties2", "ILPP"),
            Map.entry("vkGetPhysicalDeviceFormatProperties", "VLIP"),
            Map.entry("vkGetPhysicalDeviceExternalSemaphoreProperties", "VLPP"),
            Map.entry("vkGetPhysicalDeviceQueueFamilyProperties", "VLPP"),
            Map.entry("vkCreateDevice", "ILPPP"),
            Map.entry("vkDestroyDevice", "VLP"),
            Map.entry("vkDeviceWaitIdle", "IL"),
            Map.entry("vkCreateImage", "ILPPP"),
            Map.entry("vkDestroyImage", "VLLP"),
            Map.entry("vkAllocateMemory", "ILPPP"),
            Map.entry("vkFreeMemory", "VLLP"),
            Map.entry("vkBindImageMemory", "ILLLL"),
            Map.entry("vkCreateImageView", "ILPPP"),
            Map.entry("vkDestroyImageView", "VLLP"),
            Map.entry("vkGetMemoryFdKHR", "ILPP"),
            Map.entry("vkGetMemoryMetalHandleEXT", "ILPP"),
            Map.entry("vkGetMemoryMetalHandlePropertiesEXT", "ILILP"),
            Map.entry("vkCreateSemaphore", "ILPPP"),
            Map.entry("vkGetSemaphoreFdKHR", "ILPP"),
            Map.entry("vkDestroySemaphore", "VLLP"),
            Map.entry("vkGetSemaphoreCounterValue", "ILLP"),
            Map.entry("vkGetSemaphoreCounterValueKHR", "ILLP"),
            Map.entry("vkWaitSemaphores", "ILPL"),
            Map.entry("vkWaitSemaphoresKHR", "ILPL"),
            Map.entry("vkCreateBuffer", "ILPPP"),
            Map.entry("vkDestroyBuffer", "VLLP"),
            Map.entry("vkBindBufferMemory", "ILLLL"),
            Map.entry("vkMapMemory", "ILLLLIP"),
            Map.entry("vkCreateCommandPool", "ILPPP"),
            Map.entry("vkDestroyCommandPool", "VLLP"),
            Map.entry("vkAllocateCommandBuffers", "ILPP"),
            Map.entry("vkBeginCommandBuffer", "ILP"),
            Map.entry("vkEndCommandBuffer", "IL"),
            Map.entry("vkCmdPipelineBarrier", "VLIIIIPIPIP"),
            Map.entry("vkCmdCopyBufferToImage", "VLLLIIP"),
            Map.entry("vkCmdCopyImageToBuffer", "VLLILIP"),
            Map.entry("vkCmdBlitImage", "VLLILIIPI"),
            Map.entry("vkQueueSubmit", "ILIPL"));

    private record Fault(int call, ToIntFunction<Object[]> instead) {
        static final int EVERY = 0;

        boolean concerns(int number) {
            return call == number || call == EVERY;
        }
    }

    private final VulkanLoader real = VulkanLoader.open();
    private final long address = stub(GET_PROC_ADDR,
            handle("getInstanceProcAddr", GET_PROC_ADDR.toMethodType()).bindTo(this));
    private final Map<String, Hook> hooks = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();
    private final Map<String, Consumer<Object[]>> preparations = new ConcurrentHashMap<>();
    private final Map<String, Consumer<Object[]>> changes = new ConcurrentHashMap<>();
    private volatile Runnable always = () -> {
    };
    private final Set<String> hidden = ConcurrentHashMap.newKeySet();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Set<String> live = new ConcurrentSkipListSet<>();
    private final List<String> mistakes = new CopyOnWriteArrayList<>();

    /** Returns the address of vkGetInstanceProcAddr. */
    public long address() {
        return address;
    }

    /** Makes a call of a function return an error instead of doing anything: 1 is the next call. */
    public void fail(String function, int call, int vkResult) {
        replace(function, call, arguments -> vkResult);
    }

    /** Makes a call of a function do something else: 1 is the next call. */
    public void replace(String function, int call, ToIntFunction<Object[]> instead) {
        assertThat(SHAPES).containsKey(function);
        faults.put(function, new Fault(calls(function) + call, instead));
    }

    /** Makes all further calls of a function do something else; also of one that the driver does not have. */
    public void replaceAll(String function, ToIntFunction<Object[]> instead) {
        assertThat(SHAPES).containsKey(function);
        faults.put(function, new Fault(Fault.EVERY, instead));
    }

    /** Makes all further calls of a function do what they should. */
    public void repair(String function) {
        faults.remove(function);
    }

    /** Changes what all further calls of a function ask for. */
    public void prepare(String function, Consumer<Object[]> change) {
        assertThat(SHAPES).containsKey(function);
        preparations.put(function, change);
    }

    /** Changes what all further calls of a function answer. */
    public void alter(String function, Consumer<Object[]> change) {
        assertThat(SHAPES).containsKey(function);
        changes.put(function, change);
    }

    /** Makes physical devices tell a smaller limit of image sizes. */
    public void limitImages(int maxImageDimension2D) {
        alter("vkGetPhysicalDeviceProperties2",
                arguments -> memory(arguments[1], VkPhysicalDeviceProperties2.LAYOUT.byteSize())
                        .set(JAVA_INT, VkPhysicalDeviceProperties2.MAX_IMAGE_DIMENSION_2D, maxImageDimension2D));
    }

    /** Makes physical devices tell another UUID than they have, which begins with 5a. */
    public void changeDeviceUuid() {
        changeUuid(VkPhysicalDeviceIDProperties.DEVICE_UUID);
    }

    /** Makes drivers say that they are MoltenVK. */
    public void becomeMoltenVk() {
        alter("vkGetPhysicalDeviceProperties2", arguments -> {
            MemorySegment next = next(arguments[1]);
            if (next.address() != 0
                    && next.reinterpret(4).get(JAVA_INT, 0) == VkPhysicalDeviceDriverProperties.STYPE) {
                next.reinterpret(VkPhysicalDeviceDriverProperties.LAYOUT.byteSize()).set(JAVA_INT,
                        VkPhysicalDeviceDriverProperties.DRIVER_ID, 14);
            }
        });
    }

    private MemorySegment next(Object properties) {
        return memory(properties, VkPhysicalDeviceProperties2.LAYOUT.byteSize()).get(ADDRESS,
                Structs.offset(VkPhysicalDeviceProperties2.LAYOUT, "pNext"));
    }

    /** Makes drivers tell another UUID than they have, which begins with 5a. */
    public void changeDriverUuid() {
        changeUuid(VkPhysicalDeviceIDProperties.DRIVER_UUID);
    }

    private void changeUuid(long offset) {
        alter("vkGetPhysicalDeviceProperties2", arguments -> {
            MemorySegment ids = next(arguments[1]).reinterpret(VkPhysicalDeviceIDProperties.LAYOUT.byteSize());
            if (ids.get(JAVA_INT, 0) == VkPhysicalDeviceIDProperties.STYPE) {
                ids.set(JAVA_BYTE, offset, (byte) 0x5a);
            }
        });
    }

    /** Does something in every call that is intercepted, on its thread. */
    public void always(Runnable action) {
        always = action;
    }

    /** Gives access to what an argument points to. */
    public MemorySegment memory(Object argument, long bytes) {
        return ((MemorySegment) argument).reinterpret(bytes);
    }

    /** Makes a function not be found from now on. */
    public void hide(String function) {
        hidden.add(function);
    }

    /** Makes a function be found again. */
    public void show(String function) {
        hidden.remove(function);
    }

    /** Returns how often a function was called, including the failing calls. */
    public int calls(String function) {
        return calls.computeIfAbsent(function, name -> new AtomicInteger()).get();
    }

    /** Returns how often functions whose names match a pattern were called; those that are intercepted, see SHAPES. */
    public int callsOfAll(String pattern) {
        return SHAPES.keySet().stream().filter(name -> name.matches(pattern)).mapToInt(this::calls).sum();
    }

    /** Returns the names of the functions that were asked for. */
    public Set<String> names() {
        return Set.copyOf(asked);
    }

    /** Returns how many objects of each type were created and not destroyed yet. */
    public Map<String, Long> live() {
        return live.stream().collect(Collectors.groupingBy(object -> object.split(" ")[0], TreeMap::new,
                Collectors.counting()));
    }

    /** Fails when something was created and not destroyed, or destroyed without having been created. */
    public void assertBalanced() {
        assertThat(live).as("created and not destroyed").isEmpty();
        assertThat(mistakes).as("destroyed but not created").isEmpty();
    }

    private long getInstanceProcAddr(long instance, MemorySegment name) {
        return hooked(name.getString(0), real.vkGetInstanceProcAddr(instance, name.getString(0)));
    }

    private long hooked(String name, long function) {
        asked.add(name);
        Fault fault = faults.get(name);
        boolean made = fault != null && fault.call == Fault.EVERY;
        if (function == 0 && !made || hidden.contains(name)) {
            return 0;
        }
        if (name.equals("vkGetDeviceProcAddr")) {
            return new DeviceHook(function).stub;
        }
        String shape = SHAPES.get(name);
        return shape == null ? function
                : hooks.computeIfAbsent(name + function, key -> new Hook(name, function, shape)).stub;
    }

    private static MethodHandle handle(String method, MethodType type) {
        try {
            return MethodHandles.lookup().findVirtual(FaultyVulkan.class, method, type);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static long stub(FunctionDescriptor descriptor, MethodHandle target) {
        return Linker.nativeLinker().upcallStub(target, descriptor, Arena.global()).address();
    }

    /** vkGetDeviceProcAddr. */
    private final class DeviceHook {
        private final MemorySegment function;
        private final long stub;

        DeviceHook(long function) {
            this.function = MemorySegment.ofAddress(function);
            try {
                stub = stub(GET_PROC_ADDR, MethodHandles.lookup()
                        .findVirtual(DeviceHook.class, "getDeviceProcAddr", GET_PROC_ADDR.toMethodType()).bindTo(this));
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        private long getDeviceProcAddr(long device, MemorySegment name) {
            return hooked(name.getString(0), Calls.address(function, device, name));
        }
    }

    /** One intercepted function. */
    private final class Hook {
        private final String name;
        private final MethodHandle function;
        private final long stub;

        Hook(String name, long function, String shape) {
            this.name = name;
            MemoryLayout[] arguments = shape.substring(1).chars()
                    .mapToObj(c -> c == 'P' ? ADDRESS : c == 'L' ? JAVA_LONG : JAVA_INT).toArray(MemoryLayout[]::new);
            FunctionDescriptor descriptor = shape.charAt(0) == 'V' ? FunctionDescriptor.ofVoid(arguments)
                    : FunctionDescriptor.of(JAVA_INT, arguments);
            this.function = function == 0 ? null
                    : Linker.nativeLinker().downcallHandle(MemorySegment.ofAddress(function), descriptor);
            stub = stub(descriptor, CALLED.bindTo(FaultyVulkan.this).bindTo(this)
                    .asCollector(Object[].class, arguments.length).asType(descriptor.toMethodType()));
        }
    }

    private Object called(Hook hook, Object[] arguments) {
        try {
            int call = calls.computeIfAbsent(hook.name, name -> new AtomicInteger()).incrementAndGet();
            Fault fault = faults.get(hook.name);
            if (fault != null && fault.concerns(call)) {
                return fault.instead.applyAsInt(arguments);
            }
            always.run();
            before(hook.name, arguments);
            preparations.getOrDefault(hook.name, unchanged -> {
            }).accept(arguments);
            Object result = hook.function.invokeWithArguments(arguments);
            changes.getOrDefault(hook.name, unchanged -> {
            }).accept(arguments);
            if (result instanceof Integer vkResult && vkResult == 0) {
                after(hook.name, arguments);
            }
            return result;
        } catch (Throwable t) {
            // Nothing may be thrown into native code.
            mistakes.add(hook.name + ": " + t);
            return Results.VK_ERROR_UNKNOWN;
        }
    }

    private void before(String function, Object[] arguments) {
        if (function.startsWith("vkDestroy") || function.startsWith("vkFree")) {
            String object = object(function, (long) arguments[arguments.length - 2]);
            if (!live.remove(object)) {
                mistakes.add(object);
            }
        }
    }

    private void after(String function, Object[] arguments) {
        // Command buffers are freed with their pool.
        if (function.startsWith("vkCreate") || function.equals("vkAllocateMemory")) {
            live.add(object(function, memory(arguments[arguments.length - 1], 8).get(JAVA_LONG, 0)));
        }
    }

    private static String object(String function, long handle) {
        return function.replaceFirst("vk(Create|Destroy|Allocate|Free)", "Vk") + " " + Long.toHexString(handle);
    }
}
