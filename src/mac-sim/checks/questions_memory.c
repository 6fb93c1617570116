/* Memory, and what is exported of it: textures, the device, the queue. */
#include "questions.h"

/* ---- memory */

static VkDeviceSize size_of(VkImage image) {
    VkMemoryRequirements needs;
    vkGetImageMemoryRequirements(device, image, &needs);
    return needs.size;
}

static VkResult allocate(VkImage image, bool dedicated, uint32_t handles, uint32_t type, VkDeviceMemory *memory) {
    VkExportMemoryAllocateInfo export = {VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO, NULL, handles};
    VkMemoryDedicatedAllocateInfo for_image = {.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO};
    for_image.pNext = handles ? &export : NULL;
    for_image.image = image;
    VkMemoryAllocateInfo info = {.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO};
    info.pNext = dedicated ? &for_image : for_image.pNext;
    info.allocationSize = size_of(image);
    info.memoryTypeIndex = type;
    return vkAllocateMemory(device, &info, NULL, memory);
}

static VkResult metal_handle(VkDeviceMemory memory, uint32_t type, id *handle) {
    struct memory_get_metal_handle_info info = {(VkStructureType)TYPE_MEMORY_GET_METAL_HANDLE, NULL, memory, type};
    return get_metal_handle(device, &info, handle);
}

static void ask_handle(const char *prefix, VkDeviceMemory memory, uint32_t type) {
    id handle = NULL;
    say_result(prefix, metal_handle(memory, type, &handle));
    say_of(prefix, "object", "%s", handle ? class_getName(object_getClass(handle)) : "nil");
}

static void ask_map(const char *prefix, VkDeviceMemory memory) {
    void *data = NULL;
    VkResult result = vkMapMemory(device, memory, 0, VK_WHOLE_SIZE, 0, &data);
    say_result(prefix, result);
    if (result == VK_SUCCESS) {
        say_of(prefix, "nil", "%d", !data);
        vkUnmapMemory(device, memory);
    }
}

/* Allocates for an image as told, asks for the texture, frees all. */
static void try_allocation(const char *name, const struct image_wish *wish, bool dedicated, uint32_t handles,
                           uint32_t type) {
    const char *prefix = key("allocate.%s", name);
    VkImage image;
    VkResult result = make_image(wish, &image);
    if (result != VK_SUCCESS) {
        say_of(prefix, "image", "%d", result);
        return;
    }
    VkDeviceMemory memory = VK_NULL_HANDLE;
    result = allocate(image, dedicated, handles, type, &memory);
    say_result(prefix, result);
    if (result == VK_SUCCESS) {
        if (handles || type == 0) { /* MoltenVK copies into a plain image that is not private */
            say_result(key("%s.bind", prefix), vkBindImageMemory(device, image, memory, 0));
        }
        ask_handle(key("%s.handle", prefix), memory, HANDLE_MTLTEXTURE);
        ask_map(key("%s.map", prefix), memory);
    }
    void *pool = objc_autoreleasePoolPush();
    vkDestroyImage(device, image, NULL);
    vkFreeMemory(device, memory, NULL);
    objc_autoreleasePoolPop(pool);
    say_offences(key("%s.free", prefix));
}

void ask_allocations(void) {
    const struct image_wish plain = PLAIN, wish = exportable(VK_FORMAT_B8G8R8A8_UNORM);
    try_allocation("plain-private", &plain, false, 0, 0);
    try_allocation("plain-dedicated", &plain, true, 0, 0);
    try_allocation("plain-shared", &plain, false, 0, 1);
    try_allocation("exportable-not-exported", &wish, true, 0, 0);
    try_allocation("not-dedicated", &wish, false, HANDLE_MTLTEXTURE, 0);
    try_allocation("shared", &wish, true, HANDLE_MTLTEXTURE, 1);
    try_allocation("of-plain-image", &plain, true, HANDLE_MTLTEXTURE, 0);
    for (int h = 1; h < HANDLE_COUNT; h++) {
        if (HANDLES[h].value != HANDLE_MTLTEXTURE) {
            try_allocation(key("as-%s", HANDLES[h].name), &wish, true, HANDLES[h].value, 0);
        }
    }
    struct image_wish mipmapped = wish, layered = wish, linear = wish;
    mipmapped.mips = 3;
    try_allocation("mipmapped", &mipmapped, true, HANDLE_MTLTEXTURE, 0);
    layered.layers = 2;
    try_allocation("layered", &layered, true, HANDLE_MTLTEXTURE, 0);
    linear.tiling = VK_IMAGE_TILING_LINEAR;
    try_allocation("linear", &linear, true, HANDLE_MTLTEXTURE, 0);
}

