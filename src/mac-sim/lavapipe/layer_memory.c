/*
 * Memory. What is exported as MTLTEXTURE above is exported as OPAQUE_FD below; lavapipe's descriptor is mapped
 * here a second time, and that mapping is the MTLTexture's pixels. As in MoltenVK, the memory and the image both own
 * the texture; whoever retains it keeps the pixels.
 */
#include "layer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint32_t SHARED_INDEX = 1;

struct memory {
    struct memory *next;
    struct layer_device *device;
    VkDeviceMemory handle;
    uint32_t type;
    uint32_t handle_types; /* to export */
    id texture;            /* owned, or NULL */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the list; the application synchronises each */
static struct memory *memories;

static struct memory **find_memory(struct layer_device *device, VkDeviceMemory handle) {
    struct memory **at = &memories;
    while (*at && ((*at)->device != device || (*at)->handle != handle)) {
        at = &(*at)->next;
    }
    return at;
}

static struct memory *memory_of(struct layer_device *device, VkDeviceMemory handle) {
    pthread_mutex_lock(&lock);
    struct memory *m = *find_memory(device, handle);
    pthread_mutex_unlock(&lock);
    return m;
}

/* ---- textures */

static uint32_t pixel_format(VkFormat format) {
    switch (format) {
    case VK_FORMAT_B8G8R8A8_UNORM:
        return MTL_PIXEL_FORMAT_BGRA8;
    case VK_FORMAT_B8G8R8A8_SRGB:
        return MTL_PIXEL_FORMAT_BGRA8 + 1;
    case VK_FORMAT_R8G8B8A8_UNORM:
        return MTL_PIXEL_FORMAT_RGBA8;
    case VK_FORMAT_R8G8B8A8_SRGB:
        return MTL_PIXEL_FORMAT_RGBA8 + 1;
    default:
        return 0;
    }
}

static uint32_t texture_usage(VkImageUsageFlags usage) {
    uint32_t result = 0;
    if (usage & (VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_STORAGE_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT
                 | VK_IMAGE_USAGE_INPUT_ATTACHMENT_BIT)) {
        result |= MTL_USAGE_SHADER_READ;
    }
    if (usage & VK_IMAGE_USAGE_STORAGE_BIT) {
        result |= MTL_USAGE_SHADER_WRITE;
    }
    if (usage & (VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT)) {
        result |= MTL_USAGE_RENDER_TARGET;
    }
    return result;
}

struct mapping {
    void *address;
    size_t size;
};

static void unmap(void *memory) {
    struct mapping *mapping = memory;
    munmap(mapping->address, mapping->size);
    free(mapping);
}

/* Maps lavapipe's descriptor, which it closes. The bytes begin behind a header: {size_t size, offset; uuid}. */
static id map_texture(const struct layer_image *image, int fd, VkDeviceSize size) {
    const size_t *header = NULL;
    struct stat file;
    if (fstat(fd, &file) == 0 && file.st_size > 0x1000) {
        header = mmap(NULL, (size_t)file.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    }
    close(fd);
    const VkExtent3D e = image->info.extent;
    size_t row_bytes = ((size_t)e.width * 4 + 63) & ~(size_t)63, bytes = row_bytes * e.height;
    if (!header || header == MAP_FAILED) {
        sim_offence("vkAllocateMemory: lavapipe's descriptor cannot be mapped");
        return NULL;
    }
    /* lavapipe pads the height to 4, and the size by some alignment of its own. */
    if (header[1] != 0x1000 || header[1] + bytes > (size_t)file.st_size || size < bytes
        || size > row_bytes * (e.height + 3) + 0x1000) {
        sim_offence("vkAllocateMemory: lavapipe's layout is another than the simulator knows");
        munmap((void *)header, (size_t)file.st_size);
        return NULL;
    }
    struct mapping *mapping = malloc(sizeof *mapping);
    *mapping = (struct mapping){(void *)(uintptr_t)header, (size_t)file.st_size};
    return mtl_new_foreign_texture(e.width, e.height, pixel_format(image->info.format),
                                   texture_usage(image->info.usage), (uint8_t *)mapping->address + header[1], row_bytes,
                                   unmap, mapping);
}

/* For memory that was just allocated below. */
static void export(struct memory *m, struct layer_image *image, VkDeviceSize size) {
    if (!pixel_format(image->info.format) || image->info.imageType != VK_IMAGE_TYPE_2D || image->info.mipLevels != 1
        || image->info.arrayLayers != 1 || image->info.samples != VK_SAMPLE_COUNT_1_BIT
        || image->info.tiling != VK_IMAGE_TILING_OPTIMAL) {
        sim_offence("vkAllocateMemory: only plain 2D images of BGRA8 or RGBA8 are simulated");
        return;
    }
    VkMemoryGetFdInfoKHR info = {VK_STRUCTURE_TYPE_MEMORY_GET_FD_INFO_KHR, NULL, m->handle,
                                 VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT};
    int fd = -1;
    if (m->device->GetMemoryFdKHR(m->device->handle, &info, &fd) != VK_SUCCESS) {
        sim_offence("vkAllocateMemory: lavapipe does not export the memory");
        return;
    }
    m->texture = map_texture(image, fd, size);
    objc_release(image->texture);
    image->texture = objc_retain(m->texture);
}

/* ---- memory */

static VkResult AllocateMemory(VkDevice device, const VkMemoryAllocateInfo *info,
                               const VkAllocationCallbacks *callbacks, VkDeviceMemory *memory) {
    struct layer_device *d = layer_device(device);
    if (sim_failing("vkAllocateMemory") < 0) {
        return sim_failing("vkAllocateMemory");
    }
    if (vulkan_find(info, TYPE_IMPORT_MEMORY_METAL_HANDLE) || vulkan_find(info, TYPE_IMPORT_BUFFER)) {
        sim_offence("vkAllocateMemory: import of Metal objects is not simulated");
        return VK_ERROR_INITIALIZATION_FAILED;
    }
    const VkMemoryDedicatedAllocateInfo *dedicated =
        vulkan_find(info, VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO);
    struct layer_image *image = dedicated && dedicated->image ? layer_image(d, dedicated->image) : NULL;
    VkMemoryAllocateInfo below = *info;
    below.memoryTypeIndex = 0;
    struct layer_cuts cuts = {0};
    layer_cut(&cuts, &below, TYPE_EXPORT_OBJECT_CREATE);
    const VkExportMemoryAllocateInfo *export_info = vulkan_find(info, VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO);
    uint32_t handle_types = export_info ? export_info->handleTypes : 0;
    VkExportMemoryAllocateInfo export_below;
    VkResult result = VK_SUCCESS;
    if (handle_types & ~(uint32_t)HANDLES_OF_METAL || (handle_types && !image)) {
        if (dedicated && dedicated->buffer) {
            sim_offence("vkAllocateMemory: export of a buffer is not simulated");
        }
        result = VK_ERROR_INITIALIZATION_FAILED;
    } else if (handle_types) {
        if (handle_types & HANDLE_MTLTEXTURE && info->memoryTypeIndex == SHARED_INDEX) {
            sim_offence("vkAllocateMemory: the MTLTexture is private, but the memory type is host-visible");
        }
        layer_cut(&cuts, &below, VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO);
        export_below = (VkExportMemoryAllocateInfo){VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO, below.pNext,
                                                    VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT};
        below.pNext = &export_below;
    }
    result = result == VK_SUCCESS ? d->AllocateMemory(device, &below, callbacks, memory) : result;
    layer_restore(&cuts);
    if (result != VK_SUCCESS) {
        return result;
    }
    struct memory *m = calloc(1, sizeof *m);
    m->device = d;
    m->handle = *memory;
    m->type = info->memoryTypeIndex;
    m->handle_types = handle_types;
    if (handle_types & ~(uint32_t)HANDLE_MTLHEAP) {
        export(m, image, info->allocationSize);
    }
    pthread_mutex_lock(&lock);
    m->next = memories;
    memories = m;
    pthread_mutex_unlock(&lock);
    return VK_SUCCESS;
}

static void release_memory(struct memory *m) {
    objc_release(m->texture);
    free(m);
}

static void FreeMemory(VkDevice device, VkDeviceMemory memory, const VkAllocationCallbacks *callbacks) {
    struct layer_device *d = layer_device(device);
    pthread_mutex_lock(&lock);
    struct memory **at = find_memory(d, memory), *m = *at;
    if (m) {
        *at = m->next;
    }
    pthread_mutex_unlock(&lock);
    d->FreeMemory(device, memory, callbacks);
    if (m) {
        release_memory(m);
    }
}

static VkResult MapMemory(VkDevice device, VkDeviceMemory memory, VkDeviceSize offset, VkDeviceSize size,
                          VkMemoryMapFlags flags, void **data) {
    struct layer_device *d = layer_device(device);
    struct memory *m = memory_of(d, memory);
    if (m && m->type != SHARED_INDEX) { /* the CPU cannot reach private storage */
        return VK_ERROR_MEMORY_MAP_FAILED;
    }
    VkResult result = d->MapMemory(device, memory, offset, size, flags, data);
    if (m && m->texture) { /* as MoltenVK, which has nothing to map, but says VK_SUCCESS */
        *data = NULL;
    }
    return result;
}

/* ---- VK_EXT_external_memory_metal */

static VkResult GetMemoryMetalHandleEXT(VkDevice device, const struct memory_get_metal_handle_info *info, id *handle) {
    struct memory *m = memory_of(layer_device(device), info->memory);
    int32_t failing = sim_failing("vkGetMemoryMetalHandleEXT");
    if (failing < 0) {
        return failing;
    }
    if (!m || !(m->handle_types & info->handle_type)) {
        sim_offence("vkGetMemoryMetalHandleEXT: the memory was not exported as type 0x%x", info->handle_type);
    }
    /* As MoltenVK: the texture for an MTLBUFFER, too, and always VK_SUCCESS. */
    *handle = m && info->handle_type != HANDLE_MTLHEAP ? m->texture : NULL;
    return VK_SUCCESS;
}

static VkResult GetMemoryMetalHandlePropertiesEXT(VkDevice device, uint32_t handle_type, id handle,
                                                  struct memory_metal_handle_properties *properties) {
    properties->memory_type_bits = 0;
    const struct gpu_texture *texture = handle_type == HANDLE_MTLHEAP ? NULL : mtl_texture(handle);
    if (texture) {
        bool shared = texture->storage_mode == MTL_STORAGE_SHARED;
        properties->memory_type_bits = shared ? TYPE_SHARED : TYPE_PRIVATE | TYPE_MEMORYLESS;
    }
    return VK_SUCCESS;
}

void layer_forget_memory(struct layer_device *device) {
    pthread_mutex_lock(&lock);
    for (struct memory **at = &memories; *at;) {
        struct memory *m = *at;
        if (m->device == device) {
            *at = m->next;
            if (m->handle_types & HANDLE_MTLTEXTURE) {
                sim_offence("vkDestroyDevice: memory exported as MTLTexture %p was not freed", (void *)m->texture);
            }
            release_memory(m);
        } else {
            at = &m->next;
        }
    }
    pthread_mutex_unlock(&lock);
}

static const struct layer_function functions[] = {
    FUNCTION(AllocateMemory),
    FUNCTION(FreeMemory),
    FUNCTION(MapMemory),
    FUNCTION(GetMemoryMetalHandleEXT),
    FUNCTION(GetMemoryMetalHandlePropertiesEXT),
    {0},
};

PFN_vkVoidFunction layer_memory_function(const char *name) {
    return layer_lookup(functions, name);
}
