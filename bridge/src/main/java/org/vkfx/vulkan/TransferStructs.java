package org.vkfx.vulkan;

import static org.vkfx.vulkan.Structs.array;
import static org.vkfx.vulkan.Structs.chained;
import static org.vkfx.vulkan.Structs.int32;
import static org.vkfx.vulkan.Structs.int64;
import static org.vkfx.vulkan.Structs.offset;
import static org.vkfx.vulkan.Structs.pointer;
import static org.vkfx.vulkan.Structs.struct;

import java.lang.foreign.StructLayout;

import org.vkfx.vulkan.DeviceStructs.VkImageSubresourceRange;
import org.vkfx.vulkan.InstanceStructs.VkExtent3D;

/** The structures of buffers, command buffers and submissions. */
final class TransferStructs {
    private TransferStructs() {
    }

    static final class VkBufferCreateInfo {
        static final int STYPE = 12;
        static final StructLayout LAYOUT = chained("VkBufferCreateInfo", int32("flags"), int64("size"), int32("usage"),
                int32("sharingMode"), int32("queueFamilyIndexCount"), pointer("pQueueFamilyIndices"));
        static final long SIZE = offset(LAYOUT, "size");
        static final long USAGE = offset(LAYOUT, "usage");
    }

    static final class VkCommandPoolCreateInfo {
        static final int STYPE = 39;
        static final StructLayout LAYOUT = chained("VkCommandPoolCreateInfo", int32("flags"),
                int32("queueFamilyIndex"));
        static final long QUEUE_FAMILY_INDEX = offset(LAYOUT, "queueFamilyIndex");
    }

    static final class VkCommandBufferAllocateInfo {
        static final int STYPE = 40;
        static final StructLayout LAYOUT = chained("VkCommandBufferAllocateInfo", int64("commandPool"), int32("level"),
                int32("commandBufferCount"));
        static final long COMMAND_POOL = offset(LAYOUT, "commandPool");
        static final long COMMAND_BUFFER_COUNT = offset(LAYOUT, "commandBufferCount");
    }

    static final class VkCommandBufferBeginInfo {
        static final int STYPE = 42;
        static final StructLayout LAYOUT = chained("VkCommandBufferBeginInfo", int32("flags"),
                pointer("pInheritanceInfo"));
    }

    static final class VkImageMemoryBarrier {
        static final int STYPE = 45;
        static final StructLayout LAYOUT = chained("VkImageMemoryBarrier", int32("srcAccessMask"),
                int32("dstAccessMask"), int32("oldLayout"), int32("newLayout"), int32("srcQueueFamilyIndex"),
                int32("dstQueueFamilyIndex"), int64("image"),
                VkImageSubresourceRange.LAYOUT.withName("subresourceRange"));
        static final long SRC_ACCESS_MASK = offset(LAYOUT, "srcAccessMask");
        static final long DST_ACCESS_MASK = offset(LAYOUT, "dstAccessMask");
        static final long OLD_LAYOUT = offset(LAYOUT, "oldLayout");
        static final long NEW_LAYOUT = offset(LAYOUT, "newLayout");
        static final long SRC_QUEUE_FAMILY_INDEX = offset(LAYOUT, "srcQueueFamilyIndex");
        static final long DST_QUEUE_FAMILY_INDEX = offset(LAYOUT, "dstQueueFamilyIndex");
        static final long IMAGE = offset(LAYOUT, "image");
        static final long ASPECT_MASK = offset(LAYOUT, "subresourceRange", "aspectMask");
        static final long LEVEL_COUNT = offset(LAYOUT, "subresourceRange", "levelCount");
        static final long LAYER_COUNT = offset(LAYOUT, "subresourceRange", "layerCount");
    }

    static final class VkBufferMemoryBarrier {
        static final int STYPE = 44;
        static final StructLayout LAYOUT = chained("VkBufferMemoryBarrier", int32("srcAccessMask"),
                int32("dstAccessMask"), int32("srcQueueFamilyIndex"), int32("dstQueueFamilyIndex"), int64("buffer"),
                int64("offset"), int64("size"));
        static final long SRC_ACCESS_MASK = offset(LAYOUT, "srcAccessMask");
        static final long DST_ACCESS_MASK = offset(LAYOUT, "dstAccessMask");
        static final long SRC_QUEUE_FAMILY_INDEX = offset(LAYOUT, "srcQueueFamilyIndex");
        static final long DST_QUEUE_FAMILY_INDEX = offset(LAYOUT, "dstQueueFamilyIndex");
        static final long BUFFER = offset(LAYOUT, "buffer");
        static final long SIZE = offset(LAYOUT, "size");
    }

