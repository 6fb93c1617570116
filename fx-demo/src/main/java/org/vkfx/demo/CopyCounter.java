package org.vkfx.demo;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Map.entry;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import org.lwjgl.system.Configuration;
import org.lwjgl.system.FunctionProvider;
import org.lwjgl.vulkan.VK;
import org.lwjgl.vulkan.VK10;

/**
 * Counts every copy, blit and resolve command that anyone in this process records, and memory that was allocated and
 * not freed, where no caller can get round it: in the function tables. Whoever asks {@link #getInstanceProcAddr()} for
 * such a function gets a stub that counts and forwards. Calls to it must be allowed to come back into Java (no
 * Linker.Option.critical).
 */
@SuppressWarnings("restricted")
final class CopyCounter {
    /** Handles and pointers as long: the same registers as a pointer type, and no segment to make for each. */
    private static final FunctionDescriptor TWO = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor IMAGE_TO_IMAGE = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_INT,
            JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final Map<String, FunctionDescriptor> COMMANDS = Map.ofEntries(
            entry("vkCmdCopyBuffer", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG)),
            entry("vkCmdCopyImage", IMAGE_TO_IMAGE),
            entry("vkCmdResolveImage", IMAGE_TO_IMAGE),
            entry("vkCmdBlitImage", IMAGE_TO_IMAGE.appendArgumentLayouts(JAVA_INT)),
            entry("vkCmdCopyImageToBuffer",
                    FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG)),
            entry("vkCmdCopyBufferToImage",
                    FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG)),
            entry("vkCmdCopyBuffer2", TWO), entry("vkCmdCopyBuffer2KHR", TWO),
            entry("vkCmdCopyImage2", TWO), entry("vkCmdCopyImage2KHR", TWO),
            entry("vkCmdResolveImage2", TWO), entry("vkCmdResolveImage2KHR", TWO),
            entry("vkCmdBlitImage2", TWO), entry("vkCmdBlitImage2KHR", TWO),
            entry("vkCmdCopyImageToBuffer2", TWO), entry("vkCmdCopyImageToBuffer2KHR", TWO),
            entry("vkCmdCopyBufferToImage2", TWO), entry("vkCmdCopyBufferToImage2KHR", TWO));
    private static final Map<String, FunctionDescriptor> MEMORY = Map.of(
            "vkAllocateMemory", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            "vkFreeMemory", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final FunctionDescriptor GET_PROC_ADDR = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle COUNT;
    private static final MethodHandle RESOLVE;
    private static final MethodHandle ALLOCATED;
    private static final MethodHandle FREED;
    private static CopyCounter installed;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            COUNT = lookup.findVirtual(LongAdder.class, "increment", MethodType.methodType(void.class));
            RESOLVE = lookup.findVirtual(CopyCounter.class, "resolve",
                    MethodType.methodType(long.class, MethodHandle.class, long.class, long.class));
            ALLOCATED = lookup.findVirtual(CopyCounter.class, "allocated", MethodType.methodType(int.class, int.class));
            FREED = lookup.findVirtual(CopyCounter.class, "freed",
                    MethodType.methodType(void.class, long.class, long.class, long.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A function at an address; different devices may have different addresses for one name. */
    private record Function(String name, long address) {
    }

    private final LongAdder copies = new LongAdder();
    private final LongAdder memory = new LongAdder();
    private final Map<Function, Long> stubs = new ConcurrentHashMap<>();
    private final long getInstanceProcAddr;

    private CopyCounter(long loader) {
        getInstanceProcAddr = stub(new Function("vkGetInstanceProcAddr", loader));
    }

    /**
     * Opens the Vulkan loader and makes LWJGL use the counting functions. LWJGL has one loader per process, so there is
     * one counter: later calls return the first.
     */
    static synchronized CopyCounter install() {
        if (installed == null) {
            Configuration.VULKAN_EXPLICIT_INIT.set(true);
            long loader = VulkanLibrary.open().getFunctionAddress(VulkanLibrary.ENTRY);
            CopyCounter counter = new CopyCounter(loader);
            // The only function that LWJGL takes from the library; all others come through it.
            FunctionProvider counting = name -> counter.getInstanceProcAddr;
            VK.create(counting);
            installed = counter;
        }
        return installed;
    }

    /** Address of the counting vkGetInstanceProcAddr; valid as long as the process lives. */
    long getInstanceProcAddr() {
        return getInstanceProcAddr;
    }

    /** How many commands were recorded since the start. */
    long count() {
        return copies.sum();
    }

    /** How many VkDeviceMemory objects are alive. */
    long memory() {
        return memory.sum();
    }

    private int allocated(int result) {
        if (result == VK10.VK_SUCCESS) {
            memory.increment();
        }
        return result;
    }

    private void freed(long device, long freed, long allocator) {
        if (freed != VK10.VK_NULL_HANDLE) {
            memory.decrement();
        }
    }

    /** Upcall: what vkGetInstanceProcAddr and vkGetDeviceProcAddr of the counting tables do. */
    private long resolve(MethodHandle real, long dispatchable, long name) {
        try {
            long address = (long) real.invokeExact(dispatchable, name);
            String text = MemorySegment.ofAddress(name).reinterpret(Long.MAX_VALUE).getString(0);
            boolean replaced = text.equals("vkGetInstanceProcAddr") || text.equals("vkGetDeviceProcAddr")
                    || COMMANDS.containsKey(text) || MEMORY.containsKey(text);
            return address == 0 || !replaced ? address : stub(new Function(text, address));
        } catch (Throwable e) {
            // An exception leaving an upcall ends the JVM; "no such function" lets the caller report it.
            return 0;
        }
    }

    private long stub(Function function) {
        return stubs.computeIfAbsent(function, f -> {
            FunctionDescriptor type = COMMANDS.getOrDefault(f.name, MEMORY.getOrDefault(f.name, GET_PROC_ADDR));
            MethodHandle real = LINKER.downcallHandle(MemorySegment.ofAddress(f.address), type);
            MethodHandle target = switch (f.name) {
                case "vkAllocateMemory" -> MethodHandles.filterReturnValue(real, ALLOCATED.bindTo(this));
                case "vkFreeMemory" -> MethodHandles.foldArguments(real, FREED.bindTo(this));
                case String name when COMMANDS.containsKey(name) ->
                    MethodHandles.foldArguments(real, COUNT.bindTo(copies));
                default -> MethodHandles.insertArguments(RESOLVE, 0, this, real);
            };
            // Global: function tables keep these addresses until the process ends.
            return LINKER.upcallStub(target, type, Arena.global()).address();
        });
    }
}
