package org.vkfx.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

import org.vkfx.bench.Cell.Mode;
import org.vkfx.bench.Cell.Pulses;
import org.vkfx.bench.Cell.Size;
import org.vkfx.bench.Cell.WindowKind;

/** What the bridge is to reach, and whether it does. */
final class Targets {
    /** Whether a target is met. */
    enum Verdict {
        /** In all cells. */
        MET,
        /** The worst cell misses it, but its 95 % bounds hold it: measure more, or where nothing else runs. */
        UNSURE,
        /** Not in the worst cell. */
        MISSED,
        /** It is for another kind of machine. */
        ELSEWHERE,
        /** What it needs was not measured. */
        UNKNOWN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One target.
     *
     * @param text what is to be reached
     * @param verdict whether it is
     * @param found the worst that was found, and where
     */
    record Target(String text, Verdict verdict, String found) {
    }

    private static final Size K4 = new Size(3840, 2160);

    private final Results results;
    private final boolean software;
    private final List<Target> targets = new ArrayList<>();

    private Targets(Results results, boolean software) {
        this.results = results;
        this.software = software;
    }

    /** Judges all. */
    static List<Target> judge(Results results, Machine machine, List<Map<Startup.Program, Double>> startups) {
        Targets of = new Targets(results, machine.isSoftware());
        of.everywhere();
        of.startup("a view", Startup.ratio(startups, Startup.Program.VIEW));
        of.startup("a view by the host path", Startup.ratio(startups, Startup.Program.HOST));
        of.onGpus();
        return of.targets;
    }

    private void everywhere() {
        Predicate<Cell> zeroCopy = Targets::isZeroCopy;
        atMost("0 bytes copied a frame", zeroCopy, cell -> results.of(cell, Figure.COPIED), 0, "%.0f bytes");
        atMost("0 heap bytes a frame above the floor", zeroCopy.and(Targets::isPaced),
                cell -> results.of(cell, Figure.HEAP), 0, "%.0f bytes");
        atMost("latency of one pulse", zeroCopy.and(Targets::isPaced),
                cell -> results.of(cell, Figure.LATENCY_PULSES), 1, "%.2f pulses");
        atLeast("500 times cheaper than copy and upload at 4K", zeroCopy.and(cell -> cell.size().equals(K4)),
                results::cheaper, 500, "%.0f times");
        atLeast("never slower than copying", cell -> cell.mode().isView(),
                cell -> results.ratio(cell, Mode.COPY, Figure.RATE), 1, "%.2f of its rate");
        atLeast("full 1080p window, default pulses: not slower than copying",
                zeroCopy.and(Targets::isPaced).and(cell -> cell.window() == WindowKind.FULL
                        && cell.size().equals(new Size(1920, 1080))),
                cell -> results.ratio(cell, Mode.COPY, Figure.RATE), 1, "%.2f of its rate");
        atLeast("small window at 4K: " + (software ? "2.5" : "5") + " times the copying way's rate",
                zeroCopy.and(Targets::isSmallAtFullSpeed).and(cell -> cell.size().equals(K4)),
                cell -> results.ratio(cell, Mode.COPY, Figure.RATE), software ? 2.5 : 5, "%.2f times");
    }

    private void onGpus() {
        Predicate<Cell> small = cell -> isZeroCopy(cell) && isSmallAtFullSpeed(cell);
        int before = targets.size();
        atMost("20 µs a frame above the floor at every size", small, cell -> results.of(cell, Figure.ABOVE), 20,
                "%.1f µs");
        spread("largest cost above the floor at most 1.3 times the smallest", small);
        atLeast("small window: 0.95 of the floor's rate", small,
                cell -> results.ratio(cell, Mode.FLOOR, Figure.RATE), 0.95, "%.3f of it");
        atLeast("small window: 8K at 0.95 of the smallest size's rate",
                small.and(cell -> cell.size().equals(new Size(7680, 4320))), this::ofSmallest, 0.95, "%.3f of it");
        if (software) {
            targets.subList(before, targets.size()).replaceAll(
                    t -> new Target(t.text, t.verdict == Verdict.UNKNOWN ? t.verdict : Verdict.ELSEWHERE, t.found));
        }
    }

