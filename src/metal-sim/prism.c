/*
 * The context: what JavaFX draws goes into one current command buffer. All natives are called on JavaFX's render thread.
 *
 * Its timing is OpenJFX's (native-prism-mtl/ and com/sun/prism/mtl/ in modules/javafx.graphics/src/main):
 *
 *   the buffer is made when something is first encoded, one at a time     MetalContext.m  getCurrentCommandBuffer
 *   it is committed when a frame is presented                             MTLSwapChain.java  present
 *   before pixels are read, waiting for its end                           MetalTexture.m  getPixelBuffer
 *   behind the draw for which a ring buffer had no space                  MetalContext.m  getTransientBuffer…, drawIndexedQuads
 *   when graphics are synchronised                                        MTLGraphics.java  sync
 *   and, waiting, when the context goes                                   MetalContext.m  dealloc
 *   a commit of nothing does nothing                                      MetalContext.m  commitCurrentCommandBuffer:
 *   three ring buffers; one is free again when the buffer that used it
 *   has completed, at once where nothing was reserved                     MetalContext.m  commitCurrentCommandBuffer:
 *   a commit waits, for ever, until one of the three is free              MetalContext.m  commitCurrentCommandBuffer:
 *   which is next, and how space is reserved                              MetalRingBuffer.m  updateBufferInUse, reserveBytes:
 *   a shader's arguments are copied when they, or the buffer, changed     MetalShader.m  copyArgBufferToRingBuffer
 *   a shader keeps the textures it was given                              MetalShader.m  setTexture:uniformID:…
 *   draws end up in one render encoder until the target changes, or
 *   something is copied                                                   MetalContext.m  setRTT:, MetalTexture.m  updateTexture:
 *   a texture handed in is not retained, but released with its wrapper    MetalRTTexture.m  createTexture:…mtlTex:
 */
#include "prism.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_com_sun_prism_mtl_##name
#define CONTEXT POINTER(struct context, handle)

enum { RINGS = 3, RING_ALIGNMENT = 32, ARGUMENTS_RING = 8 << 20, DATA_RING = 20 << 20 };
enum { ARGUMENT_BYTES = 256 }; /* of a shader's argument buffer, about */

struct context *prism_context;

/* ---- ring buffers: which of the three the "GPU" still reads; shared with its thread */

static pthread_mutex_t rings_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ring_free = PTHREAD_COND_INITIALIZER;
static bool ring_used[RINGS];

static void ring_done(void *index) {
    pthread_mutex_lock(&rings_lock);
    ring_used[(intptr_t)index] = false;
    pthread_cond_signal(&ring_free);
    pthread_mutex_unlock(&rings_lock);
}

/* The next free one as MetalRingBuffer chooses it: the last one behind the current, else the last one before it. */
static int ring_next(int current) {
    int next = current;
    for (int i = current + 1; i < RINGS; i++) {
        next = ring_used[i] ? next : i;
    }
    if (next == current) {
        for (int i = 0; i < current; i++) {
            next = ring_used[i] ? next : i;
        }
    }
    ring_used[next] = true;
    return next;
}

bool context_reserve(struct context *context, struct ring *ring, uint32_t bytes) {
    uint32_t offset = (ring->reserved + RING_ALIGNMENT - 1) / RING_ALIGNMENT * RING_ALIGNMENT;
    if (offset > ring->size || bytes > ring->size - offset) {
        context->commit_on_draw = true;
        return false;
    }
    ring->reserved = offset + bytes;
    return true;
}

/* ---- the current command buffer */

/* MetalContext has no locks. */
static void judge_thread(const struct context *context, const char *action) {
    if (context->threaded && !pthread_equal(context->thread, pthread_self())) {
        sim_offence("%s: MetalContext is used by another thread than JavaFX's render thread", action);
    }
}

id context_buffer(struct context *context) {
    judge_thread(context, "getCurrentCommandBuffer");
    if (!context->buffer) {
        void *pool = objc_autoreleasePoolPush();
        context->buffer = sim_retain(mtl_command_buffer(context->queue));
        objc_autoreleasePoolPop(pool);
    }
    return context->buffer;
}

void context_end_encoder(struct context *context) {
    context->encoding = false;
}

void context_commit(struct context *context, bool wait) {
    judge_thread(context, "commitCurrentCommandBuffer");
    if (!context->buffer) {
        return;
    }
    context_end_encoder(context);
    intptr_t index = context->ring_index;
    if (context->arguments.reserved == 0 && context->data.reserved == 0) {
        ring_done((void *)index);
    } else {
        mtl_encode(context->buffer, ring_done, NULL, (void *)index);
    }
    context->commit_on_draw = false;
    context->commits++;
    mtl_commit(context->buffer);
    if (wait) {
        mtl_wait_until_completed(context->buffer);
    }
    pthread_mutex_lock(&rings_lock);
    while (!wait && ring_used[0] && ring_used[1] && ring_used[2]) {
        pthread_cond_wait(&ring_free, &rings_lock); /* for ever, if need be: as MetalContext */
    }
    context->ring_index = ring_next(context->ring_index);
    pthread_mutex_unlock(&rings_lock);
    context->arguments.reserved = context->data.reserved = 0;
    sim_release(context->buffer);
    context->buffer = NULL;
}

