/*
 * Render passes. What is drawn is JavaFX's: its fragment functions are known by name (gpu/draw.c), its buffers by the
 * indices of its own shader library: vertices, the matrix and colours. MoltenVK's passes only clear, as they begin.
 */
#import "Metal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERTICES = 0, MATRIX = 1, COLORS = 2, MOST_BUFFERS = 8, MOST_SAMPLERS = 4, MOST_BYTES = 64 };
enum { INDICES_A_QUAD = 6 };

struct binding {
    MTLBuffer *buffer; /* not owned: the command buffer uses it */
    NSUInteger offset;
};

@implementation MTLRenderCommandEncoder {
    struct gpu_pass *pass; /* freed by the pass's last command */
    MTLRenderPipelineState *state;
    struct binding vertexBuffers[MOST_BUFFERS], arguments;
    float matrix[16], color[4];
    struct {
        bool linear;
        int wrap;
    } samplers[MOST_SAMPLERS];
    MTLScissorRect scissor;
    bool scissored;
}

static void clear(struct gpu_buffer *gpu, struct gpu_texture *t, MTLClearColor c) {
    gpu_encode(gpu, ^{
        const double color[] = {c.red, c.green, c.blue, c.alpha};
        gpu_fill(t, 0, 0, (int32_t)t->width, (int32_t)t->height, color);
    });
}

- (id)initWithBuffer:(MTLCommandBuffer *)commandBuffer pass:(MTLRenderPassDescriptor *)descriptor {
    self = [super initWithBuffer:commandBuffer];
    pass = calloc(1, sizeof *pass);
    struct gpu_buffer *gpu = commandBuffer->gpu;
    MTLDescriptorArray *attachments = descriptor.colorAttachments;
    for (int i = 0; i < MOST_BUFFERS; i++) {
        MTLRenderPassAttachmentDescriptor *a = attachments->elements[i];
        MTLTexture *texture = a.texture;
        if (!texture) {
            continue;
        }
        struct gpu_texture *t = mtl_texture(texture);
        if (!t || i || a.level || a.slice || texture.sampleCount != 1) {
            sim_offence("a pass into attachment %d, level %lu, slice %lu, with %lu samples is not simulated", i,
                        a.level, a.slice, texture.sampleCount);
            continue;
        }
        if (t->pixel_format != MTL_PIXEL_FORMAT_BGRA8 && t->pixel_format != MTL_PIXEL_FORMAT_RGBA8) {
            sim_offence("a pass into the pixel format %u is not simulated", t->pixel_format);
            continue;
        }
        if (t->storage_mode == MTL_STORAGE_PRIVATE && !(t->usage & MTL_USAGE_RENDER_TARGET)) {
            sim_offence("a pass into a texture without the usage RenderTarget");
        }
        gpu_use(gpu, texture);
        pass->target = t;
        if (a.loadAction == MTLLoadActionClear) {
            clear(gpu, t, a.clearColor);
        }
    }
    if ([descriptor.depthAttachment texture] || [descriptor.stencilAttachment texture]) {
        sim_offence("a pass with depth or stencil is not simulated");
    }
    return self;
}

- (void)endEncoding {
    struct gpu_buffer *gpu = mtl_encoding(self, "endEncoding");
    [super endEncoding];
    if (gpu && pass) {
        struct gpu_pass *last = pass;
        pass = NULL;
        gpu_encode(gpu, ^{
            free(last->resident);
            free(last);
        });
    }
}

/* ---- state */

- (void)setRenderPipelineState:(MTLRenderPipelineState *)newState {
    gpu_use(buffer->gpu, newState);
    state = newState;
}

- (void)setFrontFacingWinding:(NSUInteger)winding {
}

- (void)setCullMode:(NSUInteger)mode {
    if (mode) {
        sim_offence("setCullMode: %lu is not simulated", mode);
    }
}

- (void)setTriangleFillMode:(NSUInteger)mode {
}

- (void)setDepthStencilState:(id)depthStencilState {
}

- (void)setScissorRect:(MTLScissorRect)rect {
    scissor = rect;
    scissored = true;
    if (sim_failing("-[MTLRenderCommandEncoder setScissorRect:]") && pass->target
        && rect.x + rect.width == pass->target->width) {
        scissor.width += rect.width;
    }
}

- (void)setVertexBuffer:(MTLBuffer *)vertexBuffer offset:(NSUInteger)offset atIndex:(NSUInteger)index {
    if (index >= MOST_BUFFERS) {
        sim_offence("setVertexBuffer: index %lu is not simulated", index);
        return;
    }
    gpu_use(buffer->gpu, vertexBuffer);
    vertexBuffers[index] = (struct binding){vertexBuffer, offset};
}

- (void)setFragmentBuffer:(MTLBuffer *)fragmentBuffer offset:(NSUInteger)offset atIndex:(NSUInteger)index {
    if (index) {
        sim_offence("setFragmentBuffer: index %lu is not simulated", index);
        return;
    }
    gpu_use(buffer->gpu, fragmentBuffer);
    arguments = (struct binding){fragmentBuffer, offset};
}

/* The matrix, or the corners of a clear, which are the scissor's. */
- (void)setVertexBytes:(const void *)bytes length:(NSUInteger)length atIndex:(NSUInteger)index {
    if (index == MATRIX && length == sizeof matrix) {
        memcpy(matrix, bytes, length);
    } else if (index != VERTICES || length > MOST_BYTES) {
        sim_offence("setVertexBytes: %lu bytes at index %lu are not simulated", length, index);
    }
}

