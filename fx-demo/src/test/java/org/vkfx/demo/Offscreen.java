package org.vkfx.demo;

import static org.lwjgl.vulkan.VK12.*;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;

import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkBufferCreateInfo;
import org.lwjgl.vulkan.VkBufferImageCopy;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkCommandBufferAllocateInfo;
import org.lwjgl.vulkan.VkCommandBufferBeginInfo;
import org.lwjgl.vulkan.VkCommandPoolCreateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkImageCreateInfo;
import org.lwjgl.vulkan.VkImageMemoryBarrier;
import org.lwjgl.vulkan.VkImageViewCreateInfo;
import org.lwjgl.vulkan.VkMemoryRequirements;
import org.lwjgl.vulkan.VkSemaphoreCreateInfo;
import org.lwjgl.vulkan.VkSemaphoreTypeCreateInfo;
import org.lwjgl.vulkan.VkSemaphoreWaitInfo;
import org.lwjgl.vulkan.VkSubmitInfo;
import org.vkfx.Frame;
import org.vkfx.FrameRenderer;
import org.vkfx.PixelFormat;
import org.vkfx.SwapchainImages;

/** Images and frames as the bridge hands them out, without JavaFX; what was rendered is read back. */
final class Offscreen implements AutoCloseable {
    private static final long SECOND = 1_000_000_000L;

    private final VulkanContext context;
    private final VkDevice device;
    private final Cleanup cleanup = new Cleanup();
    private final SwapchainImages images;
    private final long[] semaphores;
    private final long[] values;
    private final long readback;
    private final long readbackMemory;
    private final long pool;
    private int presentQueueFamily = Frame.QUEUE_FAMILY_EXTERNAL;
    private int presentLayout = Frame.LAYOUT_GENERAL;
    private int next;

