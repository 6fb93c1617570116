package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.PixelFormat;
import org.vkfx.vulkan.TransferStructs.VkBufferImageCopy;
import org.vkfx.vulkan.TransferStructs.VkBufferMemoryBarrier;
import org.vkfx.vulkan.TransferStructs.VkCommandBufferAllocateInfo;
import org.vkfx.vulkan.TransferStructs.VkCommandBufferBeginInfo;
import org.vkfx.vulkan.TransferStructs.VkCommandPoolCreateInfo;
import org.vkfx.vulkan.TransferStructs.VkImageBlit;
import org.vkfx.vulkan.TransferStructs.VkImageMemoryBarrier;
import org.vkfx.vulkan.TransferStructs.VkOffset3D;

/**
 * The command buffer that copies a presented image into a buffer as BGRA, recorded once. Owns its pool and, for formats
 * other than BGRA8, an image in which the channels are put in order. Not thread-safe.
 */
final class ReadbackCommands implements AutoCloseable {
    private static final int VK_IMAGE_ASPECT_COLOR_BIT = 0x1;
    private static final int VK_IMAGE_LAYOUT_UNDEFINED = 0;
    private static final int VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL = 6;
    private static final int VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL = 7;
    private static final int VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT = 0x1;
    private static final int VK_PIPELINE_STAGE_TRANSFER_BIT = 0x1000;
    private static final int VK_PIPELINE_STAGE_HOST_BIT = 0x4000;
    private static final int VK_ACCESS_TRANSFER_READ_BIT = 0x800;
    private static final int VK_ACCESS_TRANSFER_WRITE_BIT = 0x1000;
    private static final int VK_ACCESS_HOST_READ_BIT = 0x2000;
    private static final int VK_QUEUE_FAMILY_IGNORED = ~0;
    private static final long VK_WHOLE_SIZE = ~0L;
    private static final int VK_FILTER_NEAREST = 0;

    private final TransferFunctions functions;
    private final int queueFamily;
    private final int width;
    private final int height;
    private final long commandBuffer;
    private ExportableImage ordered; // null for BGRA8
    private long commandPool; // 0 when destroyed

    /** Records the commands. When it fails, nothing is left behind. */
    ReadbackCommands(DeviceContext context, ExportableImage image, long buffer) {
        functions = context.transferFunctions();
        queueFamily = context.device().queueFamily();
        width = image.width();
        height = image.height();
        try (Arena arena = Arena.ofConfined()) {
            if (image.format() != PixelFormat.BGRA8) {
                requireBlit(context);
                ordered = new ExportableImage(context, width, height, PixelFormat.BGRA8, MemoryHandleType.NONE);
            }
            commandPool = vkCreateCommandPool(arena);
            commandBuffer = vkAllocateCommandBuffer(arena);
            MemorySegment info = Structs.allocate(arena, VkCommandBufferBeginInfo.LAYOUT,
                    VkCommandBufferBeginInfo.STYPE);
            Results.check("vkBeginCommandBuffer", functions.vkBeginCommandBuffer(commandBuffer, info));
            acquire(arena, image.image());
            if (ordered != null) {
                order(arena, image.image());
            }
            copy(arena, ordered == null ? image.image() : ordered.image(), buffer);
            Results.check("vkEndCommandBuffer", functions.vkEndCommandBuffer(commandBuffer));
        } catch (Throwable t) {
            close();
            throw t;
        }
    }

