package org.vkfx.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bridge's sources compile against JavaFX as published for other systems than this one. */
class CompilationTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path FLAGS = Path.of("src/main/resources/META-INF/vkfx/module-path.args");

    @ParameterizedTest
    @ValueSource(strings = {"win", "mac-aarch64", "mac"})
    void the_bridge_compiles_against_javafx_for(String system, @TempDir Path classes) throws IOException {
        Path javafx = new Artifact("javafx-graphics-26.0.2-" + system).path();
        List<String> options = new ArrayList<>(List.of("-proc:none", "-d", classes.toString(), "--module-path",
                Stream.concat(Stream.of(javafx.toString()), platformless())
                        .collect(Collectors.joining(File.pathSeparator))));
        Files.readAllLines(FLAGS).stream().filter(line -> line.startsWith("--add-exports "))
                .forEach(line -> options.addAll(List.of(line.split(" "))));
        try (Stream<Path> files = Files.walk(SOURCES)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(options::add);
        }
        StringWriter messages = new StringWriter();
        PrintWriter out = new PrintWriter(messages);
        int status = ToolProvider.findFirst("javac").orElseThrow().run(out, out, options.toArray(String[]::new));
        assertThat(status).as(messages.toString()).isZero();
        assertThat(classes.resolve("org/vkfx/interop/host/HostBackend.class")).exists();
    }

    /** The other modules that the bridge asks for; they are the same everywhere. */
    private static Stream<String> platformless() {
        return Stream.of(System.getProperty("jdk.module.path").split(File.pathSeparator))
                .filter(entry -> new File(entry).getName().matches("(javafx-base|jna|rococoa).*\\.jar"));
    }
}
