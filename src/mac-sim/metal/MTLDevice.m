/*
 * Devices. They say what MoltenVK and JavaFX ask: features as of Apple's GPUs of 2022 on macOS 14, or of an Intel
 * Mac's.
 */
#import "Metal.h"
#include "../loader/macho.h"
#include "../system/shim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FAMILY_APPLE1 = 1001, FAMILY_APPLE7 = 1007, FAMILY_MAC1 = 2001, FAMILY_MAC2 = 2002, FAMILY_COMMON1 = 3001,
       FAMILY_COMMON3 = 3003, FAMILY_METAL3 = 5001 };

@interface MTLDevice : NSObject {
    @public
    const struct mac_gpu *gpu;
}
STRING_PROPERTY(name)
@end

static pthread_once_t once = PTHREAD_ONCE_INIT;
static MTLDevice *javafxs, *vulkans[2];

static MTLDevice *make_device(const struct mac_gpu *gpu) {
    MTLDevice *device = [MTLDevice new];
    device->gpu = gpu;
    NSString *name = [[NSString alloc] initWithUTF8String:gpu->name];
    device.name = name;
    [name release];
    return device;
}

bool mtl_debug_layer(void) {
    const char *wanted = getenv("MTL_DEBUG_LAYER");
    return wanted && *wanted && strcmp(wanted, "0");
}

static void greet(void) { /* as the debug layer does, by NSLog */
    char day[32] = "";
    time_t now = time(NULL);
    struct tm local;
    strftime(day, sizeof day, "%Y-%m-%d %H:%M:%S", localtime_r(&now, &local));
    fprintf(stderr, "%s.000 java[%d:%d] Metal API Validation Enabled\n", day, (int)getpid(), (int)gettid());
}

/* They live as long as the process. */
static void make_devices(void) {
    if (mtl_debug_layer()) {
        greet();
    }
    const struct mac *mac = mac_kind();
    javafxs = make_device(&mac->gpus[0]);
    for (int i = 0; i < mac->gpu_count; i++) {
        bool same = i == 0 && !mac->two_objects;
        vulkans[i] = same ? [javafxs retain] : make_device(&mac->gpus[i]);
    }
}

id mtl_system_device(void) {
    pthread_once(&once, make_devices);
    return javafxs;
}

EXPORT id MTLCreateSystemDefaultDevice(void);
id MTLCreateSystemDefaultDevice(void) {
    return objc_retain_for(mtl_system_device(), __builtin_return_address(0));
}

/* Built-in ones last: so the first is not JavaFX's where there are two. */
static id copy_all_devices(void) {
    mtl_system_device();
    NSMutableArray *all = [NSMutableArray new];
    for (int i = mac_kind()->gpu_count; i > 0; i--) {
        [all addObject:vulkans[i - 1]];
    }
    return all;
}

SHIM(MTLCreateSystemDefaultDevice, MTLCreateSystemDefaultDevice);
SHIM(MTLCopyAllDevices, copy_all_devices);

@implementation MTLDevice

/* ---- what it is */

- (uint64_t)registryID {
    static _Atomic uint64_t lies;
    return gpu->registry_id + (sim_failing("-[MTLDevice registryID]") ? ++lies : 0);
}

- (BOOL)hasUnifiedMemory {
    return gpu->unified_memory;
}

- (BOOL)isLowPower {
    return gpu->low_power;
}

- (BOOL)isRemovable {
    return gpu->removable;
}

- (BOOL)isHeadless {
    return NO;
}

- (NSUInteger)location {
    return gpu->removable ? 2 : 0; /* MTLDeviceLocationExternal, BuiltIn */
}

- (NSUInteger)locationNumber {
    return 0;
}

- (uint64_t)peerGroupID {
    return 0;
}

- (uint32_t)peerIndex {
    return 0;
}

- (uint32_t)peerCount {
    return 0;
}

/* ---- what it can */

