#include "icd.h"

#include "../loader/macho.h"
#include "../metal/bridge.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define DEFINE_VENDORS(name) PFN_vk##name vendors_##name;
WRAPPED_CORE(DEFINE_VENDORS)
PFN_get_metal_handle vendors_GetMemoryMetalHandleEXT;
PFN_export_objects vendors_ExportMetalObjectsEXT;

/* ---- MoltenVK, loaded when the loader first asks this driver for anything */

static struct macho *moltenvk;
static VkResult (*vendors_negotiate)(uint32_t *);
static PFN_vkGetInstanceProcAddr vendors_icd_get, vendors_physical_get;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

/* Beside this library. */
static void default_path(char *path, size_t size) {
    Dl_info info;
    const char *name = dladdr((void *)default_path, &info) ? info.dli_fname : "";
    const char *slash = strrchr(name, '/');
    snprintf(path, size, "%.*slibMoltenVK.dylib", slash ? (int)(slash + 1 - name) : 0, name);
}

static void load(void) {
    char beside[PATH_MAX];
    default_path(beside, sizeof beside);
    const char *path = getenv("MACSIM_MOLTENVK");
    moltenvk = macho_load(path ? path : beside);
    vendors_negotiate = macho_entry(macho_symbol(moltenvk, "vk_icdNegotiateLoaderICDInterfaceVersion"));
    vendors_icd_get = macho_entry(macho_symbol(moltenvk, "vk_icdGetInstanceProcAddr"));
    vendors_physical_get = macho_entry(macho_symbol(moltenvk, "vk_icdGetPhysicalDeviceProcAddr"));
}

PFN_vkVoidFunction icd_vendors(VkInstance instance, const char *name) {
    PFN_vkVoidFunction function = vendors_icd_get(instance, name);
    return (PFN_vkVoidFunction)macho_entry((void *)function);
}

/* ---- instances and what they say of physical devices */

static VkResult CreateInstance(const VkInstanceCreateInfo *info, const VkAllocationCallbacks *callbacks,
                               VkInstance *instance) {
    VkResult result = vendors_CreateInstance(info, callbacks, instance);
    if (result == VK_SUCCESS) {
        usage_instance_made(*instance, info);
    }
    return result;
}

static void DestroyInstance(VkInstance instance, const VkAllocationCallbacks *callbacks) {
    usage_instance_goes(instance);
    vendors_DestroyInstance(instance, callbacks);
}

static VkResult EnumeratePhysicalDevices(VkInstance instance, uint32_t *count, VkPhysicalDevice *devices) {
    VkResult result = vendors_EnumeratePhysicalDevices(instance, count, devices);
    for (uint32_t i = 0; devices && result >= VK_SUCCESS && i < *count; i++) {
        usage_physical_device(instance, devices[i]);
    }
    return result;
}

static VkResult EnumeratePhysicalDeviceGroups(VkInstance instance, uint32_t *count,
                                              VkPhysicalDeviceGroupProperties *groups) {
    VkResult result = vendors_EnumeratePhysicalDeviceGroups(instance, count, groups);
    for (uint32_t g = 0; groups && result >= VK_SUCCESS && g < *count; g++) {
        for (uint32_t i = 0; i < groups[g].physicalDeviceCount; i++) {
            usage_physical_device(instance, groups[g].physicalDevices[i]);
        }
    }
    return result;
}

/* The bits of the lie, in this order. */
static bool hidden(const char *extension) {
    static const char *const names[] = {"VK_EXT_external_memory_metal", "VK_EXT_metal_objects",
                                        "VK_KHR_portability_subset"};
    int32_t mask = sim_failing("vkEnumerateDeviceExtensionProperties");
    for (int i = 0; i < 3; i++) {
        if (mask >> i & 1 && !strcmp(extension, names[i])) {
            return true;
        }
    }
    return false;
}

static VkResult EnumerateDeviceExtensionProperties(VkPhysicalDevice physical, const char *layer, uint32_t *count,
                                                   VkExtensionProperties *properties) {
    uint32_t total = 0, left = 0;
    VkResult result = vendors_EnumerateDeviceExtensionProperties(physical, layer, &total, NULL);
    VkExtensionProperties *all = calloc(total + 1, sizeof *all);
    result = result == VK_SUCCESS ? vendors_EnumerateDeviceExtensionProperties(physical, layer, &total, all) : result;
    if (result != VK_SUCCESS) {
        free(all);
        return result;
    }
    for (uint32_t i = 0; i < total; i++) {
        if (!hidden(all[i].extensionName)) {
            all[left++] = all[i];
        }
    }
    if (properties) {
        result = *count < left ? VK_INCOMPLETE : VK_SUCCESS;
        left = *count < left ? *count : left;
        memcpy(properties, all, left * sizeof *all);
    }
    *count = left;
    free(all);
    return result;
}

