package org.vkfx.vulkan;

import java.lang.foreign.MemorySegment;

/** Functions of one VkInstance and its physical devices. Immutable; the instance is not owned. */
final class InstanceFunctions {
    private final long instance;
    private final MemorySegment vkDestroyInstance;
    private final MemorySegment vkEnumeratePhysicalDevices;
    private final MemorySegment vkGetPhysicalDeviceProperties2;
    private final MemorySegment vkGetPhysicalDeviceMemoryProperties;
    private final MemorySegment vkGetPhysicalDeviceFormatProperties;
    private final MemorySegment vkGetPhysicalDeviceImageFormatProperties2;
    private final MemorySegment vkGetPhysicalDeviceExternalSemaphoreProperties;
    private final MemorySegment vkGetPhysicalDeviceQueueFamilyProperties;
    private final MemorySegment vkGetPhysicalDeviceFeatures2;
    private final MemorySegment vkEnumerateDeviceExtensionProperties;
    private final MemorySegment vkCreateDevice;
    private final MemorySegment vkGetDeviceProcAddr;

    InstanceFunctions(VulkanLoader loader, long instance) {
        this.instance = instance;
        vkDestroyInstance = loader.require(instance, "vkDestroyInstance");
        vkEnumeratePhysicalDevices = loader.require(instance, "vkEnumeratePhysicalDevices");
        vkGetPhysicalDeviceProperties2 = loader.require(instance, "vkGetPhysicalDeviceProperties2");
        vkGetPhysicalDeviceMemoryProperties = loader.require(instance, "vkGetPhysicalDeviceMemoryProperties");
        vkGetPhysicalDeviceFormatProperties = loader.require(instance, "vkGetPhysicalDeviceFormatProperties");
        vkGetPhysicalDeviceImageFormatProperties2 = loader.require(instance,
                "vkGetPhysicalDeviceImageFormatProperties2");
        vkGetPhysicalDeviceExternalSemaphoreProperties = loader.require(instance,
                "vkGetPhysicalDeviceExternalSemaphoreProperties");
        vkGetPhysicalDeviceQueueFamilyProperties = loader.require(instance, "vkGetPhysicalDeviceQueueFamilyProperties");
        vkGetPhysicalDeviceFeatures2 = loader.require(instance, "vkGetPhysicalDeviceFeatures2");
        vkEnumerateDeviceExtensionProperties = loader.require(instance, "vkEnumerateDeviceExtensionProperties");
        vkCreateDevice = loader.require(instance, "vkCreateDevice");
        vkGetDeviceProcAddr = loader.require(instance, "vkGetDeviceProcAddr");
    }

    void vkDestroyInstance() {
        Calls.run(vkDestroyInstance, instance, MemorySegment.NULL);
    }

    int vkEnumeratePhysicalDevices(MemorySegment count, MemorySegment devices) {
        return Calls.call(vkEnumeratePhysicalDevices, instance, count, devices);
    }

    void vkGetPhysicalDeviceProperties2(long physicalDevice, MemorySegment properties) {
        Calls.run(vkGetPhysicalDeviceProperties2, physicalDevice, properties);
    }

    void vkGetPhysicalDeviceMemoryProperties(long physicalDevice, MemorySegment properties) {
        Calls.run(vkGetPhysicalDeviceMemoryProperties, physicalDevice, properties);
    }

    void vkGetPhysicalDeviceFormatProperties(long physicalDevice, int format, MemorySegment properties) {
        Calls.run(vkGetPhysicalDeviceFormatProperties, physicalDevice, format, properties);
    }

    int vkGetPhysicalDeviceImageFormatProperties2(long physicalDevice, MemorySegment info, MemorySegment properties) {
        return Calls.call(vkGetPhysicalDeviceImageFormatProperties2, physicalDevice, info, properties);
    }

    void vkGetPhysicalDeviceExternalSemaphoreProperties(long physicalDevice, MemorySegment info,
            MemorySegment properties) {
        Calls.run(vkGetPhysicalDeviceExternalSemaphoreProperties, physicalDevice, info, properties);
    }

    void vkGetPhysicalDeviceQueueFamilyProperties(long physicalDevice, MemorySegment count, MemorySegment families) {
        Calls.run(vkGetPhysicalDeviceQueueFamilyProperties, physicalDevice, count, families);
    }

    void vkGetPhysicalDeviceFeatures2(long physicalDevice, MemorySegment features) {
        Calls.run(vkGetPhysicalDeviceFeatures2, physicalDevice, features);
    }

    int vkEnumerateDeviceExtensionProperties(long physicalDevice, MemorySegment count, MemorySegment extensions) {
        return Calls.call(vkEnumerateDeviceExtensionProperties, physicalDevice, MemorySegment.NULL, count, extensions);
    }

    int vkCreateDevice(long physicalDevice, MemorySegment createInfo, MemorySegment device) {
        return Calls.call(vkCreateDevice, physicalDevice, createInfo, MemorySegment.NULL, device);
    }

    /** Address of a function, or 0. The name is a C string. */
    long vkGetDeviceProcAddr(long device, MemorySegment name) {
        return Calls.address(vkGetDeviceProcAddr, device, name);
    }
}
