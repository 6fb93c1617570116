package org.vkfx.scene;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import javafx.application.Platform;
import javafx.beans.Observable;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.layout.Region;
import javafx.stage.Stage;
import javafx.stage.Window;

import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.FrameRate;
import org.vkfx.FrameRenderer;
import org.vkfx.FrameStatistics;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;
import org.vkfx.PixelFormat;
import org.vkfx.PresentMode;
import org.vkfx.Swapchain;
import org.vkfx.VulkanDevice;
import org.vkfx.interop.Background;
import org.vkfx.interop.InteropBackend.Surface;
import org.vkfx.interop.ViewSession;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.swapchain.RenderDriver;
import org.vkfx.swapchain.UsedRenderers;

/**
 * A node that shows what Vulkan renders. Give it a {@link #deviceProperty() device} and a
 * {@link #rendererProperty() renderer}, or use its {@link #getSwapchain() swapchain} in a loop of your own; put it
 * anywhere in a scene.
 *
 * <p>Its images have as many pixels as the view covers on screen: logical size × the window's render scale × {@link
 * #resolutionScaleProperty() resolutionScale}, rounded. Nothing is rendered while the view cannot be seen because it, a
 * parent or its window is hidden. In a JFXPanel that is up to the program: JavaFX is not told when Swing hides or
 * iconifies the panel's window, so hide the view itself meanwhile.
 *
 * <p>Its preferred size is 640 × 480, and it grows as far as its parent lets it. Its style class is
 * {@code vulkan-view}.
 *
 * <p>As other nodes, to be used on the JavaFX thread once it is part of a showing scene, except where a method says
 * otherwise. It never waits for Vulkan on that thread. What goes wrong later is in {@link #errorProperty() error}, and
 * the view keeps what it shows.
 *
 * <p>A view that is not {@linkplain #close() closed} keeps its device, and is kept by it, also when it is in no scene.
 * Rendering goes on for a view in a SubScene that is invisible.
 *
 * <p>Events find the view itself, never what is inside; {@link #localToPixels} says which pixel they mean. As a Canvas
 * or an ImageView it is not focusTraversable: programs that want keys set that, or call requestFocus when it is
 * pressed. As every Region it is picked on its bounds; with pickOnBounds off, where it shows images, has a background
 * or a border.
 *
 * <p>As an ImageView it is not mirrored in right-to-left scenes: x grows to the right, whatever its node orientation,
 * which only says how menus and the like open over it.
 *
 * <p>A snapshot has the frame that is shown, and so has a printed page. JavaFX prints on another thread than it paints
 * on, and maybe in several passes: with {@link FrameRate#ON_DEMAND} meanwhile, nothing changes between them.
 */
@SuppressWarnings("this-escape") // as every JavaFX node, it gives itself to its properties
public class VulkanView extends Region {
    private static final double PREF_WIDTH = 640;
    private static final double PREF_HEIGHT = 480;
    private static final double MAX_RESOLUTION_SCALE = 16;
    private static final long STATISTICS_INTERVAL = 250_000_000;
    private static final Executor CLOSING = Background.threads("vkfx-close-renderer");

