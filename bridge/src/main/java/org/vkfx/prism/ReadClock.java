package org.vkfx.prism;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import com.sun.javafx.tk.RenderJob;
import com.sun.javafx.tk.Toolkit;
import com.sun.prism.ps.ShaderGraphics;

/**
 * Tells when JavaFX's GPU has finished reading. Time is counted in epochs: an epoch is the paints between two of this
 * clock's render jobs. Prism collects its draws and submits them at the end of a paint at the latest, so the mark that
 * closes an epoch is set in a render job behind the paint (a mark right after a draw call would precede the draw).
 *
 * <p>Used on JavaFX's render thread, except for adding and removing listeners.
 */
public final class ReadClock {
    private static final System.Logger LOG = System.getLogger(ReadClock.class.getName());
    private static final Executor SOON = CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS);

    /** Marks in the stream of commands of JavaFX's GPU. */
    public interface Marks {
        /**
         * Puts a mark behind everything that JavaFX has submitted, and submits it.
         *
         * @param epoch the mark's value, greater than the one before
         */
        void set(long epoch);

        /**
         * Returns the last mark that the GPU has reached. Does not wait.
         *
         * @return the value, or 0 when none was reached
         */
        long reached();
    }

    /** Is told on JavaFX's render thread. */
    public interface Listener {
        /**
         * Everything read in this epoch or before has been read.
         *
         * @param epoch the epoch
         */
        void readsCompleted(long epoch);
    }

    private final Marks marks;
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private final RenderJob endOfEpoch = new RenderJob(this::endEpoch); // runs again and again
    private final RenderJob poll = new RenderJob(this::poll);
    private final Runnable pollSoon = this::queuePoll;
    private long epoch = 1;
    private long completed;
    private boolean ending; // endOfEpoch is queued
    private ShaderGraphics reader; // of this epoch
    private boolean polling; // poll is queued

    /**
     * Makes a clock.
     *
     * @param marks how the GPU's progress is observed
     */
    public ReadClock(Marks marks) {
        this.marks = marks;
    }

    /**
     * Adds a listener.
     *
     * @param listener told from now on
     */
    public void add(Listener listener) {
        listeners.add(listener);
    }

    /**
     * Removes a listener.
     *
     * @param listener told no more
     */
    public void remove(Listener listener) {
        listeners.remove(listener);
    }

    /**
     * Says that something is read in the paint under way.
     *
     * @param g the graphics that reads it
     * @return the epoch of this paint
     */
    long read(ShaderGraphics g) {
        if (!ending) {
            ending = true;
            reader = g;
            look(); // images read by earlier paints are needed now that newer ones are shown
            Toolkit.getToolkit().addRenderJob(endOfEpoch);
        }
        return epoch;
    }

    /**
     * Runs something once everything read so far has been read, on the render thread.
     *
     * @param action the action
     */
    public void whenRead(Runnable action) {
        long last = epoch;
        if (!ending) {
            endEpoch();
        }
        if (completed >= last) {
            action.run();
            return;
        }
        add(new Listener() {
            @Override
            public void readsCompleted(long reached) {
                if (reached >= last) {
                    remove(this);
                    action.run();
                }
            }
        });
    }

    private void endEpoch() {
        ending = false;
        if (reader != null) {
            // A paint that was aborted leaves its draws collected; they must not follow the mark. Setting no shader has Prism
            // submit them, and does nothing after an ordinary paint. (Graphics.sync would wait for the GPU besides.)
            reader.setExternalShader(null);
            reader = null;
        }
        marks.set(epoch++);
        look();
        pollIfBehind();
    }

    private void poll() {
        polling = false;
        look();
        pollIfBehind();
    }

    private void queuePoll() {
        try {
            Toolkit.getToolkit().addRenderJob(poll);
        } catch (RejectedExecutionException e) { // JavaFX has ended, and its pipeline with it: nothing reads any more
            for (Listener listener : listeners) {
                listener.readsCompleted(Long.MAX_VALUE);
            }
        }
    }

    private void look() {
        if (completed < epoch - 1) {
            long reached = marks.reached();
            if (reached > completed) {
                completed = reached;
                for (Listener listener : listeners) {
                    try {
                        listener.readsCompleted(reached);
                    } catch (RuntimeException | Error e) { // a job that throws is never run again
                        LOG.log(System.Logger.Level.ERROR, "A listener of JavaFX's reads threw", e);
                    }
                }
            }
        }
    }

    private void pollIfBehind() {
        if (completed < epoch - 1 && !polling) {
            polling = true;
            SOON.execute(pollSoon);
        }
    }
}
