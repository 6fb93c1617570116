package org.vkfx.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import javafx.application.Platform;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;
import org.vkfx.InteropReport.Finding;
import org.vkfx.VulkanDevice;
import org.vkfx.interop.InteropBackend.Probe;
import org.vkfx.interop.InteropBackend.Surface;
import org.vkfx.prism.PrismAccess;
import org.vkfx.swapchain.FrameSwapchain;
import org.vkfx.swapchain.ImageSlot;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.swapchain.RenderDriver;
import org.vkfx.vulkan.DeviceContext;

/**
 * A view on a device: from the choice of a backend to the last destroyed image. Made, configured and pulsed on the
 * JavaFX thread; closed on any. Nothing here makes the JavaFX thread wait or call Vulkan.
 */
public final class ViewSession implements InteropBackend.Owner, FrameSwapchain.Listener {
    private static final System.Logger LOG = System.getLogger(ViewSession.class.getName());
    private static final Executor BACKGROUND = Thread::startVirtualThread;

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

    private enum State {
        CHOOSING, OPEN, CLOSED
    }

    private final VulkanDevice device;
    private final Listener listener;
    private final FrameSwapchain swapchain = new FrameSwapchain(this, Platform::isFxApplicationThread);
    private final RenderDriver driver = new RenderDriver(swapchain, this::tell);
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.CHOOSING);
    private final AtomicBoolean surfaceFailed = new AtomicBoolean();
    private volatile DeviceRuntime runtime; // null until the device's threads run
    private volatile Surface surface; // null until a backend was chosen
    private ImageSpec spec; // JavaFX thread

    /**
     * Begins a session; the backend is chosen in the background.
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
        device.retain();
        CompletableFuture.supplyAsync(() -> DeviceRuntime.retain(device), BACKGROUND) //
                .thenCompose(made -> {
                    runtime = made;
                    return choose(backends, kind, Optional.of(made.context()));
                }) //
                .whenComplete((choice, e) -> Platform.runLater(() -> open(choice, e)));
    }

    /**
     * A chosen backend.
     *
     * @param backend the backend; empty when none is available
     * @param report what was found
     */
    public record Choice(Optional<InteropBackend> backend, InteropReport report) {
    }

    /**
     * Chooses a backend. Any thread; does not wait.
     *
     * @param backends all there are, in the order of preference
     * @param kind AUTO, or the one to look at
     * @param device the device that would render; empty to ask about JavaFX's side alone
     * @return the choice, on any thread
     */
    public static CompletionStage<Choice> choose(List<InteropBackend> backends, InteropKind kind,
            Optional<DeviceContext> device) {
        List<InteropBackend> candidates = backends.stream().filter(b -> kind == InteropKind.AUTO || b.kind() == kind)
                .toList();
        List<CompletableFuture<Probe>> probes = candidates.stream().map(b -> b.probe(device).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(probes.toArray(CompletableFuture[]::new)).thenApply(done -> {
            List<Finding> findings = new ArrayList<>();
            Optional<InteropBackend> chosen = Optional.empty();
            String gpu = "";
            String uuid = "";
            for (int i = 0; i < candidates.size(); i++) {
                Probe probe = probes.get(i).join();
                findings.add(probe.finding());
                if (chosen.isEmpty() && probe.finding().available()) {
                    chosen = Optional.of(candidates.get(i));
                }
                if (gpu.isEmpty() && uuid.isEmpty()) {
                    gpu = probe.gpu();
                    uuid = probe.gpuUuid();
                }
            }
            return new Choice(chosen,
                    new InteropReport(chosen.map(InteropBackend::kind), PrismAccess.pipeline(), gpu, uuid, findings));
        });
    }

    private void open(Choice choice, Throwable e) {
        if (e != null) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            tell(cause instanceof BridgeException known ? known
                    : new BridgeException(Reason.REFUSED, "The device could not be used: " + cause, cause));
        } else if (choice.backend().isEmpty()) {
            tell(new BridgeException(Reason.INTEROP_UNAVAILABLE, "No way to show this device's images here. "
                    + choice.report().findings().stream().map(Finding::toString).collect(Collectors.joining(" "))));
        } else if (state.get() == State.CHOOSING) {
            surface = choice.backend().get().open(runtime, this);
            runtime.loop().add(driver);
            listener.opened(surface, choice.report());
        }
        if (!state.compareAndSet(State.CHOOSING, State.OPEN)) {
            end(); // close came first and left it to us
        }
    }

    /**
     * Says what images are wanted.
     *
     * @param wanted the images, or null while nothing can be shown
     */
    public void configure(ImageSpec wanted) {
        if (surface != null && !Objects.equals(wanted, spec)) {
            spec = wanted;
            swapchain.configure(wanted == null ? null : new FrameSwapchain.Target(wanted, surface.allocator()));
        }
    }

    /**
     * A pulse: shows what is ready.
     *
     * @param nanos the pulse's time, on System.nanoTime's scale
     * @param demand whether a frame is to be rendered for it
     */
    public void pulse(long nanos, boolean demand) {
        Surface to = surface;
        if (to == null) {
            return;
        }
        swapchain.setPulseTime(nanos);
        if (swapchain.isFrameReady()) {
            to.frameReady();
        }
        if (demand) {
            demand();
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
     * Returns the driver of the renderer.
     *
     * @return the driver
     */
    public RenderDriver driver() {
        return driver;
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
        Surface of = surface;
        return of == null ? 0 : of.copies();
    }

    @Override
    public void presented(ImageSlot slot) {
        ((SharedImage) slot.presentable()).watch(slot, this::ended);
    }

    private void ended(ImageSlot slot, BridgeException error) {
        if (error == null) {
            swapchain.completed(slot);
        } else {
            driver.halt();
            swapchain.failed(slot);
            surfaceFailed(error);
        }
    }

    @Override
    public void frameReady() {
        Platform.requestNextPulse();
    }

    @Override
    public void progress() {
        DeviceRuntime of = runtime;
        if (of != null) {
            of.loop().wake();
        }
    }

    @Override
    public void surfaceFailed(BridgeException e) {
        if (surfaceFailed.compareAndSet(false, true)) {
            tell(e);
        }
    }

    private void tell(BridgeException e) {
        LOG.log(System.Logger.Level.WARNING, e.getMessage());
        Platform.runLater(() -> {
            if (state.get() != State.CLOSED) {
                listener.failed(e);
            }
        });
    }

    /** Ends the session; idempotent, any thread, does not wait: see {@link #whenEnded()}. */
    public void close() {
        if (state.getAndSet(State.CLOSED) == State.OPEN) {
            end();
        }
    }

    /** First the renderer, then the images, then the device: each once the one before is done. */
    private void end() {
        Surface shown = surface;
        if (shown == null) {
            swapchain.close();
            return;
        }
        driver.close(() -> {
            runtime.loop().remove(driver);
            swapchain.close();
            shown.close();
        });
        progress();
    }

    @Override
    public void drained() {
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