    static final class VkOffset3D {
        static final StructLayout LAYOUT = struct("VkOffset3D", int32("x"), int32("y"), int32("z"));
        static final long X = offset(LAYOUT, "x");
        static final long Y = offset(LAYOUT, "y");
        static final long Z = offset(LAYOUT, "z");
    }

    static final class VkImageSubresourceLayers {
        static final StructLayout LAYOUT = struct("VkImageSubresourceLayers", int32("aspectMask"), int32("mipLevel"),
                int32("baseArrayLayer"), int32("layerCount"));
    }

    static final class VkBufferImageCopy {
        static final StructLayout LAYOUT = struct("VkBufferImageCopy", int64("bufferOffset"), int32("bufferRowLength"),
                int32("bufferImageHeight"), VkImageSubresourceLayers.LAYOUT.withName("imageSubresource"),
                VkOffset3D.LAYOUT.withName("imageOffset"), VkExtent3D.LAYOUT.withName("imageExtent"));
        static final long ASPECT_MASK = offset(LAYOUT, "imageSubresource", "aspectMask");
        static final long LAYER_COUNT = offset(LAYOUT, "imageSubresource", "layerCount");
        static final long WIDTH = offset(LAYOUT, "imageExtent", "width");
        static final long HEIGHT = offset(LAYOUT, "imageExtent", "height");
        static final long DEPTH = offset(LAYOUT, "imageExtent", "depth");
    }

    static final class VkImageBlit {
        static final StructLayout LAYOUT = struct("VkImageBlit",
                VkImageSubresourceLayers.LAYOUT.withName("srcSubresource"), array("srcOffsets", 2, VkOffset3D.LAYOUT),
                VkImageSubresourceLayers.LAYOUT.withName("dstSubresource"), array("dstOffsets", 2, VkOffset3D.LAYOUT));
        static final long SRC_ASPECT_MASK = offset(LAYOUT, "srcSubresource", "aspectMask");
        static final long SRC_LAYER_COUNT = offset(LAYOUT, "srcSubresource", "layerCount");
        static final long SRC_END = offset(LAYOUT, "srcOffsets") + VkOffset3D.LAYOUT.byteSize();
        static final long DST_ASPECT_MASK = offset(LAYOUT, "dstSubresource", "aspectMask");
        static final long DST_LAYER_COUNT = offset(LAYOUT, "dstSubresource", "layerCount");
        static final long DST_END = offset(LAYOUT, "dstOffsets") + VkOffset3D.LAYOUT.byteSize();
    }

    static final class VkSubmitInfo {
        static final int STYPE = 4;
        static final StructLayout LAYOUT = chained("VkSubmitInfo", int32("waitSemaphoreCount"),
                pointer("pWaitSemaphores"), pointer("pWaitDstStageMask"), int32("commandBufferCount"),
                pointer("pCommandBuffers"), int32("signalSemaphoreCount"), pointer("pSignalSemaphores"));
        static final long WAIT_SEMAPHORE_COUNT = offset(LAYOUT, "waitSemaphoreCount");
        static final long WAIT_SEMAPHORES = offset(LAYOUT, "pWaitSemaphores");
        static final long WAIT_DST_STAGE_MASK = offset(LAYOUT, "pWaitDstStageMask");
        static final long COMMAND_BUFFER_COUNT = offset(LAYOUT, "commandBufferCount");
        static final long COMMAND_BUFFERS = offset(LAYOUT, "pCommandBuffers");
        static final long SIGNAL_SEMAPHORE_COUNT = offset(LAYOUT, "signalSemaphoreCount");
        static final long SIGNAL_SEMAPHORES = offset(LAYOUT, "pSignalSemaphores");
    }

    static final class VkTimelineSemaphoreSubmitInfo {
        static final int STYPE = 1000207003;
        static final StructLayout LAYOUT = chained("VkTimelineSemaphoreSubmitInfo", int32("waitSemaphoreValueCount"),
                pointer("pWaitSemaphoreValues"), int32("signalSemaphoreValueCount"), pointer("pSignalSemaphoreValues"));
        static final long WAIT_SEMAPHORE_VALUE_COUNT = offset(LAYOUT, "waitSemaphoreValueCount");
        static final long WAIT_SEMAPHORE_VALUES = offset(LAYOUT, "pWaitSemaphoreValues");
        static final long SIGNAL_SEMAPHORE_VALUE_COUNT = offset(LAYOUT, "signalSemaphoreValueCount");
        static final long SIGNAL_SEMAPHORE_VALUES = offset(LAYOUT, "pSignalSemaphoreValues");
    }
}
