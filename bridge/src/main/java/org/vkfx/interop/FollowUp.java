package org.vkfx.interop;

import java.time.Duration;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.vulkan.CompletionWaiter;
import org.vkfx.vulkan.TimelineSemaphore;

/**
 * What the bridge submits for a frame, and awaits before the frame is shown. For one image, so never more than one at a
 * time. Owns the timeline that tells its end.
 */
public abstract class FollowUp implements CompletionWaiter.Completion, AutoCloseable {
    private final DeviceRuntime device;
    private final TimelineSemaphore done;
    private long value;
    private BridgeException refused; // null when it was submitted
    private boolean underWay; // submitted, and not seen to have ended

    /**
     * Makes the timeline.
     *
     * @param device where it is submitted
     * @throws BridgeException REFUSED or DEVICE_LOST by Vulkan
     */
    protected FollowUp(DeviceRuntime device) {
        this.device = device;
        done = new TimelineSemaphore(device.context(), 0);
    }

    /**
     * Submits it.
     *
     * @return whether it was: otherwise {@link #awaitEnd} tells why not
     */
    public final boolean submit() {
        try {
            refused = null;
            submit(done, ++value);
            underWay = true;
        } catch (BridgeException e) {
            refused = e;
        }
        return refused == null;
    }

    /**
     * Submits it.
     *
     * @param signalled the timeline to be signalled at its end
     * @param signalledValue with this value
     * @throws BridgeException REFUSED or DEVICE_LOST by Vulkan; nothing will be signalled then
     */
    protected abstract void submit(TimelineSemaphore signalled, long signalledValue);

    /**
     * Submits it and waits for its end, which nobody else is told. Not JavaFX's two threads.
     *
     * @param limit how long to wait at most
     * @throws BridgeException REFUSED or DEVICE_LOST by Vulkan, REFUSED when it has not ended in time
     */
    public final void run(Duration limit) {
        if (!submit()) {
            throw refused;
        }
        if (!done.await(value, limit.toNanos())) {
            throw new BridgeException(Reason.REFUSED,
                    this + " has not ended within " + limit.toSeconds() + " seconds.");
        }
        underWay = false;
    }

    /** Awaits the end of what was submitted; {@link #ended} or {@link #failed} is called on the waiter's thread. */
    public final void watch() {
        device.waiter().watch(this);
    }

    /** The same, on the waiter's thread: where it has ended already, or was not submitted, that is told at once. */
    public final void awaitEnd() {
        if (refused != null) {
            failed(refused);
        } else if (isReached()) {
            completed();
        } else {
            watch();
        }
    }

    private boolean isReached() {
        try {
            return done.value() >= value;
        } catch (BridgeException e) {
            return false; // the waiter asks again
        }
    }

    @Override
    public final void completed() {
        underWay = false;
        ended();
    }

    /** What was submitted has ended. */
    protected abstract void ended();

    @Override
    public long semaphore() {
        return done.handle();
    }

    @Override
    public long value() {
        return value;
    }

    @Override
    public String remedy() {
        return "Have what was submitted before come to its end.";
    }

    /** Destroys the timeline; idempotent. What was submitted has ended, or the device is lost. */
    @Override
    public void close() {
        if (underWay) {
            underWay = false;
            done.settle(value);
        }
        done.close();
    }
}
