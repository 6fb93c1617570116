package org.vkfx.swapchain;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.FrameRate;
import org.vkfx.FrameRenderer;
import org.vkfx.Swapchain;
import org.vkfx.Swapchain.Ready;
import org.vkfx.Swapchain.Resized;

/**
 * Calls a {@link FrameRenderer} when its view wants a frame, on the device's render thread. Requests may come from any
 * thread and do not wait.
 */
public final class RenderDriver implements RenderLoop.Client {
    private static final System.Logger LOG = System.getLogger(RenderDriver.class.getName());

    /** One call of setRenderer; compared by identity, so that setting a renderer again counts. */
    private static final class Wanted {
        final FrameRenderer renderer;

        Wanted(FrameRenderer renderer) {
            this.renderer = renderer;
        }
    }

    private final FrameSwapchain swapchain;
    private final Consumer<BridgeException> onError;
    private final AtomicReference<Wanted> wanted = new AtomicReference<>(new Wanted(null));
    private final AtomicBoolean demanded = new AtomicBoolean();
    private volatile FrameRate frameRate = FrameRate.EVERY_PULSE;
    private volatile Runnable onClosed;
    private Wanted granted = wanted.get(); // render thread
    private FrameRenderer current; // render thread
    private boolean ended; // render thread
    private volatile boolean failed; // until another renderer is set
    private FrameSwapchain.Target refused; // render thread: images that could not be allocated

    /**
     * Makes a driver without a renderer.
     *
     * @param swapchain where frames come from
     * @param onError receives what ends rendering, on the render thread
     */
    public RenderDriver(FrameSwapchain swapchain, Consumer<BridgeException> onError) {
        this.swapchain = Objects.requireNonNull(swapchain);
        this.onError = Objects.requireNonNull(onError);
    }

    /**
     * Exchanges the renderer; the one before is closed on the render thread once its work has completed.
     *
     * @param renderer the renderer, or null for none
     */
    public void setRenderer(FrameRenderer renderer) {
        wanted.set(new Wanted(renderer));
        demanded.set(true);
    }

    /**
     * Says when frames are rendered.
     *
     * @param rate the rate
     */
    public void setFrameRate(FrameRate rate) {
        frameRate = Objects.requireNonNull(rate);
    }

    /** Asks for one frame; several requests before it is rendered are one. */
    public void demand() {
        demanded.set(true);
    }

    /** Stops rendering because the device is of no use any more, until another renderer is set. */
    public void halt() {
        failed = true;
    }

    /**
     * Ends rendering; the renderer is closed once its work has completed. Call once.
     *
     * @param done run on the render thread when the renderer has been closed
     */
    public void close(Runnable done) {
        onClosed = done;
    }

    @Override
    public boolean renderOnce() {
        Runnable done = onClosed;
        if (done != null) {
            if (ended || !closeCurrent()) {
                return false;
            }
            ended = true;
            done.run();
            return true;
        }
        Wanted next = wanted.get();
        if (next != granted) {
            return exchange(next);
        }
        if (current == null || failed || refused != null && refused == swapchain.target()
                || !(demanded.get() || frameRate == FrameRate.CONTINUOUS || swapchain.isResizePending())) {
            return false;
        }
        try {
            return step();
        } catch (Throwable e) { // whatever an application's renderer throws, the bridge's thread goes on
            fail(e);
            return true;
        }
    }

    private boolean step() throws Throwable {
        Swapchain.Acquired acquired;
        FrameSwapchain.Target target = swapchain.target();
        try {
            acquired = swapchain.acquire(Duration.ZERO);
            refused = null;
        } catch (BridgeException e) {
            refused = target; // try again when other images are wanted
            onError.accept(e);
            return true;
        }
        return switch (acquired) {
            case Ready(ImageSlot slot) -> {
                demanded.set(false);
                render(slot);
                yield true;
            }
            case Ready ready -> throw new AssertionError(ready);
            case Resized() -> {
                demanded.set(true); // the new images are empty
                tellImages();
                yield true;
            }
            default -> false; // nothing to render into, now or ever
        };
    }

    private void render(ImageSlot slot) throws Exception {
        try {
            current.render(slot);
        } catch (Throwable e) {
            if (slot.state() == ImageSlot.State.ACQUIRED) {
                slot.discard();
            }
            throw e;
        }
        if (slot.state() == ImageSlot.State.ACQUIRED) { // else the renderer discarded it
            swapchain.present(slot);
        }
    }

    private void tellImages() throws Exception {
        current.imagesChanged(swapchain.images());
    }

    private boolean exchange(Wanted next) {
        if (next.renderer != current && !closeCurrent()) {
            return false;
        }
        granted = next;
        current = next.renderer;
        failed = false;
        if (current != null && swapchain.images() != null) {
            try {
                tellImages();
            } catch (Throwable e) {
                fail(e);
            }
        }
        return true;
    }

    /** Closes the current renderer, unless its work has not completed; the swapchain's progress wakes the loop then. */
    private boolean closeCurrent() {
        if (current == null) {
            return true;
        }
        if (!swapchain.isRenderingDone()) {
            return false;
        }
        FrameRenderer last = current;
        current = null;
        try {
            last.close();
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.WARNING, "A FrameRenderer threw in close()", e);
        }
        return true;
    }

    private void fail(Throwable e) {
        failed = true;
        onError.accept(e instanceof BridgeException known ? known
                : new BridgeException(Reason.RENDERER_FAILED,
                        "The FrameRenderer " + current.getClass().getName() + " threw "
                                + e + ". Rendering of this view has stopped; set a renderer again to start anew.",
                        e));
    }
}
