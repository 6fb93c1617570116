package org.vkfx.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An axis of a plot.
 *
 * @param low value at position 0
 * @param high value at position 1
 * @param logarithmic whether equal steps are equal factors
 */
record Scale(double low, double high, boolean logarithmic) {
    private static final int STEPS = 4;

    /** An axis that holds all medians: from 0, or from a power of ten to another. */
    static Scale of(List<Estimate> values, boolean logarithmic) {
        double[] medians = values.stream().mapToDouble(Estimate::median).filter(v -> v > 0).toArray();
        double smallest = java.util.Arrays.stream(medians).min().orElse(1);
        double largest = java.util.Arrays.stream(medians).max().orElse(1);
        if (!logarithmic) {
            return new Scale(0, Math.ceil(largest * 1.05 / step(largest)) * step(largest), false);
        }
        double low = Math.pow(10, Math.floor(Math.log10(smallest)));
        double high = Math.pow(10, Math.ceil(Math.log10(largest)));
        return new Scale(low, high > low ? high : low * 10, true);
    }

    /** A round number, a fifth to a half of the largest value. */
    private static double step(double largest) {
        double power = Math.pow(10, Math.floor(Math.log10(largest / STEPS)));
        double in = largest / STEPS / power;
        return power * (in > 5 ? 10 : in > 2 ? 5 : in > 1 ? 2 : 1);
    }

    /** From 0 to 1; what is outside is put at the end. */
    double position(double value) {
        double at = logarithmic ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
                : (value - low) / (high - low);
        return Math.clamp(at, 0, 1);
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            for (double tick = low; tick < high * 1.001; tick *= 10) {
                ticks.add(tick);
            }
        } else {
            double step = step(high);
            for (int i = 0; i * step < high * 1.001; i++) {
                ticks.add(i * step);
            }
        }
        return ticks;
    }

    /** Three digits at most, but for whole numbers; thousands as k. */
    static String label(double value) {
        if (value >= 1e6) {
            return trimmed(value / 1e6) + "M";
        }
        return value >= 1e4 ? trimmed(value / 1e3) + "k" : trimmed(value);
    }

    private static String trimmed(double value) {
        int digits = value >= 100 || value == Math.rint(value) ? 0 : value >= 10 ? 1 : 2;
        String text = String.format(Locale.ROOT, "%." + digits + "f", value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }
}
