/* Vulkan as the bridge and its applications use it: devices, images, memory. */
#include "check_vulkan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

VkInstance instance;
VkPhysicalDevice physical;
VkDevice device;
VkQueue queue;
static VkDebugUtilsMessengerEXT messenger;
static int messages;

/* ---- help */

/* The validation layer for Linux does not know the extensions of Metal, and says so. */
static bool is_unknown_to_the_layer(const char *text) {
    return (strstr(text, "Device Extension VK_EXT_") && strstr(text, " is not supported by this layer"))
           || strstr(text, "contains flag bits that are not recognized members of VkExternalMemoryHandleTypeFlagBits");
}

static VkBool32 message(VkDebugUtilsMessageSeverityFlagBitsEXT severity, VkDebugUtilsMessageTypeFlagsEXT type,
                        const VkDebugUtilsMessengerCallbackDataEXT *data, void *user) {
    if (!is_unknown_to_the_layer(data->pMessage)) {
        fprintf(stderr, "validation: %s\n", data->pMessage);
        messages++;
    }
    return VK_FALSE;
}

VkResult try_instance(bool validated, uint32_t exports, VkInstanceCreateFlags flags) {
    static const char *layers[] = {"VK_LAYER_KHRONOS_validation"};
    static const char *extensions[] = {"VK_KHR_portability_enumeration", "VK_EXT_debug_utils"};
    struct export_object_create_info chain[8];
    VkDebugUtilsMessengerCreateInfoEXT report = {
        .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
        .messageSeverity =
            VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
        .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
        .pfnUserCallback = message,
    };
    const void *next = validated ? &report : NULL;
    for (int bit = 0; bit < 8; bit++) {
        if (exports >> bit & 1) {
            chain[bit] = (struct export_object_create_info){TYPE_EXPORT_OBJECT_CREATE, next, 1u << bit};
            next = &chain[bit];
        }
    }
    VkApplicationInfo application = {.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO, .apiVersion = VK_API_VERSION_1_2};
    VkInstanceCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, .pNext = next, .flags = flags,
        .pApplicationInfo = &application, .enabledLayerCount = validated, .ppEnabledLayerNames = layers,
        .enabledExtensionCount = validated ? 2 : 1, .ppEnabledExtensionNames = extensions,
    };
    VkResult result = vkCreateInstance(&info, NULL, &instance);
    if (result == VK_SUCCESS && validated) {
        PFN_vkCreateDebugUtilsMessengerEXT create =
            (PFN_vkCreateDebugUtilsMessengerEXT)vkGetInstanceProcAddr(instance, "vkCreateDebugUtilsMessengerEXT");
        create(instance, &report, NULL, &messenger);
    }
    return result;
}

void open_instance(bool validated, uint32_t exports) {
    VkResult result = try_instance(validated, exports, VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR);
    check(result == VK_SUCCESS, "vkCreateInstance: %d", result);
    uint32_t one = 1;
    vkEnumeratePhysicalDevices(instance, &one, &physical);
    check(one == 1, "there is no device");
}

static VkResult try_device(VkPhysicalDevice of, uint32_t extension_count) {
    static const char *extensions[] = {"VK_EXT_external_memory_metal", "VK_EXT_metal_objects",
                                       "VK_KHR_portability_subset"};
    float priority = 1;
    VkDeviceQueueCreateInfo queue_info = {.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO, .queueCount = 1,
                                          .pQueuePriorities = &priority};
    VkPhysicalDeviceTimelineSemaphoreFeatures timeline = {
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES, NULL, VK_TRUE};
    VkDeviceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, .pNext = &timeline,
                               .queueCreateInfoCount = 1, .pQueueCreateInfos = &queue_info,
                               .enabledExtensionCount = extension_count,
                               .ppEnabledExtensionNames = extensions + 3 - extension_count};
    return vkCreateDevice(of, &info, NULL, &device);
}

void open_device(VkPhysicalDevice of) {
    VkResult result = try_device(of, 3);
    check(result == VK_SUCCESS, "vkCreateDevice: %d", result);
    vkGetDeviceQueue(device, 0, 0, &queue);
    check_no_offence();
}

