package org.vkfx.bench;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

import org.vkfx.bench.Sample.Metric;

/** Reads all counters at the display of a frame, and again at that of a later one. The thread that measures. */
final class Meter {
    private static final OperatingSystemMXBean SYSTEM = ManagementFactory
            .getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private static final long LOOK = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    /** All counters at one moment. */
    private record Reading(long nanos, long frames, long rendered, long pulses, double cpu, long heap, long copied,
            long uploaded,
            long[] calls) {
    }

    private final Subject subject;
    private final LongSupplier pulses;
    private final CopiedBytes copied;
    private double[] latencies = new double[1 << 10];
    private int seen;

    Meter(Subject subject, LongSupplier pulses, CopiedBytes copied) {
        this.subject = subject;
        this.pulses = pulses;
        this.copied = copied;
    }

    private Reading read(long frames) {
        double own = THREADS.getCurrentThreadCpuTime() / 1e9;
        long ownHeap = THREADS.getCurrentThreadAllocatedBytes();
        return new Reading(System.nanoTime(), frames, subject.rendered(), pulses.getAsLong(),
                SYSTEM.getProcessCpuTime() / 1e9 - own,
                THREADS.getTotalThreadAllocatedBytes() - ownHeap, copied.sum(), Probe.uploaded(), Probe.counts());
    }

    /** Waits until some more frames are displayed. */
    void await(int more) {
        long goal = subject.displayed() + more;
        long late = System.nanoTime() + PATIENCE;
        while (subject.displayed() < goal) {
            pause(late);
        }
    }

    private void pause(long late) {
        if (subject.failure() != null) {
            throw new IllegalStateException(subject.failure());
        }
        if (System.nanoTime() - late > 0) {
            throw new IllegalStateException("No frame was displayed for a minute");
        }
        LockSupport.parkNanos(LOOK);
    }

    /** Returns the first count of frames that is another one than before; its latency is kept. */
    private long next(long before) {
        long late = System.nanoTime() + PATIENCE;
        long now = subject.displayed();
        while (now == before) {
            pause(late);
            now = subject.displayed();
        }
        if (seen == latencies.length) {
            latencies = Arrays.copyOf(latencies, 2 * seen);
        }
        latencies[seen++] = subject.latencyNanos();
        return now;
    }

    /** Measures for some time, and at least three frames. */
    Map<Metric, Double> measure(double seconds) {
        long frames = next(subject.displayed());
        Reading from = read(frames);
        seen = 0;
        while (System.nanoTime() - from.nanos < seconds * 1e9 || frames < from.frames + 3) {
            frames = next(frames);
        }
        return difference(from, read(frames));
    }

    private Map<Metric, Double> difference(Reading from, Reading to) {
        double frames = to.frames - from.frames;
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        values.put(Metric.SECONDS, (to.nanos - from.nanos) / 1e9);
        values.put(Metric.FRAMES, frames);
        values.put(Metric.RENDERED, (double) (to.rendered - from.rendered));
        values.put(Metric.PULSES, (double) (to.pulses - from.pulses));
        values.put(Metric.CPU, to.cpu - from.cpu);
        values.put(Metric.HEAP, (double) (to.heap - from.heap));
        values.put(Metric.COPIED, (double) (to.copied - from.copied));
        values.put(Metric.UPLOADED, (double) (to.uploaded - from.uploaded));
        values.put(Metric.LATENCY, Estimate.median(Arrays.copyOf(latencies, seen)));
        for (Part part : Part.values()) {
            int i = part.ordinal();
            long calls = to.calls[i] - from.calls[i];
            values.put(Metric.of(part), Probe.median(part, from.calls[i], to.calls[i]) * calls / frames);
        }
        return values;
    }
}
