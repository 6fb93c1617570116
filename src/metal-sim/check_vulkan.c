/* Checks the layer over lavapipe, with validation below it. Structures as Vulkan's registry has them. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VK_ENABLE_BETA_EXTENSIONS
#include <vulkan/vulkan.h>

static VkInstance instance;
static VkPhysicalDevice physical;
static VkDevice device;
static VkQueue queue;
static VkDebugUtilsMessengerEXT messages_to;
static int messages;

static const uint32_t WIDTH = 67, HEIGHT = 13;

struct get_handle_info {
    int32_t type;
    const void *next;
    VkDeviceMemory memory;
    uint32_t handle_type;
};
struct export_create_info {
    int32_t type;
    const void *next;
    uint32_t object_type;
};
struct export_info {
    int32_t type;
    const void *next;
    uint64_t of;
    uint64_t more[3]; /* enough for every structure of the chain */
    id last;
};

static VkBool32 message(VkDebugUtilsMessageSeverityFlagBitsEXT severity, VkDebugUtilsMessageTypeFlagsEXT type,
                        const VkDebugUtilsMessengerCallbackDataEXT *data, void *user) {
    fprintf(stderr, "validation: %s\n", data->pMessage);
    messages++;
    return VK_FALSE;
}

static VkResult make_instance(VkInstanceCreateFlags flags) {
    static struct export_create_info exports[2] = {{1000311000, NULL, 2}, {1000311000, exports, 1}};
    static const char *layers[] = {"VK_LAYER_KHRONOS_validation"};
    static const char *extensions[] = {"VK_EXT_debug_utils", "VK_KHR_portability_enumeration"};
    VkDebugUtilsMessengerCreateInfoEXT messenger = {
        .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
        .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT
                           | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
        .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
        .pfnUserCallback = message,
    };
    exports[0].next = &messenger;
    VkApplicationInfo application = {.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO, .apiVersion = VK_API_VERSION_1_2};
    VkInstanceCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, .pNext = &exports[1], .flags = flags,
        .pApplicationInfo = &application, .enabledLayerCount = 1, .ppEnabledLayerNames = layers,
        .enabledExtensionCount = 2, .ppEnabledExtensionNames = extensions,
    };
    VkResult result = vkCreateInstance(&info, NULL, &instance);
    if (result == VK_SUCCESS) {
        PFN_vkCreateDebugUtilsMessengerEXT create = (PFN_vkCreateDebugUtilsMessengerEXT)
            vkGetInstanceProcAddr(instance, "vkCreateDebugUtilsMessengerEXT");
        messenger.pNext = NULL;
        create(instance, &messenger, NULL, &messages_to);
    }
    return result;
}

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

static uint64_t luid(void) {
    VkPhysicalDeviceIDProperties ids = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES};
    VkPhysicalDeviceProperties2 properties = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &ids, {0}};
    vkGetPhysicalDeviceProperties2(physical, &properties);
    check(strstr(properties.properties.deviceName, "Apple"), "the device is %s", properties.properties.deviceName);
    uint64_t result = 0;
    for (int i = 0; i < 8; i++) {
        result = result << 8 | ids.deviceLUID[i];
    }
    return ids.deviceLUIDValid ? result : 0;
}

static uint32_t features(uint32_t handle_type) {
    VkPhysicalDeviceExternalImageFormatInfo external = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO,
                                                        NULL, handle_type};
    VkPhysicalDeviceImageFormatInfo2 info = {
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_FORMAT_INFO_2, &external, VK_FORMAT_B8G8R8A8_UNORM, VK_IMAGE_TYPE_2D,
        VK_IMAGE_TILING_OPTIMAL, VK_IMAGE_USAGE_SAMPLED_BIT, 0};
    VkExternalImageFormatProperties answer = {.sType = VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES};
    VkImageFormatProperties2 properties = {.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2, .pNext = &answer};
    VkResult result = vkGetPhysicalDeviceImageFormatProperties2(physical, &info, &properties);
    check(result == VK_SUCCESS, "image format properties: %d", result);
    return answer.externalMemoryProperties.externalMemoryFeatures;
}

