package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.VulkanDevice;
import org.vkfx.vulkan.InstanceStructs.VkDeviceCreateInfo;
import org.vkfx.vulkan.InstanceStructs.VkDeviceQueueCreateInfo;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceTimelineSemaphoreFeatures;

/** Makes an instance and a device for programs that have none. Any thread. */
public final class DeviceFactory {
    private static final int TIMELINE_IN_CORE = VulkanDevice.version(1, 2);

    private DeviceFactory() {
    }

    /**
     * Makes a VkInstance and a VkDevice with the feature timelineSemaphore and one queue for graphics, compute and
     * transfer. Of the devices capable of that, a preferred one is taken, otherwise a discrete, integrated, virtual,
     * software one, in this order.
     *
     * @param loader the loader
     * @param preferred true for devices to be taken before others; called once, when there is an instance, whose making
     *     takes longest: it may wait
     * @param instanceExtensions names of instance extensions; those that do not exist are left out
     * @param deviceExtensions names of device extensions; those that do not exist are left out
     * @return the device. Closing it destroys VkDevice (having waited for its queue) and VkInstance.
     * @throws BridgeException NO_DEVICE when there is no suitable device, REFUSED by Vulkan; nothing is left behind
     */
    public static VulkanDevice create(VulkanLoader loader, Supplier<Predicate<PhysicalDevice>> preferred,
            Collection<String> instanceExtensions, Collection<String> deviceExtensions) {
        VulkanInstance instance = new VulkanInstance(loader, instanceExtensions);
        try {
            List<PhysicalDevice> devices = instance.vkEnumeratePhysicalDevices();
            PhysicalDevice physicalDevice = choose(instance, devices, preferred.get());
            Set<String> extensions = new LinkedHashSet<>(deviceExtensions);
            extensions.add(Extensions.PORTABILITY_SUBSET);
            if (version(instance, physicalDevice) < TIMELINE_IN_CORE) {
                extensions.add(Extensions.TIMELINE_SEMAPHORE);
            }
            extensions.retainAll(physicalDevice.vkEnumerateDeviceExtensionProperties());
            return create(instance, physicalDevice, extensions);
        } catch (Throwable t) {
            instance.close();
            throw t;
        }
    }

    private static PhysicalDevice choose(VulkanInstance instance, List<PhysicalDevice> devices,
            Predicate<PhysicalDevice> preferred) {
        return devices.stream().filter(device -> suits(instance, device))
                .min(Comparator.comparing((PhysicalDevice device) -> !preferred.test(device))
                        .thenComparing(PhysicalDevice::type))
                .orElseThrow(() -> new BridgeException(Reason.NO_DEVICE, devices.isEmpty()
                        ? "There is no Vulkan device, as there is no driver for one. " + Results.INSTALL_DRIVER
                        : "No Vulkan device has version 1.2 (or 1.1 with VK_KHR_timeline_semaphore), the feature"
                                + " timelineSemaphore and a queue for graphics and compute. Update the driver. Found: "
                                + devices.stream().map(PhysicalDevice::name).collect(Collectors.joining(", ")) + "."));
    }

    private static boolean suits(VulkanInstance instance, PhysicalDevice device) {
        int version = version(instance, device);
        return version >= VulkanDevice.version(1, 1)
                && (version >= TIMELINE_IN_CORE
                        || device.vkEnumerateDeviceExtensionProperties().contains(Extensions.TIMELINE_SEMAPHORE))
                && device.supportsTimelineSemaphore() && device.universalQueueFamily().isPresent();
    }

    private static int version(VulkanInstance instance, PhysicalDevice device) {
        return Math.min(instance.apiVersion(), device.apiVersion());
    }

