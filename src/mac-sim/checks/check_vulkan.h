/* What the checks of Vulkan share. */
#ifndef MACSIM_CHECK_VULKAN_H
#define MACSIM_CHECK_VULKAN_H

#include "check.h"

#define VK_ENABLE_BETA_EXTENSIONS
#include <vulkan/vulkan.h>

#include "../vulkan/metal_structs.h"

enum { WIDTH = 67, HEIGHT = 13 };

extern VkInstance instance;
extern VkPhysicalDevice physical; /* the first */
extern VkDevice device;
extern VkQueue queue;

/* An instance for export of what the bits name, and its first device, with both extensions of Metal. */
void open_instance(bool validated, uint32_t exports);
VkResult try_instance(bool validated, uint32_t exports, VkInstanceCreateFlags flags);
void open_device(VkPhysicalDevice of);
void close_vulkan(void);

VkResult make_image(uint32_t handle_types, VkImage *image);
VkResult allocate(VkImage image, bool dedicate, uint32_t handle_types, uint32_t type, VkDeviceMemory *memory);
void make_exportable(VkImage *image, VkDeviceMemory *memory);
id metal_handle(VkDeviceMemory memory, uint32_t handle_type);
/* Clears an image and, where there is a semaphore, signals it with a value; waits or not. */
void clear_image(VkImage image, VkSemaphore semaphore, uint64_t value, bool waits);

VkSemaphore new_timeline(uint64_t value, bool shared);
/* Of vkExportMetalObjectsEXT. */
id export_device(void);
id export_queue(void);
id export_texture(VkImage image);
id export_event(VkSemaphore semaphore);
uint64_t luid(VkPhysicalDevice of);

void check_semaphores(bool moltenvk);
void check_misuse(bool moltenvk);

#endif
