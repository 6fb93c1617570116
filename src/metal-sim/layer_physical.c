#include "layer.h"

#include <stdlib.h>
#include <string.h>

static const char *const added[] = {
    "VK_EXT_external_memory_metal", "VK_EXT_metal_objects", "VK_KHR_portability_subset", NULL,
};
static const char *const removed[] = {
    "VK_KHR_external_memory_fd", "VK_KHR_external_semaphore_fd", "VK_KHR_external_fence_fd",
    "VK_EXT_external_memory_dma_buf", NULL,
};

static bool wanted(const char *name) {
    for (const char *const *r = removed; *r; r++) {
        if (!strcmp(*r, name)) {
            return false;
        }
    }
    return true;
}

static VkResult EnumerateDeviceExtensionProperties(VkPhysicalDevice physical, const char *layer, uint32_t *count,
                                                   VkExtensionProperties *properties) {
    if (layer) { /* this layer has none of its own: they are "the driver's" */
        *count = 0;
        return VK_SUCCESS;
    }
    PFN_vkEnumerateDeviceExtensionProperties next = layer_instance(physical)->EnumerateDeviceExtensionProperties;
    uint32_t below = 0, total = 0;
    VkResult result = next(physical, NULL, &below, NULL);
    if (result != VK_SUCCESS) {
        return result;
    }
    VkExtensionProperties *all = calloc(below + 3, sizeof *all);
    result = next(physical, NULL, &below, all);
    for (uint32_t i = 0; i < below; i++) {
        if (wanted(all[i].extensionName)) {
            all[total++] = all[i];
        }
    }
    int32_t failing = sim_failing("vkEnumerateDeviceExtensionProperties"); /* a mask of those left out */
    for (int i = 0; added[i]; i++) {
        if (!(failing >> i & 1)) {
            strcpy(all[total].extensionName, added[i]);
            all[total++].specVersion = 1;
        }
    }
    if (result == VK_SUCCESS && properties) {
        result = *count < total ? VK_INCOMPLETE : VK_SUCCESS;
        *count = *count < total ? *count : total;
        memcpy(properties, all, *count * sizeof *all);
    } else {
        *count = total;
    }
    free(all);
    return result;
}

/* ---- properties */

static void patch(VkPhysicalDeviceProperties *p) {
    strcpy(p->deviceName, MTL_DEVICE_NAME);
    p->vendorID = 0x106b;
    p->deviceID = 0x1a0200f0;
    p->deviceType = VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU;
    p->limits.maxImageDimension2D = p->limits.maxImageDimension2D < 16384 ? p->limits.maxImageDimension2D : 16384;
}

static void patch_luid(uint8_t *luid, uint32_t *node_mask, VkBool32 *valid) {
    int32_t failing = sim_failing("vkGetPhysicalDeviceProperties2");
    uint64_t registry = MTL_REGISTRY_ID + (failing == 1);
    for (unsigned i = 0; i < VK_LUID_SIZE; i++) {
        luid[i] = (uint8_t)(registry >> (56 - 8 * i)); /* MoltenVK: big-endian */
    }
    *node_mask = 1;
    *valid = failing != 2;
}

static void patch_driver(VkDriverId *driver, char *name, char *info) {
    *driver = VK_DRIVER_ID_MOLTENVK;
    strcpy(name, "MoltenVK");
    strcpy(info, "1.4.2");
}

static void GetPhysicalDeviceProperties(VkPhysicalDevice physical, VkPhysicalDeviceProperties *properties) {
    layer_instance(physical)->GetPhysicalDeviceProperties(physical, properties);
    patch(properties);
}

