package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javafx.geometry.Bounds;
import javafx.scene.layout.HBox;
import javafx.stage.Stage;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.AlphaMode;
import org.vkfx.FrameRate;
import org.vkfx.InteropKind;
import org.vkfx.PixelFormat;
import org.vkfx.PresentMode;
import org.vkfx.scene.Fx.Pixels;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;

/**
 * Two views for a long time, of which everything is changed again and again: what is shown is never torn, nothing is
 * left.
 */
@Tag("long")
@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class SoakTest {
    private static final int SECONDS = LongRun.count("soak", 5);

    private static final int TEXTURES = 50;

    private final FaultyVulkan counted = new FaultyVulkan();
    private final Random random = new Random(1);
    private ViewFixture fixture;
    private List<VulkanView> views;
    private Stage stage;

    @Test
    void views_whose_properties_change_for_a_long_time_neither_tear_nor_leak() {
        try (ViewFixture opened = new ViewFixture(new ValidatedVulkan(counted.address()));
                LongRun run = new LongRun("soak")) {
            fixture = opened;
            views = List.of(fixture.view(TestRenderer.numbers(fixture.vulkan()), InteropKind.OPENGL),
                    fixture.view(TestRenderer.numbers(fixture.vulkan()), InteropKind.HOST));
            stage = fixture.show(Fx.call(() -> new HBox(views.getFirst(), views.getLast())), 200, 100);
            Possessions before = rest();
            while (run.seconds() < SECONDS) {
                Fx.run(() -> change(views.get(random.nextInt(views.size()))));
                Fx.pulses(random.nextInt(4));
                if (random.nextInt(10) == 0) {
                    fixture.awaitFrames(1);
                    views.forEach(SoakTest::assertNotTorn);
                }
                run.step();
            }
            rest();
            Possessions.assertAgain(before, counted, TEXTURES);
        }
        counted.assertBalanced();
    }

    /** Everything as in the beginning. */
    private Possessions rest() {
        Fx.run(() -> {
            resize(100, 100, 100);
            for (VulkanView view : views) {
                view.setPresentMode(PresentMode.FIFO); // every image gets displayed, and so wrapped
                view.setFrameRate(FrameRate.EVERY_PULSE);
                view.setImageCount(4);
                view.setResolutionScale(1);
                view.setPixelFormat(PixelFormat.BGRA8); // the host path has images of another beside
            }
            views.getFirst().setInteropKind(InteropKind.OPENGL);
            views.getLast().setInteropKind(InteropKind.HOST);
        });
        Fx.pulses(5); // in which the size is told
        fixture.awaitFrames(10);
        return Possessions.now(counted);
    }

    private void resize(int left, int right, int height) {
        views.getFirst().setMinWidth(left);
        views.getFirst().setMaxWidth(left);
        views.getLast().setMinWidth(right);
        views.getLast().setMaxWidth(right);
        stage.setWidth(left + right);
        stage.setHeight(height);
    }

    private void change(VulkanView view) {
        switch (random.nextInt(11)) {
            case 0 -> view.setRenderer(TestRenderer.numbers(fixture.vulkan()));
            case 1 -> view.setPresentMode(any(PresentMode.values()));
            case 2 -> view.setImageCount(2 + random.nextInt(3));
            case 3 -> view.setResolutionScale(0.5 + random.nextInt(4) * 0.5);
            case 4 -> view.setFrameRate(random.nextBoolean() ? FrameRate.CONTINUOUS : FrameRate.EVERY_PULSE);
            case 5 -> view.setInteropKind(random.nextBoolean() ? InteropKind.OPENGL : InteropKind.HOST);
            case 6 -> view.setPixelFormat(any(PixelFormat.values()));
            case 7 -> view.setAlphaMode(any(AlphaMode.values()));
            case 8 -> view.setSmooth(random.nextBoolean());
            case 9 -> {
                stage.hide();
                stage.show();
            }
            default -> resize(20 + random.nextInt(300), 20 + random.nextInt(300), 20 + random.nextInt(200));
        }
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }

    /**
     * What the screen has where the view is, but for the edge, which another view may share. No frame is black: that is
     * a window that has just become larger, and that JavaFX has not painted since.
     */
    private static void assertNotTorn(VulkanView view) {
        for (int tries = 1;; tries++) {
            Fx.pulses(3); // the window is as large as told
            Bounds area = Fx.call(() -> view.localToScreen(view.getLayoutBounds()));
            int width = (int) area.getWidth() - 2;
            int height = (int) area.getHeight() - 2;
            Pixels screen = Fx.screen((int) area.getMinX() + 1, (int) area.getMinY() + 1, width, height);
            if (tries < 5 && IntStream.of(screen.argb()).anyMatch(pixel -> pixel == 0xff000000)) {
                continue;
            }
            assertThat(TearingTest.isUniform(screen, 0, 0, width, height)).as(() -> "one colour in " + area + ", by "
                    + view.getInterop() + ", " + view.getAlphaMode() + ", images " + view.getSwapchain().images() + ": "
                    + colours(screen)).isTrue();
            return;
        }
    }

    /** Each colour, and the part that has it. */
    private static String colours(Pixels screen) {
        Map<Integer, Rectangle> parts = new LinkedHashMap<>();
        for (int i = 0; i < screen.argb().length && parts.size() < 8; i++) {
            parts.computeIfAbsent(screen.argb()[i], colour -> new Rectangle()).add(i % screen.width(),
                    i / screen.width());
        }
        return parts.entrySet().stream().map(part -> String.format("%08x in %s", part.getKey(), part.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static final class Rectangle {
        private int left = Integer.MAX_VALUE;
        private int top = Integer.MAX_VALUE;
        private int right;
        private int bottom;

        void add(int x, int y) {
            left = Math.min(left, x);
            top = Math.min(top, y);
            right = Math.max(right, x);
            bottom = Math.max(bottom, y);
        }

        @Override
        public String toString() {
            return "(" + left + ", " + top + ") to (" + right + ", " + bottom + ")";
        }
    }
}
