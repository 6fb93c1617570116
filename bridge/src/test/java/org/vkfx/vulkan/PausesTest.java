package org.vkfx.vulkan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PausesTest {
    private final Pauses pauses = new Pauses();

    /** What looking costs: so many looks until something is there that takes so long. */
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 21", "4, 44", "16, 67", "1000, 325", "10000, 2575"})
    void the_number_of_looks_is_bounded(long millis, int most) {
        int looks = 1;
        long slept = pauses.next();
        while (slept < millis * 1_000_000) {
            slept += pauses.next();
            looks++;
        }
        assertThat(looks).isLessThanOrEqualTo(most);
    }

    @Test
    void so_is_by_how_much_something_is_seen_late() {
        assertThat(pauses.next()).as("before the first look").isZero();
        long slept = 0;
        for (int i = 0; i < 1000; i++) {
            long pause = pauses.next();
            assertThat(pause).isBetween(Pauses.SHORTEST, Pauses.LONGEST)
                    .isLessThanOrEqualTo(Math.max(Pauses.SHORTEST, slept / 16));
            slept += pause;
        }
        assertThat(pauses.next()).as("at last").isEqualTo(Pauses.LONGEST);
    }

    @Test
    void it_begins_anew() {
        for (int i = 0; i < 500; i++) {
            pauses.next();
        }
        pauses.restart();
        assertThat(pauses.next()).isZero();
        assertThat(pauses.next()).isEqualTo(Pauses.SHORTEST);
    }
}
