package org.vkfx.vulkan;

import static org.vkfx.vulkan.Structs.chained;
import static org.vkfx.vulkan.Structs.int32;
import static org.vkfx.vulkan.Structs.int64;
import static org.vkfx.vulkan.Structs.offset;
import static org.vkfx.vulkan.Structs.pointer;
import static org.vkfx.vulkan.Structs.struct;

import java.lang.foreign.StructLayout;

import org.vkfx.vulkan.InstanceStructs.VkExtent3D;

/** The structures of images, memory and semaphores. */
final class DeviceStructs {
    private DeviceStructs() {
    }

    static final class VkImageCreateInfo {
        static final int STYPE = 14;
        static final StructLayout LAYOUT = chained("VkImageCreateInfo", int32("flags"), int32("imageType"),
                int32("format"), VkExtent3D.LAYOUT.withName("extent"), int32("mipLevels"), int32("arrayLayers"),
                int32("samples"), int32("tiling"), int32("usage"), int32("sharingMode"), int32("queueFamilyIndexCount"),
                pointer("pQueueFamilyIndices"), int32("initialLayout"));
        static final long FLAGS = offset(LAYOUT, "flags");
        static final long IMAGE_TYPE = offset(LAYOUT, "imageType");
        static final long FORMAT = offset(LAYOUT, "format");
        static final long WIDTH = offset(LAYOUT, "extent", "width");
        static final long HEIGHT = offset(LAYOUT, "extent", "height");
        static final long DEPTH = offset(LAYOUT, "extent", "depth");
        static final long MIP_LEVELS = offset(LAYOUT, "mipLevels");
        static final long ARRAY_LAYERS = offset(LAYOUT, "arrayLayers");
        static final long SAMPLES = offset(LAYOUT, "samples");
        static final long USAGE = offset(LAYOUT, "usage");
    }

    static final class VkExternalMemoryImageCreateInfo {
        static final int STYPE = 1000072001;
        static final StructLayout LAYOUT = chained("VkExternalMemoryImageCreateInfo", int32("handleTypes"));
        static final long HANDLE_TYPES = offset(LAYOUT, "handleTypes");
    }

    static final class VkMemoryRequirements {
        static final StructLayout LAYOUT = struct("VkMemoryRequirements", int64("size"), int64("alignment"),
                int32("memoryTypeBits"));
        static final long SIZE = offset(LAYOUT, "size");
        static final long MEMORY_TYPE_BITS = offset(LAYOUT, "memoryTypeBits");
    }

    static final class VkMemoryAllocateInfo {
        static final int STYPE = 5;
        static final StructLayout LAYOUT = chained("VkMemoryAllocateInfo", int64("allocationSize"),
                int32("memoryTypeIndex"));
        static final long ALLOCATION_SIZE = offset(LAYOUT, "allocationSize");
        static final long MEMORY_TYPE_INDEX = offset(LAYOUT, "memoryTypeIndex");
    }

    static final class VkMemoryDedicatedAllocateInfo {
        static final int STYPE = 1000127001;
        static final StructLayout LAYOUT = chained("VkMemoryDedicatedAllocateInfo", int64("image"), int64("buffer"));
        static final long IMAGE = offset(LAYOUT, "image");
    }

    static final class VkExportMemoryAllocateInfo {
        static final int STYPE = 1000072002;
        static final StructLayout LAYOUT = chained("VkExportMemoryAllocateInfo", int32("handleTypes"));
        static final long HANDLE_TYPES = offset(LAYOUT, "handleTypes");
    }

    static final class VkComponentMapping {
        static final StructLayout LAYOUT = struct("VkComponentMapping", int32("r"), int32("g"), int32("b"), int32("a"));
    }

    static final class VkImageSubresourceRange {
        static final StructLayout LAYOUT = struct("VkImageSubresourceRange", int32("aspectMask"), int32("baseMipLevel"),
                int32("levelCount"), int32("baseArrayLayer"), int32("layerCount"));
        static final long ASPECT_MASK = offset(LAYOUT, "aspectMask");
        static final long LEVEL_COUNT = offset(LAYOUT, "levelCount");
        static final long LAYER_COUNT = offset(LAYOUT, "layerCount");
    }

