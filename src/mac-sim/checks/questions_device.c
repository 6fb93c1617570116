/* What the physical device says of itself; devices and their functions. */
#include "questions.h"

VkResult (*get_metal_handle)(VkDevice, const struct memory_get_metal_handle_info *, id *);
VkResult (*get_metal_handle_properties)(VkDevice, uint32_t, id, struct memory_metal_handle_properties *);
void (*export_objects)(VkDevice, void *);

/* ---- the physical device */

static int by_name(const void *a, const void *b) {
    return strcmp(((const VkExtensionProperties *)a)->extensionName, ((const VkExtensionProperties *)b)->extensionName);
}

void ask_extensions(void) {
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

#define LIMIT(name) say_number("limit." #name, properties.properties.limits.name)

void ask_limits(void) {
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
    say_number("limit.maxTimelineSemaphoreValueDifference", timeline.maxTimelineSemaphoreValueDifference);
    say_number("limit.maxMemoryAllocationSize", maintenance.maxMemoryAllocationSize);
}

static void say_bytes(const char *prefix, const char *part, const uint8_t *bytes, int count) {
    char text[2 * VK_UUID_SIZE + 1];
    for (int i = 0; i < count; i++) {
        sprintf(text + 2 * i, "%02x", bytes[i]);
    }
    say_of(prefix, part, "%s", text);
}

static void say_ids(const char *prefix, const uint8_t *device_uuid, const uint8_t *driver_uuid, const uint8_t *luid,
                    uint32_t node_mask, VkBool32 valid) {
    say_bytes(prefix, "deviceUUID", device_uuid, VK_UUID_SIZE);
    say_bytes(prefix, "driverUUID", driver_uuid, VK_UUID_SIZE);
    say_bytes(prefix, "deviceLUID", luid, VK_LUID_SIZE);
    say_of(prefix, "deviceNodeMask", "%u", node_mask);
    say_of(prefix, "deviceLUIDValid", "%u", valid);
}

static void say_driver(const char *prefix, VkDriverId driver, const char *name, const char *info,
                       VkConformanceVersion c) {
    say_of(prefix, "driverID", "%d", driver);
    say_of(prefix, "driverName", "%s", name);
    say_of(prefix, "driverInfo", "%s", info);
    say_of(prefix, "conformanceVersion", "%u.%u.%u.%u", c.major, c.minor, c.subminor, c.patch);
}

void ask_properties(void) {
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
    say_number("device.vulkan11.maxMemoryAllocationSize", v11.maxMemoryAllocationSize);
    say_driver("device.vulkan12", v12.driverID, v12.driverName, v12.driverInfo, v12.conformanceVersion);
    say_number("device.vulkan12.maxTimelineSemaphoreValueDifference", v12.maxTimelineSemaphoreValueDifference);
}

#define FEATURE(name) say("feature." #name, "%u", portability.name)

void ask_features(void) {
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

void ask_queues_and_memory(void) {
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

void ask_devices(void) {
    const char *names[] = {"VK_KHR_portability_subset", "VK_EXT_external_memory_metal", "VK_EXT_metal_objects"};
    try_device("plain", names, 0);
    try_device("portability", names, 1);
    try_device("memory", names, 2);
    try_device("objects", (const char *[]){names[0], names[2]}, 2);
    static const char *const absent[] = {"VK_KHR_external_memory_fd", "VK_KHR_external_semaphore_fd",
                                         "VK_KHR_external_fence_fd", "VK_EXT_external_memory_dma_buf",
                                         "VK_EXT_transform_feedback", "VK_VKFX_no_such_extension"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        try_device(key("with-%s", absent[i]), (const char *[]){names[0], absent[i]}, 2);
    }
    must(make_device(names, 3, &device), "vkCreateDevice");
    ask_functions("function.all", device);
    vkGetDeviceQueue(device, 0, 0, &queue);
    get_metal_handle = (void *)vkGetDeviceProcAddr(device, "vkGetMemoryMetalHandleEXT");
    get_metal_handle_properties = (void *)vkGetDeviceProcAddr(device, "vkGetMemoryMetalHandlePropertiesEXT");
    export_objects = (void *)vkGetDeviceProcAddr(device, "vkExportMetalObjectsEXT");
    say("instance.vkGetMemoryMetalHandleEXT", "%d",
        vkGetInstanceProcAddr(instance, "vkGetMemoryMetalHandleEXT") != NULL);
    say_offences("functions");
}
