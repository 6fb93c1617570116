package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.system.MemoryStack.stackPush;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.IntBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.lwjgl.BufferUtils;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.EXTDebugUtils;
import org.lwjgl.vulkan.KHRPortabilityEnumeration;
import org.lwjgl.vulkan.KHRTimelineSemaphore;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VK12;
import org.lwjgl.vulkan.VkApplicationInfo;
import org.lwjgl.vulkan.VkDebugUtilsMessengerCallbackDataEXT;
import org.lwjgl.vulkan.VkDebugUtilsMessengerCallbackEXT;
import org.lwjgl.vulkan.VkDebugUtilsMessengerCreateInfoEXT;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkDeviceCreateInfo;
import org.lwjgl.vulkan.VkDeviceQueueCreateInfo;
import org.lwjgl.vulkan.VkExtensionProperties;
import org.lwjgl.vulkan.VkFenceCreateInfo;
import org.lwjgl.vulkan.VkInstance;
import org.lwjgl.vulkan.VkInstanceCreateInfo;
import org.lwjgl.vulkan.VkPhysicalDevice;
import org.lwjgl.vulkan.VkPhysicalDeviceProperties;
import org.lwjgl.vulkan.VkPhysicalDeviceTimelineSemaphoreFeatures;
import org.lwjgl.vulkan.VkQueue;
import org.lwjgl.vulkan.VkSemaphoreSignalInfo;
import org.lwjgl.vulkan.VkSubmitInfo;
import org.lwjgl.vulkan.VkTimelineSemaphoreSubmitInfo;
import org.vkfx.BridgeException;
import org.vkfx.scene.Interop;
import org.vkfx.VulkanDevice;

/**
 * A Vulkan device as an application makes it, by LWJGL, under the validation layer. The layer's warnings and errors are
 * collected; so are objects that nobody destroyed, when it is closed. For tests of all packages.
 */
public final class ValidatedVulkan implements AutoCloseable {
    private static final int QUEUE_FAMILY = 0;
    private static final int NVIDIA = 0x10DE;
    private static final List<String> VALIDATION = List.of("VK_LAYER_KHRONOS_validation");

    /**
     * Layer 1.3.239, and any for Linux, does not know the extensions of Metal; what it says of them is that, once for
     * the device and once for each handle type.
     */
    private static final Pattern UNKNOWN_TO_THE_LAYER = Pattern
            .compile("Device Extension VK_EXT_(external_memory_metal|metal_objects) is not supported by this layer"
                    + "|value of handleTypes? contains flag bits that are not recognized members of"
                    + " VkExternalMemoryHandleTypeFlagBits");

    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final VkDebugUtilsMessengerCallbackEXT callback = VkDebugUtilsMessengerCallbackEXT.create(this::message);
    private final VkInstance instance;
    private final long messenger;
    private final VkDevice lwjglDevice;
    private final VkQueue queue;
    private final VulkanDevice device;

    /** Vulkan 1.2 with the extensions that the bridge wants. */
    public ValidatedVulkan() {
        this(0);
    }

    /**
     * The same, with another source of functions for the bridge.
     *
     * @param getInstanceProcAddr what the bridge is told, or 0; LWJGL uses the machine's
     */
    public ValidatedVulkan(long getInstanceProcAddr) {
        this(getInstanceProcAddr, VulkanDevice.version(1, 2), ValidatedVulkan::wantedExtensions, VALIDATION, Set.of());
    }

    /**
     * The same, on which the bridge takes an extension for enabled that the driver may not have.
     *
     * @param getInstanceProcAddr what has its functions
     * @param extension its name
     */
    public ValidatedVulkan(long getInstanceProcAddr, String extension) {
        this(getInstanceProcAddr, VulkanDevice.version(1, 2), ValidatedVulkan::wantedExtensions, VALIDATION,
                Set.of(extension));
    }

    /**
     * Chooses everything.
     *
     * @param getInstanceProcAddr what the bridge is told, or 0; LWJGL uses the machine's
     * @param apiVersion from 1.1; below 1.2 VK_KHR_timeline_semaphore is enabled, too
     * @param deviceExtensions extensions to enable
     */
    public ValidatedVulkan(long getInstanceProcAddr, int apiVersion, List<String> deviceExtensions) {
        this(getInstanceProcAddr, apiVersion, gpu -> deviceExtensions, VALIDATION, Set.of());
    }

