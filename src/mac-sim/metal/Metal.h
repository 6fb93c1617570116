/*
 * Metal. The classes that implement Metal's protocols have the protocols' names here; objc_getClass does not know them,
 * as on a Mac drivers name theirs as they like. Methods that nobody has sent are left out: the runtime reports them by
 * name.
 *
 *   mac.c                 the kinds of Mac: which GPUs there are
 *   MTLDevice.m           devices; what they say of themselves and what they make
 *   MTLTexture.m          textures and their views
 *   MTLBuffer.m           buffers and heaps
 *   MTLCommandQueue.m     queues and command buffers, over gpu/
 *   MTLCommandEncoder.m   what all encoders have in common, blit and compute encoders
 *   MTLRenderCommandEncoder.m
 *   MTLLibrary.m          libraries, functions, pipeline states, samplers, argument encoders
 *   MTLSharedEvent.m      shared events and their listeners
 *   MTLDescriptors.m      descriptors: properties with Metal's defaults
 */
#ifndef MACSIM_METAL_H
#define MACSIM_METAL_H

#import "../foundation/Foundation.h"
#include "bridge.h"
#include "mac.h"

typedef struct {
    NSUInteger width, height, depth;
} MTLSize;
typedef struct {
    NSUInteger x, y, z;
} MTLOrigin;
typedef struct {
    MTLOrigin origin;
    MTLSize size;
} MTLRegion;
typedef struct {
    double red, green, blue, alpha;
} MTLClearColor;
typedef struct {
    NSUInteger x, y, width, height;
} MTLScissorRect;
typedef struct {
    NSUInteger size, align;
} MTLSizeAndAlign;

enum { MTLTextureType2D = 2, MTLTextureType2DArray = 3 };
enum { MTLLoadActionLoad = 1, MTLLoadActionClear = 2 };
enum { RESOURCE_STORAGE_SHIFT = 4, RESOURCE_STORAGE_MASK = 0xf };

/* objc_free releases ivars named _like_this: so all that properties hold of objects is owned. */
#define PROPERTY(type, name) @property (nonatomic) type name;
#define OBJECT_PROPERTY(name) @property (nonatomic, retain) id name;
#define STRING_PROPERTY(name) @property (nonatomic, copy) id name;

/* ---- descriptors */

@interface MTLTextureDescriptor : NSObject
PROPERTY(NSUInteger, textureType)
PROPERTY(NSUInteger, pixelFormat)
PROPERTY(NSUInteger, width)
PROPERTY(NSUInteger, height)
PROPERTY(NSUInteger, depth)
PROPERTY(NSUInteger, mipmapLevelCount)
PROPERTY(NSUInteger, sampleCount)
PROPERTY(NSUInteger, arrayLength)
PROPERTY(NSUInteger, cpuCacheMode)
PROPERTY(NSUInteger, storageMode)
PROPERTY(NSUInteger, hazardTrackingMode)
PROPERTY(NSUInteger, usage)
PROPERTY(BOOL, allowGPUOptimizedContents)
@end

/* Arrays of descriptors: their elements exist when they are asked for. */
@interface MTLDescriptorArray : NSObject {
    @public
    Class element;
    id elements[32];
}
+ (id)arrayOf:(Class)element;
- (id)objectAtIndexedSubscript:(NSUInteger)index;
- (void)setObject:(id)object atIndexedSubscript:(NSUInteger)index;
@end

@interface MTLRenderPassAttachmentDescriptor : NSObject
OBJECT_PROPERTY(texture)
OBJECT_PROPERTY(resolveTexture)
PROPERTY(NSUInteger, loadAction)
PROPERTY(NSUInteger, storeAction)
PROPERTY(MTLClearColor, clearColor)
PROPERTY(double, clearDepth)
PROPERTY(uint32_t, clearStencil)
PROPERTY(NSUInteger, level)
PROPERTY(NSUInteger, slice)
PROPERTY(NSUInteger, depthPlane)
@end

