/* Images and buffers: what can be made, and in which types of memory it can be. */
#include "layer.h"

#include <pthread.h>
#include <stdlib.h>

static const VkDeviceSize METAL_ALIGNMENT = 4096; /* of a texture in a heap of the simulated Metal */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the list; the application synchronises each image */
static struct layer_image *images;

static struct layer_image **find_image(struct layer_device *device, VkImage handle) {
    struct layer_image **at = &images;
    while (*at && ((*at)->device != device || (*at)->handle != handle)) {
        at = &(*at)->next;
    }
    return at;
}

struct layer_image *layer_image(struct layer_device *device, VkImage handle) {
    pthread_mutex_lock(&lock);
    struct layer_image *i = *find_image(device, handle);
    pthread_mutex_unlock(&lock);
    return i;
}

/* ---- images */

struct image_below { /* a VkImageCreateInfo without Metal */
    VkImageCreateInfo info;
    VkExternalMemoryImageCreateInfo external;
    struct layer_cuts cuts;
    bool exportable;
};

/* False when MoltenVK has no such image. Restore the cuts in any case. */
static bool translate_image(struct image_below *below, const VkImageCreateInfo *info) {
    below->info = *info;
    layer_cut(&below->cuts, &below->info, TYPE_EXPORT_OBJECT_CREATE);
    if (layer_cut(&below->cuts, &below->info, TYPE_IMPORT_TEXTURE)
        || layer_cut(&below->cuts, &below->info, TYPE_IMPORT_IO_SURFACE)) {
        sim_offence("vkCreateImage: import of Metal objects is not simulated");
        return false;
    }
    VkExternalMemoryImageCreateInfo *external =
        vulkan_find(&below->info, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO);
    if (!external || !external->handleTypes
        || external->handleTypes == VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT) {
        return true;
    }
    bool host_mapped = external->handleTypes == VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_MAPPED_FOREIGN_MEMORY_BIT_EXT;
    if (!host_mapped && external->handleTypes != HANDLE_MTLTEXTURE && external->handleTypes != HANDLE_MTLHEAP) {
        return false;
    }
    layer_cut(&below->cuts, &below->info, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO);
    if (host_mapped) {
        return true;
    }
    below->external = (VkExternalMemoryImageCreateInfo){VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO,
                                                        below->info.pNext,
                                                        VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT};
    below->info.pNext = &below->external;
    below->exportable = true;
    return true;
}

static VkResult CreateImage(VkDevice device, const VkImageCreateInfo *info, const VkAllocationCallbacks *callbacks,
                            VkImage *image) {
    struct layer_device *d = layer_device(device);
    if (sim_failing("vkCreateImage") < 0) {
        return sim_failing("vkCreateImage");
    }
    struct image_below below = {0};
    VkResult result = VK_ERROR_FEATURE_NOT_PRESENT;
    if (translate_image(&below, info)) {
        if (below.exportable && !d->external_memory_metal) {
            sim_offence("vkCreateImage: VK_EXT_external_memory_metal is not enabled");
        }
        result = d->CreateImage(device, &below.info, callbacks, image);
    }
    layer_restore(&below.cuts);
    if (result == VK_SUCCESS) {
        struct layer_image *i = calloc(1, sizeof *i);
        i->device = d;
        i->handle = *image;
        i->info = *info;
        i->info.pNext = NULL;
        i->exportable = below.exportable;
        pthread_mutex_lock(&lock);
        i->next = images;
        images = i;
        pthread_mutex_unlock(&lock);
    }
    return result;
}

static void DestroyImage(VkDevice device, VkImage image, const VkAllocationCallbacks *callbacks) {
    struct layer_device *d = layer_device(device);
    pthread_mutex_lock(&lock);
    struct layer_image **at = find_image(d, image), *i = *at;
    if (i) {
        *at = i->next;
    }
    pthread_mutex_unlock(&lock);
    d->DestroyImage(device, image, callbacks);
    if (i) {
        objc_release(i->texture);
        free(i);
    }
}

