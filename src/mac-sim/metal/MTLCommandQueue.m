#import "Metal.h"

@implementation MTLCommandQueue
@synthesize label = _label;

- (void)setLabel:(NSString *)label {
    id old = _label;
    _label = [label copy];
    [old release];
    gpu_name_queue(gpu, [label UTF8String]);
}

- (id)device {
    return device;
}

- (id)bufferUnretained:(BOOL)unretained {
    MTLCommandBuffer *buffer = [[MTLCommandBuffer new] autorelease];
    buffer.queue = self;
    buffer->thread = pthread_self();
    buffer->gpu = gpu_new_buffer(gpu, buffer, unretained);
    return buffer;
}

- (id)commandBuffer {
    return [self bufferUnretained:NO];
}

- (id)commandBufferWithUnretainedReferences {
    return [self bufferUnretained:YES];
}

- (id)commandBufferWithDescriptor:(MTLCommandBufferDescriptor *)descriptor {
    return [self bufferUnretained:!descriptor.retainedReferences];
}

- (void)insertDebugCaptureBoundary {
}

- (void)dealloc {
    gpu_end_queue(gpu);
    [super dealloc];
}
@end

id mtl_make_queue(id device) {
    MTLCommandQueue *queue = [MTLCommandQueue new];
    queue->device = device;
    queue->gpu = gpu_new_queue();
    return queue;
}

id mtl_new_queue(void) {
    return mtl_make_queue(mtl_system_device());
}

/* ---- command buffers; a buffer owns its queue, and the queue owns a committed buffer until it has completed */

bool mtl_encodable(MTLCommandBuffer *buffer, const char *action) {
    if (gpu_status(buffer->gpu) != GPU_NOT_ENQUEUED) {
        sim_offence("%s: MTLCommandBuffer %p has been committed", action, (void *)buffer);
        return false;
    }
    if (!pthread_equal(buffer->thread, pthread_self())) {
        sim_offence("%s: MTLCommandBuffer %p is used by another thread than the one that encodes into it", action,
                    (void *)buffer);
    }
    return true;
}

@implementation MTLCommandBuffer
- (id)commandQueue {
    return self.queue;
}

- (id)device {
    return [self.queue device];
}

- (NSUInteger)status {
    return gpu_status(gpu);
}

- (id)error {
    return nil;
}

- (void)enqueue {
    /* a place in the queue before the commit: buffers of a queue are committed in that order anyway */
}

- (void)commit {
    if (!mtl_encodable(self, "commit")) {
        return;
    }
    if (encoder) {
        sim_offence("commit: an encoder of MTLCommandBuffer %p has not ended", (void *)self);
        return;
    }
    gpu_commit(gpu);
}

- (void)waitUntilCompleted {
    if (gpu_status(gpu) == GPU_NOT_ENQUEUED) {
        sim_offence("waitUntilCompleted: MTLCommandBuffer %p has not been committed", (void *)self);
        return;
    }
    gpu_await(gpu);
}

- (void)addScheduledHandler:(void (^)(id))handler {
    if (mtl_encodable(self, "addScheduledHandler:")) {
        gpu_when_scheduled(gpu, handler);
    }
}

- (void)addCompletedHandler:(void (^)(id))handler {
    if (mtl_encodable(self, "addCompletedHandler:")) {
        gpu_when_completed(gpu, handler);
    }
}

/* The event, when this is the time and place to encode one. */
- (struct gpu_event *)encode:(const char *)action event:(MTLSharedEvent *)event {
    if (!mtl_encodable(self, action)) {
        return NULL;
    }
    if (encoder) {
        sim_offence("%s: an encoder of MTLCommandBuffer %p has not ended", action, (void *)self);
        return NULL;
    }
    if (!event || !objc_in_range(event) || objc_is_freed(event) || ![event isKindOfClass:[MTLSharedEvent class]]) {
        sim_offence("%s: %p is not a live MTLSharedEvent", action, (void *)event);
        return NULL;
    }
    return &event->gpu;
}

- (void)encodeSignalEvent:(MTLSharedEvent *)event value:(uint64_t)value {
    struct gpu_event *e = [self encode:"encodeSignalEvent" event:event];
    if (e) {
        gpu_signal(gpu, e, value);
    }
}

- (void)encodeWaitForEvent:(MTLSharedEvent *)event value:(uint64_t)value {
    struct gpu_event *e = [self encode:"encodeWaitForEvent" event:event];
    if (e) {
        gpu_wait(gpu, e, value);
    }
}

- (id)begin:(Class)type {
    return mtl_encodable(self, "a new encoder") ? [[[(id)type alloc] initWithBuffer:self] autorelease] : nil;
}

- (id)blitCommandEncoder {
    return [self begin:[MTLBlitCommandEncoder class]];
}

- (id)computeCommandEncoder {
    return [self begin:[MTLComputeCommandEncoder class]];
}

- (id)renderCommandEncoderWithDescriptor:(MTLRenderPassDescriptor *)pass {
    if (!mtl_encodable(self, "a new encoder")) {
        return nil;
    }
    return [[[MTLRenderCommandEncoder alloc] initWithBuffer:self pass:pass] autorelease];
}

- (void)pushDebugGroup:(NSString *)name {
}

- (void)popDebugGroup {
}

- (void)dealloc {
    gpu_free_buffer(gpu);
    [super dealloc];
}
@end
