package org.vkfx.swapchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vkfx.swapchain.SwapchainRig.LONG;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vkfx.PresentMode;
import org.vkfx.Swapchain.Acquired;
import org.vkfx.Swapchain.Closed;
import org.vkfx.Swapchain.Resized;

/** Closing in every state: nothing in use is destroyed, everything is destroyed once, and the end is told once. */
@Timeout(30)
class FrameCloseTest {
    private final SwapchainRig rig = SwapchainRig.withImages(3);
    private final FrameSwapchain swapchain = rig.swapchain;

    /** The image of this frame is the only one left. */
    private void assertOnlyAlive(ImageSlot slot) {
        assertThat(rig.allocator.alive()).containsExactly(rig.image(slot));
        assertThat(rig.drainedCalls).hasValue(0);
    }

    @Test
    void a_swapchain_without_images_is_drained_at_once() {
        SwapchainRig fresh = new SwapchainRig();
        assertThat(fresh.swapchain.isClosed()).isFalse();
        fresh.swapchain.close();
        assertThat(fresh.swapchain.isClosed()).isTrue();
        fresh.assertDrained();
        fresh.swapchain.close();
        fresh.assertDrained();
        assertThat(fresh.acquireNow()).isInstanceOf(Closed.class);
        fresh.assertDrained();
    }

    @Test
    void free_images_are_destroyed_at_once() {
        swapchain.close();
        rig.assertDrained();
        swapchain.close();
        assertThat(rig.acquireNow()).isInstanceOf(Closed.class);
        rig.assertDrained();
    }

    @Test
    void it_is_drained_when_the_last_image_is_told_to_be_destroyed() {
        rig.allocator.slow = true;
        swapchain.close();
        assertThat(rig.allocator.alive()).isEmpty();
        assertThat(rig.drainedCalls).hasValue(0);
        assertThat(rig.acquireNow()).isInstanceOf(Closed.class);
        rig.allocator.tellEnds();
        rig.assertDrained();
    }

    @Test
    void an_acquired_frame_may_still_be_discarded() {
        ImageSlot frame = rig.acquire();
        swapchain.close();
        assertOnlyAlive(frame);
        frame.discard();
        rig.assertDrained();
    }

    @Test
    void an_acquired_frame_may_still_be_presented() {
        ImageSlot frame = rig.acquire();
        swapchain.close();
        swapchain.present(frame);
        assertOnlyAlive(frame);
        rig.complete();
        rig.assertDrained();
        assertThat(rig.readyCalls).as("it will never be shown").hasValue(0);
    }

    @Test
    void a_presented_frame_is_destroyed_when_the_gpu_has_completed_it() {
        ImageSlot frame = rig.present();
        swapchain.close();
        assertOnlyAlive(frame);
        rig.complete();
        rig.assertDrained();
    }

    @Test
    void a_presented_frame_is_destroyed_when_it_failed() {
        ImageSlot frame = rig.present();
        swapchain.close();
        assertOnlyAlive(frame);
        swapchain.failed(frame);
        rig.assertDrained();
    }

    @Test
    void ready_frames_are_destroyed_at_once() {
        swapchain.setPresentMode(PresentMode.FIFO);
        rig.render();
        rig.render();
        swapchain.close();
        rig.assertDrained();
        assertThat(swapchain.isFrameReady()).isFalse();
        assertThat(swapchain.latch()).isFalse();
        assertThat(swapchain.beginRead(1)).isNull();
    }

    @Test
    void the_shown_image_stays_until_its_reader_is_gone() {
        ImageSlot frame = rig.show();
        swapchain.beginRead(1);
        swapchain.close();
        swapchain.readsCompleted(1);
        assertOnlyAlive(frame);
        assertThat(swapchain.latch()).isFalse();
        assertThat(swapchain.beginRead(2)).isSameAs(frame);
        swapchain.readerGone();
        rig.assertDrained();
    }

