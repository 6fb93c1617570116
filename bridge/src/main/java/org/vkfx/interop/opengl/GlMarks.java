package org.vkfx.interop.opengl;

import java.util.Arrays;

import org.vkfx.prism.ReadClock;

/** Marks in JavaFX's GL context: one fence each, deleted when passed. JavaFX's render thread. */
final class GlMarks implements ReadClock.Marks {
    private final Gl gl;
    /** A ring: fences not passed yet, oldest at first. Grows while the GPU lags. */
    private long[] fences = new long[8];
    private long[] epochs = new long[8];
    private int first;
    private int count;
    private long reached;

    GlMarks(Gl gl) {
        this.gl = gl;
    }

    @Override
    public boolean areCheapWhilePainting() {
        return true; // a fence is a command among others
    }

    @Override
    public void set(long epoch) {
        if (count == fences.length) {
            grow();
        }
        int last = (first + count++) % fences.length;
        fences[last] = gl.fence();
        epochs[last] = epoch;
    }

    @Override
    public void submit() {
        gl.flush();
    }

    @Override
    public long reached() {
        while (count > 0 && gl.isPassed(fences[first])) {
            gl.deleteFence(fences[first]);
            reached = epochs[first];
            first = (first + 1) % fences.length;
            count--;
        }
        return reached;
    }

    @Override
    public String toString() {
        return "a fence of OpenGL's";
    }

    /** Returns the fences not passed yet, oldest at first. */
    long[] pending() {
        return inOrder(fences);
    }

    private long[] inOrder(long[] ring) {
        long[] all = new long[count];
        for (int i = 0; i < count; i++) {
            all[i] = ring[(first + i) % ring.length];
        }
        return all;
    }

    private void grow() {
        fences = Arrays.copyOf(inOrder(fences), count * 2);
        epochs = Arrays.copyOf(inOrder(epochs), count * 2);
        first = 0;
    }
}
