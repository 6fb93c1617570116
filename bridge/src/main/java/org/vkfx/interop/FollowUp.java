package org.vkfx.interop;

import java.time.Duration;

import org.vkfx.BridgeException;
import org.vkfx.vulkan.CompletionWaiter;
import org.vkfx.vulkan.TimelineSemaphore;

/**
 * What the bridge submits for a frame, and awaits before the frame is shown. For one image, so never more than one at a time. Owns
 * the timeline that tells its end.
 */
public abstract class FollowUp implements CompletionWaiter.Completion, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

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

    /** Submits it; {@link #awaitEnd} tells when that fails. */
    public final void submit() {
        try {
            refused = null;
            submit(done, ++value);
            underWay = true;
        } catch (BridgeException e) {
            refused = e;
        }
    }

    /**
     * Submits it.
     *
     * @param signalled the timeline to be signalled at its end
     * @param signalledValue with this value
     * @throws BridgeException REFUSED or DEVICE_LOST by Vulkan; nothing will be signalled then
     */
    protected abstract void submit(TimelineSemaphore signalled, long signalledValue);

    /** Awaits the end of what was submitted; {@link #ended} or {@link #failed} is called, at once or on the waiter's thread. */
    public final void awaitEnd() {
        BridgeException failure = refused;
        boolean reached = false;
        try {
            if (failure == null) {
                reached = done.value() >= value;
                if (!reached) {
                    device.waiter().watch(this);
                }
            }
        } catch (BridgeException e) {
            failure = e;
        }
        if (failure != null) {
            failed(failure);
        } else if (reached) {
            completed();
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

    /** Destroys the timeline; idempotent. What was submitted has ended, or this waits for it: when awaiting it has failed. */
    @Override
    public void close() {
        if (underWay) {
            try {
                done.await(value, PATIENCE.toNanos());
            } catch (BridgeException e) {
                // the device is lost, and nothing on it goes on
            }
            underWay = false;
        }
        done.close();
    }
}
