package org.vkfx.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
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
 * The scripts on the systems that this is not: a copy of them, with a uname, cygpath, Maven and Java that only tell
 * what they were given. -Dvkfx.test.bash names another bash, such as macOS's 3.2.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "On Windows all of it is real.")
class ScriptsTest {
    private static final String WINDOWS = "MINGW64_NT-10.0-26100";
    private static final String MACOS = "Darwin";
    private static final Path FAKES = Repository.ROOT.resolve("fx-demo/src/test/resources/fakes");
    static final String BASH = System.getProperty("vkfx.test.bash", "bash");
    private static final int LIMIT_SECONDS = 60;
    /** What macOS has in /bin and /usr/bin, of what scripts use; and what it has not, which must not be asked for. */
    private static final String PROGRAMS_OF_MACOS = "awk basename cat chmod cmp cp cut date diff dirname du env false find"
            + " grep gzip head id kill ln ls mkdir mktemp mv paste ps pwd readlink rm rmdir sed shasum sleep sort stat tail tar"
            + " tee test touch tr true uniq wc which xargs";
    private static final String NONE_OF_MACOS = "flock free gawk ldconfig lscpu md5sum nproc numfmt realpath setsid"
            + " sha256sum sha512sum shuf stdbuf tac timeout";

    private static final String ARGUMENTS = "bridge/src/main/resources/META-INF/vkfx/class-path.args";

    @TempDir
    private Path folder;

    private Path project;
    private Path drive;

    private record Result(int status, String output, String errors) {
    }

    @BeforeEach
    void copy_the_scripts() throws IOException {
        folder = folder.toRealPath();
        project = folder.resolve("a project");
        drive = Files.createSymbolicLink(folder.resolve("C:"), Path.of("/"));
        for (String script : List.of("src/bin/demo", "src/bin/test", "src/bin/bench", "src/bin/env.sh",
                "src/bin/TestSummary.java", ".ci/run", ".ci/self-test", ".ci/screenshot", ARGUMENTS)) {
            copy(Repository.ROOT.resolve(script), project.resolve(script));
        }
        for (String fake : List.of("uname", "cygpath", "Xvfb", "mvn")) {
            copy(FAKES.resolve(fake), folder.resolve("fakes").resolve(fake));
        }
        if (Path.of(BASH).isAbsolute()) { // also for scripts that are started by another one
            Files.createSymbolicLink(folder.resolve("fakes/bash"), Path.of(BASH));
        }
        layOutMacOs(folder.resolve("macos"));
        copy(FAKES.resolve("java"), folder.resolve("jdk/bin/java"));
        copy(FAKES.resolve("java"), folder.resolve("jdk/bin/javac"));
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

    /** Makes a folder of macOS's programs, which say in $FAKE_OUTPUT/gnu what they refuse. */
    static void layOutMacOs(Path bin) throws IOException {
        Files.createDirectory(bin);
        for (String program : (PROGRAMS_OF_MACOS + " " + NONE_OF_MACOS).split(" ")) {
            Files.createSymbolicLink(bin.resolve(program), FAKES.resolve("bsd"));
        }
        Files.createSymbolicLink(bin.resolve("bash"), Path.of(Path.of(BASH).isAbsolute() ? BASH : "/bin/bash"));
    }

    /** Keeps what can be executed executable. */
    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
    }

    private Result run(String system, int status, String script, String... options) throws Exception {
        return run(system, status, Map.of(), script, options);
    }

