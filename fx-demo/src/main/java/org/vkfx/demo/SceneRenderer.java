package org.vkfx.demo;

import static org.lwjgl.vulkan.VK12.*;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;

import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkClearValue;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkCommandBufferAllocateInfo;
import org.lwjgl.vulkan.VkCommandBufferBeginInfo;
import org.lwjgl.vulkan.VkCommandPoolCreateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkImageMemoryBarrier;
import org.lwjgl.vulkan.VkQueue;
import org.lwjgl.vulkan.VkRenderPassBeginInfo;
import org.lwjgl.vulkan.VkSubmitInfo;
import org.lwjgl.vulkan.VkTimelineSemaphoreSubmitInfo;
import org.vkfx.Frame;
import org.vkfx.FrameRenderer;
import org.vkfx.SwapchainImages;

/**
 * Draws a torus knot over a mirroring floor, four samples a pixel. The samples are resolved by the render pass straight
 * into the frame's image, so nothing is ever copied.
 */
final class SceneRenderer implements FrameRenderer {
    private static final int NEVER = -1;

    private final VkDevice device;
    private final VkQueue queue;
    private final int queueFamily;
    private final Lock queueLock;
    private final Double fixedTime;
    private final AtomicReference<Camera> camera = new AtomicReference<>(Camera.START);
    private final AtomicReference<Look> look = new AtomicReference<>(Look.START);
    private final FrameTimes frameTimes = new FrameTimes();
    private final Cleanup scene = new Cleanup();
    private final Cleanup targets = new Cleanup();
    private SceneObjects objects;
    private long commandPool;
    private int format = NEVER;
    private VkCommandBuffer[] commands = {};
    private long[] framebuffers = {};
    private volatile SwapchainImages images;
    private long lastPulse;
    private double time;

    /**
     * Makes a renderer; Vulkan objects follow when the first images come.
     *
     * @param context the device
     * @param fixedTime the scene's time in seconds, or null to let it run
     */
    SceneRenderer(VulkanContext context, Double fixedTime) {
        device = context.vkDevice();
        queue = context.queue();
        queueFamily = context.device().queueFamily();
        queueLock = context.device().queueLock();
        this.fixedTime = fixedTime;
    }

    /** Where the picture is taken from; any thread. */
    AtomicReference<Camera> camera() {
        return camera;
    }

    /** What the picture looks like; any thread. */
    AtomicReference<Look> look() {
        return look;
    }

    /** The images in use, or null before the first; any thread. */
    SwapchainImages images() {
        return images;
    }

    /** How long frames took; any thread. */
    FrameTimes frameTimes() {
        return frameTimes;
    }

    @Override
    public void imagesChanged(SwapchainImages changed) {
        targets.close();
        if (changed.format().vkFormat() != format) {
            makeScene(changed.format().vkFormat());
        }
        int width = changed.width();
        int height = changed.height();
        long colour = Vk.imageView(device, targets, format, width, height, Passes.SAMPLES,
                VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSIENT_ATTACHMENT_BIT,
                VK_IMAGE_ASPECT_COLOR_BIT);
        long depth = Vk.imageView(device, targets, Passes.DEPTH_FORMAT, width, height, Passes.SAMPLES,
                VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSIENT_ATTACHMENT_BIT,
                VK_IMAGE_ASPECT_DEPTH_BIT);
        commands = commandBuffers(changed.count());
        framebuffers = new long[changed.count()];
        for (int i = 0; i < framebuffers.length; i++) {
            framebuffers[i] = Passes.framebuffer(device, targets, objects.pass(), width, height, colour, depth,
                    changed.images().get(i).view());
        }
        images = changed;
    }

    @Override
    public void render(Frame frame) {
        advance(frame.pulseTime());
        // Nobody reads or writes the image any more, so its command buffer has been executed too.
        VkCommandBuffer buffer = commands[frame.index()];
        try (MemoryStack stack = MemoryStack.stackPush()) {
            Vk.check(vkBeginCommandBuffer(buffer, VkCommandBufferBeginInfo.calloc(stack).sType$Default()
                    .flags(VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT)), "vkBeginCommandBuffer");
            drawScene(buffer, frame, stack);
            handOver(buffer, frame, stack);
            Vk.check(vkEndCommandBuffer(buffer), "vkEndCommandBuffer");
            submit(buffer, frame, stack);
        }
        frameTimes.frame(System.nanoTime());
    }

    @Override
    public void close() {
        targets.close();
        scene.close();
    }