    private final ObjectProperty<VulkanDevice> device = new SimpleObjectProperty<>(this, "device");
    private final ObjectProperty<FrameRenderer> renderer = new SimpleObjectProperty<>(this, "renderer");
    private final ObjectProperty<PresentMode> presentMode = new SimpleObjectProperty<>(this, "presentMode",
            PresentMode.MAILBOX);
    private final ObjectProperty<PixelFormat> pixelFormat = new SimpleObjectProperty<>(this, "pixelFormat",
            PixelFormat.BGRA8);
    private final ObjectProperty<AlphaMode> alphaMode = new SimpleObjectProperty<>(this, "alphaMode", AlphaMode.OPAQUE);
    private final ObjectProperty<FrameRate> frameRate = new SimpleObjectProperty<>(this, "frameRate",
            FrameRate.EVERY_PULSE);
    private final ObjectProperty<InteropKind> interopKind = new SimpleObjectProperty<>(this, "interopKind",
            defaultKind());
    private final BooleanProperty storage = new SimpleBooleanProperty(this, "storage");
    private final IntegerProperty imageCount = new SimpleIntegerProperty(this, "imageCount", 4);
    private final DoubleProperty resolutionScale = new SimpleDoubleProperty(this, "resolutionScale", 1);
    private final BooleanProperty smooth = new SimpleBooleanProperty(this, "smooth", true);
    private final ReadOnlyObjectWrapper<InteropKind> interop = new ReadOnlyObjectWrapper<>(this, "interop");
    private final ReadOnlyObjectWrapper<InteropReport> interopReport = new ReadOnlyObjectWrapper<>(this,
            "interopReport");
    private final ReadOnlyObjectWrapper<BridgeException> error = new ReadOnlyObjectWrapper<>(this, "error");
    private final ReadOnlyObjectWrapper<FrameStatistics> frameStatistics = new ReadOnlyObjectWrapper<>(this,
            "frameStatistics",
            FrameStatistics.NONE);

    private final Runnable pulse = this::pulse;
    /** A field, because bindings hold their sources weakly. */
    private final ObservableValue<Boolean> windowShown = sceneProperty().flatMap(Scene::windowProperty)
            .flatMap(VulkanView::shown).orElse(false);
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    /** Completes when sessions have ended, and renderers that none had are closed. */
    private final AtomicReference<CompletableFuture<Void>> ending = new AtomicReference<>(
            CompletableFuture.completedFuture(null));
    private volatile boolean closing;
    private volatile ViewSession session; // null without a device
    private Surface surface; // null until the session has chosen
    /** Given while there was no device: the view closes it, unless a session takes it over. */
    private final AtomicReference<FrameRenderer> waiting = new AtomicReference<>();
    private BridgeException refused; // why the renderer is not used; null when it is
    private boolean rendering; // the session has a renderer
    private BridgeException impossible; // the last error that a property's value was
    private long lastStatistics;
    private ImageSpec lastSpec;

    /**
     * Makes a view without device and renderer; it shows nothing. Any thread.
     *
     * @throws BridgeException with {@link Reason#INVALID_ARGUMENT} when -Dvkfx.interop names no {@link InteropKind}
     */
    public VulkanView() {
        getStyleClass().add("vulkan-view");
        device.subscribe((before, now) -> changeDevice(now));
        renderer.subscribe((before, now) -> changeRenderer(now));
        interopKind.subscribe((before, now) -> changeKind(now));
        for (Observable readByPulse : List.of(presentMode, pixelFormat, alphaMode, storage, frameRate, imageCount,
                resolutionScale)) {
            readByPulse.subscribe(() -> forSession(s -> Platform.requestNextPulse()));
        }
        smooth.subscribe(() -> {
            if (surface != null) {
                surface.setSmooth(smooth.get());
            }
        });
        sceneProperty().subscribe((before, now) -> {
            if (before != null) {
                before.removePostLayoutPulseListener(pulse);
            }
            if (now != null) {
                now.addPostLayoutPulseListener(pulse);
            }
        });
        windowShown.subscribe(shown -> forSession(s -> {
            if (shown) {
                Platform.requestNextPulse(); // a window that is no longer iconified asks for none
            } else {
                s.configure(null); // no pulse will come
            }
        }));
    }

    private static ObservableValue<Boolean> shown(Window window) {
        return window instanceof Stage stage
                ? stage.showingProperty().flatMap(showing -> stage.iconifiedProperty().map(icon -> showing && !icon))
                : window.showingProperty();
    }

    private static <T> T notNull(T value, String property) {
        return value != null ? value // with every pulse: makes no message
                : BridgeException.requireArgument(value, property, "Use a constant of "
                        + Character.toUpperCase(property.charAt(0)) + property.substring(1) + ".");
    }

