package org.vkfx.swapchain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.FrameRate;
import org.vkfx.PresentMode;

/** Pacing, exchange and failure of renderers; the test calls the driver as the render thread would. */
@Timeout(30)
class RenderDriverTest {
    private final SwapchainRig rig = new SwapchainRig();
    private final List<BridgeException> errors = new ArrayList<>();
    private final RenderDriver driver = new RenderDriver(rig.swapchain, errors::add);
    private final FakeRenderer renderer = new FakeRenderer();

    /** Runs the driver as the loop does: until it has nothing to do. Returns how often it had. */
    private int runUntilIdle() {
        for (int steps = 0; steps < 100; steps++) {
            if (!driver.renderOnce()) {
                return steps;
            }
        }
        throw new AssertionError("The driver never rests: the render thread would spin");
    }

    private void completeAll() {
        while (!rig.gpu.isEmpty()) {
            rig.complete();
        }
    }

    /** A renderer has its images and has rendered nothing; at the given rate. */
    private void start(FrameRate rate) {
        rig.configure(64, 48, 3);
        driver.setFrameRate(rate);
        driver.setRenderer(renderer);
        runUntilIdle();
        completeAll();
        rig.swapchain.latch();
        runUntilIdle();
        completeAll();
        renderer.calls.clear();
        renderer.frames.clear();
    }

    // ---- pacing

    @Test
    void the_first_frame_follows_the_first_images() {
        driver.setRenderer(renderer);
        runUntilIdle();
        assertThat(renderer.calls).as("no size yet").isEmpty();
        rig.configure(64, 48, 3);
        runUntilIdle();
        assertThat(renderer.calls).containsExactly("images", "render");
        assertThat(renderer.images).containsExactly(rig.swapchain.images());
        assertThat(rig.gpu).hasSize(1).first().isSameAs(renderer.frames.getFirst());
    }

    @Test
    void every_pulse_renders_once_for_each_demand() {
        start(FrameRate.EVERY_PULSE);
        for (int pulse = 1; pulse <= 5; pulse++) {
            driver.demand();
            runUntilIdle();
            assertThat(renderer.frames).hasSize(pulse);
            completeAll();
            rig.swapchain.latch();
            runUntilIdle();
            assertThat(renderer.frames).hasSize(pulse);
        }
    }

    @Test
    void several_demands_before_a_frame_are_one() {
        start(FrameRate.EVERY_PULSE);
        for (int i = 0; i < 10; i++) {
            driver.demand();
        }
        runUntilIdle();
        assertThat(renderer.frames).hasSize(1);
    }

    @Test
    void a_demand_during_a_frame_is_another() {
        start(FrameRate.ON_DEMAND);
        renderer.onRender = frame -> {
            if (renderer.frames.size() < 2) {
                driver.demand();
            }
        };
        driver.demand();
        runUntilIdle();
        assertThat(renderer.frames).hasSize(2);
    }

    @Test
    void a_demand_is_kept_until_an_image_is_free() {
        rig.swapchain.setPresentMode(PresentMode.FIFO);
        start(FrameRate.ON_DEMAND);
        driver.demand();
        runUntilIdle();
        driver.demand();
        runUntilIdle();
        driver.demand();
        assertThat(runUntilIdle()).isZero();
        assertThat(renderer.frames).hasSize(2);
        completeAll();
        rig.swapchain.latch(); // the image shown before is free
        runUntilIdle();
        assertThat(renderer.frames).hasSize(3);
    }

    @Test
    void a_demand_is_kept_while_the_view_is_suspended() {
        start(FrameRate.ON_DEMAND);
        FrameSwapchain.Target target = rig.swapchain.target();
        rig.swapchain.configure(null);
        driver.demand();
        assertThat(runUntilIdle()).isZero();
        rig.swapchain.configure(target);
        runUntilIdle();
        assertThat(renderer.calls).containsExactly("render");
    }

