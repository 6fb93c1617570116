package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.Lock;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;

/**
 * Host memory that an image is copied into, whatever its format as B G R A: what JavaFX's PixelBuffer takes. A VkBuffer
 * with mapped, coherent memory (cached where there is such) and the commands that fill it, recorded once. Owns all of
 * them until {@link #close()}, but not the image. Thread-safe.
 */
public final class ReadbackBuffer implements AutoCloseable {
    private static final int BYTES_PER_PIXEL = 4;

    private final DeviceQueue queue;
    private final HostBuffer buffer;
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment signalSemaphore; // guarded by this, like the next
    private final MemorySegment signalValue;
    private final MemorySegment submitInfo;
    private ReadbackCommands commands; // guarded by this; null when closed

    /**
     * Makes the buffer and records the commands. When it fails, nothing is left behind.
     *
     * @param context the device
     * @param image the image to be copied; it must be alive at every submit
     * @throws BridgeException INVALID_ARGUMENT for an image of more than 2 GiB, MISSING_CAPABILITY when the format is
     *     not BGRA8 and the device's queue has no graphics, ILLEGAL_STATE when the image was closed, REFUSED or
     *     DEVICE_LOST by Vulkan
     */
    public ReadbackBuffer(DeviceContext context, ExportableImage image) {
        if (image.image() == 0) {
            throw new BridgeException(Reason.ILLEGAL_STATE,
                    "The image to be copied was closed. Make the buffer for a live image.");
        }
        long size = size(image.width(), image.height());
        queue = context.queue();
        buffer = new HostBuffer(context, size, HostBuffer.VK_BUFFER_USAGE_TRANSFER_DST_BIT);
        try {
            commands = new ReadbackCommands(context, image, buffer.handle());
            signalSemaphore = arena.allocate(JAVA_LONG);
            signalValue = arena.allocate(JAVA_LONG);
            submitInfo = CommandRecording.submitInfo(arena, commands.handle(), signalSemaphore, signalValue);
        } catch (Throwable t) {
            close();
            throw t;
        }
    }

    /** Bytes of an image; a ByteBuffer must be able to hold them. */
    static int size(int width, int height) {
        long pixels = (long) width * height;
        if (pixels > Integer.MAX_VALUE / BYTES_PER_PIXEL) {
            throw new BridgeException(Reason.INVALID_ARGUMENT, "An image of " + width + " x " + height
                    + " pixels is too large to be copied to JavaFX: the limit is 2 GiB. Make the view smaller, or lower its resolutionScale.");
        }
        return (int) pixels * BYTES_PER_PIXEL;
    }

    /**
     * Returns what kind of memory it is.
     *
     * @return the type that was allocated from
     */
    public MemoryType memoryType() {
        return buffer.memoryType();
    }

    /**
     * Returns the memory: rows of width * 4 bytes without gaps, B G R A, top row first. Valid until close; afterwards
     * Java throws IllegalStateException at an access, and native code must have none.
     *
     * @return a new view of the memory, of native byte order
     * @throws BridgeException ILLEGAL_STATE after close
     */
    public synchronized ByteBuffer bytes() {
        checkOpen();
        return buffer.bytes().asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /**
     * Submits the copy, inside the device's queue lock, behind all that was submitted to the queue before: then the
     * image is in layout GENERAL and released to VK_QUEUE_FAMILY_EXTERNAL. The CPU has seen the previous copy complete.
     * The copy leaves the image to the queue's family, in a layout for copying: contents are to be considered
     * undefined. Neither waits for the GPU nor allocates.
     *
     * @param signalled the timeline to be signalled when the bytes are in host memory
     * @param value the value to be signalled
     * @throws BridgeException ILLEGAL_STATE after close, REFUSED or DEVICE_LOST by Vulkan; nothing will be signalled
     *     then
     */
    public void submit(TimelineSemaphore signalled, long value) {
        Lock lock = queue.lock();
        lock.lock();
        try {
            vkQueueSubmit(signalled.handle(), value);
        } finally {
            lock.unlock();
        }
    }

    private synchronized void vkQueueSubmit(long semaphore, long value) {
        checkOpen();
        signalSemaphore.set(JAVA_LONG, 0, semaphore);
        signalValue.set(JAVA_LONG, 0, value);
        queue.vkQueueSubmit(submitInfo);
    }

    private void checkOpen() {
        if (commands == null) {
            throw new BridgeException(Reason.ILLEGAL_STATE, "This buffer was closed. Make a new one for the image.");
        }
    }

    /** Destroys commands, buffer and memory; idempotent. The last copy must have completed. */
    @Override
    public synchronized void close() {
        buffer.close();
        if (commands != null) {
            commands.close();
            commands = null;
        }
    }
}
