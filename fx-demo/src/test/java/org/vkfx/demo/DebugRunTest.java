package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;

/** What is made of a process that behaves like the self-test, or does not. */
class DebugRunTest {
    private static List<Check> run(String script) {
        return run(script, Duration.ofSeconds(60));
    }

    private static List<Check> run(String script, Duration limit) {
        return run(script, "true", limit);
    }

    private static List<Check> run(String script, String control, Duration limit) {
        return new DebugRun(List.of("bash", "-c", script), List.of("bash", "-c", control), limit).checks();
    }

    private static List<Check> failures(String script) {
        return failures(run(script));
    }

    private static List<Check> failures(List<Check> checks) {
        return checks.stream().filter(check -> check.state() == State.FAILED).toList();
    }

    @Test
    void it_runs_under_the_three_debugging_variables() {
        List<Check> checks = run("""
                [[ $MTL_DEBUG_LAYER$NSZombieEnabled$OBJC_DEBUG_MISSING_POOLS == 1YESYES ]] &&
                echo "ok    all" && echo 'java[1:2] Metal API Validation Enabled' >&2""",
                "echo 'MISSING POOLS: (0x1) Object 0x2 of class A' >&2", Duration.ofSeconds(60));
        assertThat(checks).allSatisfy(check -> assertThat(check.state()).isEqualTo(State.PASSED));
        assertThat(checks.getLast().detail()).contains("MTL_DEBUG_LAYER=1, NSZombieEnabled=YES,"
                + " OBJC_DEBUG_MISSING_POOLS=YES");
    }

    @Test
    void moltenvk_logs_errors_only_unless_the_user_wants_more() {
        String level = System.getenv().getOrDefault("MVK_CONFIG_LOG_LEVEL", "1");
        assertThat(failures("[[ $MVK_CONFIG_LOG_LEVEL == " + level + " ]]")).isEmpty();
        Map<String, String> users = new HashMap<>(Map.of("MVK_CONFIG_LOG_LEVEL", "3"));
        DebugRun.quieten(users);
        assertThat(users).containsExactly(Map.entry("MVK_CONFIG_LOG_LEVEL", "3"));
    }

    @Test
    void its_failed_checks_and_what_was_printed_are_told() {
        assertThat(failures("""
                echo 'FAIL  retain balance      It is 2, not 3.'
                echo '*** -[A release]: message sent to deallocated instance 0x1' >&2
                exit 1"""))
                .extracting(Check::detail).containsExactly(
                        "*** -[A release]: message sent to deallocated instance 0x1",
                        "retain balance: It is 2, not 3.");
    }

    @Test
    void lines_of_the_simulators_are_failures_though_all_checks_passed() {
        assertThat(failures("echo 'mac-sim: committed twice' >&2")).extracting(Check::name)
                .containsExactly("Metal validation");
    }

    @Test
    void a_crash_is_a_failure_with_its_last_words() {
        assertThat(failures("echo 'something bad' >&2; kill -ABRT $$")).extracting(Check::detail)
                .containsExactly("It ended with status 134. Its last words: something bad");
    }

    @Test
    void a_process_that_hangs_is_ended_with_its_children() throws Exception {
        long begin = System.nanoTime();
        assertThat(failures(run("sleep 987654 & echo waiting >&2; wait", Duration.ofSeconds(2))))
                .extracting(Check::detail)
                .containsExactly("It did not end within 2 seconds. Its last words: waiting");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(ProcessHandle.allProcesses().filter(ProcessHandle::isAlive)
                .map(process -> process.info().commandLine().orElse(""))).noneMatch(line -> line.contains("987654"));
    }

    @Test
    void a_program_that_is_not_there_is_a_failure() {
        assertThat(new DebugRun(List.of("/does/not/exist"), List.of("true"), Duration.ofSeconds(9)).checks())
                .singleElement()
                .satisfies(check -> assertThat(check.detail()).startsWith("It could not be started: "));
    }

    private static final String DIES = """
            echo '-[MTLDebugRenderCommandEncoder setScissorRect:]:%s: failed assertion `(rect.x(%s)) must be <= 9' >&2
            kill -ABRT $$""";

    private static List<Check> checks(String script, String control) {
        return run(script, control, Duration.ofSeconds(60));
    }

    @Test
    void both_run_in_the_same_environment_and_only_what_the_control_run_did_not_say_fails() {
        String script = """
                echo 'java[1:2] Metal API Validation Enabled' >&2
                [[ $MTL_DEBUG_LAYER$NSZombieEnabled$OBJC_DEBUG_MISSING_POOLS == 1YESYES ]] &&
                echo "objc[$$]: MISSING POOLS: (0x$$) Object 0x1 of class A autoreleased with no pool in place" >&2
                """;
        assertThat(failures(checks(script, script))).isEmpty();
        assertThat(checks(script, script)).extracting(Check::detail)
                .contains("JavaFX alone, without a view and without Vulkan, makes macOS say 1 different lines.")
                .anyMatch(detail -> detail.startsWith("JavaFX's own, without a view too (1 times here, 1 there): "));
        assertThat(failures(checks(script.replace("class A", "class B"), script))).singleElement()
                .satisfies(check -> assertThat(check.detail()).contains("of class B"));
    }

    @Test
    void an_assertion_of_javafxs_own_that_ends_both_is_told_and_nothing_has_failed() {
        List<Check> checks = checks(DIES.formatted(12, 10), DIES.formatted(12, 11));
        assertThat(checks).extracting(Check::name).containsExactly("control run", "zombies", "autorelease pools",
                "Metal validation", "debug run");
        assertThat(checks).allSatisfy(check -> assertThat(check.state()).isEqualTo(State.NOT_APPLICABLE));
        assertThat(checks.getFirst().detail()).startsWith("JavaFX's own assertion").contains("(rect.x(11))");
        assertThat(checks.getLast().detail()).startsWith("JavaFX's own assertion").contains("(rect.x(10))");
    }

    @Test
    void checks_that_failed_before_such_an_assertion_have_failed() {
        assertThat(failures(checks("echo 'FAIL  export  It is wrong.'\n" + DIES.formatted(1, 1), DIES.formatted(1, 1))))
                .extracting(Check::detail).containsExactly("export: It is wrong.");
    }

    @Test
    void an_assertion_that_the_control_run_does_not_die_of_is_a_failure() {
        assertThat(failures(checks(DIES.formatted(1, 1), "true"))).extracting(Check::name)
                .containsExactly("Metal validation", "debug run");
        assertThat(failures(checks(DIES.formatted(1, 1).replace("rect.x", "rect.y"), DIES.formatted(1, 1))))
                .extracting(Check::name).containsExactly("Metal validation", "debug run");
    }

    @Test
    void a_control_run_that_ends_otherwise_is_a_failure_which_says_that_javafx_was_alone() {
        assertThat(failures(checks("true", "echo bad >&2; exit 3"))).extracting(Check::detail).containsExactly(
                "JavaFX alone, without a view and without Vulkan: It ended with status 3. Its last words: bad");
        assertThat(failures(checks("true", "echo 'FAIL  JavaFX alone  No window.'; exit 1"))).extracting(Check::detail)
                .containsExactly("JavaFX alone, without a view and without Vulkan: JavaFX alone: No window.");
    }

    @Test
    void what_did_not_apply_there_is_told() {
        assertThat(checks("echo 'n/a   retain balance      2, 4, 2.'; echo 'n/a   debug run  This is it.'", "true"))
                .filteredOn(check -> check.name().equals("debug run")).extracting(Check::detail)
                .hasSize(2).first().isEqualTo("retain balance: 2, 4, 2.");
    }
}