static void lie_about_luid(uint8_t *luid, VkBool32 *valid) {
    int32_t failing = sim_failing("vkGetPhysicalDeviceProperties2");
    if (failing == 1) {
        luid[VK_LUID_SIZE - 1]++; /* it is big-endian */
    } else if (failing == 2) {
        *valid = VK_FALSE;
    }
}

static void GetPhysicalDeviceProperties2(VkPhysicalDevice physical, VkPhysicalDeviceProperties2 *properties) {
    vendors_GetPhysicalDeviceProperties2(physical, properties);
    VkPhysicalDeviceIDProperties *ids = vulkan_find(properties, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES);
    if (ids) {
        lie_about_luid(ids->deviceLUID, &ids->deviceLUIDValid);
    }
    VkPhysicalDeviceVulkan11Properties *v11 =
        vulkan_find(properties, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES);
    if (v11) {
        lie_about_luid(v11->deviceLUID, &v11->deviceLUIDValid);
    }
}

static VkResult GetPhysicalDeviceImageFormatProperties2(VkPhysicalDevice physical,
                                                        const VkPhysicalDeviceImageFormatInfo2 *info,
                                                        VkImageFormatProperties2 *properties) {
    int32_t failing = sim_failing("vkGetPhysicalDeviceImageFormatProperties2");
    if (failing < 0) {
        return failing;
    }
    VkResult result = vendors_GetPhysicalDeviceImageFormatProperties2(physical, info, properties);
    VkExternalImageFormatProperties *external =
        vulkan_find(properties, VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES);
    if (failing == 1 && external) {
        external->externalMemoryProperties.externalMemoryFeatures &= ~VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT;
    }
    return result;
}

/* ---- devices and what they own */

static VkResult CreateDevice(VkPhysicalDevice physical, const VkDeviceCreateInfo *info,
                             const VkAllocationCallbacks *callbacks, VkDevice *device) {
    int32_t failing = sim_failing("vkCreateDevice");
    if (failing < 0) {
        return failing;
    }
    usage_device_wanted(physical, info);
    VkResult result = vendors_CreateDevice(physical, info, callbacks, device);
    if (result == VK_SUCCESS) {
        usage_device_made(physical, *device);
    }
    return result;
}

static void DestroyDevice(VkDevice device, const VkAllocationCallbacks *callbacks) {
    usage_device_goes(device);
    vendors_DestroyDevice(device, callbacks);
}

static VkResult CreateImage(VkDevice device, const VkImageCreateInfo *info, const VkAllocationCallbacks *callbacks,
                            VkImage *image) {
    int32_t failing = sim_failing("vkCreateImage");
    return failing < 0 ? (VkResult)failing : vendors_CreateImage(device, info, callbacks, image);
}

static VkResult AllocateMemory(VkDevice device, const VkMemoryAllocateInfo *info,
                               const VkAllocationCallbacks *callbacks, VkDeviceMemory *memory) {
    int32_t failing = sim_failing("vkAllocateMemory");
    if (failing < 0) {
        return failing;
    }
    usage_memory_wanted(device, info);
    VkResult result = vendors_AllocateMemory(device, info, callbacks, memory);
    if (result == VK_SUCCESS) {
        usage_memory_made(device, info, *memory);
    }
    return result;
}

static void FreeMemory(VkDevice device, VkDeviceMemory memory, const VkAllocationCallbacks *callbacks) {
    usage_memory_goes(device, memory);
    vendors_FreeMemory(device, memory, callbacks);
}

static VkResult GetMemoryMetalHandleEXT(VkDevice device, const struct memory_get_metal_handle_info *info, id *handle) {
    int32_t failing = sim_failing("vkGetMemoryMetalHandleEXT");
    if (failing < 0) {
        return failing;
    }
    usage_handle_wanted(device, info);
    VkResult result = vendors_GetMemoryMetalHandleEXT(device, info, handle);
    if (result == VK_SUCCESS) {
        usage_handle_given(device, info->memory, *handle);
    }
    return result;
}

static VkResult CreateSemaphore(VkDevice device, const VkSemaphoreCreateInfo *info,
                                const VkAllocationCallbacks *callbacks, VkSemaphore *semaphore) {
    int32_t failing = sim_failing("vkCreateSemaphore");
    if (failing < 0) {
        return failing;
    }
    VkResult result = vendors_CreateSemaphore(device, info, callbacks, semaphore);
    if (result == VK_SUCCESS) {
        usage_semaphore_made(device, info, *semaphore);
    }
    return result;
}

static void DestroySemaphore(VkDevice device, VkSemaphore semaphore, const VkAllocationCallbacks *callbacks) {
    usage_semaphore_goes(device, semaphore); /* before: afterwards its handle may be another's */
    vendors_DestroySemaphore(device, semaphore, callbacks);
    if (semaphore) {
        mtl_semaphore_destroyed((uint64_t)semaphore);
    }
}

