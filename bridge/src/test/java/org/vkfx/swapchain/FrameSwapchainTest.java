package org.vkfx.swapchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vkfx.swapchain.SwapchainRig.LONG;
import static org.vkfx.swapchain.SwapchainRig.assertMisuse;
import static org.vkfx.swapchain.SwapchainRig.awaitParked;
import static org.vkfx.swapchain.SwapchainRig.slot;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vkfx.AlphaMode;
import org.vkfx.BridgeException.Reason;
import org.vkfx.FrameStatistics;
import org.vkfx.PixelFormat;
import org.vkfx.PresentMode;
import org.vkfx.Swapchain;
import org.vkfx.Swapchain.Acquired;
import org.vkfx.Swapchain.Resized;
import org.vkfx.Swapchain.Suspended;
import org.vkfx.SwapchainImages;

/** What a renderer sees: acquire, present, discard. */
@Timeout(30)
class FrameSwapchainTest {
    private final SwapchainRig rig = new SwapchainRig();
    private final FrameSwapchain swapchain = rig.swapchain;

    @AfterEach
    void nothing_was_used_wrongly() {
        assertThat(rig.allocator.complaints()).isEmpty();
    }

    private static FutureTask<Acquired> inBackground(FrameSwapchain swapchain, Duration timeout) {
        FutureTask<Acquired> task = new FutureTask<>(() -> swapchain.acquire(timeout));
        Thread thread = Thread.ofPlatform().daemon().name("acquirer").start(task);
        awaitParked(thread);
        return task;
    }

    private static Acquired result(FutureTask<Acquired> task) throws Exception {
        return task.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    // ---- what acquire hands out

    @Test
    void the_first_acquire_makes_the_images_and_the_second_hands_one_out() {
        assertThat(swapchain.images()).isNull();
        assertThat(swapchain.isResizePending()).isFalse();
        rig.configure(64, 48, 3);
        assertThat(swapchain.isResizePending()).isTrue();

        assertThat(rig.acquireNow()).isInstanceOf(Resized.class);

        assertThat(swapchain.isResizePending()).isFalse();
        List<SwapchainImages.Image> handles = rig.allocator.made.stream()
                .map(image -> new SwapchainImages.Image(image.image(), image.imageView())).toList();
        assertThat(swapchain.images()).isEqualTo(new SwapchainImages(1, 64, 48, 2, PixelFormat.BGRA8, true, handles));
        assertThat(swapchain.images().count()).isEqualTo(3);
        assertThat(rig.acquire()).isNotNull();
    }

    @Test
    void a_frame_tells_everything_about_its_image() {
        ImageSpec spec = new ImageSpec(30, 20, 1.5, 1.25, PixelFormat.RGBA8, AlphaMode.OPAQUE, 3, false);
        swapchain.configure(new FrameSwapchain.Target(spec, rig.allocator));
        rig.resize();
        swapchain.setPulseTime(4711);

        List<ImageSlot> frames = List.of(rig.acquire(), rig.acquire(), rig.acquire());

        assertThat(frames).extracting(ImageSlot::index).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(frames).allSatisfy(frame -> {
            assertThat(frame.width()).isEqualTo(30);
            assertThat(frame.height()).isEqualTo(20);
            assertThat(frame.renderScale()).isEqualTo(1.5);
            assertThat(frame.spec()).isEqualTo(spec);
            assertThat(frame.generation()).isEqualTo(1);
            assertThat(frame.pulseTime()).isEqualTo(4711);
            assertThat(swapchain.images().images().get(frame.index()))
                    .isEqualTo(new SwapchainImages.Image(frame.image(), frame.imageView()));
            assertThat(frame.rendered()).isEqualTo(frame.presentable().rendered());
            assertThat(frame.presentLayout()).isEqualTo(1);
            assertThat(frame.presentQueueFamily()).isEqualTo(-2);
        });
        assertThat(swapchain.images().format()).isEqualTo(PixelFormat.RGBA8);
    }

    @Test
    void the_pulse_time_of_a_frame_does_not_change_while_it_is_rendered() {
        rig.configure(1, 1, 2);
        rig.resize();
        swapchain.setPulseTime(1);
        ImageSlot frame = rig.acquire();
        swapchain.setPulseTime(2);
        assertThat(frame.pulseTime()).isEqualTo(1);
        assertThat(rig.acquire().pulseTime()).isEqualTo(2);
    }

    @Test
    void storage_is_offered_only_when_every_image_has_it() {
        rig.allocator.storage = false;
        rig.configure(1, 1, 2);
        rig.resize();
        assertThat(swapchain.images().storage()).isFalse();
    }

    @Test
    void the_value_to_signal_grows_with_every_frame_of_an_image_discarded_ones_included() {
        rig.configure(1, 1, 2);
        rig.resize();
        ImageSlot held = rig.acquire(); // leaves one image to go round
        List<Long> values = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            ImageSlot frame = rig.acquire();
            assertThat(frame).isNotSameAs(held);
            values.add(frame.renderedValue());
            frame.discard();
        }
        assertThat(values).doesNotHaveDuplicates().isSorted();
        assertThat(values.getFirst()).isPositive(); // a timeline begins at 0, which is reached already
    }

