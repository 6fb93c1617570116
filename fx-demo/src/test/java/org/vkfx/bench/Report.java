package org.vkfx.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.vkfx.bench.Cell.Mode;
import org.vkfx.bench.FirstFrame.Step;
import org.vkfx.bench.Targets.Target;

/**
 * All that a run has found.
 *
 * @param machine where
 * @param results the samples
 * @param firstFrames milliseconds of each step, one for each process
 * @param startups milliseconds until each program shows something, one for each round
 */
record Report(Machine machine, Results results, List<Map<Step, Double>> firstFrames,
        List<Map<Startup.Program, Double>> startups) {
    List<Target> targets() {
        return Targets.judge(results, machine, startups);
    }

    private Map<Step, Estimate> steps() {
        Map<Step, Estimate> steps = new EnumMap<>(Step.class);
        for (Step step : Step.values()) {
            if (!firstFrames.isEmpty()) {
                steps.put(step, Estimate.of(firstFrames.stream().mapToDouble(f -> f.get(step)).toArray()));
            }
        }
        return steps;
    }

    private Estimate first() {
        return Estimate.of(firstFrames.stream().mapToDouble(FirstFrame::total).toArray());
    }

    String table() {
        return Table.of(results, steps(), first(), Startup.lines(startups), machine, targets());
    }

    /** Estimates are triples: median, lower and upper 95 % bound; null where there is none. */
    String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", machine.facts());
        all.put("cells", results.cells().stream().map(this::cell).toList());
        all.put("firstFrame", Map.of("millis", first(), "steps", steps()));
        all.put("startups", startups);
        all.put("targets", targets().stream().map(t -> {
            Map<String, Object> target = new LinkedHashMap<>();
            target.put("target", t.text());
            target.put("verdict", t.verdict());
            target.put("found", t.found());
            return target;
        }).toList());
        all.put("samples", results.samples().stream().map(sample -> {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("cell", sample.cell());
            values.put("repeat", sample.repeat());
            sample.values().forEach((metric, value) -> values.put(metric.name().toLowerCase(Locale.ROOT), value));
            return values;
        }).toList());
        return Json.of(all) + "\n";
    }

    private Map<String, Object> cell(Cell cell) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("mode", cell.mode());
        figures.put("size", cell.size());
        figures.put("window", cell.window());
        figures.put("pulses", cell.pulses());
        for (Figure figure : Figure.values()) {
            figures.put(figure.title, results.of(cell, figure));
        }
        figures.put("rate of the floor's", results.ratio(cell, Mode.FLOOR, Figure.RATE));
        figures.put("rate of the copying way's", results.ratio(cell, Mode.COPY, Figure.RATE));
        figures.put("parts", parts(cell));
        return figures;
    }

    /** Median nanoseconds a frame of each part. */
    private Map<String, Object> parts(Cell cell) {
        Map<String, Object> parts = new LinkedHashMap<>();
        for (Part part : Part.values()) {
            List<Double> values = new ArrayList<>();
            results.samples().stream().filter(s -> s.cell().equals(cell))
                    .forEach(s -> values.add(s.get(Sample.Metric.of(part))));
            parts.put(part.name().toLowerCase(Locale.ROOT),
                    Estimate.median(values.stream().mapToDouble(v -> v).toArray()));
        }
        return parts;
    }
}
