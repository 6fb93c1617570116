package org.vkfx.interop;

import java.util.Optional;
import java.util.stream.IntStream;

import org.vkfx.swapchain.ImageSpec;

/**
 * Pixels that tell every mistake on the way: channels exchanged, rows shifted or flipped, alpha ignored or multiplied
 * once more.
 */
public final class TestPattern {
    private static final int MAX = 255;

    private TestPattern() {
    }

    /**
     * Makes a pattern.
     *
     * @param spec says how large
     * @param number patterns of other numbers differ in nearly all pixels
     * @return premultiplied ARGB, row by row, the top one first
     */
    public static int[] of(ImageSpec spec, int number) {
        int width = spec.width();
        return IntStream.range(0, width * spec.height()).map(i -> pixel(i % width, i / width, number)).toArray();
    }

    private static int pixel(int x, int y, int number) {
        int alpha = x * 5 + y * 11 + number * 97 & MAX;
        int red = alpha * (x * 4 + number & MAX) / MAX;
        int green = alpha * (y * 5 + x & MAX) / MAX;
        int blue = alpha * (MAX - (x * 3 + y * 7 & MAX)) / MAX;
        return alpha << 24 | red << 16 | green << 8 | blue;
    }

    /**
     * Compares what arrived.
     *
     * @param expected what was written
     * @param actual what was read
     * @param spec says how large both are
     * @return how many pixels differ, and the first one; empty when none does
     */
    public static Optional<String> difference(int[] expected, int[] actual, ImageSpec spec) {
        int[] wrong = IntStream.range(0, expected.length).filter(i -> actual[i] != expected[i]).toArray();
        if (wrong.length == 0) {
            return Optional.empty();
        }
        int first = wrong[0];
        return Optional.of(String.format("%d of %d pixels (%s) differ; Vulkan wrote %08x at (%d, %d), read was %08x",
                wrong.length, expected.length, spec.format(), expected[first], first % spec.width(),
                first / spec.width(), actual[first]));
    }
}
