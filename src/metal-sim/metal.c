/* MTLDevice, MTLTexture and MTLSharedEvent. Classes are named after Metal's protocols; objc_getClass knows neither. */
#include "metal.h"

#include <pthread.h>
#include <stdlib.h>

/* ---- MTLDevice: one, which lives as long as the process */

struct device {
    struct sim_object object;
    id name;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static id device;

static uint64_t m_registry_id(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    static _Atomic uint64_t lies;
    return MTL_REGISTRY_ID + (sim_failing("-[MTLDevice registryID]") ? ++lies : 0);
}

static uint64_t m_name(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)((struct device *)self)->name;
}

static uint64_t m_has_unified_memory(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return 1;
}

static uint64_t m_new_shared_event(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)mtl_new_event();
}

static uint64_t m_new_command_queue(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)mtl_new_queue();
}

static const struct sim_method device_methods[] = {
    {"registryID", m_registry_id},
    {"name", m_name},
    {"hasUnifiedMemory", m_has_unified_memory},
    {"newSharedEvent", m_new_shared_event},
    {"newCommandQueue", m_new_command_queue},
    {0},
};

static const struct sim_class device_class = {"MTLDevice", sizeof(struct device), NULL, device_methods};

static void make_device(void) {
    device = sim_new(&device_class);
    ((struct device *)device)->name = ns_string_new(MTL_DEVICE_NAME, sizeof MTL_DEVICE_NAME - 1);
}

id mtl_system_device(void) {
    pthread_once(&once, make_device);
    return device;
}

EXPORT id MTLCreateSystemDefaultDevice(void) {
    return sim_own(sim_retain(mtl_system_device()));
}

uint64_t mtl_m_device(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)mtl_system_device();
}

/* ---- MTLTexture */

struct texture {
    struct mtl_texture texture;
    id label;
};

static struct mtl_texture *texture(id self) {
    return (struct mtl_texture *)self;
}

static void texture_dealloc(id self) {
    struct mtl_texture *t = texture(self);
    if (t->free_pixels) {
        t->free_pixels(t);
    } else {
        free(t->pixels);
    }
    t->pixels = NULL;
    sim_release(((struct texture *)self)->label);
}

static uint64_t m_width(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return texture(self)->width;
}

static uint64_t m_height(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return texture(self)->height;
}

static uint64_t m_pixel_format(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return texture(self)->pixel_format;
}

static uint64_t m_usage(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return texture(self)->usage;
}

static uint64_t m_storage_mode(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return texture(self)->storage_mode;
}

static uint64_t m_texture_device(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)texture(self)->device;
}

static uint64_t m_one(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return 1;
}

static uint64_t m_texture_type(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return texture(self)->is_array ? 3 : 2; /* MTLTextureType2DArray, MTLTextureType2D */
}

static uint64_t m_label(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)((struct texture *)self)->label;
}

static uint64_t m_set_label(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    ns_string_replace(&((struct texture *)self)->label, (id)a);
    return 0;
}

static uint64_t m_replace_region(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    sim_offence("-[MTLTexture replaceRegion:…]: %s", texture(self)->storage_mode == MTL_STORAGE_PRIVATE
                ? "the CPU cannot write a texture of private storage" : "is not simulated");
    return 0;
}

static const struct sim_method texture_methods[] = {
    {"width", m_width},
    {"height", m_height},
    {"depth", m_one},
    {"textureType", m_texture_type},
    {"pixelFormat", m_pixel_format},
    {"usage", m_usage},
    {"storageMode", m_storage_mode},
    {"mipmapLevelCount", m_one},
    {"sampleCount", m_one},
    {"arrayLength", m_one},
    {"device", m_texture_device},
    {"label", m_label},
    {"setLabel:", m_set_label},
    {"replaceRegion:mipmapLevel:withBytes:bytesPerRow:", m_replace_region},
    {0},
};

static const struct sim_class texture_class = {"MTLTexture", sizeof(struct texture), texture_dealloc, texture_methods};

