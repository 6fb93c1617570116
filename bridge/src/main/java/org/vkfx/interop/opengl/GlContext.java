package org.vkfx.interop.opengl;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import javafx.application.Platform;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.log.Log;
import org.vkfx.prism.Es2Pipeline;
import org.vkfx.prism.ReadClock;
import org.vkfx.prism.RenderThread;
import org.vkfx.vulkan.BinarySemaphore;
import org.vkfx.vulkan.DeviceContext;

/**
 * JavaFX's GL context as far as sharing goes. There is one a process; it is looked at once, on JavaFX's render thread.
 * From then on it is current in all jobs there, whatever JavaFX or others left current.
 */
final class GlContext {
    private static final List<String> EXTENSIONS = List.of("GL_EXT_memory_object", "GL_EXT_memory_object_fd");
    private static final Log LOG = Log.of(GlContext.class);
    static volatile GlContext instance; // written by the render thread, and by tests

    private final Gl gl;
    private final long display;
    private final long context;
    private long drawable; // render thread
    private boolean kept; // JavaFX thread
    private boolean warned; // render thread
    private final List<Runnable> lossListeners = new CopyOnWriteArrayList<>();
    private final GlSemaphores semaphores; // null where GL cannot wait for Vulkan's
    private final ReadClock clock;
    private final String renderer;
    private final List<String> missing;
    private final String driverUuid;
    private final List<String> deviceUuids;
    private final int maxTextureSize;

    /** Looks at the context that is current. */
    GlContext(Gl gl, Set<String> extensions) {
        this.gl = gl;
        display = gl.currentDisplay();
        drawable = gl.currentDrawable();
        context = gl.currentContext();
        gl.watchLosses(extensions, () -> lossListeners.forEach(Runnable::run));
        clock = new ReadClock(new GlMarks(gl));
        renderer = gl.getString(Gl.RENDERER);
        maxTextureSize = gl.getInteger(Gl.MAX_TEXTURE_SIZE);
        missing = EXTENSIONS.stream().filter(e -> !extensions.contains(e)).toList();
        driverUuid = missing.isEmpty() ? gl.driverUuid() : "";
        semaphores = extensions.containsAll(GlSemaphores.EXTENSIONS) ? new GlSemaphores(gl) : null;
        deviceUuids = missing.isEmpty() ? gl.deviceUuids() : List.of();
    }

    /**
     * Looks at the context, on JavaFX's render thread. Any thread; the JavaFX thread may wait for the answer.
     *
     * @return the one context; fails with a BridgeException when there is no GLX
     */
    static CompletionStage<GlContext> get() {
        GlContext known = instance;
        if (known != null) {
            return CompletableFuture.completedStage(known);
        }
        if (Platform.isFxApplicationThread()) {
            return getWhenCurrent();
        }
        return RenderThread.call(GlContext::look).thenCompose(found -> {
            if (found.isPresent()) {
                return CompletableFuture.completedStage(found.get());
            }
            CompletableFuture<GlContext> later = new CompletableFuture<>();
            Platform.runLater(() -> getWhenCurrent().whenComplete((context, e) -> {
                if (e == null) {
                    later.complete(context);
                } else {
                    later.completeExceptionally(e);
                }
            }));
            return later;
        });
    }

    /** JavaFX thread. */
    private static CompletionStage<GlContext> getWhenCurrent() {
        CompletableFuture<GlContext> result = new CompletableFuture<>();
        boolean queued = Es2Pipeline.makeCurrent(() -> {
            try {
                result.complete(look().orElseThrow(() -> new BridgeException(Reason.INTEROP_UNAVAILABLE,
                        "JavaFX has no GLX context current. Use an X11 or XWayland display.")));
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        if (!queued) {
            result.completeExceptionally(new IllegalStateException("JavaFX has ended"));
        }
        return result;
    }

    /** Empty when none is current. Render thread. */
    private static Optional<GlContext> look() {
        if (instance == null) {
            Gl gl = Gl.load();
            if (gl.currentContext() == 0) {
                return Optional.empty();
            }
            instance = new GlContext(gl, gl.extensions());
            RenderThread.surround(instance::whileCurrent);
            Platform.runLater(instance::keep); // the drawable may be a window's
        }
        return Optional.of(instance);
    }

    /**
     * Runs something whenever the context, or what it held, was lost.
     *
     * @param action the action, on JavaFX's render thread
     */
    void addLossListener(Runnable action) {
        lossListeners.add(action);
    }

    void removeLossListener(Runnable action) {
        lossListeners.remove(action);
    }

    /** Has something to make the context current with, as long as JavaFX runs: windows may go. JavaFX thread. */
    void keep() {
        if (!kept) {
            kept = true;
            Es2Pipeline.makeCurrent(() -> drawable = gl.currentDrawable());
        }
    }

    /** Prism does not do it: it may believe that the context is current still. */
    void whileCurrent(Runnable job) {
        if (gl.currentContext() != context && !gl.makeCurrent(display, drawable, context) && !warned) {
            warned = true;
            LOG.warning(
                    "JavaFX's GL context could not be made current. Until JavaFX does so, views may show nothing new.",
                    null);
        }
        gl.losses();
        job.run();
    }

    /** Returns the context that {@link #get} has looked at, or null. */
    static GlContext known() {
        return instance;
    }

    /** Returns the functions; to be called on the render thread only. */
    Gl gl() {
        return gl;
    }

    /** Returns the functions of semaphores, or null where this context cannot wait for Vulkan's. */
    GlSemaphores semaphores() {
        return semaphores;
    }

    /** Returns the functions of semaphores, or null where this context cannot wait for those of this device. */
    GlSemaphores semaphores(DeviceContext device) {
        return semaphores != null && BinarySemaphore.isFdExportable(device) ? semaphores : null;
    }

    ReadClock clock() {
        return clock;
    }

    /** Returns the name of the GPU, or of the software renderer. */
    String renderer() {
        return renderer;
    }

    /** Returns the extensions that sharing needs and this context lacks. */
    List<String> missing() {
        return missing;
    }

    String driverUuid() {
        return driverUuid;
    }

    List<String> deviceUuids() {
        return deviceUuids;
    }

    int maxTextureSize() {
        return maxTextureSize;
    }
}