    private static InteropKind defaultKind() {
        String name = System.getProperty("vkfx.interop", "auto");
        for (InteropKind kind : InteropKind.values()) {
            if (kind.name().equalsIgnoreCase(name)) {
                return kind;
            }
        }
        throw new BridgeException(Reason.INVALID_ARGUMENT,
                "-Dvkfx.interop=" + name + " is not a kind of interop. Use auto, metal, opengl or host.");
    }

    private void forSession(Consumer<ViewSession> action) {
        ViewSession now = session;
        if (now != null) {
            action.accept(now);
        }
    }

    // ---- device and renderer

    private void changeDevice(VulkanDevice now) {
        endSession();
        error.set(null);
        if (now == null) {
            return;
        }
        ViewSession started;
        try {
            checkUsable(now);
            started = new ViewSession(now, notNull(interopKind.get(), "interopKind"), Interop.BACKENDS,
                    new SessionListener());
        } catch (BridgeException e) { // a bound property; the setters have checked before
            error.set(e);
            return;
        }
        session = started;
        FrameRenderer next = waiting.getAndSet(null);
        if (next == null && renderer.get() != null) {
            refused = usedBefore(); // and the session before has closed it
            error.set(refused);
        }
        giveRenderer(next);
        started.start();
    }

    private void checkUsable(VulkanDevice value) {
        checkOpen();
        Interop.checkToolkit();
        value.retain();
        value.release();
    }

    private void checkOpen() {
        if (closing) {
            throw new BridgeException(Reason.ILLEGAL_STATE, "This VulkanView was closed. Make a new one.");
        }
    }

    /** JavaFX's rule for nodes, where breaking it would leave the view half changed. */
    private void checkThread(String method) {
        if (!Platform.isFxApplicationThread() && windowShown.getValue()) {
            throw new BridgeException(Reason.ILLEGAL_STATE, method + " was called on the thread "
                    + Thread.currentThread().getName() + " for a view in a showing window. Call it on the JavaFX"
                    + " thread, by Platform.runLater(…).");
        }
    }

    private void changeKind(InteropKind now) {
        ViewSession of = session;
        if (of == null) {
            if (!closing) {
                changeDevice(device.get()); // it may have failed for want of a kind
            }
        } else if (now == null || now == of.kind()) {
            Platform.requestNextPulse(); // which says that it is null, or is no longer
        } else {
            forgetSurface();
            error.set(refused);
            of.setKind(now);
        }
    }

    private void changeRenderer(FrameRenderer now) {
        closeWaiting();
        refused = null;
        if (closing) {
            return;
        }
        if (now != null && !UsedRenderers.take(now)) {
            refused = usedBefore();
        }
        FrameRenderer next = refused == null ? now : null;
        if (session != null) {
            if (next != null || !session.hasFailed()) { // without a renderer, nothing tries again
                error.set(refused);
            }
            giveRenderer(next);
        } else {
            waiting.set(next);
            changeDevice(device.get()); // which may have failed before
            if (refused != null) {
                error.set(refused);
            }
        }
        if (closing) { // meanwhile, on another thread
            closeWaiting();
            endSession();
        }
    }

    private static BridgeException usedBefore() {
        return new BridgeException(Reason.ILLEGAL_STATE,
                "This renderer was in use before, by this view or another, and is or will be closed. Set a new one.");
    }

    private void giveRenderer(FrameRenderer next) {
        session.setRenderer(next);
        rendering = next != null;
        if (rendering) {
            Platform.requestNextPulse();
        }
    }

    /** No device's thread will close it. */
    private void closeWaiting() {
        FrameRenderer unused = waiting.getAndSet(null);
        if (unused != null) {
            CompletableFuture<Void> end = new CompletableFuture<>();
            endsWith(end);
            CLOSING.execute(() -> {
                RenderDriver.close(unused);
                end.complete(null);
            });
        }
    }

    private void endSession() {
        ViewSession last = session;
        session = null;
        forgetSurface();
        frameStatistics.set(FrameStatistics.NONE);
        if (last != null) {
            last.close();
            rendering = false;
            endsWith(last.whenEnded());
        }
    }

