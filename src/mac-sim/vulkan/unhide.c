/*
 * The Vulkan layer VK_LAYER_VKFX_unhide, above the validation layer: a validation layer that was built for Linux knows
 * vkExportMetalObjectsEXT as a function of an extension that is not there, and hides it. This gives MoltenVK's own.
 * Handles are the driver's only where the validation layer does not wrap them:
 * VK_LAYER_DISABLES=VK_VALIDATION_FEATURE_DISABLE_UNIQUE_HANDLES_EXT.
 */
#include "icd.h"
#include "layers.h"

#include <stdlib.h>
#include <string.h>

/* All instances have the same layers, so the next functions are the same for all. */
static PFN_vkGetInstanceProcAddr next_of_instances;
static PFN_vkGetDeviceProcAddr next_of_devices;

static VkResult CreateInstance(const VkInstanceCreateInfo *info, const VkAllocationCallbacks *callbacks,
                               VkInstance *instance) {
    VkLayerInstanceCreateInfo *link = vulkan_link(info, VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO);
    if (!link) {
        return VK_ERROR_INITIALIZATION_FAILED;
    }
    next_of_instances = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;
    return ((PFN_vkCreateInstance)next_of_instances(NULL, "vkCreateInstance"))(info, callbacks, instance);
}

static VkResult CreateDevice(VkPhysicalDevice physical, const VkDeviceCreateInfo *info,
                             const VkAllocationCallbacks *callbacks, VkDevice *device) {
    VkLayerDeviceCreateInfo *link = vulkan_link(info, VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO);
    if (!link) {
        return VK_ERROR_INITIALIZATION_FAILED;
    }
    PFN_vkGetInstanceProcAddr next = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
    next_of_devices = link->u.pLayerInfo->pfnNextGetDeviceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;
    return ((PFN_vkCreateDevice)next(NULL, "vkCreateDevice"))(physical, info, callbacks, device);
}

static PFN_vkVoidFunction GetDeviceProcAddr(VkDevice device, const char *name) {
    if (!strcmp(name, "vkGetDeviceProcAddr")) {
        return (PFN_vkVoidFunction)GetDeviceProcAddr;
    }
    PFN_vkVoidFunction function = next_of_devices(device, name);
    return function || strcmp(name, "vkExportMetalObjectsEXT") ? function : icd_device_function(device, name);
}

static PFN_vkVoidFunction GetInstanceProcAddr(VkInstance instance, const char *name) {
    static const struct {
        const char *name;
        PFN_vkVoidFunction function;
    } OWN[] = {
        {"vkGetInstanceProcAddr", (PFN_vkVoidFunction)GetInstanceProcAddr},
        {"vkGetDeviceProcAddr", (PFN_vkVoidFunction)GetDeviceProcAddr},
        {"vkCreateInstance", (PFN_vkVoidFunction)CreateInstance},
        {"vkCreateDevice", (PFN_vkVoidFunction)CreateDevice},
    };
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++) {
        if (!strcmp(name, OWN[i].name)) {
            return OWN[i].function;
        }
    }
    return instance ? next_of_instances(instance, name) : NULL;
}

EXPORT VkResult unhide_negotiate(VkNegotiateLayerInterface *interface);
VkResult unhide_negotiate(VkNegotiateLayerInterface *interface) {
    return vulkan_negotiate(interface, GetInstanceProcAddr, GetDeviceProcAddr);
}
