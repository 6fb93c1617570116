package org.vkfx.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What src/mutations/run makes of the outcomes that tests can have: with a Maven that only plays them. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "src/mutations is for Linux.")
class MutationsTest {
    private static final int LIMIT_SECONDS = 60;

    @TempDir
    private Path folder;

    private Path project;

    @BeforeEach
    void lay_out_a_project_whose_tests_pass() throws IOException {
        project = folder.resolve("project");
        copy("src/mutations/run", project.resolve("src/mutations/run"));
        copy("src/bin/TestSummary.java", project.resolve("src/bin/TestSummary.java"));
        copy("fx-demo/src/test/resources/fakes/mvn-with-outcome", folder.resolve("fakes/mvn"));
        Files.writeString(Files.createDirectory(project.resolve("bridge")).resolve("outcome"), "passes\n");
    }

    private static void copy(String from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(Repository.ROOT.resolve(from), to);
    }

    /** A mutation after which the tests come out so. */
    private void mutation(String name, String outcome, String reason) throws IOException {
        Files.writeString(project.resolve("src/mutations/" + name + ".patch"), """
                For this test.
                Test: default-test ATest
                Fails: %s

                diff --git a/bridge/outcome b/bridge/outcome
                --- a/bridge/outcome
                +++ b/bridge/outcome
                @@ -1 +1 @@
                -passes
                +%s
                """.formatted(reason, outcome));
    }

    /** Runs all mutations; returns their lines, and the last one. */
    private String run(int status) throws Exception {
        Path out = folder.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(ScriptsTest.BASH, project.resolve("src/mutations/run").toString())
                .redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("PATH", folder.resolve("fakes") + ":/usr/bin:/bin");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
        Process process = builder.start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        String output = Repository.read(out);
        assertThat(process.exitValue()).as(output).isEqualTo(status);
        return output.substring(output.indexOf("Mutations:\n"));
    }

    /** A change of the bridge may leave a patch behind; src/bin/test --mutations would tell much later. */
    @Test
    void every_patch_applies_to_what_there_is_and_says_what_must_fail() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Path patch : Repository.files(Repository.ROOT.resolve("src/mutations"), ".patch").toList()) {
            Process git = new ProcessBuilder("git", "apply", "--check", patch.toString())
                    .directory(Repository.ROOT.toFile()).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            String head = Repository.read(patch).split("\ndiff ")[0];
            if (git.waitFor() != 0 || !head.matches("(?s).+\nTest: \\S+ \\S+\nFails: .+")) {
                wrong.add(patch.getFileName().toString());
            }
        }
        assertThat(wrong).as("patches that do not apply, or do not say what must fail").isEmpty();
    }

    @Test
    void a_failure_for_the_reason_named_is_caught() throws Exception {
        mutation("a", "fails", "it (leaks|crashes)");
        assertThat(run(0)).contains("  caught    a ", "A.a: it leaks", "1 mutations caught, 0 survived, 0 crashed")
                .doesNotContain("CRASHED", "SURVIVED");
    }

    @Test
    void a_test_jvm_that_dies_or_is_killed_has_caught_nothing_and_says_so() throws Exception {
        mutation("a", "dies", "it leaks");
        mutation("b", "hangs", "it leaks");
        assertThat(run(1))
                .containsPattern("  CRASHED   a +The forked VM terminated .*, expected /it leaks/ from ATest")
                .containsPattern("  CRASHED   b +There was a timeout in the fork, expected")
                .contains("0 mutations caught, 0 survived, 2 crashed").doesNotContain("SURVIVED");
    }

    @Test
    void what_no_test_or_another_reason_tells_has_survived_also_after_one_that_crashed() throws Exception {
        mutation("a", "dies", "it leaks");
        mutation("b", "passes", "it leaks");
        mutation("c", "fails", "it tears");
        mutation("d", "fails", "it leaks");
        assertThat(run(1)).containsPattern("  CRASHED   a ")
                .containsPattern("  SURVIVED  b +1 passed, 0 failed, 0 skipped, expected /it leaks/ from ATest")
                .containsPattern("  SURVIVED  c +0 passed, 1 failed, 0 skipped, expected /it tears/ from ATest")
                .contains("  caught    d ", "1 mutations caught, 2 survived, 1 crashed");
    }
}
