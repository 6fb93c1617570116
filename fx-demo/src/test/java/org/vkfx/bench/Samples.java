package org.vkfx.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import org.vkfx.bench.Cell.Mode;
import org.vkfx.bench.Cell.Pulses;
import org.vkfx.bench.Cell.Size;
import org.vkfx.bench.Cell.WindowKind;
import org.vkfx.bench.Sample.Metric;

/** Samples with known figures, for tests of what is made of them. */
final class Samples {
    static final Size SMALLEST = new Size(640, 480);
    static final Size FULL_HD = new Size(1920, 1080);
    static final Size K4 = new Size(3840, 2160);
    static final Size K8 = new Size(7680, 4320);
    static final Machine GPU = new Machine("NVIDIA H100", "NVIDIA 580", Map.of("cpu", "Xeon"));
    static final Machine PROCESSOR = new Machine("llvmpipe (LLVM 15)", "llvmpipe Mesa", Map.of("cpu", "EPYC"));
    static final List<Map<Startup.Program, Double>> STARTUPS = List
            .of(Map.of(Startup.Program.IMAGE, 500.0, Startup.Program.VIEW, 550.0, Startup.Program.HOST, 560.0));
    private static final int REPEATS = 6;

    private final List<Sample> samples = new ArrayList<>();

    static Cell cell(Mode mode, Size size, WindowKind window, Pulses pulses) {
        return new Cell(mode, size, window, pulses);
    }

    /** Adds six samples of a second each; their rates differ by a percent from one to the next. */
    Samples add(Cell cell, double rate, double microseconds, Map<Metric, Double> more) {
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            Map<Metric, Double> values = new EnumMap<>(Metric.class);
            double frames = rate * (1 + repeat / 100.0);
            values.put(Metric.SECONDS, 1.0);
            values.put(Metric.FRAMES, frames);
            values.put(Metric.RENDERED, frames);
            values.put(Metric.PULSES, frames);
            values.put(Metric.CPU, 0.5);
            values.put(Metric.HEAP, 100 * frames);
            values.put(Metric.COPIED, 0.0);
            values.put(Metric.UPLOADED, 0.0);
            values.put(Metric.LATENCY, 0.5e9 / frames);
            for (Part part : Part.values()) {
                values.put(Metric.of(part), 0.0);
            }
            values.put(Metric.DRAW, microseconds * 1e3);
            values.putAll(more);
            samples.add(new Sample(repeat, cell, values));
        }
        return this;
    }

    Samples add(Cell cell, double rate, double microseconds) {
        return add(cell, rate, microseconds, Map.of());
    }

    /** All sizes in both windows at both paces, as the targets want them. */
    static Samples good() {
        Samples samples = new Samples();
        for (Pulses pulses : Pulses.values()) {
            for (WindowKind window : WindowKind.values()) {
                for (Size size : List.of(SMALLEST, FULL_HD, K4, K8)) {
                    samples.add(cell(Mode.OPENGL, size, window, pulses), 150, 50)
                            .add(cell(Mode.COPY, size, window, pulses), 25, 30_000)
                            .add(cell(Mode.FLOOR, size, window, pulses), 151, 40);
                }
            }
        }
        return samples;
    }

    Results results() {
        return new Results(samples);
    }
}
