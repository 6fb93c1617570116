package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;

/** Lines as macOS and src/mac-sim print them. */
class DebugLineTest {
    private static final String GREETING = "2026-01-02 10:11:12.345 java[123:4567] Metal API Validation Enabled";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -[MTLDebugRenderCommandEncoder validateCommonDrawErrors:]:5775: failed assertion `Draw Errors'| VALIDATION
            -[MTLTextureDescriptorInternal validateWithDevice:]:1357: failed assertion `Texture Descriptor'| VALIDATION
            2026-01-02 10:11:12 java[1:2] *** -[MTLTexture release]: message sent to deallocated instance 0x6| ZOMBIES
            objc[9]: MISSING POOLS: (0x1) Object 0x2 of class A autoreleased with no pool in place - just leaking| MISSING_POOLS
            mac-sim: MTLCommandBuffer 0x1 autoreleased with no pool in place: it leaks| MISSING_POOLS
            mac-sim: a texture is used whose wrapper 0x1 has been released| ZOMBIES
            mac-sim: nCreateRT2: 0x1 is no living MTLTexture| VALIDATION
            """)
    void a_line_has_its_author(String line, DebugLine author) {
        assertThat(DebugLine.of(line)).contains(author);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2026-01-02 10:11:12.345 java[123:4567] Metal API Validation Enabled
            (java:1): Gdk-WARNING **: 18:22:58.004: XSetErrorHandler() called with a GDK error trap pushed.
            WARNING: Unsupported JavaFX configuration: classes were loaded from 'unnamed module @1'
            """)
    void others_lines_are_nobodys(String line) {
        assertThat(DebugLine.of(line)).isEmpty();
    }

    @Test
    void silence_passes_where_something_was_on() {
        assertThat(DebugLine.checks(List.of(GREETING))).hasSize(3)
                .allSatisfy(check -> assertThat(check.state()).isEqualTo(State.PASSED));
        assertThat(DebugLine.checks(List.of())).filteredOn(check -> check.name().equals("Metal validation"))
                .extracting(Check::state).containsExactly(State.NOT_APPLICABLE);
    }

    @Test
    void each_different_line_is_a_failed_check_and_repetitions_are_counted() {
        List<Check> checks = DebugLine.checks(List.of(GREETING,
                "objc[9]: MISSING POOLS: (0x1) Object 0x2 of class A autoreleased with no pool in place",
                "objc[9]: MISSING POOLS: (0x7) Object 0x8 of class A autoreleased with no pool in place",
                "objc[9]: MISSING POOLS: (0x7) Object 0x8 of class B autoreleased with no pool in place"));
        assertThat(checks).filteredOn(check -> check.state() == State.FAILED).extracting(Check::name, Check::detail)
                .containsExactly(
                        tuple("autorelease pools",
                                "objc[9]: MISSING POOLS: (0x1) Object 0x2 of class A autoreleased with no pool in place"
                                        + " (2 times)"),
                        tuple("autorelease pools",
                                "objc[9]: MISSING POOLS: (0x7) Object 0x8 of class B autoreleased with no pool in place"));
    }

    @Test
    void very_many_lines_are_not_all_told() {
        List<Check> checks = DebugLine
                .checks(IntStream.range(0, 1000).mapToObj(i -> "mac-sim: offence " + "x".repeat(i)).toList());
        assertThat(checks).filteredOn(check -> check.state() == State.FAILED).hasSize(21).last()
                .satisfies(check -> assertThat(check.detail()).isEqualTo("And 980 more different lines."));
    }
}
