package org.vkfx.swapchain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vkfx.PresentMode;
import org.vkfx.Swapchain;

/** What a view sees: latch, beginRead, readsCompleted, present modes. */
@Timeout(30)
class FrameDisplayTest {
    private final SwapchainRig rig = SwapchainRig.withImages(4);
    private final FrameSwapchain swapchain = rig.swapchain;

    @AfterEach
    void nothing_was_used_wrongly() {
        assertThat(rig.allocator.complaints()).isEmpty();
    }

    /** All images that can be acquired now; they are given back. */
    private List<ImageSlot> free() {
        List<ImageSlot> frames = new ArrayList<>();
        while (rig.acquireNow() instanceof Swapchain.Ready(ImageSlot frame)) {
            frames.add(frame);
        }
        frames.forEach(ImageSlot::discard);
        return frames;
    }

    // ---- who waits for reads

    @Test
    void a_renderer_without_an_image_hurries_the_reader() {
        rig.configure(64, 48, 2);
        rig.resize();
        rig.show();
        swapchain.beginRead(1);
        rig.show();
        assertThat(rig.starvingCalls).as("there was an image each time").hasValue(0);
        assertThat(rig.acquireNow()).isInstanceOf(Swapchain.Timeout.class);
        assertThat(rig.starvingCalls).hasValue(1);
        swapchain.readsCompleted(1);
        rig.acquire();
        assertThat(rig.starvingCalls).hasValue(1);
    }

    @Test
    void a_latch_that_retires_an_image_hurries_the_reader_for_a_renderer_that_waits() {
        rig.configure(64, 48, 2);
        rig.resize();
        rig.show();
        swapchain.beginRead(1);
        rig.render();
        assertThat(rig.acquireNow()).isInstanceOf(Swapchain.Timeout.class);
        assertThat(rig.starvingCalls).as("one image is shown, one waits to be").hasValue(0);
        assertThat(swapchain.latch()).isTrue();
        assertThat(rig.starvingCalls).hasValue(1);
    }

    @Test
    void an_image_of_an_old_size_is_not_kept_until_another_paint() {
        rig.show();
        swapchain.beginRead(1);
        rig.configure(80, 60, 3);
        rig.resize();
        rig.show();
        assertThat(rig.starvingCalls).hasValue(1);
    }

    // ---- what is shown

    @Test
    void nothing_is_shown_before_a_frame_is_completed() {
        assertThat(swapchain.isFrameReady()).isFalse();
        assertThat(swapchain.latch()).isFalse();
        assertThat(swapchain.beginRead(1)).isNull();
        rig.present();
        assertThat(swapchain.isFrameReady()).isFalse();
        assertThat(swapchain.latch()).isFalse();
        assertThat(rig.readyCalls).hasValue(0);
        assertThat(swapchain.beginRead(2)).isNull();
    }

    @Test
    void a_completed_frame_is_announced_latched_and_read() {
        rig.present();
        ImageSlot frame = rig.complete();
        assertThat(rig.readyCalls).hasValue(1);
        assertThat(swapchain.isFrameReady()).isTrue();
        assertThat(swapchain.beginRead(1)).as("not before latch").isNull();
        assertThat(swapchain.latch()).isTrue();
        assertThat(swapchain.isFrameReady()).isFalse();
        assertThat(swapchain.beginRead(1)).isSameAs(frame);
        assertThat(swapchain.latch()).as("nothing newer").isFalse();
        assertThat(swapchain.beginRead(2)).isSameAs(frame);
    }

    @Test
    void a_hung_renderer_leaves_the_last_frame_shown() {
        ImageSlot shown = rig.show();
        rig.present(); // and never completes
        rig.acquire(); // and is never presented
        assertThat(swapchain.latch()).isFalse();
        assertThat(swapchain.beginRead(1)).isSameAs(shown);
    }

    @Test
    void mailbox_shows_the_newest_and_frees_the_older_ones() {
        swapchain.setPresentMode(PresentMode.MAILBOX);
        ImageSlot first = rig.present();
        ImageSlot second = rig.present();
        ImageSlot third = rig.present();
        rig.complete();
        assertThat(free()).doesNotContain(first);
        rig.complete();
        assertThat(free()).contains(first).doesNotContain(second);
        rig.complete();
        assertThat(free()).contains(first, second).doesNotContain(third);
        assertThat(swapchain.statistics(0).dropped()).isEqualTo(2);
        assertThat(swapchain.latch()).isTrue();
        assertThat(swapchain.beginRead(1)).isSameAs(third);
        assertThat(swapchain.latch()).isFalse();
    }

