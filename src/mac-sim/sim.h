/*
 * The simulated Mac: its whole interface to the tests, who call it through java.lang.foreign, and to the checks in
 * checks/. README.md says how it is built up.
 *
 * Whatever a Mac would punish is an offence: it is counted, printed to stderr and kept for the test, which fails on it.
 * A process that ends with offences nobody has forgotten, or with objects that the bridge still owns, has status 86.
 * What JavaFX and MoltenVK do wrong by themselves, listed in checks/habits.c, is counted apart.
 *
 * All functions may be called on any thread.
 *
 * Environment:
 *   MACSIM_MAC      the kind of Mac: apple-silicon (by default), two-gpus, virtual, two-devices; see metal/mac.h
 *   MACSIM_FAIL     "function=how function=how": what sim_fail is told at start
 *   MACSIM_DELAY    the least greatest delay of a command buffer in microseconds, see mtl_gpu_delay
 *   MACSIM_SEED     what mtl_gpu_seed is told at start
 *   MACSIM_REPORT   a folder: at exit, a report of the vendors' code that ran is written there
 *   MACSIM_COVERAGE 0: which functions ran is not watched, see loader/coverage.c
 *   MACSIM_VERBOSE  set: says what is loaded, what of it is missing, and each habit when it is first met
 *   MACSIM_MOLTENVK, MACSIM_PRISM  the vendors' libraries, where they are not beside libmacsim.so and libprism_mtl.so
 * and, as on a Mac:
 *   MTL_DEBUG_LAYER=1             Metal says that it validates, and a scissor beyond its target ends the process by abort()
 *   OBJC_DEBUG_MISSING_POOLS=YES  each autoreleased object without a pool is told as libobjc tells it, whosever fault it is
 */
#ifndef MACSIM_SIM_H
#define MACSIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

#ifndef __OBJC__
typedef struct objc_object *id;
typedef struct objc_class *Class;
typedef const struct objc_selector *SEL;
#endif

/* ---- offences and counts */

enum { SIM_STATUS_OF_OFFENDERS = 86 };

EXPORT void sim_offence(const char *format, ...) __attribute__((format(printf, 1, 2)));
EXPORT int32_t sim_offences(void);                                        /* how many since the last sim_forget */
EXPORT int32_t sim_offence_text(int32_t index, char *text, int32_t size); /* length, or -1 */
EXPORT void sim_forget(void);
/* What a vendor does by itself; an offence unless checks/habits.c lists the name. */
EXPORT void sim_habit(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
EXPORT int64_t sim_habits(const char *name); /* how often so far; -1 when the name is not listed */
EXPORT int32_t sim_habit_name(int32_t index, char *text, int32_t size); /* of the list; length, or -1 */

EXPORT id sim_own(id object);                   /* a retain that exists becomes the bridge's */
EXPORT int32_t sim_leaks(char *text, int32_t size); /* how many objects the bridge still owns, and which */
EXPORT int64_t sim_retains(id object);          /* its owners; 0 when it has been freed */
EXPORT int64_t sim_live(const char *class);     /* objects alive of a class */
EXPORT int64_t sim_made(const char *class);     /* objects made so far of a class, alive or not */
EXPORT int64_t sim_sent(const char *class, const char *selector); /* messages sent so far to objects of the class */

/* ---- what ran of the vendors' code: writes a report of their functions and methods, by name, into a folder */

EXPORT int32_t sim_report(const char *folder); /* how many functions ran; -1 when the file cannot be written */

/* ---- Metal */

EXPORT id mtl_system_device(void); /* JavaFX's; not retained for the caller */
EXPORT id mtl_new_texture(uint32_t width, uint32_t height, uint32_t pixel_format, uint32_t usage,
                          uint32_t storage_mode);
EXPORT uint64_t mtl_sampled(id texture); /* how often shaders have fetched from it */
EXPORT id mtl_new_queue(void);
EXPORT id mtl_new_event(void);

/* How the GPU runs: each command buffer after a random delay of at most so many microseconds; or only as stepped. */
EXPORT void mtl_gpu_delay(int32_t max_micros);
EXPORT void mtl_gpu_hold(bool hold);
EXPORT void mtl_gpu_step(int32_t buffers);
EXPORT int64_t mtl_gpu_pending(void);         /* committed, not completed */
EXPORT void mtl_gpu_seed(uint64_t seed);      /* of the delays of queues made from now on; 1 at start */
EXPORT void mtl_gpu_patience(int32_t millis); /* a wait that is longer is an offence; 10000 at start */

/* ---- lies
 *
 * From the next call on, lets a function fail as another Mac or another MoltenVK could; how = 0 ends that.
 *
 *   Vulkan's, on MoltenVK and on lavapipe alike:
 *   less than 0    that VkResult, by vkCreateDevice, vkCreateImage, vkAllocateMemory, vkCreateSemaphore,
 *                  vkGetMemoryMetalHandleEXT and vkGetPhysicalDeviceImageFormatProperties2
 *   vkExportMetalObjectsEXT                    1 nil objects
 *   vkGetPhysicalDeviceProperties2             1 another LUID, 2 an invalid one
 *   vkGetPhysicalDeviceImageFormatProperties2  1 not exportable
 *   vkEnumerateDeviceExtensionProperties       a mask of those left out: 1 VK_EXT_external_memory_metal,
 *                                              2 VK_EXT_metal_objects, 4 VK_KHR_portability_subset
 *   Metal's:
 *   -[MTLDevice newTextureWithDescriptor:]     to MoltenVK: 1 nil; a texture of 2 another size, 3 another pixel format,
 *                                              4 shared storage; 5 one that cannot be sampled, 6 an array, 7 of no
 *                                              device, 8 another height
 *   -[MTLDevice registryID]                    1 another one with every message, as an old Rococoa would have it
 *   -[MTLRenderCommandEncoder setScissorRect:] 1 one that ends with its target reaches beyond
 *   the Objective-C runtime's:
 *   objc_autoreleasePoolPush                   1 by the bridge: makes no pool
 *   JavaFX's:
 *   nCreateRT2                                 wraps 1 another texture; 2 the right one, and keeps a retain too many
 */
EXPORT void sim_fail(const char *function, int32_t how);
EXPORT int32_t sim_failing(const char *function); /* how it was told to fail, or 0 */

#endif
