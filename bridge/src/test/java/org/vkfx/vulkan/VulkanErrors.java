package org.vkfx.vulkan;

import java.util.List;
import java.util.Map;

/**
 * The errors that functions may return, by their specifications (vk.xml, errorcodes), but for those of video; and
 * VK_ERROR_UNKNOWN, which any may.
 */
public final class VulkanErrors {
    private static final int VK_ERROR_MEMORY_MAP_FAILED = -5;
    private static final int VK_ERROR_INVALID_OPAQUE_CAPTURE_ADDRESS = -1000257000;
    private static final int VK_ERROR_COMPRESSION_EXHAUSTED = -1000338000;

    private static final int HOST_MEMORY = Results.VK_ERROR_OUT_OF_HOST_MEMORY;
    private static final int DEVICE_MEMORY = Results.VK_ERROR_OUT_OF_DEVICE_MEMORY;
    private static final int DEVICE_LOST = Results.VK_ERROR_DEVICE_LOST;
    private static final int UNKNOWN = Results.VK_ERROR_UNKNOWN;
    private static final List<Integer> MEMORY = List.of(HOST_MEMORY, DEVICE_MEMORY, UNKNOWN);
    private static final List<Integer> WORK = List.of(HOST_MEMORY, DEVICE_MEMORY, DEVICE_LOST, UNKNOWN);
    private static final List<Integer> LIST = List.of(HOST_MEMORY, DEVICE_MEMORY, Results.VK_ERROR_LAYER_NOT_PRESENT,
            UNKNOWN);
    private static final List<Integer> BUFFER = List.of(HOST_MEMORY, DEVICE_MEMORY,
            VK_ERROR_INVALID_OPAQUE_CAPTURE_ADDRESS, UNKNOWN);
    private static final List<Integer> HANDLE = List.of(Results.VK_ERROR_TOO_MANY_OBJECTS, HOST_MEMORY, UNKNOWN);

    private static final Map<String, List<Integer>> ALL = Map.ofEntries(
            Map.entry("vkEnumerateInstanceVersion", List.of(HOST_MEMORY, UNKNOWN)),
            Map.entry("vkEnumerateInstanceExtensionProperties", LIST),
            Map.entry("vkCreateInstance", List.of(HOST_MEMORY, DEVICE_MEMORY, Results.VK_ERROR_INITIALIZATION_FAILED,
                    Results.VK_ERROR_LAYER_NOT_PRESENT, Results.VK_ERROR_EXTENSION_NOT_PRESENT,
                    Results.VK_ERROR_INCOMPATIBLE_DRIVER, UNKNOWN)),
            Map.entry("vkEnumeratePhysicalDevices", List.of(HOST_MEMORY, DEVICE_MEMORY,
                    Results.VK_ERROR_INITIALIZATION_FAILED, UNKNOWN)),
            Map.entry("vkEnumerateDeviceExtensionProperties", LIST),
            Map.entry("vkCreateDevice", List.of(HOST_MEMORY, DEVICE_MEMORY, Results.VK_ERROR_INITIALIZATION_FAILED,
                    Results.VK_ERROR_EXTENSION_NOT_PRESENT, Results.VK_ERROR_FEATURE_NOT_PRESENT,
                    Results.VK_ERROR_TOO_MANY_OBJECTS, DEVICE_LOST, UNKNOWN)),
            Map.entry("vkDeviceWaitIdle", WORK),
            Map.entry("vkGetPhysicalDeviceImageFormatProperties2", List.of(HOST_MEMORY, DEVICE_MEMORY,
                    Results.VK_ERROR_FORMAT_NOT_SUPPORTED, UNKNOWN)),
            Map.entry("vkCreateImage", List.of(HOST_MEMORY, DEVICE_MEMORY, VK_ERROR_COMPRESSION_EXHAUSTED,
                    VK_ERROR_INVALID_OPAQUE_CAPTURE_ADDRESS, UNKNOWN)),
            Map.entry("vkAllocateMemory", List.of(HOST_MEMORY, DEVICE_MEMORY,
                    Results.VK_ERROR_INVALID_EXTERNAL_HANDLE, VK_ERROR_INVALID_OPAQUE_CAPTURE_ADDRESS, UNKNOWN)),
            Map.entry("vkBindImageMemory", MEMORY),
            Map.entry("vkCreateImageView", BUFFER),
            Map.entry("vkGetMemoryFdKHR", HANDLE),
            Map.entry("vkCreateSemaphore", MEMORY),
            Map.entry("vkGetSemaphoreFdKHR", HANDLE),
            Map.entry("vkGetSemaphoreCounterValue", WORK),
            Map.entry("vkWaitSemaphores", WORK),
            Map.entry("vkCreateBuffer", BUFFER),
            Map.entry("vkBindBufferMemory", BUFFER),
            Map.entry("vkMapMemory", List.of(HOST_MEMORY, DEVICE_MEMORY, VK_ERROR_MEMORY_MAP_FAILED, UNKNOWN)),
            Map.entry("vkCreateCommandPool", MEMORY),
            Map.entry("vkAllocateCommandBuffers", MEMORY),
            Map.entry("vkBeginCommandBuffer", MEMORY),
            Map.entry("vkEndCommandBuffer", MEMORY),
            Map.entry("vkQueueSubmit", WORK));

    private VulkanErrors() {
    }

    /** Returns the VkResults of a function's errors. */
    public static List<Integer> of(String function) {
        return ALL.get(function);
    }
}