static void GetPhysicalDeviceProperties2(VkPhysicalDevice physical, VkPhysicalDeviceProperties2 *properties) {
    struct layer_cuts cuts = {0};
    VkPhysicalDevicePortabilitySubsetPropertiesKHR *portability =
        layer_cut(&cuts, properties, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PORTABILITY_SUBSET_PROPERTIES_KHR);
    layer_instance(physical)->GetPhysicalDeviceProperties2(physical, properties);
    layer_restore(&cuts);
    if (portability) {
        portability->minVertexInputBindingStrideAlignment = 1;
    }
    patch(&properties->properties);
    VkPhysicalDeviceIDProperties *ids = layer_find(properties, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES);
    if (ids) {
        patch_luid(ids->deviceLUID, &ids->deviceNodeMask, &ids->deviceLUIDValid);
    }
    VkPhysicalDeviceVulkan11Properties *v11 =
        layer_find(properties, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES);
    if (v11) {
        patch_luid(v11->deviceLUID, &v11->deviceNodeMask, &v11->deviceLUIDValid);
    }
    VkPhysicalDeviceDriverProperties *driver =
        layer_find(properties, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES);
    if (driver) {
        patch_driver(&driver->driverID, driver->driverName, driver->driverInfo);
    }
    VkPhysicalDeviceVulkan12Properties *v12 =
        layer_find(properties, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES);
    if (v12) {
        patch_driver(&v12->driverID, v12->driverName, v12->driverInfo);
    }
}

static void GetPhysicalDeviceFeatures2(VkPhysicalDevice physical, VkPhysicalDeviceFeatures2 *features) {
    struct layer_cuts cuts = {0};
    VkPhysicalDevicePortabilitySubsetFeaturesKHR *portability =
        layer_cut(&cuts, features, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PORTABILITY_SUBSET_FEATURES_KHR);
    layer_instance(physical)->GetPhysicalDeviceFeatures2(physical, features);
    layer_restore(&cuts);
    if (portability) { /* as MoltenVK's on Apple silicon */
        portability->constantAlphaColorBlendFactors = VK_TRUE;
        portability->events = VK_TRUE;
        portability->imageViewFormatReinterpretation = VK_TRUE;
        portability->imageViewFormatSwizzle = VK_TRUE;
        portability->imageView2DOn3DImage = VK_TRUE;
        portability->multisampleArrayImage = VK_TRUE;
        portability->mutableComparisonSamplers = VK_TRUE;
        portability->pointPolygons = VK_FALSE;
        portability->samplerMipLodBias = VK_FALSE;
        portability->separateStencilMaskRef = VK_TRUE;
        portability->shaderSampleRateInterpolationFunctions = VK_TRUE;
        portability->tessellationIsolines = VK_FALSE;
        portability->tessellationPointMode = VK_FALSE;
        portability->triangleFans = VK_TRUE;
        portability->vertexAttributeAccessBeyondStride = VK_TRUE;
    }
}

/* ---- memory: lavapipe has one type and one heap */

static void patch_memory(VkPhysicalDeviceMemoryProperties *memory) {
    const VkMemoryPropertyFlags private = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
    memory->memoryTypeCount = 3;
    memory->memoryTypes[0] = (VkMemoryType){private, 0};
    memory->memoryTypes[1] = (VkMemoryType){
        private | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT
            | VK_MEMORY_PROPERTY_HOST_CACHED_BIT, 0};
    memory->memoryTypes[2] = (VkMemoryType){private | VK_MEMORY_PROPERTY_LAZILY_ALLOCATED_BIT, 0};
}

static void GetPhysicalDeviceMemoryProperties(VkPhysicalDevice physical, VkPhysicalDeviceMemoryProperties *memory) {
    layer_instance(physical)->GetPhysicalDeviceMemoryProperties(physical, memory);
    patch_memory(memory);
}

static void GetPhysicalDeviceMemoryProperties2(VkPhysicalDevice physical, VkPhysicalDeviceMemoryProperties2 *memory) {
    layer_instance(physical)->GetPhysicalDeviceMemoryProperties2(physical, memory);
    patch_memory(&memory->memoryProperties);
}

/* ---- external memory: as MoltenVK, unknown handle types are no error, but nothing can be done with them */

static const VkExternalMemoryHandleTypeFlags HOST_POINTER =
    VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT
    | VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_MAPPED_FOREIGN_MEMORY_BIT_EXT;

