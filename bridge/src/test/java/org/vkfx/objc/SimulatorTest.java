package org.vkfx.objc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The simulated Mac's own check, src/mac-sim/checks/check*.c: that each offence is seen when it is provoked, and how a
 * process ends that has offended.
 */
class SimulatorTest {
    private static final int STATUS_OF_OFFENDERS = 86;
    private static final int STATUS_OF_ABORT = 128 + 6;
    private static final Path SIMULATOR = Path.of(System.getProperty(ObjC.LIBRARY_PROPERTY, "")).toAbsolutePath()
            .getParent();
    private static final String DRIVER = SIMULATOR.resolve("moltenvk_icd.json").toString();
    private static final Map<String, String> MOLTENVK = Map.of("VK_DRIVER_FILES", DRIVER, "VK_ICD_FILENAMES", DRIVER,
            "VK_ADD_LAYER_PATH", SIMULATOR.toString(), "VK_INSTANCE_LAYERS", "VK_LAYER_VKFX_unhide",
            "VK_LAYER_DISABLES", "VK_VALIDATION_FEATURE_DISABLE_UNIQUE_HANDLES_EXT", "MVK_CONFIG_LOG_LEVEL", "1");
    private static final Map<String, String> LAVAPIPE = Map.of("VK_ADD_LAYER_PATH", SIMULATOR.toString(),
            "VK_INSTANCE_LAYERS", "VK_LAYER_VKFX_moltenvk");

    @TempDir
    private Path directory;

    @BeforeAll
    static void simulator() {
        MacSim.assumeBuilt();
    }

    private record Result(int status, String output) {
        void isAsItShouldBe() {
            assertThat(output).contains("mac-sim: all as it should be");
            assertThat(status).isZero();
        }

        void endsWith(String sentence) {
            assertThat(output).contains("mac-sim: ").contains(sentence);
            assertThat(status).isEqualTo(STATUS_OF_OFFENDERS);
        }
    }

    private Result check(String what, Map<String, String> vulkan, String mac) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(SIMULATOR.resolve("check").toString(), what)
                .redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(vulkan);
        builder.environment().put("MACSIM_MAC", mac);
        builder.environment().put("MACSIM_DELAY", "0");
        builder.environment().remove("MACSIM_REPORT");
        Process process = builder.start();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("hangs: " + Files.readString(output));
        }
        return new Result(process.exitValue(), Files.readString(output));
    }

    @Test
    void apples_part_does_what_a_mac_does_and_sees_every_offence() throws Exception {
        check("", Map.of(), "").isAsItShouldBe();
    }

    @Test
    void moltenvk_runs_and_every_offence_is_seen() throws Exception {
        check("moltenvk", MOLTENVK, "").isAsItShouldBe();
    }

    @Test
    void lavapipe_is_dressed_as_moltenvk_and_every_offence_is_seen() throws Exception {
        check("lavapipe", LAVAPIPE, "").isAsItShouldBe();
    }

    @ParameterizedTest
    @ValueSource(strings = {"apple-silicon", "two-gpus", "virtual", "two-devices"})
    void each_kind_of_mac_is_what_it_is_said_to_be(String mac) throws Exception {
        check("kind", MOLTENVK, mac).isAsItShouldBe();
    }

    @Test
    void an_unknown_kind_of_mac_ends_the_process() throws Exception {
        check("kind", MOLTENVK, "quadra").endsWith("there is no kind of Mac named quadra");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "leak          | leaked at exit: NSObject",
            "offend        | has been freed",
            "unresolved    | libMoltenVK.dylib called _IOSurfaceGetWidth, which is not simulated",
            "absent        | /nowhere/libMoltenVK.dylib cannot be read: No such file or directory",
            "no-macho      | is no Mach-O library for x86-64",
            "cxx-exception | a C++ exception is thrown, which src/mac-sim cannot unwind: MVK_spirv_cross::CompilerError",
            "nil-object    | an exception that nobody catches: nil cannot be put into a NSMutableArray",
            "nil-key       | an exception that nobody catches: nil cannot be put into a NSMutableDictionary",
            "no-element    | an exception that nobody catches: index 5 of a NSMutableArray of 0",
            "null-string   | an exception that nobody catches: -[NSString initWithUTF8String:]: the argument is NULL",
            "mutation      | a collection is changed while it is enumerated: an exception of a NSMutableArray",
            "assertion     | an exception that nobody catches: NSAssert in -[NSObject draw], file.m line 7: it is so",
            "second-lock   | is locked a second time by its thread: that would last for ever",
            "block-dealloc | an exception that nobody catches: -dealloc was sent to a block",
            "many-queues   | more than 64 queues at a time"})
    void what_cannot_go_on_ends_the_process(String what, String sentence) throws Exception {
        check(what, MOLTENVK, "").endsWith(sentence);
    }

    @Test
    void a_missing_pool_is_told_as_libobjc_does_where_that_is_asked_for() throws Exception {
        assertThat(check("missing-pools", Map.of(), "")).isEqualTo(new Result(0, ""));
        Result result = check("missing-pools", Map.of("OBJC_DEBUG_MISSING_POOLS", "YES"), "");
        assertThat(result.output).matches("objc\\[\\d+]: MISSING POOLS: \\(0x\\w+\\) Object 0x\\w+ of class MTLDevice"
                + " autoreleased with no pool in place - just leaking - break on objc_autoreleaseNoPool\\(\\) to debug\n");
        assertThat(result.status).isZero();
    }

    @Test
    void metals_debug_layer_says_that_it_is_on_and_aborts_at_a_scissor_beyond_its_target() throws Exception {
        Result result = check("scissor", Map.of("MTL_DEBUG_LAYER", "1"), "");
        assertThat(result.output).contains(" Metal API Validation Enabled\n", "failed assertion `Set Scissor Rect"
                + " Validation\n(rect.y(1) + rect.height(8))(9) must be <= render pass height(8)\n'\n");
        assertThat(result.status).isEqualTo(STATUS_OF_ABORT);
        assertThat(check("scissor", Map.of(), "").status).as("without it").isNotEqualTo(STATUS_OF_ABORT);
    }
}
