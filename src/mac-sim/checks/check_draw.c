/* Render passes as JavaFX encodes them, with its shaders' names and its library's tables of arguments; its natives. */
#include "check.h"

#include <dlfcn.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 8, VERTICES = 0, MATRIX = 1, COLORS = 2 };
static const char DRAW[] = "drawIndexedPrimitives:indexCount:indexType:indexBuffer:indexBufferOffset:";

static id device, queue, library;

/* ---- JavaFX's library, of the first version that was built */

static void *open_prism(void) {
    char path[PATH_MAX];
    Dl_info info;
    dladdr((void *)(uintptr_t)sim_offences, &info);
    snprintf(path, sizeof path, "%.*s*/libprism_mtl.so", (int)(strrchr(info.dli_fname, '/') + 1 - info.dli_fname),
             info.dli_fname);
    glob_t found;
    check(!glob(path, 0, NULL, &found), "there is no %s", path);
    void *opened = dlopen(found.gl_pathv[0], RTLD_NOW);
    check(opened, "%s", dlerror());
    globfree(&found);
    int (*load)(void *, void *) = (int (*)(void *, void *))dlsym(opened, "JNI_OnLoad");
    check(load(NULL, NULL) == 0x10008, "JNI_OnLoad");
    return opened;
}

void *prism(const char *name) {
    static void *opened;
    opened = opened ? opened : open_prism();
    void *native = dlsym(opened, name);
    check(native, "JavaFX has no %s", name);
    return native;
}

static void check_natives(void) {
    int64_t (*wrap)(void *, void *, int64_t, int64_t, int32_t, int32_t) =
        (int64_t(*)(void *, void *, int64_t, int64_t, int32_t, int32_t))prism(
            "Java_com_sun_prism_mtl_MTLRTTexture_nCreateRT2");
    void (*unwrap)(void *, void *, int64_t) =
        (void (*)(void *, void *, int64_t))prism("Java_com_sun_prism_mtl_MTLResourceFactory_nReleaseTexture");
    void (*set_mode)(void *, void *, int64_t, int32_t) =
        (void (*)(void *, void *, int64_t, int32_t))prism("Java_com_sun_prism_mtl_MTLContext_nSetCompositeMode");
    id object = new_object("NSObject");
    set_mode(NULL, NULL, (int64_t)(intptr_t)object, 1);
    check_offence("unrecognized selector sent to instance");
    check(!wrap(NULL, NULL, 0, (int64_t)(intptr_t)object, SIZE, SIZE), "what is no texture is wrapped");
    check_offence("nCreateRT2: 0x");
    objc_release(object);

    id texture = new_texture(SIZE, SIZE, 5, MTL_STORAGE_PRIVATE);
    objc_retain(texture);
    int64_t wrapper = wrap(NULL, NULL, 0, (int64_t)(intptr_t)texture, SIZE, SIZE);
    check(wrapper && sim_retains(texture) == 2, "nCreateRT2 does not take the texture");
    unwrap(NULL, NULL, wrapper);
    check(sim_retains(texture) == 1, "nReleaseTexture keeps the texture");
    check_no_offence();
    id retained = (id)msg(texture, "retain"); /* by nobody whom anybody counts */
    objc_release(texture);
    wrapper = wrap(NULL, NULL, 0, (int64_t)(intptr_t)retained, SIZE, SIZE); /* now it is JavaFX's, who has one retain */
    check_no_offence();
    unwrap(NULL, NULL, wrapper);
    check(!sim_retains(texture), "a texture lives on");
    texture = mtl_new_texture(SIZE, SIZE, MTL_PIXEL_FORMAT_BGRA8, 5, MTL_STORAGE_PRIVATE); /* not ours */
    wrapper = wrap(NULL, NULL, 0, (int64_t)(intptr_t)texture, SIZE, SIZE);
    check_offence("was not retained for it: the wrapper's release is one too many");
    unwrap(NULL, NULL, wrapper);
    check(sim_retains(texture) == 1, "nCreateRT2 was not saved from its caller");
    sim_own(texture);
    objc_release(texture);
    check_no_offence();
}

/* ---- a quad over all of a target */

struct scissor {
    uint64_t x, y, width, height;
};

struct drawing {
    const char *function;
    id texture; /* sampled */
    id target;
    bool resident;
    struct scissor scissor; /* none where it is empty */
    float w;                /* of the matrix */
};

static id new_state(const char *function, uint64_t samples) {
    id descriptor = new_object("MTLRenderPipelineDescriptor");
    id fragment = (id)msg(library, "newFunctionWithName:", string(function));
    msg(descriptor, "setFragmentFunction:", fragment);
    msg(descriptor, "setSampleCount:", samples);
    id state = (id)msg(device, "newRenderPipelineStateWithDescriptor:error:", descriptor, NULL);
    objc_release(fragment);
    objc_release(descriptor);
    return state;
}

