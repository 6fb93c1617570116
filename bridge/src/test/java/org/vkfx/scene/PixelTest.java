package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;

import javafx.scene.image.ImageView;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vkfx.PixelFormat;
import org.vkfx.scene.Fx.Pixels;

/** Every pixel of a view is the one that Vulkan wrote: in the window, and in a snapshot. */
@Tag("pixels")
@Needs({Machine.VULKAN, Machine.WINDOW})
class PixelTest {
    /** Another colour for every pixel around, opaque, no symmetry. */
    static final IntBinaryOperator NOISE = (x, y) -> 0xff000000
            | (x * 0x1f35 + y * 0x6c8e9 + (x ^ y) * 0x10203) & 0xffffff;

    @ParameterizedTest(name = "{0} {1}x{2}")
    @CsvSource({"BGRA8, 640, 480", "RGBA8, 640, 480", "BGRA8, 641, 479", "RGBA8, 641, 479", "BGRA8, 1, 1",
            "RGBA8, 1, 1",
            "BGRA8, 17, 5", "RGBA8, 333, 217", "BGRA8, 65, 65", "RGBA8, 1919, 1079", "BGRA8, 3840, 2160",
            "RGBA8, 3840, 2160"})
    void window_and_snapshot_show_exactly_what_vulkan_wrote(PixelFormat format, int width, int height) {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), NOISE);
            VulkanView view = fixture.view(renderer);
            view.setPixelFormat(format);
            fixture.show(new StackPane(view), width, height);
            ViewFixture.awaitSize(view, renderer, width, height);
            Fx.pulses(2);
            assertThat(view.getInterop()).isEqualTo(ViewFixture.KIND);
            if (Fx.screenContains(width, height)) { // JavaFX's headless screen is small
                Pixels screen = Fx.screen(0, 0, width, height);
                assertPattern(screen, screen.isAll(NOISE) ? NOISE : ofJavaFx(fixture, width, height));
            }
            assertPattern(Fx.snapshot(view), NOISE);
        }
    }

    /**
     * How this JavaFX shows the same pixels in an image of its own, where that is not exact. It filters whole windows
     * once more when it presents them; on an H100 this rounds every hundredth pixel of 3840x2160 by one.
     */
    private static IntBinaryOperator ofJavaFx(ViewFixture fixture, int width, int height) {
        Stage stage = fixture.show(new StackPane(Fx.call(() -> new ImageView(Fx.image(width, height, NOISE)))), width,
                height);
        Fx.pulses(2);
        Pixels shown = Fx.screen(0, 0, width, height);
        Fx.run(stage::hide);
        assertPattern(shown, (x, y) -> isRounded(shown.at(x, y), NOISE.applyAsInt(x, y)) ? shown.at(x, y)
                : NOISE.applyAsInt(x, y));
        return shown::at;
    }

    /** Whether no channel differs by more than one. */
    private static boolean isRounded(int got, int wanted) {
        return IntStream.of(0, 8, 16, 24)
                .allMatch(shift -> Math.abs((got >> shift & 255) - (wanted >> shift & 255)) <= 1);
    }

    /** GL state that the bridge left behind would show in what JavaFX draws next. */
    @Test
    void neighbours_keep_their_pixels() {
        int size = 100;
        IntBinaryOperator other = (x, y) -> 0xff000000 | NOISE.applyAsInt(y, x) ^ 0xffffff;
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), NOISE);
            VulkanView view = fixture.view(renderer);
            view.setPrefSize(size, size);
            WritableImage image = Fx.image(size, size, other);
            fixture.show(new HBox(new ImageView(image), view, new ImageView(image)), 3 * size, size);
            ViewFixture.awaitSize(view, renderer, size, size);
            for (int i = 0; i < 10; i++) {
                assertPattern(Fx.screen(0, 0, size, size), other);
                assertPattern(Fx.screen(size, 0, size, size), NOISE);
                assertPattern(Fx.screen(2 * size, 0, size, size), other);
                ViewFixture.awaitFrames(view, 1);
            }
        }
    }

    static void assertPattern(Pixels pixels, IntBinaryOperator expected) {
        int wrong = 0;
        String first = "";
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < pixels.width(); x++) {
                int want = expected.applyAsInt(x, y);
                if (pixels.at(x, y) != want && wrong++ == 0) {
                    first = ", first (%d, %d): %08x instead of %08x".formatted(x, y, pixels.at(x, y), want);
                }
            }
        }
        assertThat(wrong).as("wrong pixels of " + pixels.width() + "x" + pixels.height() + first).isZero();
    }
}
