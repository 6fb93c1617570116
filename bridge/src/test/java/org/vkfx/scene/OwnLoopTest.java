package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vkfx.scene.ViewFixture.awaitFrames;
import static org.vkfx.scene.ViewFixture.awaitPattern;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.IntBinaryOperator;
import java.util.function.Supplier;

import javafx.scene.layout.StackPane;
import javafx.stage.Stage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.Frame;
import org.vkfx.FrameRate;
import org.vkfx.Swapchain;
import org.vkfx.Swapchain.Acquired;
import org.vkfx.Swapchain.Closed;
import org.vkfx.Swapchain.Ready;
import org.vkfx.Swapchain.Resized;
import org.vkfx.Swapchain.Suspended;
import org.vkfx.Swapchain.Timeout;

/** A program with a render loop of its own, on a thread of its own, with nothing but handles. */
@Tag("node")
@Needs({Machine.VULKAN, Machine.WINDOW})
class OwnLoopTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static int tests;

    /** Another one in each test: JavaFX's headless screen keeps what closed windows showed. */
    private final IntBinaryOperator pattern = patternOf(++tests);
    private final ViewFixture fixture = new ViewFixture();
    private final TestRenderer recorder = TestRenderer.pattern(fixture.vulkan(), pattern);
    private final VulkanView view = fixture.view(null);
    private final Queue<Acquired> seen = new ConcurrentLinkedQueue<>();
    private Stage stage;
    private Swapchain swapchain;

    @BeforeEach
    void show() {
        stage = fixture.show(new StackPane(view), 80, 60);
        swapchain = view.getSwapchain();
    }

    @AfterEach
    void close() {
        Fx.run(view::close);
        fixture.vulkan().waitIdle();
        recorder.close();
        fixture.close();
    }

    private static IntBinaryOperator patternOf(int test) {
        return (x, y) -> 0xff000000 | (x * 3 & 255) << 16 | (y * 3 & 255) << 8 | test & 255;
    }

    private static <T> CompletableFuture<T> inThread(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().daemon().start(task));
    }

    /** Renders until the swapchain is closed; notes what acquire returned. */
    private CompletableFuture<Integer> loop(Duration timeout) {
        return loop(swapchain, recorder, timeout, seen::add);
    }

    /** Renders in a thread of its own until the swapchain is closed; the number of frames. */
    static CompletableFuture<Integer> loop(Swapchain swapchain, TestRenderer recorder, Duration timeout,
            Consumer<Acquired> seen) {
        return inThread(() -> {
            int frames = 0;
            while (true) {
                Acquired acquired = swapchain.acquire(timeout);
                seen.accept(acquired);
                switch (acquired) {
                    case Ready(Frame frame) -> {
                        recorder.render(frame);
                        swapchain.present(frame);
                        frames++;
                    }
                    case Resized _ -> recorder.imagesChanged(swapchain.images());
                    case Closed _ -> {
                        return frames;
                    }
                    default -> Thread.onSpinWait();
                }
            }
        });
    }

    private boolean saw(Class<? extends Acquired> what) {
        return seen.stream().anyMatch(what::isInstance);
    }

    /** Acquires what there is until an image is Ready. */
    private Frame acquireFrame() {
        while (true) {
            if (swapchain.acquire(LONG) instanceof Ready(Frame frame)) {
                return frame;
            }
        }
    }

    @Test
    void it_follows_every_resize() {
        CompletableFuture<Integer> frames = loop(Duration.ofMillis(50));
        awaitPattern(view, pattern);
        for (int i = 1; i <= 8; i++) {
            int width = 80 + i * 7;
            int height = 60 + i * 5;
            Fx.run(() -> {
                stage.setWidth(width);
                stage.setHeight(height);
            });
            Fx.await("images", () -> swapchain.images().width() == width && swapchain.images().height() == height);
            awaitPattern(view, pattern);
        }
        assertThat(seen.stream().filter(Resized.class::isInstance).count()).isEqualTo(swapchain.images().generation());
        Fx.run(view::close);
        assertThat(Fx.get(frames)).isGreaterThan(8);
    }

    @Test
    void it_is_suspended_while_the_window_is_hidden() {
        CompletableFuture<Integer> frames = loop(Duration.ofMillis(10));
        awaitPattern(view, pattern);
        seen.clear(); // before the first pulse it was
        awaitFrames(view, 5);
        assertThat(saw(Suspended.class)).isFalse();
        Fx.run(stage::hide);
        Fx.awaitQuietly("suspended", () -> saw(Suspended.class));
        seen.clear();
        Fx.awaitQuietly("some time outs", () -> seen.size() > 5);
        assertThat(seen).hasOnlyElementsOfType(Suspended.class);
        Fx.run(stage::show);
        awaitPattern(view, pattern);
        awaitFrames(view, 5);
        Fx.run(view::close);
        Fx.get(frames);
    }

    @Test
    void acquire_times_out_when_all_images_are_held_and_waits_for_them_to_resize() {
        List<Frame> held = Fx.get(inThread(() -> {
            List<Frame> frames = new ArrayList<>();
            frames.add(acquireFrame());
            while (swapchain.acquire(Duration.ofMillis(30)) instanceof Ready(Frame frame)) {
                frames.add(frame);
            }
            return frames;
        }));
        assertThat(held).hasSize(view.getImageCount());
        Duration timeout = Duration.ofMillis(40);
        long begin = System.nanoTime();
        assertThat(Fx.get(inThread(() -> swapchain.acquire(timeout)))).isInstanceOf(Timeout.class);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(timeout.toNanos());
        Fx.run(() -> stage.setWidth(100));
        Fx.pulses(3);
        assertThat(Fx.call(() -> swapchain.acquire(Duration.ZERO))).isInstanceOf(Timeout.class); // JavaFX thread, too
        CompletableFuture<Acquired> waiting = inThread(() -> swapchain.acquire(LONG));
        held.forEach(Frame::discard);
        assertThat(Fx.get(waiting)).isInstanceOf(Resized.class);
        assertThat(swapchain.images().width()).isEqualTo(100);
        assertThat(view.getFrameStatistics().discarded()).isEqualTo(held.size());
    }

    @Test
    void closing_ends_an_acquire_that_waits_for_an_image() {
        List<Frame> held = new ArrayList<>();
        CompletableFuture<Acquired> waiting = inThread(() -> {
            held.add(acquireFrame());
            while (true) {
                Acquired acquired = swapchain.acquire(LONG);
                if (!(acquired instanceof Ready(Frame frame))) {
                    return acquired;
                }
                held.add(frame);
            }
        });
        Fx.awaitQuietly("all images", () -> view.getFrameStatistics().acquired() == view.getImageCount());
        Fx.run(view::close);
        assertThat(Fx.get(waiting)).isInstanceOf(Closed.class);
        assertThat(view.whenClosed().toCompletableFuture()).as("frames are still held").isNotDone();
        held.forEach(Frame::discard);
        Fx.get(view.whenClosed());
    }

    @Test
    void taking_the_device_away_ends_an_acquire_that_waits_for_the_window() {
        CompletableFuture<Acquired> first = inThread(() -> swapchain.acquire(LONG));
        assertThat(Fx.get(first)).isInstanceOf(Resized.class);
        Fx.run(stage::hide);
        Fx.pulses(2);
        CompletableFuture<Acquired> waiting = inThread(() -> swapchain.acquire(LONG));
        Fx.run(() -> view.setDevice(null));
        assertThat(Fx.get(waiting)).isInstanceOf(Closed.class);
    }

    @Test
    void an_impossible_property_suspends_it_until_it_is_possible() {
        CompletableFuture<Integer> frames = loop(Duration.ofMillis(10));
        awaitPattern(view, pattern);
        Fx.run(() -> view.resolutionScaleProperty().set(-1)); // as a binding would
        Fx.awaitQuietly("suspended, with an error", () -> saw(Suspended.class) && view.getError() != null);
        Fx.run(() -> view.setResolutionScale(1));
        Fx.awaitQuietly("no error", () -> view.getError() == null);
        awaitFrames(view, 3);
        Fx.run(view::close);
        Fx.get(frames);
    }

    @Test
    void the_frame_rate_is_its_own_affair() {
        view.setFrameRate(FrameRate.ON_DEMAND);
        CompletableFuture<Integer> frames = loop(Duration.ofMillis(10));
        awaitPattern(view, pattern);
        awaitFrames(view, 10);
        Fx.run(view::close);
        Fx.get(frames);
    }
}