    // ---- nothing to hand out

    @Test
    void acquire_times_out_when_all_images_are_taken() {
        rig.configure(1, 1, 2);
        rig.resize();
        rig.acquire();
        rig.present();
        assertThat(rig.acquireNow()).isInstanceOf(Swapchain.Timeout.class);

        long begin = System.nanoTime();
        assertThat(swapchain.acquire(Duration.ofMillis(20))).isInstanceOf(Swapchain.Timeout.class);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(20_000_000);
    }

    @Test
    void acquire_is_suspended_without_a_size() {
        assertThat(rig.acquireNow()).isInstanceOf(Suspended.class);
        rig.configure(1, 1, 2);
        rig.resize();
        swapchain.configure(null);
        assertThat(swapchain.target()).isNull();
        assertThat(rig.acquireNow()).isInstanceOf(Suspended.class);
        assertThat(swapchain.acquire(Duration.ofMillis(1))).isInstanceOf(Suspended.class);
        assertThat(rig.allocator.calls).hasValue(1);
    }

    @Test
    void the_same_size_after_a_suspension_needs_no_new_images() {
        rig.configure(1, 1, 2);
        rig.resize();
        swapchain.configure(null);
        rig.configure(1, 1, 2); // another but equal object
        assertThat(swapchain.isResizePending()).isFalse();
        assertThat(rig.acquire().generation()).isEqualTo(1);
    }

    @Test
    void a_waiting_acquire_sees_at_once_that_a_frame_was_discarded() throws Exception {
        rig.configure(1, 1, 2);
        rig.resize();
        rig.acquire();
        ImageSlot frame = rig.acquire();
        FutureTask<Acquired> waiting = inBackground(swapchain, Duration.ofHours(1));
        frame.discard();
        assertThat(slot(result(waiting))).isSameAs(frame);
    }

    @Test
    void a_waiting_acquire_sees_at_once_that_rendering_failed_and_makes_the_images_of_the_new_size() throws Exception {
        rig.configure(1, 1, 2);
        rig.resize();
        ImageSlot frame = rig.present();
        rig.configure(2, 2, 2);
        FutureTask<Acquired> waiting = inBackground(swapchain, Duration.ofHours(1));
        swapchain.failed(frame);
        assertThat(result(waiting)).isInstanceOf(Resized.class);
    }

    @Test
    void a_waiting_acquire_sees_at_once_that_there_is_a_size() throws Exception {
        FutureTask<Acquired> waiting = inBackground(swapchain, Duration.ofHours(1));
        rig.configure(1, 1, 2);
        assertThat(result(waiting)).isInstanceOf(Resized.class);
    }

    @Test
    void acquire_can_wait_for_ever() throws Exception {
        rig.configure(1, 1, 2);
        assertThat(swapchain.acquire(ChronoUnit.FOREVER.getDuration())).isInstanceOf(Resized.class);
        rig.acquire();
        ImageSlot frame = rig.acquire();
        FutureTask<Acquired> waiting = inBackground(swapchain, ChronoUnit.FOREVER.getDuration());
        frame.discard();
        assertThat(slot(result(waiting))).isSameAs(frame);
        assertThat(swapchain.acquire(ChronoUnit.FOREVER.getDuration().negated())).isInstanceOf(Swapchain.Timeout.class);
    }