    /**
     * The same without the validation layer. Layer 1.3.239 waits ten seconds (UNASSIGNED-VkSemaphore-state-timeout) for
     * a semaphore that is signalled with a greater value than the one awaited, or as an MTLSharedEvent.
     *
     * @param getInstanceProcAddr what the bridge is told, or 0; LWJGL uses the machine's
     * @return Vulkan 1.2 with the extensions that the bridge wants
     */
    public static ValidatedVulkan withoutLayer(long getInstanceProcAddr) {
        return new ValidatedVulkan(getInstanceProcAddr, VulkanDevice.version(1, 2), ValidatedVulkan::wantedExtensions,
                List.of(), Set.of());
    }

    private ValidatedVulkan(long getInstanceProcAddr, int apiVersion,
            Function<VkPhysicalDevice, Collection<String>> deviceExtensions, List<String> layers,
            Set<String> claimed) {
        TreeSet<String> extensions = new TreeSet<>();
        if (apiVersion < VulkanDevice.version(1, 2)) {
            extensions.add(Extensions.TIMELINE_SEMAPHORE);
        }
        try (MemoryStack stack = stackPush()) {
            instance = createInstance(stack, apiVersion, layers);
            messenger = createMessenger(stack);
            PointerBuffer one = stack.mallocPointer(1);
            VK10.vkEnumeratePhysicalDevices(instance, stack.ints(1), one);
            VkPhysicalDevice physicalDevice = new VkPhysicalDevice(one.get(0), instance);
            extensions.addAll(deviceExtensions.apply(physicalDevice));
            lwjglDevice = createDevice(stack, physicalDevice, extensions);
            extensions.addAll(claimed);
            VK10.vkGetDeviceQueue(lwjglDevice, QUEUE_FAMILY, 0, one);
            queue = new VkQueue(one.get(0), lwjglDevice);
            device = VulkanDevice.wrap().getInstanceProcAddr(getInstanceProcAddr).instance(instance.address())
                    .physicalDevice(physicalDevice.address()).device(lwjglDevice.address())
                    .queue(queue.address(), QUEUE_FAMILY).apiVersion(apiVersion).enabledExtensions(extensions)
                    .timelineSemaphore(true).build();
        }
    }

    /**
     * Finds out, by the bridge's own means, whether such a device can be made.
     *
     * @return what is missing on this machine, if anything is
     */
    public static Optional<String> lack() {
        return lack(gpu -> Optional.empty());
    }

    /**
     * Finds out whether such a device exports memory as a file descriptor.
     *
     * @return what is missing on this machine, if anything is
     */
    public static Optional<String> lackOfFileDescriptors() {
        return lack(gpu -> gpu.vkEnumerateDeviceExtensionProperties().contains(Extensions.EXTERNAL_MEMORY_FD)
                ? Optional.empty()
                : Optional.of(gpu.name() + " has no " + Extensions.EXTERNAL_MEMORY_FD + "."));
    }

