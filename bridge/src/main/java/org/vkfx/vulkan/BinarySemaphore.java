package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.vkfx.vulkan.CommandRecording.VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import org.vkfx.BridgeException;
import org.vkfx.vulkan.DeviceStructs.VkExportSemaphoreCreateInfo;
import org.vkfx.vulkan.DeviceStructs.VkSemaphoreGetFdInfoKHR;
import org.vkfx.vulkan.TransferStructs.VkSubmitInfo;
import org.vkfx.vulkan.TransferStructs.VkTimelineSemaphoreSubmitInfo;

/**
 * A binary VkSemaphore that Vulkan signals and another API of the same driver waits for, in turn. Owned until {@link
 * #close()}. Used by one thread at a time.
 */
public final class BinarySemaphore extends VulkanSemaphore {
    static final int VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT = 0x1;

    private final DeviceQueue queue;
    private final MemorySegment signal; // a VkSubmitInfo
    private final MemorySegment both; // that and another one, which signals the timeline
    private final MemorySegment done;
    private final MemorySegment doneValue;
    private boolean pending; // signalled by a submission, and nobody has taken to waiting for that

    /**
     * Makes a semaphore that is not signalled.
     *
     * @param context the device
     * @throws BridgeException MISSING_CAPABILITY when VK_KHR_external_semaphore_fd is not enabled or a function is
     *     missing, REFUSED or DEVICE_LOST by Vulkan
     */
    public BinarySemaphore(DeviceContext context) {
        context.require(Extensions.EXTERNAL_SEMAPHORE_FD);
        queue = context.queue();
        super(context, BinarySemaphore::exportOpaqueFd);
        Arena arena = Arena.ofAuto();
        both = arena.allocate(VkSubmitInfo.LAYOUT, 2);
        signal = both.asSlice(0, VkSubmitInfo.LAYOUT);
        MemorySegment self = arena.allocateFrom(JAVA_LONG, handle());
        signal.set(JAVA_INT, 0, VkSubmitInfo.STYPE);
        signal.set(ADDRESS, VkSubmitInfo.WAIT_SEMAPHORES, self);
        signal.set(ADDRESS, VkSubmitInfo.WAIT_DST_STAGE_MASK,
                arena.allocateFrom(JAVA_INT, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT));
        signal.set(JAVA_INT, VkSubmitInfo.SIGNAL_SEMAPHORE_COUNT, 1);
        signal.set(ADDRESS, VkSubmitInfo.SIGNAL_SEMAPHORES, self);
        // The signals of one VkSubmitInfo have no order among themselves.
        done = arena.allocate(JAVA_LONG);
        doneValue = arena.allocate(JAVA_LONG);
        MemorySegment timeline = Structs.allocate(arena, VkTimelineSemaphoreSubmitInfo.LAYOUT,
                VkTimelineSemaphoreSubmitInfo.STYPE);
        timeline.set(JAVA_INT, VkTimelineSemaphoreSubmitInfo.SIGNAL_SEMAPHORE_VALUE_COUNT, 1);
        timeline.set(ADDRESS, VkTimelineSemaphoreSubmitInfo.SIGNAL_SEMAPHORE_VALUES, doneValue);
        MemorySegment tell = both.asSlice(VkSubmitInfo.LAYOUT.byteSize(), VkSubmitInfo.LAYOUT);
        tell.set(JAVA_INT, 0, VkSubmitInfo.STYPE);
        Structs.chain(tell, timeline);
        tell.set(JAVA_INT, VkSubmitInfo.SIGNAL_SEMAPHORE_COUNT, 1);
        tell.set(ADDRESS, VkSubmitInfo.SIGNAL_SEMAPHORES, done);
    }

    /**
     * Tells whether such semaphores can be made on a device. Asks nobody: any thread.
     *
     * @param context the device
     * @return true when VK_KHR_external_semaphore_fd is enabled and the driver exports binary semaphores by it
     */
    public static boolean isFdExportable(DeviceContext context) {
        return context.device().enabledExtensions().contains(Extensions.EXTERNAL_SEMAPHORE_FD)
                && context.physicalDevice().exportsSemaphoreFds();
    }

    private static MemorySegment exportOpaqueFd(Arena arena) {
        MemorySegment export = Structs.allocate(arena, VkExportSemaphoreCreateInfo.LAYOUT,
                VkExportSemaphoreCreateInfo.STYPE);
        export.set(JAVA_INT, VkExportSemaphoreCreateInfo.HANDLE_TYPES, VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT);
        return export;
    }

    /**
     * Exports the semaphore as a file descriptor, a new one with every call. The caller owns it: it must be closed, or
     * given to an API that takes ownership. What either side signals, the other sees, also after this semaphore was
     * closed.
     *
     * @return the file descriptor
     * @throws BridgeException ILLEGAL_STATE after close, REFUSED or DEVICE_LOST by Vulkan
     */
    public int vkGetSemaphoreFdKHR() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = Structs.allocate(arena, VkSemaphoreGetFdInfoKHR.LAYOUT, VkSemaphoreGetFdInfoKHR.STYPE);
            info.set(JAVA_LONG, VkSemaphoreGetFdInfoKHR.SEMAPHORE, handle());
            info.set(JAVA_INT, VkSemaphoreGetFdInfoKHR.HANDLE_TYPE, VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT);
            MemorySegment fd = arena.allocate(JAVA_INT);
            Results.check("vkGetSemaphoreFdKHR", functions.vkGetSemaphoreFdKHR(info, fd));
            return fd.get(JAVA_INT, 0);
        }
    }

    /**
     * Submits the signal to the device's queue, inside the queue lock; no work. It covers what was submitted there
     * before. A signal that nobody took to waiting for is waited for by the same submission, as one must be before the
     * next. Neither waits for the GPU nor allocates.
     *
     * @param timeline is signalled afterwards
     * @param value with this value
     * @throws BridgeException ILLEGAL_STATE after close, REFUSED or DEVICE_LOST by Vulkan; nothing will be signalled
     *     then
     */
    public void submitSignal(TimelineSemaphore timeline, long value) {
        handle(); // not closed
        done.set(JAVA_LONG, 0, timeline.handle());
        doneValue.set(JAVA_LONG, 0, value);
        signal.set(JAVA_INT, VkSubmitInfo.WAIT_SEMAPHORE_COUNT, pending ? 1 : 0);
        queue.submit(both);
        pending = true;
    }

    /**
     * Says that the other API is going to wait for the last signal, which it then must, before the next one is
     * submitted.
     *
     * @return false when there is none, or it was taken already
     */
    public boolean take() {
        boolean taken = pending;
        pending = false;
        return taken;
    }
}