void context_keep_alive(id buffer, struct mtl_texture *texture) {
    if (texture) {
        mtl_use(buffer, &texture->object);
    }
}

/* ---- class MetalContext */

static uint64_t m_device(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)((struct context *)self)->device;
}

static uint64_t m_queue(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)((struct context *)self)->queue;
}

static uint64_t m_buffer(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)context_buffer((struct context *)self);
}

static uint64_t m_end_encoder(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    context_end_encoder((struct context *)self);
    return 0;
}

static uint64_t m_commit(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    context_commit((struct context *)self, false);
    return 0;
}

static uint64_t m_commit_and_wait(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    context_commit((struct context *)self, true);
    return 0;
}

static const struct sim_method context_methods[] = {
    {"getDevice", m_device},
    {"getCommandQueue", m_queue},
    {"getCurrentCommandBuffer", m_buffer},
    {"endCurrentRenderEncoder", m_end_encoder},
    {"commitCurrentCommandBuffer", m_commit},
    {"commitCurrentCommandBufferAndWait", m_commit_and_wait},
    {0},
};

static void attach(struct context *context, struct mtl_texture *texture) {
    struct mtl_texture *before = context->attached;
    sim_retain(texture ? &texture->object : NULL);
    context->attached = texture;
    sim_release(before ? &before->object : NULL);
}

static void context_dealloc(id self) {
    struct context *context = (struct context *)self;
    context_buffer(context);
    context_commit(context, true);
    attach(context, NULL);
    sim_release(context->queue);
    sim_release(context->device);
    prism_context = NULL;
}

static const struct sim_class context_class = {"MetalContext", sizeof(struct context), context_dealloc,
                                               context_methods};

/* ---- what the context does */

struct rectangle whole(const struct mtl_texture *texture) {
    return (struct rectangle){0, 0, (int32_t)texture->width, (int32_t)texture->height};
}

/* The scissor as Metal gets it; one that does not lie inside of the target draws nothing here. */
static struct rectangle scissor(const struct context *context) {
    struct rectangle all = whole(context->attached), r = context->clipped ? context->scissor : all;
    r.width = r.x + r.width > all.width ? all.width - r.x : r.width;
    r.height = r.y + r.height > all.height ? all.height - r.y : r.height;
    return r;
}

static bool drawable(struct context *context, const char *what) {
    if (!context->attached) {
        sim_offence("%s without a render target", what);
    }
    return context->attached;
}

static void set_clip(struct context *context, jint x, jint y, jint width, jint height) {
    struct mtl_texture *target = wrapped(context->target);
    if (!target) {
        return;
    }
    x = x < 0 ? 0 : x; /* without shrinking the width: as MetalContext */
    y = y < 0 ? 0 : y;
    context->clipped = x > 0 || y > 0 || x + width < (jint)target->width || y + height < (jint)target->height;
    context->scissor = (struct rectangle){x, y, width, height};
}

struct fill {
    struct mtl_texture *target;
    struct rectangle area;
    vec4 color;
};

static void fill_run(void *argument) {
    struct fill *fill = argument;
    for (int32_t y = 0; y < fill->area.height; y++) {
        for (int32_t x = 0; x < fill->area.width; x++) {
            pixel_store(fill->target, fill->area.x + x, fill->area.y + y, fill->color);
        }
    }
}

static void clear(struct context *context, vec4 color) {
    if (drawable(context, "a clear")) {
        void *block = NULL;
        if (posix_memalign(&block, _Alignof(struct fill), sizeof(struct fill))) {
            abort();
        }
        *(struct fill *)block = (struct fill){context->attached, scissor(context), color};
        context->encoding = true;
        context_keep_alive(context_buffer(context), context->attached);
        mtl_encode(context->buffer, fill_run, free, block);
    }
}

static void draw(struct context *context, struct draw *draw) {
    struct shader *shader = context->shader;
    context->thread = context->threaded ? context->thread : pthread_self(); /* only JavaFX draws */
    context->threaded = true;
    context_reserve(context, &context->data, (uint32_t)draw->vertices * VERTEX_FLOATS * sizeof(float));
    context_reserve(context, &context->data, (uint32_t)draw->vertices * 4);
    if (shader->changed || shader->copied != context->commits) {
        shader->changed = !context_reserve(context, &context->arguments, ARGUMENT_BYTES);
        shader->copied = context->commits;
    }
    context->encoding = true;
    id buffer = context_buffer(context);
    draw->target = context->attached;
    draw->scissor = scissor(context);
    memcpy(draw->matrix, context->matrix, sizeof draw->matrix);
    draw->composite_mode = context->composite_mode;
    draw->program = shader->program;
    draw->arguments = shader->arguments;
    context_keep_alive(buffer, draw->target);
    for (int i = 0; i < TEXTURE_COUNT; i++) {
        if (draw->arguments.samplers[i].texture) {
            mtl_read(buffer, draw->arguments.samplers[i].texture);
        }
    }
    mtl_encode(buffer, raster_run, free, draw);
    if (context->commit_on_draw) {
        context_commit(context, false);
    }
}