    @Test
    void acquire_is_closed_after_close() {
        rig.configure(1, 1, 2);
        rig.resize();
        swapchain.close();
        assertThat(rig.acquireNow()).isInstanceOf(Swapchain.Closed.class);
        assertThat(swapchain.acquire(LONG)).isInstanceOf(Swapchain.Closed.class);
        rig.configure(2, 2, 2);
        assertThat(rig.acquireNow()).isInstanceOf(Swapchain.Closed.class);
        rig.assertDrained();
    }

    // ---- misuse

    @Test
    void a_frame_is_presented_or_discarded_once() {
        rig.configure(1, 1, 3);
        rig.resize();
        ImageSlot presented = rig.present();
        ImageSlot discarded = rig.acquire();
        discarded.discard();
        for (ImageSlot frame : List.of(presented, discarded)) {
            assertMisuse(() -> swapchain.present(frame), Reason.ILLEGAL_STATE, "presented or discarded before",
                    "Acquire the next one");
            assertMisuse(frame::discard, Reason.ILLEGAL_STATE, "presented or discarded before", "Acquire the next one");
        }
        assertThat(rig.gpu).containsExactly(presented);
        assertThat(swapchain.statistics(0).presented()).isEqualTo(1);
        assertThat(swapchain.statistics(0).discarded()).isEqualTo(1);
        rig.complete();
        assertMisuse(() -> swapchain.present(presented), Reason.ILLEGAL_STATE, "before", "Acquire");
        swapchain.latch();
        assertMisuse(() -> swapchain.present(presented), Reason.ILLEGAL_STATE, "before", "Acquire");
    }

    @Test
    void a_frame_is_presented_where_it_was_acquired() {
        SwapchainRig other = SwapchainRig.withImages(2);
        ImageSlot frame = other.acquire();
        assertMisuse(() -> swapchain.present(frame), Reason.INVALID_ARGUMENT, "not of this swapchain", "handed it out");
        assertMisuse(() -> swapchain.present(null), Reason.INVALID_ARGUMENT, "frame is null", "handed out");
        other.swapchain.present(frame);
    }

    @Test
    void only_one_thread_may_be_in_acquire() throws Exception {
        FutureTask<Acquired> waiting = inBackground(swapchain, Duration.ofHours(1));
        assertMisuse(rig::acquireNow, Reason.ILLEGAL_STATE, "Two threads", "one thread");
        rig.configure(1, 1, 2);
        assertThat(result(waiting)).isInstanceOf(Resized.class);
        rig.acquire(); // one after the other is fine
    }

    @Test
    void the_ui_thread_may_look_but_not_wait() {
        rig.configure(1, 1, 2);
        rig.resize();
        rig.onUiThread = true;
        assertMisuse(() -> swapchain.acquire(Duration.ofNanos(1)), Reason.ILLEGAL_STATE, "JavaFX thread",
                "Duration.ZERO");
        rig.acquire();
        rig.acquire();
        assertThat(rig.acquireNow()).isInstanceOf(Swapchain.Timeout.class);
    }

    // ---- statistics

    @Test
    void statistics_count_what_happened() {
        assertThat(swapchain.statistics(0)).isEqualTo(FrameStatistics.NONE);
        swapchain.setPresentMode(PresentMode.MAILBOX);
        rig.configure(1, 1, 4);
        rig.resize();
        rig.acquire().discard();
        rig.render();
        long before = System.nanoTime();
        rig.show();
        assertThat(swapchain.statistics(0).displayed()).as("displayed means drawn").isZero();
        swapchain.beginRead(1);
        swapchain.beginRead(2); // the same frame again
        long after = System.nanoTime();
        rig.show();
        rig.configure(2, 2, 4);
        rig.resize();

        FrameStatistics statistics = swapchain.statistics(5);

        long nanos = statistics.presentToDisplayNanos();
        assertThat(statistics).isEqualTo(new FrameStatistics(4, 3, 1, 1, 1, 5, 2, nanos));
        assertThat(nanos).isBetween(1L, after - before);
    }
}