- (void)setFragmentBytes:(const void *)bytes length:(NSUInteger)length atIndex:(NSUInteger)index {
    if (length != sizeof color) {
        sim_offence("setFragmentBytes: %lu bytes at index %lu are not simulated", length, index);
        return;
    }
    memcpy(color, bytes, length);
}

- (void)setFragmentSamplerState:(MTLSamplerState *)sampler atIndex:(NSUInteger)index {
    if (index >= MOST_SAMPLERS) {
        sim_offence("setFragmentSamplerState: index %lu is not simulated", index);
        return;
    }
    samplers[index].linear = sampler.linear;
    samplers[index].wrap = (int)sampler.addressMode;
}

- (void)useResource:(id)resource usage:(NSUInteger)usage {
    struct gpu_buffer *gpu = mtl_encoding(self, "useResource");
    if (gpu && objc_alive(resource, "useResource")) {
        struct gpu_pass *p = pass;
        void *named = resource;
        if (mtl_is_texture(resource)) {
            gpu_will_read(gpu, mtl_texture(resource));
        } else {
            gpu_use(gpu, resource);
        }
        gpu_encode(gpu, ^{
            gpu_make_resident(p, named);
        });
    }
}

/* ---- draws */

- (void)failScissor {
    NSUInteger width = pass->target->width;
    bool wide = scissor.x + scissor.width > width || scissor.width > width;
    long at = (long)(wide ? scissor.x : scissor.y), size = (long)(wide ? scissor.width : scissor.height);
    fprintf(stderr,
            "-[MTLDebugRenderCommandEncoder setScissorRect:]:3812: failed assertion `Set Scissor Rect Validation\n"
            "(rect.%s(%ld) + rect.%s(%ld))(%ld) must be <= render pass %s(%lu)\n'\n",
            wide ? "x" : "y", at, wide ? "width" : "height", size, at + size, wide ? "width" : "height",
            wide ? width : (NSUInteger)pass->target->height);
    abort();
}

/* Where a scissor reaches beyond the target, Metal's debug layer asserts; else it is cut. */
- (void)limitScissor {
    NSUInteger width = pass->target->width, height = pass->target->height;
    if (!scissored) {
        scissor = (MTLScissorRect){0, 0, width, height};
    }
    if (scissor.x + scissor.width <= width && scissor.y + scissor.height <= height && scissor.width <= width
        && scissor.height <= height) {
        return;
    }
    sim_habit("JavaFX sets a scissor beyond its render target (JDK-8369348)", "%ld, %ld, %ld x %ld of %lu x %lu",
              (long)scissor.x, (long)scissor.y, (long)scissor.width, (long)scissor.height, width, height);
    if (mtl_debug_layer()) {
        [self failScissor];
    }
    long right = (long)(scissor.x + scissor.width), bottom = (long)(scissor.y + scissor.height);
    scissor.x = scissor.x < width ? scissor.x : width;
    scissor.y = scissor.y < height ? scissor.y : height;
    right = right > (long)width ? (long)width : right;
    bottom = bottom > (long)height ? (long)height : bottom;
    scissor.width = right > (long)scissor.x ? (NSUInteger)right - scissor.x : 0;
    scissor.height = bottom > (long)scissor.y ? (NSUInteger)bottom - scissor.y : 0;
}

static const uint8_t *address(struct binding binding) {
    return binding.buffer ? binding.buffer->bytes + binding.offset : NULL;
}

- (void)drawIndexedPrimitives:(NSUInteger)type
                   indexCount:(NSUInteger)count
                    indexType:(NSUInteger)indexType
                  indexBuffer:(MTLBuffer *)indices
            indexBufferOffset:(NSUInteger)offset {
    struct gpu_buffer *gpu = mtl_encoding(self, "drawIndexedPrimitives");
    if (!gpu) {
        return;
    }
    if (!pass->target || !state) {
        sim_offence("a draw without a render target or a pipeline state");
        return;
    }
    gpu_use(gpu, indices);
    [self limitScissor];
    struct gpu_draw draw = {
        .pass = pass,
        .x = (int32_t)scissor.x,
        .y = (int32_t)scissor.y,
        .width = (int32_t)scissor.width,
        .height = (int32_t)scissor.height,
    };
    NSString *name = [state.fragmentFunction name];
    if ([name isEqualToString:@"clearFF"]) {
        const double c0 = color[0], c1 = color[1], c2 = color[2], c3 = color[3];
        gpu_encode(gpu, ^{
            const double c[] = {c0, c1, c2, c3};
            gpu_fill(draw.pass->target, draw.x, draw.y, draw.width, draw.height, c);
        });
        return;
    }
    draw.program = name ? gpu_program_named([name UTF8String]) : NULL;
    draw.source_factor = (int)state.sourceFactor;
    draw.destination_factor = (int)state.destinationFactor;
    draw.quads = (int32_t)(count / INDICES_A_QUAD);
    draw.vertices = address(vertexBuffers[VERTICES]);
    draw.colors = address(vertexBuffers[COLORS]);
    draw.arguments = address(arguments);
    memcpy(draw.matrix, matrix, sizeof draw.matrix);
    memcpy(draw.samplers, samplers, sizeof draw.samplers);
    if (!draw.program || !draw.vertices || !draw.colors) {
        sim_offence("a draw with %s, vertices %p, colours %p", [name UTF8String], (const void *)draw.vertices,
                    (const void *)draw.colors);
        return;
    }
    gpu_encode(gpu, ^{
        gpu_draw(&draw);
    });
}
@end
