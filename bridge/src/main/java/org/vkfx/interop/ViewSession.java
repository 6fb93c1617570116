package org.vkfx.interop;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import javafx.application.Platform;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.FrameRate;
import org.vkfx.FrameRenderer;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;
import org.vkfx.InteropReport.Finding;
import org.vkfx.VulkanDevice;
import org.vkfx.interop.InteropBackend.Surface;
import org.vkfx.log.Log;
import org.vkfx.objc.AutoreleasePool;
import org.vkfx.swapchain.FrameSwapchain;
import org.vkfx.swapchain.ImageAllocator;
import org.vkfx.swapchain.ImageSlot;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.swapchain.RenderDriver;

/**
 * A view on a device: from the choice of a backend to the last destroyed image. Made, configured and pulsed on the
 * JavaFX thread; closed on any. Nothing here makes the JavaFX thread wait or call Vulkan.
 */
public final class ViewSession implements InteropBackend.Owner, FrameSwapchain.Listener {
    private static final Log LOG = Log.of(ViewSession.class);
    private static final Executor BACKGROUND = Background.threads("vkfx-start");

    /** The view. Called on the JavaFX thread. */
    public interface Listener {
        /**
         * A backend was chosen.
         *
         * @param surface whose node is to be shown
         * @param report the choice
         */
        void opened(Surface surface, InteropReport report);

        /**
         * Something failed.
         *
         * @param error what, and what to do
         */
        void failed(BridgeException error);
    }

    /** Whoever closes while CHOOSING or OPENING leaves the end to what is under way. */
    private enum State {
        CHOOSING, CHOSEN, OPENING, OPEN, CLOSED
    }

