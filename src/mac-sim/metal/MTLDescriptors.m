#import "Metal.h"

@implementation MTLTextureDescriptor
- (id)init {
    self.textureType = MTLTextureType2D;
    self.pixelFormat = MTL_PIXEL_FORMAT_RGBA8;
    self.width = 1;
    self.height = 1;
    self.depth = 1;
    self.mipmapLevelCount = 1;
    self.sampleCount = 1;
    self.arrayLength = 1;
    self.usage = MTL_USAGE_SHADER_READ;
    self.storageMode = mac_kind()->gpus[0].unified_memory ? MTL_STORAGE_SHARED : MTL_STORAGE_MANAGED;
    return self;
}

+ (id)texture2DDescriptorWithPixelFormat:(NSUInteger)format
                                   width:(NSUInteger)width
                                  height:(NSUInteger)height
                               mipmapped:(BOOL)mipmapped {
    MTLTextureDescriptor *descriptor = [[self new] autorelease];
    descriptor.pixelFormat = format;
    descriptor.width = width;
    descriptor.height = height;
    if (mipmapped) {
        NSUInteger levels = 1;
        for (NSUInteger size = width > height ? width : height; size > 1; size /= 2) {
            levels++;
        }
        descriptor.mipmapLevelCount = levels;
    }
    return descriptor;
}
@end

@implementation MTLDescriptorArray
+ (id)arrayOf:(Class)element {
    MTLDescriptorArray *array = [[self new] autorelease];
    array->element = element;
    return array;
}

- (id)objectAtIndexedSubscript:(NSUInteger)index {
    if (index >= sizeof elements / sizeof *elements) {
        sim_offence("attachment %lu", index);
        return nil;
    }
    if (!elements[index]) {
        elements[index] = [(id)element new];
    }
    return elements[index];
}

- (void)setObject:(id)object atIndexedSubscript:(NSUInteger)index {
    if (index >= sizeof elements / sizeof *elements) {
        sim_offence("attachment %lu", index);
        return;
    }
    id old = elements[index];
    elements[index] = [object retain];
    [old release];
}

- (void)dealloc {
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        [elements[i] release];
    }
    [super dealloc];
}
@end

@implementation MTLRenderPassAttachmentDescriptor
- (id)init {
    self.clearColor = (MTLClearColor){0, 0, 0, 1};
    self.clearDepth = 1;
    return self;
}
@end

/* Without properties that anybody has set so far. */
#define PLAIN(name)                                                                                                    \
    @interface name : NSObject                                                                                         \
    @end                                                                                                               \
    @implementation name                                                                                               \
    @end

PLAIN(MTLRenderPassSampleBufferAttachmentDescriptor)

@implementation MTLRenderPassDescriptor
+ (id)renderPassDescriptor {
    return [[self new] autorelease];
}

- (id)init {
    self.colorAttachments = [MTLDescriptorArray arrayOf:[MTLRenderPassAttachmentDescriptor class]];
    self.depthAttachment = [[MTLRenderPassAttachmentDescriptor new] autorelease];
    self.stencilAttachment = [[MTLRenderPassAttachmentDescriptor new] autorelease];
    self.sampleBufferAttachments = [MTLDescriptorArray arrayOf:[MTLRenderPassSampleBufferAttachmentDescriptor class]];
    return self;
}
@end

@implementation MTLRenderPipelineColorAttachmentDescriptor
- (id)init {
    self.sourceRGBBlendFactor = 1;
    self.sourceAlphaBlendFactor = 1;
    self.writeMask = 15;
    return self;
}
@end

@interface MTLPipelineBufferDescriptor : NSObject
PROPERTY(NSUInteger, mutability)
@end
@implementation MTLPipelineBufferDescriptor
@end

@implementation MTLRenderPipelineDescriptor
- (id)init {
    self.colorAttachments = [MTLDescriptorArray arrayOf:[MTLRenderPipelineColorAttachmentDescriptor class]];
    self.vertexBuffers = [MTLDescriptorArray arrayOf:[MTLPipelineBufferDescriptor class]];
    self.fragmentBuffers = [MTLDescriptorArray arrayOf:[MTLPipelineBufferDescriptor class]];
    self.rasterizationEnabled = YES;
    self.sampleCount = 1;
    self.rasterSampleCount = 1;
    return self;
}
@end

@implementation MTLSamplerDescriptor
- (id)init {
    self.maxAnisotropy = 1;
    self.normalizedCoordinates = YES;
    return self;
}
@end

@implementation MTLHeapDescriptor
- (id)init {
    self.storageMode = MTL_STORAGE_PRIVATE;
    return self;
}
@end

@implementation MTLCommandBufferDescriptor
- (id)init {
    self.retainedReferences = YES;
    return self;
}
@end

@interface MTLCompileOptions : NSObject
OBJECT_PROPERTY(preprocessorMacros)
PROPERTY(BOOL, fastMathEnabled)
PROPERTY(NSUInteger, languageVersion)
PROPERTY(BOOL, preserveInvariance)
PROPERTY(NSInteger, optimizationLevel)
PROPERTY(NSInteger, mathMode)
PROPERTY(NSInteger, mathFloatingPointFunctions)
@end
@implementation MTLCompileOptions
@end

@interface MTLDepthStencilDescriptor : NSObject
STRING_PROPERTY(label)
PROPERTY(NSUInteger, depthCompareFunction)
PROPERTY(BOOL, depthWriteEnabled)
OBJECT_PROPERTY(frontFaceStencil)
OBJECT_PROPERTY(backFaceStencil)
@end
@implementation MTLDepthStencilDescriptor
@end

@interface MTLArgumentDescriptor : NSObject
PROPERTY(NSUInteger, dataType)
PROPERTY(NSUInteger, index)
PROPERTY(NSUInteger, arrayLength)
PROPERTY(NSUInteger, access)
PROPERTY(NSUInteger, textureType)
@end
@implementation MTLArgumentDescriptor
+ (id)argumentDescriptor {
    return [[self new] autorelease];
}
@end

@interface MTLCaptureManager : NSObject
@end
@implementation MTLCaptureManager
+ (id)sharedCaptureManager {
    static id manager;
    if (!manager) {
        manager = [self new];
    }
    return manager;
}

- (id)newCaptureScopeWithCommandQueue:(id)queue {
    return nil; /* nobody captures */
}

- (BOOL)isCapturing {
    return NO;
}
@end

/* What MoltenVK links and, as far as is known, makes in other applications only. */
PLAIN(MTLVertexDescriptor)
PLAIN(MTLComputePipelineDescriptor)
PLAIN(MTLStencilDescriptor)
PLAIN(MTLCaptureDescriptor)
PLAIN(MTLCounterSampleBufferDescriptor)
PLAIN(MTLComputePassDescriptor)
PLAIN(MTLBlitPassDescriptor)
PLAIN(MTLFunctionConstantValues)
PLAIN(MTLStageInputOutputDescriptor)
PLAIN(MTLResidencySetDescriptor)