    private static VulkanDevice create(VulkanInstance instance, PhysicalDevice physicalDevice, Set<String> extensions) {
        int family = physicalDevice.universalQueueFamily().orElseThrow();
        long handle = vkCreateDevice(instance, physicalDevice, family, extensions);
        int version = version(instance, physicalDevice);
        DeviceFunctions functions = functionsOf(instance, handle, version, extensions);
        try {
            long queue = vkGetDeviceQueue(functions, family);
            Lock queueLock = new ReentrantLock();
            extensions.addAll(instance.enabledExtensions());
            return VulkanDevice.wrap().getInstanceProcAddr(instance.loader().address()).instance(instance.handle())
                    .physicalDevice(physicalDevice.handle()).device(handle).queue(queue, family).apiVersion(version)
                    .enabledExtensions(extensions).timelineSemaphore(true).queueLock(queueLock)
                    .onClose(() -> destroy(instance, functions, queueLock)).build();
        } catch (Throwable t) {
            functions.vkDestroyDevice();
            throw t;
        }
    }

    private static long vkCreateDevice(VulkanInstance instance, PhysicalDevice physicalDevice, int family,
            Set<String> extensions) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment queue = Structs.allocate(arena, VkDeviceQueueCreateInfo.LAYOUT,
                    VkDeviceQueueCreateInfo.STYPE);
            queue.set(JAVA_INT, VkDeviceQueueCreateInfo.QUEUE_FAMILY_INDEX, family);
            queue.set(JAVA_INT, VkDeviceQueueCreateInfo.QUEUE_COUNT, 1);
            queue.set(ADDRESS, VkDeviceQueueCreateInfo.QUEUE_PRIORITIES, arena.allocateFrom(JAVA_FLOAT, 1));
            MemorySegment timeline = Structs.allocate(arena, VkPhysicalDeviceTimelineSemaphoreFeatures.LAYOUT,
                    VkPhysicalDeviceTimelineSemaphoreFeatures.STYPE);
            timeline.set(JAVA_INT, VkPhysicalDeviceTimelineSemaphoreFeatures.TIMELINE_SEMAPHORE, 1);
            MemorySegment info = Structs.allocate(arena, VkDeviceCreateInfo.LAYOUT, VkDeviceCreateInfo.STYPE);
            Structs.chain(info, timeline);
            info.set(JAVA_INT, VkDeviceCreateInfo.QUEUE_CREATE_INFO_COUNT, 1);
            info.set(ADDRESS, VkDeviceCreateInfo.QUEUE_CREATE_INFOS, queue);
            info.set(JAVA_INT, VkDeviceCreateInfo.EXTENSION_COUNT, extensions.size());
            info.set(ADDRESS, VkDeviceCreateInfo.EXTENSION_NAMES, Structs.strings(arena, extensions));
            MemorySegment device = arena.allocate(ADDRESS);
            Results.check("vkCreateDevice (" + physicalDevice.name() + ")",
                    instance.functions().vkCreateDevice(physicalDevice.handle(), info, device));
            return device.get(JAVA_LONG, 0);
        }
    }

    // As for an instance: without its functions, the one that destroys it is tried alone.
    private static DeviceFunctions functionsOf(VulkanInstance instance, long device, int version,
            Set<String> extensions) {
        try {
            return new DeviceFunctions(instance.functions(), device, version, extensions);
        } catch (BridgeException e) {
            try (Arena arena = Arena.ofConfined()) {
                long destroy = instance.functions().vkGetDeviceProcAddr(device, arena.allocateFrom("vkDestroyDevice"));
                if (destroy != 0) {
                    Calls.run(MemorySegment.ofAddress(destroy), device, MemorySegment.NULL);
                }
            }
            throw e;
        }
    }

    private static long vkGetDeviceQueue(DeviceFunctions functions, int family) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment queue = arena.allocate(ADDRESS);
            functions.vkGetDeviceQueue(family, 0, queue);
            return queue.get(JAVA_LONG, 0);
        }
    }

    private static void destroy(VulkanInstance instance, DeviceFunctions functions, Lock queueLock) {
        queueLock.lock();
        try {
            // Fails on a lost device, which may be destroyed without waiting.
            functions.vkDeviceWaitIdle();
        } finally {
            queueLock.unlock();
        }
        functions.vkDestroyDevice();
        instance.close();
    }
}
