#import "Metal.h"

#include <stdlib.h>

@implementation MTLBuffer
- (void *)contents {
    if (storage == MTL_STORAGE_PRIVATE) {
        return NULL;
    }
    return bytes;
}

- (NSUInteger)length {
    return size;
}

- (NSUInteger)allocatedSize {
    return size;
}

- (NSUInteger)storageMode {
    return storage;
}

- (uint64_t)gpuAddress {
    return (uint64_t)(uintptr_t)bytes;
}

- (id)device {
    return device;
}

- (NSUInteger)setPurgeableState:(NSUInteger)state {
    return 2; /* NonVolatile: what it was */
}

- (void)makeAliasable {
}

- (void)didModifyRange:(NSRange)range {
}

- (id)newTextureWithDescriptor:(MTLTextureDescriptor *)descriptor
                        offset:(NSUInteger)offset
                   bytesPerRow:(NSUInteger)rowBytes {
    NSUInteger last = descriptor.width * mtl_pixel_bytes(descriptor.pixelFormat); /* the row without its padding */
    if (offset + rowBytes * (descriptor.height - 1) + last > size) {
        sim_offence("a texture of %lu rows of %lu bytes at %lu of an MTLBuffer of %lu bytes", descriptor.height,
                    rowBytes, offset, size);
        return nil;
    }
    MTLTexture *texture = mtl_make_texture(descriptor, device, bytes + offset, rowBytes);
    texture.owner = self;
    return texture;
}

- (void)dealloc {
    if (owned) {
        free(bytes);
    }
    [super dealloc];
}
@end

static NSUInteger storage_of(NSUInteger options) {
    return options >> RESOURCE_STORAGE_SHIFT & RESOURCE_STORAGE_MASK;
}

id mtl_make_buffer(NSUInteger size, NSUInteger options, id device) {
    MTLBuffer *buffer = [MTLBuffer new];
    buffer->bytes = calloc(1, size ? size : 1);
    buffer->size = size;
    buffer->storage = storage_of(options);
    buffer->owned = true;
    buffer->device = device;
    return buffer;
}

/* Placement heaps: MoltenVK says where in the heap a buffer or texture lies. */
@implementation MTLHeap
- (NSUInteger)size {
    return size;
}

- (id)device {
    return device;
}

- (NSUInteger)storageMode {
    return storage;
}

- (NSUInteger)setPurgeableState:(NSUInteger)state {
    return 2;
}

- (bool)holds:(NSUInteger)length at:(NSUInteger)offset {
    if (offset + length > size) {
        sim_offence("%lu bytes at %lu of an MTLHeap of %lu bytes", length, offset, size);
        return false;
    }
    return true;
}

- (id)newBufferWithLength:(NSUInteger)length options:(NSUInteger)options offset:(NSUInteger)offset {
    if (![self holds:length at:offset]) {
        return nil;
    }
    MTLBuffer *buffer = [MTLBuffer new];
    buffer->bytes = bytes + offset;
    buffer->size = length;
    buffer->storage = storage_of(options);
    buffer->device = device;
    buffer.heap = self;
    return buffer;
}

- (id)newTextureWithDescriptor:(MTLTextureDescriptor *)descriptor offset:(NSUInteger)offset {
    size_t rowBytes = descriptor.width * mtl_pixel_bytes(descriptor.pixelFormat);
    if (![self holds:rowBytes * descriptor.height * descriptor.depth * descriptor.arrayLength at:offset]) {
        return nil;
    }
    MTLTexture *texture = mtl_make_texture(descriptor, device, bytes + offset, rowBytes);
    texture.owner = self;
    return texture;
}

- (void)dealloc {
    free(bytes);
    [super dealloc];
}
@end