static void bind(id encoder, const struct drawing *d) {
    static const float quad[4][7] = {{-1, -1, 0, 0, 1}, {-1, 1, 0, 0, 0}, {1, -1, 0, 1, 1}, {1, 1, 0, 1, 0}};
    static const uint32_t white[4] = {~0u, ~0u, ~0u, ~0u};
    const float matrix[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, d->w};
    id vertices = (id)msg(device, "newBufferWithBytes:length:options:", quad, sizeof quad, 0ul);
    id colors = (id)msg(device, "newBufferWithBytes:length:options:", white, sizeof white, 0ul);
    id arguments = new_buffer(4096);
    id function = (id)msg(library, "newFunctionWithName:", string(d->function));
    id writer = (id)msg(function, "newArgumentEncoderWithBufferIndex:", 0ul);
    msg(writer, "setArgumentBuffer:offset:", arguments, 0ul);
    msg(writer, "setTexture:atIndex:", d->texture, 0ul);
    msg(encoder, "setVertexBuffer:offset:atIndex:", vertices, 0ul, (uint64_t)VERTICES);
    msg(encoder, "setVertexBuffer:offset:atIndex:", colors, 0ul, (uint64_t)COLORS);
    msg(encoder, "setVertexBytes:length:atIndex:", matrix, sizeof matrix, (uint64_t)MATRIX);
    msg(encoder, "setFragmentBuffer:offset:atIndex:", arguments, 0ul, 0ul);
    objc_release(vertices);
    objc_release(colors);
    objc_release(arguments);
    objc_release(writer);
    objc_release(function);
}

static void draw(struct drawing d) {
    void *pool = objc_autoreleasePoolPush();
    id buffer = (id)msg(queue, "commandBuffer"), pass = new_pass(d.target, false), state = new_state(d.function, 1);
    id encoder = (id)msg(buffer, "renderCommandEncoderWithDescriptor:", pass), indices = new_buffer(12);
    msg(encoder, "setRenderPipelineState:", state);
    bind(encoder, &d);
    if (d.resident) {
        msg(encoder, "useResource:usage:", d.texture, 1ul);
    }
    if (d.scissor.width) {
        msg(encoder, "setScissorRect:", d.scissor);
    }
    msg(encoder, DRAW, 3ul, 6ul, 0ul, indices, 0ul);
    msg(encoder, "endEncoding");
    msg(buffer, "commit");
    msg(buffer, "waitUntilCompleted");
    objc_release(indices);
    objc_release(pass);
    objc_release(state);
    objc_autoreleasePoolPop(pool);
}

static void check_draws(void) {
    static const char HABIT[] = "JavaFX sets a scissor beyond its render target (JDK-8369348)";
    id texture = new_texture(SIZE, SIZE, 5, MTL_STORAGE_PRIVATE);
    id target = new_texture(SIZE, SIZE, 5, MTL_STORAGE_PRIVATE);
    clear_texture(queue, texture, NULL); /* black, opaque */
    struct drawing right = {"Solid_TextureRGB", texture, target, .resident = true, .w = 1};
    uint64_t sampled = mtl_sampled(texture);
    draw(right);
    check_no_offence();
    check(mtl_sampled(texture) == sampled + SIZE * SIZE, "fetches are not counted");
    check_pixels(target, SIZE, SIZE, (uint8_t[]){0, 0, 0, 255});
    struct drawing d = right;
    d.resident = false;
    draw(d);
    check_offence("Solid_TextureRGB samples MTLTexture");
    d = right;
    d.texture = new_texture(SIZE, SIZE, MTL_USAGE_RENDER_TARGET, MTL_STORAGE_PRIVATE);
    draw(d);
    check_offence("Solid_TextureRGB samples a texture without the usage ShaderRead");
    objc_release(d.texture);

    d = right;
    d.scissor = (struct scissor){0, 0, SIZE, SIZE};
    int64_t before = sim_habits(HABIT);
    draw(d);
    check(before >= 0 && sim_habits(HABIT) == before, "a scissor that fits is a habit");
    d.scissor = (struct scissor){SIZE - 1, 0, 2, SIZE};
    draw(d);
    d.scissor = (struct scissor){0, 0, SIZE, SIZE + 1};
    draw(d);
    check(sim_habits(HABIT) == before + 2, "a scissor beyond the target is not seen");
    check_no_offence();
    d = right;
    d.w = 0;
    draw(d);
    check_offence("a vertex behind the eye");
    d = right;
    d.function = "No_SuchFunction";
    draw(d);
    check(sim_offences() == 2, "a fragment function that is not simulated: %d offences", sim_offences());
    char text[600];
    sim_offence_text(0, text, sizeof text);
    check(strstr(text, "the fragment function No_SuchFunction is not simulated"), "%s", text);
    sim_forget();

    id other = new_queue("other");
    objc_release(texture);
    texture = right.texture = new_texture(SIZE, SIZE, 5, MTL_STORAGE_PRIVATE);
    clear_texture(other, texture, NULL);
    await_gpu();
    draw(right);
    check_offence("is read by \"JavaFX's\" without an order after it was written by \"other\"");
    objc_release(other);
    objc_release(texture);
    objc_release(target);
}

