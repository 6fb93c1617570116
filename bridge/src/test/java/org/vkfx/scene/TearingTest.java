package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.scene.layout.Pane;
import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import javafx.scene.shape.Rectangle;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vkfx.FrameRate;
import org.vkfx.PresentMode;
import org.vkfx.objc.MacSim;
import org.vkfx.scene.Fx.Pixels;

/** What is on screen is one frame, never parts of two. Every frame has one colour of its own. */
@Tag("pixels")
@Needs({Machine.VULKAN, Machine.WINDOW})
class TearingTest {
    private static final int WIDTH = 512;
    private static final int HEIGHT = 384;

    private static final int CAPTURES = LongRun.count("captures", 33);

    @ParameterizedTest
    @CsvSource({"2, MAILBOX", "2, FIFO", "3, MAILBOX", "3, FIFO", "4, MAILBOX", "4, FIFO"})
    @Tag("long")
    void a_free_running_renderer_never_tears(int images, PresentMode mode) {
        try (ViewFixture fixture = new ViewFixture();
                LongRun run = new LongRun("captures-" + ViewFixture.KIND + "-" + mode + "-" + images)) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setPresentMode(mode);
            view.setImageCount(images);
            view.setFrameRate(FrameRate.CONTINUOUS);
            fixture.show(new StackPane(view), WIDTH, HEIGHT);
            ViewFixture.awaitSize(view, renderer, WIDTH, HEIGHT);
            Set<Integer> colours = new HashSet<>();
            int torn = 0;
            for (int i = 0; i < CAPTURES; i++) {
                Pixels screen = Fx.screen(0, 0, WIDTH, HEIGHT);
                colours.add(screen.at(0, 0));
                torn += isUniform(screen, 0, 0, WIDTH, HEIGHT) ? 0 : 1;
                ViewFixture.awaitFrames(view, 1);
                run.step();
            }
            assertThat(torn).as("torn captures of %d", CAPTURES).isZero();
            assertThat(colours).as("the captures show different frames").hasSizeGreaterThan(CAPTURES / 2);
        }
    }

    /**
     * Black, white or in parts, it would be on screen before the GPU has rendered it. One frame at a time, and each to
     * its end: an image that was believed too early is told before it is used again or destroyed, which no driver need
     * survive.
     */
    @Test
    void a_slow_frame_is_not_shown_before_it_is_rendered() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(TestRenderer.slowNumbers(fixture.vulkan(), 400));
            view.setFrameRate(FrameRate.ON_DEMAND);
            fixture.show(new StackPane(view), WIDTH, HEIGHT);
            for (int i = 0; i < 30; i++) {
                int number = i;
                Fx.await("frame " + number, () -> view.getFrameStatistics().displayed() > number);
                Pixels screen = Fx.screen(0, 0, WIDTH, HEIGHT);
                fixture.vulkan().waitIdle();
                MacSim.assertNoOffences();
                assertThat(isUniform(screen, 0, 0, WIDTH, HEIGHT)).as("one colour").isTrue();
                assertThat(screen.at(0, 0)).as("the colour").isNotIn(0xff000000, 0xffffffff);
                view.requestFrame();
            }
        }
    }

    /** The overlay makes JavaFX repaint a part of the view, between and together with new frames. */
    @Test
    void an_overlay_that_repaints_alone_shows_no_mixture() {
        Rectangle overlay = new Rectangle(100, 80, 200, 150);
        AnimationTimer blink = new AnimationTimer() {
            @Override
            public void handle(long now) {
                overlay.setFill(overlay.getFill() == Color.BLACK ? Color.WHITE : Color.BLACK);
            }
        };
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setFrameRate(FrameRate.CONTINUOUS);
            fixture.show(new StackPane(view, above(overlay)), WIDTH, HEIGHT);
            ViewFixture.awaitSize(view, renderer, WIDTH, HEIGHT);
            Fx.run(blink::start);
            for (int i = 0; i < 100; i++) {
                Pixels screen = Fx.screen(0, 0, WIDTH, HEIGHT);
                int colour = screen.at(0, 0);
                int covered = screen.at(200, 150);
                assertThat(isUniform(screen, 0, 0, WIDTH, 80) && isUniform(screen, 0, 230, WIDTH, HEIGHT)
                        && isUniform(screen, 0, 80, 100, 230) && screen.at(0, 100) == colour
                        && screen.at(0, 300) == colour)
                        .as("one frame around the overlay").isTrue();
                assertThat(isUniform(screen, 101, 81, 299, 229)).as("one frame under the overlay").isTrue();
                assertThat(isHalfWay(covered, colour, 0) || isHalfWay(covered, colour, 255))
                        .as("the same frame under the overlay (%08x) as around it (%08x)", covered, colour).isTrue();
                Fx.pulses(1);
            }
        } finally {
            Fx.run(blink::stop);
        }
    }

    /** JavaFX paints a part of the view after it has synchronised: the new frame has come too late for that paint. */
    @Test
    void a_frame_that_completes_after_synchronisation_is_not_painted_in_parts() {
        Rectangle overlay = new Rectangle(100, 80, 200, 150);
        try (ViewFixture fixture = new ViewFixture()) {
            Semaphore allowed = new Semaphore(1);
            VulkanView view = fixture
                    .view(TestRenderer.numbers(fixture.vulkan()).around(allowed::acquireUninterruptibly, () -> {
                    }));
            view.setFrameRate(FrameRate.ON_DEMAND);
            fixture.show(new StackPane(view, above(overlay)), WIDTH, HEIGHT);
            Fx.await("the first frame", () -> view.getFrameStatistics().displayed() > 0);
            for (int i = 0; i < 10; i++) {
                long displayed = view.getFrameStatistics().displayed();
                Fx.pulses(3);
                Fx.run(view::requestFrame);
                CompletableFuture<Pixels> shown = new CompletableFuture<>();
                Fx.run(() -> afterNextLayout(view.getScene(), () -> { // the view's own listener comes first
                    long presented = view.getFrameStatistics().presented();
                    allowed.release();
                    awaitCompletion(view, presented);
                    Platform.runLater(() -> shown.complete(Fx.screen(0, 0, WIDTH, HEIGHT))); // before the next pulse
                }));
                Fx.run(() -> overlay.setFill(overlay.getFill() == Color.BLACK ? Color.WHITE : Color.BLACK));
                Pixels screen = Fx.get(shown);
                int colour = screen.at(0, 0);
                assertThat(isUniform(screen, 0, 0, WIDTH, 80)).as("one frame around the overlay").isTrue();
                assertThat(isHalfWay(screen.at(200, 150), colour, 0) || isHalfWay(screen.at(200, 150), colour, 255))
                        .as("the same frame under the overlay (%08x) as around it (%08x)", screen.at(200, 150), colour)
                        .isTrue();
                Fx.await("the next frame", () -> view.getFrameStatistics().displayed() > displayed);
            }
        }
    }

    /** Half transparent, first black. */
    private static Pane above(Rectangle overlay) {
        overlay.setFill(Color.BLACK);
        overlay.setOpacity(0.5);
        Pane above = new Pane(overlay);
        above.setMouseTransparent(true);
        return above;
    }

    private static void afterNextLayout(Scene scene, Runnable action) {
        scene.addPostLayoutPulseListener(new Runnable() {
            @Override
            public void run() {
                scene.removePostLayoutPulseListener(this);
                action.run();
            }
        });
    }

    /** Makes the JavaFX thread wait until a frame was presented, and about as long as it takes to be completed. */
    private static void awaitCompletion(VulkanView view, long presentedBefore) {
        long begin = System.nanoTime();
        while (view.getFrameStatistics().presented() == presentedBefore
                && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(10)) {
            LockSupport.parkNanos(1_000_000);
        }
        LockSupport.parkNanos(50_000_000);
    }

    static boolean isUniform(Pixels pixels, int left, int top, int right, int bottom) {
        int colour = pixels.at(left, top);
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                if (pixels.at(x, y) != colour) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isHalfWay(int covered, int colour, int overlay) {
        for (int shift = 0; shift < 24; shift += 8) {
            int expected = ((colour >> shift & 255) + overlay) / 2;
            if (Math.abs((covered >> shift & 255) - expected) > 2) {
                return false;
            }
        }
        return true;
    }
}
