package org.vkfx.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** The files of this repository, found from wherever the tests run. */
final class Repository {
    static final Path ROOT = root();
    static final Path README = ROOT.resolve("README.md");
    static final Path SITE = ROOT.resolve("src/site/markdown");
    static final Path BRIDGE = ROOT.resolve("bridge/src/main/java");

    private Repository() {
    }

    private static Path root() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("src/site/markdown"))) {
                return at;
            }
        }
        throw new IllegalStateException("The tests run outside of the repository.");
    }

    /** README and site. */
    static List<Path> pages() {
        return Stream.concat(Stream.of(README), files(SITE, ".md")).toList();
    }

    static Stream<Path> files(Path folder, String ending) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(String file) {
        return read(ROOT.resolve(file));
    }

    /** Makes a jar of ours from what is on the class path: before Maven's phase package that is a folder of classes. */
    static void jar(Path from, Path jar) throws IOException {
        if (!Files.isDirectory(from)) {
            Files.copy(from, jar);
        } else if (ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, "--create", "--file",
                jar.toString(), "-C", from.toString(), ".") != 0) {
            throw new IOException("jar could not pack " + from);
        }
    }
}
