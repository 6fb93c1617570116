/*
 * Checks the simulator itself: that it does what a Mac does, and that each offence it knows is seen when it is
 * provoked. Run as
 *
 *   check                 Apple's part: runtime, Foundation, Metal, GPU
 *   check moltenvk        MoltenVK as a driver of the Vulkan loader, with validation above it
 *   check lavapipe        lavapipe dressed as MoltenVK, with validation below it
 *   check kind            what MACSIM_MAC names
 *   check HOW             misbehaves: see check_ends.c, and SimulatorTest.java for the environment of all of them
 *
 * Ends with a sentence and status 1 on the first wrong thing; misbehaving, as the simulator has such processes end.
 */
#include "check.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MILLIS = 10000 };

void *_NSConcreteStackBlock[32];

/* ---- help */

void check(bool right, const char *format, ...) {
    if (!right) {
        va_list arguments;
        va_start(arguments, format);
        fputs("check: ", stderr);
        vfprintf(stderr, format, arguments);
        va_end(arguments);
        fputc('\n', stderr);
        fflush(NULL);
        _exit(1); /* exit would have the simulator judge what was left behind */
    }
}

void check_offence(const char *part) {
    char text[600] = "none";
    int32_t count = sim_offences();
    sim_offence_text(0, text, sizeof text);
    check(count == 1 && strstr(text, part), "expected one offence with \"%s\", got %d: %s", part, count, text);
    sim_forget();
}

void await_offence(const char *part) {
    for (int i = 0; i < PATIENCE_MILLIS && !sim_offences(); i++) {
        usleep(1000);
    }
    check_offence(part);
}

void check_no_offence(void) {
    char text[600] = "";
    sim_offence_text(0, text, sizeof text);
    check(sim_offences() == 0, "unexpected offence: %s", text);
}

void await_gpu(void) {
    for (int i = 0; i < PATIENCE_MILLIS && mtl_gpu_pending(); i++) {
        usleep(1000);
    }
    check(!mtl_gpu_pending(), "the GPU does not complete");
}

struct start {
    const char *name;
    void (*function)(void *);
    void *argument;
};

static void *run(void *argument) {
    const struct start *start = argument;
    pthread_setname_np(pthread_self(), start->name);
    start->function(start->argument);
    return NULL;
}

void on_thread(const char *name, void (*function)(void *), void *argument) {
    struct start start = {name, function, argument};
    pthread_t thread;
    check(!pthread_create(&thread, NULL, run, &start), "no thread");
    pthread_join(thread, NULL);
}

id new_object(const char *class) {
    id object = (id)msg(objc_getClass(class), "new");
    check(object, "there is no class %s", class);
    return object;
}

id string(const char *text) {
    return (id)msg(objc_getClass("NSString"), "stringWithUTF8String:", text);
}

/* ---- Metal's */

id new_texture(uint64_t width, uint64_t height, uint64_t usage, uint64_t storage_mode) {
    id descriptor = new_object("MTLTextureDescriptor");
    msg(descriptor, "setWidth:", width);
    msg(descriptor, "setHeight:", height);
    msg(descriptor, "setPixelFormat:", (uint64_t)MTL_PIXEL_FORMAT_BGRA8);
    msg(descriptor, "setUsage:", usage);
    msg(descriptor, "setStorageMode:", storage_mode);
    id texture = (id)msg(mtl_system_device(), "newTextureWithDescriptor:", descriptor);
    objc_release(descriptor);
    return texture;
}

id new_queue(const char *label) {
    id queue = (id)msg(mtl_system_device(), "newCommandQueue");
    msg(queue, "setLabel:", string(label));
    return queue;
}

id new_buffer(uint64_t length) {
    return (id)msg(mtl_system_device(), "newBufferWithLength:options:", length, 0ul);
}

