package org.vkfx.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;

import org.vkfx.bench.Cell.Mode;

/** The samples of a run, and what follows from them. */
final class Results {
    private final List<Sample> samples;
    private final Map<Cell, Map<Integer, Sample>> byCell = new LinkedHashMap<>();

    Results(List<Sample> samples) {
        this.samples = List.copyOf(samples);
        for (Sample sample : samples) {
            byCell.computeIfAbsent(sample.cell(), cell -> new LinkedHashMap<>()).put(sample.repeat(), sample);
        }
    }

    List<Sample> samples() {
        return samples;
    }

    List<Cell> cells() {
        return List.copyOf(byCell.keySet());
    }

    /** A figure of a cell. */
    Estimate of(Cell cell, Figure figure) {
        return figure.aboveFloor ? against(cell, Mode.FLOOR, (a, b) -> figure.of(a) - figure.of(b))
                : against(cell, cell.mode(), (a, b) -> figure.of(a));
    }

    /** How many times a mode's figure a cell's is. */
    Estimate ratio(Cell cell, Mode to, Figure figure) {
        return against(cell, to, (a, b) -> figure.of(a) / figure.of(b));
    }

    /** Compares with what another mode did in the same repeat: what disturbs the machine for longer disturbs both. */
    private Estimate against(Cell cell, Mode other, ToDoubleBiFunction<Sample, Sample> compare) {
        Map<Integer, Sample> mine = byCell.getOrDefault(cell, Map.of());
        Map<Integer, Sample> theirs = byCell.getOrDefault(cell.with(other), Map.of());
        List<Double> values = new ArrayList<>();
        mine.forEach((repeat, sample) -> {
            if (theirs.containsKey(repeat)) {
                values.add(compare.applyAsDouble(sample, theirs.get(repeat)));
            }
        });
        return Estimate.of(values.stream().mapToDouble(v -> v).toArray());
    }

    /** How many times cheaper a cell is than the copying way, both above the floor; at least as if it cost 1 µs. */
    Estimate cheaper(Cell cell) {
        return of(cell.with(Mode.COPY), Figure.ABOVE).per(Math.max(1, of(cell, Figure.ABOVE).median()));
    }
}