/* ---- what is exported */

uint64_t ask(id object, const char *selector) {
    return objc_msgSend(object, sel_registerName(selector));
}

void export_into(void *structure) {
    VkBaseOutStructure info = {(VkStructureType)TYPE_EXPORT_OBJECTS, structure};
    export_objects(device, &info);
}

static id exported_device(void) {
    struct export_device_info of_device = {(VkStructureType)TYPE_EXPORT_DEVICE, NULL, NULL};
    export_into(&of_device);
    return of_device.device;
}

static void ask_texture(const char *prefix, id texture) {
    static const char *const selectors[] = {"width", "height", "depth", "pixelFormat", "usage", "storageMode",
                                            "textureType", "mipmapLevelCount", "sampleCount", "arrayLength",
                                            "retainCount"};
    for (size_t i = 0; i < sizeof selectors / sizeof *selectors; i++) {
        say_number(key("%s.%s", prefix, selectors[i]), ask(texture, selectors[i]));
    }
    say_of(prefix, "parent", "%d", ask(texture, "parentTexture") != 0);
    say_of(prefix, "class", "%s", class_getName(object_getClass(texture)));
    say_of(prefix, "is-of-the-exported-device", "%d", (id)ask(texture, "device") == exported_device());
}

static id exported_texture(VkImage image) {
    struct export_texture_info texture = {(VkStructureType)TYPE_EXPORT_TEXTURE, NULL, image, VK_NULL_HANDLE,
                                          VK_NULL_HANDLE, VK_IMAGE_ASPECT_PLANE_0_BIT, NULL};
    export_into(&texture);
    return texture.texture;
}

static void ask_texture_memory_types(const char *prefix, uint32_t type, id handle) {
    struct memory_metal_handle_properties properties = {(VkStructureType)TYPE_MEMORY_METAL_HANDLE_PROPERTIES, NULL, 0};
    say_result(prefix, get_metal_handle_properties(device, type, handle, &properties));
    say_of(prefix, "memory-types", "0x%x", properties.memory_type_bits);
}

