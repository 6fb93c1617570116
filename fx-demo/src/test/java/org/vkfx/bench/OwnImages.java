package org.vkfx.bench;

import static org.lwjgl.vulkan.VK12.*;

import java.util.ArrayList;
import java.util.List;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkImageCreateInfo;
import org.lwjgl.vulkan.VkImageViewCreateInfo;
import org.lwjgl.vulkan.VkMemoryRequirements;

/** Images that are not the bridge's: device-local, BGRA, to be rendered to and copied from. */
final class OwnImages implements AutoCloseable {
    static final int FORMAT = VK_FORMAT_B8G8R8A8_UNORM;

    private final Gpu gpu;
    private final List<Long> images = new ArrayList<>();
    private final List<Long> memories = new ArrayList<>();
    private final List<Long> views = new ArrayList<>();

    OwnImages(Gpu gpu, int width, int height, int count) {
        this.gpu = gpu;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            var handle = stack.mallocLong(1);
            for (int i = 0; i < count; i++) {
                VkImageCreateInfo info = VkImageCreateInfo.calloc(stack).sType$Default().imageType(VK_IMAGE_TYPE_2D)
                        .format(FORMAT).mipLevels(1).arrayLayers(1).samples(VK_SAMPLE_COUNT_1_BIT)
                        .tiling(VK_IMAGE_TILING_OPTIMAL)
                        .usage(VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT)
                        .extent(e -> e.set(width, height, 1));
                Gpu.check(vkCreateImage(gpu.vk(), info, null, handle), "vkCreateImage");
                images.add(handle.get(0));
                VkMemoryRequirements needs = VkMemoryRequirements.malloc(stack);
                vkGetImageMemoryRequirements(gpu.vk(), images.get(i), needs);
                memories.add(gpu.allocate(needs, 0, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT));
                Gpu.check(vkBindImageMemory(gpu.vk(), images.get(i), memories.get(i), 0), "vkBindImageMemory");
                Gpu.check(vkCreateImageView(gpu.vk(), VkImageViewCreateInfo.calloc(stack).sType$Default()
                        .image(images.get(i)).viewType(VK_IMAGE_VIEW_TYPE_2D).format(FORMAT)
                        .subresourceRange(r -> r.set(VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1)), null, handle),
                        "vkCreateImageView");
                views.add(handle.get(0));
            }
        }
    }

    List<Long> views() {
        return views;
    }

    long image(int index) {
        return images.get(index);
    }

    /** All work on them must be over. */
    @Override
    public void close() {
        views.forEach(v -> vkDestroyImageView(gpu.vk(), v, null));
        images.forEach(i -> vkDestroyImage(gpu.vk(), i, null));
        memories.forEach(m -> vkFreeMemory(gpu.vk(), m, null));
    }
}
