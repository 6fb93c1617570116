/*
 * The simulated Objective-C runtime and Metal: what the parts of this folder share.
 *
 *   runtime.c, foundation.c, offences.c   objects, classes, selectors, messages, autorelease pools,
 *               strings, and the symbols Rococoa loads                                                   libmetalsim.so
 *   metal.c     MTLDevice, MTLTexture, MTLSharedEvent                                                    libmetalsim.so
 *   command_buffer.c, gpu.c   MTLCommandQueue, MTLCommandBuffer; the threads that execute them           libmetalsim.so
 *   layer*.c    the Vulkan layer that makes lavapipe look like MoltenVK                                  libmetalsim.so
 *   prism.c, raster.c, shade.c   the natives of com.sun.prism.mtl                                        libprism_mtl.so
 *
 * Whatever a Mac would punish is an offence: it is counted, printed to stderr and kept for the test, which fails on it.
 * A process that ends with offences nobody has forgotten, or with objects that the bridge still owns, has status 86.
 */
#ifndef VKFX_SIM_H
#define VKFX_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

/* ---- objects: any pointer of type id may be sent messages by objc_msgSend */

typedef struct sim_object *id;
typedef const struct sim_selector *SEL;
typedef uint64_t (*IMP)(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d);

struct sim_method {
    const char *selector;
    IMP imp;
};

struct sim_class {
    const char *name;                  /* as -[NSObject class] says, like "MTLTexture" */
    size_t size;                       /* of an instance, its struct sim_object header included */
    void (*dealloc)(id self);          /* releases what the object owns; may be NULL */
    const struct sim_method *methods;  /* ends with a NULL selector; retain, release, autorelease, ... are inherited */
};

struct sim_object { /* the first member of every instance */
    const struct sim_class *isa;
    uint64_t serial; /* unique; freed objects stay as zombies, so a message to one is noticed */
    _Atomic int64_t retains;
    _Atomic int64_t ours; /* those of them that came by the Objective-C API: the bridge's, not JavaFX's nor Vulkan's */
};

EXPORT id sim_new(const struct sim_class *class); /* retain count 1, rest zero */
EXPORT id sim_retain(id object);                  /* offence on a zombie */
EXPORT void sim_release(id object);               /* offence on a zombie (over-release) */
EXPORT id sim_autorelease(id object);             /* offence without a pool on this thread */
EXPORT bool sim_is(id object, const struct sim_class *class);
EXPORT id sim_own(id object);                     /* a retain that exists becomes ours: what the caller was given */
EXPORT bool sim_give_up(id object);               /* one of ours becomes another's; false when we have none */

/* ---- offences and counts, read by tests through java.lang.foreign */

EXPORT void sim_offence(const char *format, ...) __attribute__((format(printf, 1, 2)));
EXPORT int32_t sim_offences(void);                              /* how many since the last sim_forget */
EXPORT int32_t sim_offence_text(int32_t index, char *text, int32_t size); /* length, or -1 */
EXPORT void sim_forget(void);
EXPORT int32_t sim_leaks(char *text, int32_t size); /* how many objects we still own, and which */
EXPORT int64_t sim_retains(id object);                          /* its owners; 0 when it has been freed */
EXPORT int64_t sim_live(const char *class);                     /* objects alive of a class */
EXPORT int64_t sim_made(const char *class);                     /* objects made so far of a class, alive or not */
EXPORT int64_t sim_sent(const char *class, const char *selector); /* messages sent so far through objc_msgSend */

/* ---- Metal */

enum { MTL_PIXEL_FORMAT_A8 = 1, MTL_PIXEL_FORMAT_RGBA8 = 70, MTL_PIXEL_FORMAT_BGRA8 = 80, MTL_PIXEL_FORMAT_RGBA32F = 125 };
enum { MTL_USAGE_SHADER_READ = 1, MTL_USAGE_SHADER_WRITE = 2, MTL_USAGE_RENDER_TARGET = 4 };
enum { MTL_STORAGE_SHARED = 0, MTL_STORAGE_MANAGED = 1, MTL_STORAGE_PRIVATE = 2 };

struct mtl_texture {
    struct sim_object object;
    id device; /* not owned */
    bool is_array;
    uint32_t width, height, pixel_format, usage, storage_mode;
    uint8_t *pixels; /* row 0 on top; touched by the "GPU" thread in command order only, unless the storage is shared */
    size_t row_bytes;
    void (*free_pixels)(struct mtl_texture *); /* NULL: free(pixels) */
    void *memory;                              /* for free_pixels: whose mapping it is */
    size_t memory_size;
    _Atomic uint64_t sampled; /* how often shaders have fetched from it */
    _Atomic int32_t readers;  /* command buffers that read it, encoded or committed, and have not completed */
    bool (*rendered)(struct mtl_texture *); /* of a Vulkan image: whether all rendering submitted has completed */
};

