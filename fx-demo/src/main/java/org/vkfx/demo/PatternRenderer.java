package org.vkfx.demo;

import static org.lwjgl.vulkan.VK12.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkBufferImageCopy;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.vkfx.Frame;
import org.vkfx.SwapchainImages;

/** Copies the same pixels into every frame: another colour for each around, without any symmetry. BGRA8. */
final class PatternRenderer extends CheckRenderer {
    private long source; // a VkBuffer of the images' size

    PatternRenderer(VulkanContext context) {
        super(context);
    }

    /** What pixel (x, y) must be, counted from the top left corner. */
    static int pixel(int x, int y) {
        return 0xff000000 | (x * 0x1f35 + y * 0x6c8e9 + (x ^ y) * 0x10203) & 0xffffff;
    }

    @Override
    void prepare(SwapchainImages changed, Cleanup cleanup) {
        int width = changed.width();
        int height = changed.height();
        ByteBuffer pixels = MemoryUtil.memAlloc(Math.multiplyExact(4 * width, height)).order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (int i = 0; i < width * height; i++) {
                pixels.putInt(4 * i, pixel(i % width, i / width));
            }
            source = Vk.buffer(device(), cleanup, pixels, VK_BUFFER_USAGE_TRANSFER_SRC_BIT);
        } finally {
            MemoryUtil.memFree(pixels);
        }
    }

    @Override
    void draw(VkCommandBuffer buffer, Frame frame, int number, MemoryStack stack) {
        VkBufferImageCopy.Buffer region = VkBufferImageCopy.calloc(1, stack)
                .imageSubresource(r -> r.set(VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1));
        region.imageExtent().set(frame.width(), frame.height(), 1);
        vkCmdCopyBufferToImage(buffer, source, frame.image(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, region);
    }
}
