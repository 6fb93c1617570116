package org.vkfx.demo;

import java.io.PrintWriter;
import java.util.Random;

import javafx.scene.Node;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.effect.Blend;
import javafx.scene.effect.BlendMode;
import javafx.scene.effect.ColorInput;
import javafx.scene.effect.DropShadow;
import javafx.scene.effect.Effect;
import javafx.scene.effect.GaussianBlur;
import javafx.scene.image.ImageView;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.Pane;
import javafx.scene.paint.Color;
import javafx.scene.shape.Circle;
import javafx.scene.shape.Rectangle;
import javafx.scene.text.Text;
import javafx.stage.Screen;

/**
 * What the self-test has JavaFX do, without the bridge and without Vulkan: images take the view's place. What macOS
 * prints about that when debugging is switched on is JavaFX's own. Main thread.
 */
final class ControlRun {
    /** Set in the process that is this, instead of the self-test. */
    static final String PROPERTY = "vkfx.demo.control";

    private static final int IMAGES = 100;
    private static final int RESIZES = 100;
    private static final int SNAPSHOT_EACH = 10;

    private final PrintWriter out;
    private final PrintWriter err;
    private int grid; // logical units

    ControlRun(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Runs it; returns the exit status. */
    int run() {
        try {
            Fx.start();
            begin(err);
            grid = CheckedWindow.grid(Fx.call(() -> Screen.getPrimary().getOutputScaleX()));
            still();
            images();
            resizes();
            return 0;
        } catch (Exception | LinkageError e) {
            out.println(SelfTestReport.FAILED + "  JavaFX alone        " + Fx.describe(e));
            out.flush();
            return 1;
        }
    }

    /** The first window, also of the self-test that is debugged; then says that from now on JavaFX may not be alone. */
    static void begin(PrintWriter err) throws Exception {
        FlowPane content = Fx.call(() -> new FlowPane(new Circle(20, Color.RED),
                with(new DropShadow(5, Color.BLACK), new Rectangle(30, 30, Color.GREEN)), new Text("VkFX"),
                with(new GaussianBlur(3), new ImageView(image(20, 20, 1))), clipped(),
                with(new Blend(BlendMode.ADD, null, new ColorInput(0, 0, 20, 20, Color.BLUE)),
                        new ImageView(image(20, 20, 2)))));
        try (CheckedWindow window = new CheckedWindow(content, 200, 100)) {
            window.awaitPulses(3);
            window.snapshot();
            window.resize(240, 120);
            window.awaitPulses(3);
        }
        err.println(DebugLines.ALONE);
        err.flush();
    }

    private static Node with(Effect effect, Node node) {
        node.setEffect(effect);
        return node;
    }

    private static Node clipped() {
        Canvas canvas = new Canvas(20, 20);
        GraphicsContext graphics = canvas.getGraphicsContext2D();
        graphics.beginPath();
        graphics.rect(2, 2, 10, 10);
        graphics.clip();
        graphics.fillRect(0, 0, 20, 20);
        return canvas;
    }

    private void still() throws Exception {
        ImageView view = Fx.call(() -> new ImageView(image(40 * grid, 30 * grid, 3)));
        try (CheckedWindow window = open(view)) {
            window.awaitPulses(1);
            window.snapshot();
            window.snapshotMoved(3 * grid, 3 * grid, new Rectangle(2 * grid, 2 * grid, 20 * grid, 20 * grid));
        }
    }

    private void images() throws Exception {
        ImageView view = Fx.call(ImageView::new);
        try (CheckedWindow window = open(view)) {
            for (int i = 0; i < IMAGES; i++) {
                show(view, 40 * grid, 30 * grid, i);
                window.awaitPulses(1);
                window.snapshot();
            }
        }
    }

    private void resizes() throws Exception {
        Random random = new Random(7);
        ImageView view = Fx.call(ImageView::new);
        try (CheckedWindow window = open(view)) {
            for (int i = 1; i <= RESIZES; i++) {
                int width = grid * (8 + random.nextInt(48));
                int height = grid * (8 + random.nextInt(32));
                window.resize(width, height);
                show(view, width, height, i);
                window.awaitPulses(1);
                if (i % SNAPSHOT_EACH == 0) {
                    window.snapshot();
                }
            }
        }
    }

    private CheckedWindow open(ImageView view) throws Exception {
        return new CheckedWindow(Fx.call(() -> new Pane(view)), 40 * grid, 30 * grid);
    }

    private static void show(ImageView view, int width, int height, int number) throws Exception {
        Fx.call(() -> {
            view.setImage(image(width, height, number));
            return null;
        });
    }

    /** A new one, so that JavaFX makes a texture. */
    private static WritableImage image(int width, int height, int number) {
        WritableImage image = new WritableImage(width, height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.getPixelWriter().setArgb(x, y, 0xff000000 | (x * 7 + number & 255) << 16 | y * 5 & 255);
            }
        }
        return image;
    }
}
