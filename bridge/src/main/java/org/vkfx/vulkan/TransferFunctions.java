package org.vkfx.vulkan;

import java.lang.foreign.MemorySegment;

/**
 * Functions of one VkDevice that copy, and what they need. Apart from the others: the zero-copy paths never ask for
 * them. Immutable; the device is not owned.
 */
final class TransferFunctions {
    private final long device;
    private final MemorySegment vkCreateBuffer;
    private final MemorySegment vkDestroyBuffer;
    private final MemorySegment vkGetBufferMemoryRequirements;
    private final MemorySegment vkBindBufferMemory;
    private final MemorySegment vkMapMemory;
    private final MemorySegment vkCreateCommandPool;
    private final MemorySegment vkDestroyCommandPool;
    private final MemorySegment vkAllocateCommandBuffers;
    private final MemorySegment vkBeginCommandBuffer;
    private final MemorySegment vkEndCommandBuffer;
    private final MemorySegment vkCmdPipelineBarrier;
    private final MemorySegment vkCmdCopyBufferToImage;
    private final MemorySegment vkCmdBlitImage;
    private final MemorySegment vkCmdCopyImageToBuffer;

    TransferFunctions(DeviceFunctions functions, long device) {
        this.device = device;
        vkCreateBuffer = functions.require("vkCreateBuffer");
        vkDestroyBuffer = functions.require("vkDestroyBuffer");
        vkGetBufferMemoryRequirements = functions.require("vkGetBufferMemoryRequirements");
        vkBindBufferMemory = functions.require("vkBindBufferMemory");
        vkMapMemory = functions.require("vkMapMemory");
        vkCreateCommandPool = functions.require("vkCreateCommandPool");
        vkDestroyCommandPool = functions.require("vkDestroyCommandPool");
        vkAllocateCommandBuffers = functions.require("vkAllocateCommandBuffers");
        vkBeginCommandBuffer = functions.require("vkBeginCommandBuffer");
        vkEndCommandBuffer = functions.require("vkEndCommandBuffer");
        vkCmdPipelineBarrier = functions.require("vkCmdPipelineBarrier");
        vkCmdCopyBufferToImage = functions.require("vkCmdCopyBufferToImage");
        vkCmdBlitImage = functions.require("vkCmdBlitImage");
        vkCmdCopyImageToBuffer = functions.require("vkCmdCopyImageToBuffer");
    }

    int vkCreateBuffer(MemorySegment createInfo, MemorySegment buffer) {
        return Calls.call(vkCreateBuffer, device, createInfo, MemorySegment.NULL, buffer);
    }

    void vkDestroyBuffer(long buffer) {
        Calls.run(vkDestroyBuffer, device, buffer, MemorySegment.NULL);
    }

    void vkGetBufferMemoryRequirements(long buffer, MemorySegment requirements) {
        Calls.run(vkGetBufferMemoryRequirements, device, buffer, requirements);
    }

    int vkBindBufferMemory(long buffer, long memory, long offset) {
        return Calls.call(vkBindBufferMemory, device, buffer, memory, offset);
    }

    int vkMapMemory(long memory, long offset, long size, MemorySegment data) {
        return Calls.call(vkMapMemory, device, memory, offset, size, 0, data);
    }

    int vkCreateCommandPool(MemorySegment createInfo, MemorySegment commandPool) {
        return Calls.call(vkCreateCommandPool, device, createInfo, MemorySegment.NULL, commandPool);
    }

    void vkDestroyCommandPool(long commandPool) {
        Calls.run(vkDestroyCommandPool, device, commandPool, MemorySegment.NULL);
    }

    int vkAllocateCommandBuffers(MemorySegment allocateInfo, MemorySegment commandBuffers) {
        return Calls.call(vkAllocateCommandBuffers, device, allocateInfo, commandBuffers);
    }

    int vkBeginCommandBuffer(long commandBuffer, MemorySegment beginInfo) {
        return Calls.call(vkBeginCommandBuffer, commandBuffer, beginInfo);
    }

    int vkEndCommandBuffer(long commandBuffer) {
        return Calls.call(vkEndCommandBuffer, commandBuffer);
    }

    /** The counts are those of buffer and image barriers. */
    void vkCmdPipelineBarrier(long commandBuffer, int srcStage, int dstStage, int bufferCount,
            MemorySegment bufferBarriers, int imageCount, MemorySegment imageBarriers) {
        Calls.run(vkCmdPipelineBarrier, commandBuffer, srcStage, dstStage, 0, 0, MemorySegment.NULL, bufferCount,
                bufferBarriers, imageCount, imageBarriers);
    }

    void vkCmdCopyBufferToImage(long commandBuffer, long buffer, long image, int layout, int count,
            MemorySegment regions) {
        Calls.run(vkCmdCopyBufferToImage, commandBuffer, buffer, image, layout, count, regions);
    }

    void vkCmdBlitImage(long commandBuffer, long srcImage, int srcLayout, long dstImage, int dstLayout, int count,
            MemorySegment regions, int filter) {
        Calls.run(vkCmdBlitImage, commandBuffer, srcImage, srcLayout, dstImage, dstLayout, count, regions, filter);
    }

    void vkCmdCopyImageToBuffer(long commandBuffer, long image, int layout, long buffer, int count,
            MemorySegment regions) {
        Calls.run(vkCmdCopyImageToBuffer, commandBuffer, image, layout, buffer, count, regions);
    }
}
