/*
 * VK_EXT_metal_objects. A timeline semaphore has an MTLSharedEvent whose value is the semaphore's, in both directions;
 * the semaphore owns it. Whoever keeps the event longer has its last value. And MoltenVK's fault in vkWaitSemaphores.
 */
#include "layer.h"

#include <pthread.h>
#include <stdlib.h>

struct link { /* owned by the event, as its context */
    pthread_mutex_t lock;
    struct layer_device *device; /* NULL: the semaphore is gone */
    VkSemaphore semaphore;
    uint64_t last; /* value, when it is gone */
};

struct shared { /* of each timeline semaphore */
    struct shared *next;
    struct layer_device *device;
    VkSemaphore semaphore;
    bool exported; /* for SHARED_EVENT */
    id event;      /* owned; NULL until it is asked for */
    struct link *link;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the lists */
static struct shared *all_shared;

/* Under the link's lock. */
static uint64_t value(struct link *link) {
    if (link->device) {
        link->device->GetSemaphoreCounterValue(link->device->handle, link->semaphore, &link->last);
    }
    return link->last;
}

static uint64_t get(void *context) {
    struct link *link = context;
    pthread_mutex_lock(&link->lock);
    uint64_t result = value(link);
    pthread_mutex_unlock(&link->lock);
    return result;
}

static void set(void *context, uint64_t new_value) {
    struct link *link = context;
    pthread_mutex_lock(&link->lock);
    uint64_t old = value(link);
    if (new_value < old) {
        sim_offence("MTLSharedEvent of a VkSemaphore goes back from %lu to %lu", (unsigned long)old,
                    (unsigned long)new_value);
    } else if (new_value > old && link->device) {
        VkSemaphoreSignalInfo info = {VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO, NULL, link->semaphore, new_value};
        link->device->SignalSemaphore(link->device->handle, &info);
    }
    link->last = new_value;
    pthread_mutex_unlock(&link->lock);
}

static void drop(void *context) {
    struct link *link = context;
    pthread_mutex_destroy(&link->lock);
    free(link);
}

static void make_event(struct shared *s) {
    struct link *link = calloc(1, sizeof *link);
    pthread_mutex_init(&link->lock, NULL);
    link->device = s->device;
    link->semaphore = s->semaphore;
    s->link = link;
    s->event = mtl_new_linked_event(link, get, set, drop);
}

static VkResult CreateSemaphore(VkDevice device, const VkSemaphoreCreateInfo *info,
                                const VkAllocationCallbacks *callbacks, VkSemaphore *semaphore) {
    struct layer_device *d = layer_device(device);
    if (sim_failing("vkCreateSemaphore") < 0) {
        return sim_failing("vkCreateSemaphore");
    }
    const VkSemaphoreTypeCreateInfo *type = vulkan_find(info, VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO);
    bool timeline = type && type->semaphoreType == VK_SEMAPHORE_TYPE_TIMELINE;
    VkSemaphoreCreateInfo below = *info;
    struct layer_cuts cuts = {0};
    const struct export_object_create_info *export = layer_cut(&cuts, &below, TYPE_EXPORT_OBJECT_CREATE);
    bool shares = export && export->object_type == EXPORT_SHARED_EVENT;
    VkResult result = VK_ERROR_INITIALIZATION_FAILED; /* binary ones: as MoltenVK where one queue orders all */
    if (vulkan_find(info, TYPE_IMPORT_SHARED_EVENT)) {
        sim_offence("vkCreateSemaphore: import of an MTLSharedEvent is not simulated");
    } else if (!shares || timeline) {
        result = d->CreateSemaphore(device, &below, callbacks, semaphore);
    }
    layer_restore(&cuts);
    if (result == VK_SUCCESS && timeline) {
        if (shares && !d->metal_objects) {
            sim_offence("vkCreateSemaphore: VK_EXT_metal_objects is not enabled");
        }
        struct shared *s = calloc(1, sizeof *s);
        *s = (struct shared){.device = d, .semaphore = *semaphore, .exported = shares};
        pthread_mutex_lock(&lock);
        s->next = all_shared;
        all_shared = s;
        pthread_mutex_unlock(&lock);
    }
    return result;
}

/* Before the semaphore goes. */
static void unlink_event(struct shared *s) {
    if (s->event) {
        pthread_mutex_lock(&s->link->lock);
        value(s->link);
        s->link->device = NULL;
        pthread_mutex_unlock(&s->link->lock);
        objc_release(s->event); /* and with it, maybe, the link */
    }
    free(s);
}

static struct shared *take(struct layer_device *device, VkSemaphore semaphore, bool any) {
    pthread_mutex_lock(&lock);
    struct shared **at = &all_shared;
    while (*at && ((*at)->device != device || (!any && (*at)->semaphore != semaphore))) {
        at = &(*at)->next;
    }
    struct shared *s = *at;
    if (s) {
        *at = s->next;
    }
    pthread_mutex_unlock(&lock);
    return s;
}

static void DestroySemaphore(VkDevice device, VkSemaphore semaphore, const VkAllocationCallbacks *callbacks) {
    struct layer_device *d = layer_device(device);
    struct shared *s = take(d, semaphore, false);
    if (s) {
        unlink_event(s);
    }
    d->DestroySemaphore(device, semaphore, callbacks);
}

static VkResult WaitSemaphores(VkDevice device, const VkSemaphoreWaitInfo *info, uint64_t timeout) {
    VkResult result = layer_device(device)->WaitSemaphores(device, info, timeout);
    if (result == VK_TIMEOUT) {
        sim_offence("vkWaitSemaphores that timed out: MoltenVK leaves a listener and its block on an MTLSharedEvent");
    }
    return result;
}

static id event_of(struct layer_device *device, VkSemaphore semaphore) {
    pthread_mutex_lock(&lock);
    struct shared *s = all_shared;
    while (s && (s->device != device || s->semaphore != semaphore)) {
        s = s->next;
    }
    if (s && !s->event) {
        make_event(s);
    }
    id event = s ? s->event : NULL;
    bool exported = s && s->exported;
    pthread_mutex_unlock(&lock);
    if (!exported) {
        sim_offence("vkExportMetalObjectsEXT: a semaphore that was not made for SHARED_EVENT");
    }
    return event;
}

static id queue_of(struct layer_device *device, VkQueue queue) {
    pthread_mutex_lock(&lock);
    struct layer_queue *q = device->queues;
    while (q && q->handle != queue) {
        q = q->next;
    }
    if (!q) {
        q = calloc(1, sizeof *q);
        *q = (struct layer_queue){device->queues, queue, mtl_new_queue()};
        device->queues = q;
    }
    pthread_mutex_unlock(&lock);
    return q->command_queue;
}

static id texture_of(struct layer_device *device, VkImage image) {
    struct layer_image *i = image ? layer_image(device, image) : NULL;
    id texture = i ? i->texture : NULL;
    if (!texture) {
        sim_offence("vkExportMetalObjectsEXT: only images exported as MTLTEXTURE are simulated");
    }
    return texture;
}

static void allowed(struct layer_device *device, uint32_t object_type, const char *what) {
    if (!(device->instance->exports & object_type)) {
        sim_offence("vkExportMetalObjectsEXT: the VkInstance was not made for export of its %s", what);
    }
}

static void ExportMetalObjectsEXT(VkDevice device, VkBaseOutStructure *info) {
    struct layer_device *d = layer_device(device);
    bool nil = sim_failing("vkExportMetalObjectsEXT") == 1;
    for (VkBaseOutStructure *s = info->pNext; s; s = s->pNext) {
        switch ((int)s->sType) {
        case TYPE_EXPORT_DEVICE:
            allowed(d, EXPORT_DEVICE, "MTLDevice");
            ((struct export_device_info *)s)->device = nil ? NULL : mtl_system_device();
            break;
        case TYPE_EXPORT_COMMAND_QUEUE: {
            struct export_command_queue_info *queue = (struct export_command_queue_info *)s;
            allowed(d, EXPORT_COMMAND_QUEUE, "MTLCommandQueue");
            queue->command_queue = nil ? NULL : queue_of(d, queue->queue);
            break;
        }
        case TYPE_EXPORT_TEXTURE: {
            struct export_texture_info *texture = (struct export_texture_info *)s;
            texture->texture = nil ? NULL : texture_of(d, texture->image);
            break;
        }
        case TYPE_EXPORT_SHARED_EVENT: {
            struct export_shared_event_info *event = (struct export_shared_event_info *)s;
            event->shared_event = nil ? NULL : event_of(d, event->semaphore);
            break;
        }
        default:
            sim_offence("vkExportMetalObjectsEXT: structure %d is not simulated", (int)s->sType);
        }
    }
}

void layer_forget_objects(struct layer_device *device) {
    for (struct shared *s; (s = take(device, VK_NULL_HANDLE, true));) {
        unlink_event(s);
    }
    while (device->queues) {
        struct layer_queue *q = device->queues;
        device->queues = q->next;
        objc_release(q->command_queue);
        free(q);
    }
}

static const struct layer_function functions[] = {
    FUNCTION(CreateSemaphore),
    FUNCTION(DestroySemaphore),
    FUNCTION_AND(WaitSemaphores, "KHR"),
    FUNCTION(ExportMetalObjectsEXT),
    {0},
};

PFN_vkVoidFunction layer_objects_function(const char *name) {
    return layer_lookup(functions, name);
}