static void check_physical(void) {
    check(make_instance(0) == VK_ERROR_INCOMPATIBLE_DRIVER,
          "a portability driver is shown to all (or the layer is not there: see check.c)");
    VkResult result = make_instance(VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR);
    check(result == VK_SUCCESS, "vkCreateInstance: %d", result);
    uint32_t one = 1;
    vkEnumeratePhysicalDevices(instance, &one, &physical);
    check(one == 1, "there is no device");
    check(has_extension("VK_EXT_external_memory_metal") && has_extension("VK_EXT_metal_objects")
              && has_extension("VK_KHR_portability_subset") && !has_extension("VK_KHR_external_memory_fd"),
          "extensions are not MoltenVK's");
    sim_fail("vkEnumerateDeviceExtensionProperties", 1);
    check(!has_extension("VK_EXT_external_memory_metal"), "an extension is not left out");
    sim_fail("vkEnumerateDeviceExtensionProperties", 0);
    uint64_t registry = msg(mtl_system_device(), "registryID");
    check(luid() == registry, "LUID is %lx", (unsigned long)luid());
    sim_fail("vkGetPhysicalDeviceProperties2", 1);
    check(luid() != registry, "LUID does not differ");
    sim_fail("vkGetPhysicalDeviceProperties2", 0);
    VkPhysicalDeviceMemoryProperties memory;
    vkGetPhysicalDeviceMemoryProperties(physical, &memory);
    check(memory.memoryTypeCount == 3 && memory.memoryTypes[0].propertyFlags == 1
              && memory.memoryTypes[1].propertyFlags == 15, "memory types are not MoltenVK's");
    check(features(0x20000) == 7 && features(1) == 0 && features(0x20001) == 0, "features of external images");
}

static void make_device(void) {
    static const char *extensions[] = {"VK_EXT_external_memory_metal", "VK_EXT_metal_objects",
                                       "VK_KHR_portability_subset"};
    float priority = 1;
    VkDeviceQueueCreateInfo queue_info = {.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO, .queueCount = 1,
                                          .pQueuePriorities = &priority};
    VkPhysicalDevicePortabilitySubsetFeaturesKHR portability = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PORTABILITY_SUBSET_FEATURES_KHR, .events = VK_TRUE};
    VkPhysicalDeviceTimelineSemaphoreFeatures timeline = {
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES, &portability, VK_TRUE};
    VkDeviceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, .pNext = &timeline,
                               .queueCreateInfoCount = 1, .pQueueCreateInfos = &queue_info,
                               .enabledExtensionCount = 3, .ppEnabledExtensionNames = extensions};
    VkResult result = vkCreateDevice(physical, &info, NULL, &device);
    check(result == VK_SUCCESS, "vkCreateDevice: %d", result);
    vkGetDeviceQueue(device, 0, 0, &queue);
    check(!vkGetDeviceProcAddr(device, "vkGetMemoryFdKHR"), "vkGetMemoryFdKHR is not hidden");
    check_no_offence();
}

static VkResult make_image(uint32_t handle_types, VkImage *image) {
    VkExternalMemoryImageCreateInfo external = {VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO, NULL,
                                                handle_types};
    VkImageCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO, .pNext = &external, .imageType = VK_IMAGE_TYPE_2D,
        .format = VK_FORMAT_B8G8R8A8_UNORM, .extent = {WIDTH, HEIGHT, 1}, .mipLevels = 1, .arrayLayers = 1,
        .samples = VK_SAMPLE_COUNT_1_BIT,
        .usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT,
    };
    return vkCreateImage(device, &info, NULL, image);
}

static VkResult allocate(VkImage image, bool dedicate, uint32_t type, VkDeviceMemory *memory) {
    VkMemoryRequirements requirements;
    vkGetImageMemoryRequirements(device, image, &requirements);
    check(requirements.memoryTypeBits == 3, "memory types of an image: %x", requirements.memoryTypeBits);
    VkMemoryDedicatedAllocateInfo dedicated = {VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO, NULL, image, NULL};
    VkExportMemoryAllocateInfo export = {VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO, dedicate ? &dedicated : NULL,
                                         0x20000};
    VkMemoryAllocateInfo info = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, &export, requirements.size, type};
    return vkAllocateMemory(device, &info, NULL, memory);
}

static id metal_handle(VkDeviceMemory memory) {
    typedef VkResult (*get_memory_metal_handle)(VkDevice, const struct get_handle_info *, id *);
    get_memory_metal_handle get =
        (get_memory_metal_handle) vkGetDeviceProcAddr(device, "vkGetMemoryMetalHandleEXT");
    struct get_handle_info info = {1000602002, NULL, memory, 0x20000};
    id handle = (id)1;
    check(get && get(device, &info, &handle) == VK_SUCCESS, "vkGetMemoryMetalHandleEXT");
    return handle;
}

