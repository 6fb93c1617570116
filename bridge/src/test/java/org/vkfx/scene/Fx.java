package org.vkfx.scene;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.SnapshotParameters;
import javafx.scene.image.Image;
import javafx.scene.image.PixelReader;
import javafx.scene.image.WritableImage;
import javafx.scene.paint.Color;
import javafx.scene.robot.Robot;
import javafx.stage.Screen;
import javafx.stage.Stage;
import javafx.stage.StageStyle;

/** The JavaFX toolkit for tests: one a process, started on first use. */
public final class Fx {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicBoolean STARTED = new AtomicBoolean();

    private Fx() {
    }

    /** Starts the toolkit; it stays when the last window is closed. */
    public static void start() {
        if (STARTED.compareAndSet(false, true)) {
            CompletableFuture<Void> started = new CompletableFuture<>();
            Platform.startup(() -> started.complete(null));
            get(started);
            Platform.setImplicitExit(false);
        }
    }

    /** Calls something on the JavaFX thread. */
    public static <T> T call(Callable<T> call) {
        start();
        CompletableFuture<T> result = new CompletableFuture<>();
        Platform.runLater(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return get(result);
    }

    /** Runs something on the JavaFX thread. */
    public static void run(Runnable action) {
        call(() -> {
            action.run();
            return null;
        });
    }

    /** Waits for a result, for a minute at most. */
    public static <T> T get(java.util.concurrent.CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until a condition, looked at on the JavaFX thread with every pulse, holds. */
    public static void await(String what, BooleanSupplier condition) {
        start();
        CompletableFuture<Void> met = new CompletableFuture<>();
        AnimationTimer timer = new AnimationTimer() {
            @Override
            public void handle(long now) {
                try {
                    if (condition.getAsBoolean()) {
                        met.complete(null);
                    }
                } catch (Throwable e) {
                    met.completeExceptionally(e);
                }
                if (met.isDone()) {
                    stop();
                }
            }
        };
        Platform.runLater(timer::start);
        try {
            met.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("Not within " + PATIENCE.toSeconds() + " s: " + what);
        } catch (ExecutionException e) {
            throw new AssertionError(what, e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            Platform.runLater(timer::stop);
        }
    }

    /** Lets some pulses pass. */
    public static void pulses(int count) {
        int[] left = {count};
        await(count + " pulses", () -> left[0]-- <= 0);
    }

    /** Shows a node in an undecorated window at (0, 0). */
    public static Stage show(Parent root, double width, double height) {
        return call(() -> {
            Stage stage = new Stage(StageStyle.UNDECORATED);
            stage.setScene(new Scene(root, width, height, Color.BLACK));
            stage.setX(0);
            stage.setY(0);
            stage.show();
            return stage;
        });
    }

    /** Takes a node's picture by JavaFX, one pixel for each of its pixels on screen. */
    public static Pixels snapshot(Node node) {
        return call(() -> {
            SnapshotParameters parameters = new SnapshotParameters();
            parameters.setFill(Color.TRANSPARENT);
            return Pixels.of(node.snapshot(parameters, null));
        });
    }

    /** Takes a picture of the screen, what really was presented. */
    public static Pixels screen(int x, int y, int width, int height) {
        return call(() -> Pixels.of(new Robot().getScreenCapture(null, x, y, width, height, false)));
    }

    /** Tells whether the screen is at least so large. */
    public static boolean screenContains(int width, int height) {
        return call(() -> Screen.getPrimary().getBounds().contains(0, 0, width, height));
    }

    /** ARGB pixels, row by row. */
    public record Pixels(int width, int height, int[] argb) {
        static Pixels of(Image image) {
            int width = (int) image.getWidth();
            int height = (int) image.getHeight();
            int[] argb = new int[width * height];
            PixelReader reader = image.getPixelReader();
            reader.getPixels(0, 0, width, height, javafx.scene.image.PixelFormat.getIntArgbInstance(), argb, 0, width);
            return new Pixels(width, height, argb);
        }

        /** Returns one pixel. */
        public int at(int x, int y) {
            return argb[y * width + x];
        }

        /** Returns a copy as an image. */
        public WritableImage image() {
            WritableImage image = new WritableImage(width, height);
            image.getPixelWriter().setPixels(0, 0, width, height, javafx.scene.image.PixelFormat.getIntArgbInstance(),
                    argb, 0,
                    width);
            return image;
        }
    }
}
