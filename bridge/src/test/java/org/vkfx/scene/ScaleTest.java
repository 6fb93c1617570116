package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vkfx.scene.PixelTest.NOISE;
import static org.vkfx.scene.PixelTest.assertPattern;

import java.util.function.IntBinaryOperator;

import javafx.geometry.Bounds;
import javafx.geometry.Insets;
import javafx.geometry.Point2D;
import javafx.scene.image.ImageView;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.StackPane;
import javafx.scene.transform.Scale;
import javafx.stage.Stage;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vkfx.InteropKind;
import org.vkfx.scene.Fx.Pixels;

/**
 * Images have the pixels of the screen, whatever its scale. By both kinds in one JVM, as there is one for each scale.
 */
@Tag("scale")
@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class ScaleTest {
    private static final double SCALE = Double.parseDouble(System.getProperty("glass.gtk.uiScale", "1"));
    private static final int WIDTH = 333;
    private static final int HEIGHT = 217;
    /** Windows have whole pixels. */
    private static final int PIXEL_WIDTH = (int) Math.ceil(WIDTH * SCALE);
    private static final int PIXEL_HEIGHT = (int) Math.ceil(HEIGHT * SCALE);

    private static int pixels(double units) {
        return (int) Math.round(units * SCALE);
    }

    /** The pixels of the window. */
    private static Pixels screen() {
        return Fx.screen(0, 0, WIDTH + 1, HEIGHT + 1).part(0, 0, PIXEL_WIDTH, PIXEL_HEIGHT);
    }

    /** Waits until images of this scale are shown; layout may have rounded a view's size up to the next pixel. */
    private static void awaitScale(VulkanView view, TestRenderer renderer, double scale) {
        Fx.await("images of scale " + scale, () -> renderer.images() != null && renderer.images().renderScale() == scale
                && renderer.images().width() == Math.round(view.getWidth() * scale)
                && renderer.images().height() == Math.round(view.getHeight() * scale));
        ViewFixture.awaitFrames(view, view.getImageCount() + 1);
        assertThat(renderer.images().width()).isBetween((int) (WIDTH * scale), (int) ((WIDTH + 2) * scale));
        assertThat(renderer.images().height()).isBetween((int) (HEIGHT * scale), (int) ((HEIGHT + 2) * scale));
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENGL", "HOST"})
    void every_pixel_of_the_image_is_one_of_the_screen_and_of_a_snapshot_at_this_scale(InteropKind kind) {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), NOISE);
            VulkanView view = fixture.view(renderer, kind);
            Stage stage = fixture.show(new StackPane(view), WIDTH, HEIGHT);
            assertThat(stage.getRenderScaleX()).isEqualTo(SCALE);
            awaitScale(view, renderer, SCALE);
            assertThat(view.getInterop()).isEqualTo(kind);
            assertPattern(screen(), NOISE);
            assertPattern(Fx.snapshot(view, how -> how.setTransform(new Scale(SCALE, SCALE)))
                    .part(0, 0, PIXEL_WIDTH, PIXEL_HEIGHT), NOISE);
        }
    }

    /** Layout snaps to pixels of the screen, which lie between units. */
    @ParameterizedTest
    @EnumSource(names = {"OPENGL", "HOST"})
    void views_side_by_side_with_insets_are_exact_too(InteropKind kind) {
        try (ViewFixture fixture = new ViewFixture()) {
            HBox box = Fx.call(() -> {
                HBox made = new HBox(3.3);
                made.setPadding(new Insets(2.7));
                for (int i = 0; i < 4; i++) {
                    VulkanView view = fixture.view(TestRenderer.pattern(fixture.vulkan(), shifted(i)), kind);
                    view.setPrefSize(50 + i * 7.1, 60);
                    view.setMaxHeight(40 + i * 9.3);
                    view.setPadding(new Insets(i));
                    made.getChildren().add(view);
                }
                return made;
            });
            fixture.show(box, 300, 100);
            fixture.awaitFrames(6);
            Pixels screen = Fx.screen(0, 0, 300, 100);
            for (int i = 0; i < 4; i++) {
                VulkanView view = (VulkanView) box.getChildren().get(i);
                Bounds content = Fx.call(() -> {
                    var node = view.getChildrenUnmodifiable().getFirst();
                    return node.localToScene(node.getLayoutBounds());
                });
                assertPattern(screen.part(pixels(content.getMinX()), pixels(content.getMinY()),
                        pixels(content.getWidth()), pixels(content.getHeight())), shifted(i));
            }
        }
    }

    /** An image has whole pixels; stretched over such a node all of them would be blurred. */
    @ParameterizedTest
    @EnumSource(names = {"OPENGL", "HOST"})
    void a_size_between_pixels_does_not_blur(InteropKind kind) {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), NOISE);
            VulkanView view = fixture.view(renderer, kind);
            Pane root = new Pane(view);
            Fx.run(() -> {
                root.setSnapToPixel(false);
                view.setSnapToPixel(false);
                view.setPrefSize(150.3, 70.7);
            });
            fixture.show(root, 200, 100);
            ViewFixture.awaitSize(view, renderer, pixels(150.3), pixels(70.7));
            assertThat(view.getWidth()).isEqualTo(150.3);
            assertPattern(Fx.screen(0, 0, 200, 100).part(0, 0, pixels(150.3), pixels(70.7)), NOISE);
        }
    }

    private static IntBinaryOperator shifted(int by) {
        return (x, y) -> NOISE.applyAsInt(x + 97 * by, y + 13 * by);
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENGL", "HOST"})
    void points_convert_to_the_pixels_that_are_seen_there(InteropKind kind) {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), NOISE);
            VulkanView view = fixture.view(renderer, kind);
            Fx.run(() -> {
                view.setPrefSize(120, 80);
                view.setPadding(new Insets(4, 0, 0, 8));
                view.relocate(16, 12);
            });
            fixture.show(new Pane(view), 200, 100);
            ViewFixture.awaitSize(view, renderer, pixels(112), pixels(76));
            Pixels screen = Fx.screen(0, 0, 200, 100);
            for (Point2D local : new Point2D[]{new Point2D(8.1, 4.1), new Point2D(50.3, 33.3),
                    new Point2D(119.9, 79.9)}) {
                Point2D pixel = view.localToPixels(local);
                assertThat(view.pixelsToLocal(pixel).distance(local)).isLessThan(1e-9);
                Point2D seen = Fx.call(() -> view.localToScene(local)).multiply(SCALE);
                assertThat(screen.at((int) seen.getX(), (int) seen.getY()))
                        .isEqualTo(NOISE.applyAsInt((int) pixel.getX(), (int) pixel.getY()));
            }
        }
    }

    /** JavaFX draws the window at a whole scale, and that smaller into the screen: compared with an ImageView. */
    @ParameterizedTest
    @EnumSource(names = {"OPENGL", "HOST"})
    void a_whole_render_scale_brings_images_of_that_scale_while_running(InteropKind kind) {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), NOISE);
            VulkanView view = fixture.view(renderer, kind);
            Stage stage = fixture.show(new StackPane(view), WIDTH, HEIGHT);
            awaitScale(view, renderer, SCALE);
            int whole = (int) Math.ceil(SCALE);
            Fx.run(() -> stage.setForceIntegerRenderScale(true));
            awaitScale(view, renderer, whole);
            int width = renderer.images().width();
            int height = renderer.images().height();
            assertThat(view.localToPixels(new Point2D(10, 20))).isEqualTo(new Point2D(10 * whole, 20 * whole));
            assertPattern(Fx.snapshot(view, how -> how.setTransform(new Scale(whole, whole)))
                    .part(0, 0, width, height), NOISE);
            Pixels screen = screen();
            ImageView twin = new ImageView(Fx.image(width, height, NOISE));
            twin.setFitWidth((double) width / whole);
            twin.setFitHeight((double) height / whole);
            Fx.run(() -> stage.getScene().setRoot(new Pane(twin)));
            Fx.pulses(3);
            screen.assertLike(screen());

            Fx.run(() -> {
                stage.getScene().setRoot(new StackPane(view));
                stage.setForceIntegerRenderScale(false);
            });
            awaitScale(view, renderer, SCALE);
            assertPattern(screen(), NOISE);
        }
    }
}
