package org.vkfx.demo;

import static org.lwjgl.vulkan.VK12.*;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.function.ToIntBiFunction;

import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkBufferCreateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkImageCreateInfo;
import org.lwjgl.vulkan.VkImageViewCreateInfo;
import org.lwjgl.vulkan.VkMemoryAllocateInfo;
import org.lwjgl.vulkan.VkMemoryRequirements;
import org.lwjgl.vulkan.VkPhysicalDeviceMemoryProperties;

/** The Vulkan calls that every renderer writes again. */
final class Vk {
    private Vk() {
    }

    /** Throws when a Vulkan call failed. */
    static void check(int result, String call) {
        if (result < VK_SUCCESS) {
            throw new IllegalStateException(call + " failed: " + switch (result) {
                case VK_ERROR_OUT_OF_HOST_MEMORY -> "out of memory";
                case VK_ERROR_OUT_OF_DEVICE_MEMORY -> "out of GPU memory";
                case VK_ERROR_INITIALIZATION_FAILED -> "initialization failed";
                case VK_ERROR_DEVICE_LOST -> "the GPU was lost";
                case VK_ERROR_LAYER_NOT_PRESENT -> "the validation layer is not installed";
                case VK_ERROR_INCOMPATIBLE_DRIVER ->
                    "no Vulkan driver is installed (Debian: apt-get install mesa-vulkan-drivers)";
                default -> "VkResult " + result;
            });
        }
    }

    /** Calls a function that takes a description and returns one handle. */
    static <T> long make(String call, T info, ToIntBiFunction<T, LongBuffer> function) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            LongBuffer handle = stack.mallocLong(1);
            check(function.applyAsInt(info, handle), call);
            return handle.get(0);
        }
    }

    /**
     * Makes a single-level 2D image with memory of its own and a view.
     *
     * @return the view
     */
    static long imageView(VkDevice device, Cleanup cleanup, int format, int width, int height, int samples, int usage,
            int aspect) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkImageCreateInfo info = VkImageCreateInfo.calloc(stack).sType$Default().imageType(VK_IMAGE_TYPE_2D)
                    .format(format).mipLevels(1).arrayLayers(1).samples(samples).tiling(VK_IMAGE_TILING_OPTIMAL)
                    .usage(usage).extent(e -> e.set(width, height, 1));
            long image = make("vkCreateImage", info, (i, p) -> vkCreateImage(device, i, null, p));
            cleanup.add(() -> vkDestroyImage(device, image, null));
            VkMemoryRequirements needs = VkMemoryRequirements.malloc(stack);
            vkGetImageMemoryRequirements(device, image, needs);
            // Tile memory, where the GPU has it, is enough for what no one reads after the render pass.
            int wish = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT
                    | ((usage & VK_IMAGE_USAGE_TRANSIENT_ATTACHMENT_BIT) != 0 ? VK_MEMORY_PROPERTY_LAZILY_ALLOCATED_BIT
                            : 0);
            long memory = allocate(device, needs, 0, wish);
            cleanup.add(() -> vkFreeMemory(device, memory, null));
            check(vkBindImageMemory(device, image, memory, 0), "vkBindImageMemory");
            long view = view(device, image, format, aspect);
            cleanup.add(() -> vkDestroyImageView(device, view, null));
            return view;
        }
    }

    private static long view(VkDevice device, long image, int format, int aspect) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkImageViewCreateInfo info = VkImageViewCreateInfo.calloc(stack).sType$Default().image(image)
                    .viewType(VK_IMAGE_VIEW_TYPE_2D).format(format)
                    .subresourceRange(r -> r.set(aspect, 0, 1, 0, 1));
            return make("vkCreateImageView", info, (i, p) -> vkCreateImageView(device, i, null, p));
        }
    }

    /**
     * Makes a buffer filled by the CPU. The GPU reads it where it is: a few hundred kilobytes are not worth a copy.
     *
     * @return the VkBuffer
     */
    static long buffer(VkDevice device, Cleanup cleanup, ByteBuffer content, int usage) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkBufferCreateInfo info = VkBufferCreateInfo.calloc(stack).sType$Default().size(content.remaining())
                    .usage(usage);
            long buffer = make("vkCreateBuffer", info, (i, p) -> vkCreateBuffer(device, i, null, p));
            cleanup.add(() -> vkDestroyBuffer(device, buffer, null));
            VkMemoryRequirements needs = VkMemoryRequirements.malloc(stack);
            vkGetBufferMemoryRequirements(device, buffer, needs);
            int visible = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
            long memory = allocate(device, needs, visible, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
            cleanup.add(() -> vkFreeMemory(device, memory, null));
            check(vkBindBufferMemory(device, buffer, memory, 0), "vkBindBufferMemory");
            PointerBuffer mapped = stack.mallocPointer(1);
            check(vkMapMemory(device, memory, 0, VK_WHOLE_SIZE, 0, mapped), "vkMapMemory");
            mapped.getByteBuffer(0, content.remaining()).put(content.duplicate());
            vkUnmapMemory(device, memory);
            return buffer;
        }
    }

    /** Allocates memory of a type that has all needed properties and as many of the wished ones as possible. */
    static long allocate(VkDevice device, VkMemoryRequirements needs, int needed, int wished) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkPhysicalDeviceMemoryProperties memory = VkPhysicalDeviceMemoryProperties.malloc(stack);
            vkGetPhysicalDeviceMemoryProperties(device.getPhysicalDevice(), memory);
            int best = -1;
            int bestHits = -1;
            for (int i = 0; i < memory.memoryTypeCount(); i++) {
                int flags = memory.memoryTypes(i).propertyFlags();
                int hits = Integer.bitCount(flags & wished);
                if ((needs.memoryTypeBits() >>> i & 1) != 0 && (flags & needed) == needed && hits > bestHits) {
                    best = i;
                    bestHits = hits;
                }
            }
            if (best < 0) {
                throw new IllegalStateException("The GPU has no memory type with the properties " + needed + ".");
            }
            VkMemoryAllocateInfo info = VkMemoryAllocateInfo.calloc(stack).sType$Default().allocationSize(needs.size())
                    .memoryTypeIndex(best);
            return make("vkAllocateMemory", info, (i, p) -> vkAllocateMemory(device, i, null, p));
        }
    }
}
