/* Texture wrappers. What is written to a texture goes through the current command buffer, in order with the draws. */
#include "prism.h"

#include <stdlib.h>
#include <string.h>

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_com_sun_prism_mtl_##name
#define WRAPPER POINTER(struct wrapper, handle)

enum { FORMAT_BYTE_ALPHA = 4, FORMAT_FLOAT_XYZW = 7 }; /* ordinals of com.sun.prism.PixelFormat */

static uint32_t pixel_bytes(const struct mtl_texture *texture) {
    switch (texture->pixel_format) {
    case MTL_PIXEL_FORMAT_A8:
        return 1;
    case MTL_PIXEL_FORMAT_RGBA32F:
        return 16;
    default:
        return 4;
    }
}

/* ---- classes MetalTexture and MetalRTTexture */

struct mtl_texture *wrapped(const struct wrapper *wrapper) {
    if (!wrapper || wrapper->object.retains <= 0) {
        sim_offence("a texture is used whose wrapper %p has been released", (const void *)wrapper);
        return NULL;
    }
    return wrapper->texture;
}

static uint64_t m_texture(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)((struct wrapper *)self)->texture;
}

static uint64_t m_pixel_format(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return ((struct wrapper *)self)->pixel_format;
}

static const struct sim_method wrapper_methods[] = {
    {"getTexture", m_texture},
    {"getPixelFormat", m_pixel_format},
    {0},
};

static void wrapper_dealloc(id self) {
    struct wrapper *wrapper = (struct wrapper *)self;
    sim_release(&wrapper->texture->object);
    wrapper->texture = NULL;
}

static const struct sim_class texture_class = {"MetalTexture", sizeof(struct wrapper), wrapper_dealloc,
                                               wrapper_methods};
static const struct sim_class target_class = {"MetalRTTexture", sizeof(struct wrapper), wrapper_dealloc,
                                              wrapper_methods};

static jlong wrap(const struct sim_class *class, jlong context, struct mtl_texture *texture, jint width, jint height) {
    struct wrapper *wrapper = (struct wrapper *)sim_new(class);
    wrapper->context = POINTER(struct context, context);
    wrapper->texture = texture;
    wrapper->content_width = (uint32_t)width;
    wrapper->content_height = (uint32_t)height;
    wrapper->pixel_format = texture->pixel_format;
    return HANDLE(wrapper);
}

NATIVE(jlong, MTLResourceFactory_nCreateTexture)(JNIEnv *env, jclass class, jlong context, jint format, jint hint,
                                                 jboolean target, jint width, jint height, jint samples,
                                                 jboolean mipmap) {
    uint32_t pixel_format = format == FORMAT_BYTE_ALPHA   ? MTL_PIXEL_FORMAT_A8
                            : format == FORMAT_FLOAT_XYZW ? MTL_PIXEL_FORMAT_RGBA32F
                                                          : MTL_PIXEL_FORMAT_BGRA8;
    struct mtl_texture *texture =
        mtl_new_texture((uint32_t)width, (uint32_t)height, pixel_format, 0, MTL_STORAGE_PRIVATE, NULL, 0);
    return texture ? wrap(&texture_class, context, texture, width, height) : 0;
}

NATIVE(void, MTLResourceFactory_nReleaseTexture)(JNIEnv *env, jclass class, jlong handle) {
    sim_give_up(&WRAPPER->object); /* of nCreateRT2; none where JavaFX made it */
    sim_release(&WRAPPER->object);
}

NATIVE(jlong, MTLRTTexture_nCreateRT)(JNIEnv *env, jclass class, jlong context, jint width, jint height,
                                      jint content_width, jint content_height, jobject wrap_mode, jboolean msaa) {
    if (msaa) {
        sim_offence("nCreateRT: multisampling is not simulated");
    }
    struct mtl_texture *texture = mtl_new_texture((uint32_t)width, (uint32_t)height, MTL_PIXEL_FORMAT_BGRA8,
                                                  MTL_USAGE_RENDER_TARGET, MTL_STORAGE_MANAGED, NULL, 0);
    return texture ? wrap(&target_class, context, texture, content_width, content_height) : 0;
}