    @Test
    void a_replaced_image_stays_until_it_has_been_read() {
        ImageSlot replaced = rig.show();
        swapchain.beginRead(1);
        rig.show();
        swapchain.close();
        assertThat(rig.allocator.alive()).hasSize(2).contains(rig.image(replaced));
        swapchain.readsCompleted(1);
        assertThat(rig.allocator.alive()).hasSize(1).doesNotContain(rig.image(replaced));
        swapchain.readerGone();
        rig.assertDrained();
    }

    @Test
    void a_reader_that_was_gone_before_is_not_waited_for() {
        rig.show();
        swapchain.beginRead(1);
        rig.show();
        swapchain.beginRead(2);
        swapchain.readerGone();
        swapchain.close();
        rig.assertDrained();
        swapchain.readerGone();
        rig.assertDrained();
    }

    @Test
    void images_of_an_old_size_are_destroyed_too() {
        rig.show();
        swapchain.beginRead(1);
        rig.configure(2, 2, 2);
        rig.resize(); // the old handles are valid until an acquire that never comes
        swapchain.close();
        assertThat(rig.allocator.alive()).hasSize(1);
        swapchain.readerGone();
        rig.assertDrained();
    }

    @Test
    void closing_is_told_as_progress() {
        rig.acquire();
        int before = rig.progressCalls.get();
        swapchain.close();
        assertThat(rig.progressCalls.get()).isGreaterThan(before);
    }

    @Test
    void a_waiting_acquire_returns_at_once() throws Exception {
        ImageSlot first = rig.acquire();
        ImageSlot second = rig.acquire();
        ImageSlot third = rig.acquire();
        FutureTask<Acquired> waiting = new FutureTask<>(() -> swapchain.acquire(Duration.ofHours(1)));
        SwapchainRig.awaitParked(Thread.ofPlatform().daemon().name("acquirer").start(waiting));
        swapchain.close();
        assertThat(waiting.get(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(Closed.class);
        Stream.of(first, second, third).forEach(ImageSlot::discard);
        SwapchainRig.await("drained", () -> rig.drainedCalls.get() > 0);
        rig.assertDrained();
    }

    @Test
    void a_waiting_suspended_acquire_returns_at_once() throws Exception {
        SwapchainRig fresh = new SwapchainRig();
        FutureTask<Acquired> waiting = new FutureTask<>(() -> fresh.swapchain.acquire(Duration.ofHours(1)));
        SwapchainRig.awaitParked(Thread.ofPlatform().daemon().name("acquirer").start(waiting));
        fresh.swapchain.close();
        assertThat(waiting.get(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(Closed.class);
        SwapchainRig.await("drained", () -> fresh.drainedCalls.get() > 0);
        fresh.assertDrained();
    }

    static Stream<Named<Consumer<SwapchainRig>>> images_made_while_it_is_closed_are_destroyed() {
        return Stream.of(Named.of("at first", rig -> {
        }), Named.of("at a resize", rig -> {
            rig.configure(9, 9, 2);
            rig.resize();
            rig.show();
            rig.swapchain.readerGone();
        }));
    }

    @ParameterizedTest
    @MethodSource
    void images_made_while_it_is_closed_are_destroyed(Consumer<SwapchainRig> before) throws Exception {
        SwapchainRig fresh = new SwapchainRig();
        before.accept(fresh);
        CountDownLatch allocating = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        fresh.swapchain.configure(new FrameSwapchain.Target(SwapchainRig.spec(4, 4, 3), spec -> {
            allocating.countDown();
            try {
                assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return fresh.allocator.allocate(spec);
        }));
        FutureTask<Acquired> acquiring = new FutureTask<>(fresh::acquireNow);
        Thread thread = Thread.ofPlatform().daemon().start(acquiring);
        assertThat(allocating.await(10, TimeUnit.SECONDS)).isTrue();
        fresh.swapchain.close();
        assertThat(fresh.drainedCalls).as("images are being made").hasValue(0);
        closed.countDown();
        assertThat(acquiring.get(10, TimeUnit.SECONDS)).isInstanceOfAny(Closed.class, Resized.class);
        thread.join(LONG);
        fresh.assertDrained();
    }
}
