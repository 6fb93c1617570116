package org.vkfx.demo;

import static org.lwjgl.vulkan.VK12.*;

import java.util.concurrent.locks.Lock;

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
import org.lwjgl.vulkan.VkQueue;
import org.lwjgl.vulkan.VkSubmitInfo;
import org.lwjgl.vulkan.VkTimelineSemaphoreSubmitInfo;
import org.vkfx.Frame;
import org.vkfx.FrameRenderer;
import org.vkfx.SwapchainImages;

/** A renderer whose every pixel is known, for the self-test. Render thread, but for the accessors. */
abstract class CheckRenderer implements FrameRenderer {
    /** Belongs to the images in use. */
    private final Cleanup targets = new Cleanup();
    private final VkDevice device;
    private final VkQueue queue;
    private final int queueFamily;
    private final Lock queueLock;
    private VkCommandBuffer[] commands = {};
    private volatile SwapchainImages images;
    private volatile int submitted;

    CheckRenderer(VulkanContext context) {
        device = context.vkDevice();
        queue = context.queue();
        queueFamily = context.device().queueFamily();
        queueLock = context.device().queueLock();
    }

    /** The images in use, or null before the first; any thread. */
    final SwapchainImages images() {
        return images;
    }

    /** How many frames were submitted; any thread. */
    final int submitted() {
        return submitted;
    }

    final VkDevice device() {
        return device;
    }

    /** Makes what {@link #draw} needs for new images. */
    abstract void prepare(SwapchainImages changed, Cleanup cleanup);

    /** Records what fills the image, which is in layout TRANSFER_DST_OPTIMAL. Frames count from 1. */
    abstract void draw(VkCommandBuffer buffer, Frame frame, int number, MemoryStack stack);

    @Override
    public final void imagesChanged(SwapchainImages changed) {
        targets.close();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkCommandPoolCreateInfo info = VkCommandPoolCreateInfo.calloc(stack).sType$Default()
                    .flags(VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT).queueFamilyIndex(queueFamily);
            long pool = Vk.make("vkCreateCommandPool", info, (i, p) -> vkCreateCommandPool(device, i, null, p));
            targets.add(() -> vkDestroyCommandPool(device, pool, null));
            PointerBuffer handles = stack.mallocPointer(changed.count());
            Vk.check(vkAllocateCommandBuffers(device, VkCommandBufferAllocateInfo.calloc(stack).sType$Default()
                    .commandPool(pool).level(VK_COMMAND_BUFFER_LEVEL_PRIMARY).commandBufferCount(changed.count()),
                    handles), "vkAllocateCommandBuffers");
            commands = new VkCommandBuffer[changed.count()];
            for (int i = 0; i < commands.length; i++) {
                commands[i] = new VkCommandBuffer(handles.get(i), device);
            }
        }
        prepare(changed, targets);
        images = changed;
    }

    @Override
    public final void render(Frame frame) {
        VkCommandBuffer buffer = commands[frame.index()];
        try (MemoryStack stack = MemoryStack.stackPush()) {
            Vk.check(vkBeginCommandBuffer(buffer, VkCommandBufferBeginInfo.calloc(stack).sType$Default()
                    .flags(VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT)), "vkBeginCommandBuffer");
            vkCmdPipelineBarrier(buffer, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT, 0, null,
                    null, barrier(frame.image(), stack).dstAccessMask(VK_ACCESS_TRANSFER_WRITE_BIT)
                            .newLayout(VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL));
            draw(buffer, frame, submitted + 1, stack);
            vkCmdPipelineBarrier(buffer, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, 0, null,
                    null, barrier(frame.image(), stack).srcAccessMask(VK_ACCESS_TRANSFER_WRITE_BIT)
                            .oldLayout(VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL).newLayout(frame.presentLayout())
                            .srcQueueFamilyIndex(queueFamily).dstQueueFamilyIndex(frame.presentQueueFamily()));
            Vk.check(vkEndCommandBuffer(buffer), "vkEndCommandBuffer");
            submitted = submitted + 1; // before anybody can see it
            submit(buffer, frame, stack);
        }
    }

    private void submit(VkCommandBuffer buffer, Frame frame, MemoryStack stack) {
        VkTimelineSemaphoreSubmitInfo timeline = VkTimelineSemaphoreSubmitInfo.calloc(stack).sType$Default()
                .pSignalSemaphoreValues(stack.longs(frame.renderedValue()));
        VkSubmitInfo submit = VkSubmitInfo.calloc(stack).sType$Default().pNext(timeline.address())
                .pCommandBuffers(stack.pointers(buffer)).pSignalSemaphores(stack.longs(frame.rendered()));
        queueLock.lock();
        try {
            Vk.check(vkQueueSubmit(queue, submit, VK_NULL_HANDLE), "vkQueueSubmit");
        } finally {
            queueLock.unlock();
        }
    }

    /**
     * Records that an image in layout TRANSFER_DST_OPTIMAL becomes of one colour, after all that was recorded before.
     */
    static void clear(VkCommandBuffer buffer, long image, int argb, MemoryStack stack) {
        vkCmdPipelineBarrier(buffer, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT, 0, null, null,
                barrier(image, stack).srcAccessMask(VK_ACCESS_TRANSFER_WRITE_BIT)
                        .dstAccessMask(VK_ACCESS_TRANSFER_WRITE_BIT).oldLayout(VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL)
                        .newLayout(VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL));
        VkClearColorValue colour = VkClearColorValue.calloc(stack).float32(stack.floats((argb >> 16 & 255) / 255f,
                (argb >> 8 & 255) / 255f, (argb & 255) / 255f, (argb >>> 24) / 255f));
        vkCmdClearColorImage(buffer, image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, colour, VkImageSubresourceRange
                .calloc(stack).aspectMask(VK_IMAGE_ASPECT_COLOR_BIT).levelCount(1).layerCount(1));
    }

    private static VkImageMemoryBarrier.Buffer barrier(long image, MemoryStack stack) {
        return VkImageMemoryBarrier.calloc(1, stack).sType$Default().srcQueueFamilyIndex(VK_QUEUE_FAMILY_IGNORED)
                .dstQueueFamilyIndex(VK_QUEUE_FAMILY_IGNORED).image(image)
                .subresourceRange(r -> r.set(VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1));
    }

    @Override
    public void close() {
        targets.close();
    }
}