    private static void requireBlit(DeviceContext context) {
        int family = context.device().queueFamily();
        if (!context.physicalDevice().hasGraphics(family)) {
            throw new BridgeException(Reason.MISSING_CAPABILITY, "Queue family " + family + " of "
                    + context.physicalDevice().name() + " has no graphics (VK_QUEUE_GRAPHICS_BIT), which it takes to"
                    + " bring RGBA8 pixels into JavaFX's order. Use PixelFormat.BGRA8 or a graphics queue.");
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

    // Nothing to wait for in the queue: the CPU has seen the rendering complete.
    private void acquire(Arena arena, long image) {
        MemorySegment barrier = imageBarrier(arena, image);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.DST_ACCESS_MASK, VK_ACCESS_TRANSFER_READ_BIT);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.OLD_LAYOUT, Frame.LAYOUT_GENERAL);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.NEW_LAYOUT, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.SRC_QUEUE_FAMILY_INDEX, Frame.QUEUE_FAMILY_EXTERNAL);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.DST_QUEUE_FAMILY_INDEX, queueFamily);
        functions.vkCmdPipelineBarrier(commandBuffer, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT,
                0, MemorySegment.NULL, 1, barrier);
    }

    /** Blits the image into the ordered one: a copy would keep the order of the bytes, a blit keeps the colours. */
    private void order(Arena arena, long image) {
        MemorySegment write = imageBarrier(arena, ordered.image());
        write.set(JAVA_INT, VkImageMemoryBarrier.DST_ACCESS_MASK, VK_ACCESS_TRANSFER_WRITE_BIT);
        write.set(JAVA_INT, VkImageMemoryBarrier.OLD_LAYOUT, VK_IMAGE_LAYOUT_UNDEFINED);
        write.set(JAVA_INT, VkImageMemoryBarrier.NEW_LAYOUT, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
        functions.vkCmdPipelineBarrier(commandBuffer, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT,
                0, MemorySegment.NULL, 1, write);
        MemorySegment region = arena.allocate(VkImageBlit.LAYOUT);
        region.set(JAVA_INT, VkImageBlit.SRC_ASPECT_MASK, VK_IMAGE_ASPECT_COLOR_BIT);
        region.set(JAVA_INT, VkImageBlit.SRC_LAYER_COUNT, 1);
        setEnd(region.asSlice(VkImageBlit.SRC_END, VkOffset3D.LAYOUT));
        region.set(JAVA_INT, VkImageBlit.DST_ASPECT_MASK, VK_IMAGE_ASPECT_COLOR_BIT);
        region.set(JAVA_INT, VkImageBlit.DST_LAYER_COUNT, 1);
        setEnd(region.asSlice(VkImageBlit.DST_END, VkOffset3D.LAYOUT));
        functions.vkCmdBlitImage(commandBuffer, image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, ordered.image(),
                VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, region, VK_FILTER_NEAREST);
        MemorySegment read = imageBarrier(arena, ordered.image());
        read.set(JAVA_INT, VkImageMemoryBarrier.SRC_ACCESS_MASK, VK_ACCESS_TRANSFER_WRITE_BIT);
        read.set(JAVA_INT, VkImageMemoryBarrier.DST_ACCESS_MASK, VK_ACCESS_TRANSFER_READ_BIT);
        read.set(JAVA_INT, VkImageMemoryBarrier.OLD_LAYOUT, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
        read.set(JAVA_INT, VkImageMemoryBarrier.NEW_LAYOUT, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
        functions.vkCmdPipelineBarrier(commandBuffer, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT,
                0, MemorySegment.NULL, 1, read);
    }

    private void setEnd(MemorySegment offset) {
        offset.set(JAVA_INT, VkOffset3D.X, width);
        offset.set(JAVA_INT, VkOffset3D.Y, height);
        offset.set(JAVA_INT, VkOffset3D.Z, 1);
    }

    private void copy(Arena arena, long image, long buffer) {
        MemorySegment region = arena.allocate(VkBufferImageCopy.LAYOUT);
        region.set(JAVA_INT, VkBufferImageCopy.ASPECT_MASK, VK_IMAGE_ASPECT_COLOR_BIT);
        region.set(JAVA_INT, VkBufferImageCopy.LAYER_COUNT, 1);
        region.set(JAVA_INT, VkBufferImageCopy.WIDTH, width);
        region.set(JAVA_INT, VkBufferImageCopy.HEIGHT, height);
        region.set(JAVA_INT, VkBufferImageCopy.DEPTH, 1);
        functions.vkCmdCopyImageToBuffer(commandBuffer, image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, buffer, 1, region);
        MemorySegment barrier = Structs.allocate(arena, VkBufferMemoryBarrier.LAYOUT, VkBufferMemoryBarrier.STYPE);
        barrier.set(JAVA_INT, VkBufferMemoryBarrier.SRC_ACCESS_MASK, VK_ACCESS_TRANSFER_WRITE_BIT);
        barrier.set(JAVA_INT, VkBufferMemoryBarrier.DST_ACCESS_MASK, VK_ACCESS_HOST_READ_BIT);
        barrier.set(JAVA_INT, VkBufferMemoryBarrier.SRC_QUEUE_FAMILY_INDEX, VK_QUEUE_FAMILY_IGNORED);
        barrier.set(JAVA_INT, VkBufferMemoryBarrier.DST_QUEUE_FAMILY_INDEX, VK_QUEUE_FAMILY_IGNORED);
        barrier.set(JAVA_LONG, VkBufferMemoryBarrier.BUFFER, buffer);
        barrier.set(JAVA_LONG, VkBufferMemoryBarrier.SIZE, VK_WHOLE_SIZE);
        functions.vkCmdPipelineBarrier(commandBuffer, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT, 1,
                barrier, 0, MemorySegment.NULL);
    }

    /** A barrier of the whole image that keeps the owner. */
    private static MemorySegment imageBarrier(Arena arena, long image) {
        MemorySegment barrier = Structs.allocate(arena, VkImageMemoryBarrier.LAYOUT, VkImageMemoryBarrier.STYPE);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.SRC_QUEUE_FAMILY_INDEX, VK_QUEUE_FAMILY_IGNORED);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.DST_QUEUE_FAMILY_INDEX, VK_QUEUE_FAMILY_IGNORED);
        barrier.set(JAVA_LONG, VkImageMemoryBarrier.IMAGE, image);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.ASPECT_MASK, VK_IMAGE_ASPECT_COLOR_BIT);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.LEVEL_COUNT, 1);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.LAYER_COUNT, 1);
        return barrier;
    }

    /** The VkCommandBuffer. */
    long handle() {
        return commandBuffer;
    }

    /** Destroys everything; idempotent. The GPU must have finished with it. */
    @Override
    public void close() {
        if (commandPool != 0) {
            functions.vkDestroyCommandPool(commandPool);
            commandPool = 0;
        }
        if (ordered != null) {
            ordered.close();
        }
    }
}