- (BOOL)supportsFamily:(NSInteger)family {
    if (family >= FAMILY_APPLE1 && family <= FAMILY_APPLE7) {
        return gpu->apple;
    }
    if (family == FAMILY_MAC1 || family == FAMILY_MAC2) {
        return gpu->mac2;
    }
    return (family >= FAMILY_COMMON1 && family <= FAMILY_COMMON3) || (family == FAMILY_METAL3 && gpu->mac2);
}

#define ANSWER(type, selector, value)                                                                                  \
    -(type)selector {                                                                                                  \
        return value;                                                                                                  \
    }

ANSWER(NSUInteger, maxBufferLength, 1ul << 30)
ANSWER(uint64_t, recommendedMaxWorkingSetSize, 4ul << 30)
ANSWER(NSUInteger, currentAllocatedSize, 0)
ANSWER(NSUInteger, maxThreadgroupMemoryLength, 32768)
ANSWER(MTLSize, maxThreadsPerThreadgroup, ((MTLSize){1024, 1024, 1024}))
ANSWER(NSUInteger, maxArgumentBufferSamplerCount, 1024)
ANSWER(NSUInteger, argumentBuffersSupport, 1) /* tier 2 */
ANSWER(NSUInteger, readWriteTextureSupport, 2)
ANSWER(uint64_t, maxTransferRate, 0)
ANSWER(BOOL, supports32BitFloatFiltering, YES)
ANSWER(BOOL, supports32BitMSAA, YES)
ANSWER(BOOL, supportsBCTextureCompression, YES)
ANSWER(BOOL, supportsPullModelInterpolation, YES)
ANSWER(BOOL, supportsQueryTextureLOD, YES)
ANSWER(BOOL, supportsShaderBarycentricCoordinates, NO)
ANSWER(BOOL, supportsRaytracing, NO)
ANSWER(BOOL, supportsFunctionPointers, NO)
ANSWER(BOOL, areProgrammableSamplePositionsSupported, YES)
ANSWER(BOOL, areRasterOrderGroupsSupported, YES)
ANSWER(BOOL, areBarycentricCoordsSupported, NO)
ANSWER(BOOL, isDepth24Stencil8PixelFormatSupported, NO)
ANSWER(id, counterSets, [NSArray array])

- (BOOL)supportsTextureSampleCount:(NSUInteger)count {
    return count == 1 || count == 2 || count == 4;
}

- (BOOL)supportsCounterSampling:(NSUInteger)point {
    return NO;
}

- (BOOL)supportsRasterizationRateMapWithLayerCount:(NSUInteger)count {
    return NO;
}

- (BOOL)supportsVertexAmplificationCount:(NSUInteger)count {
    return NO;
}

- (NSUInteger)minimumLinearTextureAlignmentForPixelFormat:(NSUInteger)format {
    return 16;
}

- (NSUInteger)minimumTextureBufferAlignmentForPixelFormat:(NSUInteger)format {
    return 16;
}

- (MTLSizeAndAlign)heapBufferSizeAndAlignWithLength:(NSUInteger)length options:(NSUInteger)options {
    return (MTLSizeAndAlign){(length + 255) & ~255ul, 256};
}

- (MTLSizeAndAlign)heapTextureSizeAndAlignWithDescriptor:(MTLTextureDescriptor *)d {
    NSUInteger bytes = d.width * d.height * d.depth * d.arrayLength * mtl_pixel_bytes(d.pixelFormat);
    return (MTLSizeAndAlign){(bytes + 4095) & ~4095ul, 4096};
}

