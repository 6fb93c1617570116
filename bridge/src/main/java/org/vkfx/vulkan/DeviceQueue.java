package org.vkfx.vulkan;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.Lock;

import org.vkfx.BridgeException;
import org.vkfx.VulkanDevice;
import org.vkfx.vulkan.TransferStructs.VkSubmitInfo;

/** The queue of a device, for the bridge's own submissions. Thread-safe; the queue is not owned. */
final class DeviceQueue {
    private final VulkanDevice device;
    private final MemorySegment vkQueueSubmit;

    DeviceQueue(DeviceFunctions functions, VulkanDevice device) {
        this.device = device;
        vkQueueSubmit = functions.require("vkQueueSubmit");
    }

    /**
     * What is held around every use of the queue. Whoever has locks of his own takes it before: his caller may hold it
     * already.
     */
    Lock lock() {
        return device.queueLock();
    }

    /**
     * Submits batches, inside the lock. Does not wait for the GPU.
     *
     * @param submitInfos one VkSubmitInfo or more
     * @throws BridgeException REFUSED or DEVICE_LOST by Vulkan
     */
    void submit(MemorySegment submitInfos) {
        Lock lock = lock();
        lock.lock();
        try {
            vkQueueSubmit(submitInfos);
        } finally {
            lock.unlock();
        }
    }

    /** The same, for callers that hold the lock. */
    void vkQueueSubmit(MemorySegment submitInfos) {
        int count = (int) (submitInfos.byteSize() / VkSubmitInfo.LAYOUT.byteSize());
        Results.check("vkQueueSubmit", Calls.call(vkQueueSubmit, device.queue(), count, submitInfos, 0L));
    }
}
