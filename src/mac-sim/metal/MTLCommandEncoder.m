#import "Metal.h"

#include <string.h>

@implementation MTLCommandEncoder
- (id)initWithBuffer:(MTLCommandBuffer *)commandBuffer {
    if (commandBuffer->encoder) {
        sim_offence("a new encoder of MTLCommandBuffer %p, while another has not ended", (void *)commandBuffer);
    }
    buffer = [commandBuffer retain];
    buffer->encoder = self;
    return self;
}

- (id)device {
    return [buffer device];
}

- (void)endEncoding {
    if (ended) {
        sim_offence("endEncoding: the encoder %p has ended already", (void *)self);
        return;
    }
    mtl_encodable(buffer, "endEncoding");
    ended = true;
    buffer->encoder = buffer->encoder == self ? nil : buffer->encoder;
}

- (void)pushDebugGroup:(NSString *)name {
}

- (void)popDebugGroup {
}

- (void)dealloc {
    if (!ended) {
        sim_offence("the encoder %p goes without endEncoding", (void *)self);
        buffer->encoder = buffer->encoder == self ? nil : buffer->encoder;
    }
    [buffer release];
    [super dealloc];
}
@end

struct gpu_buffer *mtl_encoding(MTLCommandEncoder *encoder, const char *action) {
    if (encoder->ended) {
        sim_offence("%s: the encoder %p has ended", action, (void *)encoder);
        return NULL;
    }
    return mtl_encodable(encoder->buffer, action) ? encoder->buffer->gpu : NULL;
}

/* ---- copies */

struct place { /* in a texture */
    struct gpu_texture *texture;
    NSUInteger slice;
    MTLOrigin origin;
};

static uint8_t *row_of(struct place place, NSUInteger row) {
    const struct gpu_texture *t = place.texture;
    return t->pixels + place.slice * t->slice_bytes + (place.origin.y + row) * t->row_bytes
           + place.origin.x * t->pixel_bytes;
}

static bool fits_texture(struct place place, NSUInteger level, MTLSize size, const char *what) {
    const struct gpu_texture *t = place.texture;
    if (!t) {
        return false;
    }
    if (level || size.depth != 1 || place.origin.z) {
        sim_offence("%s: level %lu, depth %lu: not simulated", what, level, size.depth);
        return false;
    }
    if (place.origin.x + size.width > t->width || place.origin.y + size.height > t->height
        || (place.slice + 1) * t->slice_bytes > t->bytes) {
        sim_offence("%s: %lu x %lu at %lu, %lu of slice %lu is outside of the texture of %u x %u", what, size.width,
                    size.height, place.origin.x, place.origin.y, place.slice, t->width, t->height);
        return false;
    }
    return true;
}

static bool fits_buffer(MTLBuffer *buffer, NSUInteger offset, NSUInteger bytes, const char *what) {
    if (!buffer || offset + bytes > buffer->size) {
        sim_offence("%s: %lu bytes at %lu are outside of the buffer of %lu", what, bytes, offset,
                    buffer ? buffer->size : 0);
        return false;
    }
    return true;
}

@implementation MTLBlitCommandEncoder
- (struct gpu_buffer *)encode:(const char *)what use:(id)one and:(id)other {
    struct gpu_buffer *gpu = mtl_encoding(self, what);
    if (gpu) {
        gpu_use(gpu, one);
        gpu_use(gpu, other);
    }
    return gpu;
}

- (void)copyFromBuffer:(MTLBuffer *)source
          sourceOffset:(NSUInteger)from
              toBuffer:(MTLBuffer *)target
     destinationOffset:(NSUInteger)to
                  size:(NSUInteger)size {
    struct gpu_buffer *gpu = [self encode:"buffer to buffer" use:source and:target];
    if (!gpu || !fits_buffer(source, from, size, "buffer to buffer")
        || !fits_buffer(target, to, size, "buffer to buffer")) {
        return;
    }
    const uint8_t *read = source->bytes + from;
    uint8_t *written = target->bytes + to;
    gpu_encode(gpu, ^{
        memmove(written, read, size);
    });
}

- (void)copyFromBuffer:(MTLBuffer *)source
           sourceOffset:(NSUInteger)from
      sourceBytesPerRow:(NSUInteger)rowBytes
    sourceBytesPerImage:(NSUInteger)imageBytes
             sourceSize:(MTLSize)size
              toTexture:(MTLTexture *)target
       destinationSlice:(NSUInteger)slice
       destinationLevel:(NSUInteger)level
      destinationOrigin:(MTLOrigin)origin {
    struct gpu_buffer *gpu = [self encode:"buffer to texture" use:source and:target];
    struct place to = {gpu ? mtl_texture(target) : NULL, slice, origin};
    if (!fits_texture(to, level, size, "buffer to texture")) {
        return;
    }
    size_t bytes = size.width * to.texture->pixel_bytes, row = rowBytes ? rowBytes : bytes;
    if (!fits_buffer(source, from, row * (size.height - 1) + bytes, "buffer to texture")) {
        return;
    }
    const uint8_t *read = source->bytes + from;
    gpu_encode(gpu, ^{
        gpu_writes(to.texture);
        for (NSUInteger y = 0; y < size.height; y++) {
            memcpy(row_of(to, y), read + y * row, bytes);
        }
    });
}

