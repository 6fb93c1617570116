/* Metal: what applications get, and what a Mac's debug layer and its GPU would punish. */
#include "check.h"

#include <string.h>
#include <unistd.h>

static id device, queue;

static void check_textures(void) {
    static const char REPLACE[] = "replaceRegion:mipmapLevel:withBytes:bytesPerRow:";
    id texture = new_texture(17, 5, 5, MTL_STORAGE_PRIVATE);
    check(msg(texture, "width") == 17 && msg(texture, "height") == 5 && msg(texture, "pixelFormat") == 80
              && msg(texture, "usage") == 5 && msg(texture, "storageMode") == 2 && msg(texture, "textureType") == 2
              && (id)msg(texture, "device") == device,
          "a texture's properties");
    check(yes(device, "isEqual:", msg(texture, "device")), "a device equals itself");
    uint32_t pixel = 0;
    struct size size = {1, 1, 1};
    msg(texture, REPLACE, ((struct origin){0, 0, 0}), size, 0ul, &pixel, 4ul);
    check_offence("the CPU cannot write a texture of private storage");
    id view = (id)msg(texture, "newTextureViewWithPixelFormat:textureType:levels:slices:", 80ul, 2ul, 1ul, 1ul, 0ul,
                      1ul);
    check_offence("a view of level 1, slice 0 is not simulated");
    objc_release(texture);
    check(sim_live("MTLTexture") == 2 && msg(view, "width") == 17, "a view does not own its texture");
    objc_release(view);
    check(sim_live("MTLTexture") == 0, "a view keeps its texture");
    id shared = new_texture(2, 2, 5, MTL_STORAGE_SHARED);
    msg(shared, REPLACE, ((struct origin){2, 0, 0}), size, 0ul, &pixel, 4ul);
    check_offence("1 x 1 at 2, 0 of level 0");
    msg(shared, "replaceRegion:mipmapLevel:slice:withBytes:bytesPerRow:bytesPerImage:", ((struct origin){0, 0, 0}),
        size, 0ul, 1ul, &pixel, 4ul, 4ul);
    check_offence("slice 1 is not simulated");
    check(!new_texture(0, 2, 5, MTL_STORAGE_PRIVATE), "a texture of no pixels");
    check_offence("a texture of 0 x 2 pixels");
    objc_release(shared);
}

static void check_memory(void) {
    id descriptor = new_object("MTLHeapDescriptor");
    msg(descriptor, "setSize:", 4096ul);
    id heap = (id)msg(device, "newHeapWithDescriptor:", descriptor);
    id buffer = (id)msg(heap, "newBufferWithLength:options:offset:", 256ul, 0ul, 3840ul);
    check(buffer && msg(buffer, "contents"), "a buffer of a heap");
    check_no_offence();
    check(!msg(heap, "newBufferWithLength:options:offset:", 256ul, 0ul, 4000ul), "a buffer beyond its heap");
    check_offence("256 bytes at 4000 of an MTLHeap of 4096 bytes");
    objc_release(descriptor);
    descriptor = new_object("MTLTextureDescriptor");
    msg(descriptor, "setWidth:", 4ul);
    msg(descriptor, "setHeight:", 16ul);
    id texture = (id)msg(buffer, "newTextureWithDescriptor:offset:bytesPerRow:", descriptor, 0ul, 16ul);
    check(texture && !msg(buffer, "newTextureWithDescriptor:offset:bytesPerRow:", descriptor, 16ul, 16ul),
          "textures of a buffer");
    check_offence("a texture of 16 rows of 16 bytes at 16 of an MTLBuffer of 256 bytes");
    objc_release(texture);
    objc_release(heap);
    objc_release(buffer);
    objc_release(descriptor);
    id pass = new_object("MTLRenderPassDescriptor");
    check(!msg(msg(pass, "colorAttachments"), "objectAtIndexedSubscript:", 32ul), "attachment 32");
    check_offence("attachment 32");
    msg(msg(pass, "colorAttachments"), "setObject:atIndexedSubscript:", pass, 32ul);
    check_offence("attachment 32");
    objc_release(pass);
}

/* ---- command buffers */

static void append(char *text) {
    strcat(text, "x");
}

