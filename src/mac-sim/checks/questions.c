/*
 * Asks a Vulkan driver what the bridge and its users can ask of MoltenVK, and prints "key: answer", a line for each
 * question. LavapipeLayerTest runs it on MoltenVK and on lavapipe's dress, and compares. Some questions are misuse on
 * purpose: how many offences that was is an answer, too. Says nothing else on stdout; ends with status 0.
 */
#define VK_ENABLE_BETA_EXTENSIONS
#include <vulkan/vulkan.h>

#include "../objc/objc.h"
#include "../vulkan/metal_structs.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WIDTH = 60, HEIGHT = 33 };
enum {
    USAGE = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT
            | VK_IMAGE_USAGE_TRANSFER_DST_BIT
};
static const char EXTERNAL_MEMORY_METAL[] = "VK_EXT_external_memory_metal", METAL_OBJECTS[] = "VK_EXT_metal_objects",
                  PORTABILITY_SUBSET[] = "VK_KHR_portability_subset";

typedef VkResult (*PFN_metal_handle)(VkDevice, const struct memory_get_metal_handle_info *, id *);
typedef VkResult (*PFN_metal_handle_properties)(VkDevice, uint32_t, id, struct memory_metal_handle_properties *);
typedef void (*PFN_metal_objects)(VkDevice, void *);

static VkInstance instance;
static VkPhysicalDevice gpu;
static VkDevice device;
static VkQueue queue;
static PFN_metal_handle get_metal_handle;
static PFN_metal_handle_properties get_metal_handle_properties;
static PFN_metal_objects export_objects;

/* ---- answers */

static __attribute__((format(printf, 2, 3))) void say(const char *key, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("%s: ", key);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

/* A key from its parts; kept until the end. */
static __attribute__((format(printf, 1, 2))) const char *key(const char *format, ...) {
    char *result = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&result, format, arguments) < 0) {
        abort();
    }
    va_end(arguments);
    return result;
}

static void say_offences(const char *prefix) {
    say(key("%s.offences", prefix), "%d", sim_offences());
    sim_forget();
}

static void say_result(const char *prefix, VkResult result) {
    say(key("%s.result", prefix), "%d", result);
    say_offences(prefix);
}

static void say_bytes(const char *key, const uint8_t *bytes, int count) {
    char text[2 * VK_UUID_SIZE + 1];
    for (int i = 0; i < count; i++) {
        sprintf(text + 2 * i, "%02x", bytes[i]);
    }
    say(key, "%s", text);
}

static void must(VkResult result, const char *what) {
    if (result != VK_SUCCESS) {
        fprintf(stderr, "%s: VkResult %d\n", what, result);
        exit(1);
    }
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const VkExtensionProperties *)a)->extensionName, ((const VkExtensionProperties *)b)->extensionName);
}

/* ---- instances */

static VkResult make_instance(bool portability, uint32_t version, VkInstance *made) {
    VkApplicationInfo application = {.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO};
    application.apiVersion = version;
    const char *extension = VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME;
    struct export_object_create_info devices = {(VkStructureType)TYPE_EXPORT_OBJECT_CREATE, NULL, EXPORT_DEVICE};
    struct export_object_create_info queues = {(VkStructureType)TYPE_EXPORT_OBJECT_CREATE, &devices,
                                               EXPORT_COMMAND_QUEUE};
    VkInstanceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, .pNext = &queues};
    info.flags = portability ? VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR : 0;
    info.pApplicationInfo = &application;
    info.enabledExtensionCount = portability ? 1 : 0;
    info.ppEnabledExtensionNames = &extension;
    return vkCreateInstance(&info, NULL, made);
}

static void say_version(const char *key, uint32_t version) {
    say(key, "%u.%u.%u", VK_API_VERSION_MAJOR(version), VK_API_VERSION_MINOR(version), VK_API_VERSION_PATCH(version));
}

/* What the device says when the application asks for a version. */
static void ask_version(const char *name, uint32_t version) {
    VkInstance other;
    must(make_instance(true, version, &other), "vkCreateInstance");
    uint32_t one = 1;
    VkPhysicalDevice physical = NULL;
    vkEnumeratePhysicalDevices(other, &one, &physical);
    VkPhysicalDeviceProperties properties;
    vkGetPhysicalDeviceProperties(physical, &properties);
    say_version(key("instance.for-%s.apiVersion", name), properties.apiVersion);
    vkDestroyInstance(other, NULL);
}

static void ask_instance(void) {
    static const char *const names[] = {
        "VK_EXT_debug_utils", "VK_KHR_device_group_creation", "VK_KHR_external_fence_capabilities",
        "VK_KHR_external_memory_capabilities", "VK_KHR_external_semaphore_capabilities",
        "VK_KHR_get_physical_device_properties2", "VK_KHR_portability_enumeration",
    };
    uint32_t version = 0, count = 0;
    must(vkEnumerateInstanceVersion(&version), "vkEnumerateInstanceVersion");
    say("instance.version", "%u.%u", VK_API_VERSION_MAJOR(version), VK_API_VERSION_MINOR(version));
    must(vkEnumerateInstanceExtensionProperties(NULL, &count, NULL), "vkEnumerateInstanceExtensionProperties");
    VkExtensionProperties *all = calloc(count, sizeof *all);
    must(vkEnumerateInstanceExtensionProperties(NULL, &count, all), "vkEnumerateInstanceExtensionProperties");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bool found = false;
        for (uint32_t j = 0; j < count; j++) {
            found = found || !strcmp(all[j].extensionName, names[i]);
        }
        say(key("instance.extension.%s", names[i]), "%d", found);
    }
    free(all);
    VkInstance other = NULL;
    VkResult result = make_instance(false, VK_API_VERSION_1_2, &other);
    say_result("instance.without-portability-enumeration", result);
    if (result == VK_SUCCESS) {
        vkDestroyInstance(other, NULL);
    }
    ask_version("none", 0);
    ask_version("1.0", VK_API_VERSION_1_0);
    ask_version("1.1", VK_API_VERSION_1_1);
    ask_version("1.3", VK_API_VERSION_1_3);
    must(make_instance(true, VK_API_VERSION_1_2, &instance), "vkCreateInstance");
    must(vkEnumeratePhysicalDevices(instance, &count, NULL), "vkEnumeratePhysicalDevices");
    say("instance.physical-devices", "%u", count);
    count = 1;
    VkResult first = vkEnumeratePhysicalDevices(instance, &count, &gpu);
    must(first == VK_INCOMPLETE ? VK_SUCCESS : first, "vkEnumeratePhysicalDevices");
}

