package org.vkfx.demo;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import javafx.geometry.Rectangle2D;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.SnapshotParameters;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.Pane;
import javafx.scene.paint.Color;
import javafx.scene.transform.Transform;
import javafx.stage.Stage;
import javafx.stage.StageStyle;

import org.vkfx.FrameRate;
import org.vkfx.FrameStatistics;
import org.vkfx.InteropKind;
import org.vkfx.SwapchainImages;
import org.vkfx.scene.VulkanView;

/** A view in a window of its own, as a check needs it. To be used on the main thread; closing waits. */
final class CheckedView implements AutoCloseable {
    private static final Duration FRAME = Duration.ofSeconds(20);

    /**
     * What a snapshot shows.
     *
     * @param argb the pixels, row by row
     */
    record Picture(int width, int height, int[] argb) {
    }

    private final CheckRenderer renderer;
    private final VulkanView view;
    private final Stage stage;

    /** Shows a view that fills its window; sizes in logical units. */
    CheckedView(VulkanContext context, InteropKind kind, CheckRenderer renderer, FrameRate rate, int width, int height)
            throws Exception {
        this.renderer = renderer;
        view = Fx.call(() -> {
            VulkanView made = new VulkanView();
            made.setInteropKind(kind);
            made.setFrameRate(rate);
            made.setDevice(context.device());
            made.setRenderer(renderer);
            return made;
        });
        stage = Fx.call(() -> {
            Pane root = new Pane(view);
            root.setBackground(null);
            view.prefWidthProperty().bind(root.widthProperty());
            view.prefHeightProperty().bind(root.heightProperty());
            Stage made = new Stage(StageStyle.UNDECORATED);
            made.setTitle("VkFX: self-test");
            made.setScene(new Scene(root, width, height, Color.BLACK));
            made.show();
            return made;
        });
    }

    /**
     * Returns a size whose multiples are whole pixels, so that pixels can be compared: 8 at the usual scales of screens, 1,
     * 1.25, 1.5 and so on.
     *
     * @param scale pixels for each logical unit
     */
    static int grid(double scale) {
        return IntStream.rangeClosed(8, 20).filter(n -> Math.abs(n * scale - Math.rint(n * scale)) < 1e-6).findFirst()
                .orElse(8);
    }

    FrameStatistics statistics() {
        return view.getFrameStatistics();
    }

    /** Changes the window's size. */
    void resize(int width, int height) throws Exception {
        Fx.call(() -> {
            stage.setWidth(width);
            stage.setHeight(height);
            return null;
        });
    }

    /** Waits until frames are rendered at the size that the view has in a window of so many logical units. */
    void awaitSize(int width, int height) throws Exception {
        int pixelWidth = (int) Math.round(width * stage.getRenderScaleX());
        int pixelHeight = (int) Math.round(height * stage.getRenderScaleY());
        await("Images of " + pixelWidth + "x" + pixelHeight + " pixels did not come", () -> {
            SwapchainImages images = renderer.images();
            return images != null && images.width() == pixelWidth && images.height() == pixelHeight;
        });
    }

    /** Waits until so many more frames were displayed. */
    void awaitFrames(int more) throws Exception {
        long goal = statistics().displayed() + more;
        await("No new frame was displayed", () -> statistics().displayed() >= goal);
    }

    /** Waits until what is displayed was rendered at the present size. */
    void awaitFresh() throws Exception {
        awaitFrames(view.getImageCount() + 1);
    }

    private void await(String late, BooleanSupplier condition) throws Exception {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (view.getError() != null) {
                throw view.getError();
            }
            if (System.nanoTime() - begin > FRAME.toNanos()) {
                throw new IllegalStateException(late + " within " + FRAME.toSeconds() + " seconds.");
            }
            Thread.sleep(1);
        }
    }

    /** Takes a picture of the view. */
    Picture snapshot() throws Exception {
        return Fx.call(() -> snapshot(view));
    }

    /** Takes a picture of the window's content over black, with the view moved and clipped. */
    Picture snapshotMoved(int x, int y, Node clip) throws Exception {
        return Fx.call(() -> {
            view.setTranslateX(x);
            view.setTranslateY(y);
            view.setClip(clip);
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
    double scaleX() {
        return stage.getRenderScaleX();
    }

    /** Pixels for each logical unit, vertically. */
    double scaleY() {
        return stage.getRenderScaleY();
    }

    @Override
    public void close() {
        try {
            Fx.call(() -> {
                view.close();
                stage.hide();
                return null;
            });
            Fx.await(view.whenClosed(), Fx.ANSWER, "The view did not close.");
        } catch (Exception e) {
            throw new IllegalStateException(Fx.describe(e), e);
        }
    }
}
