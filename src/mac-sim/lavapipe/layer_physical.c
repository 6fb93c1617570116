#include "layer.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    uint32_t version;
} added[] = {{"VK_EXT_external_memory_metal", 1}, {"VK_EXT_metal_objects", 2}, {"VK_KHR_portability_subset", 1}};
enum { ADDED = sizeof added / sizeof *added };

/* What MoltenVK 1.4.2 has besides; those of them that lavapipe has are kept, all others hidden. */
static const char *const kept[] = {
    "VK_AMD_gpu_shader_half_float", "VK_AMD_negative_viewport_height", "VK_AMD_shader_image_load_store_lod",
    "VK_AMD_shader_trinary_minmax", "VK_EXT_4444_formats", "VK_EXT_buffer_device_address",
    "VK_EXT_calibrated_timestamps", "VK_EXT_debug_marker", "VK_EXT_depth_clip_control", "VK_EXT_descriptor_indexing",
    "VK_EXT_extended_dynamic_state", "VK_EXT_extended_dynamic_state2", "VK_EXT_extended_dynamic_state3",
    "VK_EXT_external_memory_host", "VK_EXT_fragment_shader_interlock", "VK_EXT_global_priority",
    "VK_EXT_global_priority_query", "VK_EXT_hdr_metadata", "VK_EXT_host_image_copy", "VK_EXT_host_query_reset",
    "VK_EXT_image_2d_view_of_3d", "VK_EXT_image_robustness", "VK_EXT_index_type_uint8", "VK_EXT_inline_uniform_block",
    "VK_EXT_line_rasterization", "VK_EXT_load_store_op_none", "VK_EXT_memory_budget",
    "VK_EXT_pipeline_creation_cache_control", "VK_EXT_pipeline_creation_feedback", "VK_EXT_pipeline_robustness",
    "VK_EXT_post_depth_coverage", "VK_EXT_private_data", "VK_EXT_robustness2", "VK_EXT_sample_locations",
    "VK_EXT_scalar_block_layout", "VK_EXT_separate_stencil_usage", "VK_EXT_shader_atomic_float",
    "VK_EXT_shader_demote_to_helper_invocation", "VK_EXT_shader_stencil_export", "VK_EXT_shader_subgroup_ballot",
    "VK_EXT_shader_subgroup_vote", "VK_EXT_shader_viewport_index_layer", "VK_EXT_subgroup_size_control",
    "VK_EXT_swapchain_maintenance1", "VK_EXT_texel_buffer_alignment", "VK_EXT_texture_compression_astc_hdr",
    "VK_EXT_tooling_info", "VK_EXT_vertex_attribute_divisor", "VK_GOOGLE_display_timing", "VK_IMG_format_pvrtc",
    "VK_INTEL_shader_integer_functions2", "VK_KHR_16bit_storage", "VK_KHR_8bit_storage", "VK_KHR_bind_memory2",
    "VK_KHR_buffer_device_address", "VK_KHR_calibrated_timestamps", "VK_KHR_copy_commands2",
    "VK_KHR_create_renderpass2", "VK_KHR_dedicated_allocation", "VK_KHR_deferred_host_operations",
    "VK_KHR_depth_stencil_resolve", "VK_KHR_descriptor_update_template", "VK_KHR_device_group",
    "VK_KHR_driver_properties", "VK_KHR_dynamic_rendering", "VK_KHR_dynamic_rendering_local_read",
    "VK_KHR_external_fence", "VK_KHR_external_memory", "VK_KHR_external_semaphore", "VK_KHR_format_feature_flags2",
    "VK_KHR_get_memory_requirements2", "VK_KHR_global_priority", "VK_KHR_image_format_list",
    "VK_KHR_imageless_framebuffer", "VK_KHR_incremental_present", "VK_KHR_index_type_uint8",
    "VK_KHR_line_rasterization", "VK_KHR_load_store_op_none", "VK_KHR_maintenance1", "VK_KHR_maintenance2",
    "VK_KHR_maintenance3", "VK_KHR_maintenance4", "VK_KHR_maintenance5", "VK_KHR_maintenance6", "VK_KHR_maintenance7",
    "VK_KHR_maintenance8", "VK_KHR_maintenance9", "VK_KHR_map_memory2", "VK_KHR_multiview", "VK_KHR_present_id",
    "VK_KHR_present_id2", "VK_KHR_present_wait", "VK_KHR_present_wait2", "VK_KHR_push_descriptor",
    "VK_KHR_relaxed_block_layout", "VK_KHR_robustness2", "VK_KHR_sampler_mirror_clamp_to_edge",
    "VK_KHR_sampler_ycbcr_conversion", "VK_KHR_separate_depth_stencil_layouts", "VK_KHR_shader_draw_parameters",
    "VK_KHR_shader_expect_assume", "VK_KHR_shader_float16_int8", "VK_KHR_shader_float_controls",
    "VK_KHR_shader_float_controls2", "VK_KHR_shader_fma", "VK_KHR_shader_integer_dot_product",
    "VK_KHR_shader_maximal_reconvergence", "VK_KHR_shader_non_semantic_info",
    "VK_KHR_shader_relaxed_extended_instruction", "VK_KHR_shader_subgroup_extended_types",
    "VK_KHR_shader_subgroup_rotate", "VK_KHR_shader_subgroup_uniform_control_flow",
    "VK_KHR_shader_terminate_invocation", "VK_KHR_spirv_1_4", "VK_KHR_storage_buffer_storage_class", "VK_KHR_swapchain",
    "VK_KHR_swapchain_maintenance1", "VK_KHR_swapchain_mutable_format", "VK_KHR_synchronization2",
    "VK_KHR_timeline_semaphore", "VK_KHR_uniform_buffer_standard_layout", "VK_KHR_variable_pointers",
    "VK_KHR_vertex_attribute_divisor", "VK_KHR_vulkan_memory_model", "VK_KHR_zero_initialize_workgroup_memory", NULL,
};