/* ---- what encoders punish */

static void check_passes(id buffer) {
    id texture = new_texture(SIZE, SIZE, MTL_USAGE_SHADER_READ, MTL_STORAGE_PRIVATE), pass = new_pass(texture, true);
    msg(msg(buffer, "renderCommandEncoderWithDescriptor:", pass), "endEncoding");
    check_offence("a pass into a texture without the usage RenderTarget");
    objc_release(texture);
    objc_release(pass);
    texture = new_texture(SIZE, SIZE, 5, MTL_STORAGE_PRIVATE);
    pass = new_pass(texture, true);
    id attachments = (id)msg(pass, "colorAttachments");
    msg(msg(attachments, "objectAtIndexedSubscript:", 1ul), "setTexture:", texture);
    msg(msg(buffer, "renderCommandEncoderWithDescriptor:", pass), "endEncoding");
    check_offence("a pass into attachment 1, level 0, slice 0, with 1 samples is not simulated");
    objc_release(pass);
    pass = new_pass(texture, true);
    id depth = new_object("MTLRenderPassAttachmentDescriptor");
    msg(depth, "setTexture:", texture);
    msg(pass, "setDepthAttachment:", depth);
    msg(msg(buffer, "renderCommandEncoderWithDescriptor:", pass), "endEncoding");
    check_offence("a pass with depth or stencil is not simulated");
    objc_release(depth);
    objc_release(pass);
    objc_release(texture);
    objc_release(new_state("Solid_TextureRGB", 4));
    check_offence("a pipeline state with 4 samples is not simulated");
}

static void check_state(id buffer) {
    id texture = new_texture(SIZE, SIZE, 5, MTL_STORAGE_PRIVATE), pass = new_pass(texture, true), some = new_buffer(16);
    id encoder = (id)msg(buffer, "renderCommandEncoderWithDescriptor:", pass);
    msg(encoder, "setCullMode:", 1ul);
    check_offence("setCullMode: 1 is not simulated");
    msg(encoder, "setVertexBuffer:offset:atIndex:", some, 0ul, 8ul);
    check_offence("setVertexBuffer: index 8 is not simulated");
    msg(encoder, "setFragmentBuffer:offset:atIndex:", some, 0ul, 1ul);
    check_offence("setFragmentBuffer: index 1 is not simulated");
    msg(encoder, "setVertexBytes:length:atIndex:", msg(some, "contents"), 4ul, 3ul);
    check_offence("setVertexBytes: 4 bytes at index 3 are not simulated");
    msg(encoder, "setFragmentBytes:length:atIndex:", msg(some, "contents"), 4ul, 0ul);
    check_offence("setFragmentBytes: 4 bytes at index 0 are not simulated");
    msg(encoder, "setFragmentSamplerState:atIndex:", NULL, 4ul);
    check_offence("setFragmentSamplerState: index 4 is not simulated");
    msg(encoder, DRAW, 3ul, 6ul, 0ul, some, 0ul);
    check_offence("a draw without a render target or a pipeline state");
    id state = new_state("Solid_TextureRGB", 1);
    msg(encoder, "setRenderPipelineState:", state);
    msg(encoder, DRAW, 3ul, 6ul, 0ul, some, 0ul);
    check_offence("a draw with Solid_TextureRGB, vertices (nil), colours (nil)");
    msg(encoder, "endEncoding");
    msg(encoder, DRAW, 3ul, 6ul, 0ul, some, 0ul);
    check_offence("drawIndexedPrimitives: the encoder");
    objc_release(state);
    objc_release(some);
    objc_release(pass);
    objc_release(texture);
}

void draw_beyond_target(void) {
    void *pool = objc_autoreleasePoolPush();
    device = mtl_system_device();
    queue = new_queue("check");
    library = (id)msg(device, "newLibraryWithData:error:", NULL, NULL);
    id texture = new_texture(SIZE, SIZE, 5, MTL_STORAGE_PRIVATE);
    draw((struct drawing){"Solid_TextureRGB", texture, texture, .resident = true, .scissor = {0, 1, SIZE, SIZE}, .w = 1});
    objc_autoreleasePoolPop(pool);
}

void check_draw(void) {
    void *pool = objc_autoreleasePoolPush();
    device = mtl_system_device();
    queue = new_queue("JavaFX's");
    library = (id)msg(device, "newLibraryWithData:error:", NULL, NULL);
    check_natives();
    check_draws();
    void *inner = objc_autoreleasePoolPush();
    id buffer = (id)msg(queue, "commandBuffer");
    check_passes(buffer);
    check_state(buffer);
    msg(buffer, "commit");
    msg(buffer, "waitUntilCompleted");
    objc_autoreleasePoolPop(inner);
    objc_release(library);
    objc_release(queue);
    objc_autoreleasePoolPop(pool);
}