static VkResult WaitSemaphores(VkDevice device, const VkSemaphoreWaitInfo *info, uint64_t timeout) {
    _Static_assert(sizeof(VkSemaphore) == sizeof(uint64_t), "handles");
    mtl_wait_begins(info->semaphoreCount, (const uint64_t *)(const void *)info->pSemaphores);
    VkResult result = vendors_WaitSemaphores(device, info, timeout);
    mtl_wait_ends(result == VK_TIMEOUT);
    return result;
}

static void forget_objects(VkBaseOutStructure *info) {
    for (VkBaseOutStructure *s = info->pNext; s; s = s->pNext) {
        switch ((int)s->sType) {
        case TYPE_EXPORT_DEVICE:
            ((struct export_device_info *)(void *)s)->device = NULL;
            break;
        case TYPE_EXPORT_COMMAND_QUEUE:
            ((struct export_command_queue_info *)(void *)s)->command_queue = NULL;
            break;
        case TYPE_EXPORT_BUFFER:
            ((struct export_buffer_info *)(void *)s)->buffer = NULL;
            break;
        case TYPE_EXPORT_TEXTURE:
            ((struct export_texture_info *)(void *)s)->texture = NULL;
            break;
        case TYPE_EXPORT_SHARED_EVENT:
            ((struct export_shared_event_info *)(void *)s)->shared_event = NULL;
            break;
        default:
            break;
        }
    }
}

static void ExportMetalObjectsEXT(VkDevice device, VkBaseOutStructure *info) {
    usage_export_wanted(device, info);
    if (sim_failing("vkExportMetalObjectsEXT") == 1) {
        forget_objects(info);
    } else {
        vendors_ExportMetalObjectsEXT(device, info);
    }
}

/* ---- functions by name */

static PFN_vkVoidFunction GetInstanceProcAddr(VkInstance instance, const char *name);
static PFN_vkVoidFunction GetDeviceProcAddr(VkDevice device, const char *name);

struct wrapper {
    const char *name;
    PFN_vkVoidFunction function;
    PFN_vkVoidFunction *vendors;
};

#define WRAP_AS(name, function) {name, (PFN_vkVoidFunction)function, (PFN_vkVoidFunction *)(void *)&vendors_##function},
#define WRAP(function) WRAP_AS("vk" #function, function)

static const struct wrapper wrappers[] = {
    WRAPPED_CORE(WRAP)
    WRAP(GetMemoryMetalHandleEXT)
    WRAP(ExportMetalObjectsEXT)
    WRAP_AS("vkGetPhysicalDeviceProperties2KHR", GetPhysicalDeviceProperties2)
    WRAP_AS("vkGetPhysicalDeviceImageFormatProperties2KHR", GetPhysicalDeviceImageFormatProperties2)
    WRAP_AS("vkEnumeratePhysicalDeviceGroupsKHR", EnumeratePhysicalDeviceGroups)
    WRAP_AS("vkWaitSemaphoresKHR", WaitSemaphores)
};

/* An entry of a function of MoltenVK's, or the wrapper that calls it. The names in KHR are other names of the same
 * function. */
static PFN_vkVoidFunction given(const char *name, PFN_vkVoidFunction function) {
    if (!function) {
        return NULL;
    }
    PFN_vkVoidFunction entry = (PFN_vkVoidFunction)macho_entry((void *)function);
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++) {
        if (!strcmp(name, wrappers[i].name)) {
            __atomic_store_n(wrappers[i].vendors, entry, __ATOMIC_RELEASE);
            return wrappers[i].function;
        }
    }
    return entry;
}

static PFN_vkVoidFunction GetInstanceProcAddr(VkInstance instance, const char *name) {
    return given(name, vendors_icd_get(instance, name));
}

static PFN_vkVoidFunction GetDeviceProcAddr(VkDevice device, const char *name) {
    return given(name, vendors_GetDeviceProcAddr(device, name));
}

PFN_vkVoidFunction icd_device_function(VkDevice device, const char *name) {
    return GetDeviceProcAddr(device, name);
}

EXPORT VkResult vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version) {
    pthread_once(&loaded, load);
    return vendors_negotiate(version);
}

EXPORT PFN_vkVoidFunction vk_icdGetInstanceProcAddr(VkInstance instance, const char *name) {
    pthread_once(&loaded, load);
    return GetInstanceProcAddr(instance, name);
}

EXPORT PFN_vkVoidFunction vk_icdGetPhysicalDeviceProcAddr(VkInstance instance, const char *name) {
    pthread_once(&loaded, load);
    return given(name, vendors_physical_get(instance, name));
}