    @Test
    void fifo_shows_every_frame_in_order_and_lets_acquire_wait() {
        swapchain.setPresentMode(PresentMode.FIFO);
        List<ImageSlot> frames = List.of(rig.render(), rig.render(), rig.render(), rig.render());
        assertThat(rig.acquireNow()).isInstanceOf(Swapchain.Timeout.class);
        for (int i = 0; i < frames.size(); i++) {
            assertThat(swapchain.isFrameReady()).isTrue();
            assertThat(swapchain.latch()).isTrue();
            assertThat(swapchain.beginRead(i + 1)).isSameAs(frames.get(i));
            swapchain.readsCompleted(i + 1);
            assertThat(free()).containsExactlyInAnyOrderElementsOf(frames.subList(0, i));
        }
        assertThat(swapchain.latch()).isFalse();
        assertThat(swapchain.statistics(0).dropped()).isZero();
    }

    @Test
    void fifo_order_is_that_of_completion_also_when_images_come_round_in_another_order() {
        swapchain.setPresentMode(PresentMode.FIFO);
        rig.show();
        rig.show();
        rig.acquire().discard();
        List<ImageSlot> frames = List.of(rig.render(), rig.render(), rig.render());
        for (ImageSlot frame : frames) {
            assertThat(swapchain.latch()).isTrue();
            assertThat(swapchain.beginRead(1)).isSameAs(frame);
        }
    }

    @Test
    void frames_completed_in_fifo_are_treated_as_mailbox_says_once_the_mode_has_changed() {
        swapchain.setPresentMode(PresentMode.FIFO);
        ImageSlot first = rig.render();
        ImageSlot second = rig.render();
        ImageSlot third = rig.render();
        swapchain.setPresentMode(PresentMode.MAILBOX);

        assertThat(swapchain.latch()).isTrue();

        assertThat(swapchain.beginRead(1)).isSameAs(third);
        assertThat(swapchain.latch()).as("an older frame is never shown after a newer one").isFalse();
        assertThat(swapchain.beginRead(1)).isSameAs(third);
        assertThat(free()).contains(first, second);
        assertThat(swapchain.statistics(0).dropped()).isEqualTo(2);
    }

    @Test
    void a_completion_in_mailbox_drops_what_fifo_had_kept() {
        swapchain.setPresentMode(PresentMode.FIFO);
        rig.render();
        rig.render();
        swapchain.setPresentMode(PresentMode.MAILBOX);
        ImageSlot newest = rig.render();
        assertThat(free()).hasSize(3).doesNotContain(newest);
    }

    // ---- when the image shown before is free

    @ParameterizedTest
    @EnumSource(PresentMode.class)
    void the_image_shown_before_is_free_right_after_its_last_read_is_completed(PresentMode mode) {
        swapchain.setPresentMode(mode);
        ImageSlot first = rig.show();
        swapchain.beginRead(1);
        swapchain.beginRead(2);
        rig.show();
        swapchain.beginRead(3);
        assertThat(free()).hasSize(2).doesNotContain(first);
        swapchain.readsCompleted(1);
        assertThat(free()).as("it was read in epoch 2 too").hasSize(2).doesNotContain(first);
        swapchain.readsCompleted(2);
        assertThat(free()).hasSize(3).contains(first);
    }

    @Test
    void an_image_read_before_it_was_replaced_is_free_at_once_when_its_reads_are_completed_already() {
        ImageSlot first = rig.show();
        swapchain.beginRead(1);
        swapchain.readsCompleted(1);
        assertThat(free()).as("it is still shown").doesNotContain(first);
        rig.show();
        assertThat(free()).contains(first);
    }

    @Test
    void the_shown_image_is_never_free_however_long_ago_it_was_read() {
        ImageSlot shown = rig.show();
        swapchain.beginRead(1);
        for (int epoch = 1; epoch < 20; epoch++) {
            swapchain.readsCompleted(epoch);
            assertThat(free()).hasSize(3).doesNotContain(shown);
        }
        assertThat(swapchain.beginRead(20)).isSameAs(shown);
    }

    @Test
    void an_image_latched_but_never_drawn_is_free_at_once_when_replaced() {
        ImageSlot read = rig.show();
        swapchain.beginRead(1);
        ImageSlot neverDrawn = rig.show();
        assertThat(free()).doesNotContain(read, neverDrawn);
        rig.show();
        assertThat(free()).contains(neverDrawn).doesNotContain(read);
        assertThat(swapchain.statistics(0).displayed()).isEqualTo(1);
    }