- (void)copyFromBuffer:(MTLBuffer *)source
           sourceOffset:(NSUInteger)from
      sourceBytesPerRow:(NSUInteger)rowBytes
    sourceBytesPerImage:(NSUInteger)imageBytes
             sourceSize:(MTLSize)size
              toTexture:(MTLTexture *)target
       destinationSlice:(NSUInteger)slice
       destinationLevel:(NSUInteger)level
      destinationOrigin:(MTLOrigin)origin
                options:(NSUInteger)options {
    [self copyFromBuffer:source
               sourceOffset:from
          sourceBytesPerRow:rowBytes
        sourceBytesPerImage:imageBytes
                 sourceSize:size
                  toTexture:target
           destinationSlice:slice
           destinationLevel:level
          destinationOrigin:origin];
}

- (void)copyFromTexture:(MTLTexture *)source
                 sourceSlice:(NSUInteger)slice
                 sourceLevel:(NSUInteger)level
                sourceOrigin:(MTLOrigin)origin
                  sourceSize:(MTLSize)size
                    toBuffer:(MTLBuffer *)target
           destinationOffset:(NSUInteger)to
      destinationBytesPerRow:(NSUInteger)row
    destinationBytesPerImage:(NSUInteger)imageBytes {
    struct gpu_buffer *gpu = [self encode:"texture to buffer" use:source and:target];
    struct place from = {gpu ? mtl_texture(source) : NULL, slice, origin};
    if (!fits_texture(from, level, size, "texture to buffer")) {
        return;
    }
    size_t bytes = size.width * from.texture->pixel_bytes;
    if (!fits_buffer(target, to, row * (size.height - 1) + bytes, "texture to buffer")) {
        return;
    }
    uint8_t *written = target->bytes + to;
    gpu_will_read(gpu, from.texture);
    gpu_encode(gpu, ^{
        gpu_reads(from.texture);
        for (NSUInteger y = 0; y < size.height; y++) {
            memcpy(written + y * row, row_of(from, y), bytes);
        }
    });
}

- (void)copyFromTexture:(MTLTexture *)source
                 sourceSlice:(NSUInteger)slice
                 sourceLevel:(NSUInteger)level
                sourceOrigin:(MTLOrigin)origin
                  sourceSize:(MTLSize)size
                    toBuffer:(MTLBuffer *)target
           destinationOffset:(NSUInteger)to
      destinationBytesPerRow:(NSUInteger)row
    destinationBytesPerImage:(NSUInteger)imageBytes
                     options:(NSUInteger)options {
    [self copyFromTexture:source
                     sourceSlice:slice
                     sourceLevel:level
                    sourceOrigin:origin
                      sourceSize:size
                        toBuffer:target
               destinationOffset:to
          destinationBytesPerRow:row
        destinationBytesPerImage:imageBytes];
}

- (void)copyFromTexture:(MTLTexture *)source
          sourceSlice:(NSUInteger)sourceSlice
          sourceLevel:(NSUInteger)sourceLevel
         sourceOrigin:(MTLOrigin)sourceOrigin
           sourceSize:(MTLSize)size
            toTexture:(MTLTexture *)target
     destinationSlice:(NSUInteger)slice
     destinationLevel:(NSUInteger)level
    destinationOrigin:(MTLOrigin)origin {
    struct gpu_buffer *gpu = [self encode:"texture to texture" use:source and:target];
    struct place from = {gpu ? mtl_texture(source) : NULL, sourceSlice, sourceOrigin};
    struct place to = {gpu ? mtl_texture(target) : NULL, slice, origin};
    if (!fits_texture(from, sourceLevel, size, "texture to texture")
        || !fits_texture(to, level, size, "texture to texture")) {
        return;
    }
    if (from.texture->pixel_bytes != to.texture->pixel_bytes) {
        sim_offence("texture to texture: the pixel formats %u and %u differ in size", from.texture->pixel_format,
                    to.texture->pixel_format);
        return;
    }
    size_t bytes = size.width * from.texture->pixel_bytes;
    gpu_will_read(gpu, from.texture);
    gpu_encode(gpu, ^{
        gpu_reads(from.texture);
        gpu_writes(to.texture);
        for (NSUInteger y = 0; y < size.height; y++) {
            memmove(row_of(to, y), row_of(from, y), bytes);
        }
    });
}

- (void)fillBuffer:(MTLBuffer *)target range:(NSRange)range value:(uint8_t)value {
    struct gpu_buffer *gpu = [self encode:"fillBuffer" use:target and:nil];
    if (!gpu || !fits_buffer(target, range.location, range.length, "fillBuffer")) {
        return;
    }
    uint8_t *written = target->bytes + range.location;
    gpu_encode(gpu, ^{
        memset(written, value, range.length);
    });
}

/* The CPU and the GPU of this Mac see the same memory. */
- (void)synchronizeTexture:(MTLTexture *)texture slice:(NSUInteger)slice level:(NSUInteger)level {
}

- (void)synchronizeResource:(id)resource {
}
@end

@implementation MTLComputeCommandEncoder
- (void)dispatchThreadgroups:(MTLSize)groups threadsPerThreadgroup:(MTLSize)threads {
    sim_offence("dispatchThreadgroups: compute shaders are not simulated");
}
@end
