package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;

/** Which lines are JavaFX's own, and which are not. */
class DebugLinesTest {
    private static final String GREETING = "2026-01-02 10:11:12.345 java[123:4567] Metal API Validation Enabled";
    private static final String[] ASSERTION = {
            "-[MTLDebugRenderCommandEncoder setScissorRect:]:3812: failed assertion `Set Scissor Rect Validation",
            "(rect.x(0) + rect.width(1010))(1010) must be <= render pass width(100)", "'"};

    private static String pool(String thread, String type) {
        return "objc[9]: MISSING POOLS: (" + thread + ") Object 0x2 of class " + type
                + " autoreleased with no pool in place - just leaking - break on objc_autoreleaseNoPool() to debug";
    }

    private static List<String> lines(Object... lines) {
        List<String> all = new ArrayList<>(List.of(GREETING));
        for (Object line : lines) {
            all.addAll(line instanceof String[] several ? List.of(several) : List.of((String) line));
        }
        return all;
    }

    private static List<Check> checks(List<String> debugged, List<String> control) {
        return new DebugLines(debugged).checks(new DebugLines(control));
    }

    private static List<Check> failures(List<String> debugged, List<String> control) {
        return checks(debugged, control).stream().filter(check -> check.state() == State.FAILED).toList();
    }

    @Test
    void silence_passes_where_something_was_on() {
        assertThat(checks(List.of(GREETING), List.of(pool("0x1", "A")))).hasSize(3)
                .allSatisfy(check -> assertThat(check.state()).isEqualTo(State.PASSED));
        assertThat(checks(List.of(), List.of(GREETING, pool("0x1", "A"))))
                .filteredOn(check -> check.state() == State.NOT_APPLICABLE).extracting(Check::name)
                .containsExactly("Metal validation");
        assertThat(checks(List.of(GREETING), List.of(GREETING)))
                .filteredOn(check -> check.state() == State.NOT_APPLICABLE).extracting(Check::name)
                .containsExactly("autorelease pools");
    }

    @Test
    void each_different_line_is_a_failed_check_and_repetitions_are_counted() {
        assertThat(failures(lines(pool("0x1", "A"), pool("0x7", "A"), pool("0x7", "B")), List.of()))
                .extracting(Check::name, Check::detail)
                .containsExactly(tuple("autorelease pools", pool("0x1", "A") + " (2 times)"),
                        tuple("autorelease pools", pool("0x7", "B")));
    }

    @Test
    void very_many_lines_are_not_all_told() {
        List<Check> failures = failures(
                IntStream.range(0, 1000).mapToObj(i -> "mac-sim: offence " + "x".repeat(i)).toList(), List.of());
        assertThat(failures).hasSize(21).last()
                .satisfies(check -> assertThat(check.detail()).isEqualTo("And 980 more different lines."));
    }

    /** All that differs between the two runs is addresses, numbers and times. */
    @Test
    void what_is_said_without_a_view_too_is_javafxs_own_and_told_with_its_counts() {
        List<Check> checks = checks(
                lines(pool("0x7fff1", "A"), DebugLines.ALONE, pool("0x7fff1", "B"), pool("0x7fff1", "B"),
                        "2026-01-02 10:11:12.345 java[1:2] *** -[C release]: message sent to deallocated instance 0x6"),
                lines(pool("0x55", "A"), DebugLines.ALONE, pool("0x55", "B"),
                        "2027-08-09 01:02:03.004 java[8:9] *** -[C release]: message sent to deallocated instance 0x7"));
        assertThat(checks).extracting(Check::name, Check::state).containsExactly(
                tuple("zombies", State.NOT_APPLICABLE), tuple("zombies", State.PASSED),
                tuple("autorelease pools", State.NOT_APPLICABLE), tuple("autorelease pools", State.NOT_APPLICABLE),
                tuple("autorelease pools", State.PASSED), tuple("Metal validation", State.PASSED));
        assertThat(checks).extracting(Check::detail).contains(
                "JavaFX's own, without a view too (2 times here, 1 there): " + pool("0x7fff1", "B"),
                "Nothing was said but what is JavaFX's own, and it was on.");
    }

    @Test
    void what_is_said_before_the_bridge_begins_is_javafxs_own_though_the_control_run_did_not_get_so_far() {
        assertThat(failures(lines(pool("0x1", "A"), DebugLines.ALONE, pool("0x1", "A")), List.of())).isEmpty();
        assertThat(failures(lines(pool("0x1", "A")), List.of())).as("nobody has said where that ended").hasSize(1);
    }

    /** The driver autoreleases the device for whoever lets go of a texture. */
    @Test
    void another_thread_does_not_hide_behind_javafxs_where_the_class_is_the_same() {
        List<String> control = lines(pool("0x55", "Device"), DebugLines.ALONE, pool("0x55", "Device"));
        assertThat(failures(lines(pool("0x1", "Device"), DebugLines.ALONE, pool("0x1", "Device"),
                pool("0x2", "Device")), control)).singleElement()
                .satisfies(check -> assertThat(check.detail()).isEqualTo(pool("0x2", "Device")));
    }

    @Test
    void other_threads_of_javafxs_are_found_in_the_control_run() {
        List<String> control = lines(pool("0x55", "A"), DebugLines.ALONE, pool("0x66", "Device"));
        assertThat(failures(lines(pool("0x1", "A"), DebugLines.ALONE, pool("0x2", "Device")), control)).isEmpty();
    }

    @Test
    void classes_with_digits_are_different_classes() {
        assertThat(failures(lines(DebugLines.ALONE, pool("0x1", "AGXG13XDevice")),
                lines(DebugLines.ALONE, pool("0x1", "AGXG14XDevice")))).hasSize(1);
    }

    @Test
    void an_assertion_is_told_whole_and_is_the_same_with_other_numbers() {
        DebugLines died = new DebugLines(lines((Object) ASSERTION));
        assertThat(died.deadly()).contains("-[MTLDebugRenderCommandEncoder setScissorRect:]:3812: failed assertion `Set"
                + " Scissor Rect Validation (rect.x(0) + rect.width(1010))(1010) must be <= render pass width(100) '");
        String[] other = ASSERTION.clone();
        other[1] = "(rect.x(7) + rect.width(2020))(2027) must be <= render pass width(640)";
        assertThat(died.diesAs(new DebugLines(lines((Object) other)))).isTrue();
        other[1] = "(rect.y(7) + rect.height(2020))(2027) must be <= render pass height(640)";
        assertThat(died.diesAs(new DebugLines(lines((Object) other)))).isFalse();
        assertThat(died.diesAs(new DebugLines(List.of()))).isFalse();
        assertThat(new DebugLines(lines(pool("0x1", "A"))).deadly()).as("that is not deadly").isEmpty();
    }
}