void close_vulkan(void) {
    if (device) {
        vkDestroyDevice(device, NULL);
        device = NULL;
    }
    if (messenger) {
        PFN_vkDestroyDebugUtilsMessengerEXT destroy =
            (PFN_vkDestroyDebugUtilsMessengerEXT)vkGetInstanceProcAddr(instance, "vkDestroyDebugUtilsMessengerEXT");
        destroy(instance, messenger, NULL);
        messenger = NULL;
    }
    vkDestroyInstance(instance, NULL);
}

uint64_t luid(VkPhysicalDevice of) {
    VkPhysicalDeviceIDProperties ids = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES};
    VkPhysicalDeviceProperties2 properties = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &ids, {0}};
    vkGetPhysicalDeviceProperties2(of, &properties);
    uint64_t result = 0;
    for (uint32_t i = 0; i < VK_LUID_SIZE; i++) {
        result = result << 8 | ids.deviceLUID[i];
    }
    return ids.deviceLUIDValid ? result : 0;
}

VkResult make_image(uint32_t handle_types, VkImage *image) {
    VkExternalMemoryImageCreateInfo external = {VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO, NULL,
                                                handle_types};
    VkImageCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO, .pNext = handle_types ? &external : NULL,
        .imageType = VK_IMAGE_TYPE_2D, .format = VK_FORMAT_B8G8R8A8_UNORM, .extent = {WIDTH, HEIGHT, 1}, .mipLevels = 1,
        .arrayLayers = 1, .samples = VK_SAMPLE_COUNT_1_BIT,
        .usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT,
    };
    return vkCreateImage(device, &info, NULL, image);
}

VkResult allocate(VkImage image, bool dedicate, uint32_t handle_types, uint32_t type, VkDeviceMemory *memory) {
    VkMemoryRequirements requirements;
    vkGetImageMemoryRequirements(device, image, &requirements);
    check(requirements.memoryTypeBits == 3, "memory types of an image: %x", requirements.memoryTypeBits);
    VkMemoryDedicatedAllocateInfo dedicated = {VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO, NULL, image, NULL};
    const void *next = dedicate ? &dedicated : NULL;
    VkExportMemoryAllocateInfo export = {VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO, next, handle_types};
    VkMemoryAllocateInfo info = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, handle_types ? &export : next,
                                 requirements.size, type};
    return vkAllocateMemory(device, &info, NULL, memory);
}

void make_exportable(VkImage *image, VkDeviceMemory *memory) {
    check(make_image(HANDLE_MTLTEXTURE, image) == VK_SUCCESS, "an image for MTLTEXTURE is refused");
    check(allocate(*image, true, HANDLE_MTLTEXTURE, 0, memory) == VK_SUCCESS, "vkAllocateMemory");
    check(vkBindImageMemory(device, *image, *memory, 0) == VK_SUCCESS, "vkBindImageMemory");
}

id metal_handle(VkDeviceMemory memory, uint32_t handle_type) {
    typedef VkResult (*get_memory_metal_handle)(VkDevice, const struct memory_get_metal_handle_info *, id *);
    get_memory_metal_handle get = (get_memory_metal_handle)vkGetDeviceProcAddr(device, "vkGetMemoryMetalHandleEXT");
    struct memory_get_metal_handle_info info = {TYPE_MEMORY_GET_METAL_HANDLE, NULL, memory, handle_type};
    id handle = NULL;
    check(get && get(device, &info, &handle) == VK_SUCCESS, "vkGetMemoryMetalHandleEXT");
    return handle;
}

