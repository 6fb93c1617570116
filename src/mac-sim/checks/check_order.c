/* Two queues and a texture; and how the GPU waits, is delayed, and loses its patience. */
#include "check.h"

#include <time.h>
#include <unistd.h>

static id one, two, target;

static id a_texture(void) {
    return new_texture(4, 4, 5, MTL_STORAGE_PRIVATE);
}

/* A command buffer that does nothing but wait. */
static void wait_for(id queue, id event) {
    void *pool = objc_autoreleasePoolPush();
    id buffer = (id)msg(queue, "commandBuffer");
    msg(buffer, "encodeWaitForEvent:value:", event, 1ul);
    msg(buffer, "commit");
    objc_autoreleasePoolPop(pool);
}

static void check_no_order(void) {
    id texture = a_texture();
    clear_texture(one, texture, NULL);
    await_gpu();
    clear_texture(one, texture, NULL);
    read_texture(one, texture, target, NULL);
    await_gpu();
    check_no_offence(); /* a queue knows its own past */
    read_texture(two, texture, target, NULL);
    await_offence("of 4 x 4 is read by \"two\" without an order after it was written by \"one\"");
    clear_texture(two, texture, NULL);
    await_gpu();
    check_no_offence(); /* each texture once */
    objc_release(texture);

    texture = a_texture();
    clear_texture(one, texture, NULL);
    await_gpu();
    clear_texture(two, texture, NULL);
    await_offence("is written by \"two\" without an order after it was written by \"one\"");
    objc_release(texture);

    texture = a_texture();
    read_texture(one, texture, target, NULL);
    await_gpu();
    read_texture(two, texture, target, NULL);
    await_gpu();
    check_no_offence(); /* they both read */
    clear_texture(two, texture, NULL);
    await_offence("is written by \"two\" without an order after it was read by another queue");
    await_gpu();
    objc_release(texture);

    texture = a_texture(); /* a view is the same memory */
    id view = (id)msg(texture, "newTextureViewWithPixelFormat:", (uint64_t)MTL_PIXEL_FORMAT_BGRA8);
    clear_texture(one, texture, NULL);
    await_gpu();
    read_texture(two, view, target, NULL);
    await_offence("is read by \"two\" without an order");
    await_gpu();
    objc_release(view);
    objc_release(texture);
}

/* By an event on the GPU; by the CPU, which sees its value; by the CPU, which waits for a command buffer. */
static void check_orders(void) {
    id texture = a_texture(), event = (id)msg(mtl_system_device(), "newSharedEvent");
    clear_texture(one, texture, event);
    wait_for(two, event);
    read_texture(two, texture, target, NULL);
    await_gpu();
    objc_release(event);

    event = (id)msg(mtl_system_device(), "newSharedEvent");
    read_texture(two, texture, target, event);
    wait_for(one, event);
    clear_texture(one, texture, NULL);
    await_gpu();
    objc_release(event);
    check_no_offence();

    event = (id)msg(mtl_system_device(), "newSharedEvent");
    clear_texture(one, texture, event);
    while (msg(event, "signaledValue") != 1) {
        usleep(100);
    }
    read_texture(two, texture, target, NULL);
    await_gpu();
    objc_release(event);
    check_no_offence();

    event = (id)msg(mtl_system_device(), "newSharedEvent");
    read_texture(two, texture, target, event);
    check(yes(event, "waitUntilSignaledValue:timeoutMS:", 1ul, 10000ul), "an event does not come");
    clear_texture(one, texture, NULL);
    await_gpu();
    objc_release(event);
    check_no_offence();

    void *pool = objc_autoreleasePoolPush();
    id buffer = (id)msg(one, "commandBuffer"); /* behind the one that clears */
    msg(buffer, "commit");
    msg(buffer, "waitUntilCompleted");
    read_texture(two, texture, target, NULL);
    await_gpu();
    objc_autoreleasePoolPop(pool);
    check_no_offence();
    objc_release(texture);
}

/* A signal says that what was encoded before has been done: so that has to be committed first. */
static void check_open_reads(void) {
    void *pool = objc_autoreleasePoolPush();
    id texture = a_texture(), mine = a_texture(), event = (id)msg(mtl_system_device(), "newSharedEvent");
    clear_texture(one, texture, event);
    wait_for(two, event);
    await_gpu();
    id pass = new_pass(mine, false), reader = (id)msg(two, "commandBuffer"), signaller = (id)msg(two, "commandBuffer");
    id encoder = (id)msg(reader, "renderCommandEncoderWithDescriptor:", pass);
    msg(encoder, "useResource:usage:", texture, 1ul);
    msg(encoder, "endEncoding");
    msg(signaller, "encodeSignalEvent:value:", event, 2ul);
    msg(signaller, "commit");
    check_offence("commit: signals value 2 of MTLSharedEvent");
    msg(reader, "commit");
    signaller = (id)msg(two, "commandBuffer");
    msg(signaller, "encodeSignalEvent:value:", event, 3ul);
    msg(signaller, "commit");
    await_gpu();
    objc_release(pass);
    objc_release(event);
    objc_release(texture);
    objc_release(mine);
    objc_autoreleasePoolPop(pool);
    check_no_offence();
}

/* ---- patience */

static void check_impatience(void) {
    id event = (id)msg(mtl_system_device(), "newSharedEvent"), buffer = (id)msg(one, "commandBuffer");
    mtl_gpu_patience(50);
    msg(buffer, "encodeWaitForEvent:value:", event, 20ul);
    msg(buffer, "commit");
    check_offence("commit: waits for value 20 of MTLSharedEvent");
    await_offence("a command buffer waits for value 20 of MTLSharedEvent");
    msg(event, "setSignaledValue:", 20ul);
    msg(buffer, "waitUntilCompleted");
    objc_release(event);
    check_no_offence();
}

static void *one_more(void *queue) {
    void *pool = objc_autoreleasePoolPush();
    msg(queue, "commandBuffer");
    objc_autoreleasePoolPop(pool);
    return NULL;
}

/* So many buffers of a queue may be there; the next one waits for one of them. */
static void check_blocking(void) {
    id queue = new_queue("blocked");
    void *pool = objc_autoreleasePoolPush();
    for (int i = 0; i < 64; i++) {
        msg(queue, "commandBuffer");
    }
    pthread_t thread;
    pthread_create(&thread, NULL, one_more, queue);
    await_offence("-commandBuffer blocks: 64 buffers of its queue have not completed");
    objc_autoreleasePoolPop(pool);
    pthread_join(thread, NULL);
    objc_release(queue);
    check_no_offence();
}

static int64_t millis(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void check_delays(void) {
    mtl_gpu_seed(7);
    id queue = new_queue("delayed"), texture = a_texture();
    mtl_gpu_delay(20000);
    int64_t begin = millis();
    for (int i = 0; i < 10; i++) {
        clear_texture(queue, texture, NULL);
    }
    await_gpu();
    mtl_gpu_delay(0);
    check(millis() - begin > 20, "ten buffers were not delayed");
    objc_release(texture);
    objc_release(queue);
}

void check_order(void) {
    void *pool = objc_autoreleasePoolPush();
    one = new_queue("one");
    two = new_queue("two");
    target = new_buffer(64);
    check_no_order();
    check_orders();
    check_open_reads();
    check_delays();
    check_impatience();
    check_blocking();
    mtl_gpu_patience(10000);
    objc_release(one);
    objc_release(two);
    objc_release(target);
    objc_autoreleasePoolPop(pool);
}
