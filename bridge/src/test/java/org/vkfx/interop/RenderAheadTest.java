package org.vkfx.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

class RenderAheadTest {
    private static final long FAST = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long SLOW = TimeUnit.MILLISECONDS.toNanos(40);

    private final RenderAhead ahead = new RenderAhead();
    private long dropped;

    /** Completes frames; those that are rendered ahead are overtaken, or not. Returns how many were ahead. */
    private int complete(int frames, long nanos, boolean overtaken) {
        int before = 0;
        for (int i = 0; i < frames; i++) {
            if (ahead.limit() == 2) {
                before++;
                dropped += overtaken ? 1 : 0;
            }
            ahead.completed(nanos, dropped);
        }
        return before;
    }

    @Test
    void a_fast_renderer_is_never_ahead() {
        assertThat(complete(1000, FAST, false)).isZero();
    }

    @Test
    void a_slow_renderer_is_kept_one_frame_ahead() {
        assertThat(ahead.limit()).isEqualTo(1);
        assertThat(complete(1000, SLOW, false)).isEqualTo(999);
    }

    @Test
    void where_javafx_is_slower_still_hardly_a_frame_is_rendered_in_vain() {
        complete(100, SLOW, true); // finds out
        assertThat(complete(1000, SLOW, true)).isBetween(10, 20);
    }

    @Test
    void the_pause_ends_and_is_short_again_once_being_ahead_has_proved_useful() {
        complete(1000, SLOW, true);
        complete(100, SLOW, false);
        assertThat(complete(100, SLOW, false)).isEqualTo(100);
        assertThat(complete(1, SLOW, true)).isEqualTo(1);
        assertThat(complete(10, SLOW, false)).isBetween(5, 7);
    }

    @Test
    void a_renderer_that_becomes_fast_is_ahead_no_more() {
        complete(10, SLOW, false);
        complete(1, FAST, false);
        assertThat(ahead.limit()).isEqualTo(1);
    }
}