@interface MTLRenderPassDescriptor : NSObject
@property (nonatomic, retain) MTLDescriptorArray *colorAttachments;
OBJECT_PROPERTY(depthAttachment)
OBJECT_PROPERTY(stencilAttachment)
OBJECT_PROPERTY(sampleBufferAttachments)
OBJECT_PROPERTY(visibilityResultBuffer)
PROPERTY(NSUInteger, renderTargetArrayLength)
PROPERTY(NSUInteger, renderTargetWidth)
PROPERTY(NSUInteger, renderTargetHeight)
@end

@interface MTLRenderPipelineColorAttachmentDescriptor : NSObject
PROPERTY(NSUInteger, pixelFormat)
PROPERTY(BOOL, blendingEnabled)
PROPERTY(NSUInteger, sourceRGBBlendFactor)
PROPERTY(NSUInteger, destinationRGBBlendFactor)
PROPERTY(NSUInteger, rgbBlendOperation)
PROPERTY(NSUInteger, sourceAlphaBlendFactor)
PROPERTY(NSUInteger, destinationAlphaBlendFactor)
PROPERTY(NSUInteger, alphaBlendOperation)
PROPERTY(NSUInteger, writeMask)
@end

@interface MTLRenderPipelineDescriptor : NSObject
STRING_PROPERTY(label)
OBJECT_PROPERTY(vertexFunction)
OBJECT_PROPERTY(fragmentFunction)
OBJECT_PROPERTY(vertexDescriptor)
@property (nonatomic, retain) MTLDescriptorArray *colorAttachments;
@property (nonatomic, retain) MTLDescriptorArray *vertexBuffers;
@property (nonatomic, retain) MTLDescriptorArray *fragmentBuffers;
PROPERTY(NSUInteger, depthAttachmentPixelFormat)
PROPERTY(NSUInteger, stencilAttachmentPixelFormat)
PROPERTY(NSUInteger, sampleCount)
PROPERTY(NSUInteger, rasterSampleCount)
PROPERTY(BOOL, alphaToCoverageEnabled)
PROPERTY(BOOL, alphaToOneEnabled)
PROPERTY(BOOL, rasterizationEnabled)
PROPERTY(NSUInteger, inputPrimitiveTopology)
@end

@interface MTLSamplerDescriptor : NSObject
STRING_PROPERTY(label)
PROPERTY(NSUInteger, minFilter)
PROPERTY(NSUInteger, magFilter)
PROPERTY(NSUInteger, mipFilter)
PROPERTY(NSUInteger, maxAnisotropy)
PROPERTY(NSUInteger, sAddressMode)
PROPERTY(NSUInteger, tAddressMode)
PROPERTY(NSUInteger, rAddressMode)
PROPERTY(NSUInteger, borderColor)
PROPERTY(BOOL, normalizedCoordinates)
PROPERTY(float, lodMinClamp)
PROPERTY(float, lodMaxClamp)
PROPERTY(NSUInteger, compareFunction)
PROPERTY(BOOL, supportArgumentBuffers)
@end

@interface MTLHeapDescriptor : NSObject
PROPERTY(NSUInteger, size)
PROPERTY(NSUInteger, storageMode)
PROPERTY(NSUInteger, cpuCacheMode)
PROPERTY(NSUInteger, hazardTrackingMode)
PROPERTY(NSUInteger, type)
@end

@interface MTLCommandBufferDescriptor : NSObject
PROPERTY(BOOL, retainedReferences)
PROPERTY(NSUInteger, errorOptions)
@end

/* ---- objects */

@class MTLDevice;

