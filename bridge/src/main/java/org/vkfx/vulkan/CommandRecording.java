package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import org.vkfx.vulkan.TransferStructs.VkBufferImageCopy;
import org.vkfx.vulkan.TransferStructs.VkCommandBufferAllocateInfo;
import org.vkfx.vulkan.TransferStructs.VkCommandBufferBeginInfo;
import org.vkfx.vulkan.TransferStructs.VkCommandPoolCreateInfo;
import org.vkfx.vulkan.TransferStructs.VkImageMemoryBarrier;
import org.vkfx.vulkan.TransferStructs.VkSubmitInfo;
import org.vkfx.vulkan.TransferStructs.VkTimelineSemaphoreSubmitInfo;

/** One command buffer, for recording from the start on, and the pool it is from. Owns both. Not thread-safe. */
final class CommandRecording implements AutoCloseable {
    static final int VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT = 0x1;
    static final int VK_PIPELINE_STAGE_TRANSFER_BIT = 0x1000;
    static final int VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT = 0x2000;
    static final int VK_PIPELINE_STAGE_ALL_COMMANDS_BIT = 0x10000;
    static final int VK_QUEUE_FAMILY_IGNORED = ~0;
    private static final int VK_IMAGE_ASPECT_COLOR_BIT = 0x1;

    private final TransferFunctions functions;
    private final int queueFamily;
    private final long commandBuffer;
    private long commandPool; // 0 when destroyed

    /** Begins. When it fails, nothing is left behind. */
    CommandRecording(DeviceContext context) {
        functions = context.transferFunctions();
        queueFamily = context.device().queueFamily();
        try (Arena arena = Arena.ofConfined()) {
            commandPool = vkCreateCommandPool(arena);
            commandBuffer = vkAllocateCommandBuffer(arena);
            MemorySegment info = Structs.allocate(arena, VkCommandBufferBeginInfo.LAYOUT,
                    VkCommandBufferBeginInfo.STYPE);
            Results.check("vkBeginCommandBuffer", functions.vkBeginCommandBuffer(commandBuffer, info));
        } catch (Throwable t) {
            close();
            throw t;
        }
    }

    private long vkCreateCommandPool(Arena arena) {
        MemorySegment info = Structs.allocate(arena, VkCommandPoolCreateInfo.LAYOUT, VkCommandPoolCreateInfo.STYPE);
        info.set(JAVA_INT, VkCommandPoolCreateInfo.QUEUE_FAMILY_INDEX, queueFamily);
        MemorySegment result = arena.allocate(JAVA_LONG);
        Results.check("vkCreateCommandPool", functions.vkCreateCommandPool(info, result));
        return result.get(JAVA_LONG, 0);
    }

    private long vkAllocateCommandBuffer(Arena arena) {
        MemorySegment info = Structs.allocate(arena, VkCommandBufferAllocateInfo.LAYOUT,
                VkCommandBufferAllocateInfo.STYPE);
        info.set(JAVA_LONG, VkCommandBufferAllocateInfo.COMMAND_POOL, commandPool);
        info.set(JAVA_INT, VkCommandBufferAllocateInfo.COMMAND_BUFFER_COUNT, 1);
        MemorySegment result = arena.allocate(ADDRESS);
        Results.check("vkAllocateCommandBuffers", functions.vkAllocateCommandBuffers(info, result));
        return result.get(JAVA_LONG, 0);
    }

    /** A barrier of the whole image that keeps the owner. */
    static MemorySegment imageBarrier(Arena arena, long image) {
        MemorySegment barrier = Structs.allocate(arena, VkImageMemoryBarrier.LAYOUT, VkImageMemoryBarrier.STYPE);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.SRC_QUEUE_FAMILY_INDEX, VK_QUEUE_FAMILY_IGNORED);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.DST_QUEUE_FAMILY_INDEX, VK_QUEUE_FAMILY_IGNORED);
        barrier.set(JAVA_LONG, VkImageMemoryBarrier.IMAGE, image);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.ASPECT_MASK, VK_IMAGE_ASPECT_COLOR_BIT);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.LEVEL_COUNT, 1);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.LAYER_COUNT, 1);
        return barrier;
    }

    /** A copy of a whole image, from or to a buffer where its rows have no gaps. */
    static MemorySegment wholeImage(Arena arena, int width, int height) {
        MemorySegment region = arena.allocate(VkBufferImageCopy.LAYOUT);
        region.set(JAVA_INT, VkBufferImageCopy.ASPECT_MASK, VK_IMAGE_ASPECT_COLOR_BIT);
        region.set(JAVA_INT, VkBufferImageCopy.LAYER_COUNT, 1);
        region.set(JAVA_INT, VkBufferImageCopy.WIDTH, width);
        region.set(JAVA_INT, VkBufferImageCopy.HEIGHT, height);
        region.set(JAVA_INT, VkBufferImageCopy.DEPTH, 1);
        return region;
    }

    /** A VkSubmitInfo of one command buffer that signals one timeline semaphore. The pointers are to arrays of one. */
    static MemorySegment submitInfo(Arena arena, long commandBuffer, MemorySegment semaphore, MemorySegment value) {
        MemorySegment timeline = Structs.allocate(arena, VkTimelineSemaphoreSubmitInfo.LAYOUT,
                VkTimelineSemaphoreSubmitInfo.STYPE);
        timeline.set(JAVA_INT, VkTimelineSemaphoreSubmitInfo.SIGNAL_SEMAPHORE_VALUE_COUNT, 1);
        timeline.set(ADDRESS, VkTimelineSemaphoreSubmitInfo.SIGNAL_SEMAPHORE_VALUES, value);
        MemorySegment info = Structs.allocate(arena, VkSubmitInfo.LAYOUT, VkSubmitInfo.STYPE);
        Structs.chain(info, timeline);
        info.set(JAVA_INT, VkSubmitInfo.COMMAND_BUFFER_COUNT, 1);
        info.set(ADDRESS, VkSubmitInfo.COMMAND_BUFFERS, arena.allocateFrom(JAVA_LONG, commandBuffer));
        info.set(JAVA_INT, VkSubmitInfo.SIGNAL_SEMAPHORE_COUNT, 1);
        info.set(ADDRESS, VkSubmitInfo.SIGNAL_SEMAPHORES, semaphore);
        return info;
    }

    /** The VkCommandBuffer. */
    long handle() {
        return commandBuffer;
    }

    /** Ends the recording. */
    void end() {
        Results.check("vkEndCommandBuffer", functions.vkEndCommandBuffer(commandBuffer));
    }

    /** Destroys both; idempotent. The GPU must have finished with them. */
    @Override
    public void close() {
        if (commandPool != 0) {
            functions.vkDestroyCommandPool(commandPool);
            commandPool = 0;
        }
    }
}
