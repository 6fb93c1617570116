#import "Metal.h"
#include "../loader/prism.h"

@implementation MTLFunction
- (id)device {
    return device;
}

/* Only JavaFX's shaders have argument buffers here. */
- (id)newArgumentEncoderWithBufferIndex:(NSUInteger)index {
    return mtl_argument_encoder(device);
}
@end

/* A library is taken for what it says: its functions exist as they are asked for. */
@interface MTLLibrary : NSObject {
    @public
    id device;
}
STRING_PROPERTY(label)
@end

@implementation MTLLibrary
- (id)device {
    return device;
}

- (id)newFunctionWithName:(NSString *)name {
    MTLFunction *function = [MTLFunction new];
    function.name = name;
    function->device = device;
    return function;
}
@end

id mtl_make_library(id device) {
    MTLLibrary *library = [MTLLibrary new];
    library->device = device;
    return library;
}

@implementation MTLRenderPipelineState
@end

@implementation MTLSamplerState
@end

@interface MTLDepthStencilState : NSObject
STRING_PROPERTY(label)
@end
@implementation MTLDepthStencilState
@end

@interface MTLFence : NSObject
STRING_PROPERTY(label)
@end
@implementation MTLFence
@end

id mtl_make_plain(const char *class) {
    return [(id)objc_class_symbol(class) new];
}

/* ---- argument encoders: argument i is the 16 bytes at 16 * i, see gpu/draw.c */

enum { ARGUMENT_BYTES = 16, ARGUMENT_BUFFER_BYTES = 4096 };

@interface MTLArgumentEncoder : NSObject {
    @public
    uint8_t *arguments;
    id device;
}
OBJECT_PROPERTY(buffer)
STRING_PROPERTY(label)
@end

@implementation MTLArgumentEncoder
- (id)device {
    return device;
}

- (NSUInteger)encodedLength {
    return ARGUMENT_BUFFER_BYTES;
}

- (NSUInteger)alignment {
    return ARGUMENT_BYTES;
}

- (void)setArgumentBuffer:(MTLBuffer *)argumentBuffer offset:(NSUInteger)offset {
    self.buffer = argumentBuffer;
    arguments = argumentBuffer ? argumentBuffer->bytes + offset : NULL;
}

- (void *)constantDataAtIndex:(NSUInteger)index {
    return arguments + index * ARGUMENT_BYTES;
}

- (void)setTexture:(MTLTexture *)texture atIndex:(NSUInteger)index {
    *(void **)(void *)(arguments + index * ARGUMENT_BYTES) = texture; /* an address: it owns nothing */
}
@end

id mtl_argument_encoder(id device) {
    MTLArgumentEncoder *encoder = [MTLArgumentEncoder new];
    encoder->device = device;
    return encoder;
}

/* JavaFX's own tables of its shaders' arguments. */
void prism_loaded(struct macho *image) {
    gpu_use_tables((id(*)(id))macho_symbol(image, "getPRISMDict"), (id(*)(id))macho_symbol(image, "getDECORADict"));
}
