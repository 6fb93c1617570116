package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The self-test of this machine, in a process of its own, started as src/bin/demo does it. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "OpenGL's path and the simulated Mac are for Linux")
class SelfTestTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path SIM = ROOT.resolve("bridge/target/mac-sim");
    private static final Path JAVAFX = SIM.resolve(System.getProperty("vkfx.test.javafx"));
    private static final Path ARGUMENTS = ROOT.resolve("bridge/src/main/resources/META-INF/vkfx");
    private static final Pattern MODULE = Pattern
            .compile("(javafx|rococoa|jna|slf4j|cglib|asm|vkfx-bridge)-.*\\.jar|classes");
    private static final int LIMIT_SECONDS = 200;

    @TempDir
    Path folder;

    private record Result(int status, String output, String errors) {
        List<String> failures() {
            return output.lines().filter(line -> line.startsWith("FAIL")).toList();
        }
    }

    private Result run(List<String> options, Map<String, String> environment, String... arguments) throws Exception {
        Map<Boolean, List<String>> entries = Arrays
                .stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .collect(Collectors.partitioningBy(SelfTestTest::isModule));
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "@" + ARGUMENTS.resolve("module-path.args"), "--module-path",
                String.join(File.pathSeparator, entries.get(true)), "--add-modules",
                "org.vkfx.bridge,javafx.controls", "-cp", String.join(File.pathSeparator, entries.get(false)),
                "--sun-misc-unsafe-memory-access=allow", "-Dprism.forceGPU=true"));
        command.addAll(options);
        command.addAll(List.of(Demo.class.getName(), "--self-test"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().putAll(environment);
        if (environment.containsKey("MACSIM_MAC")) { // a Mac has no X11, by which es2 would draw
            builder.environment().remove("DISPLAY");
        }
        Process process = builder.start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        return new Result(process.exitValue(), Files.readString(folder.resolve("out")),
                Files.readString(folder.resolve("err")));
    }

    /** The bridge's classes before Maven's phase package are a folder; the demo's own stay on the class path. */
    private static boolean isModule(String entry) {
        Path path = Path.of(entry).toAbsolutePath().normalize();
        return MODULE.matcher(path.getFileName().toString()).matches()
                && (!Files.isDirectory(path) || path.startsWith(ROOT.resolve("bridge")));
    }

    private Result runOnMetal(String failures, String... arguments) throws Exception {
        return runOnMac("", failures, arguments);
    }

    private Result runOnMac(String kind, String failures, String... arguments) throws Exception {
        Assumptions.assumeTrue(Files.exists(JAVAFX.resolve("libprism_mtl.so")),
                "src/mac-sim was not built: it needs x86-64, clang, libvulkan-dev, libc++1 and libc++abi1");
        List<String> options = List.of("@" + ARGUMENTS.resolve("module-path-macos.args"), "--add-modules",
                "rococoa.core,org.slf4j", "--enable-native-access=com.sun.jna", "-Djna.library.path=" + SIM,
                "-Dvkfx.objc.library=" + SIM.resolve("libmacsim.so"),
                "--patch-module", "javafx.graphics=" + JAVAFX.resolve("patch/javafx.graphics"),
                "-Djava.library.path=" + JAVAFX, "-Dglass.platform=Sim");
        String driver = SIM.resolve("moltenvk_icd.json").toString();
        return run(options, Map.of("VK_DRIVER_FILES", driver, "VK_ICD_FILENAMES", driver, "MVK_CONFIG_LOG_LEVEL", "1",
                "MACSIM_REPORT", SIM.resolve("ran").toString(), "MACSIM_FAIL", failures, "MACSIM_MAC", kind),
                arguments);
    }

    @Test
    void it_passes_on_opengl_and_says_so_in_json_alone() throws Exception {
        Result result = run(List.of("-Dprism.order=es2"), Map.of(), "--json");
        assertThat(result.status).as(result.output + result.errors).isZero();
        assertThat(result.output.strip()).doesNotContain("\n")
                .startsWith("{\"verdict\":\"passed\",\"interop\":\"opengl\",\"pipeline\":\"es2\"").endsWith("}]}")
                .contains("\"failed\":0,\"notApplicable\":2,");
    }

    @Test
    void it_passes_by_the_host_path_where_that_is_asked_for() throws Exception {
        Result result = run(List.of("-Dprism.order=es2"), Map.of(), "--interop", "host");
        assertThat(result.status).as(result.output + result.errors).isZero();
        assertThat(result.output).contains("n/a   export ", "ok    handle identity ", "ok    snapshot pixels ",
                "ok    moved, clipped ", "ok    synchronisation ", "the host path copied and uploaded",
                "ok    100 resizes ", "ok    closing ", "Verdict: passed by host on ");
    }

    @Test
    void it_fails_where_the_kind_is_impossible_and_says_why() throws Exception {
        Result result = run(List.of("-Dprism.order=es2"), Map.of(), "--interop", "metal");
        assertThat(result.status).isEqualTo(1);
        assertThat(result.failures()).singleElement().asString().contains("interop", "no Metal pipeline");
        assertThat(result.output).contains("Verdict: FAILED by metal");
    }

    @Test
    void it_passes_on_a_simulated_mac_and_again_under_metals_own_checks() throws Exception {
        Result result = runOnMetal("");
        assertThat(result.status).as(result.output + result.errors).isZero();
        assertThat(result.output).contains("JavaFX " + System.getProperty("vkfx.test.javafx") + "+",
                "Driver: MoltenVK 1.4.2.",
                "Rococoa hands them over. " + SIM.resolve("librococoa.so") + " is no library of macOS.",
                "ok    handle properties ", "ok    read signal ", "ok    retain balance ", "ok    control run ",
                "ok    zombies ",
                "ok    autorelease pools   Nothing was said but what is JavaFX's own, and it was on.",
                "ok    Metal validation    Nothing was said, and it was on.", "ok    debug run ",
                "software, no GPU", "Verdict: passed by metal on ");
        // As a Mac does: JavaFX's render thread has no pool, also for the driver.
        assertThat(result.output.lines().filter(line -> line.startsWith("n/a   autorelease pools ")))
                .allSatisfy(line -> assertThat(line).contains("JavaFX's own, without a view too ("))
                .anySatisfy(line -> assertThat(line).contains(" of class NSString autoreleased"))
                .anySatisfy(line -> assertThat(line).contains(" of class MTLDevice autoreleased"));
        assertThat(result.errors).doesNotContain("mac-sim:");
    }

    @Test
    void on_a_virtual_mac_it_passes_by_the_host_path_and_says_why() throws Exception {
        Result result = runOnMac("virtual", "");
        assertThat(result.status).as(result.output + result.errors).isZero();
        assertThat(result.output).contains("pipeline sw.", "n/a   zero copies ",
                "JavaFX's Metal pipeline refused this Mac. It needs a GPU of MTLGPUFamilyMac2, which virtual Macs lack",
                "Verdict: passed by host on ").doesNotContain("prism.order=" + "mtl");
    }

    @Test
    void metal_that_lies_fails_here_and_in_the_debug_run() throws Exception {
        Result result = runOnMetal("-[MTLDevice newTextureWithDescriptor:]=4");
        assertThat(result.status).isEqualTo(1);
        assertThat(result.failures()).hasSize(2).allSatisfy(line -> assertThat(line).contains("has storageMode 0"));
        assertThat(result.failures().getFirst()).startsWith("FAIL  export ");
        assertThat(result.failures().getLast()).startsWith("FAIL  debug run           export: ");
        assertThat(result.output).contains("n/a   views ");
    }

    /** JavaFX's render thread has none either, and the class is the same: the driver's device. */
    @Test
    void a_bridge_without_autorelease_pools_does_not_hide_behind_javafx() throws Exception {
        Result result = runOnMetal("objc_autoreleasePoolPush=1");
        assertThat(result.status).isNotZero();
        assertThat(result.failures()).anySatisfy(line -> assertThat(line).startsWith("FAIL  autorelease pools ")
                .contains("objc[", "MISSING POOLS: ", " of class MTLDevice autoreleased with no pool in place"));
        assertThat(result.output).contains("ok    control run ", "ok    closing ", "Verdict: FAILED by metal");
    }

    @Test
    void an_assertion_of_javafxs_own_is_told_and_fails_nothing() throws Exception {
        Result result = runOnMetal("-[MTLRenderCommandEncoder setScissorRect:]=1");
        assertThat(result.status).as(result.output + result.errors).isZero();
        assertThat(result.output.lines().filter(line -> line.contains("failed assertion `Set Scissor Rect Validation")))
                .hasSize(5)
                .allSatisfy(line -> assertThat(line).startsWith("n/a   ").contains("JavaFX's own assertion")
                        .contains("must be <= render pass width("));
        assertThat(result.output).contains("n/a   control run ", "n/a   Metal validation ", "n/a   debug run ",
                "Verdict: passed by metal");
    }

    /** Metal's debug layer may own the texture, too. */
    @Test
    void owners_are_judged_without_metals_debug_layer_and_told_under_it() throws Exception {
        Result result = runOnMetal("nCreateRT2=2");
        assertThat(result.status).isEqualTo(1);
        assertThat(result.failures()).singleElement().asString().startsWith("FAIL  retain balance ");
        assertThat(result.output).contains("n/a   debug run           retain balance: The MTLTexture's retainCount is ",
                "informative", "ok    debug run ");
    }
}