    Offscreen(VulkanContext context, PixelFormat format, int width, int height, int count, int generation) {
        this.context = context;
        device = context.vkDevice();
        List<SwapchainImages.Image> made = new ArrayList<>();
        semaphores = new long[count];
        values = new long[count];
        for (int i = 0; i < count; i++) {
            made.add(image(format.vkFormat(), width, height));
            semaphores[i] = timeline();
        }
        images = new SwapchainImages(generation, width, height, 1, format, false, made);
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkBufferCreateInfo info = VkBufferCreateInfo.calloc(stack).sType$Default().size(4L * width * height)
                    .usage(VK_BUFFER_USAGE_TRANSFER_DST_BIT);
            readback = Vk.make("vkCreateBuffer", info, (i, p) -> vkCreateBuffer(device, i, null, p));
            cleanup.add(() -> vkDestroyBuffer(device, readback, null));
            VkMemoryRequirements needs = VkMemoryRequirements.malloc(stack);
            vkGetBufferMemoryRequirements(device, readback, needs);
            readbackMemory = Vk.allocate(device, needs,
                    VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT, 0);
            cleanup.add(() -> vkFreeMemory(device, readbackMemory, null));
            Vk.check(vkBindBufferMemory(device, readback, readbackMemory, 0), "vkBindBufferMemory");
            VkCommandPoolCreateInfo poolInfo = VkCommandPoolCreateInfo.calloc(stack).sType$Default()
                    .queueFamilyIndex(context.device().queueFamily());
            pool = Vk.make("vkCreateCommandPool", poolInfo, (i, p) -> vkCreateCommandPool(device, i, null, p));
            cleanup.add(() -> vkDestroyCommandPool(device, pool, null));
        }
    }

    SwapchainImages images() {
        return images;
    }

    /** Has a frame rendered into the next image and waits for its value. */
    TestFrame render(FrameRenderer renderer, long pulseTime) throws Exception {
        TestFrame frame = new TestFrame(next, pulseTime);
        next = (next + 1) % images.count();
        renderer.render(frame);
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkSemaphoreWaitInfo info = VkSemaphoreWaitInfo.calloc(stack).sType$Default().semaphoreCount(1)
                    .pSemaphores(stack.longs(frame.rendered())).pValues(stack.longs(frame.renderedValue()));
            if (vkWaitSemaphores(device, info, 20 * SECOND) != VK_SUCCESS) {
                throw new AssertionError("The renderer did not signal " + frame.renderedValue());
            }
        }
        return frame;
    }

    /**
     * Frames are to be handed over within the queue's family and in another layout. The validation layer believes any
     * layout of an image that comes from an external family; this way it checks.
     */
    void handOverWithinFamily(int layout) {
        presentQueueFamily = context.device().queueFamily();
        presentLayout = layout;
    }

    /** Takes the image over from the renderer as the bridge does, and reads it: 0xAARRGGBB, row by row from the top. */
    int[] read(TestFrame frame) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer handle = stack.mallocPointer(1);
            Vk.check(vkAllocateCommandBuffers(device, VkCommandBufferAllocateInfo.calloc(stack).sType$Default()
                    .commandPool(pool).level(VK_COMMAND_BUFFER_LEVEL_PRIMARY).commandBufferCount(1), handle),
                    "allocate");
            VkCommandBuffer buffer = new VkCommandBuffer(handle.get(0), device);
            Vk.check(vkBeginCommandBuffer(buffer, VkCommandBufferBeginInfo.calloc(stack).sType$Default()), "begin");
            vkCmdPipelineBarrier(buffer, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT, 0, null,
                    null,
                    VkImageMemoryBarrier.calloc(1, stack).sType$Default().dstAccessMask(VK_ACCESS_TRANSFER_READ_BIT)
                            .oldLayout(presentLayout).newLayout(VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL)
                            .srcQueueFamilyIndex(presentQueueFamily)
                            .dstQueueFamilyIndex(context.device().queueFamily()).image(frame.image())
                            .subresourceRange(r -> r.set(VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1)));
            VkBufferImageCopy.Buffer region = VkBufferImageCopy.calloc(1, stack)
                    .imageSubresource(s -> s.set(VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1))
                    .imageExtent(e -> e.set(images.width(), images.height(), 1));
            vkCmdCopyImageToBuffer(buffer, frame.image(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, readback, region);
            Vk.check(vkEndCommandBuffer(buffer), "end");
            Vk.check(vkQueueSubmit(context.queue(), VkSubmitInfo.calloc(stack).sType$Default()
                    .pCommandBuffers(stack.pointers(buffer)), VK_NULL_HANDLE), "submit");
            Vk.check(vkQueueWaitIdle(context.queue()), "wait");
            vkFreeCommandBuffers(device, pool, buffer);
            PointerBuffer mapped = stack.mallocPointer(1);
            Vk.check(vkMapMemory(device, readbackMemory, 0, VK_WHOLE_SIZE, 0, mapped), "map");
            int[] pixels = new int[images.width() * images.height()];
            IntBuffer source = mapped.getIntBuffer(0, pixels.length);
            source.get(pixels);
            vkUnmapMemory(device, readbackMemory);
            if (images.format() == PixelFormat.RGBA8) {
                for (int i = 0; i < pixels.length; i++) {
                    int p = pixels[i];
                    pixels[i] = p & 0xff00ff00 | (p & 0xff) << 16 | p >>> 16 & 0xff;
                }
            }
            return pixels;
        }
    }

    @Override
    public void close() {
        cleanup.close();
    }

    private SwapchainImages.Image image(int format, int width, int height) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkImageCreateInfo info = VkImageCreateInfo.calloc(stack).sType$Default().imageType(VK_IMAGE_TYPE_2D)
                    .format(format).mipLevels(1).arrayLayers(1).samples(VK_SAMPLE_COUNT_1_BIT)
                    .usage(VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_SAMPLED_BIT
                            | VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT)
                    .extent(e -> e.set(width, height, 1));
            long image = Vk.make("vkCreateImage", info, (i, p) -> vkCreateImage(device, i, null, p));
            cleanup.add(() -> vkDestroyImage(device, image, null));
            VkMemoryRequirements needs = VkMemoryRequirements.malloc(stack);
            vkGetImageMemoryRequirements(device, image, needs);
            long memory = Vk.allocate(device, needs, 0, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
            cleanup.add(() -> vkFreeMemory(device, memory, null));
            Vk.check(vkBindImageMemory(device, image, memory, 0), "vkBindImageMemory");
            VkImageViewCreateInfo viewInfo = VkImageViewCreateInfo.calloc(stack).sType$Default().image(image)
                    .viewType(VK_IMAGE_VIEW_TYPE_2D).format(format)
                    .subresourceRange(r -> r.set(VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1));
            long view = Vk.make("vkCreateImageView", viewInfo, (i, p) -> vkCreateImageView(device, i, null, p));
            cleanup.add(() -> vkDestroyImageView(device, view, null));
            return new SwapchainImages.Image(image, view);
        }
    }

    private long timeline() {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkSemaphoreTypeCreateInfo type = VkSemaphoreTypeCreateInfo.calloc(stack).sType$Default()
                    .semaphoreType(VK_SEMAPHORE_TYPE_TIMELINE);
            VkSemaphoreCreateInfo info = VkSemaphoreCreateInfo.calloc(stack).sType$Default().pNext(type.address());
            long semaphore = Vk.make("vkCreateSemaphore", info, (i, p) -> vkCreateSemaphore(device, i, null, p));
            cleanup.add(() -> vkDestroySemaphore(device, semaphore, null));
            return semaphore;
        }
    }

    /** A frame of these images. */
    final class TestFrame implements Frame {
        private final int index;
        private final long pulseTime;
        private final long value;

        private TestFrame(int index, long pulseTime) {
            this.index = index;
            this.pulseTime = pulseTime;
            value = ++values[index];
        }

        @Override
        public int index() {
            return index;
        }

        @Override
        public int generation() {
            return images.generation();
        }

        @Override
        public long image() {
            return images.images().get(index).image();
        }

        @Override
        public long imageView() {
            return images.images().get(index).view();
        }

        @Override
        public int width() {
            return images.width();
        }

        @Override
        public int height() {
            return images.height();
        }

        @Override
        public double renderScale() {
            return images.renderScale();
        }

        @Override
        public long pulseTime() {
            return pulseTime;
        }

        @Override
        public long rendered() {
            return semaphores[index];
        }

        @Override
        public long renderedValue() {
            return value;
        }

        @Override
        public int presentLayout() {
            return presentLayout;
        }

        @Override
        public int presentQueueFamily() {
            return presentQueueFamily;
        }

        @Override
        public void discard() {
            throw new AssertionError("The renderer has no reason to discard a frame");
        }
    }
}
