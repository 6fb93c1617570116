package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.vulkan.DeviceStructs.VkSemaphoreCreateInfo;
import org.vkfx.vulkan.DeviceStructs.VkSemaphoreTypeCreateInfo;
import org.vkfx.vulkan.DeviceStructs.VkSemaphoreWaitInfo;

/** A timeline VkSemaphore, owned until {@link #close()}. Thread-safe. */
public final class TimelineSemaphore implements AutoCloseable {
    private static final int VK_SEMAPHORE_TYPE_TIMELINE = 1;

    private final DeviceFunctions functions;
    private final MemorySegment counter = Arena.ofAuto().allocate(JAVA_LONG); // guarded by this
    private long semaphore; // guarded by this; 0 when destroyed

    /**
     * Makes a semaphore.
     *
     * @param context the device
     * @param initialValue the value it begins with
     * @throws BridgeException REFUSED or DEVICE_LOST by Vulkan
     */
    public TimelineSemaphore(DeviceContext context, long initialValue) {
        functions = context.functions();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment type = Structs.allocate(arena, VkSemaphoreTypeCreateInfo.LAYOUT,
                    VkSemaphoreTypeCreateInfo.STYPE);
            type.set(JAVA_INT, VkSemaphoreTypeCreateInfo.SEMAPHORE_TYPE, VK_SEMAPHORE_TYPE_TIMELINE);
            type.set(JAVA_LONG, VkSemaphoreTypeCreateInfo.INITIAL_VALUE, initialValue);
            MemorySegment info = Structs.allocate(arena, VkSemaphoreCreateInfo.LAYOUT, VkSemaphoreCreateInfo.STYPE);
            Structs.chain(info, type);
            MemorySegment result = arena.allocate(JAVA_LONG);
            Results.check("vkCreateSemaphore", functions.vkCreateSemaphore(info, result));
            semaphore = result.get(JAVA_LONG, 0);
        }
    }

    /**
     * Returns the handle.
     *
     * @return the VkSemaphore
     * @throws BridgeException ILLEGAL_STATE after close
     */
    public synchronized long handle() {
        if (semaphore == 0) {
            throw new BridgeException(Reason.ILLEGAL_STATE, "This timeline semaphore was closed. Make a new one.");
        }
        return semaphore;
    }

    /**
     * Asks for the value. Allocates nothing and does not wait.
     *
     * @return the value reached so far
     * @throws BridgeException ILLEGAL_STATE after close, REFUSED or DEVICE_LOST by Vulkan
     */
    public synchronized long value() {
        Results.check("vkGetSemaphoreCounterValue", functions.vkGetSemaphoreCounterValue(handle(), counter));
        return counter.get(JAVA_LONG, 0);
    }

    /**
     * Waits for a value. The semaphore must not be closed meanwhile.
     *
     * @param value the value to wait for
     * @param timeoutNanos how long to wait, in nanoseconds; 0 or less only looks
     * @return whether the value was reached in time
     * @throws BridgeException ILLEGAL_STATE after close, REFUSED or DEVICE_LOST by Vulkan
     */
    public boolean await(long value, long timeoutNanos) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment semaphores = arena.allocateFrom(JAVA_LONG, handle());
            MemorySegment info = Structs.allocate(arena, VkSemaphoreWaitInfo.LAYOUT, VkSemaphoreWaitInfo.STYPE);
            info.set(JAVA_INT, VkSemaphoreWaitInfo.SEMAPHORE_COUNT, 1);
            info.set(ADDRESS, VkSemaphoreWaitInfo.SEMAPHORES, semaphores);
            info.set(ADDRESS, VkSemaphoreWaitInfo.VALUES, arena.allocateFrom(JAVA_LONG, value));
            int result = functions.vkWaitSemaphores(info, Math.max(0, timeoutNanos));
            if (result == Results.VK_TIMEOUT) {
                return false;
            }
            Results.check("vkWaitSemaphores", result);
            return true;
        }
    }

    /** Destroys the semaphore; idempotent. No submission and no wait may still use it. */
    @Override
    public synchronized void close() {
        if (semaphore != 0) {
            functions.vkDestroySemaphore(semaphore);
            semaphore = 0;
        }
    }
}
