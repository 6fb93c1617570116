package org.vkfx.bench;

import static org.lwjgl.vulkan.VK12.*;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import javafx.scene.image.Image;

import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkAttachmentDescription;
import org.lwjgl.vulkan.VkAttachmentReference;
import org.lwjgl.vulkan.VkClearAttachment;
import org.lwjgl.vulkan.VkClearRect;
import org.lwjgl.vulkan.VkClearValue;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkCommandBufferAllocateInfo;
import org.lwjgl.vulkan.VkCommandBufferBeginInfo;
import org.lwjgl.vulkan.VkCommandPoolCreateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkFramebufferCreateInfo;
import org.lwjgl.vulkan.VkRenderPassBeginInfo;
import org.lwjgl.vulkan.VkRenderPassCreateInfo;
import org.lwjgl.vulkan.VkSubpassDescription;

/**
 * The scene: a clear and eight rectangles, at another place in each image. Recorded once for each image, so that a
 * frame costs its submission and the GPU's work, the same in all modes, and nothing on Java's heap. No shaders.
 */
final class Painting implements AutoCloseable {
    private static final int RECTANGLES = 8;
    private static final float GREEN = 0.6f;

    /** What is recorded behind the scene. */
    interface Sequel {
        void record(MemoryStack stack, VkCommandBuffer commands, int index);
    }

    private final VkDevice vk;
    private final int width;
    private final int height;
    private final long renderPass;
    private final long pool;
    private final List<Long> framebuffers = new ArrayList<>();
    private final List<VkCommandBuffer> commands = new ArrayList<>();

