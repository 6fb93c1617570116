package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.vkfx.vulkan.CommandRecording.VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
import static org.vkfx.vulkan.CommandRecording.VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT;
import static org.vkfx.vulkan.CommandRecording.VK_PIPELINE_STAGE_TRANSFER_BIT;
import static org.vkfx.vulkan.CommandRecording.VK_QUEUE_FAMILY_IGNORED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.PixelFormat;
import org.vkfx.vulkan.TransferStructs.VkBufferMemoryBarrier;
import org.vkfx.vulkan.TransferStructs.VkImageBlit;
import org.vkfx.vulkan.TransferStructs.VkImageMemoryBarrier;
import org.vkfx.vulkan.TransferStructs.VkOffset3D;

/**
 * The command buffer that copies a presented image into a buffer as BGRA, recorded once. Owns it and, for formats
 * other than BGRA8, an image in which the channels are put in order. Not thread-safe.
 */
final class ReadbackCommands implements AutoCloseable {
    private static final int VK_IMAGE_ASPECT_COLOR_BIT = 0x1;
    private static final int VK_IMAGE_LAYOUT_UNDEFINED = 0;
    private static final int VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL = 6;
    private static final int VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL = 7;
    private static final int VK_PIPELINE_STAGE_HOST_BIT = 0x4000;
    private static final int VK_ACCESS_TRANSFER_READ_BIT = 0x800;
    private static final int VK_ACCESS_TRANSFER_WRITE_BIT = 0x1000;
    private static final int VK_ACCESS_HOST_READ_BIT = 0x2000;
    private static final long VK_WHOLE_SIZE = ~0L;
    private static final int VK_FILTER_NEAREST = 0;

    private final TransferFunctions functions;
    private final int queueFamily;
    private final int width;
    private final int height;
    private final long commandBuffer;
    private ExportableImage ordered; // null for BGRA8
    private CommandRecording recording; // null until made

    /** Records the commands. When it fails, nothing is left behind. */
    ReadbackCommands(DeviceContext context, ExportableImage image, long buffer) {
        functions = context.transferFunctions();
        queueFamily = context.device().queueFamily();
        width = image.width();
        height = image.height();
        try (Arena arena = Arena.ofConfined()) {
            if (image.format() != PixelFormat.BGRA8) {
                requireBlit(context);
                ordered = new ExportableImage(context, width, height, PixelFormat.BGRA8, MemoryHandleType.NONE, false);
            }
            recording = new CommandRecording(context);
            commandBuffer = recording.handle();
            acquire(arena, image.image());
            if (ordered != null) {
                order(arena, image.image());
            }
            copy(arena, ordered == null ? image.image() : ordered.image(), buffer);
            recording.end();
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

    // Behind all that was submitted before, to which the rendering belongs.
    private void acquire(Arena arena, long image) {
        MemorySegment barrier = CommandRecording.imageBarrier(arena, image);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.DST_ACCESS_MASK, VK_ACCESS_TRANSFER_READ_BIT);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.OLD_LAYOUT, Frame.LAYOUT_GENERAL);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.NEW_LAYOUT, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.SRC_QUEUE_FAMILY_INDEX, Frame.QUEUE_FAMILY_EXTERNAL);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.DST_QUEUE_FAMILY_INDEX, queueFamily);
        functions.vkCmdPipelineBarrier(commandBuffer, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                VK_PIPELINE_STAGE_TRANSFER_BIT, 0, MemorySegment.NULL, 1, barrier);
    }

    /** Blits the image into the ordered one: a copy would keep the order of the bytes, a blit keeps the colours. */
    private void order(Arena arena, long image) {
        MemorySegment write = CommandRecording.imageBarrier(arena, ordered.image());
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
        MemorySegment read = CommandRecording.imageBarrier(arena, ordered.image());
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
        MemorySegment region = CommandRecording.wholeImage(arena, width, height);
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

    /** The VkCommandBuffer. */
    long handle() {
        return commandBuffer;
    }

    /** Destroys everything; idempotent. The GPU must have finished with it. */
    @Override
    public void close() {
        if (recording != null) {
            recording.close();
        }
        if (ordered != null) {
            ordered.close();
        }
    }
}
