package org.vkfx.bench;

import static org.lwjgl.vulkan.VK12.*;

import java.util.stream.IntStream;

import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkImageMemoryBarrier;
import org.lwjgl.vulkan.VkImageSubresourceRange;
import org.lwjgl.vulkan.VkSubmitInfo;
import org.lwjgl.vulkan.VkTimelineSemaphoreSubmitInfo;
import org.vkfx.Frame;
import org.vkfx.FrameRenderer;
import org.vkfx.PixelFormat;
import org.vkfx.SwapchainImages;

/** Draws the scene into a view's images. The render thread. */
final class FrameScene implements FrameRenderer {
    private final Gpu gpu;
    private Painting painting;
    /** One VkSubmitInfo for each image, and what it points to. */
    private VkSubmitInfo.Buffer submits;
    private long[] values;
    private Runnable free;

    FrameScene(Gpu gpu) {
        this.gpu = gpu;
    }

    @Override
    public void imagesChanged(SwapchainImages images) {
        close();
        int format = images.format() == PixelFormat.BGRA8 ? VK_FORMAT_B8G8R8A8_UNORM : VK_FORMAT_R8G8B8A8_UNORM;
        painting = new Painting(gpu, format, images.width(), images.height(), Frame.LAYOUT_GENERAL,
                images.images().stream().map(SwapchainImages.Image::view).toList(), (stack, commands, index) -> {
                    var release = VkImageMemoryBarrier.calloc(1, stack).sType$Default()
                            .srcAccessMask(VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT).oldLayout(Frame.LAYOUT_GENERAL)
                            .newLayout(Frame.LAYOUT_GENERAL).srcQueueFamilyIndex(gpu.device().queueFamily())
                            .dstQueueFamilyIndex(Frame.QUEUE_FAMILY_EXTERNAL)
                            .image(images.images().get(index).image())
                            .subresourceRange(VkImageSubresourceRange.calloc(stack)
                                    .aspectMask(VK_IMAGE_ASPECT_COLOR_BIT).levelCount(1).layerCount(1));
                    vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT,
                            VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, 0, null, null, release);
                });
        prepare(images.count());
    }

    private void prepare(int count) {
        submits = VkSubmitInfo.calloc(count);
        var timelines = VkTimelineSemaphoreSubmitInfo.calloc(count);
        var signalled = MemoryUtil.memCallocLong(2 * count); // a value and a semaphore for each
        var buffers = MemoryUtil.memAllocPointer(count);
        for (int i = 0; i < count; i++) {
            buffers.put(i, painting.commands(i));
            timelines.get(i).sType$Default().pSignalSemaphoreValues(signalled.slice(2 * i, 1));
            submits.get(i).sType$Default().pNext(timelines.get(i).address()).pCommandBuffers(buffers.slice(i, 1))
                    .pSignalSemaphores(signalled.slice(2 * i + 1, 1));
        }
        values = IntStream.range(0, count).mapToLong(i -> MemoryUtil.memAddress(signalled, 2 * i)).toArray();
        free = () -> {
            MemoryUtil.memFree(buffers);
            MemoryUtil.memFree(signalled);
            timelines.free();
            submits.free();
        };
    }

    @Override
    public void render(Frame frame) {
        long value = values[frame.index()];
        MemoryUtil.memPutLong(value, frame.renderedValue());
        MemoryUtil.memPutLong(value + Long.BYTES, frame.rendered());
        gpu.submit(submits.address(frame.index()), VK_NULL_HANDLE);
    }

    @Override
    public void close() {
        if (painting != null) {
            painting.close();
            painting = null;
            free.run();
        }
    }
}
