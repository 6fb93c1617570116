package org.vkfx.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.vkfx.demo.NeedsVulkan;
import org.w3c.dom.Document;

/** The demo as an application image: src/package/build, as the Maven profile image calls it. */
@EnabledOnOs(value = {OS.LINUX, OS.MAC}, disabledReason = "starts scripts by bash")
class ImageTest {
    private static final Path BUILD = Repository.ROOT.resolve("src/package/build");
    private static final int LIMIT_SECONDS = 240;
    private static final List<String> MODULES = List.of("javafx-", "rococoa-", "jna-", "cglib-", "asm-", "slf4j-");

    @TempDir
    Path folder;

    private record Result(int status, String output) {
    }

    /** What Maven lays out in fx-demo/target; before its phase package, our own parts are folders of classes. */
    @BeforeEach
    void lay_out_folders() throws IOException {
        for (String name : new String[]{"modules", "lib", "natives"}) {
            Files.createDirectory(folder.resolve(name));
        }
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry).toAbsolutePath();
            String name = from.getFileName().toString();
            if (from.startsWith(Repository.ROOT.resolve("bridge"))) {
                Repository.jar(from, folder.resolve("modules/vkfx-bridge.jar"));
            } else if (from.equals(Repository.ROOT.resolve("fx-demo/target/classes"))) {
                Repository.jar(from, folder.resolve("demo.jar"));
            } else if (MODULES.stream().anyMatch(name::startsWith)) {
                Files.copy(from, folder.resolve("modules").resolve(name));
            } else if (name.startsWith("lwjgl-") || name.startsWith("picocli-")) {
                Files.copy(from, folder.resolve("lib").resolve(name));
            }
        }
    }

    private Result run(List<String> command, Map<String, String> more) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_HOME", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(more);
        Process process = builder.start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        return new Result(process.exitValue(), Repository.read(folder.resolve("output")));
    }

    private Result build(Path jdk, String path) throws Exception {
        return run(
                List.of("bash", BUILD.toString(), folder.resolve("image").toString(),
                        folder.resolve("demo.jar").toString(),
                        folder.resolve("modules").toString(), folder.resolve("lib").toString(),
                        folder.resolve("natives").toString()),
                Map.of("JAVA_HOME", jdk.toString(), "PATH", path, "FAKE_OUTPUT", folder.toString()));
    }

    @Test
    @NeedsVulkan
    @EnabledOnOs(value = OS.LINUX, disabledReason = "The image of this system is built by src/package/build alone.")
    @EnabledIfEnvironmentVariable(named = "DISPLAY", matches = ".+", disabledReason = "The demo needs X11 here; DISPLAY is not set.")
    void on_linux_it_shows_frames_without_a_copy_and_without_a_java_of_the_machine() throws Exception {
        Result built = build(Path.of(System.getProperty("java.home")), System.getenv("PATH"));
        assertThat(built.status).as(built.output).isZero();
        Path screenshot = folder.resolve("demo.png");
        Result shown = run(List.of(folder.resolve("image/VkFX/bin/VkFX").toString(), "--frames", "30", "--screenshot",
                screenshot.toString()), Map.of("PATH", "/none"));
        assertThat(shown.status).as(shown.output).isZero();
        assertThat(shown.output).contains("opengl").doesNotContain("WARNING", "Exception", "missing");
        var picture = ImageIO.read(screenshot.toFile());
        long colours = IntStream.range(0, picture.getWidth() * picture.getHeight())
                .map(i -> picture.getRGB(i % picture.getWidth(), i / picture.getWidth())).distinct().count();
        assertThat(colours).as("colours of %s", picture).isGreaterThan(1000);
    }

    /** As Maven leaves them when a version has changed: a Java that finds both does not start. */
    @Test
    void two_versions_of_a_module_are_refused() throws Exception {
        Files.copy(folder.resolve("modules/vkfx-bridge.jar"), folder.resolve("modules/vkfx-bridge-old.jar"));
        Result built = build(Path.of(System.getProperty("java.home")), System.getenv("PATH"));
        assertThat(built.status).isEqualTo(1);
        assertThat(built.output).contains("Two versions of module org.vkfx.bridge", "mvn clean");
    }

    /** A JDK whose jpackage keeps its arguments and the files it is to pack. */
    private Path recordingJdk() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("jdk/bin"));
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
        program(bin.resolve("java"), "exit 0");
        program(bin.resolve("javac"), "exit 1");
        program(bin.resolve("jpackage"), "printf '%s\\n' \"$@\" >'" + folder + "/arguments'",
                "while [ \"$1\" != --input ]; do shift; done", "cp -R \"$2\" '" + folder + "/packed'");
        return bin.getParent();
    }

    private static void program(Path file, String... lines) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static List<String> valuesOf(List<String> arguments, String option) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < arguments.size() - 1; i++) {
            if (arguments.get(i).equals(option)) {
                values.add(arguments.get(i + 1));
            }
        }
        return values;
    }

    @Test
    void on_macos_it_has_rococoa_the_flags_and_the_environment() throws Exception {
        program(Files.createDirectory(folder.resolve("fakes")).resolve("uname"), "echo Darwin");
        ScriptsTest.layOutMacOs(folder.resolve("macos"));
        Files.writeString(folder.resolve("natives/librococoa.dylib"), "a library");
        Result built = build(recordingJdk(), folder.resolve("fakes") + File.pathSeparator + folder.resolve("macos"));
        assertThat(built.status).as(built.output).isZero();
        assertThat(folder.resolve("gnu")).as("what macOS refuses").doesNotExist();
        List<String> arguments = Files.readAllLines(folder.resolve("arguments"));
        assertThat(valuesOf(arguments, "--java-options")).containsSubsequence("--module-path", "$APPDIR/modules")
                .containsSubsequence("--add-modules", "rococoa.core,org.slf4j")
                .contains("-Djna.library.path=$APPDIR")
                .containsAll(words("module-path.args")).containsAll(words("module-path-macos.args"));
        assertThat(folder.resolve("packed/librococoa.dylib")).hasContent("a library");
        assertThat(Files.list(folder.resolve("packed/modules"))).anyMatch(jar -> jar.endsWith("vkfx-bridge.jar"));
        Path resources = Path.of(valuesOf(arguments, "--resource-dir").getFirst());
        String entitlements = valuesOf(arguments, "--mac-entitlements").getFirst();
        assertThat(plist(Path.of(entitlements))).contains("com.apple.security.cs.allow-jit true",
                "com.apple.security.cs.disable-library-validation true");
        assertThat(plist(resources.resolve("Info.plist")))
                .contains("CFBundleExecutable " + valuesOf(arguments, "--name").getFirst(),
                        "CFBundleShortVersionString " + valuesOf(arguments, "--app-version").getFirst())
                .containsSubsequence("LSEnvironment dict", "MVK_CONFIG_LOG_LEVEL 1");
    }

    private static List<String> words(String argumentFile) {
        return Repository.read("bridge/src/main/resources/META-INF/vkfx/" + argumentFile).lines()
                .filter(line -> !line.startsWith("#")).flatMap(line -> List.of(line.split(" ")).stream()).toList();
    }

    /** A property list's keys, each with its value, or the value's type where it has no text. */
    private static List<String> plist(Path file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        Document document = factory.newDocumentBuilder().parse(file.toFile());
        var all = document.getElementsByTagName("*");
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < all.getLength() - 1; i++) {
            if (all.item(i).getNodeName().equals("key")) {
                var value = all.item(i + 1);
                boolean text = value.getNodeName().equals("string");
                entries.add(all.item(i).getTextContent() + " " + (text ? value.getTextContent() : value.getNodeName()));
            }
        }
        return entries;
    }
}
