#include "layer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the lists */
static struct layer_instance *instances;
static struct layer_device *devices;

static void *key(void *dispatchable) {
    return *(void **)dispatchable;
}

struct layer_instance *layer_instance(void *handle) {
    pthread_mutex_lock(&lock);
    struct layer_instance *i = instances;
    while (i && i->key != key(handle)) {
        i = i->next;
    }
    pthread_mutex_unlock(&lock);
    return i;
}

struct layer_device *layer_device(void *handle) {
    pthread_mutex_lock(&lock);
    struct layer_device *d = devices;
    while (d && d->key != key(handle)) {
        d = d->next;
    }
    pthread_mutex_unlock(&lock);
    return d;
}

void *layer_cut(struct layer_cuts *cuts, void *head, int type) {
    VkBaseOutStructure *before = head;
    while (before->pNext && (int)before->pNext->sType != type) {
        before = before->pNext;
    }
    VkBaseOutStructure *cut = before->pNext;
    if (cut) {
        cuts->at[cuts->count].before = before;
        cuts->at[cuts->count++].cut = cut;
        before->pNext = cut->pNext;
    }
    return cut;
}

void layer_restore(struct layer_cuts *cuts) {
    while (cuts->count) {
        cuts->count--;
        cuts->at[cuts->count].before->pNext = cuts->at[cuts->count].cut;
    }
}

/* ---- instances */

