package org.vkfx.scene;

import static org.lwjgl.vulkan.VK10.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntBinaryOperator;

import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkBufferCreateInfo;
import org.lwjgl.vulkan.VkBufferImageCopy;
import org.lwjgl.vulkan.VkClearColorValue;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkCommandBufferAllocateInfo;
import org.lwjgl.vulkan.VkCommandBufferBeginInfo;
import org.lwjgl.vulkan.VkCommandPoolCreateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkImageMemoryBarrier;
import org.lwjgl.vulkan.VkImageSubresourceRange;
import org.lwjgl.vulkan.VkMemoryAllocateInfo;
import org.lwjgl.vulkan.VkMemoryRequirements;
import org.lwjgl.vulkan.VkPhysicalDeviceMemoryProperties;
import org.lwjgl.vulkan.VkQueue;
import org.lwjgl.vulkan.VkSubmitInfo;
import org.lwjgl.vulkan.VkTimelineSemaphoreSubmitInfo;
import org.vkfx.Frame;
import org.vkfx.FrameRenderer;
import org.vkfx.PixelFormat;
import org.vkfx.SwapchainImages;
import org.vkfx.VulkanDevice;
import org.vkfx.vulkan.ValidatedVulkan;

/** A renderer for tests, as an application would write it by LWJGL. What it draws is known to the last bit. */
public abstract class TestRenderer implements FrameRenderer {
    private final VulkanDevice device;
    private final VkDevice vk;
    private final VkQueue queue;
    private final List<VkCommandBuffer> commands = new ArrayList<>();
    private final AtomicInteger rendered = new AtomicInteger();
    private long pool;
    /** What was called on the render thread last. */
    protected volatile SwapchainImages images;
    private volatile boolean closed;

    protected TestRenderer(ValidatedVulkan vulkan) {
        device = vulkan.device();
        vk = vulkan.lwjglDevice();
        queue = vulkan.queue();
    }

    /** Fills each frame with one colour: that of its number, see {@link #colourOf}. Records no copy. */
    public static TestRenderer numbers(ValidatedVulkan vulkan) {
        return slowNumbers(vulkan, 0);
    }

    /** The same, but each frame takes a while: it is black and white many times before. */
    public static TestRenderer slowNumbers(ValidatedVulkan vulkan, int clears) {
        return new TestRenderer(vulkan) {
            @Override
            protected void draw(VkCommandBuffer buffer, Frame frame, int number, MemoryStack stack) {
                for (int i = 0; i < clears; i++) {
                    fill(buffer, frame, i % 2 == 0 ? 0xff000000 : 0xffffffff, stack);
                    between(buffer, frame, stack);
                }
                fill(buffer, frame, colourOf(number), stack);
            }
        };
    }

