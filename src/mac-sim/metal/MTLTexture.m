#import "Metal.h"

#include <stdlib.h>
#include <string.h>

/* Of the pixel formats that a texture may have here; more than enough for what is made, not all of Metal's. */
size_t mtl_pixel_bytes(NSUInteger format) {
    if (format >= 1 && format <= 14) {
        return 1;
    }
    if (format >= 20 && format <= 43) {
        return 2;
    }
    if (format >= 103 && format <= 115) {
        return 8;
    }
    return format >= 123 && format <= 125 ? 16 : 4;
}

@implementation MTLTexture
- (id)device {
    return device;
}

- (NSUInteger)width {
    return gpu.width;
}

- (NSUInteger)height {
    return gpu.height;
}

- (NSUInteger)pixelFormat {
    return gpu.pixel_format;
}

- (NSUInteger)usage {
    return gpu.usage;
}

- (NSUInteger)storageMode {
    return gpu.storage_mode;
}

- (NSUInteger)allocatedSize {
    return gpu.bytes;
}

- (NSUInteger)setPurgeableState:(NSUInteger)state {
    return 2; /* NonVolatile: what it was */
}

- (id)newTextureViewWithPixelFormat:(NSUInteger)format {
    MTLTexture *view = [MTLTexture new];
    view->gpu = gpu;
    view->gpu.object = view;
    view->gpu.history = NULL;
    view->gpu.sampled = 0;
    view->gpu.pixel_format = (uint32_t)format;
    view->device = device;
    view.owner = self;
    view.parentTexture = self;
    view.textureType = self.textureType;
    view.depth = self.depth;
    view.mipmapLevelCount = self.mipmapLevelCount;
    view.sampleCount = self.sampleCount;
    view.arrayLength = self.arrayLength;
    return view;
}

- (id)newTextureViewWithPixelFormat:(NSUInteger)format
                        textureType:(NSUInteger)type
                             levels:(NSRange)levels
                             slices:(NSRange)slices {
    MTLTexture *view = [self newTextureViewWithPixelFormat:format];
    view.textureType = type;
    if (levels.location || slices.location) {
        sim_offence("a view of level %lu, slice %lu is not simulated", levels.location, slices.location);
    }
    return view;
}

- (void)replaceRegion:(MTLRegion)region
          mipmapLevel:(NSUInteger)level
            withBytes:(const void *)bytes
          bytesPerRow:(NSUInteger)rowBytes {
    if (gpu.storage_mode == MTL_STORAGE_PRIVATE) {
        sim_offence("-[MTLTexture replaceRegion:…]: the CPU cannot write a texture of private storage");
        return;
    }
    MTLOrigin o = region.origin;
    if (level || o.x + region.size.width > gpu.width || o.y + region.size.height > gpu.height) {
        sim_offence("-[MTLTexture replaceRegion:…]: %lu x %lu at %lu, %lu of level %lu", region.size.width,
                    region.size.height, o.x, o.y, level);
        return;
    }
    for (NSUInteger y = 0; y < region.size.height; y++) {
        memcpy(gpu.pixels + (o.y + y) * gpu.row_bytes + o.x * gpu.pixel_bytes, (const char *)bytes + y * rowBytes,
               region.size.width * gpu.pixel_bytes);
    }
}

- (void)replaceRegion:(MTLRegion)region
          mipmapLevel:(NSUInteger)level
                slice:(NSUInteger)slice
            withBytes:(const void *)bytes
          bytesPerRow:(NSUInteger)rowBytes
        bytesPerImage:(NSUInteger)imageBytes {
    if (slice) {
        sim_offence("-[MTLTexture replaceRegion:…]: slice %lu is not simulated", slice);
        return;
    }
    [self replaceRegion:region mipmapLevel:level withBytes:bytes bytesPerRow:rowBytes];
}

