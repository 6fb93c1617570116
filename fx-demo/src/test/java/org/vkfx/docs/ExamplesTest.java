package org.vkfx.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.vkfx.demo.NeedsVulkan;

/** The examples, compiled and started by the very commands that the page shows. */
@NeedsVulkan
@EnabledIfEnvironmentVariable(named = "DISPLAY", matches = ".+", disabledReason = "The examples are for X11 here; DISPLAY is not set.")
class ExamplesTest {
    private static final Path PAGE = Repository.SITE.resolve("getting-started.md");
    private static final String FRAMES = "20";
    private static final int LIMIT_SECONDS = 120;
    private static final Pattern EXPORT = Pattern.compile("--add-exports[= ]([\\w./]+=[\\w.-]+\\w)");

    @TempDir
    Path folder;

    private record Result(int status, String output) {
        Set<String> exports() {
            return ExamplesTest.exports(output);
        }
    }

    private static Set<String> exports(String text) {
        return EXPORT.matcher(text).results().map(m -> m.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The folders that the page speaks of. */
    @BeforeEach
    void lay_out_folders() throws IOException {
        for (String name : new String[]{"javafx", "vkfx", "lwjgl"}) {
            Files.createDirectory(folder.resolve(name));
        }
        for (Path source : Repository.files(Repository.ROOT.resolve("src/examples"), ".java").toList()) {
            Path copy = folder.resolve(Repository.ROOT.relativize(source).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(source, copy);
        }
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry).toAbsolutePath();
            String name = from.getFileName().toString();
            if (name.startsWith("javafx-graphics") || name.startsWith("javafx-base")) {
                Files.createSymbolicLink(folder.resolve("javafx").resolve(name), from);
            } else if (name.startsWith("lwjgl-3") || name.startsWith("lwjgl-vulkan")) {
                Files.createSymbolicLink(folder.resolve("lwjgl").resolve(name), from);
            } else if (from.startsWith(Repository.ROOT.resolve("bridge"))) {
                Repository.jar(from, folder.resolve("vkfx/vkfx-bridge-0.1.0-SNAPSHOT.jar"));
            }
        }
    }

    private static String commands(String name) {
        Matcher block = Pattern.compile("<!-- run: " + name + " -->\n```\n(.*?)```", Pattern.DOTALL)
                .matcher(Repository.read(PAGE));
        assertThat(block.find()).as("a block of commands named %s in %s", name, PAGE).isTrue();
        return block.group(1).strip() + " " + FRAMES + "\n";
    }

    private Result run(String commands, String options) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", "-euc", commands).directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(folder.resolve("output").toFile());
        var environment = builder.environment();
        environment.put("PATH", Path.of(System.getProperty("java.home"), "bin") + File.pathSeparator
                + environment.get("PATH"));
        environment.put("JDK_JAVA_OPTIONS", options);
        environment.put("VK_INSTANCE_LAYERS", "VK_LAYER_KHRONOS_validation"); // the examples keep Vulkan's rules
        Process process = builder.start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        String output = Repository.read(folder.resolve("output"));
        assertThat(output).doesNotContain("VUID-", "Validation Error", "Exception");
        return new Result(process.exitValue(), output);
    }

    /** As on a machine with a GPU: software OpenGL has to be asked for. */
    private Result runOnOpenGl(String commands) throws Exception {
        return run(commands, "-Dprism.order=es2 -Dprism.forceGPU=true");
    }

    private static String withoutArgumentFile(String commands) {
        String without = commands.replaceAll("@META-INF/\\S+ ", "");
        assertThat(without).isNotEqualTo(commands);
        return without;
    }

    @Test
    void the_class_path_application_shows_frames_without_a_copy() throws Exception {
        Result result = runOnOpenGl(commands("class-path"));
        assertThat(result.status).as(result.output).isZero();
        assertThat(result.output).contains("opengl: yes.", "shown by OPENGL").doesNotContain("restricted method");
    }

    @Test
    void the_class_path_application_without_flags_goes_by_the_host_path_and_names_them() throws Exception {
        Result result = runOnOpenGl(withoutArgumentFile(commands("class-path")));
        assertThat(result.status).as(result.output).isZero();
        assertThat(result.output).contains("opengl: no.", "shown by HOST");
        assertThat(result.exports()).isEqualTo(exports(
                Repository.read("bridge/src/main/resources/META-INF/vkfx/class-path.args"))).isNotEmpty();
    }

    @Test
    void with_all_on_the_class_path_no_export_is_needed_and_javafx_warns() throws Exception {
        Result result = runOnOpenGl(commands("all on the class path"));
        assertThat(result.status).as(result.output).isZero();
        assertThat(result.output).contains("opengl: yes.", "shown by OPENGL",
                "Unsupported JavaFX configuration: classes were loaded from 'unnamed module")
                .doesNotContain("Unknown module", "restricted method");
    }

    @Test
    void the_module_path_application_shows_frames_without_a_copy() throws Exception {
        Result result = runOnOpenGl(commands("module-path"));
        assertThat(result.status).as(result.output).isZero();
        assertThat(result.output).contains("opengl: yes.", "shown by OPENGL").doesNotContain("restricted method");
    }

    @Test
    void the_module_path_application_without_flags_goes_by_the_host_path_and_names_them() throws Exception {
        Result result = runOnOpenGl(withoutArgumentFile(commands("module-path")));
        assertThat(result.status).as(result.output).isZero();
        assertThat(result.output).contains("opengl: no.", "shown by HOST");
        assertThat(result.exports()).isEqualTo(exports(
                Repository.read("bridge/src/main/resources/META-INF/vkfx/module-path.args"))).isNotEmpty();
    }
}
