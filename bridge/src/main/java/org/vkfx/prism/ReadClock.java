package org.vkfx.prism;

import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.vkfx.log.Log;

import com.sun.prism.ps.ShaderGraphics;

/**
 * Tells when JavaFX's GPU has finished reading. Time is counted in epochs: a mark behind the paints of an epoch closes
 * it. Prism collects its draws and submits them at the end of a paint at the latest, so a mark right after a draw call
 * would precede the draw. It is set when a later paint reads the next image, or in a render job behind the paint, as
 * {@link Marks} has it; and in a render job as soon as somebody waits for an image ({@link #hurry()}). When the GPU has
 * passed none for five seconds while somebody waits, that is logged once, because nothing else would tell that it may
 * never do so.
 *
 * <p>Used on JavaFX's render thread, except where said.
 */
public final class ReadClock {
    private static final Log LOG = Log.of(ReadClock.class);
    /** Marks cost more than all else of a frame (12 µs on an H100): with four images, two can wait for one. */
    private static final int PAINTS_A_MARK = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 2;
    private static final ScheduledThreadPoolExecutor SOON = soon();

    /** Marks in the stream of commands of JavaFX's GPU. */
    public interface Marks {
        /**
         * Tells when marks are set.
         *
         * @return true when setting one amid a paint costs next to nothing: that saves a render job, and what JavaFX
         *     allocates for it
         */
        boolean areCheapWhilePainting();

        /**
         * Puts a mark behind everything that JavaFX has submitted.
         *
         * @param epoch the mark's value, greater than the one before
         */
        void set(long epoch);

        /** Submits the marks that were set. The end of a paint does so by itself. */
        void submit();

        /**
         * Returns the last mark that the GPU has reached. Does not wait.
         *
         * @return the value, or 0 when none was reached
         */
        long reached();

        /**
         * Names what a mark is, for a warning when one is not reached for long.
         *
         * @return a noun with its article
         */
        @Override
        String toString();
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
    private final boolean inPaint;
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Consumer<Listener> tell = this::tell; // made once: a paint makes nothing
    private final RenderThread.Job endOfEpoch = new RenderThread.Job(this::endOpenEpoch); // these run again and again
    private final RenderThread.Job hurry = new RenderThread.Job(this::runHurry);
    private final RenderThread.Job poll = new RenderThread.Job(this::poll);
    private final Runnable pollSoon = this::queuePoll;
    private final AtomicBoolean hurrying = new AtomicBoolean(); // hurry is queued
    private volatile boolean latched; // another image is shown from the next paint on
    private int paints;
    private long epoch = 1;
    private long completed;
    private boolean open; // something was read, or opened this epoch
    private boolean polling; // poll is queued
    private ShaderGraphics reader; // of this epoch's last paint; null before there was one
    private final LongSupplier nanoTime;
    private boolean waiting; // the GPU was behind when last looked at, with somebody waiting
    private long waitingSince; // its last progress, or the first look
    private boolean warned; // of this wait

    /**
     * Makes a clock.
     *
     * @param marks how the GPU's progress is observed
     */
    public ReadClock(Marks marks) {
        this(marks, System::nanoTime);
    }

    /** Makes a clock that measures the GPU's delay by another one. */
    ReadClock(Marks marks, LongSupplier nanoTime) {
        this.marks = marks;
        this.nanoTime = nanoTime;
        inPaint = marks.areCheapWhilePainting();
    }

    /**
     * One thread of the bridge's own, for all clocks, which ends when it has nothing to do: the common pool may be busy
     * for ever.
     */
    private static ScheduledThreadPoolExecutor soon() {
        ScheduledThreadPoolExecutor soon = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().name("vkfx-reads").daemon().factory());
        soon.setKeepAliveTime(1, TimeUnit.SECONDS);
        soon.allowCoreThreadTimeOut(true);
        return soon;
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

    /** Says that the next paint reads other images than those before. JavaFX thread, during synchronisation. */
    void latched() {
        latched = true;
    }

    /**
     * Says that something is read in the paint under way.
     *
     * @param g the graphics that reads it
     * @return the epoch of this paint
     */
    long read(ShaderGraphics g) {
        if (latched) {
            latched = false;
            if (open && inPaint && ++paints % PAINTS_A_MARK == 0) {
                endEpoch(g);
            }
            look(); // images read by earlier paints are needed now that newer ones are shown
        }
        reader = g;
        return open();
    }

    /**
     * Says that the GPU is given something else to do with an image, before the paint that reads it.
     *
     * @return the epoch of the next paint, or an earlier one
     */
    public long open() {
        if (!open) {
            open = true;
            if (!inPaint) {
                endOfEpoch.queue();
            }
        }
        return epoch;
    }

    /**
     * Runs something once everything read so far has been read, on the render thread.
     *
     * @param action the action
     */
    public void whenRead(Runnable action) {
        long last = open ? epoch : epoch - 1;
        endOpenEpoch();
        watch();
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

    /** Somebody waits for an image that was read: it is to be told as soon as possible. Any thread; does not wait. */
    public void hurry() {
        if (!hurrying.getAndSet(true)) {
            addJob(hurry);
        }
    }

    private void runHurry() {
        hurrying.set(false); // before looking: who asks from now on is served by another job
        endOpenEpoch();
        watch();
    }

    private void endOpenEpoch() {
        if (open) {
            endEpoch(reader);
            marks.submit();
        }
    }

    private void endEpoch(ShaderGraphics g) {
        // A paint that was aborted leaves its draws collected; they must not follow the mark. Setting no shader has Prism submit
        // them, and does nothing after an ordinary paint. (Graphics.sync would wait for the GPU besides.)
        if (g != null) { // else nothing was drawn
            g.setExternalShader(null);
        }
        open = false;
        reader = null;
        marks.set(epoch++);
    }

    private void poll() {
        polling = false;
        watch();
    }

    private void queuePoll() {
        addJob(poll);
    }

    private void addJob(RenderThread.Job job) {
        if (!job.queue()) { // JavaFX has ended, and its pipeline with it: nothing reads any more
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
                waiting = false;
                listeners.forEach(tell);
            }
        }
    }

    private void tell(Listener listener) {
        try {
            listener.readsCompleted(completed);
        } catch (Throwable e) { // a job that throws is never run again
            LOG.error("A listener of JavaFX's reads threw", e);
        }
    }

    /** Looks now, and again while the GPU is behind. */
    private void watch() {
        look();
        if (completed < epoch - 1) {
            warnIfLate();
            if (!polling) {
                polling = true;
                SOON.schedule(pollSoon, POLL_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private void warnIfLate() {
        long now = nanoTime.getAsLong();
        if (!waiting) {
            waiting = true;
            waitingSince = now;
            warned = false;
        } else if (!warned && now - waitingSince >= PATIENCE.toNanos()) {
            warned = true;
            LOG.warning("JavaFX's GPU has not passed " + marks
                    + " behind what JavaFX drew for "
                    + PATIENCE.toSeconds() + " s (number " + (completed + 1)
                    + "). Until it does, the images that it reads are in use:"
                    + " views show no new frames, and resizing and closing them wait. Either other work keeps the GPU busy, then let"
                    + " that end; or it hangs, then look for a reset in the system's log, and start the application anew.",
                    null);
        }
    }
}