/* As drivers do: the device lives at least until the pool of whoever lets go of the texture is drained. */
- (void)dealloc {
    [[device retain] autorelease];
    gpu_forget_history(&gpu);
    if (freePixels) {
        freePixels();
        _Block_release(freePixels);
    } else if (!self.owner) {
        free(gpu.pixels);
    }
    [super dealloc];
}
@end

id mtl_make_texture(MTLTextureDescriptor *d, id device, uint8_t *pixels, size_t row_bytes) {
    if (!d.width || !d.height || d.width > 16384 || d.height > 16384) {
        sim_offence("a texture of %lu x %lu pixels", d.width, d.height);
        return nil;
    }
    MTLTexture *texture = [MTLTexture new];
    texture->device = device;
    texture.textureType = d.textureType;
    texture.depth = d.depth;
    texture.mipmapLevelCount = d.mipmapLevelCount;
    texture.sampleCount = d.sampleCount;
    texture.arrayLength = d.arrayLength;
    texture.cpuCacheMode = d.cpuCacheMode;
    texture.hazardTrackingMode = d.hazardTrackingMode;
    struct gpu_texture *gpu = &texture->gpu;
    gpu->object = texture;
    gpu->root = gpu;
    gpu->width = (uint32_t)d.width;
    gpu->height = (uint32_t)d.height;
    gpu->pixel_format = (uint32_t)d.pixelFormat;
    gpu->usage = (uint32_t)d.usage;
    gpu->storage_mode = (uint32_t)d.storageMode;
    gpu->pixel_bytes = mtl_pixel_bytes(d.pixelFormat);
    gpu->row_bytes = pixels ? row_bytes : d.width * gpu->pixel_bytes;
    gpu->slice_bytes = gpu->row_bytes * d.height;
    gpu->bytes = gpu->slice_bytes * d.depth * d.arrayLength;
    gpu->pixels = pixels ? pixels : calloc(1, gpu->bytes);
    return texture;
}

bool mtl_is_texture(id object) {
    return object && objc_in_range(object) && !objc_is_freed(object) && objc_is_kind_of(object, [MTLTexture class]);
}

struct gpu_texture *mtl_texture(id object) {
    if (mtl_is_texture(object)) {
        return &((MTLTexture *)object)->gpu;
    }
    sim_offence("%p is no living MTLTexture", (void *)object);
    return NULL;
}

bool mtl_is_screen(id texture) {
    return mtl_is_texture(texture) && ((MTLTexture *)texture)->screen;
}

/* ---- for C and the tests */

static MTLTextureDescriptor *descriptor(uint32_t width, uint32_t height, uint32_t format, uint32_t usage,
                                        uint32_t storage) {
    MTLTextureDescriptor *d = [MTLTextureDescriptor new];
    d.width = width;
    d.height = height;
    d.pixelFormat = format;
    d.usage = usage;
    d.storageMode = storage;
    return d;
}

id mtl_new_texture(uint32_t width, uint32_t height, uint32_t format, uint32_t usage, uint32_t storage) {
    MTLTextureDescriptor *d = descriptor(width, height, format, usage, storage);
    id texture = mtl_make_texture(d, mtl_system_device(), NULL, 0);
    [d release];
    return texture;
}

id mtl_new_foreign_texture(uint32_t width, uint32_t height, uint32_t format, uint32_t usage, uint8_t *pixels,
                           size_t row_bytes, void (*free_pixels)(void *), void *memory) {
    MTLTextureDescriptor *d = descriptor(width, height, format, usage, MTL_STORAGE_PRIVATE);
    MTLTexture *texture = mtl_make_texture(d, mtl_system_device(), pixels, row_bytes);
    [d release];
    texture->freePixels = _Block_copy(^{
        free_pixels(memory);
    });
    return texture;
}

uint64_t mtl_sampled(id texture) {
    return objc_alive(texture, "counting fetches") ? ((MTLTexture *)texture)->gpu.sampled : 0;
}