static void check_steps(id event) {
    static char text[4] = "";
    int64_t textures = sim_live("MTLTexture");
    id texture = new_texture(17, 5, 5, MTL_STORAGE_PRIVATE), pass = new_pass(texture, false);
    mtl_gpu_hold(true);
    id one = (id)msg(queue, "commandBuffer");
    void (^handler)(id) = ^(id buffer) {
        append(buffer == one ? text : NULL);
    };
    msg(one, "addCompletedHandler:", handler);
    msg(msg(one, "renderCommandEncoderWithDescriptor:", pass), "endEncoding");
    objc_release(texture);
    objc_release(pass);
    msg(one, "encodeSignalEvent:value:", event, 7ul);
    msg(one, "commit");
    id two = (id)msg(queue, "commandBuffer");
    msg(two, "encodeWaitForEvent:value:", event, 9ul);
    msg(two, "addCompletedHandler:", ^(id buffer) {
        append(buffer == two ? text : NULL);
    });
    msg(two, "commit");
    check_offence("waits for value 9 of MTLSharedEvent"); /* the CPU will signal it, which nobody can know */
    usleep(20000);
    check(mtl_gpu_pending() == 2 && msg(event, "signaledValue") == 0 && sim_live("MTLTexture") == textures + 1,
          "a held GPU does something");
    mtl_gpu_step(1);
    msg(one, "waitUntilCompleted");
    check(msg(event, "signaledValue") == 7 && !strcmp(text, "x") && sim_live("MTLTexture") == textures
              && msg(one, "status") == 4,
          "a step executes one buffer and lets go of its texture");
    mtl_gpu_hold(false);
    usleep(20000);
    check(mtl_gpu_pending() == 1 && msg(two, "status") >= 2 && msg(two, "status") < 4,
          "a buffer does not wait for its event");
    msg(event, "setSignaledValue:", 9ul);
    msg(two, "waitUntilCompleted");
    check(!strcmp(text, "xx"), "a buffer does not go on after its wait");
    check_no_offence();

    msg(two, "commit");
    check_offence("commit: MTLCommandBuffer");
    msg(two, "encodeSignalEvent:value:", event, 10ul);
    check_offence("encodeSignalEvent: MTLCommandBuffer");
    msg(two, "blitCommandEncoder");
    check_offence("has been committed");
}

static void commit(void *buffer) {
    msg(buffer, "commit");
}

static void end_encoding(void *encoder) {
    msg(encoder, "endEncoding");
}

static void check_command_buffers(id event) {
    id buffer = (id)msg(queue, "commandBuffer");
    msg(buffer, "waitUntilCompleted");
    check_offence("has not been committed");
    id object = new_object("NSObject");
    msg(buffer, "encodeSignalEvent:value:", object, 14ul);
    check_offence("is not a live MTLSharedEvent");
    objc_release(object);
    msg(buffer, "encodeWaitForEvent:value:", NULL, 14ul);
    check_offence("encodeWaitForEvent: (nil) is not a live MTLSharedEvent");
    id encoder = (id)msg(buffer, "blitCommandEncoder");
    msg(buffer, "encodeSignalEvent:value:", event, 20ul);
    check_offence("encodeSignalEvent: an encoder of MTLCommandBuffer");
    msg(buffer, "commit");
    check_offence("commit: an encoder of MTLCommandBuffer");
    on_thread("other", end_encoding, encoder);
    check_offence("is used by another thread than the one that encodes into it");
    on_thread("other", commit, buffer);
    check_offence("commit: MTLCommandBuffer");
    msg(buffer, "waitUntilCompleted");
    check_no_offence();

    buffer = (id)msg(queue, "commandBufferWithUnretainedReferences");
    id texture = new_texture(2, 2, 5, MTL_STORAGE_PRIVATE), pass = new_pass(texture, false), used = new_buffer(4);
    encoder = (id)msg(buffer, "renderCommandEncoderWithDescriptor:", pass);
    msg(encoder, "useResource:usage:", used, 1ul);
    msg(encoder, "endEncoding");
    mtl_gpu_hold(true);
    msg(buffer, "commit");
    objc_release(used);
    mtl_gpu_hold(false);
    await_offence("executing command buffer: MTLBuffer");
    objc_release(pass);
    objc_release(texture);
    msg(buffer, "waitUntilCompleted");
    check_no_offence();
}

/* ---- encoders */

