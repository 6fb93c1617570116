package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lwjgl.system.Platform;
import org.lwjgl.system.SharedLibrary;
import org.vkfx.demo.VulkanLibrary.Candidate;

@NeedsVulkan
class VulkanLibraryTest {
    private static final int LIMIT_SECONDS = 120;

    @TempDir
    Path folder;

    @Test
    void onMacOsItIsLwjglsOwnThenTheSdksThenAnyOther() {
        assertThat(VulkanLibrary.candidates(Platform.MACOSX, null, "/sdk")).containsExactly(
                new Candidate("MoltenVK", true), new Candidate("/sdk/lib/libvulkan.1.dylib", false),
                new Candidate("/sdk/lib/libMoltenVK.dylib", false), new Candidate("libvulkan.1.dylib", false),
                new Candidate("libMoltenVK.dylib", false), new Candidate("/opt/homebrew/lib/libvulkan.1.dylib", false),
                new Candidate("/opt/homebrew/lib/libMoltenVK.dylib", false),
                new Candidate("/usr/local/lib/libvulkan.1.dylib", false),
                new Candidate("/usr/local/lib/libMoltenVK.dylib", false));
        assertThat(VulkanLibrary.candidates(Platform.MACOSX, null, null)).hasSize(7).doesNotHaveDuplicates()
                .startsWith(new Candidate("MoltenVK", true), new Candidate("libvulkan.1.dylib", false));
    }

    @Test
    void elsewhereItIsTheLoader() {
        assertThat(VulkanLibrary.candidates(Platform.LINUX, null, "/sdk"))
                .containsExactly(new Candidate("libvulkan.so.1", false));
        assertThat(VulkanLibrary.candidates(Platform.WINDOWS, null, "/sdk"))
                .containsExactly(new Candidate("vulkan-1", false));
    }

    @Test
    void whatTheUserNamesIsTheOnlyOne() {
        for (Platform platform : Platform.values()) {
            assertThat(VulkanLibrary.candidates(platform, "/my/own", "/sdk"))
                    .containsExactly(new Candidate("/my/own", false));
        }
    }

    @Test
    void whereThereIsNoneAllPlacesAreNamed() {
        assertThatExceptionOfType(UnsatisfiedLinkError.class)
                .isThrownBy(() -> VulkanLibrary.open(List.of(new Candidate("libno-such-vulkan.so.1", false),
                        new Candidate(folder.resolve("libvulkan.so").toString(), false))))
                .withMessageContaining("No Vulkan was found as libno-such-vulkan.so.1 or " + folder)
                .withMessageContaining("-Dvkfx.vulkan.library");
    }

    /** Opens Vulkan as on macOS, in a process of its own. */
    static final class AsOnMacOs {
        public static void main(String[] arguments) throws IOException {
            SharedLibrary library = VulkanLibrary.open(VulkanLibrary.candidates(Platform.MACOSX, null, null));
            System.out.println(library.getPath());
            Files.readAllLines(Path.of("/proc/self/maps")).stream()
                    .filter(line -> line.matches(".*/lib(MoltenVK|vulkan)\\..*"))
                    .map(line -> line.substring(line.indexOf('/'))).distinct().forEach(System.out::println);
        }
    }

    /** With Linux's Vulkan in the dress of a jar with LWJGL's natives. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "The jar is made of what Linux has loaded.")
    void lwjglsOwnIsTakenOutOfItsJar() throws Exception {
        Path real = Path.of(VulkanLibrary.open().getPath()).toRealPath();
        Path jar = folder.resolve("lwjgl-vulkan-0-natives-linux.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("linux/" + Platform.getArchitecture().name().toLowerCase()
                    + "/org/lwjgl/vulkan/" + System.mapLibraryName("MoltenVK")));
            Files.copy(real, out);
        }
        List<String> said = run(System.getProperty("java.class.path") + File.pathSeparator + jar,
                "-Djava.io.tmpdir=" + folder, AsOnMacOs.class.getName()).lines().distinct().toList();
        assertThat(said).singleElement().asString().startsWith(folder.toString()).endsWith("/libMoltenVK.so");
    }

    /** What LWJGL has opened is all: were the bridge to open one by itself, it would find none. */
    @ParameterizedTest
    @ValueSource(strings = {"--doctor", "--self-test"})
    @EnabledOnOs(value = OS.LINUX, disabledReason = "JavaFX is told its pipeline.")
    void theBridgeOpensNoneBesideIt(String option) throws Exception {
        assertThat(run(System.getProperty("java.class.path"),
                "@" + Path.of("../bridge/src/main/resources/META-INF/vkfx/class-path.args").toAbsolutePath(),
                "-Dprism.order=es2", "-Dprism.forceGPU=true", "-Dorg.lwjgl.vulkan.libname=libvulkan.so.1",
                "-Dvkfx.vulkan.library=/no/such/library", Demo.class.getName(), option)).contains("opengl");
    }

    private String run(String classPath, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", classPath));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        assertThat(process.exitValue()).as(Files.readString(out) + Files.readString(err)).isZero();
        return Files.readString(out);
    }
}
