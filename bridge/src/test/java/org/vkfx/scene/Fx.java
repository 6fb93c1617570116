package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntBinaryOperator;

import java.util.function.Supplier;
import java.util.stream.IntStream;

import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.scene.Group;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.SnapshotParameters;
import javafx.scene.image.Image;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.PixelReader;
import javafx.scene.image.WritableImage;
import javafx.scene.paint.Color;
import javafx.scene.robot.Robot;
import javafx.stage.Screen;
import javafx.stage.Stage;
import javafx.stage.StageStyle;

/** The JavaFX toolkit for tests: one a process, started on first use. */
public final class Fx {
    private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("vkfx.test.patience", 60));
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

    /** Why JavaFX does not start here, if it does not. */
    static Optional<String> lack() {
        try {
            start();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of("JavaFX does not start: " + e.getMessage());
        }
    }

    /** Calls something on the JavaFX thread. */
    public static <T> T call(Callable<T> call) {
        start();
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable task = () -> {
            try {
                result.complete(call.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        };
        if (Platform.isFxApplicationThread()) {
            task.run();
        } else {
            Platform.runLater(task);
        }
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

    /** Waits until a condition holds, without causing pulses as {@link #await} does. */
    public static void awaitQuietly(Supplier<String> what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!call(condition::getAsBoolean)) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new AssertionError("Not within " + PATIENCE.toSeconds() + " s: " + what.get());
            }
            elapse(Duration.ofMillis(5));
        }
    }

    /** Waits until a condition holds, without causing pulses. */
    public static void awaitQuietly(String what, BooleanSupplier condition) {
        awaitQuietly(() -> what, condition);
    }

    /** Counts a scene's pulses over a time in which the test asks for none. */
    public static int pulsesIn(Scene scene, Duration rest) {
        int[] count = {0};
        Runnable counter = () -> count[0]++;
        run(() -> scene.addPostLayoutPulseListener(counter));
        elapse(rest);
        run(() -> scene.removePostLayoutPulseListener(counter));
        return count[0];
    }

    private static void elapse(Duration time) {
        get(CompletableFuture.runAsync(() -> {
        }, CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)));
    }

    /** Shows a node in an undecorated window at (0, 0). */
    public static Stage show(Parent root, double width, double height) {
        return show(StageStyle.UNDECORATED, Color.BLACK, root, width, height);
    }

    /** Shows a node in a window at (0, 0). */
    public static Stage show(StageStyle style, Color fill, Parent root, double width, double height) {
        return call(() -> {
            Stage stage = new Stage(style);
            stage.setScene(new Scene(root, width, height, fill));
            stage.setX(0);
            stage.setY(0);
            stage.show();
            return stage;
        });
    }

    /** Takes a node's picture by JavaFX, one pixel for each unit. */
    public static Pixels snapshot(Node node) {
        return snapshot(node, parameters -> {
        });
    }

    /** Takes a node's picture by JavaFX, over nothing unless told otherwise. */
    public static Pixels snapshot(Node node, Consumer<SnapshotParameters> how) {
        return call(() -> {
            SnapshotParameters parameters = new SnapshotParameters();
            parameters.setFill(Color.TRANSPARENT);
            how.accept(parameters);
            return Pixels.of(node.snapshot(parameters, null));
        });
    }

    /** Makes an image of premultiplied ARGB, as a function of x and y. */
    public static WritableImage image(int width, int height, IntBinaryOperator argb) {
        int[] pixels = IntStream.range(0, width * height).map(i -> argb.applyAsInt(i % width, i / width)).toArray();
        WritableImage image = new WritableImage(width, height);
        image.getPixelWriter().setPixels(0, 0, width, height, PixelFormat.getIntArgbPreInstance(), pixels, 0, width);
        return image;
    }

    /** Takes a picture of the screen, what really was presented. */
    public static Pixels screen(int x, int y, int width, int height) {
        run(() -> new Group().snapshot(null, null)); // follows all painting of the pulses before
        // Later, because painting by software ends with an upload on the JavaFX thread.
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
            reader.getPixels(0, 0, width, height, PixelFormat.getIntArgbInstance(), argb, 0, width);
            return new Pixels(width, height, argb);
        }

        /** Returns one pixel. */
        public int at(int x, int y) {
            return argb[y * width + x];
        }

        /** Returns a copy of a part. */
        public Pixels part(int x, int y, int partWidth, int partHeight) {
            int[] copy = new int[partWidth * partHeight];
            for (int row = 0; row < partHeight; row++) {
                System.arraycopy(argb, (y + row) * width + x, copy, row * partWidth, partWidth);
            }
            return new Pixels(partWidth, partHeight, copy);
        }

        /** Returns how many pixels differ by more than this in some channel. */
        public int differing(Pixels other, int tolerance) {
            assertThat(other.width).isEqualTo(width);
            assertThat(other.height).isEqualTo(height);
            return (int) IntStream.range(0, argb.length)
                    .filter(i -> largestDifference(argb[i], other.argb[i]) > tolerance)
                    .count();
        }

        /** Fails unless all pixels are the same. */
        public void assertLike(Pixels expected) {
            assertLike(expected, 0, 0);
        }

        /** Fails unless all pixels but so many strays are the same but for so much in each channel. */
        public void assertLike(Pixels expected, int tolerance, int strays) {
            int wrong = differing(expected, tolerance);
            if (wrong > strays) {
                int worst = IntStream.range(0, argb.length).boxed()
                        .max(Comparator.comparing(i -> largestDifference(argb[i], expected.argb[i]))).orElseThrow();
                fail("wrong pixels: %d of %dx%d differ by more than %d, most (%d, %d): %08x instead of %08x", wrong,
                        width, height, tolerance, worst % width, worst / width, argb[worst], expected.argb[worst]);
            }
        }

        private static int largestDifference(int a, int b) {
            int largest = 0;
            for (int shift = 0; shift < 32; shift += 8) {
                largest = Math.max(largest, Math.abs((a >> shift & 255) - (b >> shift & 255)));
            }
            return largest;
        }

        /** Tells whether each pixel is what a function of x and y says. */
        public boolean isAll(IntBinaryOperator expected) {
            for (int i = 0; i < argb.length; i++) {
                if (argb[i] != expected.applyAsInt(i % width, i / width)) {
                    return false;
                }
            }
            return argb.length > 0;
        }
    }
}
