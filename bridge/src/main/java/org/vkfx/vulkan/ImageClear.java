package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.vkfx.vulkan.CommandRecording.VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT;
import static org.vkfx.vulkan.CommandRecording.VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT;
import static org.vkfx.vulkan.CommandRecording.VK_PIPELINE_STAGE_TRANSFER_BIT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.vulkan.DeviceStructs.VkImageSubresourceRange;
import org.vkfx.vulkan.TransferStructs.VkImageMemoryBarrier;

/** Fills an image with a colour, as the smallest renderer would; for checks. */
public final class ImageClear {
    private static final int VK_IMAGE_ASPECT_COLOR_BIT = 0x1;
    private static final int VK_IMAGE_LAYOUT_UNDEFINED = 0;
    private static final int VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL = 7;
    private static final int VK_ACCESS_TRANSFER_WRITE_BIT = 0x1000;
    private static final int CHANNELS = 4;

    private ImageClear() {
    }

    /**
     * Fills an image and waits until that is done. Leaves the image as a presented frame: in layout GENERAL and released
     * to VK_QUEUE_FAMILY_EXTERNAL. Not on the JavaFX thread.
     *
     * @param context the device
     * @param image an image that is alive and that nobody else uses
     * @param argb the colour, as it is stored
     * @param limit how long to wait at most
     * @throws BridgeException REFUSED or DEVICE_LOST by Vulkan; REFUSED when it is not done in time: then what was recorded is
     *     left to the GPU
     */
    public static void fill(DeviceContext context, ExportableImage image, int argb, Duration limit) {
        CommandRecording commands = new CommandRecording(context);
        TimelineSemaphore done = null;
        boolean submitted = false;
        boolean finished = false;
        try (Arena arena = Arena.ofConfined()) {
            done = new TimelineSemaphore(context, 0);
            record(context, arena, commands, image.image(), argb);
            MemorySegment submit = CommandRecording.submitInfo(arena, commands.handle(),
                    arena.allocateFrom(JAVA_LONG, done.handle()), arena.allocateFrom(JAVA_LONG, 1L));
            context.queue().submit(submit);
            submitted = true;
            finished = done.await(1, limit.toNanos());
            if (!finished) {
                throw new BridgeException(Reason.REFUSED,
                        "The GPU did not fill an image within " + limit.toSeconds() + " seconds.");
            }
        } finally {
            if (finished || !submitted) {
                commands.close();
                if (done != null) {
                    done.close();
                }
            }
        }
    }

    private static void record(DeviceContext context, Arena arena, CommandRecording commands, long image, int argb) {
        TransferFunctions functions = context.transferFunctions();
        MemorySegment barrier = CommandRecording.imageBarrier(arena, image);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.DST_ACCESS_MASK, VK_ACCESS_TRANSFER_WRITE_BIT);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.OLD_LAYOUT, VK_IMAGE_LAYOUT_UNDEFINED);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.NEW_LAYOUT, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
        functions.vkCmdPipelineBarrier(commands.handle(), VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT,
                VK_PIPELINE_STAGE_TRANSFER_BIT, 0, MemorySegment.NULL, 1, barrier);
        MemorySegment range = arena.allocate(VkImageSubresourceRange.LAYOUT);
        range.set(JAVA_INT, VkImageSubresourceRange.ASPECT_MASK, VK_IMAGE_ASPECT_COLOR_BIT);
        range.set(JAVA_INT, VkImageSubresourceRange.LEVEL_COUNT, 1);
        range.set(JAVA_INT, VkImageSubresourceRange.LAYER_COUNT, 1);
        functions.vkCmdClearColorImage(commands.handle(), image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                colour(arena, argb), 1, range);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.SRC_ACCESS_MASK, VK_ACCESS_TRANSFER_WRITE_BIT);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.DST_ACCESS_MASK, 0);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.OLD_LAYOUT, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.NEW_LAYOUT, Frame.LAYOUT_GENERAL);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.SRC_QUEUE_FAMILY_INDEX, context.device().queueFamily());
        barrier.set(JAVA_INT, VkImageMemoryBarrier.DST_QUEUE_FAMILY_INDEX, Frame.QUEUE_FAMILY_EXTERNAL);
        functions.vkCmdPipelineBarrier(commands.handle(), VK_PIPELINE_STAGE_TRANSFER_BIT,
                VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, 0, MemorySegment.NULL, 1, barrier);
        commands.end();
    }

    /** A VkClearColorValue: red, green, blue, alpha. */
    private static MemorySegment colour(Arena arena, int argb) {
        MemorySegment colour = arena.allocate(JAVA_FLOAT, CHANNELS);
        for (int i = 0; i < CHANNELS; i++) {
            int shift = i == CHANNELS - 1 ? 24 : 16 - 8 * i;
            colour.setAtIndex(JAVA_FLOAT, i, (argb >>> shift & 255) / 255f);
        }
        return colour;
    }
}
