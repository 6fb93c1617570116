package org.vkfx.demo;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Watches how many frames were displayed, from a thread of its own, and says when the run is over. */
final class Progress implements AutoCloseable {
    private static final int POLL_MILLIS = 20;

    private final LongSupplier displayed;
    private final Options options;
    private final long patience;
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final ScheduledExecutorService clock = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("demo-progress").factory());
    private final long start = System.nanoTime();
    private volatile long first;
    private volatile long latest;
    private volatile long count;

    /**
     * Starts watching.
     *
     * @param displayed the number of distinct frames displayed so far
     * @param options when to end
     * @param patience how long may pass without another frame while frames are waited for
     */
    Progress(LongSupplier displayed, Options options, Duration patience) {
        this.displayed = displayed;
        this.options = options;
        this.patience = patience.toNanos();
        latest = start;
        clock.scheduleWithFixedDelay(this::look, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Ends the run; a problem, or null when all is well. The first call counts. */
    void end(String problem) {
        end.complete(problem);
    }

    /** Completes at the end of the run, with the problem or null. */
    CompletableFuture<String> whenOver() {
        return end;
    }

    /** Time from the first displayed frame to the latest. */
    double seconds() {
        return first == 0 ? 0 : (latest - first) / 1e9;
    }

    private void look() {
        try {
            long now = System.nanoTime();
            long frames = displayed.getAsLong();
            if (frames > count) {
                if (count == 0) {
                    first = now;
                }
                count = frames;
                latest = now;
            }
            if (options.frames != null) {
                if (frames >= options.frames) {
                    end(null);
                } else if (now - latest > patience) {
                    end("No new frame was displayed for " + patience / 1_000_000_000 + " seconds; " + frames + " of "
                            + options.frames + " had been.");
                }
            }
            if (options.seconds != null && now - start > options.seconds * 1e9) {
                end(null);
            }
        } catch (RuntimeException e) {
            end(e.toString());
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