static void record_clear(VkCommandBuffer buffer, VkImage image) {
    VkClearColorValue colour = {{1, 0.6f, 0.2f, 1}};
    VkCommandBufferBeginInfo begin = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
    VkImageSubresourceRange range = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    VkImageMemoryBarrier barrier = {
        VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER, NULL, 0, VK_ACCESS_TRANSFER_WRITE_BIT, VK_IMAGE_LAYOUT_UNDEFINED,
        VK_IMAGE_LAYOUT_GENERAL, VK_QUEUE_FAMILY_IGNORED, VK_QUEUE_FAMILY_IGNORED, image, range};
    vkBeginCommandBuffer(buffer, &begin);
    vkCmdPipelineBarrier(buffer, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, NULL, 0, NULL,
                         1, &barrier);
    vkCmdClearColorImage(buffer, image, VK_IMAGE_LAYOUT_GENERAL, &colour, 1, &range);
    barrier.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
    barrier.dstAccessMask = 0;
    barrier.oldLayout = VK_IMAGE_LAYOUT_GENERAL;
    barrier.dstQueueFamilyIndex = VK_QUEUE_FAMILY_EXTERNAL;
    barrier.srcQueueFamilyIndex = 0;
    vkCmdPipelineBarrier(buffer, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, 0, 0, NULL, 0,
                         NULL, 1, &barrier);
    vkEndCommandBuffer(buffer);
}

void clear_image(VkImage image, VkSemaphore semaphore, uint64_t value, bool waits) {
    VkCommandPoolCreateInfo pool_info = {.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
    VkCommandPool pool;
    vkCreateCommandPool(device, &pool_info, NULL, &pool);
    VkCommandBufferAllocateInfo allocate_info = {VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, NULL, pool, 0, 1};
    VkCommandBuffer buffer;
    vkAllocateCommandBuffers(device, &allocate_info, &buffer);
    record_clear(buffer, image);
    VkTimelineSemaphoreSubmitInfo timeline = {VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO, NULL, 0, NULL, 1,
                                              &value};
    VkSubmitInfo submit = {.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO, .pNext = semaphore ? &timeline : NULL,
                           .commandBufferCount = 1, .pCommandBuffers = &buffer,
                           .signalSemaphoreCount = semaphore ? 1 : 0, .pSignalSemaphores = &semaphore};
    check(vkQueueSubmit(queue, 1, &submit, VK_NULL_HANDLE) == VK_SUCCESS, "vkQueueSubmit");
    if (waits) {
        vkQueueWaitIdle(queue);
        vkDestroyCommandPool(device, pool, NULL);
    } /* else it goes with the device, whom nobody validates */
}

/* ---- the checks */

static bool has_extension(const char *name) {
    uint32_t count = 0;
    vkEnumerateDeviceExtensionProperties(physical, NULL, &count, NULL);
    VkExtensionProperties *all = calloc(count, sizeof *all);
    vkEnumerateDeviceExtensionProperties(physical, NULL, &count, all);
    bool has = false;
    for (uint32_t i = 0; i < count; i++) {
        has |= !strcmp(all[i].extensionName, name);
    }
    free(all);
    return has;
}

static VkResult features(uint32_t handle_type, uint32_t *result) {
    VkPhysicalDeviceExternalImageFormatInfo external = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO,
                                                        NULL, handle_type};
    VkPhysicalDeviceImageFormatInfo2 info = {
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_FORMAT_INFO_2, &external, VK_FORMAT_B8G8R8A8_UNORM, VK_IMAGE_TYPE_2D,
        VK_IMAGE_TILING_OPTIMAL, VK_IMAGE_USAGE_SAMPLED_BIT, 0};
    VkExternalImageFormatProperties answer = {.sType = VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES};
    VkImageFormatProperties2 properties = {.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2, .pNext = &answer};
    VkResult error = vkGetPhysicalDeviceImageFormatProperties2(physical, &info, &properties);
    *result = answer.externalMemoryProperties.externalMemoryFeatures;
    return error;
}