static size_t pixel_bytes(uint32_t pixel_format) {
    switch (pixel_format) {
    case MTL_PIXEL_FORMAT_A8:
        return 1;
    case MTL_PIXEL_FORMAT_RGBA32F:
        return 16;
    default:
        return 4;
    }
}

struct mtl_texture *mtl_new_texture(uint32_t width, uint32_t height, uint32_t pixel_format, uint32_t usage,
                                    uint32_t storage_mode, uint8_t *pixels, size_t row_bytes) {
    if (!width || !height || width > 16384 || height > 16384) {
        sim_offence("a texture of %u x %u pixels", width, height);
        return NULL;
    }
    struct mtl_texture *t = texture(sim_new(&texture_class));
    t->device = mtl_system_device();
    t->width = width;
    t->height = height;
    t->pixel_format = pixel_format;
    t->usage = usage;
    t->storage_mode = storage_mode;
    t->row_bytes = pixels ? row_bytes : width * pixel_bytes(pixel_format);
    t->pixels = pixels ? pixels : calloc(height, t->row_bytes);
    return t;
}

uint64_t mtl_sampled(const struct mtl_texture *t) {
    return sim_alive((id)t, "counting fetches") ? t->sampled : 0;
}

/* ---- MTLSharedEvent */

struct event {
    struct sim_object object;
    pthread_mutex_t lock; /* of value */
    uint64_t value;
    uint64_t promised; /* the greatest that work committed or submitted so far will signal */
    void *context; /* when linked; the functions are called without the lock */
    uint64_t (*get)(void *);
    void (*set)(void *, uint64_t);
    void (*drop)(void *);
};

static const struct sim_class event_class;

uint64_t mtl_event_value(id event) {
    struct event *e = (struct event *)event;
    if (e->get) {
        return e->get(e->context);
    }
    pthread_mutex_lock(&e->lock);
    uint64_t value = e->value;
    pthread_mutex_unlock(&e->lock);
    return value;
}

void mtl_event_signal(id event, uint64_t value) {
    struct event *e = (struct event *)event;
    if (e->set) {
        e->set(e->context, value);
    } else {
        pthread_mutex_lock(&e->lock);
        if (value < e->value) {
            sim_offence("MTLSharedEvent %p goes back from %lu to %lu", (void *)event, (unsigned long)e->value,
                        (unsigned long)value);
        }
        e->value = value;
        pthread_mutex_unlock(&e->lock);
    }
    gpu_wake();
}

void mtl_event_promise(id event, uint64_t value) {
    struct event *e = (struct event *)event;
    pthread_mutex_lock(&e->lock);
    e->promised = e->promised > value ? e->promised : value;
    pthread_mutex_unlock(&e->lock);
}

bool mtl_event_promised(id event, uint64_t value) {
    struct event *e = (struct event *)event;
    pthread_mutex_lock(&e->lock);
    bool promised = e->promised >= value;
    pthread_mutex_unlock(&e->lock);
    return promised || mtl_event_value(event) >= value;
}

bool mtl_is_event(id object) {
    return sim_is(object, &event_class);
}

static void event_dealloc(id self) {
    struct event *e = (struct event *)self;
    if (e->drop) {
        e->drop(e->context);
    }
    pthread_mutex_destroy(&e->lock);
}

static uint64_t m_signaled_value(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return mtl_event_value(self);
}

static uint64_t m_set_signaled_value(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    mtl_event_signal(self, a);
    return 0;
}

static const struct sim_method event_methods[] = {
    {"signaledValue", m_signaled_value},
    {"setSignaledValue:", m_set_signaled_value},
    {"device", mtl_m_device},
    {0},
};

static const struct sim_class event_class = {"MTLSharedEvent", sizeof(struct event), event_dealloc, event_methods};

id mtl_new_linked_event(void *context, uint64_t (*get)(void *), void (*set)(void *, uint64_t), void (*drop)(void *)) {
    struct event *e = (struct event *)sim_new(&event_class);
    pthread_mutex_init(&e->lock, NULL);
    e->context = context;
    e->get = get;
    e->set = set;
    e->drop = drop;
    return &e->object;
}

id mtl_new_event(void) {
    return mtl_new_linked_event(NULL, NULL, NULL, NULL);
}
