package org.vkfx.vulkan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

import org.vkfx.VulkanDevice;

/** Functions of one VkDevice. Immutable; the device is not owned. */
final class DeviceFunctions {
    private final InstanceFunctions instance;
    private final long device;
    private final MemorySegment vkDestroyDevice;
    private final MemorySegment vkDeviceWaitIdle;
    private final MemorySegment vkGetDeviceQueue;
    private final MemorySegment vkCreateImage;
    private final MemorySegment vkDestroyImage;
    private final MemorySegment vkGetImageMemoryRequirements;
    private final MemorySegment vkAllocateMemory;
    private final MemorySegment vkFreeMemory;
    private final MemorySegment vkBindImageMemory;
    private final MemorySegment vkCreateImageView;
    private final MemorySegment vkDestroyImageView;
    private final MemorySegment vkCreateSemaphore;
    private final MemorySegment vkDestroySemaphore;
    private final MemorySegment vkGetSemaphoreCounterValue;
    private final MemorySegment vkWaitSemaphores;
    private final MemorySegment vkGetMemoryFdKHR;
    private final MemorySegment vkGetSemaphoreFdKHR;
    private final MemorySegment vkGetMemoryMetalHandleEXT;
    private final MemorySegment vkGetMemoryMetalHandlePropertiesEXT;
    private final MemorySegment vkExportMetalObjectsEXT;

    DeviceFunctions(InstanceFunctions instance, long device, int apiVersion, Set<String> extensions) {
        this.instance = instance;
        this.device = device;
        vkDestroyDevice = require("vkDestroyDevice");
        vkDeviceWaitIdle = require("vkDeviceWaitIdle");
        vkGetDeviceQueue = require("vkGetDeviceQueue");
        vkCreateImage = require("vkCreateImage");
        vkDestroyImage = require("vkDestroyImage");
        vkGetImageMemoryRequirements = require("vkGetImageMemoryRequirements");
        vkAllocateMemory = require("vkAllocateMemory");
        vkFreeMemory = require("vkFreeMemory");
        vkBindImageMemory = require("vkBindImageMemory");
        vkCreateImageView = require("vkCreateImageView");
        vkDestroyImageView = require("vkDestroyImageView");
        vkCreateSemaphore = require("vkCreateSemaphore");
        vkDestroySemaphore = require("vkDestroySemaphore");
        String suffix = apiVersion >= VulkanDevice.version(1, 2) ? "" : "KHR";
        vkGetSemaphoreCounterValue = require("vkGetSemaphoreCounterValue" + suffix);
        vkWaitSemaphores = require("vkWaitSemaphores" + suffix);
        // Optional: whoever needs it asks for the extension first.
        vkGetMemoryFdKHR = optional(extensions, Extensions.EXTERNAL_MEMORY_FD, "vkGetMemoryFdKHR");
        vkGetSemaphoreFdKHR = optional(extensions, Extensions.EXTERNAL_SEMAPHORE_FD, "vkGetSemaphoreFdKHR");
        vkGetMemoryMetalHandleEXT = optional(extensions, Extensions.EXTERNAL_MEMORY_METAL,
                "vkGetMemoryMetalHandleEXT");
        vkGetMemoryMetalHandlePropertiesEXT = optional(extensions, Extensions.EXTERNAL_MEMORY_METAL,
                "vkGetMemoryMetalHandlePropertiesEXT");
        vkExportMetalObjectsEXT = optional(extensions, Extensions.METAL_OBJECTS, "vkExportMetalObjectsEXT");
    }

    private MemorySegment optional(Set<String> extensions, String extension, String name) {
        return extensions.contains(extension) ? require(name) : MemorySegment.NULL;
    }

    /** A function that must be there. */
    MemorySegment require(String name) {
        try (Arena arena = Arena.ofConfined()) {
            long address = instance.vkGetDeviceProcAddr(device, arena.allocateFrom(name));
            return VulkanLoader.present(address, name, "vkGetDeviceProcAddr");
        }
    }

    void vkDestroyDevice() {
        Calls.run(vkDestroyDevice, device, MemorySegment.NULL);
    }

    int vkDeviceWaitIdle() {
        return Calls.call(vkDeviceWaitIdle, device);
    }

    void vkGetDeviceQueue(int family, int index, MemorySegment queue) {
        Calls.run(vkGetDeviceQueue, device, family, index, queue);
    }

    int vkCreateImage(MemorySegment createInfo, MemorySegment image) {
        return Calls.call(vkCreateImage, device, createInfo, MemorySegment.NULL, image);
    }

    void vkDestroyImage(long image) {
        Calls.run(vkDestroyImage, device, image, MemorySegment.NULL);
    }

    void vkGetImageMemoryRequirements(long image, MemorySegment requirements) {
        Calls.run(vkGetImageMemoryRequirements, device, image, requirements);
    }

    int vkAllocateMemory(MemorySegment allocateInfo, MemorySegment memory) {
        return Calls.call(vkAllocateMemory, device, allocateInfo, MemorySegment.NULL, memory);
    }

    void vkFreeMemory(long memory) {
        Calls.run(vkFreeMemory, device, memory, MemorySegment.NULL);
    }

    int vkBindImageMemory(long image, long memory, long offset) {
        return Calls.call(vkBindImageMemory, device, image, memory, offset);
    }

    int vkCreateImageView(MemorySegment createInfo, MemorySegment view) {
        return Calls.call(vkCreateImageView, device, createInfo, MemorySegment.NULL, view);
    }

    void vkDestroyImageView(long view) {
        Calls.run(vkDestroyImageView, device, view, MemorySegment.NULL);
    }

    int vkCreateSemaphore(MemorySegment createInfo, MemorySegment semaphore) {
        return Calls.call(vkCreateSemaphore, device, createInfo, MemorySegment.NULL, semaphore);
    }

    void vkDestroySemaphore(long semaphore) {
        Calls.run(vkDestroySemaphore, device, semaphore, MemorySegment.NULL);
    }

    int vkGetSemaphoreCounterValue(long semaphore, MemorySegment value) {
        return Calls.call(vkGetSemaphoreCounterValue, device, semaphore, value);
    }

    /** The time out is in nanoseconds, unsigned. */
    int vkWaitSemaphores(MemorySegment waitInfo, long timeout) {
        return Calls.call(vkWaitSemaphores, device, waitInfo, timeout);
    }

    int vkGetMemoryFdKHR(MemorySegment getFdInfo, MemorySegment fd) {
        return Calls.call(vkGetMemoryFdKHR, device, getFdInfo, fd);
    }

    int vkGetSemaphoreFdKHR(MemorySegment getFdInfo, MemorySegment fd) {
        return Calls.call(vkGetSemaphoreFdKHR, device, getFdInfo, fd);
    }

    int vkGetMemoryMetalHandleEXT(MemorySegment getMetalHandleInfo, MemorySegment handle) {
        return Calls.call(vkGetMemoryMetalHandleEXT, device, getMetalHandleInfo, handle);
    }

    int vkGetMemoryMetalHandlePropertiesEXT(int handleType, long handle, MemorySegment properties) {
        return Calls.call(vkGetMemoryMetalHandlePropertiesEXT, device, handleType, handle, properties);
    }

    void vkExportMetalObjectsEXT(MemorySegment metalObjectsInfo) {
        Calls.run(vkExportMetalObjectsEXT, device, metalObjectsInfo);
    }
}