/* ---- the physical device */

static void ask_extensions(void) {
    uint32_t count = 0;
    must(vkEnumerateDeviceExtensionProperties(gpu, NULL, &count, NULL), "vkEnumerateDeviceExtensionProperties");
    VkExtensionProperties *all = calloc(count, sizeof *all);
    uint32_t one = 1;
    say("device.extensions-incomplete.result", "%d", vkEnumerateDeviceExtensionProperties(gpu, NULL, &one, all));
    must(vkEnumerateDeviceExtensionProperties(gpu, NULL, &count, all), "vkEnumerateDeviceExtensionProperties");
    qsort(all, count, sizeof *all, by_name);
    for (uint32_t i = 0; i < count; i++) {
        say(key("device.extension.%s", all[i].extensionName), "%u", all[i].specVersion);
    }
    free(all);
}

#define LIMIT(name) say("limit." #name, "%llu", (unsigned long long)properties.properties.limits.name)

static void ask_limits(void) {
    VkPhysicalDeviceMaintenance3Properties maintenance = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES};
    VkPhysicalDeviceTimelineSemaphoreProperties timeline = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_PROPERTIES, .pNext = &maintenance};
    VkPhysicalDeviceProperties2 properties = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
                                              .pNext = &timeline};
    vkGetPhysicalDeviceProperties2(gpu, &properties);
    LIMIT(maxImageDimension1D);
    LIMIT(maxImageDimension2D);
    LIMIT(maxImageDimension3D);
    LIMIT(maxImageDimensionCube);
    LIMIT(maxImageArrayLayers);
    LIMIT(maxMemoryAllocationCount);
    LIMIT(maxSamplerAllocationCount);
    LIMIT(bufferImageGranularity);
    LIMIT(nonCoherentAtomSize);
    LIMIT(minMemoryMapAlignment);
    LIMIT(optimalBufferCopyOffsetAlignment);
    LIMIT(optimalBufferCopyRowPitchAlignment);
    LIMIT(minUniformBufferOffsetAlignment);
    LIMIT(maxPushConstantsSize);
    LIMIT(maxBoundDescriptorSets);
    LIMIT(maxVertexInputAttributes);
    LIMIT(maxVertexInputBindings);
    LIMIT(maxColorAttachments);
    LIMIT(maxFramebufferWidth);
    LIMIT(maxFramebufferHeight);
    LIMIT(maxFramebufferLayers);
    LIMIT(framebufferColorSampleCounts);
    LIMIT(framebufferDepthSampleCounts);
    LIMIT(sampledImageColorSampleCounts);
    LIMIT(maxViewports);
    LIMIT(maxViewportDimensions[0]);
    LIMIT(maxViewportDimensions[1]);
    LIMIT(timestampComputeAndGraphics);
    say("limit.timestampPeriod", "%g", (double)properties.properties.limits.timestampPeriod);
    say("limit.maxTimelineSemaphoreValueDifference", "%llu",
        (unsigned long long)timeline.maxTimelineSemaphoreValueDifference);
    say("limit.maxMemoryAllocationSize", "%llu", (unsigned long long)maintenance.maxMemoryAllocationSize);
}

static void say_ids(const char *prefix, const uint8_t *device_uuid, const uint8_t *driver_uuid, const uint8_t *luid,
                    uint32_t node_mask, VkBool32 valid) {
    say_bytes(key("%s.deviceUUID", prefix), device_uuid, VK_UUID_SIZE);
    say_bytes(key("%s.driverUUID", prefix), driver_uuid, VK_UUID_SIZE);
    say_bytes(key("%s.deviceLUID", prefix), luid, VK_LUID_SIZE);
    say(key("%s.deviceNodeMask", prefix), "%u", node_mask);
    say(key("%s.deviceLUIDValid", prefix), "%u", valid);
}

static void say_driver(const char *prefix, VkDriverId driver, const char *name, const char *info,
                       VkConformanceVersion c) {
    say(key("%s.driverID", prefix), "%d", driver);
    say(key("%s.driverName", prefix), "%s", name);
    say(key("%s.driverInfo", prefix), "%s", info);
    say(key("%s.conformanceVersion", prefix), "%u.%u.%u.%u", c.major, c.minor, c.subminor, c.patch);
}

