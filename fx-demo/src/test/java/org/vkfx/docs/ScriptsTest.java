package org.vkfx.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scripts on the systems that this is not: a copy of them, with a uname, cygpath, Maven and Java that only tell what they
 * were given. -Dvkfx.test.bash names another bash, such as macOS's 3.2.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "On Windows all of it is real.")
class ScriptsTest {
    private static final String WINDOWS = "MINGW64_NT-10.0-26100";
    private static final String MACOS = "Darwin";
    private static final String BASH = System.getProperty("vkfx.test.bash", "bash");
    private static final int LIMIT_SECONDS = 60;

    @TempDir
    private Path folder;

    private final Map<String, String> users = new HashMap<>();
    private Path project;
    private Path drive;

    private record Result(int status, String output, String errors) {
    }

    @BeforeEach
    void copy_the_scripts() throws IOException {
        folder = folder.toRealPath();
        project = folder.resolve("a project");
        drive = Files.createSymbolicLink(folder.resolve("C:"), Path.of("/"));
        Path fakes = Repository.ROOT.resolve("fx-demo/src/test/resources/fakes");
        for (String script : List.of("src/bin/demo", "src/bin/test", "src/bin/env.sh", "src/bin/TestSummary.java",
                ".ci/run", ".ci/self-test")) {
            copy(Repository.ROOT.resolve(script), project.resolve(script));
        }
        for (String fake : List.of("uname", "cygpath", "Xvfb", "mvn")) {
            copy(fakes.resolve(fake), folder.resolve("fakes").resolve(fake));
        }
        if (Path.of(BASH).isAbsolute()) { // also for scripts that are started by another one
            Files.createSymbolicLink(folder.resolve("fakes/bash"), Path.of(BASH));
        }
        copy(fakes.resolve("java"), folder.resolve("jdk/bin/java"));
        copy(fakes.resolve("java"), folder.resolve("jdk/bin/javac"));
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\r\n");
        for (String part : List.of("bridge", "fx-demo", "bridge/src/main", "fx-demo/src/main")) {
            Files.createDirectories(project.resolve(part));
        }
        for (String pom : List.of("pom.xml", "bridge/pom.xml", "fx-demo/pom.xml")) {
            Files.createFile(project.resolve(pom));
        }
        Files.createDirectories(project.resolve("fx-demo/target/modules"));
        Files.createFile(project.resolve("fx-demo/target/vkfx-demo-1.jar"));
        Files.createFile(project.resolve("fx-demo/target/vkfx-demo-1-sources.jar"));
        Files.createFile(project.resolve("fx-demo/target/demo.built"));
    }

