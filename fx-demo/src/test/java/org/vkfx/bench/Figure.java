package org.vkfx.bench;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

import org.vkfx.bench.Sample.Metric;

/** What the report says of a cell. */
enum Figure {
    /** Distinct frames displayed a second. */
    RATE("frames/s", false, s -> s.get(Metric.FRAMES) / s.get(Metric.SECONDS)),
    /** Frames rendered for each displayed one; more than 1 is work that nobody sees. */
    RENDERED("rendered/frame", false, s -> s.get(Metric.RENDERED) / s.get(Metric.FRAMES)),
    /** Microseconds a frame in the bridge, or in what shows the frame without it. */
    COST("µs/frame", false, Figure::cost),
    /** The same above what JavaFX's own texture costs. */
    ABOVE("µs/frame above the floor", true, Figure::cost),
    /** CPU milliseconds of the process for each displayed frame. */
    CPU("CPU ms/frame", false, s -> 1e3 * s.get(Metric.CPU) / s.get(Metric.FRAMES)),
    /** Bytes copied by Vulkan and by JavaFX's OpenGL for each displayed frame. */
    COPIED("bytes copied/frame", false, s -> (s.get(Metric.COPIED) + s.get(Metric.UPLOADED)) / s.get(Metric.FRAMES)),
    /** Bytes on Java's heap for each displayed frame, above those of the floor. */
    HEAP("heap bytes/frame above the floor", true, s -> s.get(Metric.HEAP) / s.get(Metric.FRAMES)),
    /** Milliseconds from present to drawing. */
    LATENCY("latency ms", false, s -> s.get(Metric.LATENCY) / 1e6),
    /** The same in pulses that paint: JavaFX has others while a paint takes longer than a pulse. */
    LATENCY_PULSES("latency in painting pulses", false,
            s -> s.get(Metric.LATENCY) / 1e9 * s.get(Metric.FRAMES) / s.get(Metric.SECONDS));

    final String title;
    final boolean aboveFloor;
    private final ToDoubleFunction<Sample> function;

    Figure(String title, boolean aboveFloor, ToDoubleFunction<Sample> function) {
        this.title = title;
        this.aboveFloor = aboveFloor;
        this.function = function;
    }

    /** Of one sample; the floor is not yet subtracted. */
    double of(Sample sample) {
        return function.applyAsDouble(sample);
    }

    private static double cost(Sample sample) {
        return Arrays.stream(Part.values()).mapToDouble(part -> sample.get(Metric.of(part))).sum() / 1e3;
    }
}
