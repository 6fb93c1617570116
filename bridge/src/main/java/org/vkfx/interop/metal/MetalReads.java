package org.vkfx.interop.metal;

import org.vkfx.interop.DeviceRuntime;
import org.vkfx.objc.Message;
import org.vkfx.objc.MetalObject;
import org.vkfx.objc.ObjC;
import org.vkfx.prism.ReadClock;
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.TimelineSemaphore;

/**
 * When JavaFX has read a Vulkan device's images: a timeline semaphore of that device which is an MTLSharedEvent too,
 * signalled on JavaFX's command queue. Shared by all views on the device; closed when none is left.
 */
final class MetalReads implements ReadClock.Marks, AutoCloseable {
    private final MetalContext metal;
    private final ReadClock clock = new ReadClock(this);
    private TimelineSemaphore timeline; // guarded by this; null until the first images
    private volatile MetalObject event;
    private long withoutEvent; // render thread: last mark set while there were no images to read

    private MetalReads(MetalContext metal) {
        this.metal = metal;
    }

    /** Returns the device's reads. */
    static MetalReads of(DeviceRuntime device, MetalContext metal) {
        return device.shared(MetalReads.class, () -> new MetalReads(metal));
    }

    ReadClock clock() {
        return clock;
    }

    /** Makes the semaphore, before there are images to read. Calls Vulkan: not on the JavaFX thread. */
    synchronized void prepare(DeviceContext device) {
        if (timeline == null) {
            TimelineSemaphore made = TimelineSemaphore.exportable(device);
            try {
                event = metal.handOver().ownEvent(made.vkExportMetalObjectsEXT());
            } catch (RuntimeException | Error e) {
                made.close();
                throw e;
            }
            timeline = made;
        }
    }

    @Override
    public boolean areCheapWhilePainting() {
        return false; // JavaFX's own buffer would be committed too, and its render pass ended
    }

    /**
     * Sets a mark behind all that JavaFX has encoded: its own buffer is committed first, which is what ends most
     * paints.
     */
    @Override
    public void set(long epoch) {
        MetalObject signalled = event;
        if (signalled == null) {
            withoutEvent = epoch;
            return;
        }
        metal.pipeline().commitCurrentCommandBuffer();
        ObjC objc = metal.objc();
        long buffer = objc.send(metal.pipeline().commandQueue(), Message.QUEUE_COMMAND_BUFFER); // in the job's pool
        objc.send(buffer, Message.BUFFER_ENCODE_SIGNAL, signalled.address(), epoch);
        objc.send(buffer, Message.BUFFER_COMMIT);
    }

    @Override
    public void submit() {
        // It was committed at once.
    }

    @Override
    public long reached() {
        MetalObject signalled = event;
        if (signalled == null) {
            return withoutEvent;
        }
        ObjC objc = metal.objc();
        long pool = objc.autoreleasePoolPush(); // also asked amid paints, where there is none
        try {
            return Math.max(withoutEvent, objc.send(signalled.address(), Message.EVENT_SIGNALED_VALUE));
        } finally {
            objc.autoreleasePoolPop(pool);
        }
    }

    @Override
    public String toString() {
        return "a signal of an MTLSharedEvent";
    }

    @Override
    public synchronized void close() {
        if (timeline != null) {
            event.close();
            timeline.close();
        }
    }
}
