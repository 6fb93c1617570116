package org.vkfx.vulkan;

/**
 * How long to sleep between two looks at something that takes from less than a millisecond to for ever: not at all
 * before the first look, then for a sixteenth of what was slept before, so that what comes is seen late by no more than
 * that; within limits. One thread.
 */
final class Pauses {
    /** In nanoseconds. */
    static final long SHORTEST = 50_000;
    /** In nanoseconds: 250 looks a second. */
    static final long LONGEST = 4_000_000;
    /** The part of the time so far by which something may be seen late. */
    static final int LATENESS = 16;

    private static final long BEFORE_THE_FIRST = -1;

    private long slept = BEFORE_THE_FIRST;

    /** Begins anew: something else is waited for. */
    void restart() {
        slept = BEFORE_THE_FIRST;
    }

    /** Returns how long to sleep before the next look, in nanoseconds. */
    long next() {
        if (slept == BEFORE_THE_FIRST) {
            slept = 0;
            return 0;
        }
        long pause = Math.clamp(slept / LATENESS, SHORTEST, LONGEST);
        slept += pause;
        return pause;
    }
}