    @Test
    void continuous_renders_while_images_are_free() {
        rig.swapchain.setPresentMode(PresentMode.FIFO);
        rig.configure(64, 48, 3);
        driver.setFrameRate(FrameRate.CONTINUOUS);
        driver.setRenderer(renderer);
        runUntilIdle();
        assertThat(renderer.frames).as("one for each image").hasSize(3);
        completeAll();
        rig.swapchain.latch();
        assertThat(runUntilIdle()).as("neither ready nor shown is free").isZero();
        rig.swapchain.latch();
        runUntilIdle();
        assertThat(renderer.frames).hasSize(4);
    }

    @Test
    void continuous_in_mailbox_goes_on_with_every_completion() {
        start(FrameRate.CONTINUOUS);
        for (int i = 0; i < 20; i++) {
            int before = renderer.frames.size();
            completeAll();
            runUntilIdle();
            assertThat(renderer.frames).hasSizeGreaterThan(before);
        }
    }

    @Test
    void on_demand_renders_at_first_and_after_a_resize_and_rests_otherwise() {
        rig.configure(64, 48, 3);
        driver.setFrameRate(FrameRate.ON_DEMAND);
        driver.setRenderer(renderer);
        runUntilIdle();
        assertThat(renderer.calls).containsExactly("images", "render");
        completeAll();
        rig.swapchain.latch();
        assertThat(runUntilIdle()).isZero();

        rig.configure(128, 96, 3);
        runUntilIdle();
        assertThat(renderer.calls).containsExactly("images", "render", "images", "render");
        assertThat(renderer.frames.getLast().width()).isEqualTo(128);
        completeAll();
        assertThat(runUntilIdle()).isZero();
    }

    @Test
    void a_resize_waits_for_the_frame_under_way() {
        start(FrameRate.ON_DEMAND);
        driver.demand();
        runUntilIdle();
        rig.configure(128, 96, 3);
        assertThat(runUntilIdle()).isZero();
        completeAll();
        runUntilIdle();
        assertThat(renderer.calls).containsExactly("render", "images", "render");
    }

    @Test
    void a_discarded_frame_is_not_presented_and_answers_the_demand() {
        start(FrameRate.EVERY_PULSE);
        renderer.onRender = Frame::discard;
        driver.demand();
        runUntilIdle();
        assertThat(renderer.frames).hasSize(1);
        assertThat(rig.gpu).isEmpty();
        assertThat(errors).isEmpty();
    }

    @Test
    void a_renderer_that_discards_while_running_continuously_is_asked_once_a_pulse() {
        start(FrameRate.CONTINUOUS);
        renderer.onRender = Frame::discard;
        runUntilIdle(); // fails where the driver spins
        int before = renderer.frames.size();
        assertThat(driver.pulse()).isTrue();
        runUntilIdle();
        assertThat(renderer.frames).hasSize(before + 1);
        assertThat(driver.pulse()).isTrue();
        renderer.onRender = frame -> {
        };
        runUntilIdle();
        assertThat(driver.pulse()).as("rests while it presents").isFalse();
    }

    @Test
    void nothing_is_rendered_without_a_renderer() {
        rig.configure(64, 48, 3);
        driver.setFrameRate(FrameRate.CONTINUOUS);
        driver.demand();
        assertThat(runUntilIdle()).isZero();
        assertThat(rig.allocator.calls).hasValue(0);
    }

    @Test
    void nothing_is_rendered_after_the_swapchain_was_closed() {
        start(FrameRate.CONTINUOUS);
        completeAll();
        rig.swapchain.close();
        driver.demand();
        assertThat(runUntilIdle()).isZero();
        assertThat(errors).isEmpty();
    }

    // ---- failures

    static Stream<Throwable> throwables() {
        return Stream.of(new IllegalStateException("mine"), new IOException("mine"), new AssertionError("mine"),
                new NoClassDefFoundError("mine"), new StackOverflowError("mine"), new Error("mine"));
    }