    private void endsWith(CompletionStage<Void> end) {
        ending.updateAndGet(before -> CompletableFuture.allOf(before, end.toCompletableFuture()));
    }

    private void forgetSurface() {
        surface = null;
        interop.set(null);
        interopReport.set(null);
        getChildren().clear();
    }

    private final class SessionListener implements ViewSession.Listener {
        private boolean current() {
            return session != null && session.isListener(this);
        }

        @Override
        public void opened(Surface opened, InteropReport report) {
            if (!current()) {
                return;
            }
            surface = opened;
            surface.setSmooth(smooth.get());
            Node node = opened.node();
            getChildren().setAll(node);
            interopReport.set(report);
            interop.set(report.selected().orElse(null));
            Platform.requestNextPulse();
        }

        @Override
        public void failed(BridgeException e) {
            if (current()) {
                error.set(e);
            }
        }
    }

    // ---- each pulse, after layout and before JavaFX synchronises the scene

    private void pulse() {
        ViewSession now = session;
        if (now == null || surface == null) {
            return;
        }
        try {
            notNull(interopKind.get(), "interopKind");
            now.swapchain().setPresentMode(notNull(presentMode.get(), "presentMode"));
            now.setFrameRate(notNull(frameRate.get(), "frameRate"));
            ImageSpec spec = isShown() ? spec() : null;
            now.configure(spec);
            boolean stopped = now.hasFailed() || now.driver().isStopped();
            if (spec != null && error.get() != null && (error.get() == impossible || rendering && !stopped)) {
                error.set(null); // what was refused has been replaced by something possible
            }
            FrameRate rate = spec != null && rendering && !stopped ? frameRate.get() : FrameRate.ON_DEMAND;
            long nanos = System.nanoTime();
            now.pulse(nanos, rate == FrameRate.EVERY_PULSE);
            // A frame under way asks for a pulse itself. CONTINUOUS: a renderer that discards is asked again then.
            if (rate == FrameRate.CONTINUOUS || rate == FrameRate.EVERY_PULSE && now.swapchain().isIdle()) {
                Platform.requestNextPulse();
            }
            if (nanos - lastStatistics > STATISTICS_INTERVAL) {
                lastStatistics = nanos;
                frameStatistics.set(getFrameStatistics());
            }
        } catch (BridgeException e) { // a property bound to something impossible
            now.configure(null);
            BridgeException told = error.get();
            if (told == null || told == impossible && !told.getMessage().equals(e.getMessage())) {
                impossible = e;
                error.set(e);
            }
        }
    }

    private boolean isShown() {
        if (!windowShown.getValue()) {
            return false;
        }
        for (Node node = this; node != null; node = node.getParent()) {
            if (!node.isVisible()) {
                return false;
            }
        }
        return true;
    }

    /** Returns the images that fit now, or null when the view has no size. */
    private ImageSpec spec() {
        Window window = getScene().getWindow();
        double scale = checkedScale(getResolutionScale());
        double scaleX = window.getRenderScaleX() * scale;
        double scaleY = window.getRenderScaleY() * scale;
        Node node = surface.node();
        int width = pixels(node.getLayoutBounds().getWidth() * scaleX);
        int height = pixels(node.getLayoutBounds().getHeight() * scaleY);
        if (width <= 0 || height <= 0) {
            return null;
        }
        PixelFormat format = notNull(pixelFormat.get(), "pixelFormat");
        AlphaMode alpha = notNull(alphaMode.get(), "alphaMode");
        ImageSpec last = lastSpec; // nothing is made for a pulse that changes nothing
        if (last == null || last.width() != width || last.height() != height || last.scaleX() != scaleX
                || last.scaleY() != scaleY || last.format() != format || last.alpha() != alpha
                || last.count() != imageCount.get() || last.storage() != storage.get()) {
            lastSpec = new ImageSpec(width, height, scaleX, scaleY, format, alpha, imageCount.get(), storage.get());
        }
        return lastSpec;
    }