id new_pass(id texture, bool loads) {
    enum { LOAD = 1, CLEAR = 2 };
    void *pool = objc_autoreleasePoolPush(); /* which would own the attachments, and they the texture */
    id pass = new_object("MTLRenderPassDescriptor");
    id attachment = (id)msg(msg(pass, "colorAttachments"), "objectAtIndexedSubscript:", 0ul);
    msg(attachment, "setTexture:", texture);
    msg(attachment, "setLoadAction:", (uint64_t)(loads ? LOAD : CLEAR));
    objc_autoreleasePoolPop(pool);
    return pass;
}

void blit_to_buffer(id blit, id texture, uint64_t width, uint64_t height, id buffer, uint64_t offset) {
    msg(blit,
        "copyFromTexture:sourceSlice:sourceLevel:sourceOrigin:sourceSize:toBuffer:destinationOffset:"
        "destinationBytesPerRow:destinationBytesPerImage:",
        texture, 0ul, 0ul, ((struct origin){0, 0, 0}), ((struct size){width, height, 1}), buffer, offset, 4 * width,
        4 * width * height);
}

static void signal_and_commit(id buffer, id event) {
    if (event) {
        msg(buffer, "encodeSignalEvent:value:", event, 1ul);
    }
    msg(buffer, "commit");
}

void clear_texture(id queue, id texture, id event) {
    void *pool = objc_autoreleasePoolPush();
    id buffer = (id)msg(queue, "commandBuffer"), pass = new_pass(texture, false);
    msg(msg(buffer, "renderCommandEncoderWithDescriptor:", pass), "endEncoding");
    objc_release(pass);
    signal_and_commit(buffer, event);
    objc_autoreleasePoolPop(pool);
}

void read_texture(id queue, id texture, id target, id event) {
    void *pool = objc_autoreleasePoolPush();
    id buffer = (id)msg(queue, "commandBuffer"), blit = (id)msg(buffer, "blitCommandEncoder");
    blit_to_buffer(blit, texture, msg(texture, "width"), msg(texture, "height"), target, 0);
    msg(blit, "endEncoding");
    signal_and_commit(buffer, event);
    objc_autoreleasePoolPop(pool);
}

void check_pixels(id texture, uint32_t width, uint32_t height, const uint8_t bgra[4]) {
    void *pool = objc_autoreleasePoolPush();
    id queue = new_queue("check"), target = new_buffer(4ul * width * height);
    id buffer = (id)msg(queue, "commandBuffer"), blit = (id)msg(buffer, "blitCommandEncoder");
    blit_to_buffer(blit, texture, width, height, target, 0);
    msg(blit, "endEncoding");
    msg(buffer, "commit");
    msg(buffer, "waitUntilCompleted");
    const uint8_t *pixels = (const uint8_t *)msg(target, "contents");
    for (uint32_t i = 0; i < width * height; i++) {
        const uint8_t *p = pixels + 4 * i;
        check(!memcmp(p, bgra, 4), "pixel %u, %u is %02x%02x%02x%02x", i % width, i / width, p[0], p[1], p[2], p[3]);
    }
    objc_release(target);
    objc_release(queue);
    objc_autoreleasePoolPop(pool);
}

/* ---- */

static void check_apple(void) {
    check_runtime();
    check_metal();
    check_order();
    check_draw();
}

int main(int count, char **arguments) {
    const char *what = count > 1 ? arguments[1] : "";
    char leaks[400];
    if (!*what) {
        check_apple();
    } else if (!strcmp(what, "moltenvk") || !strcmp(what, "lavapipe")) {
        check_vulkan(!strcmp(what, "moltenvk"));
    } else if (!strcmp(what, "kind")) {
        check_kind();
    } else {
        check(check_end(what), "there is no such check: %s", what);
        return 0;
    }
    check(!sim_leaks(leaks, sizeof leaks), "still owned: %s", leaks);
    check_no_offence();
    puts("mac-sim: all as it should be");
    return 0;
}
