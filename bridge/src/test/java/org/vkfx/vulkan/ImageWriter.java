package org.vkfx.vulkan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.system.MemoryStack.stackPush;
import static org.lwjgl.vulkan.VK10.*;

import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

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
import org.lwjgl.vulkan.VkSubmitInfo;
import org.lwjgl.vulkan.VkTimelineSemaphoreSubmitInfo;
import org.vkfx.Frame;

/** A renderer by LWJGL that keeps Frame's image contract, one frame after the other. Use it on one thread. */
final class ImageWriter implements AutoCloseable {
    private final ValidatedVulkan vulkan;
    private final VkDevice vk;
    private final TimelineSemaphore rendered;
    private final long pool;
    private final VkCommandBuffer commands;
    private long frames;

    ImageWriter(ValidatedVulkan vulkan, DeviceContext context) {
        this.vulkan = vulkan;
        vk = vulkan.lwjglDevice();
        rendered = new TimelineSemaphore(context, 0);
        try (MemoryStack stack = stackPush()) {
            var handle = stack.mallocLong(1);
            check(vkCreateCommandPool(vk, VkCommandPoolCreateInfo.calloc(stack).sType$Default()
                    .flags(VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT)
                    .queueFamilyIndex(vulkan.device().queueFamily()), null, handle));
            pool = handle.get(0);
            PointerBuffer buffer = stack.mallocPointer(1);
            check(vkAllocateCommandBuffers(vk, VkCommandBufferAllocateInfo.calloc(stack).sType$Default()
                    .commandPool(pool).level(VK_COMMAND_BUFFER_LEVEL_PRIMARY).commandBufferCount(1), buffer));
            commands = new VkCommandBuffer(buffer.get(0), vk);
        }
    }

    /** Clears an image to a colour, and waits. */
    void clear(ExportableImage image, float r, float g, float b, float a) {
        render(image, (stack, range) -> vkCmdClearColorImage(commands, image.image(),
                VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                VkClearColorValue.calloc(stack).float32(stack.floats(r, g, b, a)), range));
    }

    /** Copies bytes, in the order of the image's format, into an image, and waits. */
    void write(ExportableImage image, byte[] bytes) {
        try (MemoryStack stack = stackPush()) {
            var handle = stack.mallocLong(1);
            check(vkCreateBuffer(vk, VkBufferCreateInfo.calloc(stack).sType$Default().size(bytes.length)
                    .usage(VK_BUFFER_USAGE_TRANSFER_SRC_BIT), null, handle));
            long buffer = handle.get(0);
            VkMemoryRequirements needs = VkMemoryRequirements.calloc(stack);
            vkGetBufferMemoryRequirements(vk, buffer, needs);
            check(vkAllocateMemory(vk, VkMemoryAllocateInfo.calloc(stack).sType$Default().allocationSize(needs.size())
                    .memoryTypeIndex(hostVisible(needs.memoryTypeBits(), stack)), null, handle));
            long memory = handle.get(0);
            check(vkBindBufferMemory(vk, buffer, memory, 0));
            PointerBuffer data = stack.mallocPointer(1);
            check(vkMapMemory(vk, memory, 0, bytes.length, 0, data));
            MemoryUtil.memByteBuffer(data.get(0), bytes.length).put(bytes);
            VkBufferImageCopy.Buffer region = VkBufferImageCopy.calloc(1, stack);
            region.imageSubresource().aspectMask(VK_IMAGE_ASPECT_COLOR_BIT).layerCount(1);
            region.imageExtent().set(image.width(), image.height(), 1);
            render(image, (unused, range) -> vkCmdCopyBufferToImage(commands, buffer, image.image(),
                    VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, region));
            vkDestroyBuffer(vk, buffer, null);
            vkFreeMemory(vk, memory, null);
        }
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

    private void render(ExportableImage image, BiConsumer<MemoryStack, VkImageSubresourceRange> draw) {
        try (MemoryStack stack = stackPush()) {
            var range = VkImageSubresourceRange.calloc(stack).aspectMask(VK_IMAGE_ASPECT_COLOR_BIT).levelCount(1)
                    .layerCount(1);
            check(vkBeginCommandBuffer(commands, VkCommandBufferBeginInfo.calloc(stack).sType$Default()
                    .flags(VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT)));
            vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT, 0, null,
                    null, barrier(stack, image, range).dstAccessMask(VK_ACCESS_TRANSFER_WRITE_BIT)
                            .oldLayout(VK_IMAGE_LAYOUT_UNDEFINED).newLayout(VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL)
                            .srcQueueFamilyIndex(VK_QUEUE_FAMILY_IGNORED)
                            .dstQueueFamilyIndex(VK_QUEUE_FAMILY_IGNORED));
            draw.accept(stack, range);
            vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, 0,
                    null, null, barrier(stack, image, range).srcAccessMask(VK_ACCESS_TRANSFER_WRITE_BIT)
                            .oldLayout(VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL).newLayout(Frame.LAYOUT_GENERAL)
                            .srcQueueFamilyIndex(vulkan.device().queueFamily())
                            .dstQueueFamilyIndex(Frame.QUEUE_FAMILY_EXTERNAL));
            check(vkEndCommandBuffer(commands));
            submit(stack);
        }
        assertThat(rendered.await(frames, TimeUnit.SECONDS.toNanos(30))).as("rendered in time").isTrue();
    }

    private static VkImageMemoryBarrier.Buffer barrier(MemoryStack stack, ExportableImage image,
            VkImageSubresourceRange range) {
        return VkImageMemoryBarrier.calloc(1, stack).sType$Default().image(image.image()).subresourceRange(range);
    }

    private void submit(MemoryStack stack) {
        VkSubmitInfo info = VkSubmitInfo.calloc(stack).sType$Default()
                .pNext(VkTimelineSemaphoreSubmitInfo.calloc(stack).sType$Default().signalSemaphoreValueCount(1)
                        .pSignalSemaphoreValues(stack.longs(++frames)))
                .pCommandBuffers(stack.pointers(commands)).pSignalSemaphores(stack.longs(rendered.handle()));
        vulkan.device().queueLock().lock();
        try {
            check(vkQueueSubmit(vulkan.queue(), info, VK_NULL_HANDLE));
        } finally {
            vulkan.device().queueLock().unlock();
        }
    }

    private static void check(int result) {
        assertThat(result).as("VkResult").isEqualTo(VK_SUCCESS);
    }

    @Override
    public void close() {
        vkDestroyCommandPool(vk, pool, null);
        rendered.close();
    }
}
