package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;

import org.junit.jupiter.api.Test;

class ColoursTest {
    private static final int WIDTH = 3;

    private final Colours colours = new Colours();

    private static int[] whole(int colour) {
        int[] pixels = new int[2 * WIDTH];
        Arrays.fill(pixels, colour);
        return pixels;
    }

    @Test
    void a_colour_tells_its_number() {
        for (int n = 0; n < 1 << 24; n += 97) {
            assertThat(Colours.number(Colours.of(n))).isEqualTo(n);
        }
        assertThat(Colours.number(Colours.UNFINISHED)).isGreaterThan(100_000);
    }

    @Test
    void whole_frames_in_their_order_are_counted() {
        for (int frame : new int[]{1, 2, 2, 5}) {
            colours.look(whole(Colours.of(frame)), WIDTH, 5);
        }
        assertThat(colours.pictures()).isEqualTo(4);
        assertThat(colours.distinct()).isEqualTo(3);
    }

    @Test
    void a_picture_of_two_frames_is_refused() {
        int[] torn = whole(Colours.of(1));
        torn[4] = Colours.of(2);
        assertThatIllegalStateException().isThrownBy(() -> colours.look(torn, WIDTH, 9))
                .withMessageContaining("Picture 1 is of two frames: pixel (0, 0) is ff9e3779, (1, 1) is ");
        torn[4] = Colours.UNFINISHED;
        assertThatIllegalStateException().isThrownBy(() -> colours.look(torn, WIDTH, 9))
                .withMessageContaining("an unfinished frame");
    }

    @Test
    void colours_of_no_frame_are_refused() {
        for (int colour : new int[]{Colours.UNFINISHED, Colours.of(10), Colours.of(0), 0, Colours.of(1) & 0xffffff}) {
            assertThatIllegalStateException().isThrownBy(() -> colours.look(whole(colour), WIDTH, 9))
                    .withMessageContaining("none of the 9 frames");
        }
    }

    @Test
    void an_older_frame_than_before_is_refused() {
        colours.look(whole(Colours.of(4)), WIDTH, 9);
        assertThatIllegalStateException().isThrownBy(() -> colours.look(whole(Colours.of(3)), WIDTH, 9))
                .withMessage("Picture 2 shows frame 3 after frame 4.");
    }
}
