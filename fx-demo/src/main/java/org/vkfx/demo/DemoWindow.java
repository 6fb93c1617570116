package org.vkfx.demo;

import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.Scene;
import javafx.scene.SnapshotParameters;
import javafx.scene.control.Label;
import javafx.scene.image.WritableImage;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.scene.transform.Transform;
import javafx.stage.Stage;

import org.vkfx.BridgeException;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;
import org.vkfx.scene.VulkanView;

/** The window: the Vulkan view, controls and figures over it. To be used on the JavaFX thread. */
final class DemoWindow {
    private static final double NARROW = 760;
    private static final double RADIANS_A_UNIT = 0.008;
    private static final double ZOOM_A_UNIT = 1.0015;
    private static final Insets MARGIN = new Insets(14);

    private final VulkanView view = new VulkanView();
    private final SceneRenderer renderer;
    private final Label error = new Label();
    private final FigureBar figures;
    private final Scene scene;
    private final Stage stage = new Stage();
    private Progress progress;
    private final boolean limited;
    private double lastX;
    private double lastY;

    DemoWindow(Options options, VulkanContext context, SceneRenderer renderer) {
        this.renderer = renderer;
        limited = options.frames != null || options.seconds != null;
        view.setInteropKind(options.interop);
        view.setRenderer(renderer);
        view.errorProperty().addListener((p, old, now) -> failed(now));
        view.setDevice(context.device());
        figures = new FigureBar(view, renderer, context.gpuName());
        if (options.time == null) {
            addCameraControl();
        }

        error.getStyleClass().add("error");
        error.setWrapText(true);
        error.managedProperty().bind(error.visibleProperty());
        error.setVisible(false);
        VBox bottom = new VBox(8, error, figures.node());
        bottom.setPickOnBounds(false);
        ControlPanel controls = new ControlPanel(view, renderer, options.size.width() >= NARROW);
        BorderPane overlay = new BorderPane();
        overlay.setPickOnBounds(false);
        overlay.setPadding(MARGIN);
        overlay.setLeft(controls.node());
        overlay.setBottom(bottom);
        BorderPane.setAlignment(controls.node(), Pos.TOP_LEFT);

        StackPane root = new StackPane(view, overlay);
        scene = new Scene(root, options.size.width(), options.size.height());
        scene.getStylesheets().add(DemoWindow.class.getResource("demo.css").toExternalForm());
        stage.setTitle("VkFX: Vulkan inside JavaFX");
        stage.setScene(scene);
    }

    VulkanView view() {
        return view;
    }

    /** Shows the window; its end is reported to the progress. */
    void show(Progress toEnd) {
        progress = toEnd;
        stage.setOnCloseRequest(e -> {
            // Pictures are still to be taken of it.
            e.consume();
            progress.end(text(view.getError()));
        });
        figures.start();
        stage.show();
        failed(view.getError());
    }

    /** The view's pixels alone. */
    WritableImage snapshotOfView() {
        SnapshotParameters parameters = new SnapshotParameters();
        parameters.setTransform(Transform.scale(stage.getRenderScaleX(), stage.getRenderScaleY()));
        return view.snapshot(parameters, null);
    }

    /** All that the window shows. */
    WritableImage snapshotOfContent() {
        return scene.snapshot(null);
    }

    /** The kind in use, or null. Any thread. */
    InteropKind interop() {
        return view.getInterop();
    }

    /** What was found about this device, or null. Any thread. */
    InteropReport report() {
        return view.getInteropReport();
    }

    void close() {
        figures.stop();
        view.close();
        stage.hide();
    }

    private void failed(BridgeException problem) {
        error.setText(text(problem));
        error.setVisible(problem != null);
        // With a user in front of it the window stays, and says what is wrong.
        if (problem != null && limited && progress != null) {
            progress.end(text(problem));
        }
    }

    private static String text(BridgeException problem) {
        return problem == null ? null : problem.getMessage();
    }

    private void addCameraControl() {
        view.addEventHandler(MouseEvent.MOUSE_PRESSED, e -> remember(e));
        view.setOnMouseDragged(e -> {
            double turn = (lastX - e.getX()) * RADIANS_A_UNIT;
            double lift = (e.getY() - lastY) * RADIANS_A_UNIT;
            remember(e);
            renderer.camera().updateAndGet(c -> c.orbit(turn, lift));
            view.requestFrame();
        });
        view.setOnMouseClicked(e -> {
            if (e.getClickCount() == 2) {
                renderer.camera().set(Camera.START);
                view.requestFrame();
            }
        });
        view.setOnScroll(e -> zoom(Math.pow(ZOOM_A_UNIT, -e.getDeltaY())));
        view.setOnZoom(e -> zoom(1 / e.getZoomFactor()));
    }

    private void remember(MouseEvent e) {
        lastX = e.getX();
        lastY = e.getY();
    }

    private void zoom(double factor) {
        renderer.camera().updateAndGet(c -> c.zoom(factor));
        view.requestFrame();
    }
}