/* ---- natives */

NATIVE(jboolean, MTLPipeline_nSupportsMTL)(JNIEnv *env, jclass class) {
    return JNI_TRUE;
}

NATIVE(jlong, MTLContext_nInitialize)(JNIEnv *env, jclass class, jobject library) {
    if (!(*env)->GetDirectBufferAddress(env, library)) {
        sim_offence("nInitialize: no shader library");
        return 0;
    }
    struct context *context = (struct context *)sim_new(&context_class);
    context->device = sim_retain(mtl_system_device());
    context->queue = mtl_new_queue();
    context->arguments.size = ARGUMENTS_RING;
    context->data.size = DATA_RING;
    context->composite_mode = COMPOSITE_SRC_OVER;
    context_buffer(context); /* which copies the index buffer */
    context_commit(context, false);
    prism_context = context;
    return HANDLE(context);
}

NATIVE(void, MTLContext_nRelease)(JNIEnv *env, jclass class, jlong handle) {
    sim_release(POINTER(struct sim_object, handle));
}

NATIVE(jlong, MTLContext_nGetCommandQueue)(JNIEnv *env, jclass class, jlong handle) {
    return HANDLE(CONTEXT->queue);
}

NATIVE(void, MTLContext_nCommitCurrentCommandBuffer)(JNIEnv *env, jclass class, jlong handle) {
    context_commit(CONTEXT, false);
}

NATIVE(jint, MTLContext_nUpdateRenderTarget)(JNIEnv *env, jclass class, jlong handle, jlong target, jboolean depth) {
    struct context *context = CONTEXT;
    if (context->target != POINTER(struct wrapper, target)) {
        context_end_encoder(context);
    }
    context->target = POINTER(struct wrapper, target);
    attach(context, wrapped(context->target));
    context->clipped = false;
    return 1;
}

NATIVE(jboolean, MTLContext_nIsCurrentRTT)(JNIEnv *env, jclass class, jlong handle, jlong target) {
    return CONTEXT->target == POINTER(struct wrapper, target);
}

NATIVE(void, MTLContext_nSetClipRect)(JNIEnv *env, jclass class, jlong handle, jint x, jint y, jint width,
                                      jint height) {
    set_clip(CONTEXT, x, y, width, height);
}

NATIVE(void, MTLContext_nResetClipRect)(JNIEnv *env, jclass class, jlong handle) {
    CONTEXT->clipped = false;
}

NATIVE(void, MTLContext_nSetCompositeMode)(JNIEnv *env, jclass class, jlong handle, jint mode) {
    CONTEXT->composite_mode = mode;
}

#define MATRIX \
    jdouble m00, jdouble m01, jdouble m02, jdouble m03, jdouble m10, jdouble m11, jdouble m12, jdouble m13, \
        jdouble m20, jdouble m21, jdouble m22, jdouble m23, jdouble m30, jdouble m31, jdouble m32, jdouble m33
#define SET_MATRIX(context) \
    memcpy((context)->matrix, \
           (float[16]){m00, m01, m02, m03, m10, m11, m12, m13, m20, m21, m22, m23, m30, m31, m32, m33}, \
           sizeof (context)->matrix)

NATIVE(void, MTLContext_nSetProjViewMatrix)(JNIEnv *env, jclass class, jlong handle, jboolean depth, MATRIX) {
    SET_MATRIX(CONTEXT);
}

NATIVE(void, MTLContext_nSetTransform)(JNIEnv *env, jclass class, jlong handle, MATRIX) {
    SET_MATRIX(CONTEXT);
}

NATIVE(void, MTLGraphics_nClear)(JNIEnv *env, jclass class, jlong handle, jfloat red, jfloat green, jfloat blue,
                                 jfloat alpha, jboolean depth) {
    clear(CONTEXT, (vec4){red, green, blue, alpha});
}

NATIVE(void, MTLContext_nDrawIndexedQuads)(JNIEnv *env, jclass class, jlong handle, jfloatArray coordinates,
                                           jbyteArray colors, jint vertices) {
    struct context *context = CONTEXT;
    if (!drawable(context, "a draw")) {
        return;
    }
    if (!context->shader || !context->shader->known) {
        sim_offence("a draw with %s", context->shader ? context->shader->name : "no shader");
        return;
    }
    size_t floats = (size_t)vertices * VERTEX_FLOATS;
    struct draw *block = malloc(sizeof *block + floats * sizeof(float) + (size_t)vertices * 4);
    block->vertices = vertices;
    block->colors = (uint8_t *)(block->coordinates + floats);
    (*env)->GetFloatArrayRegion(env, coordinates, 0, (jsize)floats, block->coordinates);
    (*env)->GetByteArrayRegion(env, colors, 0, vertices * 4, (jbyte *)block->colors);
    draw(context, block);
}
