package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.vulkan.DeviceStructs.VkExportMetalObjectCreateInfoEXT;
import org.vkfx.vulkan.DeviceStructs.VkExportMetalObjectsInfoEXT;
import org.vkfx.vulkan.DeviceStructs.VkExportMetalSharedEventInfoEXT;
import org.vkfx.vulkan.DeviceStructs.VkSemaphoreTypeCreateInfo;

/** A timeline VkSemaphore, owned until {@link #close()}. Thread-safe. */
public final class TimelineSemaphore extends VulkanSemaphore {
    private static final long PATIENCE_NANOS = 1_000_000_000;
    private static final long RETRY_NANOS = 1_000_000;
    private static final int VK_SEMAPHORE_TYPE_TIMELINE = 1;
    private static final int VK_EXPORT_METAL_OBJECT_TYPE_METAL_SHARED_EVENT_BIT_EXT = 0x20;

    private final DeviceContext context;
    private final MemorySegment counter = Arena.ofAuto().allocate(JAVA_LONG); // guarded by this

    /**
     * Makes a semaphore.
     *
     * @param context the device
     * @param initialValue the value it begins with
     * @throws BridgeException REFUSED or DEVICE_LOST by Vulkan
     */
    public TimelineSemaphore(DeviceContext context, long initialValue) {
        this(context, initialValue, arena -> MemorySegment.NULL);
    }

    /**
     * Makes a semaphore that is an MTLSharedEvent too: what either side signals, the other sees.
     *
     * @param context the device
     * @return the semaphore, whose value is 0
     * @throws BridgeException MISSING_CAPABILITY when VK_EXT_metal_objects is not enabled, REFUSED or DEVICE_LOST by
     *     Vulkan
     */
    public static TimelineSemaphore exportable(DeviceContext context) {
        context.require(Extensions.METAL_OBJECTS);
        return new TimelineSemaphore(context, 0, TimelineSemaphore::exportSharedEvent);
    }

    private static MemorySegment exportSharedEvent(Arena arena) {
        MemorySegment export = Structs.allocate(arena, VkExportMetalObjectCreateInfoEXT.LAYOUT,
                VkExportMetalObjectCreateInfoEXT.STYPE);
        export.set(JAVA_INT, VkExportMetalObjectCreateInfoEXT.EXPORT_OBJECT_TYPE,
                VK_EXPORT_METAL_OBJECT_TYPE_METAL_SHARED_EVENT_BIT_EXT);
        return export;
    }

    private TimelineSemaphore(DeviceContext context, long initialValue, Function<Arena, MemorySegment> export) {
        super(context, arena -> {
            MemorySegment type = Structs.allocate(arena, VkSemaphoreTypeCreateInfo.LAYOUT,
                    VkSemaphoreTypeCreateInfo.STYPE);
            type.set(JAVA_INT, VkSemaphoreTypeCreateInfo.SEMAPHORE_TYPE, VK_SEMAPHORE_TYPE_TIMELINE);
            type.set(JAVA_LONG, VkSemaphoreTypeCreateInfo.INITIAL_VALUE, initialValue);
            Structs.chain(type, export.apply(arena));
            return type;
        });
        this.context = context;
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
     * Waits for a value, also when interrupted, which stays so. A call that fails is tried again, unless the device is
     * lost. The semaphore must not be closed meanwhile.
     *
     * @param value the value to wait for
     * @param timeoutNanos how long to wait, in nanoseconds; 0 or less only looks
     * @return whether the value was reached in time
     * @throws BridgeException ILLEGAL_STATE after close, DEVICE_LOST by Vulkan, REFUSED when the last call has failed
     *     in another way
     */
    public boolean await(long value, long timeoutNanos) {
        long semaphore = handle();
        long timeout = Math.max(0, timeoutNanos);
        long start = System.nanoTime();
        boolean interrupted = false;
        try (Arena arena = Arena.ofConfined()) {
            SemaphoreWait wait = new SemaphoreWait(context, arena);
            for (long left = timeout;; left = timeout - (System.nanoTime() - start)) {
                boolean failed = failed("vkWaitSemaphores", wait.await(semaphore, value, Math.max(0, left)), left);
                if (failed("vkGetSemaphoreCounterValue", wait.look(semaphore), left)) {
                    failed = true;
                } else if (wait.isReached(value)) {
                    return true;
                } else if (left <= 0) {
                    return false;
                }
                if (failed) {
                    LockSupport.parkNanos(this, RETRY_NANOS);
                }
                interrupted |= Thread.interrupted(); // else no sleep would last
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether a call has failed; throws when there is no use, or no time, in trying again. */
    private static boolean failed(String function, int result, long left) {
        boolean failed = result < 0;
        if (failed && (result == Results.VK_ERROR_DEVICE_LOST || left <= 0)) {
            throw Results.exception(function, result);
        }
        return failed;
    }

    /**
     * Waits until nothing will signal a value any more: it was reached, or the device is lost. A second at most, for a
     * GPU that hangs.
     *
     * @param value the value that was to be signalled
     */
    public void settle(long value) {
        try {
            await(value, PATIENCE_NANOS);
        } catch (BridgeException e) {
            // the device is lost, or refuses to say for as long as this waits
        }
    }

    /**
     * Exports the semaphore as a Metal object.
     *
     * @return the MTLSharedEvent, not retained: it lives as long as this semaphore
     * @throws BridgeException ILLEGAL_STATE after close, REFUSED when Vulkan has none
     */
    public synchronized long vkExportMetalObjectsEXT() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = Structs.allocate(arena, VkExportMetalSharedEventInfoEXT.LAYOUT,
                    VkExportMetalSharedEventInfoEXT.STYPE);
            event.set(JAVA_LONG, VkExportMetalSharedEventInfoEXT.SEMAPHORE, handle());
            MemorySegment info = Structs.allocate(arena, VkExportMetalObjectsInfoEXT.LAYOUT,
                    VkExportMetalObjectsInfoEXT.STYPE);
            Structs.chain(info, event);
            functions.vkExportMetalObjectsEXT(info);
            long exported = event.get(JAVA_LONG, VkExportMetalSharedEventInfoEXT.MTL_SHARED_EVENT);
            if (exported == 0) {
                throw new BridgeException(Reason.REFUSED,
                        "vkExportMetalObjectsEXT gave no MTLSharedEvent for a timeline"
                                + " semaphore. Update MoltenVK to 1.2 or later, or set the view's interopKind to HOST.");
            }
            return exported;
        }
    }
}
