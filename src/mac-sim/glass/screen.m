/*
 * The screen, and the back buffers JavaFX's windows draw into: natives of com.sun.glass.ui.headless.SimScreen. As Glass
 * does on a Mac, presenting commits a copy to JavaFX's queue and waits for nothing; the GPU's thread and readers of the
 * screen meet under the lock.
 */
#import "../metal/Metal.h"

#include <jni.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NATIVE(type, name)                                                                                             \
    JNIEXPORT type JNICALL Java_com_sun_glass_ui_headless_SimScreen_##name

enum { PATIENCE_SECONDS = 2 };

struct rectangle {
    int32_t x, y, width, height;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all below */
static pthread_cond_t presented = PTHREAD_COND_INITIALIZER;
static int32_t screen_width, screen_height;
static uint32_t *screen;
static int64_t presents_asked, presents_done;

/* What of a rectangle lies on the screen; under the lock. */
static struct rectangle visible(struct rectangle r) {
    int32_t right = r.x + r.width < screen_width ? r.x + r.width : screen_width;
    int32_t bottom = r.y + r.height < screen_height ? r.y + r.height : screen_height;
    r.x = r.x > 0 ? r.x : 0;
    r.y = r.y > 0 ? r.y : 0;
    r.width = right > r.x ? right - r.x : 0;
    r.height = bottom > r.y ? bottom - r.y : 0;
    return r;
}

static uint32_t *at(int32_t x, int32_t y) {
    return screen + (size_t)y * (size_t)screen_width + x;
}

static void present(struct gpu_texture *texture, int32_t x, int32_t y) {
    gpu_reads(texture);
    pthread_mutex_lock(&lock);
    struct rectangle r = visible((struct rectangle){x, y, (int32_t)texture->width, (int32_t)texture->height});
    for (int32_t row = r.y; row < r.y + r.height; row++) {
        const uint8_t *pixels = texture->pixels + texture->row_bytes * (size_t)(row - y);
        memcpy(at(r.x, row), pixels + (size_t)(r.x - x) * 4, (size_t)r.width * 4);
    }
    presents_done++;
    pthread_cond_broadcast(&presented);
    pthread_mutex_unlock(&lock);
}

NATIVE(void, nOpen)(JNIEnv *env, jclass class, jint width, jint height) {
    pthread_mutex_lock(&lock);
    free(screen);
    screen_width = width;
    screen_height = height;
    screen = calloc((size_t)width * (size_t)height, sizeof *screen);
    pthread_mutex_unlock(&lock);
}

/* A back buffer as Glass makes it. */
NATIVE(jlong, nNewTexture)(JNIEnv *env, jclass class, jint width, jint height) {
    MTLTexture *texture = mtl_new_texture((uint32_t)width, (uint32_t)height, MTL_PIXEL_FORMAT_BGRA8,
                                          MTL_USAGE_RENDER_TARGET, MTL_STORAGE_MANAGED);
    texture->screen = true;
    return (jlong)(uintptr_t)texture;
}

NATIVE(void, nRelease)(JNIEnv *env, jclass class, jlong texture) {
    void *pool = objc_autoreleasePoolPush();
    [(id)texture release];
    objc_autoreleasePoolPop(pool);
}

NATIVE(void, nPresent)(JNIEnv *env, jclass class, jlong queue, jlong handle, jint x, jint y) {
    MTLTexture *texture = (MTLTexture *)handle;
    if (!queue) { /* the pipeline has gone */
        return;
    }
    pthread_mutex_lock(&lock);
    presents_asked++;
    pthread_mutex_unlock(&lock);
    void *pool = objc_autoreleasePoolPush();
    MTLCommandBuffer *buffer = [(MTLCommandQueue *)queue commandBuffer];
    gpu_use(buffer->gpu, texture);
    struct gpu_texture *gpu = &texture->gpu;
    gpu_encode(buffer->gpu, ^{
        present(gpu, x, y);
    });
    [buffer commit];
    objc_autoreleasePoolPop(pool);
}

/* Reads the screen when what was presented before has arrived, or the patience ends (a GPU that is held). */
NATIVE(void, nRead)(JNIEnv *env, jclass class, jint x, jint y, jint width, jint height, jintArray pixels) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_SECONDS;
    pthread_mutex_lock(&lock);
    int64_t asked = presents_asked;
    while (presents_done < asked && pthread_cond_timedwait(&presented, &lock, &until) == 0) {
    }
    struct rectangle r = visible((struct rectangle){x, y, width, height});
    for (int32_t row = r.y; row < r.y + r.height; row++) {
        (*env)->SetIntArrayRegion(env, pixels, (row - y) * width + (r.x - x), r.width, (jint *)at(r.x, row));
    }
    pthread_mutex_unlock(&lock);
}

/* Writes pixels, or nothing but black where there are none. */
NATIVE(void, nWrite)(JNIEnv *env, jclass class, jint x, jint y, jint width, jint height, jintArray pixels) {
    pthread_mutex_lock(&lock);
    struct rectangle r = visible((struct rectangle){x, y, width, height});
    for (int32_t row = r.y; row < r.y + r.height; row++) {
        if (pixels) {
            (*env)->GetIntArrayRegion(env, pixels, (row - y) * width + (r.x - x), r.width, (jint *)at(r.x, row));
        } else {
            memset(at(r.x, row), 0, (size_t)r.width * 4);
        }
    }
    pthread_mutex_unlock(&lock);
}
