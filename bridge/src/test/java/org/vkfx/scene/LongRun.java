package org.vkfx.scene;

import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * How far the tests with the tag "long" go, and what the process has meanwhile. Their short forms run with all other
 * tests; src/bin/test --long asks for more by system properties, and tells what the curves say.
 */
final class LongRun implements AutoCloseable {
    private static final Path FOLDER = Path.of("target/long");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long INTERVAL_NANOS = 200_000_000;

    private final long begin = System.nanoTime();
    private final BufferedWriter curve;
    private long last = begin - INTERVAL_NANOS;
    private int steps;

    /**
     * Begins the curve target/long/NAME.csv: seconds, steps, resident memory in KiB, open file descriptors. Zeros where
     * the system does not tell.
     */
    LongRun(String name) {
        try {
            curve = Files.newBufferedWriter(Files.createDirectories(FOLDER).resolve(name + ".csv"));
            curve.write("seconds,steps,rss_kib,descriptors\n");
            write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often something is to be done: the system property vkfx.long.WHAT, or what does for the short form. */
    static int count(String what, int shortForm) {
        return Integer.getInteger("vkfx.long." + what, shortForm);
    }

    /** One more of what this is long of; a point of the curve now and then. */
    void step() {
        steps++;
        if (System.nanoTime() - last >= INTERVAL_NANOS) {
            write();
        }
    }

    /** Returns the time since this was made. */
    double seconds() {
        return (System.nanoTime() - begin) / 1e9;
    }

    private void write() {
        last = System.nanoTime();
        try {
            curve.write("%.1f,%d,%d,%d%n".formatted(seconds(), steps, residentKib(), descriptors()));
            curve.flush(); // also of a process that does not survive
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the number of open file descriptors. */
    static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? 0 : open.length;
    }

    private static long residentKib() throws IOException {
        if (!Files.exists(STATUS)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
        }
    }

    @Override
    public void close() {
        write();
        try {
            curve.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