    private static void fill(VkCommandBuffer buffer, Frame frame, int colour, MemoryStack stack) {
        VkClearColorValue value = VkClearColorValue.calloc(stack).float32(stack.floats((colour >> 16 & 255) / 255f,
                (colour >> 8 & 255) / 255f, (colour & 255) / 255f, (colour >>> 24) / 255f));
        vkCmdClearColorImage(buffer, frame.image(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, value, range(stack));
    }

    private static void between(VkCommandBuffer buffer, Frame frame, MemoryStack stack) {
        barrier(stack, buffer, frame, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                VK_ACCESS_TRANSFER_WRITE_BIT, VK_ACCESS_TRANSFER_WRITE_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT,
                VK_PIPELINE_STAGE_TRANSFER_BIT, VK_QUEUE_FAMILY_IGNORED, VK_QUEUE_FAMILY_IGNORED);
    }

    /**
     * The opaque colour of frame number n: all are different from one another up to 2^24, and neighbours clearly so.
     */
    public static int colourOf(int number) {
        return 0xff000000 | (number * 0x9e3779 & 0xffffff);
    }

    /** Copies the same pixels into each frame: premultiplied ARGB as a function of x and y. */
    public static TestRenderer pattern(ValidatedVulkan vulkan, IntBinaryOperator argb) {
        return new PatternRenderer(vulkan, argb);
    }

    /** Returns this renderer with something done before each frame, and after its submission. Render thread. */
    public FrameRenderer around(Runnable before, Runnable after) {
        return new FrameRenderer() {
            @Override
            public void imagesChanged(SwapchainImages now) {
                TestRenderer.this.imagesChanged(now);
            }

            @Override
            public void render(Frame frame) {
                before.run();
                TestRenderer.this.render(frame);
                after.run();
            }

            @Override
            public void close() {
                TestRenderer.this.close();
            }
        };
    }

    /** Number of frames submitted. */
    public int rendered() {
        return rendered.get();
    }

    public SwapchainImages images() {
        return images;
    }

    public boolean isClosed() {
        return closed;
    }

    /** Records what fills the image, which is in layout TRANSFER_DST_OPTIMAL. */
    protected abstract void draw(VkCommandBuffer buffer, Frame frame, int number, MemoryStack stack);

    @Override
    public void imagesChanged(SwapchainImages now) {
        images = now;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            freeCommands();
            var result = stack.mallocLong(1);
            check(vkCreateCommandPool(vk, VkCommandPoolCreateInfo.calloc(stack).sType$Default()
                    .flags(VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT).queueFamilyIndex(device.queueFamily()),
                    null, result));
            pool = result.get(0);
            PointerBuffer handles = stack.mallocPointer(now.count());
            check(vkAllocateCommandBuffers(vk,
                    VkCommandBufferAllocateInfo.calloc(stack).sType$Default().commandPool(pool)
                            .level(VK_COMMAND_BUFFER_LEVEL_PRIMARY).commandBufferCount(now.count()),
                    handles));
            for (int i = 0; i < now.count(); i++) {
                commands.add(new VkCommandBuffer(handles.get(i), vk));
            }
        }
    }

