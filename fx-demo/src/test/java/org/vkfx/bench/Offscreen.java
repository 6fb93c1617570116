package org.vkfx.bench;

import static org.lwjgl.vulkan.VK12.*;

import java.nio.LongBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkFenceCreateInfo;
import org.lwjgl.vulkan.VkSubmitInfo;
import org.vkfx.bench.Cell.Size;

/**
 * The same scene without the bridge: on a render thread of its own, into images of its own, one frame for each demand.
 */
abstract class Offscreen implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final Gpu gpu;
    private final OwnImages images;
    private final Painting painting;
    private final VkSubmitInfo.Buffer submits;
    private final PointerBuffer buffers;
    private final LongBuffer fences; // one for each image
    private final Thread thread = Thread.ofPlatform().name("bench-render").daemon().unstarted(this::run);
    private volatile long rendered;
    private volatile boolean demanded;
    private volatile boolean closed;

    Offscreen(Gpu gpu, Size size, int count, int finalLayout) {
        this.gpu = gpu;
        images = new OwnImages(gpu, size.width(), size.height(), count);
        prepare(size, count);
        painting = new Painting(gpu, OwnImages.FORMAT, size.width(), size.height(), finalLayout, images.views(),
                (stack, commands, index) -> recordSequel(stack, commands, index, images.image(index)));
        submits = VkSubmitInfo.calloc(count);
        buffers = MemoryUtil.memAllocPointer(count);
        for (int i = 0; i < count; i++) {
            buffers.put(i, painting.commands(i));
            submits.get(i).sType$Default().pCommandBuffers(buffers.slice(i, 1));
        }
        fences = MemoryUtil.memAllocLong(count);
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkFenceCreateInfo info = VkFenceCreateInfo.calloc(stack).sType$Default()
                    .flags(VK_FENCE_CREATE_SIGNALED_BIT);
            for (int i = 0; i < count; i++) {
                Gpu.check(vkCreateFence(gpu.vk(), info, null, fences.slice(i, 1)), "vkCreateFence");
            }
        }
        thread.start();
    }

    /** Makes what the sequel needs; before it is recorded. */
    abstract void prepare(Size size, int count);

    /** Records what follows the scene in an image's commands. */
    abstract void recordSequel(MemoryStack stack, VkCommandBuffer commands, int index, long image);

    /** Renders a frame if it can; called on the render thread for each demand. */
    abstract boolean renderOne();

    /** Frees what prepare has made. */
    abstract void release();

    Gpu gpu() {
        return gpu;
    }

    /** Asks for a frame. Any thread; several demands before it is rendered are one. */
    void demand() {
        demanded = true;
        LockSupport.unpark(thread);
    }

    /** Frames submitted so far. Any thread. */
    long rendered() {
        return rendered;
    }

    /** Something became free. */
    void wake() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            if (demanded && renderOne()) {
                demanded = false;
            } else {
                LockSupport.park(this);
            }
        }
    }

    /**
     * Submits the scene, once what was submitted for this image before is over. Allocates nothing. Render thread.
     *
     * @return when it was submitted, on System.nanoTime's scale
     */
    long submit(int index) {
        await(index);
        Gpu.check(nvkResetFences(gpu.vk(), 1, MemoryUtil.memAddress(fences, index)), "vkResetFences");
        gpu.submit(submits.address(index), fences.get(index));
        rendered = rendered + 1;
        return System.nanoTime();
    }

    /** Waits until what was submitted for an image is over. Allocates nothing. Render thread. */
    void await(int index) {
        int result = nvkWaitForFences(gpu.vk(), 1, MemoryUtil.memAddress(fences, index), VK_TRUE, PATIENCE);
        if (result != VK_SUCCESS) {
            throw new IllegalStateException("vkWaitForFences: VkResult " + result);
        }
    }

    /** Ends the thread and frees everything. */
    @Override
    public void close() {
        closed = true;
        wake();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        for (int i = 0; i < fences.capacity(); i++) {
            await(i);
            vkDestroyFence(gpu.vk(), fences.get(i), null);
        }
        painting.close();
        release();
        images.close();
        MemoryUtil.memFree(fences);
        MemoryUtil.memFree(buffers);
        submits.free();
    }
}