/* Takes over the caller's retain: none is added, and dealloc releases. */
NATIVE(jlong, MTLRTTexture_nCreateRT2)(JNIEnv *env, jclass class, jlong context, jlong handle, jint width,
                                       jint height) {
    struct mtl_texture *texture = POINTER(struct mtl_texture, handle);
    if (!texture || texture->object.retains <= 0 || strcmp(texture->object.isa->name, "MTLTexture")) {
        sim_offence("nCreateRT2: %p is no living MTLTexture", (void *)texture);
        return 0;
    }
    bool vulkans = texture->rendered; /* the others are Glass's back buffers, which JavaFX wraps */
    if (vulkans && !sim_give_up(&texture->object)) {
        sim_offence("nCreateRT2: MTLTexture %p was not retained for it: the wrapper's release is one too many", (void *)texture);
        sim_retain(&texture->object);
    }
    int32_t failing = sim_failing("nCreateRT2");
    if (failing == 1) { /* not released: JavaFX lends its window's textures to this function */
        texture = mtl_new_texture(texture->width, texture->height, texture->pixel_format, texture->usage,
                                  texture->storage_mode, NULL, 0);
    } else if (failing == 2) {
        sim_retain(&texture->object);
    }
    jlong wrapper = wrap(&target_class, context, texture, 0, 0); /* so reading it back gives nothing, as there */
    POINTER(struct wrapper, wrapper)->pixel_format = MTL_PIXEL_FORMAT_BGRA8; /* whatever it is: as MetalRTTexture */
    if (vulkans) {
        sim_own(POINTER(struct sim_object, wrapper));
    }
    return wrapper;
}

/* Written by the CPU at once, past the command buffers: as replaceRegion. */
NATIVE(void, MTLRTTexture_nInitRTT)(JNIEnv *env, jclass class, jlong handle, jintArray pixels) {
    struct mtl_texture *texture = wrapped(WRAPPER);
    if (!texture) {
        return;
    }
    if (texture->storage_mode == MTL_STORAGE_PRIVATE) {
        sim_offence("nInitRTT: the CPU cannot write a texture of private storage");
        return;
    }
    jsize given = (*env)->GetArrayLength(env, pixels), width = (jsize)texture->width;
    for (jsize y = 0; y < (jsize)texture->height && (y + 1) * width <= given; y++) {
        (*env)->GetIntArrayRegion(env, pixels, y * width, width,
                                  (jint *)(void *)(texture->pixels + texture->row_bytes * (size_t)y));
    }
}

/* ---- updates */

struct update {
    struct mtl_texture *texture;
    size_t at, row_bytes, rows;
    uint8_t bytes[];
};

static void update_run(void *argument) {
    struct update *update = argument;
    for (size_t y = 0; y < update->rows; y++) {
        memcpy(update->texture->pixels + update->at + y * update->texture->row_bytes,
               update->bytes + y * update->row_bytes, update->row_bytes);
    }
}

struct area {
    jint to_x, to_y, from_x, from_y, width, height, stride; /* stride in bytes whatever the source */
};

/* The bytes are copied now, the texture is written in the order of commands. */
static void update(struct wrapper *wrapper, const uint8_t *source, jlong available, struct area a) {
    struct mtl_texture *texture = wrapped(wrapper);
    if (!texture || a.width <= 0 || a.height <= 0) {
        return;
    }
    jlong pixel = pixel_bytes(texture);
    jlong end = (a.from_y + a.height - 1) * (jlong)a.stride + (a.from_x + a.width) * pixel;
    if (!source || end > available || a.to_x < 0 || a.to_y < 0 || a.to_x + a.width > (jint)texture->width ||
        a.to_y + a.height > (jint)texture->height) {
        sim_offence("an update of %d x %d at %d, %d beyond its source of %ld bytes or its texture of %u x %u", a.width,
                    a.height, a.to_x, a.to_y, (long)available, texture->width, texture->height);
        return;
    }
    size_t row_bytes = (size_t)(a.width * pixel);
    struct update *block = malloc(sizeof *block + row_bytes * (size_t)a.height);
    block->texture = texture;
    block->at = texture->row_bytes * (size_t)a.to_y + (size_t)(a.to_x * pixel);
    block->row_bytes = row_bytes;
    block->rows = (size_t)a.height;
    const uint8_t *first = source + a.from_y * (jlong)a.stride + a.from_x * pixel;
    for (size_t y = 0; y < block->rows; y++) {
        memcpy(block->bytes + y * row_bytes, first + y * (size_t)a.stride, row_bytes);
    }
    struct context *context = wrapper->context;
    context_reserve(context, &context->data, (uint32_t)(row_bytes * block->rows));
    context_end_encoder(context);
    context_keep_alive(context_buffer(context), texture);
    mtl_encode(context->buffer, update_run, free, block);
}

static jlong update_from(JNIEnv *env, jlong handle, jobject buffer, jarray array, jlong unit, struct area area) {
    if (array) {
        jlong bytes = (*env)->GetArrayLength(env, array) * unit;
        void *source = (*env)->GetPrimitiveArrayCritical(env, array, NULL);
        update(WRAPPER, source, bytes, area);
        (*env)->ReleasePrimitiveArrayCritical(env, array, source, JNI_ABORT);
    } else {
        jlong bytes = (*env)->GetDirectBufferCapacity(env, buffer) * unit;
        update(WRAPPER, (*env)->GetDirectBufferAddress(env, buffer), bytes, area);
    }
    return 0;
}

