package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.vkfx.vulkan.CommandRecording.VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT;
import static org.vkfx.vulkan.CommandRecording.VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT;
import static org.vkfx.vulkan.CommandRecording.VK_PIPELINE_STAGE_TRANSFER_BIT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Objects;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.PixelFormat;
import org.vkfx.vulkan.TransferStructs.VkImageMemoryBarrier;

/** Fills an image with given pixels, as the smallest renderer would; for checks. */
public final class ImageUpload {
    private static final int VK_IMAGE_LAYOUT_UNDEFINED = 0;
    private static final int VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL = 7;
    private static final int VK_ACCESS_TRANSFER_WRITE_BIT = 0x1000;

    private ImageUpload() {
    }

    /**
     * Fills an image and waits until that is done. Leaves the image as a presented frame: in layout GENERAL and
     * released to VK_QUEUE_FAMILY_EXTERNAL. Not on the JavaFX thread.
     *
     * @param context the device
     * @param image an image that is alive and that nobody else uses
     * @param argb its pixels, row by row, the top one first, whatever its format
     * @param limit how long to wait at most
     * @throws BridgeException REFUSED or DEVICE_LOST by Vulkan; REFUSED when it is not done in time: then what was
     *     recorded is left to the GPU
     */
    public static void fill(DeviceContext context, ExportableImage image, int[] argb, Duration limit) {
        Objects.checkIndex(image.width() * image.height() - 1, argb.length);
        HostBuffer buffer = new HostBuffer(context, (long) argb.length * Integer.BYTES,
                HostBuffer.VK_BUFFER_USAGE_TRANSFER_SRC_BIT);
        CommandRecording commands = null;
        TimelineSemaphore done = null;
        boolean inUse = false;
        try (Arena arena = Arena.ofConfined()) {
            buffer.bytes().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer()
                    .put(stored(argb, image.format()));
            commands = new CommandRecording(context);
            done = new TimelineSemaphore(context, 0);
            record(context, arena, commands, buffer.handle(), image);
            MemorySegment submit = CommandRecording.submitInfo(arena, commands.handle(),
                    arena.allocateFrom(JAVA_LONG, done.handle()), arena.allocateFrom(JAVA_LONG, 1L));
            context.queue().submit(submit);
            inUse = true;
            inUse = !done.await(1, limit.toNanos());
            if (inUse) {
                throw new BridgeException(Reason.REFUSED,
                        "The GPU did not fill an image within " + limit.toSeconds() + " seconds.");
            }
        } catch (BridgeException e) {
            if (inUse && e.reason() == Reason.DEVICE_LOST) {
                done.settle(1);
                inUse = false;
            }
            throw e;
        } finally {
            if (!inUse) {
                if (commands != null) {
                    commands.close();
                }
                if (done != null) {
                    done.close();
                }
                buffer.close();
            }
        }
    }

    /** In the order of the format's bytes, the first the lowest. */
    private static int[] stored(int[] argb, PixelFormat format) {
        if (format == PixelFormat.BGRA8) {
            return argb;
        }
        int[] abgr = new int[argb.length];
        for (int i = 0; i < argb.length; i++) {
            abgr[i] = argb[i] & 0xff00ff00 | argb[i] >> 16 & 0xff | (argb[i] & 0xff) << 16;
        }
        return abgr;
    }

    private static void record(DeviceContext context, Arena arena, CommandRecording commands, long buffer,
            ExportableImage image) {
        TransferFunctions functions = context.transferFunctions();
        MemorySegment barrier = CommandRecording.imageBarrier(arena, image.image());
        barrier.set(JAVA_INT, VkImageMemoryBarrier.DST_ACCESS_MASK, VK_ACCESS_TRANSFER_WRITE_BIT);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.OLD_LAYOUT, VK_IMAGE_LAYOUT_UNDEFINED);
        barrier.set(JAVA_INT, VkImageMemoryBarrier.NEW_LAYOUT, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
        functions.vkCmdPipelineBarrier(commands.handle(), VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT,
                VK_PIPELINE_STAGE_TRANSFER_BIT, 0, MemorySegment.NULL, 1, barrier);
        MemorySegment region = CommandRecording.wholeImage(arena, image.width(), image.height());
        functions.vkCmdCopyBufferToImage(commands.handle(), buffer, image.image(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                1,
                region);
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
}
