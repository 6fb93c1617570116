/* What an application does wrong that Metal cannot see: it is between the application and MoltenVK's extensions. */
#include "icd.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* All lists under one lock. Objects of devices that were destroyed go with them. */

struct instance {
    struct instance *next;
    VkInstance handle;
    uint32_t exports; /* of VkExportMetalObjectCreateInfoEXT */
};

struct physical {
    struct physical *next;
    VkPhysicalDevice handle;
    VkInstance instance;
};

struct device {
    struct device *next;
    VkDevice handle;
    uint32_t exports; /* its instance's */
    VkMemoryPropertyFlags memory[VK_MAX_MEMORY_TYPES];
};

struct object { /* VkDeviceMemory that is exported, or VkSemaphore that is shared */
    struct object *next;
    VkDevice device;
    uint64_t handle;
    uint32_t exports;
    id metal; /* what MoltenVK gave for it last; not owned */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct instance *instances;
static struct physical *physicals;
static struct device *devices;
static struct object *memories, *semaphores;

/* ---- lists, under the lock */

static struct instance **find_instance(VkInstance handle) {
    struct instance **at = &instances;
    while (*at && (*at)->handle != handle) {
        at = &(*at)->next;
    }
    return at;
}

static struct physical *find_physical(VkPhysicalDevice handle) {
    struct physical *p = physicals;
    while (p && p->handle != handle) {
        p = p->next;
    }
    return p;
}

static struct device **find_device(VkDevice handle) {
    struct device **at = &devices;
    while (*at && (*at)->handle != handle) {
        at = &(*at)->next;
    }
    return at;
}

static struct object **find_object(struct object **list, VkDevice device, uint64_t handle) {
    while (*list && ((*list)->device != device || (*list)->handle != handle)) {
        list = &(*list)->next;
    }
    return list;
}

static void add_object(struct object **list, VkDevice device, uint64_t handle, uint32_t exports) {
    struct object *o = calloc(1, sizeof *o);
    *o = (struct object){.device = device, .handle = handle, .exports = exports};
    pthread_mutex_lock(&lock);
    o->next = *list;
    *list = o;
    pthread_mutex_unlock(&lock);
}

static void forget_object(struct object **list, VkDevice device, uint64_t handle) {
    pthread_mutex_lock(&lock);
    struct object **at = find_object(list, device, handle), *o = *at;
    if (o) {
        *at = o->next;
        free(o);
    }
    pthread_mutex_unlock(&lock);
}

/* ---- instances and physical devices */

void usage_instance_made(VkInstance instance, const VkInstanceCreateInfo *info) {
    struct instance *i = calloc(1, sizeof *i);
    i->handle = instance;
    i->exports = vulkan_exports(info);
    pthread_mutex_lock(&lock);
    i->next = instances;
    instances = i;
    pthread_mutex_unlock(&lock);
}

void usage_instance_goes(VkInstance instance) {
    pthread_mutex_lock(&lock);
    struct instance **at = find_instance(instance), *i = *at;
    if (i) {
        *at = i->next;
        free(i);
    }
    for (struct physical **p = &physicals; *p;) {
        struct physical *gone = *p;
        if (gone->instance == instance) {
            *p = gone->next;
            free(gone);
        } else {
            p = &gone->next;
        }
    }
    pthread_mutex_unlock(&lock);
}

void usage_physical_device(VkInstance instance, VkPhysicalDevice physical) {
    pthread_mutex_lock(&lock);
    struct physical *p = find_physical(physical);
    if (!p) {
        p = calloc(1, sizeof *p);
        p->handle = physical;
        p->next = physicals;
        physicals = p;
    }
    p->instance = instance;
    pthread_mutex_unlock(&lock);
}

static VkInstance instance_of(VkPhysicalDevice physical) {
    pthread_mutex_lock(&lock);
    struct physical *p = find_physical(physical);
    VkInstance instance = p ? p->instance : NULL;
    pthread_mutex_unlock(&lock);
    return instance;
}

/* ---- devices */

static const char portability[] = "VK_KHR_portability_subset";

/* As the application sees it: not when a lie hides it. */
static bool offers_portability(VkPhysicalDevice physical) {
    PFN_vkEnumerateDeviceExtensionProperties enumerate = vendors_EnumerateDeviceExtensionProperties;
    uint32_t count = 0;
    bool offered = false;
    if (!enumerate || sim_failing("vkEnumerateDeviceExtensionProperties") & 4 ||
        enumerate(physical, NULL, &count, NULL) != VK_SUCCESS) {
        return false;
    }
    VkExtensionProperties *all = calloc(count + 1, sizeof *all);
    enumerate(physical, NULL, &count, all);
    for (uint32_t i = 0; i < count; i++) {
        offered = offered || !strcmp(all[i].extensionName, portability);
    }
    free(all);
    return offered;
}

void usage_device_wanted(VkPhysicalDevice physical, const VkDeviceCreateInfo *info) {
    for (uint32_t i = 0; i < info->enabledExtensionCount; i++) {
        if (!strcmp(info->ppEnabledExtensionNames[i], portability)) {
            return;
        }
    }
    if (offers_portability(physical)) {
        sim_offence("vkCreateDevice: VK_KHR_portability_subset is supported, so it must be enabled");
    }
}

void usage_device_made(VkPhysicalDevice physical, VkDevice device) {
    VkInstance instance = instance_of(physical);
    VkPhysicalDeviceMemoryProperties memory = {0};
    PFN_vkGetPhysicalDeviceMemoryProperties get =
        (PFN_vkGetPhysicalDeviceMemoryProperties)icd_vendors(instance, "vkGetPhysicalDeviceMemoryProperties");
    if (get) {
        get(physical, &memory);
    }
    struct device *d = calloc(1, sizeof *d);
    d->handle = device;
    for (uint32_t i = 0; i < memory.memoryTypeCount; i++) {
        d->memory[i] = memory.memoryTypes[i].propertyFlags;
    }
    pthread_mutex_lock(&lock);
    struct instance *i = *find_instance(instance);
    d->exports = i ? i->exports : 0;
    d->next = devices;
    devices = d;
    pthread_mutex_unlock(&lock);
}

static void forget_objects(struct object **list, VkDevice device, const char *offence) {
    while (*list) {
        struct object *o = *list;
        if (o->device != device) {
            list = &o->next;
            continue;
        }
        *list = o->next;
        if (offence && o->exports & HANDLE_MTLTEXTURE) {
            sim_offence("%s %p was not freed", offence, (void *)o->metal);
        }
        free(o);
    }
}

void usage_device_goes(VkDevice device) {
    pthread_mutex_lock(&lock);
    struct device **at = find_device(device), *d = *at;
    if (d) {
        *at = d->next;
        free(d);
    }
    forget_objects(&memories, device, "vkDestroyDevice: memory exported as MTLTexture");
    forget_objects(&semaphores, device, NULL);
    pthread_mutex_unlock(&lock);
}

/* ---- memory */

static uint32_t exported_types(const VkMemoryAllocateInfo *info) {
    const VkExportMemoryAllocateInfo *export = vulkan_find(info, VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO);
    return export ? export->handleTypes : 0;
}

void usage_memory_wanted(VkDevice device, const VkMemoryAllocateInfo *info) {
    if (!(exported_types(info) & HANDLE_MTLTEXTURE) || info->memoryTypeIndex >= VK_MAX_MEMORY_TYPES) {
        return;
    }
    pthread_mutex_lock(&lock);
    const struct device *d = *find_device(device);
    bool visible = d && d->memory[info->memoryTypeIndex] & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT;
    pthread_mutex_unlock(&lock);
    if (visible) {
        sim_offence("vkAllocateMemory: the MTLTexture is private, but the memory type is host-visible");
    }
}

void usage_memory_made(VkDevice device, const VkMemoryAllocateInfo *info, VkDeviceMemory memory) {
    if (exported_types(info)) {
        add_object(&memories, device, (uint64_t)memory, exported_types(info));
    }
}

void usage_memory_goes(VkDevice device, VkDeviceMemory memory) {
    forget_object(&memories, device, (uint64_t)memory);
}

void usage_handle_wanted(VkDevice device, const struct memory_get_metal_handle_info *info) {
    pthread_mutex_lock(&lock);
    const struct object *o = *find_object(&memories, device, (uint64_t)info->memory);
    bool exported = o && o->exports & info->handle_type;
    pthread_mutex_unlock(&lock);
    if (!exported) {
        sim_offence("vkGetMemoryMetalHandleEXT: the memory was not exported as type 0x%x", info->handle_type);
    }
}

void usage_handle_given(VkDevice device, VkDeviceMemory memory, id handle) {
    pthread_mutex_lock(&lock);
    struct object *o = *find_object(&memories, device, (uint64_t)memory);
    if (o) {
        o->metal = handle;
    }
    pthread_mutex_unlock(&lock);
}

/* ---- semaphores and the export of objects */

void usage_semaphore_made(VkDevice device, const VkSemaphoreCreateInfo *info, VkSemaphore semaphore) {
    uint32_t exports = vulkan_exports(info);
    if (exports) {
        add_object(&semaphores, device, (uint64_t)semaphore, exports);
    }
}

void usage_semaphore_goes(VkDevice device, VkSemaphore semaphore) {
    forget_object(&semaphores, device, (uint64_t)semaphore);
}

static void check_instance(VkDevice device, uint32_t export, const char *what) {
    pthread_mutex_lock(&lock);
    const struct device *d = *find_device(device);
    bool allowed = !d || d->exports & export;
    pthread_mutex_unlock(&lock);
    if (!allowed) {
        sim_offence("vkExportMetalObjectsEXT: the VkInstance was not made for export of its %s", what);
    }
}

static void check_semaphore(VkDevice device, VkSemaphore semaphore) {
    pthread_mutex_lock(&lock);
    const struct object *o = *find_object(&semaphores, device, (uint64_t)semaphore);
    bool shared = o && o->exports & EXPORT_SHARED_EVENT;
    pthread_mutex_unlock(&lock);
    if (!shared) {
        sim_offence("vkExportMetalObjectsEXT: a semaphore that was not made for SHARED_EVENT");
    }
}

void usage_export_wanted(VkDevice device, const VkBaseOutStructure *info) {
    for (const VkBaseOutStructure *s = info->pNext; s; s = s->pNext) {
        switch ((int)s->sType) {
        case TYPE_EXPORT_DEVICE:
            check_instance(device, EXPORT_DEVICE, "MTLDevice");
            break;
        case TYPE_EXPORT_COMMAND_QUEUE:
            check_instance(device, EXPORT_COMMAND_QUEUE, "MTLCommandQueue");
            break;
        case TYPE_EXPORT_SHARED_EVENT:
            if (((const struct export_shared_event_info *)(const void *)s)->semaphore) {
                check_semaphore(device, ((const struct export_shared_event_info *)(const void *)s)->semaphore);
            }
            break;
        default:
            break;
        }
    }
}