static void ask_properties(void) {
    VkPhysicalDevicePortabilitySubsetPropertiesKHR portability = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PORTABILITY_SUBSET_PROPERTIES_KHR};
    VkPhysicalDeviceDriverProperties driver = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES,
                                               .pNext = &portability};
    VkPhysicalDeviceIDProperties ids = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES, .pNext = &driver};
    VkPhysicalDeviceProperties2 all = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &ids};
    vkGetPhysicalDeviceProperties2(gpu, &all);
    const VkPhysicalDeviceProperties *p = &all.properties;
    VkPhysicalDeviceProperties plain = {0};
    vkGetPhysicalDeviceProperties(gpu, &plain);
    say_version("device.apiVersion", p->apiVersion);
    say("device.driverVersion", "%u", p->driverVersion);
    say("device.vendorID", "0x%x", p->vendorID);
    say("device.deviceID", "0x%x", p->deviceID);
    say("device.deviceType", "%d", p->deviceType);
    say("device.deviceName", "%s", p->deviceName);
    say("device.vkGetPhysicalDeviceProperties-says-the-same", "%d",
        plain.apiVersion == p->apiVersion && plain.driverVersion == p->driverVersion && plain.vendorID == p->vendorID
            && plain.deviceID == p->deviceID && plain.deviceType == p->deviceType
            && !strcmp(plain.deviceName, p->deviceName)
            && !memcmp(&plain.limits, &p->limits, offsetof(VkPhysicalDeviceLimits, nonCoherentAtomSize)));
    say("device.portability.minVertexInputBindingStrideAlignment", "%u",
        portability.minVertexInputBindingStrideAlignment);
    say_ids("device", ids.deviceUUID, ids.driverUUID, ids.deviceLUID, ids.deviceNodeMask, ids.deviceLUIDValid);
    say_driver("device", driver.driverID, driver.driverName, driver.driverInfo, driver.conformanceVersion);

    VkPhysicalDeviceVulkan12Properties v12 = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES};
    VkPhysicalDeviceVulkan11Properties v11 = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES,
                                              .pNext = &v12};
    VkPhysicalDeviceProperties2 other = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &v11};
    vkGetPhysicalDeviceProperties2(gpu, &other);
    say_ids("device.vulkan11", v11.deviceUUID, v11.driverUUID, v11.deviceLUID, v11.deviceNodeMask, v11.deviceLUIDValid);
    say("device.vulkan11.maxMemoryAllocationSize", "%llu", (unsigned long long)v11.maxMemoryAllocationSize);
    say_driver("device.vulkan12", v12.driverID, v12.driverName, v12.driverInfo, v12.conformanceVersion);
    say("device.vulkan12.maxTimelineSemaphoreValueDifference", "%llu",
        (unsigned long long)v12.maxTimelineSemaphoreValueDifference);
}

#define FEATURE(name) say("feature." #name, "%u", portability.name)

static void ask_features(void) {
    VkPhysicalDevicePortabilitySubsetFeaturesKHR portability = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PORTABILITY_SUBSET_FEATURES_KHR};
    VkPhysicalDeviceTimelineSemaphoreFeatures timeline = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES, .pNext = &portability};
    VkPhysicalDeviceFeatures2 features = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = &timeline};
    vkGetPhysicalDeviceFeatures2(gpu, &features);
    FEATURE(constantAlphaColorBlendFactors);
    FEATURE(events);
    FEATURE(imageViewFormatReinterpretation);
    FEATURE(imageViewFormatSwizzle);
    FEATURE(imageView2DOn3DImage);
    FEATURE(multisampleArrayImage);
    FEATURE(mutableComparisonSamplers);
    FEATURE(pointPolygons);
    FEATURE(samplerMipLodBias);
    FEATURE(separateStencilMaskRef);
    FEATURE(shaderSampleRateInterpolationFunctions);
    FEATURE(tessellationIsolines);
    FEATURE(tessellationPointMode);
    FEATURE(triangleFans);
    FEATURE(vertexAttributeAccessBeyondStride);
    say("feature.timelineSemaphore", "%u", timeline.timelineSemaphore);
    VkPhysicalDeviceVulkan12Features v12 = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
    features.pNext = &v12;
    vkGetPhysicalDeviceFeatures2(gpu, &features);
    say("feature.vulkan12.timelineSemaphore", "%u", v12.timelineSemaphore);
}

static void ask_queues_and_memory(void) {
    VkQueueFamilyProperties families[16];
    uint32_t count = 16;
    vkGetPhysicalDeviceQueueFamilyProperties(gpu, &count, families);
    say("queue-families", "%u", count);
    for (uint32_t i = 0; i < count; i++) {
        const VkQueueFamilyProperties *f = &families[i];
        say(key("queue-family.%u.flags", i), "0x%x", f->queueFlags);
        say(key("queue-family.%u.count", i), "%u", f->queueCount);
        say(key("queue-family.%u.timestampValidBits", i), "%u", f->timestampValidBits);
        say(key("queue-family.%u.granularity", i), "%u %u %u", f->minImageTransferGranularity.width,
            f->minImageTransferGranularity.height, f->minImageTransferGranularity.depth);
    }
    VkPhysicalDeviceMemoryProperties2 memory = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
    VkPhysicalDeviceMemoryProperties plain = {0};
    vkGetPhysicalDeviceMemoryProperties2(gpu, &memory);
    vkGetPhysicalDeviceMemoryProperties(gpu, &plain);
    const VkPhysicalDeviceMemoryProperties *m = &memory.memoryProperties;
    say("memory.heaps", "%u", m->memoryHeapCount);
    for (uint32_t i = 0; i < m->memoryHeapCount; i++) {
        say(key("memory.heap.%u", i), "flags 0x%x, %llu bytes", m->memoryHeaps[i].flags,
            (unsigned long long)m->memoryHeaps[i].size);
    }
    say("memory.types", "%u", m->memoryTypeCount);
    bool same = plain.memoryTypeCount == m->memoryTypeCount && plain.memoryHeapCount == m->memoryHeapCount;
    for (uint32_t i = 0; i < m->memoryTypeCount; i++) {
        say(key("memory.type.%u", i), "flags 0x%x, heap %u", m->memoryTypes[i].propertyFlags,
            m->memoryTypes[i].heapIndex);
        same = same && plain.memoryTypes[i].propertyFlags == m->memoryTypes[i].propertyFlags;
    }
    say("memory.vkGetPhysicalDeviceMemoryProperties-says-the-same", "%d", same);
}

