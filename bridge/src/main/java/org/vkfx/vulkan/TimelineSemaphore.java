package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.vulkan.DeviceStructs.VkExportMetalObjectCreateInfoEXT;
import org.vkfx.vulkan.DeviceStructs.VkExportMetalObjectsInfoEXT;
import org.vkfx.vulkan.DeviceStructs.VkExportMetalSharedEventInfoEXT;
import org.vkfx.vulkan.DeviceStructs.VkExportSemaphoreCreateInfo;
import org.vkfx.vulkan.DeviceStructs.VkSemaphoreCreateInfo;
import org.vkfx.vulkan.DeviceStructs.VkSemaphoreGetFdInfoKHR;
import org.vkfx.vulkan.DeviceStructs.VkSemaphoreSignalInfo;
import org.vkfx.vulkan.DeviceStructs.VkSemaphoreTypeCreateInfo;
import org.vkfx.vulkan.DeviceStructs.VkSemaphoreWaitInfo;

/** A timeline VkSemaphore, owned until {@link #close()}. Thread-safe. */
public final class TimelineSemaphore implements AutoCloseable {
    static final int VK_SEMAPHORE_TYPE_TIMELINE = 1;
    static final int VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT = 0x1;
    private static final int VK_EXPORT_METAL_OBJECT_TYPE_METAL_SHARED_EVENT_BIT_EXT = 0x20;

    private final DeviceFunctions functions;
    private final MemorySegment counter = Arena.ofAuto().allocate(JAVA_LONG); // guarded by this
    private MemorySegment signalInfo; // guarded by this; null until needed
    private long semaphore; // guarded by this; 0 when destroyed

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
     * @throws BridgeException MISSING_CAPABILITY when VK_EXT_metal_objects is not enabled, REFUSED or DEVICE_LOST by Vulkan
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

    /**
     * Tells whether {@link #exportableFd} makes semaphores on a device. Asks nobody: any thread.
     *
     * @param context the device
     * @return true when VK_KHR_external_semaphore_fd is enabled and the driver exports timeline semaphores by it
     */
    public static boolean isFdExportable(DeviceContext context) {
        return context.device().enabledExtensions().contains(Extensions.EXTERNAL_SEMAPHORE_FD)
                && context.physicalDevice().exportsTimelineFds();
    }

    /**
     * Makes a semaphore that another API of the same driver can wait for.
     *
     * @param context the device
     * @return the semaphore, whose value is 0
     * @throws BridgeException MISSING_CAPABILITY when VK_KHR_external_semaphore_fd is not enabled, REFUSED or DEVICE_LOST by
     *     Vulkan
     */
    public static TimelineSemaphore exportableFd(DeviceContext context) {
        context.require(Extensions.EXTERNAL_SEMAPHORE_FD);
        return new TimelineSemaphore(context, 0, TimelineSemaphore::exportOpaqueFd);
    }

    private static MemorySegment exportOpaqueFd(Arena arena) {
        MemorySegment export = Structs.allocate(arena, VkExportSemaphoreCreateInfo.LAYOUT,
                VkExportSemaphoreCreateInfo.STYPE);
        export.set(JAVA_INT, VkExportSemaphoreCreateInfo.HANDLE_TYPES, VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT);
        return export;
    }

    private TimelineSemaphore(DeviceContext context, long initialValue, Function<Arena, MemorySegment> export) {
        functions = context.functions();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment type = Structs.allocate(arena, VkSemaphoreTypeCreateInfo.LAYOUT,
                    VkSemaphoreTypeCreateInfo.STYPE);
            type.set(JAVA_INT, VkSemaphoreTypeCreateInfo.SEMAPHORE_TYPE, VK_SEMAPHORE_TYPE_TIMELINE);
            type.set(JAVA_LONG, VkSemaphoreTypeCreateInfo.INITIAL_VALUE, initialValue);
            MemorySegment info = Structs.allocate(arena, VkSemaphoreCreateInfo.LAYOUT, VkSemaphoreCreateInfo.STYPE);
            Structs.chain(info, type);
            Structs.chain(type, export.apply(arena));
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
     * Signals a value from the CPU. Allocates nothing but at the first call, and does not wait.
     *
     * @param value greater than any before
     * @throws BridgeException ILLEGAL_STATE after close, REFUSED or DEVICE_LOST by Vulkan
     */
    public synchronized void signal(long value) {
        if (signalInfo == null) {
            signalInfo = Structs.allocate(Arena.ofAuto(), VkSemaphoreSignalInfo.LAYOUT, VkSemaphoreSignalInfo.STYPE);
        }
        signalInfo.set(JAVA_LONG, VkSemaphoreSignalInfo.SEMAPHORE, handle());
        signalInfo.set(JAVA_LONG, VkSemaphoreSignalInfo.VALUE, value);
        Results.check("vkSignalSemaphore", functions.vkSignalSemaphore(signalInfo));
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

    /**
     * Exports the semaphore as a file descriptor, a new one with every call. The caller owns it: it must be closed, or given to an
     * API that takes ownership. What either side signals, the other sees, also after this semaphore was closed.
     *
     * @return the file descriptor
     * @throws BridgeException ILLEGAL_STATE after close, REFUSED or DEVICE_LOST by Vulkan
     */
    public synchronized int vkGetSemaphoreFdKHR() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = Structs.allocate(arena, VkSemaphoreGetFdInfoKHR.LAYOUT, VkSemaphoreGetFdInfoKHR.STYPE);
            info.set(JAVA_LONG, VkSemaphoreGetFdInfoKHR.SEMAPHORE, handle());
            info.set(JAVA_INT, VkSemaphoreGetFdInfoKHR.HANDLE_TYPE, VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT);
            MemorySegment fd = arena.allocate(JAVA_INT);
            Results.check("vkGetSemaphoreFdKHR", functions.vkGetSemaphoreFdKHR(info, fd));
            return fd.get(JAVA_INT, 0);
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
