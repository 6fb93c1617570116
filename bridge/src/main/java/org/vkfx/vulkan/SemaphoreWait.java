package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

import org.vkfx.vulkan.DeviceStructs.VkSemaphoreWaitInfo;

/**
 * Waits for timeline semaphores, one at a time. What a wait says is never taken for the truth: {@link #look} reads the
 * counter. One thread.
 *
 * <p>MoltenVK (1.4.2) leaves a listener and a block behind in every vkWaitSemaphores that times out. They stay with the
 * semaphore, may end a later wait with VK_SUCCESS too early, and may use the semaphore after it was destroyed. So there
 * vkWaitSemaphores is not called: the thread sleeps, in {@link Pauses}, between looks at the counter. This needs
 * nothing of Metal's, and holds for any semaphore.
 */
final class SemaphoreWait {
    private final DeviceFunctions functions;
    private final boolean sleeps;
    private final Pauses pauses = new Pauses();
    private final MemorySegment counter;
    private final MemorySegment semaphores;
    private final MemorySegment values;
    private final MemorySegment info;

    SemaphoreWait(DeviceContext context, Arena arena) {
        functions = context.functions();
        sleeps = context.physicalDevice().isMoltenVk();
        counter = arena.allocate(JAVA_LONG);
        semaphores = arena.allocate(JAVA_LONG);
        values = arena.allocate(JAVA_LONG);
        info = Structs.allocate(arena, VkSemaphoreWaitInfo.LAYOUT, VkSemaphoreWaitInfo.STYPE);
        info.set(JAVA_INT, VkSemaphoreWaitInfo.SEMAPHORE_COUNT, 1);
        info.set(ADDRESS, VkSemaphoreWaitInfo.SEMAPHORES, semaphores);
        info.set(ADDRESS, VkSemaphoreWaitInfo.VALUES, values);
    }

    /** Whether waits are sleeps, which LockSupport.unpark ends: else nothing does, but the semaphore and the time. */
    boolean sleeps() {
        return sleeps;
    }

    /** Something else is waited for from now on: sleeps are short again. */
    void restart() {
        pauses.restart();
    }

    /**
     * Waits a while: until the semaphore has the value or the time is up, or shorter.
     *
     * @return VkResult of vkWaitSemaphores: VK_SUCCESS and VK_TIMEOUT mean: {@link #look}
     */
    int await(long semaphore, long value, long nanos) {
        if (sleeps) {
            sleep(nanos);
            return Results.VK_TIMEOUT;
        }
        semaphores.set(JAVA_LONG, 0, semaphore);
        values.set(JAVA_LONG, 0, value);
        return functions.vkWaitSemaphores(info, nanos);
    }

    /** Sleeps until the next look is due, the time is up, or LockSupport.unpark ends it. */
    void sleep(long nanos) {
        long pause = Math.min(pauses.next(), nanos);
        if (pause > 0) {
            LockSupport.parkNanos(this, pause);
        }
    }

    /** Reads a counter. Returns the VkResult; only after VK_SUCCESS {@link #isReached(long)} may be asked. */
    int look(long semaphore) {
        return functions.vkGetSemaphoreCounterValue(semaphore, counter);
    }

    /** Whether the counter that was read last has reached a value. */
    boolean isReached(long value) {
        return Long.compareUnsigned(counter.get(JAVA_LONG, 0), value) >= 0;
    }
}