static void check_physical(void) {
    check(has_extension("VK_EXT_external_memory_metal") && has_extension("VK_EXT_metal_objects")
              && has_extension("VK_KHR_portability_subset") && !has_extension("VK_KHR_external_memory_fd"),
          "extensions are not MoltenVK's");
    sim_fail("vkEnumerateDeviceExtensionProperties", 1);
    check(!has_extension("VK_EXT_external_memory_metal") && has_extension("VK_EXT_metal_objects"),
          "an extension is not left out");
    sim_fail("vkEnumerateDeviceExtensionProperties", 0);
    uint64_t registry = msg(mtl_system_device(), "registryID");
    check(luid(physical) == registry, "LUID is %lx", (unsigned long)luid(physical));
    sim_fail("vkGetPhysicalDeviceProperties2", 1);
    check(luid(physical) != registry, "LUID does not differ");
    sim_fail("vkGetPhysicalDeviceProperties2", 2);
    check(luid(physical) == 0, "LUID is valid");
    sim_fail("vkGetPhysicalDeviceProperties2", 0);
    VkPhysicalDeviceMemoryProperties memory;
    vkGetPhysicalDeviceMemoryProperties(physical, &memory);
    check(memory.memoryTypeCount == 3 && memory.memoryTypes[0].propertyFlags == 1
              && memory.memoryTypes[1].propertyFlags == 15,
          "memory types are not MoltenVK's");
    uint32_t of_texture;
    check(features(HANDLE_MTLTEXTURE, &of_texture) == VK_SUCCESS && of_texture == 7, "features of external images");
    sim_fail("vkGetPhysicalDeviceImageFormatProperties2", 1);
    check(features(HANDLE_MTLTEXTURE, &of_texture) == VK_SUCCESS && !(of_texture & 2), "exportable nevertheless");
    sim_fail("vkGetPhysicalDeviceImageFormatProperties2", VK_ERROR_FORMAT_NOT_SUPPORTED);
    check(features(HANDLE_MTLTEXTURE, &of_texture) == VK_ERROR_FORMAT_NOT_SUPPORTED, "the format does not fail");
    sim_fail("vkGetPhysicalDeviceImageFormatProperties2", 0);
    check_no_offence();
}

static void check_image(bool moltenvk) {
    char leaks[400];
    VkImage image;
    VkDeviceMemory memory;
    int64_t textures = sim_live("MTLTexture");
    sim_fail("vkCreateImage", VK_ERROR_OUT_OF_DEVICE_MEMORY);
    check(make_image(HANDLE_MTLTEXTURE, &image) == VK_ERROR_OUT_OF_DEVICE_MEMORY, "vkCreateImage does not fail");
    sim_fail("vkCreateImage", 0);
    check(make_image(HANDLE_MTLTEXTURE, &image) == VK_SUCCESS, "an image for MTLTEXTURE is refused");
    sim_fail("vkAllocateMemory", VK_ERROR_OUT_OF_DEVICE_MEMORY);
    check(allocate(image, true, HANDLE_MTLTEXTURE, 0, &memory) == VK_ERROR_OUT_OF_DEVICE_MEMORY,
          "vkAllocateMemory does not fail");
    sim_fail("vkAllocateMemory", 0);
    vkDestroyImage(device, image, NULL);
    make_exportable(&image, &memory);
    check_no_offence();

    id texture = metal_handle(memory, HANDLE_MTLTEXTURE);
    check(texture && texture == metal_handle(memory, HANDLE_MTLTEXTURE), "the handle changes");
    check(sim_live("MTLTexture") == textures + 1, "there are %ld textures", (long)sim_live("MTLTexture"));
    check(moltenvk || sim_retains(texture) == 2, "the memory and the image own the texture");
    check(!sim_leaks(leaks, sizeof leaks), "MoltenVK's own is counted as ours: %s", leaks);
    check(msg(texture, "width") == WIDTH && msg(texture, "height") == HEIGHT && (msg(texture, "usage") & 5) == 5
              && msg(texture, "pixelFormat") == MTL_PIXEL_FORMAT_BGRA8
              && msg(texture, "storageMode") == MTL_STORAGE_PRIVATE,
          "the exported texture's properties");
    check(export_texture(image) == texture, "vkExportMetalObjectsEXT gives another texture");
    clear_image(image, VK_NULL_HANDLE, 0, true);
    check_pixels(texture, WIDTH, HEIGHT, (uint8_t[]){51, 153, 255, 255});
    sim_fail("vkExportMetalObjectsEXT", 1);
    check(!export_texture(image), "the texture is not nil");
    sim_fail("vkExportMetalObjectsEXT", 0);

    int64_t before = sim_retains(texture);
    objc_retain(texture);
    check(sim_retains(texture) == before + 1 && sim_leaks(leaks, sizeof leaks) == 1, "our own is not counted");
    vkDestroyImage(device, image, NULL);
    vkFreeMemory(device, memory, NULL);
    check(sim_retains(texture) == 1, "%ld own the texture besides us", (long)sim_retains(texture) - 1);
    check_pixels(texture, WIDTH, HEIGHT, (uint8_t[]){51, 153, 255, 255});
    objc_release(texture);
    check(sim_live("MTLTexture") == textures, "a texture lives on");
    check_no_offence();
}

