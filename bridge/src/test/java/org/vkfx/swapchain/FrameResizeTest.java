package org.vkfx.swapchain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vkfx.BridgeException.Reason;
import org.vkfx.PresentMode;
import org.vkfx.Swapchain;
import org.vkfx.Swapchain.Resized;
import org.vkfx.swapchain.FakeAllocator.FakeImage;

/** What happens to the images when others are wanted. */
@Timeout(30)
class FrameResizeTest {
    private final SwapchainRig rig = SwapchainRig.withImages(3);
    private final FrameSwapchain swapchain = rig.swapchain;
    private final List<FakeImage> old = List.copyOf(rig.allocator.made);

    @AfterEach
    void nothing_was_used_wrongly() {
        assertThat(rig.allocator.complaints()).isEmpty();
    }

    private void assertAlive(FakeImage... images) {
        assertThat(old).filteredOn(image -> image.destroyed.get() == 0).containsExactlyInAnyOrder(images);
    }

    @Test
    void new_images_are_made_once_everything_rendered_into_the_old_ones_has_completed() {
        rig.present();
        ImageSlot acquired = rig.acquire();
        rig.configure(128, 48, 3);
        assertThat(swapchain.isResizePending()).isTrue();
        assertThat(swapchain.isRenderingDone()).isFalse();

        assertThat(rig.acquireNow()).as("one is acquired, one presented").isInstanceOf(Swapchain.Timeout.class);
        acquired.discard();
        assertThat(rig.acquireNow()).as("one is presented").isInstanceOf(Swapchain.Timeout.class);
        assertThat(rig.allocator.calls).hasValue(1);
        rig.complete();
        assertThat(swapchain.isRenderingDone()).isTrue();
        assertThat(rig.acquireNow()).isInstanceOf(Resized.class);

        assertThat(swapchain.images().generation()).isEqualTo(2);
        assertThat(swapchain.images().width()).isEqualTo(128);
        assertThat(swapchain.isResizePending()).isFalse();
        assertThat(rig.acquire().width()).isEqualTo(128);
    }

    @Test
    void old_handles_are_valid_until_the_next_acquire() {
        rig.configure(2, 2, 2);
        rig.resize();
        assertAlive(old.toArray(FakeImage[]::new));
        rig.acquire();
        assertAlive();
    }

    @Test
    void every_acquire_ends_the_validity_of_old_handles_also_a_vain_one() {
        rig.configure(2, 2, 2);
        rig.resize();
        swapchain.configure(null);
        assertThat(rig.acquireNow()).isInstanceOf(Swapchain.Suspended.class);
        assertAlive();
    }

    @Test
    void an_old_image_that_becomes_free_before_the_next_acquire_is_kept_until_then() {
        ImageSlot shown = rig.show();
        swapchain.beginRead(1);
        rig.configure(2, 2, 2);
        rig.resize();
        swapchain.readerGone();
        assertAlive(old.toArray(FakeImage[]::new));
        rig.acquire();
        assertAlive();
        assertThat(rig.isDestroyed(shown)).isTrue();
    }

    @Test
    void the_last_frame_stays_shown_until_one_of_the_new_size_is_latched_and_is_destroyed_when_read() {
        ImageSlot last = rig.show();
        swapchain.beginRead(1);
        rig.configure(2, 2, 2);
        rig.resize();
        ImageSlot next = rig.present();
        assertAlive(rig.image(last));
        swapchain.readsCompleted(1);
        assertThat(swapchain.latch()).isFalse();
        assertThat(swapchain.beginRead(2)).isSameAs(last);
        assertAlive(rig.image(last));

        rig.complete();
        assertThat(swapchain.latch()).isTrue();
        assertThat(swapchain.beginRead(3)).isSameAs(next);
        assertAlive(rig.image(last));
        swapchain.readsCompleted(2);
        assertAlive();
    }

    /** As an acquire sees it while another thread has freed the image, and is about to destroy it. */
    @Test
    void an_old_image_is_not_handed_out_though_it_is_free_for_a_moment() {
        ImageSlot last = rig.show();
        swapchain.beginRead(1);
        rig.configure(2, 2, 2);
        rig.resize();
        rig.show();
        rig.acquire(); // and of the new ones none is free
        assertThat(last.change(ImageSlot.State.RETIRING, ImageSlot.State.FREE)).isTrue();
        assertThat(rig.acquireNow()).isInstanceOf(Swapchain.Timeout.class);
        assertThat(last.state()).isEqualTo(ImageSlot.State.FREE);
    }

    @Test
    void mailbox_drops_a_ready_frame_of_the_old_size_for_one_of_the_new() {
        ImageSlot stale = rig.render();
        rig.configure(2, 2, 2);
        rig.resize();
        rig.present();
        assertAlive(rig.image(stale));
        ImageSlot next = rig.complete();
        assertAlive();
        assertThat(swapchain.latch()).isTrue();
        assertThat(swapchain.beginRead(1)).isSameAs(next);
    }

    @Test
    void fifo_shows_frames_of_the_old_size_in_order_until_there_is_one_of_the_new() {
        swapchain.setPresentMode(PresentMode.FIFO);
        ImageSlot first = rig.render();
        ImageSlot second = rig.render();
        rig.configure(2, 2, 2);
        rig.resize();
        rig.present();
        assertThat(swapchain.latch()).isTrue();
        assertThat(swapchain.beginRead(1)).isSameAs(first);
        assertAlive(rig.image(first), rig.image(second));

        ImageSlot third = rig.complete();
        assertAlive(rig.image(first));
        ImageSlot fourth = rig.render();
        for (ImageSlot expected : List.of(third, fourth)) {
            assertThat(swapchain.latch()).isTrue();
            assertThat(swapchain.beginRead(1)).isSameAs(expected);
        }
        swapchain.readsCompleted(1);
        assertAlive();
        assertThat(swapchain.statistics(0).dropped()).isEqualTo(1);
    }