static void check_encoders(void) {
    void *pool = objc_autoreleasePoolPush();
    id buffer = (id)msg(queue, "commandBuffer"), blit = (id)msg(buffer, "blitCommandEncoder");
    void *inner = objc_autoreleasePoolPush();
    msg(buffer, "blitCommandEncoder");
    check_offence("while another has not ended");
    objc_autoreleasePoolPop(inner);
    check_offence("goes without endEncoding");

    id texture = new_texture(4, 4, 5, MTL_STORAGE_PRIVATE), target = new_buffer(64);
    blit_to_buffer(blit, texture, 4, 4, target, 0);
    check_no_offence();
    blit_to_buffer(blit, texture, 4, 4, target, 4);
    check_offence("texture to buffer: 64 bytes at 4 are outside of the buffer of 64");
    blit_to_buffer(blit, texture, 5, 1, target, 0);
    check_offence("5 x 1 at 0, 0 of slice 0 is outside of the texture of 4 x 4");
    blit_to_buffer(blit, target, 1, 1, target, 0);
    check_offence("is no living MTLTexture");
    msg(blit,
        "copyFromTexture:sourceSlice:sourceLevel:sourceOrigin:sourceSize:toTexture:destinationSlice:destinationLevel:"
        "destinationOrigin:",
        texture, 0ul, 1ul, ((struct origin){0, 0, 0}), ((struct size){1, 1, 1}), texture, 0ul, 0ul,
        ((struct origin){0, 0, 0}));
    check_offence("texture to texture: level 1, depth 1: not simulated");
    id mask = sim_own(mtl_new_texture(4, 4, MTL_PIXEL_FORMAT_A8, 5, MTL_STORAGE_PRIVATE));
    msg(blit,
        "copyFromTexture:sourceSlice:sourceLevel:sourceOrigin:sourceSize:toTexture:destinationSlice:destinationLevel:"
        "destinationOrigin:",
        texture, 0ul, 0ul, ((struct origin){0, 0, 0}), ((struct size){1, 1, 1}), mask, 0ul, 0ul,
        ((struct origin){0, 0, 0}));
    check_offence("texture to texture: the pixel formats 80 and 1 differ in size");
    msg(blit, "fillBuffer:range:value:", target, 60ul, 5ul, 1ul);
    check_offence("fillBuffer: 5 bytes at 60");
    msg(blit, "copyFromBuffer:sourceOffset:toBuffer:destinationOffset:size:", target, 0ul, NULL, 0ul, 8ul);
    check_offence("buffer to buffer: 8 bytes at 0 are outside of the buffer of 0");
    msg(blit, "endEncoding");
    msg(blit, "endEncoding");
    check_offence("has ended already");
    msg(blit, "fillBuffer:range:value:", target, 0ul, 1ul, 1ul);
    check_offence("fillBuffer: the encoder");

    id pass = new_pass(mask, false);
    msg(msg(buffer, "renderCommandEncoderWithDescriptor:", pass), "endEncoding");
    check_offence("a pass into the pixel format 1 is not simulated");
    objc_release(pass);
    objc_release(mask);

    id compute = (id)msg(buffer, "computeCommandEncoder");
    msg(compute, "dispatchThreadgroups:threadsPerThreadgroup:", ((struct size){1, 1, 1}), ((struct size){1, 1, 1}));
    check_offence("compute shaders are not simulated");
    msg(compute, "endEncoding");
    msg(buffer, "commit");
    msg(buffer, "waitUntilCompleted");
    objc_release(texture);
    objc_release(target);
    objc_autoreleasePoolPop(pool);
    check_no_offence();
}

/* ---- shared events */

static void check_events(void) {
    id event = (id)msg(device, "newSharedEvent"), listener = new_object("MTLSharedEventListener");
    static _Atomic uint64_t told;
    void (^block)(id, uint64_t) = ^(id from, uint64_t value) {
        told = from == event ? value : 0;
    };
    msg(event, "notifyListener:atValue:block:", listener, 3ul, block);
    msg(event, "setSignaledValue:", 2ul);
    usleep(10000);
    check(told == 0, "a listener is told too early");
    msg(event, "setSignaledValue:", 4ul);
    for (int i = 0; i < 1000 && !told; i++) {
        usleep(1000);
    }
    check(told == 4, "a listener is told %lu", (unsigned long)told);
    check(yes(event, "waitUntilSignaledValue:timeoutMS:", 4ul, 0ul)
              && !yes(event, "waitUntilSignaledValue:timeoutMS:", 5ul, 5ul),
          "waits for an event");
    check_no_offence();
    msg(event, "setSignaledValue:", 3ul);
    check_offence("goes back from 4 to 3");
    objc_release(listener);
    objc_release(event);
}

static void await_gone(const char *class) {
    for (int i = 0; i < 1000 && sim_live(class); i++) {
        usleep(1000); /* the GPU's threads let go */
    }
    check(!sim_live(class), "%ld objects of %s live on", (long)sim_live(class), class);
}

void check_metal(void) {
    void *pool = objc_autoreleasePoolPush();
    device = MTLCreateSystemDefaultDevice();
    check(device == mtl_system_device() && msg(device, "registryID") != 0, "the device");
    sim_fail("-[MTLDevice registryID]", 1);
    check(msg(device, "registryID") != msg(device, "registryID"), "registryID does not lie");
    sim_fail("-[MTLDevice registryID]", 0);
    check(msg(device, "registryID") == msg(device, "registryID"), "registryID lies");
    check(sim_failing("vkCreateDevice") == 0, "what fails without being told");
    queue = (id)msg(device, "newCommandQueue");
    id event = (id)msg(device, "newSharedEvent");
    check_textures();
    check_memory();
    check_steps(event);
    check_command_buffers(event);
    check_encoders();
    check_events();
    objc_release(event);
    objc_release(queue);
    objc_release(device);
    objc_autoreleasePoolPop(pool);
    await_gone("MTLCommandBuffer");
    await_gone("MTLCommandQueue");
    await_gone("MTLSharedEvent");
    check_no_offence();
}
