package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.vulkan.DeviceStructs.VkSemaphoreCreateInfo;

/** A VkSemaphore, owned until {@link #close()}. These methods are thread-safe; what kinds add says so for itself. */
public abstract sealed class VulkanSemaphore implements AutoCloseable permits BinarySemaphore, TimelineSemaphore {
    final DeviceFunctions functions;
    private long semaphore; // guarded by this; 0 when destroyed

    /**
     * Makes a semaphore.
     *
     * @param context the device
     * @param extension returns the structure that extends VkSemaphoreCreateInfo, or NULL
     * @throws BridgeException REFUSED or DEVICE_LOST by Vulkan
     */
    VulkanSemaphore(DeviceContext context, Function<Arena, MemorySegment> extension) {
        functions = context.functions();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = Structs.allocate(arena, VkSemaphoreCreateInfo.LAYOUT, VkSemaphoreCreateInfo.STYPE);
            Structs.chain(info, extension.apply(arena));
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
            throw new BridgeException(Reason.ILLEGAL_STATE, "This semaphore was closed. Make a new one.");
        }
        return semaphore;
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