    private void assertFailedOnce(Throwable cause) {
        assertThat(errors).hasSize(1).first().satisfies(e -> {
            assertThat(e.reason()).isEqualTo(Reason.RENDERER_FAILED);
            assertThat(e).hasCause(cause).hasMessageContainingAll(FakeRenderer.class.getName(), "mine",
                    "set another renderer");
        });
    }

    private void assertOnlyAnotherRendererHelps() {
        renderer.calls.clear();
        driver.setFrameRate(FrameRate.CONTINUOUS);
        driver.demand();
        assertThat(runUntilIdle()).isZero();
        assertThat(renderer.calls).isEmpty();
        assertThat(errors).hasSize(1);

        FakeRenderer other = new FakeRenderer();
        driver.setFrameRate(FrameRate.ON_DEMAND);
        driver.setRenderer(other);
        completeAll();
        runUntilIdle();
        assertThat(renderer.calls).containsExactly("close");
        assertThat(other.calls).containsExactly("images", "render");
        assertThat(errors).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void what_render_throws_is_told_once_and_the_frame_is_given_back(Throwable mine) {
        start(FrameRate.EVERY_PULSE);
        renderer.onRender = frame -> FakeRenderer.sneak(mine);
        driver.demand();
        runUntilIdle();
        assertFailedOnce(mine);
        assertThat(rig.gpu).isEmpty();
        assertThat(rig.swapchain.isRenderingDone()).as("the frame was given back").isTrue();
        assertOnlyAnotherRendererHelps();
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void what_imagesChanged_throws_is_told_once(Throwable mine) {
        renderer.onImages = images -> FakeRenderer.sneak(mine);
        rig.configure(64, 48, 3);
        driver.setRenderer(renderer);
        runUntilIdle();
        assertFailedOnce(mine);
        assertThat(renderer.calls).containsExactly("images");
        assertOnlyAnotherRendererHelps();
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void what_a_later_renderer_throws_about_existing_images_is_told_once(Throwable mine) {
        rig.configure(64, 48, 3);
        rig.resize();
        renderer.onImages = images -> FakeRenderer.sneak(mine);
        driver.setRenderer(renderer);
        runUntilIdle();
        assertFailedOnce(mine);
        assertOnlyAnotherRendererHelps();
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void what_close_throws_stops_nothing(Throwable mine) {
        start(FrameRate.EVERY_PULSE);
        renderer.onClose = () -> FakeRenderer.sneak(mine);
        FakeRenderer other = new FakeRenderer();
        driver.setRenderer(other);
        runUntilIdle();
        assertThat(renderer.calls).containsExactly("close");
        assertThat(other.calls).containsExactly("images", "render");
        assertThat(errors).isEmpty();
    }

    @Test
    void a_bridge_exception_of_the_renderer_is_told_as_it_is() {
        start(FrameRate.EVERY_PULSE);
        BridgeException lost = new BridgeException(Reason.DEVICE_LOST, "Lost. Make another.");
        renderer.onRender = frame -> FakeRenderer.sneak(lost);
        driver.demand();
        runUntilIdle();
        assertThat(errors).containsExactly(lost);
        assertOnlyAnotherRendererHelps();
    }

    @Test
    void a_renderer_that_discards_and_throws_failed() {
        start(FrameRate.EVERY_PULSE);
        IllegalStateException mine = new IllegalStateException("mine");
        renderer.onRender = frame -> {
            frame.discard();
            throw mine;
        };
        driver.demand();
        runUntilIdle();
        assertFailedOnce(mine);
        assertThat(rig.swapchain.isRenderingDone()).isTrue();
    }

    @Test
    void a_renderer_that_failed_works_again_when_it_is_set_again() {
        start(FrameRate.ON_DEMAND);
        renderer.onRender = frame -> FakeRenderer.sneak(new IOException("mine"));
        driver.demand();
        runUntilIdle();
        assertThat(errors).hasSize(1);
        renderer.onRender = frame -> {
        };
        renderer.calls.clear();

        driver.setRenderer(null);
        driver.setRenderer(renderer); // before the render thread has seen the null
        runUntilIdle();

        assertThat(renderer.calls).endsWith("images", "render");
        assertThat(errors).hasSize(1);
    }

    @Test
    void a_renderer_that_failed_is_not_called_before_it_is_set_again() {
        renderer.onImages = images -> FakeRenderer.sneak(new IllegalStateException("mine"));
        rig.configure(64, 48, 3);
        driver.setRenderer(renderer);
        runUntilIdle();
        rig.configure(65, 48, 3);
        driver.demand();
        runUntilIdle();
        assertThat(renderer.calls).containsExactly("images");
        assertThat(errors).hasSize(1);
    }

    @Test
    void what_follows_a_failure_is_not_told_until_another_renderer_is_set() {
        start(FrameRate.EVERY_PULSE);
        BridgeException lost = new BridgeException(Reason.DEVICE_LOST, "Lost. Make another.");
        renderer.onRender = frame -> {
            driver.halt(lost);
            throw new IllegalStateException("a consequence");
        };
        driver.demand();
        runUntilIdle();
        driver.halt(new BridgeException(Reason.DEVICE_LOST, "again"));
        assertThat(errors).containsExactly(lost);

        driver.setRenderer(new FakeRenderer());
        runUntilIdle();
        BridgeException lostAgain = new BridgeException(Reason.DEVICE_LOST, "Lost again. Make another.");
        driver.halt(lostAgain);
        assertThat(errors).containsExactly(lost, lostAgain);
    }

    @Test
    void another_renderer_does_not_see_images_of_which_one_was_lost() {
        start(FrameRate.EVERY_PULSE);
        driver.demand();
        runUntilIdle();
        driver.halt(new BridgeException(Reason.DEVICE_LOST, "Lost. Make another."));
        rig.swapchain.failed(rig.gpu.remove());
        int lost = rig.swapchain.images().generation();

        FakeRenderer other = new FakeRenderer();
        driver.setRenderer(other);
        runUntilIdle();
        assertThat(other.calls).startsWith("images", "render");
        assertThat(other.images).hasSize(1).first().satisfies(
                images -> assertThat(images.generation()).isGreaterThan(lost));
        completeAll();
        rig.swapchain.close();
        rig.swapchain.readerGone();
        rig.assertDrained();
    }

    // ---- images that cannot be made

    @Test
    void images_that_cannot_be_made_are_told_once_and_tried_again_only_when_others_are_wanted() {
        start(FrameRate.CONTINUOUS);
        completeAll();
        rig.swapchain.latch();
        int calls = rig.allocator.calls.get();
        rig.allocator.refusing = true;
        rig.configure(128, 96, 3);
        completeAll();
        for (int i = 0; i < 10; i++) {
            driver.demand();
            runUntilIdle();
        }
        assertThat(errors).hasSize(1).first().extracting(BridgeException::reason).isEqualTo(Reason.REFUSED);
        assertThat(rig.allocator.calls).hasValue(calls + 1);

        driver.setRenderer(renderer); // starts again
        runUntilIdle();
        assertThat(errors).hasSize(2);
        assertThat(rig.allocator.calls).hasValue(calls + 2);

        rig.configure(129, 96, 3);
        runUntilIdle();
        assertThat(errors).hasSize(3);
        rig.allocator.refusing = false;
        rig.configure(130, 96, 3);
        driver.setFrameRate(FrameRate.ON_DEMAND);
        renderer.calls.clear();
        runUntilIdle();
        assertThat(renderer.calls).containsExactly("images", "render");
        assertThat(errors).hasSize(3);
    }
}