    private void makeScene(int newFormat) {
        scene.close();
        format = NEVER;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkCommandPoolCreateInfo info = VkCommandPoolCreateInfo.calloc(stack).sType$Default()
                    .flags(VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT).queueFamilyIndex(queueFamily);
            long pool = Vk.make("vkCreateCommandPool", info, (i, p) -> vkCreateCommandPool(device, i, null, p));
            scene.add(() -> vkDestroyCommandPool(device, pool, null));
            commandPool = pool;
        }
        objects = new SceneObjects(device, scene, newFormat);
        bakeShadow();
        format = newFormat;
    }

    private void bakeShadow() {
        VkCommandBuffer buffer = commandBuffers(1)[0];
        try (MemoryStack stack = MemoryStack.stackPush()) {
            Vk.check(vkBeginCommandBuffer(buffer, VkCommandBufferBeginInfo.calloc(stack).sType$Default()
                    .flags(VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT)), "vkBeginCommandBuffer");
            objects.bakeShadow(buffer);
            Vk.check(vkEndCommandBuffer(buffer), "vkEndCommandBuffer");
            queueLock.lock();
            try {
                Vk.check(vkQueueSubmit(queue, VkSubmitInfo.calloc(stack).sType$Default()
                        .pCommandBuffers(stack.pointers(buffer)), VK_NULL_HANDLE), "vkQueueSubmit");
                // Once in the scene's life; frames need no other order with it then.
                Vk.check(vkQueueWaitIdle(queue), "vkQueueWaitIdle");
            } finally {
                queueLock.unlock();
            }
        }
        targets.close();
    }

    private VkCommandBuffer[] commandBuffers(int count) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer handles = stack.mallocPointer(count);
            Vk.check(vkAllocateCommandBuffers(device, VkCommandBufferAllocateInfo.calloc(stack).sType$Default()
                    .commandPool(commandPool).level(VK_COMMAND_BUFFER_LEVEL_PRIMARY).commandBufferCount(count),
                    handles),
                    "vkAllocateCommandBuffers");
            VkCommandBuffer[] buffers = new VkCommandBuffer[count];
            for (int i = 0; i < count; i++) {
                VkCommandBuffer buffer = new VkCommandBuffer(handles.get(i), device);
                targets.add(() -> vkFreeCommandBuffers(device, commandPool, buffer));
                buffers[i] = buffer;
            }
            return buffers;
        }
    }

    /** Moves the scene's time on, by the pulses' time so that motion is even on screen. */
    private void advance(long pulse) {
        if (fixedTime != null) {
            time = fixedTime;
            return;
        }
        if (lastPulse != 0) {
            // After a rest the scene goes on where it was.
            double seconds = Math.clamp((pulse - lastPulse) * 1e-9, 0, 0.25);
            time += seconds * look.get().speed();
        }
        lastPulse = pulse;
    }

    private void drawScene(VkCommandBuffer buffer, Frame frame, MemoryStack stack) {
        int width = frame.width();
        int height = frame.height();
        VkClearValue.Buffer clear = VkClearValue.calloc(3, stack);
        clear.get(1).depthStencil().depth(1);
        VkRenderPassBeginInfo begin = VkRenderPassBeginInfo.calloc(stack).sType$Default().renderPass(objects.pass())
                .framebuffer(framebuffers[frame.index()]).pClearValues(clear);
        begin.renderArea().extent().set(width, height);
        vkCmdBeginRenderPass(buffer, begin, VK_SUBPASS_CONTENTS_INLINE);
        Camera from = camera.get();
        double aspect = (double) width / height;
        objects.draw(buffer, SceneConstants.of(from, look.get(), time, aspect), width, height,
                (int) Math.round(from.horizon(aspect) * height));
        vkCmdEndRenderPass(buffer);
    }

    /** The end of the image contract: everything written, in the layout and the ownership that the bridge expects. */
    private void handOver(VkCommandBuffer buffer, Frame frame, MemoryStack stack) {
        VkImageMemoryBarrier.Buffer barrier = VkImageMemoryBarrier.calloc(1, stack).sType$Default()
                .srcAccessMask(VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT).dstAccessMask(0)
                .oldLayout(VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL).newLayout(frame.presentLayout())
                .srcQueueFamilyIndex(queueFamily).dstQueueFamilyIndex(frame.presentQueueFamily()).image(frame.image())
                .subresourceRange(r -> r.set(VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1));
        vkCmdPipelineBarrier(buffer, VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT,
                VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, 0,
                null, null, barrier);
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
}