    /**
     * Records the scene.
     *
     * @param gpu the device
     * @param format VkFormat of the images
     * @param width pixels
     * @param height pixels
     * @param finalLayout VkImageLayout in which the scene leaves an image
     * @param views the VkImageViews
     * @param sequel recorded behind it
     */
    Painting(Gpu gpu, int format, int width, int height, int finalLayout, List<Long> views, Sequel sequel) {
        vk = gpu.vk();
        this.width = width;
        this.height = height;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            renderPass = renderPass(stack, format, finalLayout);
            var handle = stack.mallocLong(1);
            Gpu.check(vkCreateCommandPool(vk, VkCommandPoolCreateInfo.calloc(stack).sType$Default()
                    .queueFamilyIndex(gpu.device().queueFamily()), null, handle), "vkCreateCommandPool");
            pool = handle.get(0);
            PointerBuffer buffers = stack.mallocPointer(views.size());
            Gpu.check(vkAllocateCommandBuffers(vk, VkCommandBufferAllocateInfo.calloc(stack).sType$Default()
                    .commandPool(pool).level(VK_COMMAND_BUFFER_LEVEL_PRIMARY).commandBufferCount(views.size()),
                    buffers), "vkAllocateCommandBuffers");
            for (int i = 0; i < views.size(); i++) {
                commands.add(new VkCommandBuffer(buffers.get(i), vk));
                Gpu.check(vkCreateFramebuffer(vk, VkFramebufferCreateInfo.calloc(stack).sType$Default()
                        .renderPass(renderPass).pAttachments(stack.longs(views.get(i))).width(width).height(height)
                        .layers(1), null, handle), "vkCreateFramebuffer");
                framebuffers.add(handle.get(0));
            }
        }
        for (int i = 0; i < views.size(); i++) {
            record(i, views.size(), sequel);
        }
    }

    private static float red(int rectangle) {
        return rectangle / (float) RECTANGLES;
    }

    /** Whether a picture has all the rectangles: something of the colour of each. */
    static boolean isIn(Image picture) {
        BitSet missing = new BitSet();
        missing.set(0, RECTANGLES);
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                int argb = picture.getPixelReader().getArgb(x, y);
                missing.stream().filter(i -> isColour(argb, i)).findFirst().ifPresent(missing::clear);
                if (missing.isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isColour(int argb, int rectangle) {
        float[] colour = {red(rectangle), GREEN, 1 - red(rectangle)};
        for (int i = 0; i < colour.length; i++) {
            if (Math.abs((argb >> (16 - 8 * i) & 255) - 255 * colour[i]) > 2) {
                return false;
            }
        }
        return true;
    }

    private long renderPass(MemoryStack stack, int format, int finalLayout) {
        var handle = stack.mallocLong(1);
        var colour = VkAttachmentReference.calloc(1, stack).attachment(0)
                .layout(VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
        var attachment = VkAttachmentDescription.calloc(1, stack).format(format).samples(VK_SAMPLE_COUNT_1_BIT)
                .loadOp(VK_ATTACHMENT_LOAD_OP_CLEAR).storeOp(VK_ATTACHMENT_STORE_OP_STORE)
                .stencilLoadOp(VK_ATTACHMENT_LOAD_OP_DONT_CARE).stencilStoreOp(VK_ATTACHMENT_STORE_OP_DONT_CARE)
                .initialLayout(VK_IMAGE_LAYOUT_UNDEFINED).finalLayout(finalLayout);
        var subpass = VkSubpassDescription.calloc(1, stack).pipelineBindPoint(VK_PIPELINE_BIND_POINT_GRAPHICS)
                .colorAttachmentCount(1).pColorAttachments(colour);
        Gpu.check(vkCreateRenderPass(vk, VkRenderPassCreateInfo.calloc(stack).sType$Default()
                .pAttachments(attachment).pSubpasses(subpass), null, handle), "vkCreateRenderPass");
        return handle.get(0);
    }

    private void record(int index, int count, Sequel sequel) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkCommandBuffer to = commands.get(index);
            Gpu.check(vkBeginCommandBuffer(to, VkCommandBufferBeginInfo.calloc(stack).sType$Default()),
                    "vkBeginCommandBuffer");
            VkClearValue.Buffer background = VkClearValue.calloc(1, stack);
            background.get(0).color().float32(0, 0.1f).float32(1, 0.1f + 0.05f * index).float32(2, 0.2f).float32(3, 1);
            VkRenderPassBeginInfo pass = VkRenderPassBeginInfo.calloc(stack).sType$Default().renderPass(renderPass)
                    .framebuffer(framebuffers.get(index)).clearValueCount(1).pClearValues(background);
            pass.renderArea().extent().set(width, height);
            vkCmdBeginRenderPass(to, pass, VK_SUBPASS_CONTENTS_INLINE);
            for (int i = 0; i < RECTANGLES; i++) {
                VkClearAttachment.Buffer fill = VkClearAttachment.calloc(1, stack)
                        .aspectMask(VK_IMAGE_ASPECT_COLOR_BIT).colorAttachment(0);
                fill.get(0).clearValue().color().float32(0, red(i)).float32(1, GREEN).float32(2, 1 - red(i))
                        .float32(3, 1);
                VkClearRect.Buffer where = VkClearRect.calloc(1, stack).layerCount(1);
                where.get(0).rect().offset().set((width - width / 8) * i / RECTANGLES,
                        (height - height / 8) * ((i + index * RECTANGLES / count) % RECTANGLES) / RECTANGLES);
                where.get(0).rect().extent().set(width / 8, height / 8);
                vkCmdClearAttachments(to, fill, where);
            }
            vkCmdEndRenderPass(to);
            sequel.record(stack, to, index);
            Gpu.check(vkEndCommandBuffer(to), "vkEndCommandBuffer");
        }
    }

    /**
     * Returns what draws the scene into an image; to be submitted as often as wanted, not before the last time is over.
     */
    VkCommandBuffer commands(int index) {
        return commands.get(index);
    }

    /** All submitted work must be over. */
    @Override
    public void close() {
        vkDestroyCommandPool(vk, pool, null);
        framebuffers.forEach(f -> vkDestroyFramebuffer(vk, f, null));
        vkDestroyRenderPass(vk, renderPass, null);
    }
}