static void check_devices(bool moltenvk) {
    check(try_device(physical, 0) == VK_SUCCESS, "vkCreateDevice");
    check_offence("VK_KHR_portability_subset is supported, so it must be enabled");
    vkDestroyDevice(device, NULL);
    sim_fail("vkEnumerateDeviceExtensionProperties", 4);
    check(try_device(physical, 0) == VK_SUCCESS, "vkCreateDevice");
    check_no_offence();
    vkDestroyDevice(device, NULL);
    sim_fail("vkEnumerateDeviceExtensionProperties", 0);
    sim_fail("vkCreateDevice", VK_ERROR_DEVICE_LOST);
    check(try_device(physical, 3) == VK_ERROR_DEVICE_LOST, "vkCreateDevice does not fail");
    sim_fail("vkCreateDevice", 0);
    check(try_device(physical, 1) == VK_SUCCESS, "vkCreateDevice");
    check_no_offence();
    if (!moltenvk) { /* who does not mind what is not enabled */
        VkImage image;
        check(make_image(HANDLE_MTLTEXTURE, &image) == VK_SUCCESS, "vkCreateImage");
        check_offence("vkCreateImage: VK_EXT_external_memory_metal is not enabled");
        vkDestroyImage(device, image, NULL);
        vkDestroySemaphore(device, new_timeline(0, true), NULL);
        check_offence("vkCreateSemaphore: VK_EXT_metal_objects is not enabled");
    }
    vkDestroyDevice(device, NULL);
    device = NULL;
}

static void check_gone(void) {
    static const char *const CLASSES[] = {"MTLTexture", "MTLSharedEvent", "MTLCommandQueue", "MTLCommandBuffer"};
    for (size_t i = 0; i < sizeof CLASSES / sizeof *CLASSES; i++) {
        check(!sim_live(CLASSES[i]), "%ld objects of %s are left", (long)sim_live(CLASSES[i]), CLASSES[i]);
    }
}

void check_vulkan(bool moltenvk) {
    void *pool = objc_autoreleasePoolPush();
    check(try_instance(true, 0, 0) == VK_ERROR_INCOMPATIBLE_DRIVER,
          "a portability driver is shown to all (or it is not there: see check.c)");
    open_instance(true, EXPORT_DEVICE | EXPORT_COMMAND_QUEUE);
    check_physical();
    open_device(physical);
    check(!vkGetDeviceProcAddr(device, "vkGetMemoryFdKHR"), "vkGetMemoryFdKHR is not hidden");
    check_image(moltenvk);
    if (moltenvk) { /* the validation layer does not see Metal's signals, and waits for them for 10 s */
        close_vulkan();
        open_instance(false, EXPORT_DEVICE | EXPORT_COMMAND_QUEUE);
        open_device(physical);
    }
    check_semaphores(moltenvk);
    close_vulkan();
    check(messages == 0, "the validation layer has something to say");
    usleep(10000);
    check_gone();
    open_instance(false, 0);
    check_devices(moltenvk);
    open_device(physical);
    check_misuse(moltenvk);
    close_vulkan();
    objc_autoreleasePoolPop(pool);
}
