/*
 * MoltenVK as a driver of the Vulkan loader: its own functions, entered by macho_entry, with a few in between that lie
 * to the application when a test tells them to, watch for what Metal cannot see, or tell metal/ what happens.
 *
 *   icd.c     the loader's interface, functions by name, the lies
 *   unhide.c  a layer above the validation layer, which hides one of MoltenVK's functions
 *   usage.c   what an application does wrong with the two extensions of Metal and with VK_KHR_portability_subset
 */
#ifndef MACSIM_ICD_H
#define MACSIM_ICD_H

#include "metal_structs.h"

/* ---- MoltenVK's functions, known once the loader or an application has asked for them; the same for all devices */

#define WRAPPED_CORE(X)                                                                                                \
    X(CreateInstance) X(DestroyInstance) X(EnumeratePhysicalDevices) X(EnumerateDeviceExtensionProperties)             \
    X(CreateDevice) X(DestroyDevice) X(CreateImage) X(AllocateMemory) X(FreeMemory) X(CreateSemaphore)                 \
    X(DestroySemaphore) X(GetPhysicalDeviceProperties2) X(GetPhysicalDeviceImageFormatProperties2)                     \
    X(EnumeratePhysicalDeviceGroups) X(WaitSemaphores) X(GetInstanceProcAddr) X(GetDeviceProcAddr)
#define DECLARE_VENDORS(name) extern PFN_vk##name vendors_##name;
WRAPPED_CORE(DECLARE_VENDORS)

typedef VkResult (*PFN_get_metal_handle)(VkDevice, const struct memory_get_metal_handle_info *, id *);
typedef void (*PFN_export_objects)(VkDevice, VkBaseOutStructure *);
extern PFN_get_metal_handle vendors_GetMemoryMetalHandleEXT;
extern PFN_export_objects vendors_ExportMetalObjectsEXT;

/* Any other one, of an instance; NULL when there is none. */
PFN_vkVoidFunction icd_vendors(VkInstance instance, const char *name);

/* As the driver's vkGetDeviceProcAddr. */
PFN_vkVoidFunction icd_device_function(VkDevice device, const char *name);

/* ---- usage.c: told before or after MoltenVK has done it; all may be called on any thread */

void usage_instance_made(VkInstance instance, const VkInstanceCreateInfo *info);
void usage_instance_goes(VkInstance instance);
void usage_physical_device(VkInstance instance, VkPhysicalDevice physical);
void usage_device_wanted(VkPhysicalDevice physical, const VkDeviceCreateInfo *info);
void usage_device_made(VkPhysicalDevice physical, VkDevice device);
void usage_device_goes(VkDevice device);
void usage_memory_wanted(VkDevice device, const VkMemoryAllocateInfo *info);
void usage_memory_made(VkDevice device, const VkMemoryAllocateInfo *info, VkDeviceMemory memory);
void usage_memory_goes(VkDevice device, VkDeviceMemory memory);
void usage_handle_wanted(VkDevice device, const struct memory_get_metal_handle_info *info);
void usage_handle_given(VkDevice device, VkDeviceMemory memory, id handle);
void usage_semaphore_made(VkDevice device, const VkSemaphoreCreateInfo *info, VkSemaphore semaphore);
void usage_semaphore_goes(VkDevice device, VkSemaphore semaphore);
void usage_export_wanted(VkDevice device, const VkBaseOutStructure *info);

#endif
