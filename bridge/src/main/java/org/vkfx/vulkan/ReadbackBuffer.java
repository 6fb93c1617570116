package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.Lock;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.vulkan.DeviceStructs.VkMemoryAllocateInfo;
import org.vkfx.vulkan.DeviceStructs.VkMemoryRequirements;
import org.vkfx.vulkan.TransferStructs.VkBufferCreateInfo;

/**
 * Host memory that an image is copied into, whatever its format as B G R A: what JavaFX's PixelBuffer takes. A VkBuffer
 * with mapped, coherent memory (cached where there is such) and the commands that fill it, recorded once. Owns all of
 * them until {@link #close()}, but not the image. Thread-safe.
 */
public final class ReadbackBuffer implements AutoCloseable {
    private static final int VK_BUFFER_USAGE_TRANSFER_DST_BIT = 0x2;
    private static final int HOST_COHERENT = MemoryTypes.HOST_VISIBLE | MemoryTypes.HOST_COHERENT;
    private static final int BYTES_PER_PIXEL = 4;

    private final DeviceQueue queue;
    private final DeviceFunctions functions;
    private MemoryType memoryType;
    private final TransferFunctions transfer;
    private final Arena arena;
    private final MemorySegment bytes;
    private final MemorySegment signalSemaphore; // guarded by this, like the next two
    private final MemorySegment signalValue;
    private final MemorySegment submitInfo;
    private long buffer; // guarded by this; 0 when destroyed, like the next
    private long memory;
    private ReadbackCommands commands; // null when closed

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
        functions = context.functions();
        transfer = context.transferFunctions();
        arena = Arena.ofShared();
        try {
            buffer = vkCreateBuffer(size);
            memory = vkAllocateMemory(context.physicalDevice());
            Results.check("vkBindBufferMemory", transfer.vkBindBufferMemory(buffer, memory, 0));
            bytes = vkMapMemory(size);
            commands = new ReadbackCommands(context, image, buffer);
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

    private long vkCreateBuffer(long size) {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment info = Structs.allocate(local, VkBufferCreateInfo.LAYOUT, VkBufferCreateInfo.STYPE);
            info.set(JAVA_LONG, VkBufferCreateInfo.SIZE, size);
            info.set(JAVA_INT, VkBufferCreateInfo.USAGE, VK_BUFFER_USAGE_TRANSFER_DST_BIT);
            MemorySegment result = local.allocate(JAVA_LONG);
            Results.check("vkCreateBuffer", transfer.vkCreateBuffer(info, result));
            return result.get(JAVA_LONG, 0);
        }
    }

    private long vkAllocateMemory(PhysicalDevice physicalDevice) {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment requirements = local.allocate(VkMemoryRequirements.LAYOUT);
            transfer.vkGetBufferMemoryRequirements(buffer, requirements);
            long size = requirements.get(JAVA_LONG, VkMemoryRequirements.SIZE);
            MemorySegment info = Structs.allocate(local, VkMemoryAllocateInfo.LAYOUT, VkMemoryAllocateInfo.STYPE);
            info.set(JAVA_LONG, VkMemoryAllocateInfo.ALLOCATION_SIZE, size);
            int type = memoryType(physicalDevice.memoryTypes(),
                    requirements.get(JAVA_INT, VkMemoryRequirements.MEMORY_TYPE_BITS));
            memoryType = physicalDevice.memoryTypes().type(type);
            info.set(JAVA_INT, VkMemoryAllocateInfo.MEMORY_TYPE_INDEX, type);
            MemorySegment result = local.allocate(JAVA_LONG);
            Results.check("vkAllocateMemory (" + size + " bytes of host memory)",
                    functions.vkAllocateMemory(info, result));
            return result.get(JAVA_LONG, 0);
        }
    }

    /** Reading uncached memory is slow, a graphics card's slower still. Vulkan guarantees a coherent type. */
    static int memoryType(MemoryTypes types, int typeBits) {
        int cached = types.find(typeBits, HOST_COHERENT | MemoryTypes.HOST_CACHED, MemoryTypes.DEVICE_LOCAL);
        return cached >= 0 ? cached : types.find(typeBits, HOST_COHERENT, MemoryTypes.DEVICE_LOCAL);
    }

    /**
     * Returns what kind of memory it is.
     *
     * @return the type that was allocated from
     */
    public MemoryType memoryType() {
        return memoryType;
    }

    @SuppressWarnings("restricted")
    private MemorySegment vkMapMemory(long size) {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment data = local.allocate(ADDRESS);
            Results.check("vkMapMemory", transfer.vkMapMemory(memory, 0, size, data));
            return data.get(ADDRESS, 0).reinterpret(size, arena, null);
        }
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
        return bytes.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /**
     * Submits the copy, inside the device's queue lock. The image is in layout GENERAL and released to
     * VK_QUEUE_FAMILY_EXTERNAL, and the CPU has seen its rendering complete; the previous copy has completed, too. The
     * copy leaves the image to the queue's family, in a layout for copying: contents are to be considered undefined.
     * Neither waits for the GPU nor allocates.
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
        // First: from here on no access reaches memory that is no longer mapped.
        if (arena.scope().isAlive()) {
            arena.close();
        }
        if (commands != null) {
            commands.close();
            commands = null;
        }
        if (buffer != 0) {
            transfer.vkDestroyBuffer(buffer);
            buffer = 0;
        }
        if (memory != 0) {
            functions.vkFreeMemory(memory); // unmaps it
            memory = 0;
        }
    }
}
