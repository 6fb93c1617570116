package org.vkfx.interop;

import java.util.concurrent.TimeUnit;

/**
 * How many frames a renderer may be ahead of JavaFX. One that takes longer than a pulse is given another frame to
 * render while the one before waits to be shown; otherwise JavaFX would wait for it in turn. Where JavaFX itself takes
 * longer still, frames that are ahead are overtaken, and were rendered in vain: then it is given none for a while,
 * longer each time.
 */
final class RenderAhead {
    /** A little less than a pulse at 60 Hz. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(15);
    private static final int SHORTEST_PAUSE = 4; // these two in frames
    private static final int LONGEST_PAUSE = 64;

    private volatile boolean late;
    // The rest belongs to the thread that calls completed.
    private long dropped;
    private int pause;
    private int nextPause = SHORTEST_PAUSE;
    private int useful;

    /** Returns how many frames may be rendered and not drawn yet. Any thread. */
    int limit() {
        return late ? 2 : 1;
    }

    /**
     * A frame was completed. On one thread at a time.
     *
     * @param nanos since it was asked for
     * @param droppedSoFar how many frames were overtaken, since the beginning
     */
    void completed(long nanos, long droppedSoFar) {
        if (droppedSoFar != dropped) {
            dropped = droppedSoFar;
            pause = nextPause;
            nextPause = Math.min(2 * nextPause, LONGEST_PAUSE);
            useful = 0;
        } else if (pause > 0) {
            pause--;
        } else if (late && ++useful >= LONGEST_PAUSE) {
            nextPause = SHORTEST_PAUSE;
        }
        late = pause == 0 && nanos > LATE_NANOS;
    }
}
