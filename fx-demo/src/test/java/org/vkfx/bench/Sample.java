package org.vkfx.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One measurement of one cell.
 *
 * @param repeat from 0; samples of one repeat are neighbours in time
 * @param cell what was measured
 * @param values what was found
 */
record Sample(int repeat, Cell cell, Map<Metric, Double> values) {
    /** What is measured. NaN where it does not exist. */
    enum Metric {
        /** Seconds measured, from the display of one frame to that of another. */
        SECONDS,
        /** Distinct frames displayed in that time. */
        FRAMES,
        /** Frames submitted in that time, displayed or not. */
        RENDERED,
        /** Pulses of JavaFX in that time. */
        PULSES,
        /** CPU seconds of the process, but for the thread that measures. */
        CPU,
        /** Bytes allocated on Java's heap, likewise. */
        HEAP,
        /** Bytes moved by Vulkan's copy commands. */
        COPIED,
        /** Bytes uploaded, blitted or read back by JavaFX's OpenGL. */
        UPLOADED,
        /** Nanoseconds from present to drawing, median of the frames looked at. */
        LATENCY,
        /** Nanoseconds a displayed frame: median time of a call × calls a frame. */
        ACQUIRE, PRESENT, COMPLETE, PULSE, LATCH, AWAIT, DRAW, MARK, COPY;

        static Metric of(Part part) {
            return valueOf(part.name());
        }
    }

    Sample {
        values = new EnumMap<>(values);
    }

    double get(Metric metric) {
        return values.getOrDefault(metric, Double.NaN);
    }

    /** One line, from one process to another. */
    String line() {
        return repeat + "|" + cell + "|" + values.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(" "));
    }

    static Sample parse(String line) {
        String[] fields = line.split("\\|");
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        for (String value : fields[2].split(" ")) {
            String[] pair = value.split("=");
            values.put(Metric.valueOf(pair[0]), Double.valueOf(pair[1]));
        }
        return new Sample(Integer.parseInt(fields[0]), Cell.parse(fields[1]), values);
    }
}