    private static int pixels(double size) {
        return (int) Math.min(Integer.MAX_VALUE, Math.round(size));
    }

    // ---- layout

    @Override
    protected void layoutChildren() {
        double left = snappedLeftInset();
        double top = snappedTopInset();
        double width = Math.max(0, getWidth() - left - snappedRightInset());
        double height = Math.max(0, getHeight() - top - snappedBottomInset());
        for (Node child : getManagedChildren()) {
            child.resizeRelocate(left, top, width, height);
        }
    }

    @Override
    protected double computeMinWidth(double height) {
        return snappedLeftInset() + snappedRightInset();
    }

    @Override
    protected double computeMinHeight(double width) {
        return snappedTopInset() + snappedBottomInset();
    }

    @Override
    protected double computePrefWidth(double height) {
        return snappedLeftInset() + PREF_WIDTH + snappedRightInset();
    }

    @Override
    protected double computePrefHeight(double width) {
        return snappedTopInset() + PREF_HEIGHT + snappedBottomInset();
    }

    @Override
    protected double computeMaxWidth(double height) {
        return Double.MAX_VALUE;
    }

    @Override
    protected double computeMaxHeight(double width) {
        return Double.MAX_VALUE;
    }

    /**
     * Images, padding and border are not mirrored, whatever the node orientation.
     *
     * @return false
     */
    @Override
    public final boolean usesMirroring() {
        return false;
    }

    // ---- picking

    @Override
    public boolean contains(double localX, double localY) {
        return super.contains(localX, localY) || !isPickOnBounds() && showsAt(new Point2D(localX, localY));
    }

    /** Whatever their alpha, which only the GPU knows. */
    private boolean showsAt(Point2D local) {
        Node clip = getClip();
        return surface != null && surface.node().contains(surface.node().parentToLocal(local))
                && (clip == null || clip.contains(clip.parentToLocal(local)));
    }

    // ---- methods

    /**
     * Asks the renderer for one frame; what {@link FrameRate#ON_DEMAND} is made for. Several requests before the frame
     * is rendered are one. Any thread; does not wait.
     */
    public final void requestFrame() {
        forSession(ViewSession::demand);
    }

    /**
     * Returns the swapchain, for programs with a render loop of their own; they leave the
     * {@link #rendererProperty() renderer} null. It lives as long as the view keeps its device, and the view closes it.
     * Any thread.
     *
     * @return the swapchain, or null while there is no device
     */
    public final Swapchain getSwapchain() {
        ViewSession now = session;
        return now == null ? null : now.swapchain();
    }

    /**
     * Lets go of the device and the renderer for ever. Idempotent, any thread, does not wait: see
     * {@link #whenClosed()}. Afterwards the view takes neither device nor renderer; its other methods do nothing, or
     * answer as without device.
     */
    public final void close() {
        if (Platform.isFxApplicationThread()) {
            closeOnFxThread();
        } else {
            closing = true;
            ViewSession now = session;
            if (now != null) {
                now.close();
                endsWith(now.whenEnded());
            }
            closeWaiting();
            try {
                Platform.runLater(this::closeOnFxThread);
            } catch (IllegalStateException e) {
                // JavaFX has not started, so there is nothing to take out of a scene.
            }
            // Not left to the JavaFX thread: before JavaFX has started and after it has ended, nothing runs there.
            ending.get().thenRun(() -> closed.complete(null));
        }
    }

    private void closeOnFxThread() {
        closing = true;
        endSession();
        closeWaiting();
        ending.get().thenRun(() -> closed.complete(null));
    }

    /**
     * Completes when {@link #close()} was called and nothing of the view is left on the device: the renderer was
     * closed, the images are destroyed.
     *
     * @return the stage; completes on any thread
     */
    public final CompletionStage<Void> whenClosed() {
        return closed.minimalCompletionStage();
    }