    static final class VkImageViewCreateInfo {
        static final int STYPE = 15;
        static final StructLayout LAYOUT = chained("VkImageViewCreateInfo", int32("flags"), int64("image"),
                int32("viewType"), int32("format"), VkComponentMapping.LAYOUT.withName("components"),
                VkImageSubresourceRange.LAYOUT.withName("subresourceRange"));
        static final long IMAGE = offset(LAYOUT, "image");
        static final long VIEW_TYPE = offset(LAYOUT, "viewType");
        static final long FORMAT = offset(LAYOUT, "format");
        static final long ASPECT_MASK = offset(LAYOUT, "subresourceRange", "aspectMask");
        static final long LEVEL_COUNT = offset(LAYOUT, "subresourceRange", "levelCount");
        static final long LAYER_COUNT = offset(LAYOUT, "subresourceRange", "layerCount");
    }

    static final class VkMemoryGetFdInfoKHR {
        static final int STYPE = 1000074002;
        static final StructLayout LAYOUT = chained("VkMemoryGetFdInfoKHR", int64("memory"), int32("handleType"));
        static final long MEMORY = offset(LAYOUT, "memory");
        static final long HANDLE_TYPE = offset(LAYOUT, "handleType");
    }

    static final class VkMemoryGetMetalHandleInfoEXT {
        static final int STYPE = 1000602002;
        static final StructLayout LAYOUT = chained("VkMemoryGetMetalHandleInfoEXT", int64("memory"),
                int32("handleType"));
        static final long MEMORY = offset(LAYOUT, "memory");
        static final long HANDLE_TYPE = offset(LAYOUT, "handleType");
    }

    static final class VkMemoryMetalHandlePropertiesEXT {
        static final int STYPE = 1000602001;
        static final StructLayout LAYOUT = chained("VkMemoryMetalHandlePropertiesEXT", int32("memoryTypeBits"));
        static final long MEMORY_TYPE_BITS = offset(LAYOUT, "memoryTypeBits");
    }

    static final class VkExportMetalObjectCreateInfoEXT {
        static final int STYPE = 1000311000;
        static final StructLayout LAYOUT = chained("VkExportMetalObjectCreateInfoEXT", int32("exportObjectType"));
        static final long EXPORT_OBJECT_TYPE = offset(LAYOUT, "exportObjectType");
    }

    static final class VkExportMetalObjectsInfoEXT {
        static final int STYPE = 1000311001;
        static final StructLayout LAYOUT = chained("VkExportMetalObjectsInfoEXT");
    }

    static final class VkExportMetalSharedEventInfoEXT {
        static final int STYPE = 1000311010;
        static final StructLayout LAYOUT = chained("VkExportMetalSharedEventInfoEXT", int64("semaphore"),
                int64("event"), pointer("mtlSharedEvent"));
        static final long SEMAPHORE = offset(LAYOUT, "semaphore");
        static final long MTL_SHARED_EVENT = offset(LAYOUT, "mtlSharedEvent");
    }

    static final class VkSemaphoreCreateInfo {
        static final int STYPE = 9;
        static final StructLayout LAYOUT = chained("VkSemaphoreCreateInfo", int32("flags"));
    }

    static final class VkSemaphoreTypeCreateInfo {
        static final int STYPE = 1000207002;
        static final StructLayout LAYOUT = chained("VkSemaphoreTypeCreateInfo", int32("semaphoreType"),
                int64("initialValue"));
        static final long SEMAPHORE_TYPE = offset(LAYOUT, "semaphoreType");
        static final long INITIAL_VALUE = offset(LAYOUT, "initialValue");
    }

    static final class VkExportSemaphoreCreateInfo {
        static final int STYPE = 1000077000;
        static final StructLayout LAYOUT = chained("VkExportSemaphoreCreateInfo", int32("handleTypes"));
        static final long HANDLE_TYPES = offset(LAYOUT, "handleTypes");
    }

    static final class VkSemaphoreGetFdInfoKHR {
        static final int STYPE = 1000079001;
        static final StructLayout LAYOUT = chained("VkSemaphoreGetFdInfoKHR", int64("semaphore"), int32("handleType"));
        static final long SEMAPHORE = offset(LAYOUT, "semaphore");
        static final long HANDLE_TYPE = offset(LAYOUT, "handleType");
    }

    static final class VkSemaphoreWaitInfo {
        static final int STYPE = 1000207004;
        static final StructLayout LAYOUT = chained("VkSemaphoreWaitInfo", int32("flags"), int32("semaphoreCount"),
                pointer("pSemaphores"), pointer("pValues"));
        static final long SEMAPHORE_COUNT = offset(LAYOUT, "semaphoreCount");
        static final long SEMAPHORES = offset(LAYOUT, "pSemaphores");
        static final long VALUES = offset(LAYOUT, "pValues");
    }
}