/* Clears an image and signals a semaphore with a value, if there is one; waits. */
static void clear(VkImage image, VkClearColorValue colour, VkSemaphore semaphore, uint64_t value) {
    VkCommandPoolCreateInfo pool_info = {.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
    VkCommandPool pool;
    vkCreateCommandPool(device, &pool_info, NULL, &pool);
    VkCommandBufferAllocateInfo allocate_info = {VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, NULL, pool, 0, 1};
    VkCommandBuffer buffer;
    vkAllocateCommandBuffers(device, &allocate_info, &buffer);
    VkCommandBufferBeginInfo begin = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
    vkBeginCommandBuffer(buffer, &begin);
    VkImageSubresourceRange range = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    VkImageMemoryBarrier barrier = {
        VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER, NULL, 0, VK_ACCESS_TRANSFER_WRITE_BIT, VK_IMAGE_LAYOUT_UNDEFINED,
        VK_IMAGE_LAYOUT_GENERAL, VK_QUEUE_FAMILY_IGNORED, VK_QUEUE_FAMILY_IGNORED, image, range};
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
    VkTimelineSemaphoreSubmitInfo timeline = {VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO, NULL, 0, NULL, 1,
                                              &value};
    VkSubmitInfo submit = {.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO, .pNext = semaphore ? &timeline : NULL,
                           .commandBufferCount = 1, .pCommandBuffers = &buffer,
                           .signalSemaphoreCount = semaphore ? 1 : 0, .pSignalSemaphores = &semaphore};
    check(vkQueueSubmit(queue, 1, &submit, VK_NULL_HANDLE) == VK_SUCCESS, "vkQueueSubmit");
    vkQueueWaitIdle(queue);
    vkDestroyCommandPool(device, pool, NULL);
}

static void check_pixels(const struct mtl_texture *t, const uint8_t *bgra) {
    for (uint32_t y = 0; y < HEIGHT; y++) {
        for (uint32_t x = 0; x < WIDTH; x++) {
            const uint8_t *p = t->pixels + y * t->row_bytes + 4 * x;
            check(!memcmp(p, bgra, 4), "pixel %u, %u is %02x%02x%02x%02x", x, y, p[0], p[1], p[2], p[3]);
        }
    }
}

static void check_image(void) {
    VkImage image;
    check(make_image(0x20001, &image) == VK_ERROR_FEATURE_NOT_PRESENT, "combined handle types are accepted");
    check(make_image(0x1, &image) == VK_ERROR_FEATURE_NOT_PRESENT, "OPAQUE_FD is accepted");
    check(make_image(0x20000, &image) == VK_SUCCESS, "an image for MTLTEXTURE is refused");
    VkDeviceMemory memory;
    check(allocate(image, false, 0, &memory) == VK_ERROR_INITIALIZATION_FAILED, "an export that is not dedicated");
    sim_fail("vkAllocateMemory", VK_ERROR_OUT_OF_DEVICE_MEMORY);
    check(allocate(image, true, 0, &memory) == VK_ERROR_OUT_OF_DEVICE_MEMORY, "vkAllocateMemory does not fail");
    sim_fail("vkAllocateMemory", 0);
    check_no_offence();
    check(allocate(image, true, 1, &memory) == VK_SUCCESS, "export of host-visible memory");
    check_offence("host-visible");
    vkFreeMemory(device, memory, NULL);
    check(allocate(image, true, 0, &memory) == VK_SUCCESS, "vkAllocateMemory");
    check(vkBindImageMemory(device, image, memory, 0) == VK_SUCCESS, "vkBindImageMemory");
    void *data;
    check(vkMapMemory(device, memory, 0, VK_WHOLE_SIZE, 0, &data) == VK_ERROR_MEMORY_MAP_FAILED, "private memory maps");
    check_offence("cannot reach memory of private storage");

    id texture = metal_handle(memory);
    const struct mtl_texture *t = (const struct mtl_texture *)texture;
    check(texture && texture == metal_handle(memory), "the handle changes");
    check(sim_live("MTLTexture") == 1, "there are %ld textures", (long)sim_live("MTLTexture"));
    check(CFGetRetainCount(texture) == 2, "the memory and the image own the texture");
    check(msg(texture, "width") == WIDTH && msg(texture, "height") == HEIGHT && msg(texture, "usage") == 5
              && msg(texture, "pixelFormat") == MTL_PIXEL_FORMAT_BGRA8
              && msg(texture, "storageMode") == MTL_STORAGE_PRIVATE, "the exported texture's properties");
    clear(image, (VkClearColorValue){{1, 0.6f, 0.2f, 1}}, VK_NULL_HANDLE, 0);
    check_pixels(t, (uint8_t[]){51, 153, 255, 255});
    sim_fail("vkGetMemoryMetalHandleEXT", 1);
    check(!metal_handle(memory), "the handle is not nil");
    sim_fail("vkGetMemoryMetalHandleEXT", 2);
    check(msg(metal_handle(memory), "width") == WIDTH + 1, "the handle has the right size");
    sim_fail("vkGetMemoryMetalHandleEXT", 0);

    objc_retain(texture);
    vkFreeMemory(device, memory, NULL);
    vkDestroyImage(device, image, NULL);
    check(CFGetRetainCount(texture) == 1 && sim_live("MTLTexture") == 1, "only we own the texture");
    check_pixels(t, (uint8_t[]){51, 153, 255, 255});
    objc_release(texture);
    check(sim_live("MTLTexture") == 0, "a texture lives on");
    check_no_offence();
}

static VkSemaphore timeline(const void *next) {
    VkSemaphoreTypeCreateInfo type = {VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO, next, VK_SEMAPHORE_TYPE_TIMELINE, 0};
    VkSemaphoreCreateInfo info = {VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, &type, 0};
    VkSemaphore semaphore;
    check(vkCreateSemaphore(device, &info, NULL, &semaphore) == VK_SUCCESS, "vkCreateSemaphore");
    return semaphore;
}

/* Submits what writes the image once "start" has this value, and then signals "done" with the same. */
static void write_between(VkCommandPool pool, VkImage image, VkSemaphore start, VkSemaphore done, uint64_t value) {
    VkCommandBufferAllocateInfo allocate_info = {VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, NULL, pool, 0, 1};
    VkCommandBuffer buffer;
    vkAllocateCommandBuffers(device, &allocate_info, &buffer);
    VkCommandBufferBeginInfo begin = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
    vkBeginCommandBuffer(buffer, &begin);
    VkImageMemoryBarrier barrier = {
        VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER, NULL, 0, VK_ACCESS_TRANSFER_WRITE_BIT, VK_IMAGE_LAYOUT_UNDEFINED,
        VK_IMAGE_LAYOUT_GENERAL, VK_QUEUE_FAMILY_IGNORED, VK_QUEUE_FAMILY_IGNORED, image,
        {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1}};
    vkCmdPipelineBarrier(buffer, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, NULL, 0, NULL,
                         1, &barrier);
    vkEndCommandBuffer(buffer);
    VkTimelineSemaphoreSubmitInfo values = {VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO, NULL, 1, &value, 1, &value};
    VkPipelineStageFlags stage = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
    VkSubmitInfo submit = {VK_STRUCTURE_TYPE_SUBMIT_INFO, &values, 1, &start, &stage, 1, &buffer, 1, &done};
    check(vkQueueSubmit(queue, 1, &submit, VK_NULL_HANDLE) == VK_SUCCESS, "vkQueueSubmit");
}

/* Who reads while Vulkan writes, and who writes while JavaFX reads. */
static void check_hazards(void) {
    void *pool = objc_autoreleasePoolPush();
    id metal_queue = mtl_new_queue();
    VkCommandPoolCreateInfo pool_info = {VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO, NULL, 0, 0};
    VkCommandPool commands;
    check(vkCreateCommandPool(device, &pool_info, NULL, &commands) == VK_SUCCESS, "vkCreateCommandPool");
    VkSemaphore start = timeline(NULL), done = timeline(NULL);
    VkImage image;
    VkDeviceMemory memory;
    check(make_image(0x20000, &image) == VK_SUCCESS && allocate(image, true, 0, &memory) == VK_SUCCESS, "an image");
    vkBindImageMemory(device, image, memory, 0);
    struct mtl_texture *texture = (struct mtl_texture *)metal_handle(memory);

    write_between(commands, image, start, done, 1);
    id reader = sim_retain(mtl_command_buffer(metal_queue));
    mtl_read(reader, texture);
    check_offence("is read while Vulkan renders into it");
    VkSemaphoreSignalInfo signal = {VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO, NULL, start, 1};
    vkSignalSemaphore(device, &signal);
    vkQueueWaitIdle(queue);
    mtl_read(reader, texture);
    check_no_offence();
    write_between(commands, image, start, done, 2);
    check_offence("still read by 2 command buffers");
    signal.value = 2;
    vkSignalSemaphore(device, &signal);
    mtl_commit(reader);
    mtl_wait_until_completed(reader);
    write_between(commands, image, start, done, 3);
    signal.value = 3;
    vkSignalSemaphore(device, &signal);
    vkQueueWaitIdle(queue);
    check_no_offence();

    sim_release(reader);
    vkDestroyCommandPool(device, commands, NULL);
    vkDestroySemaphore(device, start, NULL);
    vkDestroySemaphore(device, done, NULL);
    vkDestroyImage(device, image, NULL);
    vkFreeMemory(device, memory, NULL);
    sim_release(metal_queue);
    objc_autoreleasePoolPop(pool);
}

static id export_object(int32_t type, uint64_t of, int last) {
    typedef void (*export_metal_objects)(VkDevice, void *);
    export_metal_objects export =
        (export_metal_objects) vkGetDeviceProcAddr(device, "vkExportMetalObjectsEXT");
    struct export_info info = {type, NULL, of, {0}, NULL};
    struct {
        int32_t type;
        const void *next;
    } head = {1000311001, &info};
    check(export, "no vkExportMetalObjectsEXT");
    export(device, &head);
    return last == 0 ? (id)info.of : (id)info.more[last - 1];
}

static void check_timeline(void) {
    struct export_create_info shares = {1000311000, NULL, 0x20};
    VkSemaphoreTypeCreateInfo type = {VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO, &shares,
                                      VK_SEMAPHORE_TYPE_TIMELINE, 3};
    VkSemaphoreCreateInfo info = {VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, &type, 0};
    VkSemaphore semaphore;
    check(vkCreateSemaphore(device, &info, NULL, &semaphore) == VK_SUCCESS, "vkCreateSemaphore");
    id event = export_object(1000311010, (uint64_t)semaphore, 2);
    check(event && msg(event, "signaledValue") == 3, "the event has not the semaphore's value");
    check(export_object(1000311002, 0, 0) == mtl_system_device(), "export of the MTLDevice");
    id metal_queue = export_object(1000311003, (uint64_t)queue, 1);
    check(metal_queue && (id)msg(metal_queue, "device") == mtl_system_device(), "export of the MTLCommandQueue");

    void *pool = objc_autoreleasePoolPush();
    id buffer = (id)msg(metal_queue, "commandBuffer");
    msg2(buffer, "encodeWaitForEvent:value:", (uintptr_t)event, 5);
    msg2(buffer, "encodeSignalEvent:value:", (uintptr_t)event, 6);
    VkImage image;
    VkDeviceMemory memory;
    check(make_image(0x20000, &image) == VK_SUCCESS && allocate(image, true, 0, &memory) == VK_SUCCESS, "an image");
    vkBindImageMemory(device, image, memory, 0);
    clear(image, (VkClearColorValue){{0, 0, 0, 0}}, semaphore, 5);
    msg(buffer, "commit");
    check_no_offence();
    uint64_t six = 6, value = 0;
    VkSemaphoreWaitInfo wait = {VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO, NULL, 0, 1, &semaphore, &six};
    check(vkWaitSemaphores(device, &wait, 2000000000) == VK_SUCCESS, "Vulkan does not see Metal's signal");
    msg(buffer, "waitUntilCompleted");
    vkGetSemaphoreCounterValue(device, semaphore, &value);
    check(value == 6 && msg(event, "signaledValue") == 6, "the value is %lu", (unsigned long)value);
    objc_retain(event);
    vkDestroySemaphore(device, semaphore, NULL);
    msg1(event, "setSignaledValue:", 8);
    check(msg(event, "signaledValue") == 8, "an event does not outlive its semaphore");
    objc_release(event);
    objc_autoreleasePoolPop(pool);
    vkDestroyImage(device, image, NULL);
    vkFreeMemory(device, memory, NULL);
    shares.object_type = 0;
    check(vkCreateSemaphore(device, &info, NULL, &semaphore) == VK_SUCCESS, "vkCreateSemaphore");
    check(!export_object(1000311010, (uint64_t)semaphore, 2), "an event of any semaphore");
    check_offence("not made for SHARED_EVENT");
    vkDestroySemaphore(device, semaphore, NULL);
}

void check_vulkan(void) {
    check_physical();
    make_device();
    check_image();
    check_timeline();
    check_hazards();
    vkDestroyDevice(device, NULL);
    PFN_vkDestroyDebugUtilsMessengerEXT destroy = (PFN_vkDestroyDebugUtilsMessengerEXT)
        vkGetInstanceProcAddr(instance, "vkDestroyDebugUtilsMessengerEXT");
    destroy(instance, messages_to, NULL);
    vkDestroyInstance(instance, NULL);
    check(messages == 0, "the validation layer has something to say");
    usleep(10000);
    check(!sim_live("MTLTexture") && !sim_live("MTLSharedEvent") && !sim_live("MTLCommandQueue"), "objects are left");
    check_no_offence();
}