/* ---- formats and external handles */

static const struct {
    const char *name;
    VkFormat format;
} FORMATS[] = {
    {"B8G8R8A8_UNORM", VK_FORMAT_B8G8R8A8_UNORM},
    {"B8G8R8A8_SRGB", VK_FORMAT_B8G8R8A8_SRGB},
    {"R8G8B8A8_UNORM", VK_FORMAT_R8G8B8A8_UNORM},
    {"R8G8B8A8_SRGB", VK_FORMAT_R8G8B8A8_SRGB},
};
enum { FORMAT_COUNT = sizeof FORMATS / sizeof *FORMATS };

static const struct {
    const char *name;
    uint32_t bits;
} HANDLES[] = {
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
enum { HANDLE_COUNT = sizeof HANDLES / sizeof *HANDLES };

static void say_external(const char *prefix, const VkExternalMemoryProperties *properties) {
    say(key("%s.external-features", prefix), "0x%x", properties->externalMemoryFeatures);
    say(key("%s.compatible", prefix), "0x%x", properties->compatibleHandleTypes);
    say(key("%s.export-from-imported", prefix), "0x%x", properties->exportFromImportedHandleTypes);
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
    say(key("%s.extent", prefix), "%u %u %u", p->maxExtent.width, p->maxExtent.height, p->maxExtent.depth);
    say(key("%s.mips", prefix), "%u", p->maxMipLevels);
    say(key("%s.layers", prefix), "%u", p->maxArrayLayers);
    say(key("%s.samples", prefix), "0x%x", p->sampleCounts);
    say(key("%s.resource-size", prefix), "%llu", (unsigned long long)p->maxResourceSize);
    if (handle) {
        say_external(prefix, &external.externalMemoryProperties);
    }
}

static void ask_formats(void) {
    for (int f = 0; f < FORMAT_COUNT; f++) {
        VkFormatProperties properties;
        vkGetPhysicalDeviceFormatProperties(gpu, FORMATS[f].format, &properties);
        say(key("format.%s.optimal", FORMATS[f].name), "0x%x", properties.optimalTilingFeatures);
        for (int h = 0; h < HANDLE_COUNT; h++) {
            ask_image_format(key("image-format.%s.%s", FORMATS[f].name, HANDLES[h].name), FORMATS[f].format, USAGE,
                             HANDLES[h].bits);
        }
        ask_image_format(key("image-format.%s.storage.MTLTEXTURE", FORMATS[f].name), FORMATS[f].format,
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

static void ask_external(void) {
    for (int h = 1; h < HANDLE_COUNT; h++) {
        VkPhysicalDeviceExternalBufferInfo info = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO};
        info.usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT;
        info.handleType = (VkExternalMemoryHandleTypeFlagBits)HANDLES[h].bits;
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

/* ---- devices and their functions */

static VkResult make_device(const char *const *extensions, uint32_t count, VkDevice *made) {
    float priority = 1;
    VkDeviceQueueCreateInfo queues = {.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
    queues.queueCount = 1;
    queues.pQueuePriorities = &priority;
    VkPhysicalDeviceTimelineSemaphoreFeatures timeline = {
        .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES};
    timeline.timelineSemaphore = VK_TRUE;
    VkDeviceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, .pNext = &timeline};
    info.queueCreateInfoCount = 1;
    info.pQueueCreateInfos = &queues;
    info.enabledExtensionCount = count;
    info.ppEnabledExtensionNames = extensions;
    return vkCreateDevice(gpu, &info, NULL, made);
}

static void ask_functions(const char *prefix, VkDevice asked) {
    static const char *const names[] = {
        "vkCmdCopyImage2", "vkCmdCopyImage2KHR", "vkExportMetalObjectsEXT", "vkGetFenceFdKHR", "vkGetMemoryFdKHR",
        "vkGetMemoryFdPropertiesKHR", "vkGetMemoryMetalHandleEXT", "vkGetMemoryMetalHandlePropertiesEXT",
        "vkGetSemaphoreFdKHR", "vkImportFenceFdKHR", "vkImportSemaphoreFdKHR", "vkSignalSemaphore",
        "vkSignalSemaphoreKHR", "vkWaitSemaphores", "vkWaitSemaphoresKHR", "vkGetImageMemoryRequirements2",
        "vkGetImageMemoryRequirements2KHR", "vkGetDeviceImageMemoryRequirements", "vkQueueSubmit2",
        "vkCreateSwapchainKHR", "vkNoSuchFunction",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        say(key("%s.%s", prefix, names[i]), "%d", vkGetDeviceProcAddr(asked, names[i]) != NULL);
    }
}

static void try_device(const char *name, const char *const *extensions, uint32_t count) {
    VkDevice made = NULL;
    VkResult result = make_device(extensions, count, &made);
    say_result(key("create-device.%s", name), result);
    if (result == VK_SUCCESS) {
        ask_functions(key("function.%s", name), made);
        vkDestroyDevice(made, NULL);
    }
}

static void ask_devices(void) {
    const char *names[] = {PORTABILITY_SUBSET, EXTERNAL_MEMORY_METAL, METAL_OBJECTS, NULL};
    try_device("plain", names, 0);
    try_device("portability", names, 1);
    try_device("memory", names, 2);
    try_device("objects", (const char *[]){PORTABILITY_SUBSET, METAL_OBJECTS}, 2);
    static const char *const absent[] = {"VK_KHR_external_memory_fd", "VK_KHR_external_semaphore_fd",
                                         "VK_KHR_external_fence_fd", "VK_EXT_external_memory_dma_buf",
                                         "VK_EXT_transform_feedback", "VK_VKFX_no_such_extension"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        try_device(key("with-%s", absent[i]), (const char *[]){PORTABILITY_SUBSET, absent[i]}, 2);
    }
    must(make_device(names, 3, &device), "vkCreateDevice");
    ask_functions("function.all", device);
    vkGetDeviceQueue(device, 0, 0, &queue);
    get_metal_handle = (PFN_metal_handle)vkGetDeviceProcAddr(device, "vkGetMemoryMetalHandleEXT");
    get_metal_handle_properties =
        (PFN_metal_handle_properties)vkGetDeviceProcAddr(device, "vkGetMemoryMetalHandlePropertiesEXT");
    export_objects = (PFN_metal_objects)vkGetDeviceProcAddr(device, "vkExportMetalObjectsEXT");
    say("instance.vkGetMemoryMetalHandleEXT", "%d",
        vkGetInstanceProcAddr(instance, "vkGetMemoryMetalHandleEXT") != NULL);
    say_offences("functions");
}

/* ---- images */

struct image_wish {
    VkFormat format;
    VkImageUsageFlags usage;
    uint32_t handles, mips, layers;
    VkSampleCountFlagBits samples;
    VkImageTiling tiling;
};

static const struct image_wish PLAIN = {VK_FORMAT_B8G8R8A8_UNORM, USAGE,
                                        0, 1, 1, VK_SAMPLE_COUNT_1_BIT, VK_IMAGE_TILING_OPTIMAL};

static struct image_wish exportable(VkFormat format) {
    struct image_wish wish = PLAIN;
    wish.format = format;
    wish.handles = HANDLE_MTLTEXTURE;
    return wish;
}

static VkResult make_image(const struct image_wish *wish, VkImage *image) {
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
    say(key("%s.memory-types", prefix), "0x%x", needs.memoryRequirements.memoryTypeBits);
    say(key("%s.alignment", prefix), "%llu", (unsigned long long)needs.memoryRequirements.alignment);
    say(key("%s.holds-its-pixels", prefix), "%d", needs.memoryRequirements.size >= WIDTH * HEIGHT * 4);
    say(key("%s.vkGetImageMemoryRequirements-says-the-same", prefix), "%d",
        plain.size == needs.memoryRequirements.size && plain.alignment == needs.memoryRequirements.alignment
            && plain.memoryTypeBits == needs.memoryRequirements.memoryTypeBits);
    say(key("%s.dedicated", prefix), "prefers %u, requires %u", dedicated.prefersDedicatedAllocation,
        dedicated.requiresDedicatedAllocation);
    vkDestroyImage(device, image, NULL);
    say_offences(key("%s.destroyed", prefix));
}

static void ask_image_requirements(void) {
    struct image_wish wish = PLAIN;
    ask_requirements("image.plain", &wish);
    wish.usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSIENT_ATTACHMENT_BIT;
    wish.samples = VK_SAMPLE_COUNT_4_BIT;
    ask_requirements("image.multisampled", &wish);
    wish.format = VK_FORMAT_D16_UNORM;
    wish.usage = VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT;
    wish.samples = VK_SAMPLE_COUNT_1_BIT;
    VkImage depth;
    must(make_image(&wish, &depth), "vkCreateImage of D16_UNORM");
    VkMemoryRequirements needs;
    vkGetImageMemoryRequirements(device, depth, &needs);
    say("image.depth.memory-types", "0x%x", needs.memoryTypeBits);
    vkDestroyImage(device, depth, NULL);
    wish.usage |= VK_IMAGE_USAGE_TRANSIENT_ATTACHMENT_BIT;
    must(make_image(&wish, &depth), "vkCreateImage of D16_UNORM, transient");
    vkGetImageMemoryRequirements(device, depth, &needs);
    say("image.transient-depth.memory-types", "0x%x", needs.memoryTypeBits);
    vkDestroyImage(device, depth, NULL);
    wish = PLAIN;
    for (int h = 1; h < HANDLE_COUNT; h++) {
        wish.handles = HANDLES[h].bits;
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

static void ask_buffer_requirements(void) {
    static const struct {
        const char *name;
        VkBufferUsageFlags usage;
    } KINDS[] = {
        {"readback", VK_BUFFER_USAGE_TRANSFER_DST_BIT},
        {"upload", VK_BUFFER_USAGE_TRANSFER_SRC_BIT},
        {"vertices", VK_BUFFER_USAGE_VERTEX_BUFFER_BIT},
        {"indices", VK_BUFFER_USAGE_INDEX_BUFFER_BIT},
    };
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        VkBufferCreateInfo info = {.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
        info.size = 4096;
        info.usage = KINDS[i].usage;
        VkBuffer buffer;
        must(vkCreateBuffer(device, &info, NULL, &buffer), "vkCreateBuffer");
        VkBufferMemoryRequirementsInfo2 asked = {VK_STRUCTURE_TYPE_BUFFER_MEMORY_REQUIREMENTS_INFO_2, NULL, buffer};
        VkMemoryDedicatedRequirements dedicated = {.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS};
        VkMemoryRequirements2 needs = {.sType = VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2, .pNext = &dedicated};
        vkGetBufferMemoryRequirements2(device, &asked, &needs);
        VkMemoryRequirements plain;
        vkGetBufferMemoryRequirements(device, buffer, &plain);
        const char *prefix = key("buffer.%s", KINDS[i].name);
        say(key("%s.memory-types", prefix), "0x%x", needs.memoryRequirements.memoryTypeBits);
        say(key("%s.memory-types-again", prefix), "0x%x", plain.memoryTypeBits);
        say(key("%s.size", prefix), "%llu", (unsigned long long)plain.size);
        say(key("%s.dedicated", prefix), "prefers %u, requires %u", dedicated.prefersDedicatedAllocation,
            dedicated.requiresDedicatedAllocation);
        vkDestroyBuffer(device, buffer, NULL);
    }
    say_offences("buffers");
}

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
    say(key("%s.object", prefix), "%s", handle ? class_getName(object_getClass(handle)) : "nil");
}

static void ask_map(const char *prefix, VkDeviceMemory memory) {
    void *data = NULL;
    VkResult result = vkMapMemory(device, memory, 0, VK_WHOLE_SIZE, 0, &data);
    say_result(prefix, result);
    if (result == VK_SUCCESS) {
        say(key("%s.nil", prefix), "%d", !data);
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
        say(key("%s.image", prefix), "%d", result);
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

static void ask_allocations(void) {
    const struct image_wish plain = PLAIN, wish = exportable(VK_FORMAT_B8G8R8A8_UNORM);
    try_allocation("plain-private", &plain, false, 0, 0);
    try_allocation("plain-dedicated", &plain, true, 0, 0);
    try_allocation("plain-shared", &plain, false, 0, 1);
    try_allocation("exportable-not-exported", &wish, true, 0, 0);
    try_allocation("not-dedicated", &wish, false, HANDLE_MTLTEXTURE, 0);
    try_allocation("shared", &wish, true, HANDLE_MTLTEXTURE, 1);
    try_allocation("of-plain-image", &plain, true, HANDLE_MTLTEXTURE, 0);
    for (int h = 1; h < HANDLE_COUNT; h++) {
        if (HANDLES[h].bits != HANDLE_MTLTEXTURE) {
            try_allocation(key("as-%s", HANDLES[h].name), &wish, true, HANDLES[h].bits, 0);
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

static uint64_t ask(id object, const char *selector) {
    return objc_msgSend(object, sel_registerName(selector));
}

static id exported_device(void) {
    struct export_device_info of_device = {(VkStructureType)TYPE_EXPORT_DEVICE, NULL, NULL};
    VkBaseOutStructure info = {(VkStructureType)TYPE_EXPORT_OBJECTS, (void *)&of_device};
    export_objects(device, &info);
    return of_device.device;
}

static void ask_texture(const char *prefix, id texture) {
    static const char *const selectors[] = {"width", "height", "depth", "pixelFormat", "usage", "storageMode",
                                            "textureType", "mipmapLevelCount", "sampleCount", "arrayLength",
                                            "retainCount"};
    for (size_t i = 0; i < sizeof selectors / sizeof *selectors; i++) {
        say(key("%s.%s", prefix, selectors[i]), "%llu", (unsigned long long)ask(texture, selectors[i]));
    }
    say(key("%s.parent", prefix), "%d", ask(texture, "parentTexture") != 0);
    say(key("%s.class", prefix), "%s", class_getName(object_getClass(texture)));
    say(key("%s.is-of-the-exported-device", prefix), "%d", (id)ask(texture, "device") == exported_device());
}

static id exported_texture(VkImage image) {
    struct export_texture_info texture = {(VkStructureType)TYPE_EXPORT_TEXTURE, NULL, image, VK_NULL_HANDLE,
                                          VK_NULL_HANDLE, VK_IMAGE_ASPECT_PLANE_0_BIT, NULL};
    VkBaseOutStructure info = {(VkStructureType)TYPE_EXPORT_OBJECTS, (void *)&texture};
    export_objects(device, &info);
    return texture.texture;
}

static void ask_texture_memory_types(const char *prefix, uint32_t type, id handle) {
    struct memory_metal_handle_properties properties = {(VkStructureType)TYPE_MEMORY_METAL_HANDLE_PROPERTIES, NULL, 0};
    say_result(prefix, get_metal_handle_properties(device, type, handle, &properties));
    say(key("%s.memory-types", prefix), "0x%x", properties.memory_type_bits);
}

static void ask_exported_image(const char *prefix, const struct image_wish *wish, bool image_first) {
    VkImage image;
    VkDeviceMemory memory;
    must(make_image(wish, &image), "vkCreateImage");
    must(allocate(image, true, HANDLE_MTLTEXTURE, 0, &memory), "vkAllocateMemory");
    id before = NULL, texture = NULL, again = NULL;
    metal_handle(memory, HANDLE_MTLTEXTURE, &before);
    say(key("%s.nil-before-bind", prefix), "%d", !before);
    say_result(key("%s.bind", prefix), vkBindImageMemory(device, image, memory, 0));
    say_result(key("%s.handle", prefix), metal_handle(memory, HANDLE_MTLTEXTURE, &texture));
    metal_handle(memory, HANDLE_MTLTEXTURE, &again);
    say(key("%s.nil", prefix), "%d", !texture);
    say(key("%s.handle-is-stable", prefix), "%d", texture == before && texture == again);
    if (!texture) {
        return;
    }
    ask_texture(prefix, texture);
    say(key("%s.vkExportMetalObjectsEXT-says-the-same", prefix), "%d", exported_texture(image) == texture);
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
    say(key("%s.retains-with-view", prefix), "%lld", (long long)sim_retains(texture));
    vkDestroyImageView(device, view, NULL);
    void *pool = objc_autoreleasePoolPush();
    if (image_first) {
        vkDestroyImage(device, image, NULL);
        say(key("%s.retains-without-image", prefix), "%lld", (long long)sim_retains(texture));
        vkFreeMemory(device, memory, NULL);
    } else {
        vkFreeMemory(device, memory, NULL);
        say(key("%s.retains-without-memory", prefix), "%lld", (long long)sim_retains(texture));
        vkDestroyImage(device, image, NULL);
    }
    objc_autoreleasePoolPop(pool);
    say(key("%s.retains-afterwards", prefix), "%lld", (long long)sim_retains(texture));
    say_offences(key("%s.all", prefix));
}

static void ask_exported_images(void) {
    for (int f = 0; f < FORMAT_COUNT; f++) {
        struct image_wish wish = exportable(FORMATS[f].format);
        ask_exported_image(key("texture.%s", FORMATS[f].name), &wish, f % 2);
    }
    static const struct {
        const char *name;
        VkImageUsageFlags usage;
    } USAGES[] = {
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
        wish.usage = USAGES[i].usage;
        ask_exported_image(key("texture.usage.%s", USAGES[i].name), &wish, true);
    }
    id texture_of_javafx = sim_own(mtl_new_texture(16, 16, 80, 5, 2));
    ask_texture_memory_types("texture.of-JavaFX.types", HANDLE_MTLTEXTURE, texture_of_javafx);
    objc_release(texture_of_javafx);
    say("device.exported", "%d", exported_device() != NULL);
    say("device.exported.registryID", "0x%llx", (unsigned long long)ask(exported_device(), "registryID"));
    say("device.exported.is-stable", "%d", exported_device() == exported_device());
    struct export_command_queue_info of_queue = {(VkStructureType)TYPE_EXPORT_COMMAND_QUEUE, NULL, queue, NULL};
    VkBaseOutStructure info = {(VkStructureType)TYPE_EXPORT_OBJECTS, (void *)&of_queue};
    export_objects(device, &info);
    say("queue.exported", "%d", of_queue.command_queue != NULL);
    say("queue.exported.is-of-the-exported-device", "%d",
        (id)ask(of_queue.command_queue, "device") == exported_device());
    say("queue.exported.retains-it", "%d", ask(of_queue.command_queue, "retainCount") > 0);
    say_offences("exported");
}

/* ---- semaphores */

static VkResult make_semaphore(bool timeline, uint64_t value, uint32_t export, VkSemaphore *semaphore) {
    struct export_object_create_info exported = {(VkStructureType)TYPE_EXPORT_OBJECT_CREATE, NULL, export};
    VkSemaphoreTypeCreateInfo type = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO};
    type.pNext = export ? &exported : NULL;
    type.semaphoreType = timeline ? VK_SEMAPHORE_TYPE_TIMELINE : VK_SEMAPHORE_TYPE_BINARY;
    type.initialValue = value;
    VkSemaphoreCreateInfo info = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, .pNext = &type};
    return vkCreateSemaphore(device, &info, NULL, semaphore);
}

static id exported_event(VkSemaphore semaphore) {
    struct export_shared_event_info event = {(VkStructureType)TYPE_EXPORT_SHARED_EVENT, NULL, semaphore, VK_NULL_HANDLE,
                                             NULL};
    VkBaseOutStructure info = {(VkStructureType)TYPE_EXPORT_OBJECTS, (void *)&event};
    export_objects(device, &info);
    return event.shared_event;
}

static unsigned long long value_of(VkSemaphore semaphore) {
    uint64_t value = 0;
    must(vkGetSemaphoreCounterValue(device, semaphore, &value), "vkGetSemaphoreCounterValue");
    return value;
}

static void say_values(const char *when, VkSemaphore semaphore, id event) {
    say(key("event.%s.semaphore", when), "%llu", value_of(semaphore));
    say(key("event.%s.signaledValue", when), "%llu", (unsigned long long)ask(event, "signaledValue"));
}

/* A value that the GPU signals comes in time. */
static bool reaches(VkSemaphore semaphore, uint64_t value) {
    for (int i = 0; i < 10000; i++) {
        if (value_of(semaphore) >= value) {
            return true;
        }
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    return false;
}

static VkResult submit(VkSemaphore wait, uint64_t wait_value, VkSemaphore signal, uint64_t signal_value) {
    VkTimelineSemaphoreSubmitInfo values = {.sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO};
    values.waitSemaphoreValueCount = wait ? 1 : 0;
    values.pWaitSemaphoreValues = &wait_value;
    values.signalSemaphoreValueCount = 1;
    values.pSignalSemaphoreValues = &signal_value;
    VkPipelineStageFlags stage = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
    VkSubmitInfo info = {.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO, .pNext = &values};
    info.waitSemaphoreCount = wait ? 1 : 0;
    info.pWaitSemaphores = &wait;
    info.pWaitDstStageMask = &stage;
    info.signalSemaphoreCount = 1;
    info.pSignalSemaphores = &signal;
    return vkQueueSubmit(queue, 1, &info, VK_NULL_HANDLE);
}

static VkResult wait_for(VkSemaphore semaphore, uint64_t value, uint64_t timeout) {
    VkSemaphoreWaitInfo info = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO};
    info.semaphoreCount = 1;
    info.pSemaphores = &semaphore;
    info.pValues = &value;
    return vkWaitSemaphores(device, &info, timeout);
}

static VkResult signal_to(VkSemaphore semaphore, uint64_t value) {
    VkSemaphoreSignalInfo info = {VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO, NULL, semaphore, value};
    return vkSignalSemaphore(device, &info);
}

static void ask_shared_event(void) {
    VkSemaphore semaphore, other;
    must(make_semaphore(true, 3, EXPORT_SHARED_EVENT, &semaphore), "vkCreateSemaphore");
    must(make_semaphore(true, 0, 0, &other), "vkCreateSemaphore");
    id event = exported_event(semaphore);
    say("event.nil", "%d", !event);
    say("event.is-stable", "%d", exported_event(semaphore) == event);
    say("event.class", "%s", class_getName(object_getClass(event)));
    say("event.retainCount", "%llu", (unsigned long long)ask(event, "retainCount"));
    say_values("initially", semaphore, event);
    say_result("event.vkSignalSemaphore", signal_to(semaphore, 5));
    say_values("after-vkSignalSemaphore", semaphore, event);
    objc_msgSend(event, sel_registerName("setSignaledValue:"), (uint64_t)8);
    say_values("after-setSignaledValue", semaphore, event);
    say_result("event.submit", submit(VK_NULL_HANDLE, 0, semaphore, 10));
    say("event.submit.reached", "%d", reaches(semaphore, 10));
    say_values("after-submit", semaphore, event);
    say_result("event.submit-that-waits", submit(semaphore, 12, other, 1));
    say("event.submit-that-waits.value", "%llu", value_of(other));
    objc_msgSend(event, sel_registerName("setSignaledValue:"), (uint64_t)12);
    say("event.submit-that-waits.reached", "%d", reaches(other, 1));
    say_values("after-the-wait", semaphore, event);
    say_result("event.wait-reached", wait_for(semaphore, 12, 0));
    say_result("event.wait-reached-in-time", wait_for(semaphore, 12, 1000000));
    say_result("event.vkDeviceWaitIdle", vkDeviceWaitIdle(device));
    id kept = objc_retain(event);
    void *pool = objc_autoreleasePoolPush();
    vkDestroySemaphore(device, semaphore, NULL);
    say_offences("event.vkDestroySemaphore");
    say("event.kept.retains", "%lld", (long long)sim_retains(kept));
    say("event.kept.signaledValue", "%llu", (unsigned long long)ask(kept, "signaledValue"));
    objc_msgSend(kept, sel_registerName("setSignaledValue:"), (uint64_t)20);
    say("event.kept.signaledValue-after-set", "%llu", (unsigned long long)ask(kept, "signaledValue"));
    vkDestroySemaphore(device, other, NULL);
    objc_release(kept);
    objc_autoreleasePoolPop(pool);
    say("event.kept.retains-afterwards", "%lld", (long long)sim_retains(kept));
    say_offences("event.all");
}

/* Waits that time out leave something on the event. */
static void ask_timed_out_waits(void) {
    VkSemaphore semaphore;
    must(make_semaphore(true, 0, EXPORT_SHARED_EVENT, &semaphore), "vkCreateSemaphore");
    id event = exported_event(semaphore);
    say_result("timed-out.at-once", wait_for(semaphore, 1, 0));
    say_result("timed-out.in-time", wait_for(semaphore, 2, 1000000));
    say_result("timed-out.signal", signal_to(semaphore, 1));
    objc_retain(event);
    void *pool = objc_autoreleasePoolPush();
    vkDestroySemaphore(device, semaphore, NULL);
    say("timed-out.destroyed.retains", "%lld", (long long)sim_retains(event));
    objc_msgSend(event, sel_registerName("setSignaledValue:"), (uint64_t)2);
    say_offences("timed-out.signal-when-destroyed");
    objc_release(event);
    objc_autoreleasePoolPop(pool);
}

static void ask_plain_semaphores(void) {
    VkSemaphore semaphore;
    must(make_semaphore(true, 0, 0, &semaphore), "vkCreateSemaphore");
    say_result("timeline.wait-unreached", wait_for(semaphore, 1, 0));
    say_result("timeline.wait-unreached-in-time", wait_for(semaphore, 1, 1000000));
    say_result("timeline.vkSignalSemaphore", signal_to(semaphore, 2));
    say("timeline.value", "%llu", value_of(semaphore));
    say_result("timeline.wait-reached", wait_for(semaphore, 2, 0));
    id event = exported_event(semaphore);
    say("timeline.event-that-was-not-to-be-exported.nil", "%d", !event);
    say_offences("timeline.event-that-was-not-to-be-exported");
    vkDestroySemaphore(device, semaphore, NULL);
    say_offences("timeline.vkDestroySemaphore");
    VkResult result = make_semaphore(false, 0, EXPORT_SHARED_EVENT, &semaphore);
    say_result("binary.as-SHARED_EVENT", result);
    if (result == VK_SUCCESS) {
        id of_binary = exported_event(semaphore);
        say("binary.as-SHARED_EVENT.nil", "%d", !of_binary);
        vkDestroySemaphore(device, semaphore, NULL);
    }
    result = make_semaphore(false, 0, 0, &semaphore);
    say_result("binary.plain", result);
    vkDestroySemaphore(device, semaphore, NULL);
    result = make_semaphore(true, 0, EXPORT_TEXTURE, &semaphore);
    say_result("timeline.as-METAL_TEXTURE", result);
    if (result == VK_SUCCESS) {
        vkDestroySemaphore(device, semaphore, NULL);
    }
    say_offences("semaphores");
}

/* Memory that nobody frees. */
static void ask_left_behind(void) {
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

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0); /* a crash does not eat what was said before */
    void *pool = objc_autoreleasePoolPush();
    ask_instance();
    ask_extensions();
    ask_properties();
    ask_limits();
    ask_features();
    ask_queues_and_memory();
    ask_formats();
    ask_external();
    ask_devices();
    ask_image_requirements();
    ask_buffer_requirements();
    ask_allocations();
    ask_exported_images();
    ask_shared_event();
    ask_timed_out_waits();
    ask_plain_semaphores();
    ask_left_behind();
    vkDestroyInstance(instance, NULL);
    objc_autoreleasePoolPop(pool);
    say_offences("end");
    return 0;
}
