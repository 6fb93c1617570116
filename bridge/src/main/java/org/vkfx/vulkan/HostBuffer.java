package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import org.vkfx.vulkan.DeviceStructs.VkMemoryAllocateInfo;
import org.vkfx.vulkan.DeviceStructs.VkMemoryRequirements;
import org.vkfx.vulkan.TransferStructs.VkBufferCreateInfo;

/**
 * A VkBuffer in mapped, coherent host memory, cached where there is such. Owns buffer and memory until {@link
 * #close()}. Not thread-safe.
 */
final class HostBuffer implements AutoCloseable {
    static final int VK_BUFFER_USAGE_TRANSFER_SRC_BIT = 0x1;
    static final int VK_BUFFER_USAGE_TRANSFER_DST_BIT = 0x2;
    private static final int HOST_COHERENT = MemoryTypes.HOST_VISIBLE | MemoryTypes.HOST_COHERENT;

    private final DeviceFunctions functions;
    private final TransferFunctions transfer;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment bytes;
    private MemoryType memoryType; // null until allocated
    private long buffer; // 0 when destroyed, like the next
    private long memory;

    /**
     * Makes a buffer. When it fails, nothing is left behind.
     *
     * @param size bytes
     * @param usage VkBufferUsageFlags
     * @throws org.vkfx.BridgeException REFUSED or DEVICE_LOST by Vulkan
     */
    HostBuffer(DeviceContext context, long size, int usage) {
        functions = context.functions();
        transfer = context.transferFunctions();
        try (Arena local = Arena.ofConfined()) {
            buffer = vkCreateBuffer(local, size, usage);
            memory = vkAllocateMemory(local, context.physicalDevice().memoryTypes());
            Results.check("vkBindBufferMemory", transfer.vkBindBufferMemory(buffer, memory, 0));
            bytes = vkMapMemory(local, size);
        } catch (Throwable t) {
            close();
            throw t;
        }
    }

    private long vkCreateBuffer(Arena local, long size, int usage) {
        MemorySegment info = Structs.allocate(local, VkBufferCreateInfo.LAYOUT, VkBufferCreateInfo.STYPE);
        info.set(JAVA_LONG, VkBufferCreateInfo.SIZE, size);
        info.set(JAVA_INT, VkBufferCreateInfo.USAGE, usage);
        MemorySegment result = local.allocate(JAVA_LONG);
        Results.check("vkCreateBuffer", transfer.vkCreateBuffer(info, result));
        return result.get(JAVA_LONG, 0);
    }

    private long vkAllocateMemory(Arena local, MemoryTypes types) {
        MemorySegment requirements = local.allocate(VkMemoryRequirements.LAYOUT);
        transfer.vkGetBufferMemoryRequirements(buffer, requirements);
        long size = requirements.get(JAVA_LONG, VkMemoryRequirements.SIZE);
        int type = memoryType(types, requirements.get(JAVA_INT, VkMemoryRequirements.MEMORY_TYPE_BITS));
        memoryType = types.type(type);
        MemorySegment info = Structs.allocate(local, VkMemoryAllocateInfo.LAYOUT, VkMemoryAllocateInfo.STYPE);
        info.set(JAVA_LONG, VkMemoryAllocateInfo.ALLOCATION_SIZE, size);
        info.set(JAVA_INT, VkMemoryAllocateInfo.MEMORY_TYPE_INDEX, type);
        MemorySegment result = local.allocate(JAVA_LONG);
        Results.check("vkAllocateMemory (" + size + " bytes of host memory)",
                functions.vkAllocateMemory(info, result));
        return result.get(JAVA_LONG, 0);
    }

    /** Reading uncached memory is slow, a graphics card's slower still. Vulkan guarantees a coherent type. */
    static int memoryType(MemoryTypes types, int typeBits) {
        int cached = types.find(typeBits, HOST_COHERENT | MemoryTypes.HOST_CACHED, MemoryTypes.DEVICE_LOCAL);
        return cached >= 0 ? cached : types.find(typeBits, HOST_COHERENT, MemoryTypes.DEVICE_LOCAL);
    }

    @SuppressWarnings("restricted")
    private MemorySegment vkMapMemory(Arena local, long size) {
        MemorySegment data = local.allocate(ADDRESS);
        Results.check("vkMapMemory", transfer.vkMapMemory(memory, 0, size, data));
        return data.get(ADDRESS, 0).reinterpret(size, arena, null);
    }

    /** The VkBuffer, or 0 after close. */
    long handle() {
        return buffer;
    }

    /** The mapped memory. After close Java throws at an access, and native code must have none. */
    MemorySegment bytes() {
        return bytes;
    }

    /** The type that was allocated from. */
    MemoryType memoryType() {
        return memoryType;
    }

    /** Destroys buffer and memory; idempotent. The GPU must have finished with them. */
    @Override
    public void close() {
        // First: from here on no access reaches memory that is no longer mapped.
        if (arena.scope().isAlive()) {
            arena.close();
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