    @Test
    void an_image_that_a_read_was_announced_for_is_kept_without_counting_as_displayed() {
        assertThat(swapchain.announceRead(1)).as("nothing is shown yet").isNull();
        ImageSlot shown = rig.show();
        assertThat(swapchain.announceRead(2)).isSameAs(shown);
        assertThat(swapchain.statistics(0).displayed()).isZero();
        rig.show();
        assertThat(free()).as("the GPU may still have to do with it").doesNotContain(shown);
        swapchain.readsCompleted(1);
        assertThat(free()).doesNotContain(shown);
        swapchain.readsCompleted(2);
        assertThat(free()).contains(shown);
    }

    @Test
    void several_replaced_images_wait_for_their_own_epochs() {
        ImageSlot first = rig.show();
        swapchain.beginRead(1);
        ImageSlot second = rig.show();
        swapchain.beginRead(2);
        ImageSlot third = rig.show();
        swapchain.beginRead(3);
        swapchain.readsCompleted(1);
        assertThat(free()).contains(first).doesNotContain(second, third);
        swapchain.readsCompleted(3);
        assertThat(free()).contains(first, second).doesNotContain(third);
    }

    @Test
    void a_frame_becoming_free_is_progress_for_who_found_none() {
        rig.show();
        swapchain.beginRead(1);
        rig.show();
        int before = rig.progressCalls.get();
        rig.render();
        assertThat(rig.progressCalls).as("nobody waits, nobody is woken").hasValue(before);
        while (rig.acquireNow() instanceof Swapchain.Ready) {
            // until there is none
        }
        swapchain.readsCompleted(1);
        assertThat(rig.progressCalls.get()).isGreaterThan(before);
    }

    // ---- failures and readers that leave

    @Test
    void the_image_of_a_failed_frame_is_destroyed_and_the_shown_one_stays() {
        ImageSlot shown = rig.show();
        ImageSlot lost = rig.present();
        swapchain.failed(rig.gpu.remove());
        assertThat(rig.allocator.alive()).hasSize(3).doesNotContain(rig.image(lost));
        assertThat(swapchain.beginRead(1)).isSameAs(shown);
        swapchain.failed(lost); // told twice
        assertThat(rig.image(lost).destroyed).hasValue(1);
    }

    @Test
    void a_reader_that_is_gone_reads_nothing() {
        ImageSlot first = rig.show();
        swapchain.beginRead(7);
        ImageSlot second = rig.show();
        swapchain.beginRead(8);
        swapchain.readerGone();
        assertThat(free()).hasSize(4).contains(first, second);
        assertThat(swapchain.beginRead(1)).isNull();
    }

    @Test
    void a_reader_that_comes_later_counts_from_the_beginning() {
        for (int i = 0; i < 8; i++) { // every image is read in a high epoch
            rig.show();
            swapchain.beginRead(1000 + i);
            swapchain.readsCompleted(1000 + i);
        }
        swapchain.readerGone();

        ImageSlot first = rig.show();
        assertThat(swapchain.beginRead(1)).isSameAs(first);
        ImageSlot second = rig.show();
        assertThat(free()).as("being read").doesNotContain(first, second);
        swapchain.readsCompleted(1);
        assertThat(free()).contains(first).doesNotContain(second);
        rig.show();
        assertThat(free()).as("not drawn for this reader").contains(second);
    }

    @Test
    void fifo_shows_frames_in_the_order_of_present_whatever_order_they_are_completed_in() {
        rig.configure(64, 48, 3);
        rig.resize();
        swapchain.setPresentMode(PresentMode.FIFO);
        ImageSlot first = rig.present();
        ImageSlot second = rig.present();
        swapchain.completed(second);
        assertThat(swapchain.latch()).isFalse();
        swapchain.completed(first);
        assertThat(swapchain.latch()).isTrue();
        assertThat(swapchain.beginRead(1)).isSameAs(first);
        assertThat(swapchain.latch()).isTrue();
        assertThat(swapchain.beginRead(2)).isSameAs(second);
    }

    @Test
    void mailbox_drops_a_frame_that_is_completed_after_a_newer_one() {
        rig.configure(64, 48, 3);
        rig.resize();
        ImageSlot first = rig.present();
        ImageSlot second = rig.present();
        swapchain.completed(second);
        assertThat(swapchain.latch()).isTrue();
        swapchain.completed(first);
        assertThat(swapchain.latch()).isFalse();
        assertThat(swapchain.beginRead(1)).isSameAs(second);
        assertThat(swapchain.statistics(0).dropped()).isEqualTo(1);
    }
}