static void patch(VkMemoryRequirements *requirements, const VkImageCreateInfo *info) {
    bool depth = info->usage & VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT;
    bool transient = info->usage & VK_IMAGE_USAGE_TRANSIENT_ATTACHMENT_BIT;
    requirements->memoryTypeBits = TYPE_PRIVATE | (depth ? 0 : TYPE_SHARED) | (transient ? TYPE_MEMORYLESS : 0);
    if (info->tiling == VK_IMAGE_TILING_OPTIMAL && requirements->alignment < METAL_ALIGNMENT) {
        requirements->alignment = METAL_ALIGNMENT;
    }
}

static void patch_dedicated(const VkMemoryRequirements2 *requirements, bool exportable) {
    VkMemoryDedicatedRequirements *dedicated =
        vulkan_find(requirements, VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS);
    if (dedicated) {
        dedicated->prefersDedicatedAllocation = VK_TRUE;
        dedicated->requiresDedicatedAllocation = exportable;
    }
}

static void GetImageMemoryRequirements(VkDevice device, VkImage image, VkMemoryRequirements *requirements) {
    struct layer_device *d = layer_device(device);
    d->GetImageMemoryRequirements(device, image, requirements);
    struct layer_image *i = layer_image(d, image);
    if (i) {
        patch(requirements, &i->info);
    }
}

static void GetImageMemoryRequirements2(VkDevice device, const VkImageMemoryRequirementsInfo2 *info,
                                        VkMemoryRequirements2 *requirements) {
    struct layer_device *d = layer_device(device);
    d->GetImageMemoryRequirements2(device, info, requirements);
    struct layer_image *i = layer_image(d, info->image);
    if (i) {
        patch(&requirements->memoryRequirements, &i->info);
        patch_dedicated(requirements, i->exportable);
    }
}

static void GetDeviceImageMemoryRequirements(VkDevice device, const VkDeviceImageMemoryRequirements *info,
                                             VkMemoryRequirements2 *requirements) {
    struct image_below below = {0};
    translate_image(&below, info->pCreateInfo);
    VkDeviceImageMemoryRequirements info_below = *info;
    info_below.pCreateInfo = &below.info;
    layer_device(device)->GetDeviceImageMemoryRequirements(device, &info_below, requirements);
    layer_restore(&below.cuts);
    patch(&requirements->memoryRequirements, info->pCreateInfo);
    patch_dedicated(requirements, below.exportable);
}

/* ---- buffers */

static void GetBufferMemoryRequirements(VkDevice device, VkBuffer buffer, VkMemoryRequirements *requirements) {
    layer_device(device)->GetBufferMemoryRequirements(device, buffer, requirements);
    requirements->memoryTypeBits = TYPE_PRIVATE | TYPE_SHARED;
}

static void GetBufferMemoryRequirements2(VkDevice device, const VkBufferMemoryRequirementsInfo2 *info,
                                         VkMemoryRequirements2 *requirements) {
    layer_device(device)->GetBufferMemoryRequirements2(device, info, requirements);
    requirements->memoryRequirements.memoryTypeBits = TYPE_PRIVATE | TYPE_SHARED;
}

static void GetDeviceBufferMemoryRequirements(VkDevice device, const VkDeviceBufferMemoryRequirements *info,
                                              VkMemoryRequirements2 *requirements) {
    layer_device(device)->GetDeviceBufferMemoryRequirements(device, info, requirements);
    requirements->memoryRequirements.memoryTypeBits = TYPE_PRIVATE | TYPE_SHARED;
}

void layer_forget_images(struct layer_device *device) {
    pthread_mutex_lock(&lock);
    for (struct layer_image **at = &images; *at;) {
        struct layer_image *i = *at;
        if (i->device == device) {
            *at = i->next;
            objc_release(i->texture);
            free(i);
        } else {
            at = &i->next;
        }
    }
    pthread_mutex_unlock(&lock);
}

static const struct layer_function functions[] = {
    FUNCTION(CreateImage),
    FUNCTION(DestroyImage),
    FUNCTION(GetImageMemoryRequirements),
    FUNCTION_AND(GetImageMemoryRequirements2, "KHR"),
    FUNCTION_AND(GetDeviceImageMemoryRequirements, "KHR"),
    FUNCTION(GetBufferMemoryRequirements),
    FUNCTION_AND(GetBufferMemoryRequirements2, "KHR"),
    FUNCTION_AND(GetDeviceBufferMemoryRequirements, "KHR"),
    {0},
};

PFN_vkVoidFunction layer_image_function(const char *name) {
    return layer_lookup(functions, name);
}