#define LOAD_INSTANCE(name)                                                                                            \
    i->name = (PFN_vk##name)get(handle, "vk" #name);                                                                   \
    i->name = i->name ? i->name : (PFN_vk##name)get(handle, "vk" #name "KHR");

static VkResult CreateInstance(const VkInstanceCreateInfo *info, const VkAllocationCallbacks *callbacks,
                               VkInstance *instance) {
    VkLayerInstanceCreateInfo *link = vulkan_link(info, VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO);
    if (!link) {
        return VK_ERROR_INITIALIZATION_FAILED;
    }
    if (!(info->flags & VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR)) {
        /* A Khronos loader does not show MoltenVK to others, and so finds no driver at all on a Mac. */
        return VK_ERROR_INCOMPATIBLE_DRIVER;
    }
    PFN_vkGetInstanceProcAddr get = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;
    VkInstanceCreateInfo below = *info;
    struct layer_cuts cuts = {0};
    uint32_t exports = 0;
    for (struct export_object_create_info *e; (e = layer_cut(&cuts, &below, TYPE_EXPORT_OBJECT_CREATE));) {
        exports |= e->object_type;
    }
    VkResult result = ((PFN_vkCreateInstance)get(NULL, "vkCreateInstance"))(&below, callbacks, instance);
    layer_restore(&cuts);
    if (result != VK_SUCCESS) {
        return result;
    }
    struct layer_instance *i = calloc(1, sizeof *i);
    VkInstance handle = i->handle = *instance;
    i->key = key(handle);
    i->exports = exports;
    bool asks = info->pApplicationInfo && info->pApplicationInfo->apiVersion;
    i->api_version = asks ? info->pApplicationInfo->apiVersion : VK_API_VERSION_1_0;
    i->get = get;
    INSTANCE_FUNCTIONS(LOAD_INSTANCE)
    pthread_mutex_lock(&lock);
    i->next = instances;
    instances = i;
    pthread_mutex_unlock(&lock);
    return VK_SUCCESS;
}

static void DestroyInstance(VkInstance instance, const VkAllocationCallbacks *callbacks) {
    if (!instance) {
        return;
    }
    pthread_mutex_lock(&lock);
    struct layer_instance **at = &instances;
    while ((*at)->key != key(instance)) {
        at = &(*at)->next;
    }
    struct layer_instance *i = *at;
    *at = i->next;
    pthread_mutex_unlock(&lock);
    i->DestroyInstance(instance, callbacks);
    free(i);
}

/* ---- devices */

#define LOAD_DEVICE(name)                                                                                              \
    d->name = (PFN_vk##name)get(handle, "vk" #name "KHR"); /* an extension that is enabled: maybe it is not in core */ \
    d->name = d->name ? d->name : (PFN_vk##name)get(handle, "vk" #name);

static VkResult CreateDevice(VkPhysicalDevice physical, const VkDeviceCreateInfo *info,
                             const VkAllocationCallbacks *callbacks, VkDevice *device) {
    VkLayerDeviceCreateInfo *link = vulkan_link(info, VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO);
    if (!link) {
        return VK_ERROR_INITIALIZATION_FAILED;
    }
    if (sim_failing("vkCreateDevice") < 0) {
        return sim_failing("vkCreateDevice");
    }
    struct layer_instance *instance = layer_instance(physical);
    PFN_vkGetInstanceProcAddr get_instance = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
    PFN_vkGetDeviceProcAddr get = link->u.pLayerInfo->pfnNextGetDeviceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;

    bool memory = false, objects = false, portability = false;
    const char **names = malloc((info->enabledExtensionCount + 1) * sizeof *names);
    uint32_t count = 0;
    for (uint32_t i = 0; i < info->enabledExtensionCount; i++) {
        const char *name = info->ppEnabledExtensionNames[i];
        if (!strcmp(name, "VK_EXT_external_memory_metal")) {
            memory = true;
        } else if (!strcmp(name, "VK_EXT_metal_objects")) {
            objects = true;
        } else if (!strcmp(name, "VK_KHR_portability_subset")) {
            portability = true;
        } else {
            names[count++] = name;
        }
    }
    if (!portability && !(sim_failing("vkEnumerateDeviceExtensionProperties") & 4)) {
        sim_offence("vkCreateDevice: VK_KHR_portability_subset is supported, so it must be enabled");
    }
    if (memory) {
        names[count++] = "VK_KHR_external_memory_fd";
    }
    VkDeviceCreateInfo below = *info;
    below.enabledExtensionCount = count;
    below.ppEnabledExtensionNames = names;
    struct layer_cuts cuts = {0};
    layer_cut(&cuts, &below, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PORTABILITY_SUBSET_FEATURES_KHR);
    PFN_vkCreateDevice create = (PFN_vkCreateDevice)get_instance(instance->handle, "vkCreateDevice");
    VkResult result = create(physical, &below, callbacks, device);
    layer_restore(&cuts);
    free(names);
    if (result != VK_SUCCESS) {
        return result;
    }
    struct layer_device *d = calloc(1, sizeof *d);
    VkDevice handle = d->handle = *device;
    d->key = key(handle);
    d->instance = instance;
    d->external_memory_metal = memory;
    d->metal_objects = objects;
    d->get = get;
    DEVICE_FUNCTIONS(LOAD_DEVICE)
    pthread_mutex_lock(&lock);
    d->next = devices;
    devices = d;
    pthread_mutex_unlock(&lock);
    return VK_SUCCESS;
}

static void DestroyDevice(VkDevice device, const VkAllocationCallbacks *callbacks) {
    if (!device) {
        return;
    }
    pthread_mutex_lock(&lock);
    struct layer_device **at = &devices;
    while ((*at)->key != key(device)) {
        at = &(*at)->next;
    }
    struct layer_device *d = *at;
    *at = d->next;
    pthread_mutex_unlock(&lock);
    layer_forget_objects(d);
    layer_forget_memory(d);
    layer_forget_images(d);
    d->DestroyDevice(device, callbacks);
    free(d);
}

/* ---- functions by name */

PFN_vkVoidFunction layer_lookup(const struct layer_function *functions, const char *name) {
    for (; functions->name; functions++) {
        if (!strcmp(functions->name, name)) {
            return functions->function;
        }
    }
    return NULL;
}

static bool is_one_of(const char *name, const char *const *names) {
    for (; *names; names++) {
        if (!strcmp(*names, name)) {
            return true;
        }
    }
    return false;
}

static const char *const hidden[] = {
    "vkGetMemoryFdKHR", "vkGetMemoryFdPropertiesKHR", "vkGetSemaphoreFdKHR", "vkImportSemaphoreFdKHR",
    "vkGetFenceFdKHR",  "vkImportFenceFdKHR",         NULL,
};
static const char *const of_external_memory_metal[] = {
    "vkGetMemoryMetalHandleEXT", "vkGetMemoryMetalHandlePropertiesEXT", NULL,
};
static const char *const of_metal_objects[] = {"vkExportMetalObjectsEXT", NULL};

static PFN_vkVoidFunction GetDeviceProcAddr(VkDevice device, const char *name);
static PFN_vkVoidFunction GetInstanceProcAddr(VkInstance instance, const char *name);

static const struct layer_function device_functions[] = {FUNCTION(GetDeviceProcAddr), FUNCTION(DestroyDevice), {0}};
static const struct layer_function instance_functions[] = {
    FUNCTION(GetInstanceProcAddr), FUNCTION(CreateInstance), FUNCTION(DestroyInstance), FUNCTION(CreateDevice), {0},
};

static PFN_vkVoidFunction device_function(const char *name) {
    PFN_vkVoidFunction f = layer_lookup(device_functions, name);
    f = f ? f : layer_image_function(name);
    f = f ? f : layer_memory_function(name);
    return f ? f : layer_objects_function(name);
}

static PFN_vkVoidFunction GetDeviceProcAddr(VkDevice device, const char *name) {
    struct layer_device *d = layer_device(device);
    PFN_vkVoidFunction f = device_function(name);
    if (is_one_of(name, of_external_memory_metal)) {
        return d->external_memory_metal ? f : NULL;
    }
    if (is_one_of(name, of_metal_objects)) {
        return d->metal_objects ? f : NULL;
    }
    PFN_vkVoidFunction below = is_one_of(name, hidden) ? NULL : d->get(device, name);
    return below && f ? f : below;
}

static PFN_vkVoidFunction GetInstanceProcAddr(VkInstance instance, const char *name) {
    PFN_vkVoidFunction f = layer_lookup(instance_functions, name);
    f = f ? f : layer_physical_function(name);
    f = f ? f : device_function(name);
    if (f || !instance || is_one_of(name, hidden)) {
        return f;
    }
    return layer_instance(instance)->get(instance, name);
}

EXPORT VkResult layer_negotiate(VkNegotiateLayerInterface *interface);
VkResult layer_negotiate(VkNegotiateLayerInterface *interface) {
    return vulkan_negotiate(interface, GetInstanceProcAddr, GetDeviceProcAddr);
}
