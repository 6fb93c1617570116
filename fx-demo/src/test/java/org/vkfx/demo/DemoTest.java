package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vkfx.InteropKind;

import picocli.CommandLine;

/** The command line as far as it goes without opening a window. */
class DemoTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = Demo.commandLine();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help"})
    void helpNamesEveryOption(String help) {
        assertThat(run(help)).isZero();
        assertThat(out.toString()).contains("Usage: demo", "--interop", "--size", "--frames", "--seconds", "--time",
                "--screenshot", "--snapshot", "--doctor", "--self-test", "--json", "-V", "auto, metal, opengl, host");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-V", "--version"})
    void theVersionIsMavens(String version) {
        assertThat(run(version)).isZero();
        assertThat(out.toString()).matches("VkFX demo [0-9]+\\.[0-9]+\\.[0-9]+.*\\R");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nonsense", "stray", "--size", "--size=", "--size=0x10", "--size=10x0", "--size=16385x1",
            "--size=1x16385", "--size=99999999999x1", "--size=-1x5", "--size=10", "--size=axb", "--size=1x2x3",
            "--frames=0",
            "--frames=-1", "--frames=1.5", "--frames=x", "--frames=99999999999999999999", "--seconds=0", "--seconds=-1",
            "--seconds=NaN", "--seconds=Infinity", "--time=x", "--time=NaN", "--time=1e300",
            "--interop=",
            "--interop=vulkan", "--screenshot=", "--screenshot=/", "--snapshot=/does/not/exist.png",
            "--json=maybe"})
    void badOptionsAreRefusedInOneLine(String argument) {
        assertThat(run(argument)).isEqualTo(2);
        assertThat(err.toString()).matches("demo: [^\\r\\n]+\\R");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--doctor", "--size=10x10", "--frames=1", "--seconds=1", "--time=0", "--screenshot=a.png",
            "--snapshot=a.png"})
    void nothingButKindAndJsonGoesWithTheSelfTest(String other) {
        assertThat(run("--self-test", "--json", other)).isEqualTo(2);
        assertThat(err.toString())
                .isEqualToNormalizingNewlines("demo: " + other.replaceFirst("=.*", "")
                        + " does not go with --self-test: only --interop and --json do\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void goodOptionsAreUnderstood(@TempDir Path folder) {
        Options options = new Options();
        String file = folder.resolve("a.png").toString();
        new CommandLine(options).parseArgs("--interop=OpenGL", "--size", "16384x1", "--frames", "7", "--seconds=0.5",
                "--time=-2.5", "--screenshot", file, "--json");
        assertThat(options.interop).isEqualTo(InteropKind.OPENGL);
        assertThat(options.size).isEqualTo(new Options.Size(16384, 1));
        assertThat(options.frames).isEqualTo(7);
        assertThat(options.seconds).isEqualTo(0.5);
        assertThat(options.time).isEqualTo(-2.5);
        assertThat(options.screenshot).isEqualTo(Path.of(file));
        assertThat(options.json).isTrue();
        assertThat(options.doctor).isFalse();
    }

    @Test
    void withoutOptionsThereAreDefaults() {
        Options options = new Options();
        new CommandLine(options).parseArgs();
        assertThat(options.interop).isEqualTo(InteropKind.AUTO);
        assertThat(options.size).isEqualTo(new Options.Size(960, 600));
        assertThat(options.frames).isNull();
    }
}
