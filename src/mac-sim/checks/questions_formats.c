/* Formats of images, and what can be shared outside of Vulkan. */
#include "questions.h"

const struct named FORMATS[FORMAT_COUNT] = {
    {"B8G8R8A8_UNORM", VK_FORMAT_B8G8R8A8_UNORM},
    {"B8G8R8A8_SRGB", VK_FORMAT_B8G8R8A8_SRGB},
    {"R8G8B8A8_UNORM", VK_FORMAT_R8G8B8A8_UNORM},
    {"R8G8B8A8_SRGB", VK_FORMAT_R8G8B8A8_SRGB},
};

const struct named HANDLES[HANDLE_COUNT] = {
    {"none", 0},
    {"OPAQUE_FD", VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT},
    {"HOST_ALLOCATION", VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT},
    {"HOST_MAPPED", VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_MAPPED_FOREIGN_MEMORY_BIT_EXT},
    {"DMA_BUF", VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT},
    {"MTLBUFFER", HANDLE_MTLBUFFER},
    {"MTLTEXTURE", HANDLE_MTLTEXTURE},
    {"MTLHEAP", HANDLE_MTLHEAP},
    {"MTLTEXTURE+MTLBUFFER", HANDLE_MTLTEXTURE | HANDLE_MTLBUFFER},
    {"MTLTEXTURE+MTLHEAP", HANDLE_MTLTEXTURE | HANDLE_MTLHEAP},
    {"MTLTEXTURE+OPAQUE_FD", HANDLE_MTLTEXTURE | VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT},
};

static void say_external(const char *prefix, const VkExternalMemoryProperties *properties) {
    say_of(prefix, "external-features", "0x%x", properties->externalMemoryFeatures);
    say_of(prefix, "compatible", "0x%x", properties->compatibleHandleTypes);
    say_of(prefix, "export-from-imported", "0x%x", properties->exportFromImportedHandleTypes);
}

static void ask_image_format(const char *prefix, VkFormat format, VkImageUsageFlags usage, uint32_t handle) {
    VkPhysicalDeviceExternalImageFormatInfo external_info = {
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO, NULL, (VkExternalMemoryHandleTypeFlagBits)handle};
    VkPhysicalDeviceImageFormatInfo2 info = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_FORMAT_INFO_2};
    info.pNext = handle ? &external_info : NULL;
    info.format = format;
    info.type = VK_IMAGE_TYPE_2D;
    info.usage = usage;
    VkExternalImageFormatProperties external = {.sType = VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES};
    VkImageFormatProperties2 properties = {.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2,
                                           .pNext = handle ? &external : NULL};
    VkResult result = vkGetPhysicalDeviceImageFormatProperties2(gpu, &info, &properties);
    say_result(prefix, result);
    if (result != VK_SUCCESS) {
        return;
    }
    const VkImageFormatProperties *p = &properties.imageFormatProperties;
    say_of(prefix, "extent", "%u %u %u", p->maxExtent.width, p->maxExtent.height, p->maxExtent.depth);
    say_of(prefix, "mips", "%u", p->maxMipLevels);
    say_of(prefix, "layers", "%u", p->maxArrayLayers);
    say_of(prefix, "samples", "0x%x", p->sampleCounts);
    say_number_of(prefix, "resource-size", p->maxResourceSize);
    if (handle) {
        say_external(prefix, &external.externalMemoryProperties);
    }
}

void ask_formats(void) {
    for (int f = 0; f < FORMAT_COUNT; f++) {
        VkFormatProperties properties;
        vkGetPhysicalDeviceFormatProperties(gpu, FORMATS[f].value, &properties);
        say(key("format.%s.optimal", FORMATS[f].name), "0x%x", properties.optimalTilingFeatures);
        for (int h = 0; h < HANDLE_COUNT; h++) {
            ask_image_format(key("image-format.%s.%s", FORMATS[f].name, HANDLES[h].name), FORMATS[f].value, USAGE,
                             HANDLES[h].value);
        }
        ask_image_format(key("image-format.%s.storage.MTLTEXTURE", FORMATS[f].name), FORMATS[f].value,
                         USAGE | VK_IMAGE_USAGE_STORAGE_BIT, HANDLE_MTLTEXTURE);
    }
    VkFormatProperties depth, shadow;
    vkGetPhysicalDeviceFormatProperties(gpu, VK_FORMAT_D16_UNORM, &depth);
    say("format.D16_UNORM.optimal", "0x%x", depth.optimalTilingFeatures);
    ask_image_format("image-format.D16_UNORM", VK_FORMAT_D16_UNORM, VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT, 0);
    vkGetPhysicalDeviceFormatProperties(gpu, VK_FORMAT_R8_UNORM, &shadow);
    say("format.R8_UNORM.optimal", "0x%x", shadow.optimalTilingFeatures);
    ask_image_format("image-format.no-such-format", VK_FORMAT_R64G64B64A64_UINT, USAGE, HANDLE_MTLTEXTURE);
}

void ask_external(void) {
    for (int h = 1; h < HANDLE_COUNT; h++) {
        VkPhysicalDeviceExternalBufferInfo info = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO};
        info.usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT;
        info.handleType = (VkExternalMemoryHandleTypeFlagBits)HANDLES[h].value;
        VkExternalBufferProperties properties = {.sType = VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES};
        vkGetPhysicalDeviceExternalBufferProperties(gpu, &info, &properties);
        say_external(key("external-buffer.%s", HANDLES[h].name), &properties.externalMemoryProperties);
    }
    for (uint32_t bit = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT;
         bit <= VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT; bit <<= 1) {
        VkSemaphoreTypeCreateInfo type = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO};
        type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
        VkPhysicalDeviceExternalSemaphoreInfo info = {
            .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_SEMAPHORE_INFO};
        info.handleType = (VkExternalSemaphoreHandleTypeFlagBits)bit;
        for (int timeline = 0; timeline < 2; timeline++) {
            VkExternalSemaphoreProperties p = {.sType = VK_STRUCTURE_TYPE_EXTERNAL_SEMAPHORE_PROPERTIES};
            info.pNext = timeline ? &type : NULL;
            vkGetPhysicalDeviceExternalSemaphoreProperties(gpu, &info, &p);
            say(key("external-semaphore.%s.0x%x", timeline ? "timeline" : "binary", bit), "0x%x 0x%x 0x%x",
                p.externalSemaphoreFeatures, p.compatibleHandleTypes, p.exportFromImportedHandleTypes);
        }
    }
    for (uint32_t bit = VK_EXTERNAL_FENCE_HANDLE_TYPE_OPAQUE_FD_BIT; bit <= VK_EXTERNAL_FENCE_HANDLE_TYPE_SYNC_FD_BIT;
         bit <<= 1) {
        VkPhysicalDeviceExternalFenceInfo info = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_FENCE_INFO};
        info.handleType = (VkExternalFenceHandleTypeFlagBits)bit;
        VkExternalFenceProperties p = {.sType = VK_STRUCTURE_TYPE_EXTERNAL_FENCE_PROPERTIES};
        vkGetPhysicalDeviceExternalFenceProperties(gpu, &info, &p);
        say(key("external-fence.0x%x", bit), "0x%x 0x%x 0x%x", p.externalFenceFeatures, p.compatibleHandleTypes,
            p.exportFromImportedHandleTypes);
    }
}
