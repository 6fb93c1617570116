package org.vkfx.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.vkfx.bench.Cell.Mode;
import org.vkfx.bench.Cell.Pulses;
import org.vkfx.bench.Cell.WindowKind;
import org.vkfx.bench.Sample.Metric;
import org.vkfx.bench.Targets.Target;
import org.vkfx.bench.Targets.Verdict;

/** What follows from samples. */
class ResultsTest {
    private static final Cell VIEW = Samples.cell(Mode.OPENGL, Samples.K4, WindowKind.SMALL, Pulses.FULL);
    private static final Cell COPY = VIEW.with(Mode.COPY);
    private static final Cell FLOOR = VIEW.with(Mode.FLOOR);

    private static Verdict verdict(List<Target> targets, String text) {
        return targets.stream().filter(t -> t.text().contains(text)).findFirst().orElseThrow().verdict();
    }

    @Test
    void samples_survive_the_way_between_processes() {
        Sample sample = new Samples().add(VIEW, 60, 25.5, Map.of(Metric.LATENCY, Double.NaN)).results().samples()
                .getFirst();
        assertThat(Sample.parse(sample.line())).isEqualTo(sample);
    }

    @Test
    void figures_are_for_each_displayed_frame() {
        Results results = new Samples().add(VIEW, 50, 70, Map.of(Metric.CPU, 1.0, Metric.FRAMES, 50.0,
                Metric.COPIED, 1000.0, Metric.UPLOADED, 500.0, Metric.PULSES, 100.0, Metric.LATENCY, 15e6)).results();
        assertThat(results.of(VIEW, Figure.RATE).median()).isEqualTo(50);
        assertThat(results.of(VIEW, Figure.CPU).median()).isEqualTo(20);
        assertThat(results.of(VIEW, Figure.COPIED).median()).isEqualTo(30);
        assertThat(results.of(VIEW, Figure.COST).median()).isEqualTo(70);
        assertThat(results.of(VIEW, Figure.LATENCY).median()).isEqualTo(15);
        assertThat(results.of(VIEW, Figure.LATENCY_PULSES).median()).isEqualTo(0.75);
    }

    @Test
    void comparisons_are_made_within_a_repeat() {
        Results results = new Samples().add(VIEW, 100, 70).add(FLOOR, 200, 50).add(COPY, 20, 9050).results();
        Estimate ratio = results.ratio(VIEW, Mode.FLOOR, Figure.RATE);
        assertThat(ratio.median()).isEqualTo(0.5, within(1e-9));
        assertThat(ratio.high() - ratio.low()).as("what both have in common falls out").isLessThan(1e-9);
        assertThat(results.of(VIEW, Figure.ABOVE).median()).isEqualTo(20, within(1e-9));
        assertThat(results.cheaper(VIEW).median()).isEqualTo(450, within(1e-9));
    }

    @Test
    void what_was_not_measured_is_no_figure() {
        Results results = new Samples().add(VIEW, 100, 70).results();
        assertThat(results.of(VIEW, Figure.ABOVE).median()).isNaN();
        assertThat(results.of(COPY, Figure.RATE).median()).isNaN();
        assertThat(Targets.judge(results, Samples.GPU, List.of())).extracting(Target::verdict)
                .contains(Verdict.UNKNOWN);
    }

    @Test
    void good_figures_meet_all_targets_of_a_gpu() {
        assertThat(Targets.judge(Samples.good().results(), Samples.GPU, Samples.STARTUPS))
                .allSatisfy(t -> assertThat(t.verdict()).as(t.toString()).isEqualTo(Verdict.MET));
    }

    @Test
    void targets_of_a_gpu_are_not_for_a_processor() {
        List<Target> targets = Targets.judge(Samples.good().results(), Samples.PROCESSOR, Samples.STARTUPS);
        assertThat(verdict(targets, "20 µs")).isEqualTo(Verdict.ELSEWHERE);
        assertThat(verdict(targets, "2.5 times the copying way's rate")).isEqualTo(Verdict.MET);
    }

    @Test
    void a_target_within_the_bounds_is_neither_met_nor_missed() {
        Cell slow = Samples.cell(Mode.OPENGL, Samples.K4, WindowKind.SMALL, Pulses.FULL);
        Results results = Samples.good().add(slow, 124, 50, Map.of(Metric.SECONDS, 1.0)).results();
        assertThat(verdict(Targets.judge(results, Samples.GPU, Samples.STARTUPS), "5 times the copying way's rate"))
                .isEqualTo(Verdict.MISSED); // repeats of both have the same ratio, so there is no doubt
        Results doubtful = Samples.good().add(slow, 124, 50).add(slow.with(Mode.COPY), 25, 30_000,
                Map.of(Metric.FRAMES, 25.0)).results();
        assertThat(verdict(Targets.judge(doubtful, Samples.GPU, Samples.STARTUPS), "5 times the copying way's rate"))
                .isEqualTo(Verdict.MET);
        Results below = Samples.good().add(slow, 121, 50).add(slow.with(Mode.COPY), 25, 30_000,
                Map.of(Metric.FRAMES, 25.0)).results();
        assertThat(verdict(Targets.judge(below, Samples.GPU, Samples.STARTUPS), "5 times the copying way's rate"))
                .isEqualTo(Verdict.UNSURE);
    }

    @Test
    void the_worst_cell_decides() {
        Cell slow = Samples.cell(Mode.OPENGL, Samples.FULL_HD, WindowKind.FULL, Pulses.DEFAULT);
        List<Target> targets = Targets.judge(Samples.good().add(slow, 20, 500, Map.of(Metric.COPIED, 4e6,
                Metric.HEAP, 1e6, Metric.LATENCY, 1e9)).results(), Samples.GPU, Samples.STARTUPS);
        assertThat(targets).filteredOn(t -> t.verdict() == Verdict.MISSED).extracting(Target::text)
                .containsExactly("0 bytes copied a frame", "0 heap bytes a frame above the floor",
                        "latency of one pulse",
                        "never slower than copying",
                        "full 1080p window, default pulses: not slower than copying");
        assertThat(targets.getFirst().found()).endsWith("opengl 1920x1080 full default");
    }
}
