/*
 * VK_EXT_external_memory_metal and VK_EXT_metal_objects: Debian's Vulkan headers lack the first, and hide the second
 * from whoever does not have Apple's headers. And what everyone needs who stands between an application and a driver.
 */
#ifndef MACSIM_METAL_STRUCTS_H
#define MACSIM_METAL_STRUCTS_H

#include "../sim.h"

#define VK_NO_PROTOTYPES
#define VK_ENABLE_BETA_EXTENSIONS
#include <vulkan/vulkan.h>
#include <vulkan/vulkan_beta.h>

enum {
    TYPE_IMPORT_MEMORY_METAL_HANDLE = 1000602000,
    TYPE_MEMORY_METAL_HANDLE_PROPERTIES = 1000602001,
    TYPE_MEMORY_GET_METAL_HANDLE = 1000602002,
    TYPE_EXPORT_OBJECT_CREATE = 1000311000,
    TYPE_EXPORT_OBJECTS = 1000311001,
    TYPE_EXPORT_DEVICE = 1000311002,
    TYPE_EXPORT_COMMAND_QUEUE = 1000311003,
    TYPE_EXPORT_BUFFER = 1000311004,
    TYPE_IMPORT_BUFFER = 1000311005,
    TYPE_EXPORT_TEXTURE = 1000311006,
    TYPE_IMPORT_TEXTURE = 1000311007,
    TYPE_EXPORT_IO_SURFACE = 1000311008,
    TYPE_IMPORT_IO_SURFACE = 1000311009,
    TYPE_EXPORT_SHARED_EVENT = 1000311010,
    TYPE_IMPORT_SHARED_EVENT = 1000311011,
};
enum { HANDLE_MTLBUFFER = 0x10000, HANDLE_MTLTEXTURE = 0x20000, HANDLE_MTLHEAP = 0x40000 };
enum { EXPORT_DEVICE = 1, EXPORT_COMMAND_QUEUE = 2, EXPORT_TEXTURE = 8, EXPORT_SHARED_EVENT = 0x20 };

struct memory_get_metal_handle_info {
    VkStructureType type;
    const void *next;
    VkDeviceMemory memory;
    uint32_t handle_type;
};

struct memory_metal_handle_properties {
    VkStructureType type;
    void *next;
    uint32_t memory_type_bits;
};

struct export_object_create_info {
    VkStructureType type;
    const void *next;
    uint32_t object_type;
};

/* Of all the structures that follow, the object is what the driver answers. */

struct export_device_info {
    VkStructureType type;
    const void *next;
    id device;
};

struct export_command_queue_info {
    VkStructureType type;
    const void *next;
    VkQueue queue;
    id command_queue;
};

struct export_buffer_info {
    VkStructureType type;
    const void *next;
    VkDeviceMemory memory;
    id buffer;
};

struct export_texture_info {
    VkStructureType type;
    const void *next;
    VkImage image;
    VkImageView image_view;
    VkBufferView buffer_view;
    uint32_t plane;
    id texture;
};

struct export_shared_event_info {
    VkStructureType type;
    const void *next;
    VkSemaphore semaphore;
    VkEvent event;
    id shared_event;
};

/* The structure of a type in the chain that begins at head; NULL when there is none. */
static inline void *vulkan_find(const void *head, int type) {
    VkBaseOutStructure *s = ((const VkBaseOutStructure *)head)->pNext;
    while (s && (int)s->sType != type) {
        s = s->pNext;
    }
    return s;
}

/* What a creation's VkExportMetalObjectCreateInfoEXT name, as bits. */
static inline uint32_t vulkan_exports(const void *head) {
    uint32_t exports = 0;
    const struct export_object_create_info *e = vulkan_find(head, TYPE_EXPORT_OBJECT_CREATE);
    for (; e; e = vulkan_find(e, TYPE_EXPORT_OBJECT_CREATE)) {
        exports |= e->object_type;
    }
    return exports;
}

#endif
