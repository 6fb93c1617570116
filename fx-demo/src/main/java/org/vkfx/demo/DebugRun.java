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
 * The self-test once more, in a process under Metal's validation, zombie objects and the search for missing autorelease pools.
 * What they print is a failed check, line by line.
 */
final class DebugRun {
    /** Set in that process, which must not start another. */
    static final String PROPERTY = "vkfx.demo.debugged";

    private static final String NAME = "debug run";
    private static final Map<String, String> ENVIRONMENT = Map.of("MTL_DEBUG_LAYER", "1", "NSZombieEnabled", "YES",
            "OBJC_DEBUG_MISSING_POOLS", "YES");
    /** Else macOS decides by the kind of file whether logging goes to standard error. */
    private static final Map<String, String> AUDIBLE = Map.of("CFLOG_FORCE_STDERR", "YES");
    /** MoltenVK's errors only, unless the user wants more. */
    private static final String LOG_LEVEL = "MVK_CONFIG_LOG_LEVEL";
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration END = Duration.ofSeconds(10);

    private final List<String> command;
    private final Duration limit;

    /** Prepares to start this program again as it was started, for the same kind of interop. */
    DebugRun(InteropKind kind) {
        this(again(kind), LIMIT);
    }

    /** Prepares to start a command. */
    DebugRun(List<String> command, Duration limit) {
        this.command = command;
        this.limit = limit;
    }

    private static List<String> again(InteropKind kind) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-agentlib:jdwp")) // its port is taken
                .forEach(command::add);
        command.addAll(List.of("-D" + PROPERTY + "=true", "-cp", System.getProperty("java.class.path"),
                Demo.class.getName(), "--self-test", "--interop", Figures.text(kind)));
        return command;
    }

    /** Runs it and says what came of it. Waits. */
    List<Check> checks() {
        if (Boolean.getBoolean(PROPERTY)) {
            return List.of(new Check(NAME, State.NOT_APPLICABLE, "This is it."));
        }
        try {
            Path output = Files.createTempFile("vkfx-self-test", ".out");
            Path errors = Files.createTempFile("vkfx-self-test", ".err");
            try {
                return checks(run(output, errors), output, errors);
            } finally {
                Files.deleteIfExists(output);
                Files.deleteIfExists(errors);
            }
        } catch (IOException e) {
            return List.of(failed("It could not be started: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of(failed("It was interrupted."));
        }
    }

    /** Returns the exit status, or null when it took too long. */
    private Integer run(Path output, Path errors) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.from(nothing()))
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

    private List<Check> checks(Integer status, Path output, Path errors) throws IOException {
        List<String> said = lines(errors);
        List<Check> checks = DebugLine.checks(said);
        List<String> failures = lines(output).stream().filter(line -> line.startsWith(SelfTestReport.FAILED)).toList();
        failures.forEach(line -> checks.add(failed(line.substring(SelfTestReport.FAILED.length()).strip()
                .replaceFirst(" {2,}", ": "))));
        if (status == null) {
            checks.add(failed("It did not end within " + limit.toSeconds() + " seconds." + last(said)));
        } else if (status != 0 && failures.isEmpty()) {
            checks.add(failed("It ended with status " + status + "." + last(said)));
        } else if (status == 0) {
            checks.add(new Check(NAME, State.PASSED, "All checks passed once more under " + String.join(", ",
                    ENVIRONMENT.entrySet().stream().map(Object::toString).sorted().toList()) + "."));
        }
        return checks;
    }

    private static String last(List<String> said) {
        return said.isEmpty() ? "" : " Its last words: " + said.getLast();
    }

    private static List<String> lines(Path file) throws IOException {
        // Whatever the encoding: nothing may be lost or refused.
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines()
                .filter(line -> !line.isBlank()).toList();
    }

    private static Check failed(String why) {
        return new Check(NAME, State.FAILED, why);
    }
}
