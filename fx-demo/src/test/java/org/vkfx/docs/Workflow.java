package org.vkfx.docs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

import org.yaml.snakeyaml.Yaml;

/** A workflow of GitHub's, and what is wrong with it by the rules of this project. */
final class Workflow {
    private static final Set<String> SYSTEMS = Set.of("ubuntu", "macos", "windows");
    private static final String ACTION = "[\\w-]+/[\\w/-]+@(v\\d+|[0-9a-f]{40})";
    private static final String MATRIX_OS = "${{ matrix.os }}";
    /** What every system has to do, by the names of the steps. */
    private static final Map<String, String> STEPS = Map.of("Build", "src/bin/demo", "Test", ".ci/run", "Self-test",
            ".ci/self-test", "Screenshot", ".ci/screenshot");
    /** What these leave, which is kept whatever came of it. */
    private static final List<String> REPORT = List.of("target/self-test.json", "target/demo.png");

    private final String text;
    private final Map<?, ?> root;
    private final List<String> problems = new ArrayList<>();

    Workflow(String text) {
        this.text = text;
        root = new Yaml().load(text);
    }

    /**
     * Finds all that is wrong.
     *
     * @param explains whether a script of the project, by its path, explains an option
     * @return sentences, none if all is well
     */
    List<String> problems(BiPredicate<String, String> explains) {
        problems.clear();
        check(Map.of("contents", "read").equals(root.get("permissions")), "it may do more than read");
        check(root.get("concurrency") != null, "runs of one branch do not replace each other");
        check(!text.contains("secrets."), "it asks for a secret");
        check(!text.contains("pull_request_target"),
                "it runs what strangers propose with the rights of the repository");
        check("bash".equals(at(root, "defaults", "run", "shell")), "the shell is not bash everywhere");
        jobs().forEach((name, job) -> check((Map<?, ?>) job, "job " + name + ": ", explains));
        return List.copyOf(problems);
    }

    private void check(boolean right, String problem) {
        if (!right) {
            problems.add(problem);
        }
    }

    private Map<?, ?> jobs() {
        return (Map<?, ?>) root.get("jobs");
    }

    private void check(Map<?, ?> job, String where, BiPredicate<String, String> explains) {
        check(job.get("timeout-minutes") instanceof Integer, where + "no timeout");
        check(MATRIX_OS.equals(job.get("runs-on")), where + "does not run on matrix.os");
        List<?> systems = at(job, "strategy", "matrix", "os") instanceof List<?> list ? list : List.of();
        SYSTEMS.stream().sorted().filter(s -> systems.stream().noneMatch(os -> os.toString().startsWith(s + "-")))
                .forEach(missing -> problems.add(where + "not on " + missing));
        List<Map<?, ?>> steps = ((List<?>) job.get("steps")).stream().<Map<?, ?>>map(s -> (Map<?, ?>) s).toList();
        STEPS.keySet().stream().sorted().forEach(name -> check(
                steps.stream().anyMatch(step -> name.equals(step.get("name")) && isForAll(step)
                        && commands(step).anyMatch(c -> c.split(" ")[0].equals(STEPS.get(name)))),
                where + "no step " + name + " of every system that runs " + STEPS.get(name)));
        for (String file : REPORT) {
            check(steps.stream().anyMatch(step -> keeps(step, file)), where + file + " is not always kept");
        }
        for (Map<?, ?> step : steps) {
            Object action = step.get("uses");
            check(action == null || action.toString().matches(ACTION), where + action + " is not pinned");
            commands(step).forEach(command -> check(command, where, explains));
        }
    }

    private static boolean isForAll(Map<?, ?> step) {
        String condition = String.valueOf(step.get("if"));
        return !condition.contains("matrix.") && !condition.contains("runner.");
    }

    private static boolean keeps(Map<?, ?> step, String file) {
        return String.valueOf(step.get("uses")).startsWith("actions/upload-artifact@")
                && List.of("${{ !cancelled() }}", "${{ always() }}").contains(String.valueOf(step.get("if")))
                && String.valueOf(at(step, "with", "path")).lines().anyMatch(file::equals);
    }

    private static Stream<String> commands(Map<?, ?> step) {
        return step.get("run") instanceof String run ? run.strip().lines() : Stream.of();
    }

    private void check(String command, String where, BiPredicate<String, String> explains) {
        String[] words = command.split(" ");
        Path script = Repository.ROOT.resolve(words[0]);
        if (!words[0].matches("(src/bin|\\.ci)/[\\w-]+") || !Files.isRegularFile(script)) {
            problems.add(where + words[0] + " is no script of the project");
            return;
        }
        check(Files.isExecutable(script), where + words[0] + " cannot be executed");
        Arrays.stream(words).skip(1).filter(option -> !option.matches("--[\\w-]+") || !explains.test(words[0], option))
                .forEach(option -> problems.add(where + words[0] + " does not explain " + option));
    }

    private static Object at(Map<?, ?> map, String... keys) {
        Object value = map;
        for (String key : keys) {
            value = value instanceof Map<?, ?> inner ? inner.get(key) : null;
        }
        return value;
    }
}
