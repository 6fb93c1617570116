package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javafx.geometry.Rectangle2D;
import javafx.scene.SnapshotParameters;
import javafx.scene.effect.GaussianBlur;
import javafx.scene.image.ImageView;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import javafx.scene.transform.Rotate;
import javafx.scene.transform.Scale;
import javafx.scene.transform.Translate;
import javafx.stage.Stage;
import javafx.stage.StageStyle;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.vkfx.AlphaMode;
import org.vkfx.FrameRate;
import org.vkfx.scene.Fx.Pixels;

/** Pictures of a view that JavaFX takes, and windows that one can see through. */
@Tag("pixels")
@Needs({Machine.VULKAN, Machine.WINDOW})
class SnapshotTest {
    private static final int WIDTH = 120;
    private static final int HEIGHT = 90;
    /** From nothing to everything; premultiplied. */
    private static final IntBinaryOperator GLASS = (x, y) -> {
        int alpha = x * 2 + y & 255;
        return alpha << 24 | alpha * 3 / 4 << 16 | alpha / 2 << 8 | alpha / (y + 1);
    };

    private static final Map<String, Consumer<SnapshotParameters>> WAYS = new LinkedHashMap<>();
    static {
        WAYS.put("plain", how -> {
        });
        WAYS.put("over a colour", how -> how.setFill(Color.web("#4080c0")));
        WAYS.put("twice as large", how -> how.setTransform(new Scale(2, 2)));
        WAYS.put("smaller", how -> how.setTransform(new Scale(0.4, 0.6)));
        WAYS.put("rotated", how -> how.setTransform(new Rotate(33, 20, 30)));
        WAYS.put("between pixels", how -> how.setTransform(new Translate(0.3, 0.6)));
        WAYS.put("a part", how -> how.setViewport(new Rectangle2D(10, 20, 50, 30)));
        WAYS.put("more than there is", how -> how.setViewport(new Rectangle2D(-10, -20, 150, 130)));
        WAYS.put("a part, larger", how -> {
            how.setTransform(new Scale(3, 3));
            how.setViewport(new Rectangle2D(60, 30, 90, 90));
        });
    }

    @TestFactory
    Stream<DynamicTest> a_snapshot_is_that_of_an_image() {
        Stream.Builder<DynamicTest> tests = Stream.builder();
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView opaque = fixture.view(TestRenderer.pattern(fixture.vulkan(), PixelTest.NOISE));
            VulkanView glass = fixture.view(TestRenderer.pattern(fixture.vulkan(), GLASS));
            glass.setAlphaMode(AlphaMode.PREMULTIPLIED);
            ImageView opaqueTwin = new ImageView(Fx.image(WIDTH, HEIGHT, PixelTest.NOISE));
            ImageView glassTwin = new ImageView(Fx.image(WIDTH, HEIGHT, GLASS));
            Fx.run(() -> {
                opaque.setPrefSize(WIDTH, HEIGHT);
                glass.setPrefSize(WIDTH, HEIGHT);
                fixture.show(new HBox(new Pane(opaque), new Pane(glass), new Pane(opaqueTwin), new Pane(glassTwin)),
                        4 * WIDTH, HEIGHT);
            });
            fixture.awaitFrames(3);
            WAYS.forEach((name, how) -> {
                Pixels opaquePicture = Fx.snapshot(opaque, how); // while frames go on
                Pixels glassPicture = Fx.snapshot(glass, how);
                Pixels opaqueExpected = Fx.snapshot(opaqueTwin, how);
                Pixels glassExpected = Fx.snapshot(glassTwin, how);
                tests.add(dynamicTest("opaque, " + name, () -> opaquePicture.assertLike(opaqueExpected)));
                tests.add(dynamicTest("translucent, " + name, () -> glassPicture.assertLike(glassExpected)));
            });
            Pixels expected = Pixels.of(glassTwin.getImage());
            Pixels plain = Fx.snapshot(glass);
            tests.add(dynamicTest("translucent, as Vulkan wrote it", () -> plain.assertLike(expected)));
        }
        return tests.build();
    }

    @Test
    void every_snapshot_is_of_one_frame_and_later_ones_of_later_frames() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()));
            view.setFrameRate(FrameRate.CONTINUOUS);
            VulkanView blurred = fixture.view(TestRenderer.numbers(fixture.vulkan()));
            StackPane root = new StackPane(blurred, view);
            Fx.run(() -> {
                blurred.setEffect(new GaussianBlur(5));
                view.setMaxSize(100, 80);
            });
            fixture.show(root, 150, 120);
            fixture.awaitFrames(2);
            Set<Integer> colours = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                Pixels now = Fx.snapshot(root, how -> how.setViewport(new Rectangle2D(25, 20, 100, 80)));
                assertThat(IntStream.of(now.argb()).distinct().count()).as("colours in a snapshot").isEqualTo(1);
                colours.add(now.at(0, 0));
                ViewFixture.awaitFrames(view, 1);
            }
            assertThat(colours).hasSizeGreaterThan(10);
        }
    }

    /**
     * What is behind is seen only where windows are composited, so this looks at the scene, and at what an image does.
     */
    @Test
    void a_transparent_stage_shows_translucent_pixels() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(TestRenderer.pattern(fixture.vulkan(), GLASS));
            view.setAlphaMode(AlphaMode.PREMULTIPLIED);
            Stage stage = fixture.show(StageStyle.TRANSPARENT, Color.TRANSPARENT, clear(new StackPane(view)), WIDTH,
                    HEIGHT);
            fixture.awaitFrames(3);
            Pixels scene = Fx.call(() -> Pixels.of(stage.getScene().snapshot(null)));
            Pixels screen = Fx.screen(0, 0, WIDTH, HEIGHT);
            ImageView twin = new ImageView(Fx.image(WIDTH, HEIGHT, GLASS));
            scene.assertLike(Pixels.of(twin.getImage()));
            Fx.run(() -> stage.getScene().setRoot(clear(new StackPane(twin))));
            Fx.pulses(3);
            screen.assertLike(Fx.screen(0, 0, WIDTH, HEIGHT));
        }
    }

    /** Controls bring a stylesheet in which roots have a background. */
    private static Pane clear(Pane root) {
        root.setStyle("-fx-background-color: transparent");
        return root;
    }
}
