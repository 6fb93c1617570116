package org.vkfx.demo;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;
import org.vkfx.InteropKind;

/**
 * The self-test once more, in a process under Metal's validation, zombie objects and the search for missing autorelease
 * pools. What they print is a failed check, line by line, unless it is JavaFX's own: a {@link ControlRun} in a process
 * of the same kind comes first.
 */
final class DebugRun {
    /** Set in that process, which must not start another. */
    static final String PROPERTY = "vkfx.demo.debugged";

    private static final String NAME = "debug run";
    private static final String CONTROL = "control run";
    /** What a process has that a signal ended, less the signal: on Linux and macOS. */
    private static final int SIGNALLED = 128;
    private static final Map<String, String> ENVIRONMENT = Map.of("MTL_DEBUG_LAYER", "1", "NSZombieEnabled", "YES",
            "OBJC_DEBUG_MISSING_POOLS", "YES");
    /** Else macOS decides by the kind of file whether logging goes to standard error. */
    private static final Map<String, String> AUDIBLE = Map.of("CFLOG_FORCE_STDERR", "YES");
    /** MoltenVK's errors only, unless the user wants more. */
    private static final String LOG_LEVEL = "MVK_CONFIG_LOG_LEVEL";
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration END = Duration.ofSeconds(10);

    private final List<String> command;
    private final List<String> control;
    private final Duration limit;

    /** How a process went; the status is null when it took too long. */
    private record Outcome(Integer status, List<String> output, List<String> said, DebugLines lines) {
        Outcome(Integer status, Path output, Path errors) throws IOException {
            this(status, read(output), read(errors));
        }

        private Outcome(Integer status, List<String> output, List<String> said) {
            this(status, output, said, new DebugLines(said));
        }

        private static List<String> read(Path file) throws IOException {
            // Whatever the encoding: nothing may be lost or refused.
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank()).toList();
        }

        /** Metal or Objective-C ended it by a signal, and has said why. */
        boolean wasPutToDeath() {
            return status != null && status > SIGNALLED && lines.deadly().isPresent();
        }

        String end(Duration limit) {
            return (status == null ? "It did not end within " + limit.toSeconds() + " seconds."
                    : "It ended with status " + status + ".")
                    + (said.isEmpty() ? "" : " Its last words: " + said.getLast());
        }

        /** The checks that it has told in that state, without the state. */
        List<String> told(String state) {
            return output.stream().filter(line -> line.startsWith(state))
                    .map(line -> line.substring(state.length()).strip().replaceFirst(" {2,}", ": ")).toList();
        }
    }

    /** Prepares to start this program again as it was started, for the same kind of interop. */
    DebugRun(InteropKind kind) {
        this(again(PROPERTY, kind), again(ControlRun.PROPERTY, kind), LIMIT);
    }

    /** Prepares to start a command, and another one without the bridge. */
    DebugRun(List<String> command, List<String> control, Duration limit) {
        this.command = command;
        this.control = control;
        this.limit = limit;
    }

    private static List<String> again(String property, InteropKind kind) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-agentlib:jdwp")) // its port is taken
                .forEach(command::add);
        command.addAll(List.of("-D" + property + "=true", "-cp", System.getProperty("java.class.path"),
                Demo.class.getName(), "--self-test", "--interop", Figures.text(kind)));
        return command;
    }

    /** Runs both and says what came of it. Waits. */
    List<Check> checks() {
        if (Boolean.getBoolean(PROPERTY)) {
            return List.of(new Check(NAME, State.NOT_APPLICABLE, "This is it."));
        }
        try {
            Outcome alone = run(control);
            return checks(run(command), alone);
        } catch (IOException e) {
            return List.of(failed("It could not be started: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of(failed("It was interrupted."));
        }
    }

    private Outcome run(List<String> what) throws IOException, InterruptedException {
        Path output = Files.createTempFile("vkfx-self-test", ".out");
        Path errors = Files.createTempFile("vkfx-self-test", ".err");
        try {
            return new Outcome(run(what, output, errors), output, errors);
        } finally {
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        }
    }

    /** Returns the exit status, or null when it took too long. */
    private Integer run(List<String> what, Path output, Path errors) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(what).redirectInput(ProcessBuilder.Redirect.from(nothing()))
                .redirectOutput(output.toFile()).redirectError(errors.toFile());
        builder.environment().putAll(ENVIRONMENT);
        builder.environment().putAll(AUDIBLE);
        quieten(builder.environment());
        Process process = builder.start();
        Thread with = Thread.ofPlatform().unstarted(() -> destroy(process)); // when this process is ended meanwhile
        Runtime.getRuntime().addShutdownHook(with);
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : null;
        } finally {
            destroy(process);
            process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS);
            Runtime.getRuntime().removeShutdownHook(with);
        }
    }

    static void quieten(Map<String, String> environment) {
        environment.putIfAbsent(LOG_LEVEL, "1");
    }

    private static void destroy(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static File nothing() {
        return new File(File.separatorChar == '\\' ? "NUL" : "/dev/null");
    }

    private List<Check> checks(Outcome debugged, Outcome alone) {
        List<Check> checks = new ArrayList<>(List.of(control(alone)));
        List<String> failures = debugged.told(SelfTestReport.FAILED);
        if (alone.wasPutToDeath() && debugged.wasPutToDeath() && debugged.lines().diesAs(alone.lines())) {
            // Neither has said all that it would have: what is missing in the one proves nothing about the other.
            String why = "JavaFX's own assertion ends this run as it ends one without a view: "
                    + debugged.lines().deadly().orElseThrow();
            for (DebugLine author : DebugLine.values()) {
                checks.add(new Check(author.check(), State.NOT_APPLICABLE, why));
            }
            failures.forEach(line -> checks.add(failed(line)));
            checks.add(new Check(NAME, State.NOT_APPLICABLE, why));
            return checks;
        }
        checks.addAll(debugged.lines().checks(alone.lines()));
        debugged.told(SelfTestReport.NOT_APPLICABLE).stream().filter(line -> !line.startsWith(NAME))
                .forEach(line -> checks.add(new Check(NAME, State.NOT_APPLICABLE, line)));
        failures.forEach(line -> checks.add(failed(line)));
        if (debugged.status() == null || debugged.status() != 0 && failures.isEmpty()) {
            checks.add(failed(debugged.end(limit)));
        } else if (debugged.status() == 0) {
            checks.add(new Check(NAME, State.PASSED, "All checks passed once more under " + String.join(", ",
                    ENVIRONMENT.entrySet().stream().map(Object::toString).sorted().toList()) + "."));
        }
        return checks;
    }

    private Check control(Outcome alone) {
        if (alone.status() != null && alone.status() == 0) {
            return new Check(CONTROL, State.PASSED, "JavaFX alone, without a view and without Vulkan, makes macOS say "
                    + alone.lines().different() + " different lines.");
        }
        if (alone.wasPutToDeath()) {
            return new Check(CONTROL, State.NOT_APPLICABLE,
                    "JavaFX's own assertion, without a view and without Vulkan: "
                            + alone.lines().deadly().orElseThrow());
        }
        List<String> failures = alone.told(SelfTestReport.FAILED);
        return new Check(CONTROL, State.FAILED, "JavaFX alone, without a view and without Vulkan: "
                + (failures.isEmpty() ? alone.end(limit) : String.join(" ", failures)));
    }

    private static Check failed(String why) {
        return new Check(NAME, State.FAILED, why);
    }
}
