package org.vkfx.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;
import org.vkfx.PixelFormat;
import org.vkfx.prism.RenderThread;
import org.vkfx.swapchain.ImageSpec;

/**
 * Follows a backend's chain from Vulkan's memory to what JavaFX samples, on an image that is made and handed over like
 * a view's. The checks are the same in every backend. Each returns what it saw, or throws: {@link NotApplicable}, or
 * what is wrong.
 *
 * <p>One use, on a thread of its own: checks wait for GPU and JavaFX.
 */
public abstract class BackendCheck {
    /** The image that is checked. */
    protected static final ImageSpec SPEC = new ImageSpec(64, 48, 1, 1, PixelFormat.BGRA8, AlphaMode.PREMULTIPLIED,
            ImageSpec.MIN_COUNT, false);
    /** How long GPU and JavaFX may take for what takes milliseconds. */
    protected static final Duration PATIENCE = Duration.ofSeconds(10);

    static final String DEVICE_MATCH = "device match";

    /** There is nothing to check here. */
    protected static final class NotApplicable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /**
         * Says so.
         *
         * @param why a sentence
         */
        public NotApplicable(String why) {
            super(why);
        }
    }

    private final List<Check> checks = new ArrayList<>();
    private String broken; // the failed check without which the later ones have nothing to look at

    /** Makes checks that were not run yet. */
    protected BackendCheck() {
    }

    /** Runs all checks. */
    final List<Check> run() {
        try {
            vital(DEVICE_MATCH, this::deviceMatch);
            vital("memory type", this::memoryType);
            vital("export", this::export);
            check("handle properties", this::handleProperties);
            check("handle identity", this::handleIdentity);
            check("read signal", this::readSignal);
            check("retain balance", this::retainBalance);
        } finally {
            close();
        }
        return checks;
    }

    private void vital(String name, Callable<String> look) {
        if (check(name, look) == State.FAILED) {
            broken = name;
        }
    }

    private State check(String name, Callable<String> look) {
        Check result;
        if (broken != null) {
            result = new Check(name, State.NOT_APPLICABLE, "Not looked at, as the check of \"" + broken + "\" failed.");
        } else {
            try {
                result = new Check(name, State.PASSED, look.call());
            } catch (NotApplicable e) {
                result = new Check(name, State.NOT_APPLICABLE, e.getMessage());
            } catch (Exception | LinkageError e) {
                result = new Check(name, State.FAILED, e instanceof BridgeException ? e.getMessage() : e.toString());
            }
        }
        checks.add(result);
        return result.state();
    }

    /** Vulkan renders on the GPU that JavaFX renders with. */
    protected abstract String deviceMatch();

    /** Makes the image: its memory is of the type that this path needs. */
    protected abstract String memoryType();

    /** The memory is handed over as something that JavaFX can sample. */
    protected abstract String export();

    /** Vulkan says of the exported handle what is true of the memory (vkGetMemoryMetalHandlePropertiesEXT). */
    protected abstract String handleProperties();

    /** What JavaFX samples is what Vulkan wrote: one memory, not two. */
    protected abstract String handleIdentity();

    /** Vulkan sees when JavaFX's GPU has read. */
    protected abstract String readSignal();

    /** JavaFX keeps the memory alive while it uses it, and no longer. */
    protected abstract String retainBalance() throws Exception;

    /** Gives everything back that the checks made. */
    protected abstract void close();

    /**
     * Something is not as it must be.
     *
     * @param what a sentence
     * @return the failure, to be thrown
     */
    protected static BridgeException wrong(String what) {
        return new BridgeException(Reason.REFUSED, what);
    }

    /**
     * Calls something on JavaFX's render thread and waits for it.
     *
     * @param call what to call
     * @param <T> type of its result
     * @return its result
     */
    protected static <T> T onRenderThread(Callable<T> call) {
        return patiently(RenderThread.call(call), "JavaFX's render thread");
    }

    /**
     * Waits for something.
     *
     * @param stage what to wait for
     * @param whose whose answer it is: the beginning of a sentence
     * @param <T> type of its result
     * @return its result
     */
    protected static <T> T patiently(CompletionStage<T> stage, String whose) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : wrong(e.getCause().toString());
        } catch (TimeoutException e) {
            throw wrong(whose + " did not answer within " + PATIENCE.toSeconds() + " seconds.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw wrong("The check was interrupted.");
        }
    }

    /**
     * Checks that what was read of the image is what Vulkan wrote.
     *
     * @param argb the pixels
     * @param expected what was written
     * @param whose says whose pixels they are: the beginning of a sentence
     */
    protected static void expectPixels(int[] argb, int[] expected, String whose) {
        TestPattern.difference(expected, argb, SPEC).ifPresent(difference -> {
            throw wrong(whose + " is not what Vulkan wrote: " + difference + ".");
        });
    }
}