    private final VulkanDevice device;
    private final List<InteropBackend> backends;
    private final Listener listener;
    /**
     * The session ends when the images are destroyed, the renderer is closed, and JavaFX has let go of open surfaces.
     */
    private final AtomicInteger parts = new AtomicInteger(2);
    private final FrameSwapchain swapchain = new FrameSwapchain(this, Platform::isFxApplicationThread);
    private final RenderDriver driver = new RenderDriver(swapchain, this::tell);
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.CHOOSING);
    private final AtomicBoolean surfaceFailed = new AtomicBoolean();
    private InteropKind kind; // JavaFX thread
    private CompletableFuture<DeviceRuntime> started; // JavaFX thread
    private volatile DeviceRuntime runtime; // null until the device's threads run
    /** Null until a backend was chosen, and between two. Whoever takes a surface out closes it. */
    private final AtomicReference<Surface> surface = new AtomicReference<>();
    private volatile BackendChoice choice; // written by the JavaFX thread; null until there is one
    private boolean failed; // JavaFX thread: nothing could be chosen
    private boolean reopening; // JavaFX thread: what is chosen will be opened when the surface before is closed
    private boolean broken; // JavaFX thread: the surface was refused, and there is no other
    private final AtomicBoolean rendering = new AtomicBoolean(); // the driver is the loop's
    private volatile boolean paced; // a frame for every pulse
    private volatile long askedNanos; // when the last one was
    private final RenderAhead ahead = new RenderAhead();
    private ImageSpec spec; // JavaFX thread

    /**
     * Makes a session that does nothing until {@link #start()}.
     *
     * @param device retained until the session has ended
     * @param kind AUTO, or what is forced
     * @param backends all there are, in the order of preference
     * @param listener the view
     * @throws BridgeException when the device was closed
     */
    public ViewSession(VulkanDevice device, InteropKind kind, List<InteropBackend> backends, Listener listener) {
        this.device = device;
        this.listener = listener;
        this.backends = backends;
        this.kind = kind;
        device.retain();
    }

    /** Chooses the backend, in the background. Call once. */
    public void start() {
        InteropKind first = kind;
        choose(first).whenComplete((chosen, e) -> {
            if (state.compareAndSet(State.CHOOSING, State.CHOSEN)) {
                Platform.runLater(() -> begin(first, chosen, e)); // never, when JavaFX has ended meanwhile
            } else {
                end();
            }
        });
    }

    private CompletableFuture<BackendChoice> choose(InteropKind wanted) {
        if (started == null || started.isCompletedExceptionally()) {
            started = CompletableFuture.supplyAsync(() -> runtime = DeviceRuntime.retain(device), BACKGROUND);
        }
        // It calls Vulkan.
        return started.thenComposeAsync(on -> BackendChoice.of(backends, wanted, Optional.of(on)), BACKGROUND);
    }

    /**
     * Returns which way pixels are to take.
     *
     * @return what was set last
     */
    public InteropKind kind() {
        return kind;
    }

    /**
     * Chooses anew and goes on that way, with the same renderer, also when that has failed. JavaFX thread, after {@link
     * #start()}.
     *
     * @param wanted AUTO, or what is forced
     */
    public void setKind(InteropKind wanted) {
        if (!enter()) {
            return; // closed meanwhile
        }
        kind = wanted;
        failed = false;
        configure(null);
        driver.resume();
        choose(wanted).whenComplete((chosen, e) -> {
            if (state.get() != State.CLOSED) { // else JavaFX may have ended
                Platform.runLater(() -> show(wanted, chosen, e));
            }
            part();
        });
    }

    private void begin(InteropKind of, BackendChoice chosen, Throwable e) {
        if (!state.compareAndSet(State.CHOSEN, State.OPENING)) {
            return;
        }
        try {
            show(of, chosen, e);
        } finally { // also when a listener of the view's throws
            if (!state.compareAndSet(State.OPENING, State.OPEN)) {
                end(); // close came first and left it to us
            }
        }
    }

    private void show(InteropKind of, BackendChoice chosen, Throwable e) {
        if (of != kind || state.get() == State.CLOSED) {
            return; // another one was set meanwhile, and its choice is under way
        }
        if (runtime != null) {
            render(runtime);
        }
        if (e != null) {
            failed = true;
            if (runtime == null) {
                // Closes renderers that were replaced; the device's thread never will.
                BACKGROUND.execute(driver::renderOnce);
            }
            Throwable cause = e.getCause() == null ? e : e.getCause();
            tell(cause instanceof BridgeException known ? known
                    : new BridgeException(Reason.REFUSED, "The device could not be used: " + Log.text(cause)
                            + ". Check the handles, the version and the extensions given to VulkanDevice.wrap().",
                            cause));
            return;
        }
        choice = chosen;
        broken = false;
        reopen();
    }

    private void render(DeviceRuntime on) {
        if (rendering.compareAndSet(false, true)) {
            on.loop().add(driver);
        }
    }

    private void open() {
        if (choice.backends().isEmpty()) {
            failed = true;
            Finding finding = choice.report().findings().getFirst(); // HOST is always available, so one kind was forced
            tell(new BridgeException(choice.reason(), "The interopKind " + kind + " is impossible here: set it to AUTO"
                    + " (or -Dvkfx.interop=auto), or do what it needs. " + finding.reason()
                    + (finding.remedy().isEmpty() ? "" : " " + finding.remedy())));
            return;
        }
        if (!enter()) {
            return; // closed meanwhile
        }
        surfaceFailed.set(false);
        Surface opened;
        try {
            opened = choice.backends().getFirst().open(runtime, this);
        } catch (RuntimeException | Error e) { // as when its class cannot be loaded for want of a file descriptor
            part();
            fallBack(refusal("Its surface could not be opened", e));
            return;
        }
        surface.set(opened);
        listener.opened(opened, choice.report());
    }

    /**
     * Says what images are wanted.
     *
     * @param wanted the images, or null while nothing can be shown
     */
    public void configure(ImageSpec wanted) {
        Surface on = surface.get();
        ImageSpec possible = broken ? null : wanted;
        if (on != null && !Objects.equals(possible, spec)) {
            spec = possible;
            swapchain.configure(possible == null ? null : new FrameSwapchain.Target(possible, answering(on)));
        }
    }

    /** What it refuses for want of something, the next backend may still have. */
    private ImageAllocator answering(Surface on) {
        return images -> {
            try {
                // The thread may be the application's.
                return AutoreleasePool.call(() -> on.allocator().allocate(images));
            } catch (RuntimeException | Error e) {
                if (surface.get() != on) {
                    return List.of(); // nobody wants them any more
                }
                if (choice.backends().size() < 2
                        || e instanceof BridgeException known && !isAnswerable(known.reason())) {
                    throw e;
                }
                surfaceFailed(refusal("No images could be allocated", e));
                return List.of();
            }
        };
    }

    private static BridgeException refusal(String what, Throwable e) {
        return e instanceof BridgeException known ? known
                : new BridgeException(Reason.REFUSED, what + ": " + Log.text(e) + ".", e);
    }

    private static boolean isAnswerable(Reason reason) {
        return reason == Reason.REFUSED || reason == Reason.MISSING_CAPABILITY;
    }

    /**
     * A pulse: shows what is ready.
     *
     * @param nanos the pulse's time, on System.nanoTime's scale
     * @param demand whether a frame is to be rendered for it
     */
    public void pulse(long nanos, boolean demand) {
        Surface to = surface.get();
        swapchain.setPulseTime(nanos);
        if (to != null && swapchain.isFrameReady()) {
            to.frameReady();
        }
        boolean rested = driver.pulse();
        paced = demand;
        if (!demand && rested) {
            progress();
        } else if (demand && swapchain.isIdle()) {
            ask(nanos);
        }
    }

    private void ask(long nanos) {
        askedNanos = nanos;
        demand();
    }

    @Override
    public void drawn() {
        pace();
    }

    /**
     * Asks for the next frame once one is drawn: earlier, it could overtake it, and that would have been rendered in
     * vain. Any thread.
     */
    private void pace() {
        if (paced && swapchain.framesAhead() < ahead.limit()) {
            ask(System.nanoTime());
        }
    }

    /** Asks the renderer for a frame. Any thread. */
    public void demand() {
        driver.demand();
        progress();
    }

    /**
     * Tells whose session this is.
     *
     * @param whom a listener
     * @return whether it was given to the constructor
     */
    public boolean isListener(Listener whom) {
        return listener == whom;
    }

    /**
     * Exchanges the renderer. One is reason to try once more what has failed. JavaFX thread.
     *
     * @param renderer the renderer, or null for none
     */
    public void setRenderer(FrameRenderer renderer) {
        if (failed && renderer != null) {
            setKind(kind);
        } else if (broken && renderer != null) {
            broken = false;
            reopen();
        }
        driver.setRenderer(renderer);
        demand();
    }

    /**
     * Says when frames are rendered. JavaFX thread.
     *
     * @param rate the rate
     */
    public void setFrameRate(FrameRate rate) {
        if (driver.setFrameRate(rate)) {
            demand();
        }
    }

    /**
     * Returns the driver of the renderer.
     *
     * @return the driver
     */
    public RenderDriver driver() {
        return driver;
    }

    /**
     * Tells whether no way for pixels works, until another renderer or kind is set. JavaFX thread.
     *
     * @return true if so; then the listener was told
     */
    public boolean hasFailed() {
        return failed || broken;
    }

    @Override
    public FrameSwapchain swapchain() {
        return swapchain;
    }

    /**
     * Returns copies and uploads made so far.
     *
     * @return the count
     */
    public long copies() {
        Surface of = surface.get();
        return of == null ? 0 : of.copies();
    }

    @Override
    public void presented(ImageSlot slot) {
        ((SharedImage) slot.presentable()).watch(slot, this::ended);
        pace();
    }

    private void ended(ImageSlot slot, BridgeException error) {
        if (error == null) {
            swapchain.completed(slot);
        } else {
            driver.halt(error);
            swapchain.failed(slot);
        }
    }

    @Override
    public void frameReady() {
        Platform.requestNextPulse();
        if (paced) {
            ahead.completed(swapchain.completedNanos() - askedNanos, swapchain.dropped());
        }
        pace();
    }

    @Override
    public void progress() {
        DeviceRuntime of = runtime;
        if (of != null) {
            of.loop().wake();
        }
    }

    @Override
    public void discarded() {
        if (paced) {
            Platform.requestNextPulse(); // in which the next frame is asked for
        }
    }

    @Override
    public void starving() {
        Surface of = surface.get();
        if (of != null) {
            of.hurry();
        }
    }

    @Override
    public void surfaceFailed(BridgeException e) {
        if (surfaceFailed.compareAndSet(false, true)) {
            Platform.runLater(() -> fallBack(e));
        }
    }

    /** Goes on with the next backend. */
    private void fallBack(BridgeException e) {
        if (reopening) {
            return; // what failed is being replaced
        }
        if (choice.backends().size() < 2) {
            broken = true;
            configure(null);
            tell(e);
            return;
        }
        choice = choice.without(e);
        reopen();
        LOG.warning(e.getMessage() + " The view goes on by " + choice.backends().getFirst().kind() + ".", e.getCause());
    }

    /** Opens what is chosen, once JavaFX has let go of the images of what was open. */
    private void reopen() {
        configure(null);
        if (reopening) {
            return;
        }
        reopening = true;
        closeSurface(() -> Platform.runLater(() -> {
            reopening = false;
            if (state.get() != State.CLOSED) {
                open();
            }
            if (state.get() == State.CLOSED) { // it may not have seen this surface
                closeSurface(() -> {
                });
            }
        }));
    }

    private void closeSurface(Runnable done) {
        Surface last = surface.getAndSet(null);
        if (last == null) {
            done.run();
        } else {
            last.close(() -> {
                swapchain.readerGone();
                done.run();
                part();
            });
        }
    }

    private void tell(BridgeException e) {
        Platform.runLater(() -> {
            if (state.get() != State.CLOSED) {
                listener.failed(e);
            }
        });
        LOG.warning(e.getMessage(), e.getCause());
    }

    /** Ends the session; idempotent, any thread, does not wait: see {@link #whenEnded()}. */
    public void close() {
        State before = state.getAndSet(State.CLOSED);
        if (before == State.CHOSEN || before == State.OPEN) {
            end();
        }
    }

    /** First the renderer, then the images, then the device: each once the one before is done. */
    private void end() {
        DeviceRuntime of = runtime;
        if (of == null) { // the device could not be used, so no renderer ever was
            BACKGROUND.execute(() -> {
                driver.close(this::part);
                driver.renderOnce();
            });
            swapchain.close();
            return;
        }
        render(of); // it closes renderers that were set meanwhile
        driver.close(() -> {
            of.loop().remove(driver);
            swapchain.close();
            closeSurface(() -> {
            });
            part();
        });
        progress();
    }

    @Override
    public void drained() {
        part();
    }

    /** Another part, unless the session has ended: an open surface. */
    private boolean enter() {
        return parts.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    private void part() {
        if (parts.decrementAndGet() > 0) {
            return;
        }
        if (runtime != null) {
            runtime.release();
        }
        device.release();
        ended.complete(null);
    }

    /**
     * Completes when nothing of this session is left on the device.
     *
     * @return the stage
     */
    public CompletionStage<Void> whenEnded() {
        return ended.minimalCompletionStage();
    }
}
