package org.vkfx.swapchain;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.FrameRate;
import org.vkfx.FrameRenderer;
import org.vkfx.Swapchain;
import org.vkfx.Swapchain.Ready;
import org.vkfx.Swapchain.Resized;
import org.vkfx.log.Log;

/**
 * Calls a {@link FrameRenderer} when its view wants a frame, on the device's render thread. Requests may come from any
 * thread and do not wait.
 */
public final class RenderDriver implements RenderLoop.Client {
    private static final Log LOG = Log.of(RenderDriver.class);

    /**
     * One call of setRenderer.
     *
     * @param renderer null for none
     */
    private record Wanted(FrameRenderer renderer) {
    }

    private final FrameSwapchain swapchain;
    private final Consumer<BridgeException> onError;
    /** Not granted yet, in the order of the calls; the last counts, the others' renderers are closed unused. */
    private final Queue<Wanted> wanted = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean demanded = new AtomicBoolean();
    private volatile FrameRate frameRate = FrameRate.EVERY_PULSE;
    private volatile Runnable onClosed;
    private FrameRenderer current; // render thread
    private boolean ended; // render thread
    private final AtomicBoolean failed = new AtomicBoolean(); // until another renderer is set
    private volatile boolean resting; // the renderer had nothing to show: until the next pulse
    private volatile FrameSwapchain.Target refused; // images that could not be allocated; written by the render thread

    /**
     * Makes a driver without a renderer.
     *
     * @param swapchain where frames come from
     * @param onError receives what ends rendering, on any thread
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
        wanted.add(new Wanted(renderer));
        demanded.set(true);
    }

    /**
     * Says when frames are rendered.
     *
     * @param rate the rate
     * @return whether it is another one than before: then the loop is to look again
     */
    public boolean setFrameRate(FrameRate rate) {
        boolean changes = frameRate != Objects.requireNonNull(rate);
        frameRate = rate;
        return changes;
    }

    /** Asks for one frame; several requests before it is rendered are one. */
    public void demand() {
        demanded.set(true);
    }

    /**
     * A pulse of JavaFX: a renderer that runs continuously and discarded its last frame is asked again.
     *
     * @return whether it was
     */
    public boolean pulse() {
        boolean rested = resting;
        resting = false;
        return rested;
    }

    /**
     * Stops rendering until {@link #resume} or another renderer is set. What comes after a first failure is its
     * consequence and not told.
     *
     * @param e why
     */
    public void halt(BridgeException e) {
        if (failed.compareAndSet(false, true)) {
            onError.accept(e);
        }
    }

    /** Goes on after {@link #halt}. */
    public void resume() {
        failed.set(false);
    }

    /**
     * Tells whether no frame will be rendered until something else is wanted: another renderer after a failure, other
     * images after these were refused.
     *
     * @return true if so
     */
    public boolean isStopped() {
        FrameSwapchain.Target target = refused;
        return failed.get() || target != null && target == swapchain.target();
    }

    /**
     * Ends rendering; the renderer is closed once its work has completed. Call once.
     *
     * @param done run on the render thread when the renderer has been closed
     */
    public void close(Runnable done) {
        onClosed = done;
    }

    /** On one thread at a time: the loop's, or where there is none another. */
    @Override
    public synchronized boolean renderOnce() {
        Runnable done = onClosed;
        if (done != null) {
            if (ended || !take(wanted.toArray(Wanted[]::new), null)) {
                return false;
            }
            ended = true;
            done.run();
            return true;
        }
        if (!wanted.isEmpty()) {
            return exchange();
        }
        if (current == null || isStopped()
                || !(demanded.get() || frameRate == FrameRate.CONTINUOUS && !resting
                        || swapchain.isResizePending())) {
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
        } catch (RuntimeException | Error e) {
            refused = target; // try again when other images are wanted
            onError.accept(e instanceof BridgeException known ? known
                    : new BridgeException(Reason.REFUSED, "No images could be allocated: "
                            + Log.text(e) + ". Make the view smaller, or lower its resolutionScale or imageCount.", e));
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
        if (slot.state() == ImageSlot.State.ACQUIRED) {
            swapchain.present(slot);
        } else { // the renderer discarded it: asked again at once, it would spin
            resting = true;
        }
    }

    private void tellImages() throws Exception {
        current.imagesChanged(swapchain.images());
    }

    private boolean exchange() {
        Wanted[] calls = wanted.toArray(Wanted[]::new);
        FrameRenderer next = calls[calls.length - 1].renderer;
        if (!take(calls, next)) {
            return false;
        }
        current = next;
        failed.set(false);
        refused = null;
        if (current != null && swapchain.hasImages()) {
            try {
                tellImages();
            } catch (Throwable e) {
                fail(e);
            }
        }
        return true;
    }

    /**
     * Closes what these calls make superfluous: the current renderer, unless it stays, and those that were never used.
     * Returns false while the current one's work has not completed; the swapchain's progress wakes the loop then.
     */
    private boolean take(Wanted[] calls, FrameRenderer next) {
        FrameRenderer before = current;
        if (before != next && before != null) {
            if (!swapchain.isRenderingDone()) {
                return false;
            }
            current = null;
            close(before);
        }
        Set<FrameRenderer> unused = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Wanted call : calls) {
            wanted.remove();
            unused.add(call.renderer);
        }
        unused.remove(next);
        unused.remove(before);
        unused.remove(null);
        unused.forEach(RenderDriver::close);
        return true;
    }

    /**
     * Closes a renderer. What it throws is logged.
     *
     * @param renderer the renderer, on which nothing goes on
     */
    public static void close(FrameRenderer renderer) {
        try {
            renderer.close();
        } catch (Throwable e) {
            LOG.warning("The FrameRenderer " + renderer.getClass().getName()
                    + " threw in close(). The view goes on; what it has not destroyed stays until its VkDevice is.", e);
        }
    }

    private void fail(Throwable e) {
        halt(e instanceof BridgeException known ? known
                : new BridgeException(Reason.RENDERER_FAILED,
                        "The FrameRenderer " + current.getClass().getName() + " threw "
                                + Log.text(e)
                                + ". Rendering of this view has stopped; set another renderer to start anew.",
                        e));
    }
}
