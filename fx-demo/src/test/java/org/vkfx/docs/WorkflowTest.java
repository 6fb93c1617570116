package org.vkfx.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The workflows do what anybody can do: each command is a script of the project, with options that its help lists. */
class WorkflowTest {
    private static final Path FOLDER = Repository.ROOT.resolve(".github/workflows");

    static List<Path> workflows() {
        return Repository.files(FOLDER, ".yml").toList();
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void a_workflow_runs_the_projects_scripts_on_every_system_and_has_no_rights(Path file) {
        assertThat(new Workflow(Repository.read(file)).problems(WorkflowTest::explains)).isEmpty();
    }

    @Test
    void there_is_a_workflow_and_no_file_that_only_looks_like_one() throws IOException {
        assertThat(workflows()).isNotEmpty();
        try (Stream<Path> all = Files.list(FOLDER)) {
            assertThat(all.toList()).containsExactlyInAnyOrderElementsOf(workflows());
        }
    }

    /** What the scripts of workflows call are scripts again, with options that their help lists. */
    @ParameterizedTest
    @MethodSource("scripts")
    void the_scripts_of_workflows_call_scripts_by_options_that_exist(Path script) {
        List<String> calls = Pattern.compile("/(src/bin/[\\w-]+)\"((?: --[\\w-]+)*)").matcher(Repository.read(script))
                .results().map(m -> m.group(1) + m.group(2)).toList();
        assertThat(calls).isNotEmpty().allSatisfy(call -> {
            String[] words = call.split(" ");
            assertThat(Repository.ROOT.resolve(words[0])).isExecutable();
            assertThat(List.of(words).subList(1, words.length)).allMatch(option -> explains(words[0], option));
        });
    }

    static List<Path> scripts() throws IOException {
        try (Stream<Path> all = Files.list(Repository.ROOT.resolve(".ci"))) {
            return all.sorted().toList();
        }
    }

    @Test
    void what_is_wrong_with_a_workflow_is_found() {
        Workflow workflow = new Workflow("""
                on: {pull_request_target: {}}
                permissions: {contents: write}
                jobs:
                  build:
                    runs-on: ubuntu-latest
                    strategy: {matrix: {os: [ubuntu-latest, windows-latest]}}
                    steps:
                      - uses: actions/checkout@main
                      - name: Build
                        run: mvn verify
                      - name: Test
                        if: matrix.os != 'windows-latest'
                        run: .ci/run --fast
                      - name: Self-test
                        run: .ci/self-test --json | tee out
                        env: {TOKEN: "${{ secrets.TOKEN }}"}
                      - uses: actions/upload-artifact@v4
                        if: ${{ always() }}
                        with: {name: report, path: target/self-test.json}
                      - uses: actions/upload-artifact@v4
                        if: ${{ failure() }}
                        with: {name: picture, path: target/demo.png}
                """);
        assertThat(workflow.problems(WorkflowTest::explains)).containsExactly("it may do more than read",
                "runs of one branch do not replace each other", "it asks for a secret",
                "it runs what strangers propose with the rights of the repository",
                "the shell is not bash everywhere", "job build: no timeout", "job build: does not run on matrix.os",
                "job build: not on macos", "job build: no step Build of every system that runs src/bin/demo",
                "job build: no step Screenshot of every system that runs .ci/screenshot",
                "job build: no step Test of every system that runs .ci/run",
                "job build: target/demo.png is not always kept",
                "job build: actions/checkout@main is not pinned", "job build: mvn is no script of the project",
                "job build: .ci/run does not explain --fast", "job build: .ci/self-test does not explain |",
                "job build: .ci/self-test does not explain tee", "job build: .ci/self-test does not explain out");
    }

    @Test
    void actionlint_has_nothing_to_say() throws Exception {
        assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "actionlint"))), "actionlint is not in PATH");
        for (Path file : workflows()) {
            Process process = new ProcessBuilder("actionlint", file.toString()).directory(Repository.ROOT.toFile())
                    .redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
        }
    }

    /** The demo's own options are in its help, as its tests know; the others' help is in the scripts. */
    private static boolean explains(String script, String option) {
        String help = switch (script) {
            case "src/bin/demo", ".ci/self-test", ".ci/screenshot" -> Repository.read("src/bin/demo")
                    + Repository.read("fx-demo/src/main/java/org/vkfx/demo/Options.java")
                    + Repository.read("fx-demo/src/main/java/org/vkfx/demo/Demo.java");
            default -> Repository.read("src/bin/test").replaceFirst("(?s)\nU\n.*", "");
        };
        return Pattern.compile("[\"\\s]" + Pattern.quote(option) + "[\"\\s=)]").matcher(help).find();
    }
}