- (void)sampleTimestamps:(uint64_t *)cpu gpuTimestamp:(uint64_t *)time {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    *cpu = *time = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* ---- what it makes */

- (id)newCommandQueue {
    return mtl_make_queue(self);
}

- (id)newCommandQueueWithMaxCommandBufferCount:(NSUInteger)count {
    return mtl_make_queue(self);
}

- (id)newBufferWithLength:(NSUInteger)length options:(NSUInteger)options {
    return mtl_make_buffer(length, options, self);
}

- (id)newBufferWithBytes:(const void *)bytes length:(NSUInteger)length options:(NSUInteger)options {
    MTLBuffer *buffer = mtl_make_buffer(length, options, self);
    memcpy(buffer->bytes, bytes, length);
    return buffer;
}

- (id)newHeapWithDescriptor:(MTLHeapDescriptor *)descriptor {
    MTLHeap *heap = [MTLHeap new];
    heap->size = descriptor.size;
    heap->bytes = calloc(1, descriptor.size);
    heap->storage = descriptor.storageMode;
    heap->device = self;
    return heap;
}

enum { NIL = 1, OTHER_SIZE, OTHER_FORMAT, SHARED, NOT_SAMPLED, ARRAY, NO_DEVICE, OTHER_HEIGHT }; /* see sim.h */

- (MTLTexture *)wrongTexture:(MTLTextureDescriptor *)d how:(int)how {
    d.width += how == OTHER_SIZE;
    d.height += how == OTHER_HEIGHT;
    d.pixelFormat = how == OTHER_FORMAT ? MTL_PIXEL_FORMAT_RGBA32F : d.pixelFormat;
    d.storageMode = how == SHARED ? MTL_STORAGE_SHARED : d.storageMode;
    d.usage = how == NOT_SAMPLED ? MTL_USAGE_RENDER_TARGET : d.usage;
    d.textureType = how == ARRAY ? MTLTextureType2DArray : d.textureType;
    MTLTexture *texture = how == NIL ? nil : mtl_make_texture(d, self, NULL, 0);
    if (how == NO_DEVICE) {
        texture->device = nil;
    }
    return texture;
}

- (id)newTextureWithDescriptor:(MTLTextureDescriptor *)descriptor {
    int32_t how = sim_failing("-[MTLDevice newTextureWithDescriptor:]");
    const struct macho *caller = macho_at(__builtin_return_address(0));
    if (how && caller && !strcmp(macho_name(caller), "libMoltenVK.dylib")) {
        return [self wrongTexture:descriptor how:how];
    }
    return mtl_make_texture(descriptor, self, NULL, 0);
}

- (id)newSharedEvent {
    return mtl_make_event(self);
}

- (id)newEvent {
    return mtl_make_event(self);
}

- (id)newFence {
    return mtl_make_plain("OBJC_CLASS_$_MTLFence");
}

- (id)newLibraryWithData:(id)data error:(id *)error {
    return mtl_make_library(self);
}

- (id)newLibraryWithSource:(NSString *)source options:(id)options error:(id *)error {
    return mtl_make_library(self);
}

- (id)newRenderPipelineStateWithDescriptor:(MTLRenderPipelineDescriptor *)descriptor error:(id *)error {
    MTLRenderPipelineState *state = [MTLRenderPipelineState new];
    MTLRenderPipelineColorAttachmentDescriptor *color = [descriptor.colorAttachments objectAtIndexedSubscript:0];
    state.fragmentFunction = descriptor.fragmentFunction;
    state.sourceFactor = color.blendingEnabled ? color.sourceRGBBlendFactor : 1;
    state.destinationFactor = color.blendingEnabled ? color.destinationRGBBlendFactor : 0;
    if (descriptor.sampleCount != 1 || descriptor.rasterSampleCount != 1) {
        sim_offence("a pipeline state with %lu samples is not simulated", descriptor.sampleCount);
    }
    return state;
}

- (id)newSamplerStateWithDescriptor:(MTLSamplerDescriptor *)descriptor {
    MTLSamplerState *state = [MTLSamplerState new];
    state.linear = descriptor.minFilter != 0;
    state.addressMode = descriptor.sAddressMode;
    return state;
}

- (id)newDepthStencilStateWithDescriptor:(id)descriptor {
    return mtl_make_plain("OBJC_CLASS_$_MTLDepthStencilState");
}

- (id)newArgumentEncoderWithArguments:(id)arguments {
    return mtl_argument_encoder(self);
}
@end