static VkExternalMemoryProperties external(VkExternalMemoryHandleTypeFlags handle, uint32_t metal_handle,
                                           VkExternalMemoryFeatureFlags features) {
    if (handle == metal_handle) {
        return (VkExternalMemoryProperties){features, metal_handle, metal_handle};
    }
    if (handle == VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT
        || handle == VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_MAPPED_FOREIGN_MEMORY_BIT_EXT) {
        return (VkExternalMemoryProperties){VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT, 0, HOST_POINTER};
    }
    return (VkExternalMemoryProperties){0};
}

static VkResult GetPhysicalDeviceImageFormatProperties2(VkPhysicalDevice physical,
                                                        const VkPhysicalDeviceImageFormatInfo2 *info,
                                                        VkImageFormatProperties2 *properties) {
    int32_t failing = sim_failing("vkGetPhysicalDeviceImageFormatProperties2");
    if (failing < 0) {
        return failing;
    }
    VkPhysicalDeviceImageFormatInfo2 below = *info;
    struct layer_cuts cuts = {0};
    VkPhysicalDeviceExternalImageFormatInfo *asked =
        layer_cut(&cuts, &below, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO);
    VkExternalImageFormatProperties *answer =
        layer_cut(&cuts, properties, VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES);
    VkResult result = layer_instance(physical)->GetPhysicalDeviceImageFormatProperties2(physical, &below, properties);
    layer_restore(&cuts);
    if (asked && answer) {
        answer->externalMemoryProperties =
            external(asked->handleType, HANDLE_MTLTEXTURE,
                     (failing == 1 ? 0 : VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT)
                         | VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT | VK_EXTERNAL_MEMORY_FEATURE_DEDICATED_ONLY_BIT);
    }
    return result;
}

static void GetPhysicalDeviceExternalBufferProperties(VkPhysicalDevice physical,
                                                      const VkPhysicalDeviceExternalBufferInfo *info,
                                                      VkExternalBufferProperties *properties) {
    properties->externalMemoryProperties =
        external(info->handleType, HANDLE_MTLBUFFER,
                 VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT | VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT);
}

static void GetPhysicalDeviceExternalSemaphoreProperties(VkPhysicalDevice physical,
                                                         const VkPhysicalDeviceExternalSemaphoreInfo *info,
                                                         VkExternalSemaphoreProperties *properties) {
    properties->exportFromImportedHandleTypes = 0;
    properties->compatibleHandleTypes = 0;
    properties->externalSemaphoreFeatures = 0;
}

static void GetPhysicalDeviceExternalFenceProperties(VkPhysicalDevice physical,
                                                     const VkPhysicalDeviceExternalFenceInfo *info,
                                                     VkExternalFenceProperties *properties) {
    properties->exportFromImportedHandleTypes = 0;
    properties->compatibleHandleTypes = 0;
    properties->externalFenceFeatures = 0;
}

static const struct layer_function functions[] = {
    FUNCTION(EnumerateDeviceExtensionProperties),
    FUNCTION(GetPhysicalDeviceProperties),
    FUNCTION_AND(GetPhysicalDeviceProperties2, "KHR"),
    FUNCTION_AND(GetPhysicalDeviceFeatures2, "KHR"),
    FUNCTION(GetPhysicalDeviceMemoryProperties),
    FUNCTION_AND(GetPhysicalDeviceMemoryProperties2, "KHR"),
    FUNCTION_AND(GetPhysicalDeviceImageFormatProperties2, "KHR"),
    FUNCTION_AND(GetPhysicalDeviceExternalBufferProperties, "KHR"),
    FUNCTION_AND(GetPhysicalDeviceExternalSemaphoreProperties, "KHR"),
    FUNCTION_AND(GetPhysicalDeviceExternalFenceProperties, "KHR"),
    {0},
};

PFN_vkVoidFunction layer_physical_function(const char *name) {
    return layer_lookup(functions, name);
}