@interface MTLTexture : NSObject {
    @public
    struct gpu_texture gpu;
    id device; /* not owned; nil only as a lie */
    void (^freePixels)(void); /* NULL: free(pixels) */
    bool screen;              /* a window's back buffer */
}
OBJECT_PROPERTY(owner) /* of the memory, where it is another's: a buffer, a heap, the texture that this is a view of */
OBJECT_PROPERTY(parentTexture)
STRING_PROPERTY(label)
PROPERTY(NSUInteger, textureType)
PROPERTY(NSUInteger, depth)
PROPERTY(NSUInteger, mipmapLevelCount)
PROPERTY(NSUInteger, sampleCount)
PROPERTY(NSUInteger, arrayLength)
PROPERTY(NSUInteger, cpuCacheMode)
PROPERTY(NSUInteger, hazardTrackingMode)
- (id)device;
@end

@interface MTLBuffer : NSObject {
    @public
    uint8_t *bytes;
    NSUInteger size;
    NSUInteger storage;
    bool owned; /* the bytes */
    id device;
}
OBJECT_PROPERTY(heap)
STRING_PROPERTY(label)
@end

@interface MTLHeap : NSObject {
    @public
    uint8_t *bytes;
    NSUInteger size;
    NSUInteger storage;
    id device;
}
STRING_PROPERTY(label)
@end

@interface MTLSharedEvent : NSObject {
    @public
    struct gpu_event gpu;
    struct note *notes; /* under notes_lock */
    id device;
    void (^drop)(void); /* of a linked one: frees its context */
}
STRING_PROPERTY(label)
@end

@interface MTLFunction : NSObject {
    @public
    id device;
}
STRING_PROPERTY(name)
STRING_PROPERTY(label)
@end

@interface MTLRenderPipelineState : NSObject
STRING_PROPERTY(label)
OBJECT_PROPERTY(fragmentFunction)
PROPERTY(NSUInteger, sourceFactor)
PROPERTY(NSUInteger, destinationFactor)
@end

@interface MTLSamplerState : NSObject
STRING_PROPERTY(label)
PROPERTY(BOOL, linear)
PROPERTY(NSUInteger, addressMode)
@end

@interface MTLCommandQueue : NSObject {
    @public
    struct gpu_queue *gpu;
    id device;
}
STRING_PROPERTY(label)
- (id)device;
- (id)commandBuffer;
@end

@interface MTLCommandBuffer : NSObject {
    @public
    struct gpu_buffer *gpu;
    pthread_t thread; /* that made it, and alone may encode and commit */
    id encoder;       /* the one that has not ended; not owned */
}
OBJECT_PROPERTY(queue)
STRING_PROPERTY(label)
- (id)device;
- (void)commit;
@end
/* False, an offence that names the action, when a buffer was committed, or belongs to another thread. */
bool mtl_encodable(MTLCommandBuffer *buffer, const char *action);

@interface MTLCommandEncoder : NSObject {
    @public
    MTLCommandBuffer *buffer; /* owned */
    bool ended;
}
STRING_PROPERTY(label)
- (id)initWithBuffer:(MTLCommandBuffer *)commandBuffer;
- (void)endEncoding;
@end
/* The GPU's buffer to encode into; NULL, an offence, when the encoder has ended. */
struct gpu_buffer *mtl_encoding(MTLCommandEncoder *encoder, const char *action);

@interface MTLBlitCommandEncoder : MTLCommandEncoder
@end
@interface MTLComputeCommandEncoder : MTLCommandEncoder
@end
@interface MTLRenderCommandEncoder : MTLCommandEncoder
- (id)initWithBuffer:(MTLCommandBuffer *)commandBuffer pass:(MTLRenderPassDescriptor *)pass;
@end

/* ---- what they share */

bool mtl_debug_layer(void); /* MTL_DEBUG_LAYER is set */
size_t mtl_pixel_bytes(NSUInteger pixelFormat);
id mtl_make_texture(MTLTextureDescriptor *descriptor, id device, uint8_t *pixels, size_t rowBytes); /* retain count 1 */
id mtl_make_buffer(NSUInteger size, NSUInteger options, id device);
id mtl_make_event(id device);
id mtl_make_queue(id device);
id mtl_make_library(id device);
id mtl_make_plain(const char *class_symbol); /* of a class that has no more than a label */
id mtl_argument_encoder(id device);

#endif