    /**
     * Converts a point of this node to the images' pixels. JavaFX thread.
     *
     * @param local in this node's coordinates
     * @return pixels, (0, 0) at the upper left corner of the upper left pixel
     */
    public final Point2D localToPixels(Point2D local) {
        BridgeException.requireArgument(local, "local", "Pass a point of this node.");
        return new Point2D((local.getX() - snappedLeftInset()) * pixelScaleX(),
                (local.getY() - snappedTopInset()) * pixelScaleY());
    }

    /**
     * Converts a position in the images to this node's coordinates. JavaFX thread.
     *
     * @param pixels pixels, (0, 0) at the upper left corner of the upper left pixel
     * @return in this node's coordinates
     */
    public final Point2D pixelsToLocal(Point2D pixels) {
        BridgeException.requireArgument(pixels, "pixels", "Pass a position in the images.");
        return new Point2D(pixels.getX() / pixelScaleX() + snappedLeftInset(),
                pixels.getY() / pixelScaleY() + snappedTopInset());
    }

    private Window window() {
        return getScene() == null ? null : getScene().getWindow();
    }

    private double pixelScaleX() {
        return (window() == null ? 1 : window().getRenderScaleX()) * getResolutionScale();
    }

    private double pixelScaleY() {
        return (window() == null ? 1 : window().getRenderScaleY()) * getResolutionScale();
    }

    // ---- properties

    /**
     * The device that renders. Setting another lets go of the one before, closes the renderer used with it, and forgets
     * the error. Default null.
     *
     * @return the property
     */
    public final ObjectProperty<VulkanDevice> deviceProperty() {
        return device;
    }

    /**
     * Returns the device.
     *
     * @return the device, or null
     */
    public final VulkanDevice getDevice() {
        return device.get();
    }

    /**
     * Sets the device.
     *
     * @param value the device, or null
     * @throws BridgeException with {@link Reason#ILLEGAL_STATE} when the device or the view was closed, before the
     *     JavaFX toolkit has started, or on another than the JavaFX thread while the view's window is showing
     */
    public final void setDevice(VulkanDevice value) {
        checkThread("setDevice");
        if (value != null) {
            checkUsable(value);
        }
        device.set(value);
    }

    /**
     * What renders. The view closes a renderer that is replaced, or whose device is, also one that has never rendered.
     * A renderer belongs to the view it was first given to, and to the device it was first used with: after a change of
     * the device set a new one. One that was given to any view before is refused, by {@link #errorProperty() error};
     * the one before it is closed all the same. Default null.
     *
     * @return the property
     */
    public final ObjectProperty<FrameRenderer> rendererProperty() {
        return renderer;
    }

    /**
     * Returns the renderer.
     *
     * @return the renderer, or null
     */
    public final FrameRenderer getRenderer() {
        return renderer.get();
    }

    /**
     * Sets the renderer.
     *
     * @param value the renderer, or null
     * @throws BridgeException when the view was closed, or on another than the JavaFX thread while the view's window is
     *     showing
     */
    public final void setRenderer(FrameRenderer value) {
        checkThread("setRenderer");
        if (value != null) {
            checkOpen();
        }
        renderer.set(value);
    }

    /**
     * What happens to frames completed faster than JavaFX shows them. Default {@link PresentMode#MAILBOX}.
     *
     * @return the property
     */
    public final ObjectProperty<PresentMode> presentModeProperty() {
        return presentMode;
    }

    /**
     * Returns the present mode.
     *
     * @return the mode
     */
    public final PresentMode getPresentMode() {
        return presentMode.get();
    }

    /**
     * Sets the present mode.
     *
     * @param value the mode
     * @throws BridgeException with {@link Reason#INVALID_ARGUMENT} when it is null
     */
    public final void setPresentMode(PresentMode value) {
        presentMode.set(notNull(value, "presentMode"));
    }

    /**
     * Whether the images are to be storage images, which compute shaders write. Elsewhere than on Metal they are that
     * anyway where the device has it; there it costs lossless compression, so it has to be asked for. A change makes
     * new images; {@link org.vkfx.SwapchainImages#storage()} says what came of it. Default false.
     *
     * @return the property
     */
    public final BooleanProperty storageProperty() {
        return storage;
    }

