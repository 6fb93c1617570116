package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vkfx.objc.MacSim;

/** What the process, its flags and the machine may lack: {@link EnvironmentMain} in JVMs of their own. */
@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class EnvironmentTest {
    private static final List<String> FLAGS = List.of("@src/main/resources/META-INF/vkfx/module-path.args",
            "-Dprism.order=es2", "-Dprism.forceGPU=true");
    private static final List<String> METAL_FLAGS = List.of("@src/main/resources/META-INF/vkfx/module-path.args",
            "@src/main/resources/META-INF/vkfx/module-path-macos.args", "-Dglass.platform=Sim", "-Dvkfx.interop=metal");
    private static final List<String> GL_ONLY = List.of("-Dprism.order=es2", "-Dprism.forceGPU=true");
    private static final Pattern ADD_EXPORTS = Pattern.compile("--add-exports=\\S+");

    @TempDir
    private Path directory;

    private enum Start {
        MODULE_PATH("org.vkfx.bridge") {
            @Override
            List<String> options() {
                return List.of("--module-path", System.getProperty("jdk.module.path"), "--add-modules",
                        "org.vkfx.bridge", "--patch-module", "org.vkfx.bridge=target/test-classes", "--add-reads",
                        "org.vkfx.bridge=ALL-UNNAMED", "--class-path", System.getProperty("java.class.path"),
                        "--module",
                        "org.vkfx.bridge/" + EnvironmentMain.class.getName());
            }
        },
        CLASS_PATH("ALL-UNNAMED") {
            @Override
            List<String> options() {
                String javafx = String.join(File.pathSeparator,
                        Arrays.stream(System.getProperty("jdk.module.path").split(File.pathSeparator))
                                .filter(entry -> entry.contains("javafx")).toList());
                return List.of("--module-path", javafx, "--add-modules", "javafx.graphics", "--class-path",
                        "target/classes" + File.pathSeparator + "target/test-classes",
                        EnvironmentMain.class.getName());
            }
        };

        final String target;

        Start(String target) {
            this.target = target;
        }

        /** How a JVM finds the application; ends with its main class. */
        abstract List<String> options();
    }

    /** What a JVM printed: lines of standard output as "what=value", and standard error. */
    private record Output(List<String> lines, String errors) {
        List<String> values(String what) {
            return lines.stream().filter(line -> line.startsWith(what + "="))
                    .map(line -> line.substring(what.length() + 1)).toList();
        }

        String value(String what) {
            List<String> values = values(what);
            assertThat(values).as(what + " in " + this).hasSize(1);
            return values.getFirst();
        }

        void assertLoggedOnce(String text) {
            assertThat(errors.lines().filter(line -> line.contains(text))).as(errors).hasSize(1);
        }
    }

    private Output run(Start start, List<String> flags, String... arguments) {
        return run(start, flags, Map.of(), arguments);
    }

    private Output run(Start start, List<String> flags, Map<String, String> environment, String... arguments) {
        return run(List.of(), start, flags, environment, arguments);
    }

    /** Runs a JVM by another command, whose arguments its own command is. */
    private Output run(List<String> by, Start start, List<String> flags, Map<String, String> environment,
            String... arguments) {
        List<String> command = new ArrayList<>(by);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(start.options());
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("hangs: " + command + "\n" + Files.readString(out) + Files.readString(err));
            }
            assertThat(process.exitValue()).as(command + "\n" + Files.readString(out) + Files.readString(err)).isZero();
            return new Output(Files.readAllLines(out), Files.readString(err));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void without_a_vulkan_loader_the_libraries_and_packages_are_named() {
        Output output = run(Start.MODULE_PATH, plus(FLAGS, "-Dvkfx.vulkan.library=/no/such/libvulkan.so"),
                "createDevice");
        for (String call : List.of("createDevice", "on the JavaFX thread", "extensions")) {
            assertThat(output.value(call)).startsWith("NO_VULKAN_LOADER: ").contains(
                    "No Vulkan loader was found as /no/such/libvulkan.so.", "apt install libvulkan1",
                    "mesa-vulkan-drivers", "MoltenVK", "-Dvkfx.vulkan.library=");
        }
    }

    @Test
    void a_device_may_be_asked_for_before_javafx_has_started() {
        Output output = run(Start.MODULE_PATH, FLAGS, "createDeviceAsync");
        assertThat(output.value("early")).isEqualTo("done");
        assertThat(output.value("late")).isEqualTo("done");
        Output without = run(Start.MODULE_PATH, plus(FLAGS, "-Dvkfx.vulkan.library=/no/such/libvulkan.so"),
                "createDeviceAsync");
        assertThat(without.value("early")).startsWith("NO_VULKAN_LOADER: ");
        assertThat(without.value("late")).startsWith("NO_VULKAN_LOADER: ");
    }

    @Test
    void without_a_driver_the_package_is_named_and_the_variable_that_hides_it() {
        Output output = run(Start.MODULE_PATH, FLAGS,
                Map.of("VK_DRIVER_FILES", "/nonexistent", "VK_ICD_FILENAMES", "/nonexistent"), "createDevice");
        for (String call : List.of("createDevice", "on the JavaFX thread")) {
            assertThat(output.value(call)).startsWith("NO_DEVICE: ").contains("No Vulkan driver was found",
                    "apt install mesa-vulkan-drivers", "vulkaninfo --summary", "VK_DRIVER_FILES");
        }
    }

    @Test
    void before_the_toolkit_has_started_nothing_works_but_closing() {
        Output output = run(Start.MODULE_PATH, FLAGS, "beforeToolkit");
        for (String call : List.of("createDevice", "probe", "probe(device)", "setDevice")) {
            assertThat(output.value(call)).startsWith("ILLEGAL_STATE: The JavaFX toolkit has not started.")
                    .contains("Application.start", "Platform.startup");
        }
        for (String call : List.of("close", "closed", "device closed")) {
            assertThat(output.value(call)).isEqualTo("done");
        }
    }

    @Test
    void after_the_toolkit_has_ended_nothing_hangs() {
        Output output = run(Start.MODULE_PATH, FLAGS, "afterExit");
        for (String call : List.of("probe while starting", "probe", "createDevice")) {
            assertThat(output.value(call)).isEqualTo("done");
        }
        assertThat(output.value("device")).isEqualTo("closed");
    }

    @Test
    @Needs(Machine.OPAQUE_FD)
    void the_limit_of_open_files_is_told_once_before_it_is_met() {
        List<String> limited = List.of("bash", "-c", "ulimit -n 200 && exec \"$@\"", "bash");
        Output near = run(limited, Start.MODULE_PATH, FLAGS, Map.of(), "manyImages", "181");
        near.assertLoggedOnce("files are open, and 16 images are about to be made");
        assertThat(near.errors).contains("the process may have 200.", "ulimit -n", "imageCount");
        Output far = run(Start.MODULE_PATH, FLAGS, "manyImages", "181");
        assertThat(far.errors).doesNotContain("files are open");
    }

    @ParameterizedTest
    @EnumSource
    void without_flags_the_report_of_the_host_path_names_those_that_help(Start start) {
        Output output = run(start, GL_ONLY, "show");
        assertThat(output.value("selected")).isEqualTo("HOST");
        List<String> flags = flags(output.value("report"));
        assertThat(flags).contains("--add-exports=javafx.graphics/com.sun.prism=" + start.target)
                .allMatch(flag -> flag.endsWith("=" + start.target));

        Output forced = run(start, plus(GL_ONLY, "-Dvkfx.interop=opengl"), "show");
        assertThat(forced.value("error")).startsWith("NOT_EXPORTED: ").contains("OPENGL is impossible here",
                "AUTO", "-Dvkfx.interop=auto");
        assertThat(flags(forced.value("error"))).isEqualTo(flags);
        forced.assertLoggedOnce("OPENGL is impossible here");

        Output followed = run(start, Stream.concat(GL_ONLY.stream(), flags.stream()).toList(), "show");
        assertThat(followed.value("selected")).as("with the flags as they were printed").isEqualTo("OPENGL");
    }

    private static List<String> flags(String text) {
        return ADD_EXPORTS.matcher(text).results().map(MatchResult::group).toList();
    }

    @Test
    void with_another_pipeline_opengl_is_impossible() {
        Output output = run(Start.MODULE_PATH, plus(FLAGS, "-Dprism.order=sw", "-Dvkfx.interop=opengl"), "show");
        assertThat(output.value("error")).startsWith("INTEROP_UNAVAILABLE: ").contains("OPENGL is impossible here",
                "pipeline \"sw\"", "-Dprism.order=es2", "-Dprism.forceGPU=true");
        output.assertLoggedOnce("OPENGL is impossible here");
    }

    @Test
    void a_kind_that_does_not_exist_is_refused_with_those_that_do() {
        Output output = run(Start.MODULE_PATH, plus(FLAGS, "-Dvkfx.interop=nonsense"), "createView");
        assertThat(output.value("createView")).startsWith("INVALID_ARGUMENT: -Dvkfx.interop=nonsense is not a kind")
                .contains("Use auto, metal, opengl or host");
    }

    @ParameterizedTest
    @CsvSource({"host, HOST", "OpenGL, OPENGL", "auto, OPENGL"})
    void a_kind_is_named_in_any_case(String name, String kind) {
        Output output = run(Start.MODULE_PATH, plus(FLAGS, "-Dvkfx.interop=" + name), "show");
        assertThat(output.value("selected")).isEqualTo(kind);
        assertThat(output.value("device")).isEqualTo("closed");
    }

    @ParameterizedTest
    @EnumSource
    void where_native_access_is_denied_the_flag_is_named(Start start) {
        List<String> denied = plus(GL_ONLY, "--illegal-native-access=deny");
        Output output = run(start, plus(denied, "--enable-native-access=javafx.graphics"), "createDevice");
        assertThat(output.value("createDevice")).startsWith("NOT_EXPORTED: The bridge may not call native code.")
                .contains("--enable-native-access=" + start.target);
        Output followed = run(start, plus(denied, "--enable-native-access=javafx.graphics," + start.target),
                "createDevice");
        assertThat(followed.value("createDevice")).isEqualTo("done");
    }

    /** Each image that is shared takes one; those of the host path take none. */
    @Test
    void where_file_descriptors_run_out_views_go_by_the_host_path() {
        Output output = run(List.of("bash", "-c", "ulimit -n 150 && exec \"$@\"", "limited"), Start.MODULE_PATH, FLAGS,
                Map.of(), "manyViews");
        assertThat(output.values("kind")).hasSize(10).startsWith("HOST", "OPENGL").endsWith("HOST");
        assertThat(output.value("report")).contains("opengl: no. ").containsAnyOf("VK_ERROR_TOO_MANY_OBJECTS",
                "VK_ERROR_OUT_OF_DEVICE_MEMORY", "VK_ERROR_OUT_OF_HOST_MEMORY", "OpenGL refused");
        assertThat(output.value("device")).isEqualTo("closed");
    }

    @ParameterizedTest
    @CsvSource({"closeAfterExit, opengl", "closeAfterExit, host", "closeBeforeExit, opengl", "closeBeforeExit, host",
            "exitWhileChoosing, auto"})
    void a_view_can_be_closed_when_javafx_has_ended(String when, String kind) {
        assertClosed(run(Start.MODULE_PATH, plus(FLAGS, "-Dvkfx.interop=" + kind), when));
    }

    /** The simulator ends a process with a status of its own that leaks or has offended; {@link #run} requires 0. */
    @Tag("metal")
    @ParameterizedTest
    @ValueSource(strings = {"closeAfterExit", "closeBeforeExit", "exitWhileChoosing"})
    void nothing_of_metal_is_left_when_javafx_has_ended(String when) {
        MacSim.assumeBuilt();
        Path javafx = Path.of(System.getProperty("java.library.path"));
        List<String> flags = plus(METAL_FLAGS, "-Djava.library.path=" + javafx,
                "-Dvkfx.objc.library=" + System.getProperty("vkfx.objc.library"),
                "--patch-module=javafx.graphics=" + javafx.resolve("patch/javafx.graphics"));
        Output output = run(Start.MODULE_PATH, flags, when);
        assertClosed(output);
        assertThat(output.errors()).doesNotContain("mac-sim:");
    }

    private static void assertClosed(Output output) {
        assertThat(output.value("renderer")).isEqualTo("closed");
        assertThat(output.value("view")).isEqualTo("closed");
        assertThat(output.value("device")).isEqualTo("closed");
    }

    private static List<String> plus(List<String> flags, String... more) {
        return Stream.concat(flags.stream(), Stream.of(more)).toList();
    }
}
