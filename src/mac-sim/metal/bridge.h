/* Metal for C: the Vulkan layer over lavapipe, the loader's hooks and the checks. See also sim.h. */
#ifndef MACSIM_METAL_BRIDGE_H
#define MACSIM_METAL_BRIDGE_H

#include "../gpu/gpu.h"

/* Of foreign memory, which free_pixels gives back when nobody owns the texture any more; retain count 1. */
id mtl_new_foreign_texture(uint32_t width, uint32_t height, uint32_t pixel_format, uint32_t usage, uint8_t *pixels,
                           size_t row_bytes, void (*free_pixels)(void *memory), void *memory);
/* A shared event whose value is kept elsewhere: get reads it, set signals it, drop frees the context. */
id mtl_new_linked_event(void *context, uint64_t (*get)(void *), void (*set)(void *, uint64_t), void (*drop)(void *));
struct gpu_texture *mtl_texture(id object); /* NULL, an offence, when it is no living MTLTexture */
bool mtl_is_texture(id object);             /* a living one; no offence */
bool mtl_is_screen(id texture);             /* a window's back buffer */

/* Around vkWaitSemaphores on this thread, and after vkDestroySemaphore: what MoltenVK leaves on shared events. */
void mtl_wait_begins(uint32_t count, const uint64_t *semaphores);
void mtl_wait_ends(bool timed_out);
void mtl_semaphore_destroyed(uint64_t semaphore);

#endif
