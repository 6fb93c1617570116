package org.vkfx.bench;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.vkfx.bench.Cell.Pulses;

/** Starts processes like this one, in which classes are rewritten so that they can be measured. */
final class Child implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private final Path folder;
    private final List<String> jvmOptions;

    /**
     * Rewrites the classes.
     *
     * @param jvmOptions more options of the processes
     */
    Child(List<String> jvmOptions) throws IOException {
        this.jvmOptions = jvmOptions;
        folder = Files.createTempDirectory("vkfx-bench");
        Instrumentation.write(bridge(), javafx());
    }

    private Path bridge() {
        return folder.resolve("bridge");
    }

    private Path javafx() {
        return folder.resolve("javafx");
    }

    /** A file for a process's results. */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** Runs a main class and waits for its end; it writes where this one does. */
    void run(Pulses pulses, Class<?> main, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        boolean modules = System.getProperty("jdk.module.path") != null;
        String classPath = bridge() + File.pathSeparator + System.getProperty("java.class.path");
        if (modules) {
            command.addAll(List.of("--patch-module", "javafx.graphics=" + javafx(), "--add-reads",
                    "javafx.graphics=ALL-UNNAMED"));
        } else {
            classPath = javafx() + File.pathSeparator + classPath; // JavaFX is on the class path too, as in tests
        }
        command.addAll(List.of("-cp", classPath, "-Dprism.maxTextureSize=8192", "-Dprism.maxvram=8G"));
        if (pulses == Pulses.FULL) {
            command.addAll(List.of("-Djavafx.animation.fullspeed=true", "-Dprism.vsync=false"));
        }
        command.addAll(jvmOptions);
        command.add(main.getName());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).inheritIO().start();
        Thread end = Thread.ofPlatform().unstarted(process::destroy);
        Runtime.getRuntime().addShutdownHook(end);
        int status = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(end);
        if (status != 0) {
            throw new IllegalStateException("A measuring process ended with status " + status + ", see above.");
        }
    }

    /** Ends a process that was started here; what hangs in a driver does not keep it. */
    static void exit(int status) {
        Thread.ofPlatform().daemon().start(() -> {
            LockSupport.parkNanos(PATIENCE);
            Runtime.getRuntime().halt(status);
        });
        System.exit(status);
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