static bool wanted(const char *name) {
    for (const char *const *k = kept; *k; k++) {
        if (!strcmp(*k, name)) {
            return true;
        }
    }
    return false;
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
    VkExtensionProperties *all = calloc(below + ADDED, sizeof *all);
    result = next(physical, NULL, &below, all);
    for (uint32_t i = 0; i < below; i++) {
        if (wanted(all[i].extensionName)) {
            all[total++] = all[i];
        }
    }
    int32_t failing = sim_failing("vkEnumerateDeviceExtensionProperties"); /* a mask of those left out */
    for (int i = 0; i < ADDED; i++) {
        if (!(failing >> i & 1)) {
            strcpy(all[total].extensionName, added[i].name);
            all[total++].specVersion = added[i].version;
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

enum { DEVICE = 0xe000207, DRIVER = 10402 };
static const VkDeviceSize MAX_ALLOCATION = 1ul << 30;

static void lower(uint32_t *limit, uint32_t moltenvks) {
    *limit = *limit < moltenvks ? *limit : moltenvks;
}

static void patch(VkPhysicalDevice physical, VkPhysicalDeviceProperties *p) {
    strcpy(p->deviceName, mac_kind()->gpus[0].name);
    uint32_t asked = layer_instance(physical)->api_version; /* MoltenVK promises no more */
    uint32_t minor = VK_API_VERSION_MINOR(p->apiVersion);
    lower(&minor, VK_API_VERSION_MINOR(asked));
    p->apiVersion = VK_MAKE_API_VERSION(0, 1, minor, 350);
    p->driverVersion = DRIVER;
    p->vendorID = 0x106b;
    p->deviceID = DEVICE;
    p->deviceType = VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU;
    VkPhysicalDeviceLimits *l = &p->limits;
    lower(&l->maxImageDimension1D, 16384);
    lower(&l->maxImageDimension2D, 16384);
    lower(&l->maxImageDimension3D, 2048);
    lower(&l->maxImageDimensionCube, 16384);
    lower(&l->maxMemoryAllocationCount, 1 << 30);
    lower(&l->maxSamplerAllocationCount, 1024);
    lower(&l->maxVertexInputAttributes, 31);
    lower(&l->maxVertexInputBindings, 31);
    /* lavapipe keeps more than it needs: its memory is the CPU's. */
    l->bufferImageGranularity = l->nonCoherentAtomSize = l->optimalBufferCopyOffsetAlignment = 16;
    l->optimalBufferCopyRowPitchAlignment = 1;
}

static void put(uint8_t *bytes, uint32_t value) { /* big-endian */
    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

static void patch_uuids(uint8_t *device, uint8_t *driver) {
    memset(device, 0, VK_UUID_SIZE);
    put(device, 0x106b);
    put(device + 4, DEVICE);
    memset(driver, 0, VK_UUID_SIZE);
    put(driver, 0x4d564b00); /* "MVK" */
    put(driver + 4, DRIVER);
    put(driver + 8, DEVICE);
}

static void patch_luid(uint8_t *luid, uint32_t *node_mask, VkBool32 *valid) {
    int32_t failing = sim_failing("vkGetPhysicalDeviceProperties2");
    uint64_t registry = mac_kind()->gpus[0].registry_id + (failing == 1);
    for (unsigned i = 0; i < VK_LUID_SIZE; i++) {
        luid[i] = (uint8_t)(registry >> (56 - 8 * i)); /* MoltenVK: big-endian */
    }
    *node_mask = 1;
    *valid = failing != 2;
}

static void patch_driver(VkDriverId *driver, char *name, char *info, VkConformanceVersion *conformance) {
    *driver = VK_DRIVER_ID_MOLTENVK;
    strcpy(name, "MoltenVK");
    strcpy(info, "1.4.2");
    *conformance = (VkConformanceVersion){1, 4, 4, 0};
}

static void GetPhysicalDeviceProperties(VkPhysicalDevice physical, VkPhysicalDeviceProperties *properties) {
    layer_instance(physical)->GetPhysicalDeviceProperties(physical, properties);
    patch(physical, properties);
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
    patch(physical, &properties->properties);
    VkPhysicalDeviceIDProperties *ids = vulkan_find(properties, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES);
    if (ids) {
        patch_uuids(ids->deviceUUID, ids->driverUUID);
        patch_luid(ids->deviceLUID, &ids->deviceNodeMask, &ids->deviceLUIDValid);
    }
    VkPhysicalDeviceVulkan11Properties *v11 =
        vulkan_find(properties, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES);
    if (v11) {
        patch_uuids(v11->deviceUUID, v11->driverUUID);
        patch_luid(v11->deviceLUID, &v11->deviceNodeMask, &v11->deviceLUIDValid);
        v11->maxMemoryAllocationSize = MAX_ALLOCATION;
    }
    VkPhysicalDeviceMaintenance3Properties *maintenance =
        vulkan_find(properties, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES);
    if (maintenance) {
        maintenance->maxMemoryAllocationSize = MAX_ALLOCATION;
    }
    VkPhysicalDeviceDriverProperties *driver =
        vulkan_find(properties, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES);
    if (driver) {
        patch_driver(&driver->driverID, driver->driverName, driver->driverInfo, &driver->conformanceVersion);
    }
    VkPhysicalDeviceVulkan12Properties *v12 =
        vulkan_find(properties, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES);
    if (v12) {
        patch_driver(&v12->driverID, v12->driverName, v12->driverInfo, &v12->conformanceVersion);
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

/* ---- formats */

static void patch_format(VkFormatProperties *format) {
    format->optimalTilingFeatures &= ~(VkFormatFeatureFlags)VK_FORMAT_FEATURE_SAMPLED_IMAGE_FILTER_MINMAX_BIT;
    if (format->optimalTilingFeatures & VK_FORMAT_FEATURE_STORAGE_IMAGE_BIT) {
        /* MoltenVK lets it slip out of the 64 bits, and lavapipe can do it. */
        format->optimalTilingFeatures |= (VkFormatFeatureFlags)VK_FORMAT_FEATURE_2_STORAGE_READ_WITHOUT_FORMAT_BIT;
    }
}

static void GetPhysicalDeviceFormatProperties(VkPhysicalDevice physical, VkFormat format,
                                              VkFormatProperties *properties) {
    layer_instance(physical)->GetPhysicalDeviceFormatProperties(physical, format, properties);
    patch_format(properties);
}

static void GetPhysicalDeviceFormatProperties2(VkPhysicalDevice physical, VkFormat format,
                                               VkFormatProperties2 *properties) {
    layer_instance(physical)->GetPhysicalDeviceFormatProperties2(physical, format, properties);
    patch_format(&properties->formatProperties);
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
    if (handle == metal_handle || handle == HANDLE_MTLHEAP) {
        return (VkExternalMemoryProperties){features, handle, handle};
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
    FUNCTION(GetPhysicalDeviceFormatProperties),
    FUNCTION_AND(GetPhysicalDeviceFormatProperties2, "KHR"),
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