EXPORT uint64_t mtl_sampled(const struct mtl_texture *texture); /* how often shaders have fetched from it */
EXPORT id mtl_system_device(void); /* the only one; not retained for the caller; MTLCreateSystemDefaultDevice retains */
/* A zeroed texture of its own memory when pixels is NULL; retain count 1. */
EXPORT struct mtl_texture *mtl_new_texture(uint32_t width, uint32_t height, uint32_t pixel_format, uint32_t usage,
                                           uint32_t storage_mode, uint8_t *pixels, size_t row_bytes);
EXPORT id mtl_new_queue(void);                /* retain count 1 */
EXPORT id mtl_new_event(void);                /* an MTLSharedEvent; retain count 1 */
/* A shared event whose value is kept elsewhere (a Vulkan timeline): get reads it, set signals it, drop frees context. */
EXPORT id mtl_new_linked_event(void *context, uint64_t (*get)(void *), void (*set)(void *, uint64_t), void (*drop)(void *));
EXPORT uint64_t mtl_event_value(id event);

EXPORT id mtl_command_buffer(id queue); /* autoreleased, as in Metal; keep it with sim_retain */
/* Records a command; run is called on the queue's "GPU" thread, in commit order, then done(argument) frees it. */
EXPORT void mtl_encode(id buffer, void (*run)(void *argument), void (*done)(void *argument), void *argument);
EXPORT void mtl_use(id buffer, id object);         /* keeps an object (a texture) alive until the buffer has completed */
EXPORT void mtl_read(id buffer, struct mtl_texture *texture); /* uses it; offence before Vulkan has rendered it */
EXPORT void mtl_encode_signal(id buffer, id event, uint64_t value);
EXPORT void mtl_encode_wait(id buffer, id event, uint64_t value);
/* Offence when committed twice, when it waits for a value that no work committed or submitted before will signal, or
 * when it signals before a buffer of its queue that reads a Vulkan image has been committed. */
EXPORT void mtl_commit(id buffer);
EXPORT void mtl_wait_until_completed(id buffer);   /* offence when not committed */

/* How the "GPU" runs: after a random delay of at most so many microseconds a buffer; or only as many as stepped.
 * METALSIM_DELAY and METALSIM_SEED in the environment: the least max_micros, and the seed at start. */
EXPORT void mtl_gpu_delay(int32_t max_micros);
EXPORT void mtl_gpu_hold(bool hold);
EXPORT void mtl_gpu_step(int32_t buffers);
EXPORT int64_t mtl_gpu_pending(void);              /* committed, not completed */
EXPORT void mtl_gpu_seed(uint64_t seed);           /* of the delays of queues made from now on; the same at start */
EXPORT void mtl_gpu_patience(int32_t millis);      /* a wait that is longer is an offence; 10000 at start */

/* ---- the Vulkan layer
 *
 * From the next call on, lets a Vulkan function fail as MoltenVK or another machine could; how = 0 ends that. Also from
 * the environment: METALSIM_FAIL="vkGetMemoryMetalHandleEXT=1 vkAllocateMemory=-3".
 *
 *   less than 0    that VkResult, by vkCreateDevice, vkCreateImage, vkAllocateMemory, vkCreateSemaphore,
 *                  vkGetMemoryMetalHandleEXT and vkGetPhysicalDeviceImageFormatProperties2
 *   vkGetMemoryMetalHandleEXT                  1 nil in spite of VK_SUCCESS; a texture of 2 another size, 3 another
 *                                              pixel format, 4 shared storage; 5 one that cannot be sampled,
 *                                              6 an array, 7 of no device, 8 another height
 *   -[MTLDevice registryID]                    1 another one with every message, as an old Rococoa would have it
 *   vkExportMetalObjectsEXT                    1 nil objects
 *   vkGetPhysicalDeviceProperties2             1 another LUID, 2 an invalid one
 *   vkGetPhysicalDeviceImageFormatProperties2  1 not exportable
 *   vkEnumerateDeviceExtensionProperties       a mask of those left out: 1 VK_EXT_external_memory_metal,
 *                                              2 VK_EXT_metal_objects, 4 VK_KHR_portability_subset
 *   nCreateRT2 (of JavaFX's)                   wraps 1 another texture; 2 the right one, and keeps a retain too many
 */
EXPORT void sim_fail(const char *function, int32_t how);
EXPORT int32_t sim_failing(const char *function); /* how it was told to fail, or 0 */

#endif
