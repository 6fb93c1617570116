package org.vkfx.demo;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javafx.application.Platform;

/** JavaFX, as seen from the main thread: nothing may take longer than it should. */
final class Fx {
    static final Duration START = Duration.ofSeconds(60);
    static final Duration ANSWER = Duration.ofSeconds(30);

    private Fx() {
    }

    /** Starts the toolkit; it stays when the last window is closed. */
    static void start() throws Exception {
        if (System.getProperty("os.name").equals("Linux") && System.getenv().getOrDefault("DISPLAY", "").isEmpty()
                && System.getProperty("glass.platform") == null) {
            // JavaFX would print pages about it.
            throw new IllegalStateException(
                    "There is no display: DISPLAY is not set. src/bin/demo brings a virtual screen.");
        }
        CompletableFuture<Void> started = new CompletableFuture<>();
        try {
            Platform.startup(() -> started.complete(null));
        } catch (RuntimeException e) {
            throw new IllegalStateException("JavaFX did not start: " + e.getMessage(), e);
        }
        Platform.setImplicitExit(false);
        await(started, START, "JavaFX did not start.");
    }

    /** Calls something on the JavaFX thread and waits for it. */
    static <T> T call(Callable<T> action) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        Platform.runLater(() -> {
            try {
                result.complete(action.call());
            } catch (Exception | LinkageError e) {
                result.completeExceptionally(e);
            }
        });
        return await(result, ANSWER, "The JavaFX thread did not answer.");
    }

    /** Waits for a result; fails with a sentence when it is late. */
    static <T> T await(CompletionStage<T> stage, Duration limit, String late) throws Exception {
        try {
            return stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(late + " (" + limit.toSeconds() + " seconds)", e);
        }
    }

    /** What went wrong, for people. */
    static String describe(Throwable e) {
        Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        if (Demo.TRACE) {
            cause.printStackTrace();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
