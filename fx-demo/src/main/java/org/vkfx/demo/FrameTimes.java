package org.vkfx.demo;

import java.util.Arrays;

/** The last few hundred times between one frame and the next. Thread-safe. */
final class FrameTimes {
    private final long[] nanos = new long[512];
    private int count;
    private long last;

    /** A frame was rendered. */
    synchronized void frame(long now) {
        if (last != 0) {
            nanos[count++ % nanos.length] = now - last;
        }
        last = now;
    }

    /** The median in milliseconds; 0 before the second frame. */
    synchronized double medianMillis() {
        long[] sorted = Arrays.copyOf(nanos, Math.min(count, nanos.length));
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2] / 1e6;
    }
}
