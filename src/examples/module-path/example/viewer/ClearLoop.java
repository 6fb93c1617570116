package example.viewer;

import static org.lwjgl.vulkan.VK12.*;

import java.nio.LongBuffer;
import java.time.Duration;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkClearColorValue;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkCommandBufferAllocateInfo;
import org.lwjgl.vulkan.VkCommandBufferBeginInfo;
import org.lwjgl.vulkan.VkCommandPoolCreateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkImageMemoryBarrier;
import org.lwjgl.vulkan.VkImageSubresourceRange;
import org.lwjgl.vulkan.VkSubmitInfo;
import org.lwjgl.vulkan.VkTimelineSemaphoreSubmitInfo;
import org.vkfx.Frame;
import org.vkfx.Swapchain;
import org.vkfx.Swapchain.Closed;
import org.vkfx.Swapchain.Ready;
import org.vkfx.Swapchain.Resized;
import org.vkfx.Swapchain.Suspended;
import org.vkfx.Swapchain.Timeout;
import org.vkfx.SwapchainImages;

/** A render thread of the application's own: acquire, submit, present. Clears each frame to a colour. */
final class ClearLoop extends Thread {
    private final Gpu gpu;
    private final Swapchain swapchain;
    private final VkDevice device;
    private long pool;
    private VkCommandBuffer[] commands = {};

    ClearLoop(Gpu gpu, Swapchain swapchain) {
        super("clear-loop");
        this.gpu = gpu;
        this.swapchain = swapchain;
        device = gpu.vkDevice();
    }

    @Override
    public void run() {
        createPool();
        boolean running = true;
        while (running) {
            switch (swapchain.acquire(Duration.ofMillis(100))) {
                case Ready(Frame frame) -> {
                    render(frame);
                    swapchain.present(frame);
                }
                case Resized() -> createCommands(swapchain.images());
                case Timeout(), Suspended() -> {
                    // Nothing to render into; the time has passed meanwhile.
                }
                case Closed() -> running = false;
            }
        }
        locked(() -> Gpu.check(vkQueueWaitIdle(gpu.queue()))); // the command buffers may be in use
        vkDestroyCommandPool(device, pool, null);
        gpu.device().close();
    }

    private void createPool() {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            LongBuffer handle = stack.mallocLong(1);
            Gpu.check(vkCreateCommandPool(device, VkCommandPoolCreateInfo.calloc(stack).sType$Default()
                    .flags(VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT)
                    .queueFamilyIndex(gpu.device().queueFamily()), null, handle));
            pool = handle.get(0);
        }
    }

    /** One command buffer for each image: it is free when the image is. */
    private void createCommands(SwapchainImages images) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            for (VkCommandBuffer buffer : commands) {
                vkFreeCommandBuffers(device, pool, buffer);
            }
            PointerBuffer handles = stack.mallocPointer(images.count());
            Gpu.check(vkAllocateCommandBuffers(device, VkCommandBufferAllocateInfo.calloc(stack).sType$Default()
                    .commandPool(pool).level(VK_COMMAND_BUFFER_LEVEL_PRIMARY).commandBufferCount(images.count()),
                    handles));
            commands = new VkCommandBuffer[images.count()];
            for (int i = 0; i < commands.length; i++) {
                commands[i] = new VkCommandBuffer(handles.get(i), device);
            }
        }
    }

    private void render(Frame frame) {
        VkCommandBuffer buffer = commands[frame.index()];
        try (MemoryStack stack = MemoryStack.stackPush()) {
            Gpu.check(vkBeginCommandBuffer(buffer, VkCommandBufferBeginInfo.calloc(stack).sType$Default()
                    .flags(VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT)));
            // Acquired: layout UNDEFINED, nothing to wait for.
            VkImageMemoryBarrier.Buffer acquired = barrier(frame, stack).dstAccessMask(VK_ACCESS_TRANSFER_WRITE_BIT)
                    .oldLayout(VK_IMAGE_LAYOUT_UNDEFINED).newLayout(VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL)
                    .srcQueueFamilyIndex(VK_QUEUE_FAMILY_IGNORED).dstQueueFamilyIndex(VK_QUEUE_FAMILY_IGNORED);
            vkCmdPipelineBarrier(buffer, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT, 0, null,
                    null, acquired);
            float glow = (float) (0.5 + 0.5 * Math.sin(frame.pulseTime() * 1e-9));
            vkCmdClearColorImage(buffer, frame.image(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                    VkClearColorValue.calloc(stack).float32(stack.floats(0.6f, 0.3f * glow, 0.1f, 1)), whole(stack));
            // To be presented: the frame says in which layout and to whom.
            VkImageMemoryBarrier.Buffer present = barrier(frame, stack).srcAccessMask(VK_ACCESS_TRANSFER_WRITE_BIT)
                    .oldLayout(VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL).newLayout(frame.presentLayout())
                    .srcQueueFamilyIndex(gpu.device().queueFamily()).dstQueueFamilyIndex(frame.presentQueueFamily());
            vkCmdPipelineBarrier(buffer, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, 0, null,
                    null, present);
            Gpu.check(vkEndCommandBuffer(buffer));
            VkTimelineSemaphoreSubmitInfo timeline = VkTimelineSemaphoreSubmitInfo.calloc(stack).sType$Default()
                    .pSignalSemaphoreValues(stack.longs(frame.renderedValue()));
            VkSubmitInfo submit = VkSubmitInfo.calloc(stack).sType$Default().pNext(timeline)
                    .pCommandBuffers(stack.pointers(buffer)).pSignalSemaphores(stack.longs(frame.rendered()));
            locked(() -> Gpu.check(vkQueueSubmit(gpu.queue(), submit, VK_NULL_HANDLE)));
        }
    }

    private static VkImageMemoryBarrier.Buffer barrier(Frame frame, MemoryStack stack) {
        return VkImageMemoryBarrier.calloc(1, stack).sType$Default().image(frame.image())
                .subresourceRange(whole(stack));
    }

    private static VkImageSubresourceRange whole(MemoryStack stack) {
        return VkImageSubresourceRange.calloc(stack).set(VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1);
    }

    /** The bridge uses the queue too. */
    private void locked(Runnable action) {
        gpu.device().queueLock().lock();
        try {
            action.run();
        } finally {
            gpu.device().queueLock().unlock();
        }
    }
}