    /** Keeps what can be executed executable. */
    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
    }

    private Result run(String system, int status, String script, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(BASH, project.resolve(script).toString()));
        command.addAll(List.of(options));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        var environment = builder.environment();
        environment.put("PATH", folder.resolve("fakes") + ":/usr/bin:/bin");
        environment.put("JAVA_HOME", folder.resolve("jdk").toString());
        environment.put("REAL_JAVA", Path.of(System.getProperty("java.home"), "bin/java").toString());
        environment.put("FAKE_SYSTEM", system);
        environment.put("FAKE_DRIVE", drive.toString());
        environment.put("FAKE_OUTPUT", folder.toString());
        environment.put("FAKE_PROJECT", project.toString());
        environment.put("FAKE_STATUS", Integer.toString(status));
        environment.keySet().removeAll(List.of("DISPLAY", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "VKFX_JAVA_OPTS",
                "MVK_CONFIG_LOG_LEVEL"));
        environment.putAll(users);
        Process process = builder.start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            throw new AssertionError("hangs: " + command + "\n" + Repository.read(out) + Repository.read(err));
        }
        return new Result(process.exitValue(), Repository.read(out), Repository.read(err));
    }

    private List<String> given(String program) throws IOException {
        return Files.readAllLines(folder.resolve(program));
    }

    private static String after(List<String> arguments, String option) {
        return arguments.get(arguments.indexOf(option) + 1);
    }

    @Test
    void on_windows_java_is_given_paths_of_windows_and_chooses_its_pipeline() throws Exception {
        Result result = run(WINDOWS, 0, "src/bin/demo", "--doctor");
        assertThat(result.status).as(result.errors).isZero();
        List<String> java = given("java");
        String windows = drive.toString() + project;
        assertThat(java.getFirst()).isEqualTo(drive.toString() + folder.resolve("jdk/bin/java"));
        assertThat(java).contains("@" + windows + "/bridge/src/main/resources/META-INF/vkfx/module-path.args")
                .containsSubsequence("org.vkfx.demo.Demo", "--doctor").noneMatch(argument -> argument.contains("macos"))
                .noneMatch(argument -> argument.startsWith("-Dprism."));
        assertThat(after(java, "--module-path")).isEqualTo(windows + "/fx-demo/target/modules");
        assertThat(after(java, "-cp"))
                .isEqualTo(windows + "/fx-demo/target/vkfx-demo-1.jar;" + windows + "/fx-demo/target/lib/*");
        assertThat(java).allMatch(argument -> !argument.replace(windows, "").contains(project.toString()));
    }

    @Test
    void on_macos_javafx_renders_by_metal() throws Exception {
        Result result = run(MACOS, 0, "src/bin/demo", "--doctor");
        assertThat(result.status).as(result.errors).isZero();
        List<String> java = given("java");
        assertThat(java).contains("-Dprism.order=mtl", "-Djna.library.path=" + project + "/fx-demo/target/natives",
                "@" + project + "/bridge/src/main/resources/META-INF/vkfx/module-path-macos.args");
        assertThat(after(java, "-cp"))
                .isEqualTo(project + "/fx-demo/target/vkfx-demo-1.jar:" + project + "/fx-demo/target/lib/*");
    }

    @Test
    void on_macos_moltenvk_logs_errors_only_unless_the_user_wants_more() throws Exception {
        for (String script : List.of("src/bin/demo", ".ci/self-test")) {
            users.clear();
            assertThat(run(MACOS, 0, script).status).isZero();
            assertThat(given("environment")).containsExactly("MVK_CONFIG_LOG_LEVEL=1");
            for (String own : List.of("3", "0", "")) {
                users.put("MVK_CONFIG_LOG_LEVEL", own);
                assertThat(run(MACOS, 0, script).status).isZero();
                assertThat(given("environment")).containsExactly("MVK_CONFIG_LOG_LEVEL=" + own);
            }
        }
        users.clear();
        assertThat(run(WINDOWS, 0, "src/bin/demo").status).isZero();
        assertThat(given("environment")).containsExactly("MVK_CONFIG_LOG_LEVEL=not set");
    }

    @ParameterizedTest
    @ValueSource(strings = {WINDOWS, MACOS})
    void the_demo_is_built_when_a_source_is_newer(String system) throws Exception {
        Path source = Files.createFile(project.resolve("bridge/src/main/New.java"));
        Files.setLastModifiedTime(project.resolve("fx-demo/target/demo.built"),
                java.nio.file.attribute.FileTime.fromMillis(Files.getLastModifiedTime(source).toMillis() - 10_000));
        Result result = run(system, 0, "src/bin/demo", "--version");
        assertThat(result.status).as(result.errors).isZero();
        String root = system.equals(WINDOWS) ? drive.toString() + project : project.toString();
        assertThat(after(given("mvn"), "-f")).isEqualTo(root + "/pom.xml");
        Files.delete(folder.resolve("mvn"));
        run(system, 0, "src/bin/demo", "--version");
        assertThat(folder.resolve("mvn")).as("built twice").doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {WINDOWS, "MSYS_NT-10.0", MACOS})
    void elsewhere_the_tests_run_on_the_machine_as_it_is(String system) throws Exception {
        Result result = run(system, 0, ".ci/run", "--only", "A*Test#b");
        assertThat(result.output).isEqualTo("""
                VkFX bridge
                ok      org.vkfx.ATest  (3 tests, 1 skipped, 0.5 s)
                Skipped:
                  A.b: no Vulkan
                1 passed, 0 failed, 1 skipped
                """);
        assertThat(result.status).as(result.errors).isZero();
        assertThat(given("mvn")).contains("-Dtest=A*Test#b", "verify").doesNotContain("-Dvkfx.test.required=true");
        assertThat(folder.resolve("Xvfb")).doesNotExist();
        assertThat(Repository.read(project.resolve("target/test.log"))).doesNotContain("\r").contains("ATest");
    }

    @ParameterizedTest
    @CsvSource({"Linux, --as-is", WINDOWS + ", --verbose", MACOS + ", --verbose"})
    void a_broken_build_is_reported_without_ends_of_lines_of_windows(String system, String option) throws Exception {
        Result result = run(system, 1, "src/bin/test", option);
        assertThat(result.status).as(result.errors).isEqualTo(1);
        assertThat(result.output).contains("[ERROR] The build is broken\n").doesNotContain("\r");
        assertThat(result.errors).contains("Maven's whole output: ").contains("/target/test.log");
    }

    @ParameterizedTest
    @ValueSource(strings = {WINDOWS, MACOS})
    void nothing_is_installed_where_there_is_no_package_manager_of_ours(String system) throws Exception {
        Result result = run(system, 0, "src/bin/test", "--install");
        assertThat(result).isEqualTo(new Result(0, "", ""));
        assertThat(folder.resolve("mvn")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "3"})
    void the_self_test_leaves_its_json_and_its_status(int status) throws Exception {
        Result result = run(MACOS, status, ".ci/self-test", "--interop", "metal");
        assertThat(result.status).as(result.errors).isEqualTo(status);
        assertThat(result.output).isEqualTo("{\"ok\":true}\n");
        assertThat(Repository.read(project.resolve("target/self-test.json"))).isEqualTo(result.output);
        assertThat(given("java")).endsWith("--self-test", "--json", "--interop", "metal");
    }

    @Test
    void metal_is_simulated_on_linux_only() throws Exception {
        Result result = run(WINDOWS, 0, "src/bin/demo", "--simulate-metal");
        assertThat(result.status).isEqualTo(2);
        assertThat(result.errors).contains("--simulate-metal is for Linux");
    }

    /** What bash 3.2 (macOS) does not know, and options that only GNU's programs have. */
    private static final Pattern TOO_NEW = Pattern.compile("\\b(mapfile|readarray|coproc)\\b|(declare|local) -[nA]"
            + "|\\$\\{\\w+(,,?|\\^\\^?|@[QUL])|&>>|\\|&|wait -n|\\[\\[ -v|%\\(.*\\)T|\\$EPOCH|-quit\\b|sed -i|grep -P"
            + "|head -n -|sort -V|\\bmkfifo\\b");

    static Stream<Path> scripts() {
        return Stream.of("src/bin/demo", "src/bin/test", "src/bin/env.sh", ".ci/run", ".ci/self-test")
                .map(Repository.ROOT::resolve);
    }

    @Test
    void the_scripts_say_nothing_that_the_bash_of_macos_does_not_know() {
        List<String> found = scripts()
                .flatMap(script -> TOO_NEW.matcher(withoutLinux(Repository.read(script))).results()
                        .map(m -> script.getFileName() + ": " + m.group()))
                .toList();
        assertThat(found).isEmpty();
        assertThat(Arrays.asList("mapfile -t a", "${x,,}", "a |& b", "find . -quit", "declare -A m", "wait -n"))
                .allMatch(text -> TOO_NEW.matcher(text).find());
    }

    /** Functions that only Linux gets to: those of what has to be installed. */
    private static String withoutLinux(String script) {
        return script.replaceAll("(?ms)^(have_\\w+|lavapipe|display_works)\\(\\).*?^\\}", "").replaceAll("(?m)^ *#.*",
                "");
    }
}
