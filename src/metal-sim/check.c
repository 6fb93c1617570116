/*
 * Checks the simulator itself: the runtime, Metal, and the layer over lavapipe with validation below it. Run as
 *
 *   VK_ADD_LAYER_PATH=OUTDIR VK_INSTANCE_LAYERS=VK_LAYER_VKFX_moltenvk OUTDIR/check
 *
 * Ends with a sentence and status 1 on the first wrong thing. With the argument "leak" or "offend" it only does that, and ends
 * as the simulator has such processes end.
 */
#include "check.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void check(bool right, const char *format, ...) {
    if (!right) {
        va_list arguments;
        va_start(arguments, format);
        vfprintf(stderr, format, arguments);
        va_end(arguments);
        fputc('\n', stderr);
        exit(1);
    }
}

void check_offence(const char *part) {
    char text[512] = "none";
    int32_t count = sim_offences();
    sim_offence_text(0, text, sizeof text);
    check(count == 1 && strstr(text, part), "expected one offence with \"%s\", got %d: %s", part, count, text);
    sim_forget();
}

void check_no_offence(void) {
    char text[512] = "";
    sim_offence_text(0, text, sizeof text);
    check(sim_offences() == 0, "unexpected offence: %s", text);
}

uint64_t msg(id object, const char *selector) {
    return objc_msgSend(object, sel_registerName(selector));
}

uint64_t msg1(id object, const char *selector, uint64_t a) {
    return objc_msgSend(object, sel_registerName(selector), a);
}

uint64_t msg2(id object, const char *selector, uint64_t a, uint64_t b) {
    return objc_msgSend(object, sel_registerName(selector), a, b);
}

static void *autorelease_without_pool(void *object) {
    objc_autorelease(object);
    return NULL;
}

static void check_runtime(void) {
    check(msg(NULL, "width") == 0, "a message to nil returns something");
    check_offence("-width was sent to nil");
    check(msg(NULL, "release") == 0, "a message to nil returns something");
    check(sel_registerName("width") == sel_registerName("width"), "selectors are not interned");
    id class = objc_getClass("NSObject");
    check(class && !strcmp(class_getName(class), "NSObject"), "there is no class NSObject");
    check(!objc_getClass("MTLTexture"), "MTLTexture is a protocol, not a class");
    id object = (id)msg(class, "new");
    check(object_getClass(object) == class && msg1(object, "isKindOfClass:", (uintptr_t)class), "class of an object");
    check(msg1(object, "respondsToSelector:", (uintptr_t)sel_registerName("retain")), "an object knows retain");
    check(!msg1(object, "respondsToSelector:", (uintptr_t)sel_registerName("width")), "an object knows no width");
    CFRetain(objc_retain(object));
    check(CFGetRetainCount(object) == 3 && msg(object, "retainCount") == 3, "retains are counted");
    objc_release(object);
    CFRelease(object);
    check_no_offence();

    void *outer = objc_autoreleasePoolPush();
    objc_autorelease(objc_retain(object));
    void *inner = objc_autoreleasePoolPush();
    char text[100] = "";
    id description = (id)msg(object, "description");
    check(CFStringGetCString(description, text, sizeof text, 0x08000100) && !strncmp(text, "<NSObject: 0x", 13),
          "description is %s", text);
    check(CFStringGetLength(description) == (int64_t)strlen(text), "length of a string");
    check(CFGetRetainCount(object) == 2, "an autoreleased object is released early");
    objc_autoreleasePoolPop(inner);
    check(sim_live("NSString") == 1, "a pool does not release (the one string is the device's name)");
    objc_autoreleasePoolPush();
    objc_autoreleasePoolPop(outer);
    check(CFGetRetainCount(object) == 1, "an outer pool does not release");
    check_no_offence();
    objc_autoreleasePoolPop(outer);
    check_offence("no pool of this thread");
    outer = objc_autoreleasePoolPush();
    for (int i = 0; i < 40; i++) {
        objc_autoreleasePoolPush();
    }
    check_offence("were never popped");
    objc_autoreleasePoolPop(outer);
    pthread_t thread;
    pthread_create(&thread, NULL, autorelease_without_pool, object);
    pthread_join(thread, NULL);
    check_offence("with no pool");
    sim_own(object); /* what leaked */
    msg(object, "width");
    check_offence("-[NSObject width]: unrecognized selector");
    sim_retain(object); /* as JavaFX's natives do: nobody else may take it */
    char leaks[200];
    check(sim_leaks(leaks, sizeof leaks) == 1 && strstr(leaks, "NSObject"), "we own: %s", leaks);
    objc_release(object);
    check(sim_leaks(leaks, sizeof leaks) == 0, "we own: %s", leaks);
    objc_release(object);
    check_offence("is over-released");
    objc_autorelease(object);
    check_offence("is over-released");
    sim_release(object);
    check(sim_live("NSObject") == 0 && sim_made("NSObject") > 0, "an object lives on, or is not counted");
    objc_release(object);
    check_offence("has been freed");
    CFRetain(NULL);
    check_offence("CFRetain");
    msg(NULL, "commit");
    check_offence("-commit was sent to nil");
    msg(object, "hash");
    check_offence("has been freed");
    msg((id)text, "hash");
    check_offence("is not an object");
    check(sim_sent("NSObject", "hash") == 0 && sim_sent("NSObject", "retainCount") == 1, "messages are counted");
}

static bool is_rendered(struct mtl_texture *texture) {
    return true;
}

static void append(void *argument) {
    strcat(argument, "x");
}