    private static Optional<String> lack(Function<PhysicalDevice, Optional<String>> wish) {
        try {
            VulkanLoader loader = VulkanLoader.open();
            try (VulkanInstance instance = new VulkanInstance(loader, List.of()); Arena arena = Arena.ofConfined()) {
                List<PhysicalDevice> gpus = instance.vkEnumeratePhysicalDevices();
                if (gpus.isEmpty()) {
                    return Optional.of("There is no Vulkan device.");
                }
                // The extensions of a layer that is not there are a mistake to ask for.
                int result = Calls.call(loader.require(0, "vkEnumerateInstanceExtensionProperties"),
                        arena.allocateFrom(VALIDATION.getFirst()), arena.allocate(JAVA_INT), MemorySegment.NULL);
                return result == VK10.VK_ERROR_LAYER_NOT_PRESENT
                        ? Optional.of("The layer " + VALIDATION.getFirst() + " is not installed.")
                        : wish.apply(gpus.getFirst());
            }
        } catch (BridgeException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static VkInstance createInstance(MemoryStack stack, int apiVersion, List<String> layers) {
        List<String> extensions = new ArrayList<>(Interop.requiredInstanceExtensions());
        int flags = extensions.contains(Extensions.PORTABILITY_ENUMERATION)
                ? KHRPortabilityEnumeration.VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR : 0;
        extensions.add(EXTDebugUtils.VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
        VkInstanceCreateInfo info = VkInstanceCreateInfo.calloc(stack).sType$Default().flags(flags)
                .pApplicationInfo(VkApplicationInfo.calloc(stack).sType$Default().apiVersion(apiVersion))
                .ppEnabledLayerNames(names(stack, layers))
                .ppEnabledExtensionNames(names(stack, extensions));
        PointerBuffer result = stack.mallocPointer(1);
        check(VK10.vkCreateInstance(info, null, result));
        return new VkInstance(result.get(0), info);
    }

    private long createMessenger(MemoryStack stack) {
        var info = VkDebugUtilsMessengerCreateInfoEXT.calloc(stack).sType$Default()
                .messageSeverity(EXTDebugUtils.VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT
                        | EXTDebugUtils.VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT)
                .messageType(EXTDebugUtils.VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT
                        | EXTDebugUtils.VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT)
                .pfnUserCallback(callback);
        var result = stack.mallocLong(1);
        check(EXTDebugUtils.vkCreateDebugUtilsMessengerEXT(instance, info, null, result));
        return result.get(0);
    }

    private static Collection<String> wantedExtensions(VkPhysicalDevice physicalDevice) {
        IntBuffer count = BufferUtils.createIntBuffer(1);
        check(VK10.vkEnumerateDeviceExtensionProperties(physicalDevice, (String) null, count, null));
        try (VkExtensionProperties.Buffer all = VkExtensionProperties.malloc(count.get(0))) {
            check(VK10.vkEnumerateDeviceExtensionProperties(physicalDevice, (String) null, count, all));
            return Interop.requiredDeviceExtensions(
                    all.stream().map(VkExtensionProperties::extensionNameString).toList());
        }
    }

    private static VkDevice createDevice(MemoryStack stack, VkPhysicalDevice physicalDevice,
            TreeSet<String> extensions) {
        var timeline = VkPhysicalDeviceTimelineSemaphoreFeatures.calloc(stack).sType$Default().timelineSemaphore(true);
        VkDeviceCreateInfo info = VkDeviceCreateInfo.calloc(stack).sType$Default().pNext(timeline)
                .pQueueCreateInfos(VkDeviceQueueCreateInfo.calloc(1, stack).sType$Default()
                        .queueFamilyIndex(QUEUE_FAMILY).pQueuePriorities(stack.floats(1)))
                .ppEnabledExtensionNames(names(stack, extensions));
        PointerBuffer result = stack.mallocPointer(1);
        check(VK10.vkCreateDevice(physicalDevice, info, null, result));
        return new VkDevice(result.get(0), physicalDevice, info);
    }

    private static PointerBuffer names(MemoryStack stack, Collection<String> names) {
        PointerBuffer buffer = stack.mallocPointer(names.size());
        names.forEach(name -> buffer.put(stack.UTF8(name)));
        return buffer.flip();
    }

    private int message(int severity, int types, long data, long user) {
        String message = VkDebugUtilsMessengerCallbackDataEXT.create(data).pMessageString();
        if (!UNKNOWN_TO_THE_LAYER.matcher(message).find()) {
            messages.add(message);
        }
        return VK10.VK_FALSE;
    }

    /**
     * Returns the device for the bridge.
     *
     * @return the device
     */
    public VulkanDevice device() {
        return device;
    }

    /**
     * Returns the device for LWJGL.
     *
     * @return the device
     */
    public VkDevice lwjglDevice() {
        return lwjglDevice;
    }

    /**
     * Returns the queue for LWJGL, to be used inside the device's queue lock.
     *
     * @return the queue
     */
    public VkQueue queue() {
        return queue;
    }

    /**
     * Tells whether the driver is NVIDIA's.
     *
     * @return true if so
     */
    public boolean isNvidia() {
        try (MemoryStack stack = stackPush()) {
            var properties = VkPhysicalDeviceProperties.malloc(stack);
            VK10.vkGetPhysicalDeviceProperties(lwjglDevice.getPhysicalDevice(), properties);
            return properties.vendorID() == NVIDIA;
        }
    }

    /**
     * Signals a timeline semaphore on the CPU.
     *
     * @param semaphore the VkSemaphore
     * @param value its new value
     */
    public void signal(long semaphore, long value) {
        try (MemoryStack stack = stackPush()) {
            var info = VkSemaphoreSignalInfo.calloc(stack).sType$Default().semaphore(semaphore).value(value);
            check(device.apiVersion() < VulkanDevice.version(1, 2)
                    ? KHRTimelineSemaphore.vkSignalSemaphoreKHR(lwjglDevice, info)
                    : VK12.vkSignalSemaphore(lwjglDevice, info));
        }
    }

    /**
     * Submits nothing but the signal of a timeline semaphore.
     *
     * @param semaphore the VkSemaphore
     * @param value its new value
     */
    public void submitSignal(long semaphore, long value) {
        device.queueLock().lock();
        try (MemoryStack stack = stackPush()) {
            var timeline = VkTimelineSemaphoreSubmitInfo.calloc(stack).sType$Default()
                    .signalSemaphoreValueCount(1).pSignalSemaphoreValues(stack.longs(value));
            check(VK10.vkQueueSubmit(queue, VkSubmitInfo.calloc(stack).sType$Default().pNext(timeline.address())
                    .pSignalSemaphores(stack.longs(semaphore)), VK10.VK_NULL_HANDLE));
        } finally {
            device.queueLock().unlock();
        }
    }

    /**
     * Submits nothing but the wait for a timeline semaphore.
     *
     * @param semaphore the VkSemaphore
     * @param value the value to be reached
     */
    public void submitWait(long semaphore, long value) {
        device.queueLock().lock();
        try (MemoryStack stack = stackPush()) {
            var timeline = VkTimelineSemaphoreSubmitInfo.calloc(stack).sType$Default()
                    .waitSemaphoreValueCount(1).pWaitSemaphoreValues(stack.longs(value));
            check(VK10.vkQueueSubmit(queue, VkSubmitInfo.calloc(stack).sType$Default().pNext(timeline.address())
                    .waitSemaphoreCount(1).pWaitSemaphores(stack.longs(semaphore))
                    .pWaitDstStageMask(stack.ints(VK10.VK_PIPELINE_STAGE_ALL_COMMANDS_BIT)), VK10.VK_NULL_HANDLE));
        } finally {
            device.queueLock().unlock();
        }
    }

    /**
     * Has the GPU wait for a binary semaphore, and waits until it has.
     *
     * @param semaphore the VkSemaphore
     */
    public void awaitOnGpu(long semaphore) {
        try (MemoryStack stack = stackPush()) {
            var fence = stack.mallocLong(1);
            check(VK10.vkCreateFence(lwjglDevice, VkFenceCreateInfo.calloc(stack).sType$Default(), null, fence));
            VkSubmitInfo wait = VkSubmitInfo.calloc(stack).sType$Default().waitSemaphoreCount(1)
                    .pWaitSemaphores(stack.longs(semaphore))
                    .pWaitDstStageMask(stack.ints(VK10.VK_PIPELINE_STAGE_ALL_COMMANDS_BIT));
            device.queueLock().lock();
            try {
                check(VK10.vkQueueSubmit(queue, wait, fence.get(0)));
            } finally {
                device.queueLock().unlock();
            }
            check(VK10.vkWaitForFences(lwjglDevice, fence, true, Duration.ofSeconds(10).toNanos()));
            VK10.vkDestroyFence(lwjglDevice, fence.get(0), null);
        }
    }

    /** Waits until the GPU has nothing to do. */
    public void waitIdle() {
        device.queueLock().lock();
        try {
            check(VK10.vkDeviceWaitIdle(lwjglDevice));
        } finally {
            device.queueLock().unlock();
        }
    }

    /** Fails when the validation layer has said anything so far. */
    public void assertNoMessages() {
        assertThat(messages).as("validation messages").isEmpty();
    }

    /**
     * Returns what the validation layer has said so far.
     *
     * @return warnings and errors
     */
    public List<String> messages() {
        return List.copyOf(messages);
    }

    /**
     * Waits for the bridge to let go of the device, destroys it, and fails when the validation layer has said anything.
     */
    @Override
    public void close() {
        device.close();
        assertThat(device.whenClosed()).as("everyone has released the device").succeedsWithin(Duration.ofSeconds(10));
        VK10.vkDeviceWaitIdle(lwjglDevice);
        VK10.vkDestroyDevice(lwjglDevice, null);
        EXTDebugUtils.vkDestroyDebugUtilsMessengerEXT(instance, messenger, null);
        VK10.vkDestroyInstance(instance, null);
        callback.free();
        assertNoMessages();
    }

    private static void check(int result) {
        assertThat(result).as("VkResult").isEqualTo(VK10.VK_SUCCESS);
    }
}
