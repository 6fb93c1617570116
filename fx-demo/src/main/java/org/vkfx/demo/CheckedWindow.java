package org.vkfx.demo;

import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import javafx.animation.AnimationTimer;
import javafx.geometry.Rectangle2D;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.SnapshotParameters;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.transform.Transform;
import javafx.stage.Stage;
import javafx.stage.StageStyle;

/**
 * A window with one thing in it, as checks need it. To be used on the main thread; closing waits.
 *
 * <p>Nothing in it is ever clipped to what begins left of or above its target: JavaFX 26 sets a scissor beyond the
 * target then, which Metal's validation ends the process for (JDK-8369348).
 */
class CheckedWindow implements AutoCloseable {
    /**
     * What a snapshot shows.
     *
     * @param argb the pixels, row by row
     */
    record Picture(int width, int height, int[] argb) {
    }

    private final Region content;
    private final Stage stage;

    /** Shows a window that the content fills; sizes in logical units. */
    CheckedWindow(Region content, int width, int height) throws Exception {
        this.content = content;
        stage = Fx.call(() -> {
            Pane root = new Pane(content);
            root.setBackground(null);
            content.prefWidthProperty().bind(root.widthProperty());
            content.prefHeightProperty().bind(root.heightProperty());
            Stage made = new Stage(StageStyle.UNDECORATED);
            made.setTitle("VkFX: self-test");
            made.setScene(new Scene(root, width, height, Color.BLACK));
            made.show();
            return made;
        });
    }

    /**
     * Returns a size whose multiples are whole pixels, so that pixels can be compared: 8 at the usual scales of
     * screens, 1, 1.25, 1.5 and so on.
     *
     * @param scale pixels for each logical unit
     */
    static int grid(double scale) {
        return IntStream.rangeClosed(8, 20).filter(n -> Math.abs(n * scale - Math.rint(n * scale)) < 1e-6).findFirst()
                .orElse(8);
    }

    /** Changes the window's size. */
    final void resize(int width, int height) throws Exception {
        Fx.call(() -> {
            stage.setWidth(width);
            stage.setHeight(height);
            return null;
        });
    }

    /** Waits until JavaFX has begun so many more pulses. */
    final void awaitPulses(int more) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        AnimationTimer timer = Fx.call(() -> {
            AnimationTimer made = new AnimationTimer() {
                private int left = more;

                @Override
                public void handle(long now) {
                    if (left-- <= 0) {
                        done.complete(null);
                    }
                }
            };
            made.start();
            return made;
        });
        try {
            Fx.await(done, Fx.ANSWER, "JavaFX's pulses have stopped.");
        } finally {
            Fx.call(() -> {
                timer.stop();
                return null;
            });
        }
    }

    /** Takes a picture of the content. */
    final Picture snapshot() throws Exception {
        return Fx.call(() -> snapshot(content));
    }

    /** Takes a picture of all that is in the window over black, with the content moved and clipped. */
    final Picture snapshotMoved(int x, int y, Node clip) throws Exception {
        return Fx.call(() -> {
            content.setTranslateX(x);
            content.setTranslateY(y);
            content.setClip(clip);
            return snapshot(stage.getScene().getRoot());
        });
    }

    /** One pixel of the picture for each of the screen. */
    private Picture snapshot(Node node) {
        SnapshotParameters parameters = new SnapshotParameters();
        parameters.setTransform(Transform.scale(scaleX(), scaleY()));
        // Rounded, as a scale may not be what it looks like: 1.1 is 1.100000024.
        parameters.setViewport(new Rectangle2D(0, 0, Math.rint(stage.getScene().getWidth() * scaleX()),
                Math.rint(stage.getScene().getHeight() * scaleY())));
        parameters.setFill(Color.BLACK);
        WritableImage image = node.snapshot(parameters, null);
        int width = (int) image.getWidth();
        int height = (int) image.getHeight();
        int[] argb = new int[width * height];
        image.getPixelReader().getPixels(0, 0, width, height, PixelFormat.getIntArgbInstance(), argb, 0, width);
        return new Picture(width, height, argb);
    }

    /** Pixels for each logical unit, horizontally. */
    final double scaleX() {
        return stage.getRenderScaleX();
    }

    /** Pixels for each logical unit, vertically. */
    final double scaleY() {
        return stage.getRenderScaleY();
    }

    @Override
    public void close() {
        try {
            Fx.call(() -> {
                stage.hide();
                return null;
            });
        } catch (Exception e) {
            throw new IllegalStateException(Fx.describe(e), e);
        }
    }
}
