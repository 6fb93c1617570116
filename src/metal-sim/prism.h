/*
 * The simulated native half of com.sun.prism.mtl: what the files of libprism_mtl.so share.
 *
 *   prism.c           context, ring buffers, encoding (as MetalContext.m and MetalRingBuffer.m)
 *   prism_texture.c   texture wrappers, updates and reading back (as MetalTexture.m and MetalRTTexture.m)
 *   prism_shader.c    shaders and their arguments (as MetalShader.m)
 *   prism_3d.c        the 3D natives: not simulated, an offence when used
 *   prism_view.c      the screen and windows' back buffers, for the Java classes in java/
 *   raster.c          quads into pixels, on the "GPU" thread
 *   shade.c           which program a shader's name means, Prism's own programs, sampling
 *   shade_effects.c   the programs of effects
 */
#ifndef VKFX_PRISM_H
#define VKFX_PRISM_H

#include "sim.h"
#include "shade.h"

#include <jni.h>
#include <pthread.h>

#define POINTER(type, handle) ((type *)(uintptr_t)(handle))
#define HANDLE(pointer) ((jlong)(uintptr_t)(pointer))

extern void *objc_autoreleasePoolPush(void);
extern void objc_autoreleasePoolPop(void *pool);

/* Class MetalTexture or MetalRTTexture. Owns one retain of its texture, also where it was handed in (nCreateRT2). */
struct wrapper {
    struct sim_object object;
    struct context *context;
    struct mtl_texture *texture;
    uint32_t content_width, content_height;
    uint32_t pixel_format; /* what getPixelFormat says: that of the texture only where JavaFX created it */
};

/* Class MetalShader. */
struct shader {
    struct sim_object object;
    struct context *context;
    char name[80];
    struct program program;
    bool known;
    struct arguments arguments;
    bool changed; /* the next draw copies the arguments to the ring buffer */
    int64_t copied; /* when they were copied last, in the context's commits */
};

struct ring {
    uint32_t size, offset, reserved;
};

/* Class MetalContext. All but the ring buffers' use belongs to JavaFX's render thread. */
struct context {
    struct sim_object object;
    id device, queue, buffer; /* buffer: the current command buffer, retained, or NULL */
    bool encoding;            /* a render encoder is open */
    bool commit_on_draw;      /* a ring buffer overflowed: transient memory goes back early */
    struct ring arguments, data;
    int ring_index;
    int64_t commits;
    struct wrapper *target;     /* not retained, as MetalContext's rtt */
    struct mtl_texture *attached; /* retained, as by the render pass descriptor */
    struct shader *shader;
    pthread_t thread; /* JavaFX's render thread, once it has drawn */
    bool threaded;
    struct rectangle scissor;
    bool clipped;
    float matrix[16];
    int composite_mode;
};

extern struct context *prism_context; /* the only one; NULL before and after */

id context_buffer(struct context *context);          /* getCurrentCommandBuffer */
void context_end_encoder(struct context *context);   /* endCurrentRenderEncoder */
void context_commit(struct context *context, bool wait);
bool context_reserve(struct context *context, struct ring *ring, uint32_t bytes); /* false: it overflowed */
void context_keep_alive(id buffer, struct mtl_texture *texture); /* until the buffer has completed */
struct mtl_texture *wrapped(const struct wrapper *wrapper); /* getTexture; an offence and NULL on a dead wrapper */
struct rectangle whole(const struct mtl_texture *texture);

#endif
