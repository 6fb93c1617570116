/* Images and buffers: which there are, and what memory they want. */
#include "questions.h"

const struct image_wish PLAIN = {VK_FORMAT_B8G8R8A8_UNORM, USAGE, 0, 1, 1,
                                 VK_SAMPLE_COUNT_1_BIT, VK_IMAGE_TILING_OPTIMAL};

struct image_wish exportable(VkFormat format) {
    struct image_wish wish = PLAIN;
    wish.format = format;
    wish.handles = HANDLE_MTLTEXTURE;
    return wish;
}

VkResult make_image(const struct image_wish *wish, VkImage *image) {
    VkExternalMemoryImageCreateInfo external = {VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO, NULL,
                                                wish->handles};
    VkImageCreateInfo info = {.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO, .pNext = wish->handles ? &external : NULL};
    info.imageType = VK_IMAGE_TYPE_2D;
    info.format = wish->format;
    info.extent = (VkExtent3D){WIDTH, HEIGHT, 1};
    info.mipLevels = wish->mips;
    info.arrayLayers = wish->layers;
    info.samples = wish->samples;
    info.tiling = wish->tiling;
    info.usage = wish->usage;
    return vkCreateImage(device, &info, NULL, image);
}

static void say_dedicated(const char *prefix, const VkMemoryDedicatedRequirements *dedicated) {
    say_of(prefix, "dedicated", "prefers %u, requires %u", dedicated->prefersDedicatedAllocation,
           dedicated->requiresDedicatedAllocation);
}

/* The image is not there afterwards. */
static void ask_requirements(const char *prefix, const struct image_wish *wish) {
    VkImage image;
    VkResult result = make_image(wish, &image);
    say_result(prefix, result);
    if (result != VK_SUCCESS) {
        return;
    }
    VkImageMemoryRequirementsInfo2 info = {VK_STRUCTURE_TYPE_IMAGE_MEMORY_REQUIREMENTS_INFO_2, NULL, image};
    VkMemoryDedicatedRequirements dedicated = {.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS};
    VkMemoryRequirements2 needs = {.sType = VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2, .pNext = &dedicated};
    vkGetImageMemoryRequirements2(device, &info, &needs);
    VkMemoryRequirements plain;
    vkGetImageMemoryRequirements(device, image, &plain);
    say_of(prefix, "memory-types", "0x%x", needs.memoryRequirements.memoryTypeBits);
    say_number_of(prefix, "alignment", needs.memoryRequirements.alignment);
    say_of(prefix, "holds-its-pixels", "%d", needs.memoryRequirements.size >= WIDTH * HEIGHT * 4);
    say_of(prefix, "vkGetImageMemoryRequirements-says-the-same", "%d",
           plain.size == needs.memoryRequirements.size && plain.alignment == needs.memoryRequirements.alignment
               && plain.memoryTypeBits == needs.memoryRequirements.memoryTypeBits);
    say_dedicated(prefix, &dedicated);
    vkDestroyImage(device, image, NULL);
    say_offences(key("%s.destroyed", prefix));
}

static void say_memory_types(const char *prefix, const struct image_wish *wish) {
    VkImage image;
    VkMemoryRequirements needs;
    must(make_image(wish, &image), prefix);
    vkGetImageMemoryRequirements(device, image, &needs);
    say_of(prefix, "memory-types", "0x%x", needs.memoryTypeBits);
    vkDestroyImage(device, image, NULL);
}

void ask_image_requirements(void) {
    struct image_wish wish = PLAIN;
    ask_requirements("image.plain", &wish);
    wish.usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSIENT_ATTACHMENT_BIT;
    wish.samples = VK_SAMPLE_COUNT_4_BIT;
    ask_requirements("image.multisampled", &wish);
    wish.format = VK_FORMAT_D16_UNORM;
    wish.usage = VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT;
    wish.samples = VK_SAMPLE_COUNT_1_BIT;
    say_memory_types("image.depth", &wish);
    wish.usage |= VK_IMAGE_USAGE_TRANSIENT_ATTACHMENT_BIT;
    say_memory_types("image.transient-depth", &wish);
    wish = PLAIN;
    for (int h = 1; h < HANDLE_COUNT; h++) {
        wish.handles = HANDLES[h].value;
        ask_requirements(key("image.%s", HANDLES[h].name), &wish);
    }
    wish = exportable(VK_FORMAT_B8G8R8A8_UNORM);
    wish.usage |= VK_IMAGE_USAGE_STORAGE_BIT;
    ask_requirements("image.storage.MTLTEXTURE", &wish);
    wish = exportable(VK_FORMAT_B8G8R8A8_UNORM);
    wish.mips = 3;
    ask_requirements("image.mipmapped.MTLTEXTURE", &wish);
    wish.mips = 1;
    wish.layers = 2;
    ask_requirements("image.layered.MTLTEXTURE", &wish);
    wish.layers = 1;
    wish.tiling = VK_IMAGE_TILING_LINEAR;
    ask_requirements("image.linear.MTLTEXTURE", &wish);
}

void ask_buffer_requirements(void) {
    static const struct named KINDS[] = {
        {"readback", VK_BUFFER_USAGE_TRANSFER_DST_BIT},
        {"upload", VK_BUFFER_USAGE_TRANSFER_SRC_BIT},
        {"vertices", VK_BUFFER_USAGE_VERTEX_BUFFER_BIT},
        {"indices", VK_BUFFER_USAGE_INDEX_BUFFER_BIT},
    };
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        VkBufferCreateInfo info = {.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
        info.size = 4096;
        info.usage = KINDS[i].value;
        VkBuffer buffer;
        must(vkCreateBuffer(device, &info, NULL, &buffer), "vkCreateBuffer");
        VkBufferMemoryRequirementsInfo2 asked = {VK_STRUCTURE_TYPE_BUFFER_MEMORY_REQUIREMENTS_INFO_2, NULL, buffer};
        VkMemoryDedicatedRequirements dedicated = {.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS};
        VkMemoryRequirements2 needs = {.sType = VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2, .pNext = &dedicated};
        vkGetBufferMemoryRequirements2(device, &asked, &needs);
        VkMemoryRequirements plain;
        vkGetBufferMemoryRequirements(device, buffer, &plain);
        const char *prefix = key("buffer.%s", KINDS[i].name);
        say_of(prefix, "memory-types", "0x%x", needs.memoryRequirements.memoryTypeBits);
        say_of(prefix, "memory-types-again", "0x%x", plain.memoryTypeBits);
        say_number_of(prefix, "size", plain.size);
        say_dedicated(prefix, &dedicated);
        vkDestroyBuffer(device, buffer, NULL);
    }
    say_offences("buffers");
}
