/*
 * The Vulkan layer VK_LAYER_VKFX_moltenvk: below it is lavapipe (maybe with the validation layer between), above it
 * looks like MoltenVK 1.4.2 on Apple silicon. What it passes down is valid Vulkan that knows nothing of Metal. It
 * stands in for MoltenVK where shaders must run, as Metal's do not here: for the demo's picture. LavapipeLayerTest
 * holds it to the original.
 *
 *   layer.c           interface to the loader: functions by name, instances, devices
 *   layer_physical.c  what a VkPhysicalDevice says of itself
 *   layer_images.c    images and buffers
 *   layer_memory.c    memory, exported as MTLTexture
 *   layer_objects.c   VK_EXT_metal_objects: timeline semaphores as MTLSharedEvent, and the rest
 *
 * Handles are passed through as they are. All is callable from any thread, as Vulkan allows.
 */
#ifndef MACSIM_LAYER_H
#define MACSIM_LAYER_H

#include "../metal/bridge.h"
#include "../metal/mac.h"
#include "../vulkan/layers.h"

enum { HANDLES_OF_METAL = HANDLE_MTLBUFFER | HANDLE_MTLTEXTURE | HANDLE_MTLHEAP };

/* ---- the functions below this layer */

#define INSTANCE_FUNCTIONS(X)                                                                                          \
    X(DestroyInstance) X(EnumerateDeviceExtensionProperties) X(GetPhysicalDeviceProperties)                            \
    X(GetPhysicalDeviceProperties2) X(GetPhysicalDeviceMemoryProperties) X(GetPhysicalDeviceMemoryProperties2)         \
    X(GetPhysicalDeviceImageFormatProperties2) X(GetPhysicalDeviceFeatures2)                                           \
    X(GetPhysicalDeviceFormatProperties) X(GetPhysicalDeviceFormatProperties2)
#define DEVICE_FUNCTIONS(X)                                                                                            \
    X(DestroyDevice) X(CreateImage) X(DestroyImage) X(GetImageMemoryRequirements) X(GetImageMemoryRequirements2)       \
    X(GetBufferMemoryRequirements) X(GetBufferMemoryRequirements2) X(GetDeviceImageMemoryRequirements)                 \
    X(GetDeviceBufferMemoryRequirements) X(AllocateMemory) X(FreeMemory) X(MapMemory) X(GetMemoryFdKHR)                \
    X(CreateSemaphore) X(DestroySemaphore) X(GetSemaphoreCounterValue) X(SignalSemaphore) X(WaitSemaphores)
#define MEMBER(name) PFN_vk##name name;

struct layer_instance {
    struct layer_instance *next;
    void *key;
    VkInstance handle;
    uint32_t exports;     /* VkExportMetalObjectCreateInfoEXT of its creation */
    uint32_t api_version; /* that the application asked for */
    PFN_vkGetInstanceProcAddr get;
    INSTANCE_FUNCTIONS(MEMBER)
};

struct layer_queue {
    struct layer_queue *next;
    VkQueue handle;
    id command_queue; /* owned */
};

struct layer_device {
    struct layer_device *next;
    void *key;
    VkDevice handle;
    struct layer_instance *instance;
    bool external_memory_metal, metal_objects;
    struct layer_queue *queues; /* whose MTLCommandQueue was asked for */
    PFN_vkGetDeviceProcAddr get;
    DEVICE_FUNCTIONS(MEMBER)
};

/* By any dispatchable handle of it: VkInstance, VkPhysicalDevice; VkDevice, VkQueue, VkCommandBuffer. */
struct layer_instance *layer_instance(void *handle);
struct layer_device *layer_device(void *handle);

/* ---- chains of structures: an application's is shortened for the call below and restored afterwards */

struct layer_cuts {
    int count;
    struct {
        VkBaseOutStructure *before, *cut;
    } at[8];
};

/* Takes the structure of a type out of the chain that begins at head; NULL when there is none. */
void *layer_cut(struct layer_cuts *cuts, void *head, int type);
void layer_restore(struct layer_cuts *cuts);

/* ---- the functions of this layer by name; NULL when it does not intercept them */

PFN_vkVoidFunction layer_physical_function(const char *name);
PFN_vkVoidFunction layer_image_function(const char *name);
PFN_vkVoidFunction layer_memory_function(const char *name);
PFN_vkVoidFunction layer_objects_function(const char *name);

struct layer_function {
    const char *name;
    PFN_vkVoidFunction function;
};
PFN_vkVoidFunction layer_lookup(const struct layer_function *functions, const char *name);
#define FUNCTION(name) {"vk" #name, (PFN_vkVoidFunction)name}
#define FUNCTION_AND(name, suffix) FUNCTION(name), {"vk" #name suffix, (PFN_vkVoidFunction)name}

/* ---- images */

enum { TYPE_PRIVATE = 1, TYPE_SHARED = 2, TYPE_MEMORYLESS = 4 }; /* memory types as bits, see layer_physical.c */

struct layer_image {
    struct layer_image *next;
    struct layer_device *device;
    VkImage handle;
    VkImageCreateInfo info; /* without its chain */
    bool exportable; /* as MTLTEXTURE or MTLHEAP */
    id texture; /* owned, when its memory was exported */
};

struct layer_image *layer_image(struct layer_device *device, VkImage handle);

/* Forgets what the application left behind in a device. */
void layer_forget_objects(struct layer_device *device);
void layer_forget_memory(struct layer_device *device);
void layer_forget_images(struct layer_device *device);

#endif
