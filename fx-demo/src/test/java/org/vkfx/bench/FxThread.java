package org.vkfx.bench;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javafx.application.Platform;

/** JavaFX's thread, from others. */
final class FxThread {
    private static final int PATIENCE_SECONDS = 60;

    private FxThread() {
    }

    /** Starts JavaFX; it goes on when the last window is closed. */
    static void start() {
        CompletableFuture<Void> started = new CompletableFuture<>();
        Platform.startup(() -> started.complete(null));
        get(started);
        Platform.setImplicitExit(false);
    }

    static <T> T call(Callable<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Platform.runLater(() -> {
            try {
                result.complete(action.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return get(result);
    }

    static void run(Runnable action) {
        call(() -> {
            action.run();
            return null;
        });
    }

    private static <T> T get(CompletableFuture<T> result) {
        try {
            return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("JavaFX did not answer for " + PATIENCE_SECONDS + " seconds", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
