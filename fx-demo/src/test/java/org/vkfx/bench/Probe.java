package org.vkfx.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * Times parts and counts uploads. Called by the methods that {@link Instrumentation} has rewritten, and by the bench's
 * own; allocates nothing. Each part is timed by one thread, and read by the one that measures.
 */
public final class Probe {
    /** Of the latest calls, enough for a measurement; later ones overwrite the oldest. */
    private static final int KEPT = 1 << 14;
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final long[][] NANOS = new long[Part.values().length][KEPT];
    private static final long[] COUNTS = new long[NANOS.length];
    private static final long[] FIRST = new long[NANOS.length];
    private static final LongAdder UPLOADED = new LongAdder();
    private static final Runnable[] BEFORE = new Runnable[NANOS.length];
    private static final Runnable[] AFTER = new Runnable[NANOS.length];

    private Probe() {
    }

    /**
     * A part begins.
     *
     * @param part its ordinal
     * @return to be given to {@link #end}
     */
    public static long begin(int part) {
        Runnable before = BEFORE[part];
        if (before != null) {
            before.run();
        }
        return System.nanoTime();
    }

    /**
     * A part has ended.
     *
     * @param part its ordinal
     * @param begin what {@link #begin} returned
     */
    public static void end(int part, long begin) {
        record(part, System.nanoTime() - begin);
        Runnable after = AFTER[part];
        if (after != null) {
            after.run();
        }
        if (FIRST[part] == 0) {
            FIRST[part] = begin;
        }
    }

    static void record(int part, long nanos) {
        long count = COUNTS[part];
        NANOS[part][(int) (count % KEPT)] = nanos;
        COUNT.setRelease(COUNTS, part, count + 1);
    }

    /**
     * A texture gets pixels from memory.
     *
     * @param width pixels
     * @param height pixels
     * @param format GL's format
     * @param type GL's type
     * @param pixels null when the texture is only allocated
     */
    public static void upload(int width, int height, int format, int type, java.nio.Buffer pixels) {
        if (pixels != null) {
            UPLOADED.add((long) width * height * bytesPerPixel(format, type));
        }
    }

    /**
     * Pixels are copied between framebuffers.
     *
     * @param left edge of the target
     * @param top edge of the target
     * @param right edge of the target
     * @param bottom edge of the target
     */
    public static void blit(int left, int top, int right, int bottom) {
        copied(right - left, bottom - top);
    }

    /**
     * Pixels are read back.
     *
     * @param width pixels
     * @param height pixels
     */
    public static void copied(int width, int height) {
        UPLOADED.add(4L * Math.abs(width) * Math.abs(height));
    }

    /** As JavaFX uses GL: one byte for each component, but where the type is packed or of floats. */
    static int bytesPerPixel(int format, int type) {
        int components = switch (format) {
            case 0x1903, 0x1906, 0x1909 -> 1; // RED, ALPHA, LUMINANCE
            case 0x1907 -> 3; // RGB
            default -> 4; // RGBA, BGRA
        };
        return switch (type) {
            case 0x8035, 0x8367 -> 4; // UNSIGNED_INT_8_8_8_8(_REV)
            case 0x1406 -> 4 * components; // FLOAT
            default -> components; // UNSIGNED_BYTE
        };
    }

    /** Runs something before each call of a part; null for nothing. Takes effect within the next pulse. */
    static void before(Part part, Runnable action) {
        BEFORE[part.ordinal()] = action;
    }

    /** Likewise, after each call. */
    static void after(Part part, Runnable action) {
        AFTER[part.ordinal()] = action;
    }

    /** Bytes uploaded, blitted and read back by JavaFX's OpenGL so far. */
    static long uploaded() {
        return UPLOADED.sum();
    }

    /** How often the parts were timed so far. */
    static long[] counts() {
        long[] counts = new long[COUNTS.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (long) COUNT.getAcquire(COUNTS, i);
        }
        return counts;
    }

    /** When a part began for the first time, on System.nanoTime's scale; 0 when it never did. */
    static long first(Part part) {
        return FIRST[part.ordinal()];
    }

    /**
     * Median of a part's times between two counts, as far as they are kept.
     *
     * @return nanoseconds; 0 when there were none
     */
    static double median(Part part, long from, long to) {
        int count = (int) Math.min(to - from, KEPT);
        if (count <= 0) {
            return 0;
        }
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            times[i] = NANOS[part.ordinal()][(int) ((to - 1 - i) % KEPT)];
        }
        Arrays.sort(times);
        return (times[(count - 1) / 2] + times[count / 2]) / 2.0;
    }
}
