/* What both Vulkan layers say to the loader: lavapipe/layer.c and unhide.c. */
#ifndef MACSIM_LAYERS_H
#define MACSIM_LAYERS_H

#include "metal_structs.h"

#include <vulkan/vk_layer.h>

/*
 * The link to what is below, in the chain of a VkInstanceCreateInfo or VkDeviceCreateInfo: a VkLayerInstanceCreateInfo
 * or VkLayerDeviceCreateInfo, by its type; NULL when there is none.
 */
static inline void *vulkan_link(const void *info, VkStructureType type) {
    VkLayerInstanceCreateInfo *link = vulkan_find(info, type); /* the other begins in the same way */
    while (link && link->function != VK_LAYER_LINK_INFO) {
        link = vulkan_find(link, type);
    }
    return link;
}

static inline VkResult vulkan_negotiate(VkNegotiateLayerInterface *interface, PFN_vkGetInstanceProcAddr of_instances,
                                        PFN_vkGetDeviceProcAddr of_devices) {
    if (interface->loaderLayerInterfaceVersion < 2) {
        return VK_ERROR_INITIALIZATION_FAILED;
    }
    interface->loaderLayerInterfaceVersion = 2;
    interface->pfnGetInstanceProcAddr = of_instances;
    interface->pfnGetDeviceProcAddr = of_devices;
    interface->pfnGetPhysicalDeviceProcAddr = NULL;
    return VK_SUCCESS;
}

#endif