/* Buffers of one queue, as JavaFX's and ours. */
static void check_order(id queue, id event) {
    void *pool = objc_autoreleasePoolPush();
    struct mtl_texture *t = mtl_new_texture(2, 2, MTL_PIXEL_FORMAT_BGRA8, 5, MTL_STORAGE_PRIVATE, NULL, 0);
    id javafx = (id)msg(queue, "commandBuffer"), ours = (id)msg(queue, "commandBuffer");
    mtl_read(javafx, t);
    msg2(ours, "encodeSignalEvent:value:", (uintptr_t)event, 11);
    check(t->readers == 1, "a reader is not counted");
    msg(ours, "commit"); /* no Vulkan image: whenever it likes */
    check_no_offence();
    t->rendered = is_rendered;
    ours = (id)msg(queue, "commandBuffer");
    msg2(ours, "encodeSignalEvent:value:", (uintptr_t)event, 12);
    msg(ours, "commit");
    check_offence("before JavaFX's own command buffer");
    msg(javafx, "commit");
    ours = (id)msg(queue, "commandBuffer");
    msg2(ours, "encodeSignalEvent:value:", (uintptr_t)event, 13);
    msg(ours, "commit");
    msg(ours, "waitUntilCompleted");
    check(t->readers == 0, "a reader stays");
    check_no_offence();
    msg2((id)msg(queue, "commandBuffer"), "encodeSignalEvent:value:", 0, 14);
    check_offence("is not a live MTLSharedEvent");
    msg(&t->object, "replaceRegion:mipmapLevel:withBytes:bytesPerRow:");
    check_offence("private storage");
    sim_release(&t->object);
    objc_autoreleasePoolPop(pool);
}

static void check_metal(void) {
    void *pool = objc_autoreleasePoolPush();
    id device = MTLCreateSystemDefaultDevice();
    check(msg(device, "registryID") != 0, "a device has no registryID");
    struct mtl_texture *t = mtl_new_texture(17, 5, MTL_PIXEL_FORMAT_BGRA8, 5, MTL_STORAGE_PRIVATE, NULL, 0);
    id texture = sim_own(&t->object);
    check(msg(texture, "width") == 17 && msg(texture, "height") == 5 && msg(texture, "pixelFormat") == 80
              && msg(texture, "usage") == 5 && msg(texture, "storageMode") == 2 && msg(texture, "textureType") == 2
              && (id)msg(texture, "device") == device, "a texture's properties");
    check(msg1(device, "isEqual:", msg(texture, "device")), "a device equals itself");

    id queue = (id)msg(device, "newCommandQueue"), event = (id)msg(device, "newSharedEvent");
    char text[4] = "";
    mtl_gpu_hold(true);
    id one = (id)msg(queue, "commandBuffer");
    mtl_encode(one, append, NULL, text);
    mtl_use(one, texture);
    objc_release(texture);
    msg2(one, "encodeSignalEvent:value:", (uintptr_t)event, 7);
    msg(one, "commit");
    id two = (id)msg(queue, "commandBuffer");
    msg2(two, "encodeWaitForEvent:value:", (uintptr_t)event, 9);
    mtl_encode(two, append, NULL, text);
    msg(two, "commit");
    check_offence("value 9 of MTLSharedEvent"); /* the CPU will signal it, which nobody can know */
    usleep(20000);
    check(mtl_gpu_pending() == 2 && msg(event, "signaledValue") == 0 && sim_live("MTLTexture") == 1,
          "a held GPU does something");
    mtl_gpu_step(1);
    msg(one, "waitUntilCompleted");
    check(msg(event, "signaledValue") == 7 && !strcmp(text, "x") && sim_live("MTLTexture") == 0
              && msg(one, "status") == 4, "a step executes one buffer and lets go of its texture");
    mtl_gpu_hold(false);
    usleep(20000);
    check(mtl_gpu_pending() == 1 && msg(two, "status") == 2, "a buffer does not wait for its event");
    msg1(event, "setSignaledValue:", 9);
    msg(two, "waitUntilCompleted");
    check(!strcmp(text, "xx"), "a buffer does not go on after its wait");
    check_no_offence();

    msg(two, "commit");
    check_offence("commit: MTLCommandBuffer");
    msg2(two, "encodeSignalEvent:value:", (uintptr_t)event, 10);
    check_offence("has been committed");
    id three = (id)msg(queue, "commandBuffer");
    msg(three, "waitUntilCompleted");
    check_offence("has not been committed");
    mtl_gpu_patience(50);
    msg2(three, "encodeWaitForEvent:value:", (uintptr_t)event, 20);
    msg(three, "commit");
    check_offence("value 20 of MTLSharedEvent");
    usleep(200000);
    check_offence("waits for value 20");
    msg1(event, "setSignaledValue:", 20);
    msg(three, "waitUntilCompleted");
    mtl_gpu_patience(10000);
    id other = (id)msg(device, "newSharedEvent");
    check_order(queue, other);
    objc_release(other);
    objc_release(event);
    objc_release(queue);
    objc_release(device);
    objc_autoreleasePoolPop(pool);
    for (int i = 0; i < 100 && sim_live("MTLCommandQueue"); i++) {
        usleep(1000); /* the GPU thread lets go */
    }
    check(!sim_live("MTLCommandQueue") && !sim_live("MTLCommandBuffer") && !sim_live("MTLSharedEvent"),
          "Metal objects live on");
    check_no_offence();
}

/* Ends as an application that does not release, or that uses what has gone. */
static void misbehave(bool leaks) {
    id object = (id)msg(objc_getClass("NSObject"), "new");
    if (!leaks) {
        objc_release(object);
        msg(object, "hash");
    }
}

int main(int count, char **arguments) {
    if (count > 1) {
        misbehave(!strcmp(arguments[1], "leak"));
        return 0;
    }
    mtl_system_device();
    check_runtime();
    check_metal();
    check_vulkan();
    puts("metal-sim: all as it should be");
    return 0;
}