    /**
     * Returns whether storage images are asked for.
     *
     * @return the value of {@link #storageProperty()}
     */
    public final boolean isStorage() {
        return storage.get();
    }

    /**
     * Asks for storage images, or for such that compress better on Metal.
     *
     * @param value the new value of {@link #storageProperty()}
     */
    public final void setStorage(boolean value) {
        storage.set(value);
    }

    /**
     * The format of the images; a change makes new ones. Default {@link PixelFormat#BGRA8}.
     *
     * @return the property
     */
    public final ObjectProperty<PixelFormat> pixelFormatProperty() {
        return pixelFormat;
    }

    /**
     * Returns the format.
     *
     * @return the format
     */
    public final PixelFormat getPixelFormat() {
        return pixelFormat.get();
    }

    /**
     * Sets the format.
     *
     * @param value the format
     * @throws BridgeException with {@link Reason#INVALID_ARGUMENT} when it is null
     */
    public final void setPixelFormat(PixelFormat value) {
        pixelFormat.set(notNull(value, "pixelFormat"));
    }

    /**
     * What alpha means; a change makes new images. Default {@link AlphaMode#OPAQUE}.
     *
     * @return the property
     */
    public final ObjectProperty<AlphaMode> alphaModeProperty() {
        return alphaMode;
    }

    /**
     * Returns what alpha means.
     *
     * @return the mode
     */
    public final AlphaMode getAlphaMode() {
        return alphaMode.get();
    }

    /**
     * Sets what alpha means.
     *
     * @param value the mode
     * @throws BridgeException with {@link Reason#INVALID_ARGUMENT} when it is null
     */
    public final void setAlphaMode(AlphaMode value) {
        alphaMode.set(notNull(value, "alphaMode"));
    }

    /**
     * When the renderer is called. Default {@link FrameRate#EVERY_PULSE}.
     *
     * @return the property
     */
    public final ObjectProperty<FrameRate> frameRateProperty() {
        return frameRate;
    }

    /**
     * Returns when the renderer is called.
     *
     * @return the rate
     */
    public final FrameRate getFrameRate() {
        return frameRate.get();
    }

    /**
     * Sets when the renderer is called.
     *
     * @param value the rate
     * @throws BridgeException with {@link Reason#INVALID_ARGUMENT} when it is null
     */
    public final void setFrameRate(FrameRate value) {
        frameRate.set(notNull(value, "frameRate"));
    }

    /**
     * Which way pixels are to take. A change takes effect at once: the renderer stays and gets new images, and the view
     * shows nothing until it has rendered into them. A kind that is impossible here ends in {@link #errorProperty()
     * error}. Default what -Dvkfx.interop=… says, else {@link InteropKind#AUTO}.
     *
     * @return the property
     */
    public final ObjectProperty<InteropKind> interopKindProperty() {
        return interopKind;
    }

    /**
     * Returns which way pixels are to take.
     *
     * @return the kind
     */
    public final InteropKind getInteropKind() {
        return interopKind.get();
    }

    /**
     * Sets which way pixels are to take.
     *
     * @param value the kind
     * @throws BridgeException with {@link Reason#INVALID_ARGUMENT} when it is null
     */
    public final void setInteropKind(InteropKind value) {
        interopKind.set(notNull(value, "interopKind"));
    }

    /**
     * Number of images, 2 to 16; a change makes new ones. Default 4: fewer make a free-running renderer wait for
     * JavaFX.
     *
     * @return the property
     */
    public final IntegerProperty imageCountProperty() {
        return imageCount;
    }

    /**
     * Returns the number of images.
     *
     * @return 2 to 16
     */
    public final int getImageCount() {
        return imageCount.get();
    }

    /**
     * Sets the number of images.
     *
     * @param value 2 to 16
     * @throws BridgeException with {@link Reason#INVALID_ARGUMENT} when it is out of range
     */
    public final void setImageCount(int value) {
        ImageSpec.checkCount(value);
        imageCount.set(value);
    }

