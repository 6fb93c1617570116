/*
 * What the files of `check` share. It is linked with the simulator as an application would be with Apple's libraries,
 * so all that it does counts as the bridge's.
 *
 *   check.c             main, and what there is to help
 *   check_runtime.c     messages, owners, pools, Foundation
 *   check_metal.c       devices, textures, command buffers, encoders, events
 *   check_order.c       two queues and a texture, delays and waits
 *   check_draw.c        JavaFX's draws and its natives
 *   check_vulkan.c      devices, images and memory, on MoltenVK and on lavapipe that is dressed as it
 *   check_semaphores.c  timeline semaphores and the export of Metal's objects
 *   check_kinds.c       the kinds of Mac
 *   check_ends.c        what ends the process
 */
#ifndef MACSIM_CHECK_H
#define MACSIM_CHECK_H

#include "../gpu/gpu.h"

id CFRetain(id object);
void CFRelease(id object);
int64_t CFGetRetainCount(id object), CFStringGetLength(id string);
uint8_t CFStringGetCString(id string, char *buffer, int64_t size, uint32_t encoding);
id MTLCreateSystemDefaultDevice(void);

/* ---- help */

/* Ends the program with the sentence unless it is right. */
void check(bool right, const char *format, ...) __attribute__((format(printf, 2, 3)));
void check_offence(const char *part); /* that there has been one offence that says so, and no other */
void await_offence(const char *part); /* the same, on another thread in a while */
void check_no_offence(void);
void await_gpu(void); /* until all that was committed has completed; who calls knows nothing of it by that */
void on_thread(const char *name, void (*function)(void *), void *argument); /* and waits for its end */

/* Sends a message. What is less than 64 bits wide must be cast where it may be passed on the stack. */
#define msg(object, selector, ...) objc_msgSend((id)(object), sel_registerName(selector) __VA_OPT__(, ) __VA_ARGS__)
/* The same, of a method that returns BOOL, which is 8 bits wide. */
#define yes(object, selector, ...) ((uint8_t)msg(object, selector __VA_OPT__(, ) __VA_ARGS__) != 0)

id new_object(const char *class); /* by +new: the caller's */
id string(const char *text);      /* autoreleased */

struct size {
    uint64_t width, height, depth;
};
struct origin {
    uint64_t x, y, z;
};

id new_texture(uint64_t width, uint64_t height, uint64_t usage, uint64_t storage_mode); /* BGRA8 */
id new_queue(const char *label);
id new_buffer(uint64_t length); /* shared */
/* A pass into attachment 0 of one whose previous contents go, unless it is to load. The caller's. */
id new_pass(id texture, bool loads);
void blit_to_buffer(id blit, id texture, uint64_t width, uint64_t height, id buffer, uint64_t offset);
/* In a command buffer of its own, committed and not waited for. Event: NULL, or it is signalled with value 1. */
void clear_texture(id queue, id texture, id event);
void read_texture(id queue, id texture, id buffer, id event);
/* Reads what a texture shows, waiting; then checks each pixel. */
void check_pixels(id texture, uint32_t width, uint32_t height, const uint8_t bgra[4]);

/* What the compiler begins blocks with; a copy begins with the runtime's class. */
extern void *_NSConcreteStackBlock[32];

/* ---- JavaFX's library */

void *prism(const char *name); /* of its natives; loads it */

/* ---- the checks */

void check_runtime(void);
void check_metal(void);
void check_order(void);
void check_draw(void);
void draw_beyond_target(void);
void check_vulkan(bool moltenvk);
void check_kind(void);
bool check_end(const char *how); /* does not return, unless it is unknown: false */

#endif