    /** On macOS without any program that is not there, and without what only GNU's programs understand. */
    private Result run(String system, int status, Map<String, String> more, String script, String... options)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(BASH, project.resolve(script).toString()));
        command.addAll(List.of(options));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        var environment = builder.environment();
        environment.put("PATH", folder.resolve("fakes")
                + (system.equals(MACOS) ? ":" + folder.resolve("macos") : ":/usr/bin:/bin"));
        environment.put("JAVA_HOME", folder.resolve("jdk").toString());
        environment.put("REAL_JAVA", Path.of(System.getProperty("java.home"), "bin/java").toString());
        environment.put("FAKE_SYSTEM", system);
        environment.put("FAKE_DRIVE", drive.toString());
        environment.put("FAKE_OUTPUT", folder.toString());
        environment.put("FAKE_PROJECT", project.toString());
        environment.put("FAKE_STATUS", Integer.toString(status));
        environment.keySet().removeAll(List.of("DISPLAY", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "VKFX_JAVA_OPTS",
                "MVK_CONFIG_LOG_LEVEL"));
        environment.putAll(more);
        Process process = builder.start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            throw new AssertionError("hangs: " + command + "\n" + Repository.read(out) + Repository.read(err));
        }
        Path refused = folder.resolve("gnu");
        assertThat(Files.exists(refused) ? Files.readAllLines(refused) : List.of()).as("what macOS refuses").isEmpty();
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
        assertThat(java).contains("-Dprism.order=mtl,es2,sw",
                "-Djna.library.path=" + project + "/fx-demo/target/natives",
                "@" + project + "/bridge/src/main/resources/META-INF/vkfx/module-path-macos.args");
        assertThat(after(java, "-cp"))
                .isEqualTo(project + "/fx-demo/target/vkfx-demo-1.jar:" + project + "/fx-demo/target/lib/*");
    }

    @Test
    void on_macos_moltenvk_logs_errors_only_unless_the_user_wants_more() throws Exception {
        for (String script : List.of("src/bin/demo", ".ci/self-test")) {
            assertThat(run(MACOS, 0, script).status).isZero();
            assertThat(given("environment")).containsExactly("MVK_CONFIG_LOG_LEVEL=1");
            for (String own : List.of("3", "0", "")) {
                assertThat(run(MACOS, 0, Map.of("MVK_CONFIG_LOG_LEVEL", own), script).status).isZero();
                assertThat(given("environment")).containsExactly("MVK_CONFIG_LOG_LEVEL=" + own);
            }
        }
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
    void the_screenshot_of_a_workflow_is_kept_where_its_self_test_is() throws Exception {
        Result result = run(MACOS, 0, ".ci/screenshot", "--interop", "metal");
        assertThat(result.status).as(result.errors).isZero();
        assertThat(given("java")).endsWith("--seconds", "5", "--screenshot", project + "/target/demo.png", "--interop",
                "metal");
        assertThat(project.resolve("target")).isDirectory();
    }

    @Test
    void on_macos_the_benchmark_is_built_and_tries_metal_first() throws Exception {
        Result result = run(MACOS, 0, "src/bin/bench", "--seconds=1");
        assertThat(result.status).as(result.errors).isZero();
        assertThat(given("mvn")).contains("package");
        assertThat(given("java")).endsWith("org.vkfx.bench.Bench", "--seconds=1");
        Files.delete(folder.resolve("mvn"));
        Path stage = folder.resolve("stage");
        result = run(MACOS, 0, "src/bin/bench", "--stage", stage.toString());
        assertThat(result.status).as(result.errors).isZero();
        assertThat(folder.resolve("mvn")).as("built twice").doesNotExist();
        assertThat(stage.resolve("bench.args")).content().contains("\n-Dprism.order=mtl,es2,sw\n",
                "\n--add-opens javafx.graphics/com.sun.prism.mtl=ALL-UNNAMED\n").doesNotContain("es2\n");
    }

    @Test
    void on_macos_a_jdk_is_found_where_installers_put_it() throws Exception {
        Path home = folder.resolve("home/Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home");
        Files.createDirectories(home.getParent());
        Files.move(folder.resolve("jdk"), home);
        Result result = run(MACOS, 0, Map.of("JAVA_HOME", "", "HOME", folder.resolve("home").toString()),
                "src/bin/demo", "--doctor");
        assertThat(result.status).as(result.errors).isZero();
        assertThat(given("java").getFirst()).isEqualTo(home + "/bin/java");
    }

    @Test
    void on_macos_maven_is_downloaded_where_it_is_missing() throws Exception {
        String name = Pattern.compile("maven_version=(\\S+)").matcher(Repository.read("src/bin/env.sh")).results()
                .map(m -> "apache-maven-" + m.group(1)).findFirst().orElseThrow();
        Path served = Files.createDirectories(folder.resolve("served"));
        Path maven = Files.createDirectories(served.resolve(name + "/bin"));
        Files.move(folder.resolve("fakes/mvn"), maven.resolve("mvn"));
        Path archive = served.resolve(name + "-bin.tar.gz");
        assertThat(new ProcessBuilder("tar", "-czf", archive.toString(), "-C", served.toString(), name).start()
                .waitFor()).isZero();
        Path sum = served.resolve(archive.getFileName() + ".sha512");
        Files.writeString(sum, "0000  " + archive.getFileName());
        copy(Repository.ROOT.resolve("fx-demo/src/test/resources/fakes/curl"), folder.resolve("fakes/curl"));
        Files.delete(project.resolve("fx-demo/target/demo.built"));
        assertThat(run(MACOS, 0, "src/bin/demo", "--version").status).as("another archive is not taken").isEqualTo(3);
        Files.writeString(sum, HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512")
                .digest(Files.readAllBytes(archive))) + "  " + archive.getFileName());
        Result result = run(MACOS, 0, "src/bin/demo", "--version");
        assertThat(result.status).as(result.errors).isZero();
        assertThat(result.errors).contains("Maven is missing here. Downloading it");
        assertThat(given("mvn")).contains("package");
    }

    /** Maven's own words, of the kinds of failure there are. */
    @ParameterizedTest
    @ValueSource(strings = {
            "Failed to execute goal on project vkfx-bridge: Could not resolve dependencies for project"
                    + " org.vkfx:vkfx-bridge:jar:0.1.0-SNAPSHOT: Failed to collect dependencies at"
                    + " org.rococoa:rococoa-core:jar:0.9.1: Could not transfer artifact"
                    + " org.rococoa:rococoa-core:pom:0.9.1 from/to maven.cyberduck.io-release (https://…): unknown host",
            "Failed to execute goal org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy (librococoa) on project"
                    + " vkfx-parent: Unable to find/resolve artifact. Failed to read artifact descriptor for"
                    + " org.rococoa:librococoa:dylib:0.9.1: Could not transfer artifact org.rococoa:librococoa:pom:0.9.1"
                    + " from/to maven.cyberduck.io-release (https://…): transfer failed for https://…: Unknown host"})
    void where_maven_cannot_get_rococoa_the_switch_to_do_without_is_named(String error) throws Exception {
        Files.delete(project.resolve("fx-demo/target/demo.built"));
        for (String script : List.of("src/bin/demo --version", "src/bin/bench --seconds=1", "src/bin/test")) {
            String[] words = script.split(" ");
            Result result = run(MACOS, 1, Map.of("FAKE_ERROR", error), words[0],
                    Arrays.copyOfRange(words, 1, words.length));
            assertThat(result.status).as(script).isEqualTo(1);
            assertThat(result.errors).as(script).contains("Maven could not get Rococoa",
                    "export MAVEN_OPTS='-Dvkfx.rococoa=false'");
            assertThat(run(MACOS, 1, words[0], Arrays.copyOfRange(words, 1, words.length)).errors).as(script)
                    .doesNotContain("Rococoa");
        }
    }

    /** Java refuses a folder with two versions of a module. */
    @Test
    void a_new_build_leaves_no_module_of_an_old_one() throws Exception {
        Path old = Files.createFile(project.resolve("fx-demo/target/modules/rococoa-core-0.9.1.jar"));
        Path natives = Files.createDirectories(project.resolve("fx-demo/target/natives"));
        Files.delete(project.resolve("fx-demo/target/demo.built"));
        Result result = run(MACOS, 0, "src/bin/demo", "--version");
        assertThat(result.status).as(result.errors).isZero();
        assertThat(old).doesNotExist();
        assertThat(natives).doesNotExist();
    }

    @Test
    void metal_is_simulated_on_linux_only() throws Exception {
        Result result = run(WINDOWS, 0, "src/bin/demo", "--simulate-metal");
        assertThat(result.status).isEqualTo(2);
        assertThat(result.errors).contains("--simulate-metal is for Linux");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--mutations", "--delays 1", "--long", "--long 10"})
    void what_needs_the_simulated_mac_is_refused_elsewhere(String options) throws Exception {
        Result result = run(MACOS, 0, "src/bin/test", options.split(" "));
        assertThat(result.status).isEqualTo(2);
        assertThat(result.errors).contains("are for Linux");
        assertThat(folder.resolve("mvn")).doesNotExist();
    }

    /** The fakes themselves: what macOS would refuse is refused. */
    @ParameterizedTest
    @ValueSource(strings = {"ls --color", "stat -c %s x", "sed -i s/a/b/ x", "sed -r s/a/b/", "sed --expression=p",
            "sed '/a/{ p }'",
            "sed 's/a\\+/b/'", "find . -printf %p", "find . -print -quit", "find -name x", "readlink -f .",
            "xargs -r ls",
            "sort -V", "date -d now", "date -I", "date +%N", "mktemp --suffix=.x", "mktemp -p .", "mktemp a.XXXX.png",
            "realpath .", "timeout 1 true", "nproc", "sha512sum x", "head -n -1", "cp -u a b", "touch -d now x",
            "grep -P x",
            "grep 'a\\|b'", "paste -sd:", "tac", "du -sb .", "tar --sort=name -c x"})
    void what_only_gnus_programs_understand_is_refused(String command) throws Exception {
        Files.writeString(project.resolve("script"), command + "\n");
        boolean told = !command.startsWith("readlink");
        if (told) {
            assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> run(MACOS, 0, "script"))
                    .withMessageContaining("what macOS refuses").withMessageContaining(command.split(" ")[0]);
        } else {
            assertThat(run(MACOS, 0, "script").status).isNotZero();
        }
    }

    /**
     * What bash 3.2 (macOS) does not know. What matters when it is read, in functions that are not called too, is in
     * SYNTAX.
     */
    private static final Pattern SYNTAX = Pattern.compile("\\bcoproc\\b|&>>|\\|&|;;?&(?!&)|\\{\\w+\\}[<>]");
    private static final Pattern TOO_NEW = Pattern
            .compile("\\b(mapfile|readarray)\\b|(declare|local|typeset) -\\w*[nAgulc]"
                    + "|\\$\\{!?\\w+(\\[[@*\\w]+\\])?(,|\\^|@[A-Za-z])|wait -[np]|(\\[\\[?|\\btest) -[vR] |%(-?\\d+)?\\([^)]*\\)T"
                    + "|\\$\\{?(EPOCH\\w+|BASHPID|SRANDOM)|\\[-\\d+\\]|shopt -s (globstar|lastpipe|inherit_errexit|compat\\d)"
                    + "|\\{0\\d*\\.\\.|\\.\\.\\w+\\.\\.|read -\\w*[Ni]|read -\\w*t ?0?\\.|printf -v \\w+\\[|\\bmkfifo\\b|\\$'[^']*\\\\[uU]"
                    + "|readlink -[em]|ulimit -[bP]|trap .* RETURN ERR");

    static Stream<Path> scripts() {
        return Stream.of("src/bin/demo", "src/bin/test", "src/bin/bench", "src/bin/env.sh", ".ci/run", ".ci/self-test",
                ".ci/screenshot", "src/package/build").map(Repository.ROOT::resolve);
    }

    private static Stream<String> found(Path script) {
        String text = Repository.read(script).replaceAll("(?m)^ *#.*", "");
        return Stream.concat(SYNTAX.matcher(text).results(), TOO_NEW.matcher(withoutLinux(text)).results())
                .map(m -> script.getFileName() + ": " + m.group());
    }

    @Test
    void the_scripts_say_nothing_that_the_bash_of_macos_does_not_know() {
        assertThat(scripts().flatMap(ScriptsTest::found)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mapfile -t a", "readarray a", "echo ${x,,}", "echo ${x^}", "echo ${a[@]^^}", "a |& b",
            "a &>> b",
            "declare -A m", "local -n r=a", "declare -g x", "declare -u x", "wait -n", "wait -p x", "[[ -v x ]]",
            "test -v x", "printf '%(%F)T' -1", "echo ${x@Q}", "coproc cat", "echo ${a[-1]}", "echo $EPOCHSECONDS",
            "exec {fd}>x", "case a in a) ;& b) ;; esac", "case a in a) ;;& esac", "shopt -s globstar", "echo {01..10}",
            "echo {1..9..2}", "read -t 0.5 x", "read -N 1 x", "echo $BASHPID", "printf -v a[0] x", "echo $'\\u00e9'"})
    void what_the_bash_of_macos_does_not_know_is_found(String text) throws IOException {
        assertThat(found(Files.writeString(folder.resolve("script"), text))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo ${x-} ${x//./,} ${x#*,} ${a[@]+\"${a[@]}\"}", "a 2>&1 | b", "a && b & wait", "a || b",
            "x=$((1 - 1))",
            "local -a a", "case a in a) b ;; esac", "read -r -a more <<<x", "echo {a,b} ${#a[@]}", "exec 5>&- 4>x"})
    void what_the_bash_of_macos_knows_is_not(String text) throws IOException {
        assertThat(found(Files.writeString(folder.resolve("script"), text))).isEmpty();
    }

    /** Functions that only Linux gets to: those of what has to be installed. */
    private static String withoutLinux(String script) {
        return script.replaceAll("(?ms)^(have_\\w+|lavapipe|display_works)\\(\\).*?^\\}", "");
    }
}
