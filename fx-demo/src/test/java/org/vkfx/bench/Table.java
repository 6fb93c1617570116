package org.vkfx.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.vkfx.bench.Cell.Mode;
import org.vkfx.bench.Cell.Pulses;
import org.vkfx.bench.Cell.WindowKind;
import org.vkfx.bench.FirstFrame.Step;
import org.vkfx.bench.Targets.Target;

/** The report on the terminal. */
final class Table {
    private static final List<String> HEAD = List.of("size", "mode", "frames/s", "95 %", "of floor", "× copy",
            "rendered", "µs/frame", "above", "CPU ms", "MB copied", "heap B", "latency ms", "pulses");

    private static final String LEGEND = """

            Per displayed frame, medians over the repeats. rendered: frames rendered for one that is displayed. µs/frame: acquire,
            present, complete, pulse, latch, await, draw and mark; of the copying way its copy and upload. above: above the floor, as are
            heap bytes. latency: present to drawing. src/site/markdown/benchmark.md says more.
            """;

    private Table() {
    }

    /** Writes all there is. */
    static String of(Results results, Map<Step, Estimate> firstFrame, Estimate first,
            List<String> startups, Machine machine, List<Target> targets) {
        StringBuilder text = new StringBuilder().append(machine).append('\n');
        for (Pulses pulses : Pulses.values()) {
            for (WindowKind window : WindowKind.values()) {
                List<Cell> cells = results.cells().stream()
                        .filter(c -> c.pulses() == pulses && c.window() == window).toList();
                if (!cells.isEmpty()) {
                    text.append('\n').append(window == WindowKind.FULL ? "Full" : "Small").append(" window, ")
                            .append(pulses == Pulses.FULL ? "JavaFX at full speed" : "default pulses").append('\n');
                    append(text, cells.stream().map(cell -> row(results, cell)).toList());
                }
            }
        }
        text.append(LEGEND);
        if (!firstFrame.isEmpty()) {
            text.append("\nFirst frame, each in a fresh process: ").append(millis(first))
                    .append(" ms from new VulkanView to its display\n");
            firstFrame.forEach((step, e) -> text.append(String.format("  %12s ms  %s%n", millis(e), step.title)));
        }
        if (!startups.isEmpty()) {
            text.append(
                    "\nFrom the beginning of main until something is displayed, and over that of an ordinary image\n");
            startups.forEach(line -> text.append(line).append('\n'));
        }
        text.append("\nTargets\n");
        targets.forEach(t -> text.append(String.format("  %-9s  %s%s%n", t.verdict(), t.text(),
                t.found().isEmpty() ? "" : ": " + t.found())));
        return text.toString();
    }

    private static String millis(Estimate e) {
        return String.format(Locale.ROOT, "%.1f", e.median());
    }

    private static List<String> row(Results results, Cell cell) {
        Estimate rate = results.of(cell, Figure.RATE);
        return List.of(cell.size().toString(), cell.mode().toString(), number(rate, 1),
                rate.isBounded() ? String.format(Locale.ROOT, "%.1f–%.1f", rate.low(), rate.high()) : "",
                number(results.ratio(cell, Mode.FLOOR, Figure.RATE), 2),
                number(results.ratio(cell, Mode.COPY, Figure.RATE), 2), number(results.of(cell, Figure.RENDERED), 2),
                number(results.of(cell, Figure.COST), 1),
                number(results.of(cell, Figure.ABOVE), 1), number(results.of(cell, Figure.CPU), 2),
                number(results.of(cell, Figure.COPIED).per(1e6), 1), number(results.of(cell, Figure.HEAP), 0),
                number(results.of(cell, Figure.LATENCY), 2), number(results.of(cell, Figure.LATENCY_PULSES), 2));
    }

    private static String number(Estimate e, int digits) {
        return Double.isNaN(e.median()) ? "–" : String.format(Locale.ROOT, "%." + digits + "f", e.median());
    }

    /** Right-aligned columns; the first two are words. */
    private static void append(StringBuilder text, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>(rows);
        all.addFirst(HEAD);
        int[] widths = new int[HEAD.size()];
        all.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        String before = "";
        for (List<String> row : all) {
            boolean same = row.getFirst().equals(before); // the size is written once
            before = row.getFirst();
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String word = i == 0 && same ? "" : row.get(i);
                line.append(String.format("  %" + (i < 2 ? "-" : "") + widths[i] + "s", word));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }
}