    /**
     * A window dragged larger would otherwise take as much memory as frames fit in, and show them for seconds after.
     */
    @ParameterizedTest
    @EnumSource(PresentMode.class)
    void frames_of_old_sizes_do_not_pile_up(PresentMode mode) {
        swapchain.setPresentMode(mode);
        for (int width = 100; width < 120; width++) {
            rig.configure(width, 48, 3);
            rig.resize();
            rig.render();
            rig.render();
        }
        assertThat(rig.allocator.alive()).hasSize(3);
    }

    @Test
    void a_frame_that_was_ready_when_the_size_changed_is_still_shown_if_nothing_newer_comes() {
        ImageSlot frame = rig.render();
        rig.configure(2, 2, 2);
        rig.resize();
        assertThat(rig.acquireNow()).isInstanceOf(Swapchain.Ready.class);
        assertThat(swapchain.latch()).isTrue();
        assertThat(swapchain.beginRead(1)).isSameAs(frame);
        assertThat(rig.isDestroyed(frame)).isFalse();
    }

    @Test
    void only_the_last_of_several_wanted_sizes_is_made() {
        for (int width = 100; width < 110; width++) {
            rig.configure(width, 48, 3);
        }
        rig.resize();
        assertThat(rig.acquire().width()).isEqualTo(109);
        assertThat(rig.allocator.calls).hasValue(2);
    }

    @Test
    void resizing_again_and_again_leaves_only_the_shown_and_the_last_images() {
        ImageSlot shown = rig.show();
        for (int width = 100; width < 110; width++) {
            rig.configure(width, 48, 3);
            rig.resize();
        }
        rig.acquire();
        assertThat(rig.allocator.alive()).hasSize(4).contains(rig.image(shown));
    }

    @Test
    void another_number_of_images_is_another_allocation() {
        rig.configure(64, 48, 5);
        rig.resize();
        assertThat(swapchain.images().count()).isEqualTo(5);
        rig.acquire();
        assertThat(rig.allocator.alive()).hasSize(5);
    }

    @Test
    void another_allocator_makes_images_of_the_same_size_again() {
        FakeAllocator other = new FakeAllocator();
        swapchain.configure(new FrameSwapchain.Target(rig.allocator.specs.getLast(), other));
        assertThat(swapchain.isResizePending()).isTrue();
        rig.resize();
        assertThat(other.made).contains(rig.image(rig.acquire()));
        assertAlive();
        assertThat(swapchain.images().generation()).isEqualTo(2);
        swapchain.close();
    }

    // ---- refusals

    @Test
    void a_refused_allocation_reaches_the_caller_of_acquire_and_the_next_acquire_tries_again() {
        ImageSlot shown = rig.show();
        rig.configure(2, 2, 2);
        rig.allocator.refusing = true;
        for (int i = 0; i < 3; i++) {
            SwapchainRig.assertMisuse(rig::acquireNow, Reason.REFUSED, "No memory", "Ask again");
        }
        assertThat(rig.allocator.calls).hasValue(4);
        assertThat(swapchain.images().generation()).isEqualTo(1);
        assertThat(swapchain.isResizePending()).isTrue();
        assertThat(swapchain.beginRead(1)).isSameAs(shown);
        assertAlive(old.toArray(FakeImage[]::new));

        rig.allocator.refusing = false;
        rig.resize();
        assertThat(swapchain.images().generation()).isEqualTo(2);
        rig.acquire();
        assertAlive(rig.image(shown));
    }

    @Test
    void after_a_refusal_the_old_size_may_be_used_again() {
        rig.configure(2, 2, 2);
        rig.allocator.refusing = true;
        SwapchainRig.assertMisuse(rig::acquireNow, Reason.REFUSED, "No memory", "Ask again");
        rig.configure(64, 48, 3);
        assertThat(rig.acquire().generation()).isEqualTo(1);
    }

    @Test
    void a_refusal_leaves_nothing_that_close_would_wait_for() {
        rig.configure(2, 2, 2);
        rig.allocator.refusing = true;
        SwapchainRig.assertMisuse(rig::acquireNow, Reason.REFUSED, "No memory", "Ask again");
        swapchain.close();
        rig.assertDrained();
    }

    @Test
    void a_refusal_at_first_leaves_nothing_that_close_would_wait_for() {
        SwapchainRig fresh = new SwapchainRig();
        fresh.configure(2, 2, 2);
        fresh.allocator.refusing = true;
        SwapchainRig.assertMisuse(fresh::acquireNow, Reason.REFUSED, "No memory", "Ask again");
        assertThat(fresh.swapchain.images()).isNull();
        fresh.swapchain.close();
        fresh.assertDrained();
    }

    // ---- lost frames

    @Test
    void images_of_which_one_was_lost_are_replaced_by_new_ones() {
        rig.present();
        swapchain.failed(rig.gpu.remove());
        assertThat(swapchain.hasImages()).isFalse();
        assertThat(swapchain.isResizePending()).isTrue();
        rig.resize();
        assertThat(swapchain.hasImages()).isTrue();
        assertThat(swapchain.images().count()).isEqualTo(3);
        rig.show();
        assertThat(swapchain.beginRead(1)).isNotNull();
    }
}