    /**
     * Pixels of the images per pixel of the screen, in each direction, over 0 to 16. Less than 1 renders faster and
     * coarser, 2 is four samples a pixel when {@link #smoothProperty() smooth}. Default 1.
     *
     * @return the property
     */
    public final DoubleProperty resolutionScaleProperty() {
        return resolutionScale;
    }

    /**
     * Returns the resolution scale.
     *
     * @return pixels of the images per pixel of the screen
     */
    public final double getResolutionScale() {
        return resolutionScale.get();
    }

    /**
     * Sets the resolution scale.
     *
     * @param value pixels of the images per pixel of the screen
     * @throws BridgeException with {@link Reason#INVALID_ARGUMENT} when it is out of range
     */
    public final void setResolutionScale(double value) {
        resolutionScale.set(checkedScale(value));
    }

    private static double checkedScale(double value) {
        if (!(value > 0 && value <= MAX_RESOLUTION_SCALE)) {
            throw new BridgeException(Reason.INVALID_ARGUMENT,
                    "resolutionScale is " + value + ". Use a value over 0 and at most " + MAX_RESOLUTION_SCALE
                            + "; 1 is one to one.");
        }
        return value;
    }

    /**
     * Whether images not shown pixel by pixel are filtered linearly; otherwise the nearest pixel is shown. Default
     * true. By the host path and on printed pages they always are: JavaFX's ImageView knows no other way (JDK-8127343),
     * nor does its printing.
     *
     * @return the property
     */
    public final BooleanProperty smoothProperty() {
        return smooth;
    }

    /**
     * Returns whether images are filtered.
     *
     * @return true for linear filtering
     */
    public final boolean isSmooth() {
        return smooth.get();
    }

    /**
     * Sets whether images are filtered.
     *
     * @param value true for linear filtering
     */
    public final void setSmooth(boolean value) {
        smooth.set(value);
    }

    /**
     * The way pixels take; null until it has been chosen, which is soon after the device was set. It changes when an
     * import is refused at run time and the view goes on by another.
     *
     * @return the property
     */
    public final ReadOnlyObjectProperty<InteropKind> interopProperty() {
        return interop.getReadOnlyProperty();
    }

    /**
     * Returns the way pixels take.
     *
     * @return METAL, OPENGL or HOST; null until it has been chosen
     */
    public final InteropKind getInterop() {
        return interop.get();
    }

    /**
     * Why that way was chosen; null until it has been.
     *
     * @return the property
     */
    public final ReadOnlyObjectProperty<InteropReport> interopReportProperty() {
        return interopReport.getReadOnlyProperty();
    }

    /**
     * Returns why that way was chosen.
     *
     * @return the report, or null
     */
    public final InteropReport getInteropReport() {
        return interopReport.get();
    }

    /**
     * What ended rendering, or null. Set once for each failure; forgotten when a device, a renderer or another kind of
     * interop is set, and when a property bound to an impossible value has a possible one again.
     *
     * @return the property
     */
    public final ReadOnlyObjectProperty<BridgeException> errorProperty() {
        return error.getReadOnlyProperty();
    }

    /**
     * Returns what ended rendering.
     *
     * @return the error, or null
     */
    public final BridgeException getError() {
        return error.get();
    }

    /**
     * Counts of frames. The property changes about four times a second while there are pulses;
     * {@link #getFrameStatistics()} is always fresh.
     *
     * @return the property
     */
    public final ReadOnlyObjectProperty<FrameStatistics> frameStatisticsProperty() {
        return frameStatistics.getReadOnlyProperty();
    }

    /**
     * Returns the counts of frames so far. Any thread.
     *
     * @return a snapshot
     */
    public final FrameStatistics getFrameStatistics() {
        ViewSession now = session;
        return now == null ? FrameStatistics.NONE : now.swapchain().statistics(now.copies());
    }
}