#define AREA jint to_x, jint to_y, jint from_x, jint from_y, jint width, jint height, jint stride
#define THE_AREA ((struct area){to_x, to_y, from_x, from_y, width, height, stride})

NATIVE(jlong, MTLTexture_nUpdate)(JNIEnv *env, jclass class, jlong handle, jobject buffer, jbyteArray array, AREA) {
    return update_from(env, handle, buffer, array, sizeof(jbyte), THE_AREA);
}

NATIVE(jlong, MTLTexture_nUpdateInt)(JNIEnv *env, jclass class, jlong handle, jobject buffer, jintArray array, AREA) {
    return update_from(env, handle, buffer, array, sizeof(jint), THE_AREA);
}

NATIVE(jlong, MTLTexture_nUpdateFloat)(JNIEnv *env, jclass class, jlong handle, jobject buffer, jfloatArray array,
                                       AREA) {
    return update_from(env, handle, buffer, array, sizeof(jfloat), THE_AREA);
}

NATIVE(jlong, MTLTexture_nUpdateYUV422)(JNIEnv *env, jclass class, jlong handle, jbyteArray array, AREA) {
    sim_offence("nUpdateYUV422: video is not simulated");
    return 0;
}

/* ---- copies and reading back */

struct copy {
    struct mtl_texture *from, *to; /* to NULL: into bytes */
    uint8_t bytes[];
};

static void copy_run(void *argument) {
    struct copy *copy = argument;
    size_t row_bytes = copy->from->width * (size_t)pixel_bytes(copy->from);
    for (size_t y = 0; y < copy->from->height; y++) {
        uint8_t *to = copy->to ? copy->to->pixels + y * copy->to->row_bytes : copy->bytes + y * row_bytes;
        memcpy(to, copy->from->pixels + y * copy->from->row_bytes, row_bytes);
    }
}

NATIVE(void, MTLContext_nBlit)(JNIEnv *env, jclass class, jlong handle, jlong from, jlong to, jint from_x0,
                               jint from_y0, jint from_x1, jint from_y1, jint to_x0, jint to_y0, jint to_x1,
                               jint to_y1) {
    struct context *context = POINTER(struct context, handle);
    struct mtl_texture *source = wrapped(POINTER(struct wrapper, from));
    struct mtl_texture *target = wrapped(POINTER(struct wrapper, to));
    if (!source || !target || source->width > target->width || source->height > target->height ||
        source->pixel_format != target->pixel_format) {
        sim_offence("nBlit: the target is smaller or of another format"); /* it copies all, whatever it is asked */
        return;
    }
    struct copy *copy = malloc(sizeof *copy);
    *copy = (struct copy){.from = source, .to = target};
    context_end_encoder(context);
    mtl_read(context_buffer(context), source);
    context_keep_alive(context->buffer, target);
    mtl_encode(context->buffer, copy_run, free, copy);
}

/* What the texture holds when all recorded so far has run; the caller frees it. */
static struct copy *read_back(struct wrapper *wrapper) {
    struct mtl_texture *texture = wrapped(wrapper);
    if (!texture) {
        return NULL;
    }
    struct context *context = wrapper->context;
    struct copy *copy = malloc(sizeof *copy + (size_t)texture->width * texture->height * pixel_bytes(texture));
    *copy = (struct copy){.from = texture};
    context_end_encoder(context);
    mtl_read(context_buffer(context), texture);
    mtl_encode(context->buffer, copy_run, NULL, copy);
    context_commit(context, true);
    return copy;
}

NATIVE(void, MTLRTTexture_nReadPixels)(JNIEnv *env, jclass class, jlong handle, jintArray pixels) {
    struct wrapper *wrapper = WRAPPER;
    struct copy *copy = read_back(wrapper);
    if (copy) {
        for (uint32_t y = 0; y < wrapper->content_height; y++) {
            (*env)->SetIntArrayRegion(env, pixels, (jsize)(y * wrapper->content_width),
                                      (jsize)wrapper->content_width,
                                      (jint *)(void *)copy->bytes + (size_t)y * wrapper->texture->width);
        }
        free(copy);
    }
}

NATIVE(void, MTLRTTexture_nReadPixelsFromRTT)(JNIEnv *env, jclass class, jlong handle, jobject pixels) {
    struct wrapper *wrapper = WRAPPER;
    struct copy *copy = read_back(wrapper);
    size_t bytes = (size_t)wrapper->content_width * wrapper->content_height * 4;
    void *to = (*env)->GetDirectBufferAddress(env, pixels);
    if (copy && to && bytes <= (size_t)(*env)->GetDirectBufferCapacity(env, pixels) * 4) {
        memcpy(to, copy->bytes, bytes);
    } else {
        sim_offence("nReadPixelsFromRTT: no direct buffer of %zu bytes", bytes);
    }
    free(copy);
}