static void ask_exported_image(const char *prefix, const struct image_wish *wish, bool image_first) {
    VkImage image;
    VkDeviceMemory memory;
    must(make_image(wish, &image), "vkCreateImage");
    must(allocate(image, true, HANDLE_MTLTEXTURE, 0, &memory), "vkAllocateMemory");
    id before = NULL, texture = NULL, again = NULL;
    metal_handle(memory, HANDLE_MTLTEXTURE, &before);
    say_of(prefix, "nil-before-bind", "%d", !before);
    say_result(key("%s.bind", prefix), vkBindImageMemory(device, image, memory, 0));
    say_result(key("%s.handle", prefix), metal_handle(memory, HANDLE_MTLTEXTURE, &texture));
    metal_handle(memory, HANDLE_MTLTEXTURE, &again);
    say_of(prefix, "nil", "%d", !texture);
    say_of(prefix, "handle-is-stable", "%d", texture == before && texture == again);
    if (!texture) {
        return;
    }
    ask_texture(prefix, texture);
    say_of(prefix, "vkExportMetalObjectsEXT-says-the-same", "%d", exported_texture(image) == texture);
    ask_handle(key("%s.as-MTLBUFFER", prefix), memory, HANDLE_MTLBUFFER);
    ask_handle(key("%s.as-MTLHEAP", prefix), memory, HANDLE_MTLHEAP);
    ask_texture_memory_types(key("%s.types", prefix), HANDLE_MTLTEXTURE, texture);
    ask_texture_memory_types(key("%s.types-as-MTLBUFFER", prefix), HANDLE_MTLBUFFER, texture);
    ask_map(key("%s.map", prefix), memory);
    VkImageViewCreateInfo view_info = {.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO};
    view_info.image = image;
    view_info.viewType = VK_IMAGE_VIEW_TYPE_2D;
    view_info.format = wish->format;
    view_info.subresourceRange = (VkImageSubresourceRange){VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    VkImageView view = VK_NULL_HANDLE;
    say_result(key("%s.view", prefix), vkCreateImageView(device, &view_info, NULL, &view));
    say_number_of(prefix, "retains-with-view", sim_retains(texture));
    vkDestroyImageView(device, view, NULL);
    void *pool = objc_autoreleasePoolPush();
    if (image_first) {
        vkDestroyImage(device, image, NULL);
        say_number_of(prefix, "retains-without-image", sim_retains(texture));
        vkFreeMemory(device, memory, NULL);
    } else {
        vkFreeMemory(device, memory, NULL);
        say_number_of(prefix, "retains-without-memory", sim_retains(texture));
        vkDestroyImage(device, image, NULL);
    }
    objc_autoreleasePoolPop(pool);
    say_number_of(prefix, "retains-afterwards", sim_retains(texture));
    say_offences(key("%s.all", prefix));
}

void ask_exported_images(void) {
    for (int f = 0; f < FORMAT_COUNT; f++) {
        struct image_wish wish = exportable(FORMATS[f].value);
        ask_exported_image(key("texture.%s", FORMATS[f].name), &wish, f % 2);
    }
    static const struct named USAGES[] = {
        {"storage", USAGE | VK_IMAGE_USAGE_STORAGE_BIT},
        {"attachment-only", VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT},
        {"sampled-only", VK_IMAGE_USAGE_SAMPLED_BIT},
        {"source-only", VK_IMAGE_USAGE_TRANSFER_SRC_BIT},
        {"destination-only", VK_IMAGE_USAGE_TRANSFER_DST_BIT},
        {"sampled-destination", VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT},
        {"input", VK_IMAGE_USAGE_INPUT_ATTACHMENT_BIT},
    };
    for (size_t i = 0; i < sizeof USAGES / sizeof *USAGES; i++) {
        struct image_wish wish = exportable(VK_FORMAT_B8G8R8A8_UNORM);
        wish.usage = USAGES[i].value;
        ask_exported_image(key("texture.usage.%s", USAGES[i].name), &wish, true);
    }
    id texture_of_javafx = sim_own(mtl_new_texture(16, 16, 80, 5, 2));
    ask_texture_memory_types("texture.of-JavaFX.types", HANDLE_MTLTEXTURE, texture_of_javafx);
    objc_release(texture_of_javafx);
    say("device.exported", "%d", exported_device() != NULL);
    say("device.exported.registryID", "0x%llx", (unsigned long long)ask(exported_device(), "registryID"));
    say("device.exported.is-stable", "%d", exported_device() == exported_device());
    struct export_command_queue_info of_queue = {(VkStructureType)TYPE_EXPORT_COMMAND_QUEUE, NULL, queue, NULL};
    export_into(&of_queue);
    say("queue.exported", "%d", of_queue.command_queue != NULL);
    say("queue.exported.is-of-the-exported-device", "%d",
        (id)ask(of_queue.command_queue, "device") == exported_device());
    say("queue.exported.retains-it", "%d", ask(of_queue.command_queue, "retainCount") > 0);
    say_offences("exported");
}

/* Memory that nobody frees. */
void ask_left_behind(void) {
    struct image_wish wish = exportable(VK_FORMAT_B8G8R8A8_UNORM);
    VkImage image;
    VkDeviceMemory memory;
    must(make_image(&wish, &image), "vkCreateImage");
    must(allocate(image, true, HANDLE_MTLTEXTURE, 0, &memory), "vkAllocateMemory");
    vkDestroyImage(device, image, NULL);
    void *pool = objc_autoreleasePoolPush();
    vkDestroyDevice(device, NULL);
    objc_autoreleasePoolPop(pool);
    say_offences("vkDestroyDevice.exported-memory-left");
}
