package org.vkfx.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateTest {
    /** As in tables of distribution-free confidence intervals for the median. */
    @ParameterizedTest
    @CsvSource({"5, 0", "6, 1", "8, 1", "9, 2", "10, 2", "11, 2", "12, 3", "20, 6", "25, 8", "100, 40"})
    void bounds_are_order_statistics_of_the_binomial_distribution(int count, int position) {
        assertThat(Estimate.outside(count)).isEqualTo(position);
    }

    @Test
    void bounds_are_values_that_were_measured() {
        Estimate estimate = Estimate.of(10, 1, 9, 2, 8, 3, 7, 4, 6, 5);
        assertThat(estimate).isEqualTo(new Estimate(5.5, 2, 9));
        assertThat(estimate.isBounded()).isTrue();
    }

    @Test
    void few_values_have_a_median_without_bounds() {
        Estimate estimate = Estimate.of(3, 1, 2);
        assertThat(estimate.median()).isEqualTo(2);
        assertThat(estimate.isBounded()).isFalse();
        assertThat(estimate.mayBe(2)).isFalse();
    }

    @Test
    void values_that_do_not_exist_are_left_out() {
        assertThat(Estimate.of(Double.NaN, 4).median()).isEqualTo(4);
        assertThat(Estimate.of(Double.NaN)).isEqualTo(Estimate.NONE);
        assertThat(Estimate.of()).isEqualTo(Estimate.NONE);
    }

    @Test
    void what_is_within_the_bounds_may_be() {
        Estimate estimate = new Estimate(10, 9, 12);
        assertThat(estimate.mayBe(9)).isTrue();
        assertThat(estimate.mayBe(8.9)).isFalse();
        assertThat(estimate.mayBe(12)).isTrue();
        assertThat(estimate.mayBe(12.1)).isFalse();
    }

    @Test
    void the_true_median_is_within_the_bounds_in_95_of_100_cases() {
        Random random = new Random(1);
        long within = 0;
        int runs = 4000;
        for (int i = 0; i < runs; i++) {
            Estimate estimate = Estimate.of(random.doubles(12).map(u -> -Math.log(u)).toArray()); // median ln 2
            within += estimate.low() <= Math.log(2) && Math.log(2) <= estimate.high() ? 1 : 0;
        }
        assertThat(within / (double) runs).isGreaterThan(0.95).isLessThan(0.985);
    }

    @Test
    void the_median_does_not_change_its_values() {
        double[] values = {3, 1, 2};
        assertThat(Estimate.median(values)).isEqualTo(2);
        assertThat(Arrays.toString(values)).isEqualTo("[3.0, 1.0, 2.0]");
    }
}