    @Override
    public void render(Frame frame) {
        int number = rendered.incrementAndGet();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkCommandBuffer buffer = commands.get(frame.index());
            check(vkBeginCommandBuffer(buffer, VkCommandBufferBeginInfo.calloc(stack).sType$Default()
                    .flags(VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT)));
            barrier(stack, buffer, frame, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 0,
                    VK_ACCESS_TRANSFER_WRITE_BIT, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT,
                    VK_QUEUE_FAMILY_IGNORED, VK_QUEUE_FAMILY_IGNORED);
            draw(buffer, frame, number, stack);
            barrier(stack, buffer, frame, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, frame.presentLayout(),
                    VK_ACCESS_TRANSFER_WRITE_BIT, 0, VK_PIPELINE_STAGE_TRANSFER_BIT,
                    VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT,
                    device.queueFamily(), frame.presentQueueFamily());
            check(vkEndCommandBuffer(buffer));
            VkSubmitInfo submit = VkSubmitInfo.calloc(stack).sType$Default()
                    .pNext(VkTimelineSemaphoreSubmitInfo.calloc(stack).sType$Default().signalSemaphoreValueCount(1)
                            .pSignalSemaphoreValues(stack.longs(frame.renderedValue())))
                    .pCommandBuffers(stack.pointers(buffer)).pSignalSemaphores(stack.longs(frame.rendered()));
            device.queueLock().lock();
            try {
                check(vkQueueSubmit(queue, submit, VK_NULL_HANDLE));
            } finally {
                device.queueLock().unlock();
            }
        }
    }

    private static void barrier(MemoryStack stack, VkCommandBuffer buffer, Frame frame, int from, int to,
            int fromAccess,
            int toAccess, int fromStage, int toStage, int fromFamily, int toFamily) {
        vkCmdPipelineBarrier(buffer, fromStage, toStage, 0, null, null,
                VkImageMemoryBarrier.calloc(1, stack).sType$Default()
                        .srcAccessMask(fromAccess).dstAccessMask(toAccess).oldLayout(from).newLayout(to)
                        .srcQueueFamilyIndex(fromFamily)
                        .dstQueueFamilyIndex(toFamily).image(frame.image()).subresourceRange(range(stack)));
    }

    static VkImageSubresourceRange range(MemoryStack stack) {
        return VkImageSubresourceRange.calloc(stack).aspectMask(VK_IMAGE_ASPECT_COLOR_BIT).levelCount(1).layerCount(1);
    }

    static void check(int result) {
        if (result != VK_SUCCESS) {
            throw new AssertionError("VkResult " + result);
        }
    }

    private void freeCommands() {
        commands.clear();
        if (pool != 0) {
            vkDestroyCommandPool(vk, pool, null);
            pool = 0;
        }
    }

    @Override
    public void close() {
        freeCommands();
        closed = true;
    }

    private static final class PatternRenderer extends TestRenderer {
        private final VkDevice vk;
        private final IntBinaryOperator argb;
        private long buffer;
        private long memory;

        PatternRenderer(ValidatedVulkan vulkan, IntBinaryOperator argb) {
            super(vulkan);
            vk = vulkan.lwjglDevice();
            this.argb = argb;
        }

        @Override
        public void imagesChanged(SwapchainImages now) {
            super.imagesChanged(now);
            free();
            long size = 4L * now.width() * now.height();
            try (MemoryStack stack = MemoryStack.stackPush()) {
                var result = stack.mallocLong(1);
                check(vkCreateBuffer(vk, VkBufferCreateInfo.calloc(stack).sType$Default().size(size)
                        .usage(VK_BUFFER_USAGE_TRANSFER_SRC_BIT), null, result));
                buffer = result.get(0);
                VkMemoryRequirements needs = VkMemoryRequirements.calloc(stack);
                vkGetBufferMemoryRequirements(vk, buffer, needs);
                check(vkAllocateMemory(vk,
                        VkMemoryAllocateInfo.calloc(stack).sType$Default().allocationSize(needs.size())
                                .memoryTypeIndex(hostVisible(needs.memoryTypeBits(), stack)),
                        null, result));
                memory = result.get(0);
                check(vkBindBufferMemory(vk, buffer, memory, 0));
                PointerBuffer mapped = stack.mallocPointer(1);
                check(vkMapMemory(vk, memory, 0, size, 0, mapped));
                ByteBuffer bytes = MemoryUtil.memByteBuffer(mapped.get(0), Math.toIntExact(size))
                        .order(ByteOrder.LITTLE_ENDIAN);
                for (int y = 0; y < now.height(); y++) {
                    for (int x = 0; x < now.width(); x++) {
                        int p = argb.applyAsInt(x, y);
                        bytes.putInt(now.format() == PixelFormat.BGRA8 ? p
                                : p & 0xff00ff00 | (p >> 16 & 0xff) | (p & 0xff) << 16);
                    }
                }
                vkUnmapMemory(vk, memory);
            }
        }

        @Override
        protected void draw(VkCommandBuffer commands, Frame frame, int number, MemoryStack stack) {
            VkBufferImageCopy.Buffer region = VkBufferImageCopy.calloc(1, stack);
            region.imageSubresource().aspectMask(VK_IMAGE_ASPECT_COLOR_BIT).layerCount(1);
            region.imageExtent().set(frame.width(), frame.height(), 1);
            vkCmdCopyBufferToImage(commands, buffer, frame.image(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, region);
        }

        private int hostVisible(int typeBits, MemoryStack stack) {
            VkPhysicalDeviceMemoryProperties properties = VkPhysicalDeviceMemoryProperties.calloc(stack);
            vkGetPhysicalDeviceMemoryProperties(vk.getPhysicalDevice(), properties);
            int wanted = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
            for (int i = 0; i < properties.memoryTypeCount(); i++) {
                if ((typeBits & 1 << i) != 0 && (properties.memoryTypes(i).propertyFlags() & wanted) == wanted) {
                    return i;
                }
            }
            throw new AssertionError("no host-visible memory");
        }

        private void free() {
            if (buffer != 0) {
                vkDestroyBuffer(vk, buffer, null);
                vkFreeMemory(vk, memory, null);
                buffer = 0;
            }
        }

        @Override
        public void close() {
            free();
            super.close();
        }
    }
}
