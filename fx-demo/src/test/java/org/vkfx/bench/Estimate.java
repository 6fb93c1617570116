package org.vkfx.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * A median with bounds that hold the true median with a probability of 95 % or more: the outermost order statistics
 * that a binomial distribution allows, whatever the values' own distribution. Fewer than six values have no such
 * bounds; theirs are infinite.
 *
 * @param median the median
 * @param low lower bound
 * @param high upper bound
 */
record Estimate(double median, double low, double high) {
    /** No value. */
    static final Estimate NONE = new Estimate(Double.NaN, Double.NaN, Double.NaN);
    private static final double TAIL = 0.025;

    /** Of finite values; NaN is left out. */
    static Estimate of(double... values) {
        double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
        if (sorted.length == 0) {
            return NONE;
        }
        int outside = outside(sorted.length);
        return new Estimate(median(sorted), outside == 0 ? Double.NEGATIVE_INFINITY : sorted[outside - 1],
                outside == 0 ? Double.POSITIVE_INFINITY : sorted[sorted.length - outside]);
    }

    /** The largest k such that fewer than k of n values are below the median with a probability of 2.5 % at most. */
    static int outside(int n) {
        double below = Math.pow(0.5, n);
        double term = below;
        int k = 0;
        while (below <= TAIL) {
            k++;
            term *= (n - k + 1.0) / k;
            below += term;
        }
        return k;
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    /** Whether its bounds, where it has some, hold a value. */
    boolean mayBe(double value) {
        return isBounded() && low <= value && value <= high;
    }

    /** Divides all three by a positive number. */
    Estimate per(double divisor) {
        return new Estimate(median / divisor, low / divisor, high / divisor);
    }

    boolean isBounded() {
        return Double.isFinite(low) && Double.isFinite(high);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4g [%.4g, %.4g]", median, low, high);
    }
}