    private static boolean isZeroCopy(Cell cell) {
        return cell.mode() == Mode.OPENGL || cell.mode() == Mode.METAL;
    }

    private static boolean isPaced(Cell cell) {
        return cell.pulses() == Pulses.DEFAULT;
    }

    private static boolean isSmallAtFullSpeed(Cell cell) {
        return cell.window() == WindowKind.SMALL && cell.pulses() == Pulses.FULL;
    }

    private Estimate ofSmallest(Cell cell) {
        Cell smallest = results.cells().stream().filter(c -> c.with(cell.mode()).equals(c)
                && c.window() == cell.window() && c.pulses() == cell.pulses())
                .min(Comparator.comparing(c -> c.size().bytes())).orElseThrow();
        return results.of(cell, Figure.RATE).per(results.of(smallest, Figure.RATE).median());
    }

    private void atMost(String text, Predicate<Cell> cells, Function<Cell, Estimate> value, double limit,
            String format) {
        judge(text, cells, value, Comparator.comparing((Estimate e) -> e.median()).reversed(), e -> e.median() <= limit,
                limit, format);
    }

    private void atLeast(String text, Predicate<Cell> cells, Function<Cell, Estimate> value, double limit,
            String format) {
        judge(text, cells, value, Comparator.comparing((Estimate e) -> e.median()), e -> e.median() >= limit, limit,
                format);
    }

    /** The worst cell decides: the first of those that surely miss, of those that may, of all. */
    private void judge(String text, Predicate<Cell> cells, Function<Cell, Estimate> value, Comparator<Estimate> worst,
            Predicate<Estimate> meets, double limit, String format) {
        Function<Estimate, Verdict> verdict = e -> meets.test(e) ? Verdict.MET
                : e.mayBe(limit) ? Verdict.UNSURE : Verdict.MISSED;
        Comparator<Cell> order = Comparator.<Cell, Verdict>comparing(cell -> verdict.apply(value.apply(cell)))
                .reversed()
                .thenComparing(value, worst);
        results.cells().stream().filter(cells).filter(cell -> !Double.isNaN(value.apply(cell).median())).min(order)
                .ifPresentOrElse(cell -> {
                    Estimate found = value.apply(cell);
                    targets.add(new Target(text, verdict.apply(found),
                            String.format(Locale.ROOT, format, found.median()) + bounds(found) + ": " + cell));
                }, () -> targets.add(new Target(text, Verdict.UNKNOWN, "")));
    }

    private void startup(String text, Estimate ratio) {
        double limit = 1.2;
        Verdict verdict = Double.isNaN(ratio.median()) ? Verdict.UNKNOWN
                : ratio.median() <= limit ? Verdict.MET : ratio.mayBe(limit) ? Verdict.UNSURE : Verdict.MISSED;
        targets.add(
                new Target("a program with " + text + ": first frame within 1.2 of that of an ordinary image", verdict,
                        verdict == Verdict.UNKNOWN ? ""
                                : String.format(Locale.ROOT, "%.2f times", ratio.median()) + bounds(ratio)));
    }

    private static String bounds(Estimate e) {
        return e.isBounded() ? String.format(Locale.ROOT, " (%.4g to %.4g)", e.low(), e.high()) : "";
    }

    private void spread(String text, Predicate<Cell> cells) {
        double[] costs = results.cells().stream().filter(cells)
                .mapToDouble(cell -> results.of(cell, Figure.ABOVE).median()).filter(v -> !Double.isNaN(v)).sorted()
                .toArray();
        if (costs.length < 2) {
            targets.add(new Target(text, Verdict.UNKNOWN, ""));
        } else {
            double smallest = costs[0];
            double largest = costs[costs.length - 1];
            targets.add(new Target(text, largest <= 1.3 * smallest ? Verdict.MET : Verdict.MISSED,
                    String.format(Locale.ROOT, "%.1f µs and %.1f µs", largest, smallest)));
        }
    }
}
