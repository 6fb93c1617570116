package org.vkfx.interop.opengl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.vkfx.log.Log;

/**
 * The process's file descriptors, and how many Linux allows it. With Mesa's software Vulkan each exportable
 * VkDeviceMemory has one as long as it lives; that is the driver's, and what is exported besides is closed by GL once
 * it is imported. Any thread.
 */
final class OpenFiles {
    private static final Log LOG = Log.of(OpenFiles.class);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String SOFT_LIMIT = "^Max open files\\s+(\\d+)\\s.*";
    /** The application, the JVM and the drivers open files, too. */
    private static final double NEAR = 0.9;
    private static final AtomicBoolean WARNED = new AtomicBoolean();
    private static final long INTERVAL_NANOS = 100_000_000; // resizing makes images with every pulse
    private static volatile long lookedNanos = System.nanoTime() - INTERVAL_NANOS;

    private OpenFiles() {
    }

    /** Returns how many descriptors are open. */
    static long count() throws IOException {
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        }
    }

    /** Says once in a process, before it is met, that the limit is near. */
    static void warnBefore(int images) {
        long now = System.nanoTime();
        if (WARNED.get() || now - lookedNanos < INTERVAL_NANOS) {
            return;
        }
        lookedNanos = now;
        try {
            long open = count();
            long limit = limit();
            if (open + images > NEAR * limit && !WARNED.getAndSet(true)) {
                LOG.warning(open + " files are open, and " + images
                        + " images are about to be made, which with some"
                        + " drivers take a file descriptor each; the process may have " + limit
                        + ". Beyond that no images can be"
                        + " allocated, and the application can open no files. Raise the limit with ulimit -n before java is started"
                        + " (the JVM goes up to the hard limit by itself), or use fewer views or a smaller imageCount.",
                        null);
            }
        } catch (IOException | RuntimeException | Error e) {
            // not known: perhaps it is met already, and what is refused will say so
        }
    }

    private static long limit() throws IOException {
        try (Stream<String> lines = Files.lines(LIMITS)) {
            return lines.filter(line -> line.matches(SOFT_LIMIT)).findFirst()
                    // Unlimited.
                    .map(line -> Long.parseLong(line.replaceFirst(SOFT_LIMIT, "$1"))).orElse(Long.MAX_VALUE);
        }
    }
}
