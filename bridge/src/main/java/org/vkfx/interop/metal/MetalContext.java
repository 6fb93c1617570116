package org.vkfx.interop.metal;

import java.util.concurrent.CompletionStage;

import org.vkfx.objc.AutoreleasePool;
import org.vkfx.objc.HandOver;
import org.vkfx.objc.Message;
import org.vkfx.objc.ObjC;
import org.vkfx.prism.MtlPipeline;
import org.vkfx.prism.RenderThread;

/** JavaFX's Metal. There is one a process; it is looked at once, on JavaFX's render thread. */
final class MetalContext {
    private static volatile MetalContext instance; // written by the render thread

    private final ObjC objc = ObjC.open();
    private final MtlPipeline pipeline = MtlPipeline.get();
    private final long registryId;
    private final String name;
    private final HandOver handOver;

    private MetalContext() {
        long device = objc.send(pipeline.commandQueue(), Message.QUEUE_DEVICE);
        registryId = objc.send(device, Message.DEVICE_REGISTRY_ID);
        name = objc.string(objc.send(device, Message.DEVICE_NAME));
        handOver = new HandOver(objc, pipeline.commandQueue());
    }

    /**
     * Looks at Metal, on JavaFX's render thread, whose jobs have autorelease pools from then on.
     *
     * @return the one context; fails with a BridgeException where there is no Metal
     */
    static CompletionStage<MetalContext> get() {
        RenderThread.surround(AutoreleasePool::run);
        return RenderThread.call(() -> {
            if (instance == null) {
                instance = new MetalContext();
            }
            return instance;
        });
    }

    /** Returns the context that {@link #get} has looked at, or null. */
    static MetalContext known() {
        return instance;
    }

    ObjC objc() {
        return objc;
    }

    /** Returns the pipeline; to be used on the render thread only. */
    MtlPipeline pipeline() {
        return pipeline;
    }

    /**
     * Returns the registryID of JavaFX's MTLDevice. Vulkan's is the same GPU if it has the same, and may be another
     * object.
     */
    long registryId() {
        return registryId;
    }

    /** Returns the name of the GPU. */
    String name() {
        return name;
    }

    HandOver handOver() {
        return handOver;
    }
}
