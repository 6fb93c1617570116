package org.vkfx.objc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulator's own check, and how a process ends that has offended: programs of src/metal-sim. */
class SimulatorTest {
    private static final int STATUS_OF_OFFENDERS = 86;

    @TempDir
    private Path directory;

    @BeforeAll
    static void simulator() {
        MetalSim.assumeBuilt();
    }

    private record Result(int status, String output) {
    }

    private Result check(String... what) throws IOException, InterruptedException {
        Path folder = Path.of(System.getProperty(ObjC.LIBRARY_PROPERTY)).getParent();
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(folder.resolve("check").toString()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.command().addAll(List.of(what));
        builder.environment().put("VK_ADD_LAYER_PATH", folder.toString());
        builder.environment().put("VK_INSTANCE_LAYERS", "VK_LAYER_VKFX_moltenvk");
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("hangs: " + Files.readString(output));
        }
        return new Result(process.exitValue(), Files.readString(output));
    }

    @Test
    void everything_is_simulated_and_every_offence_seen() throws Exception {
        Result result = check();
        assertThat(result.output()).contains("metal-sim: all as it should be");
        assertThat(result.status()).isZero();
    }

    @Test
    void a_process_that_leaks_has_failed() throws Exception {
        Result result = check("leak");
        assertThat(result.output()).contains("leaked at exit: NSObject");
        assertThat(result.status()).isEqualTo(STATUS_OF_OFFENDERS);
    }

    @Test
    void a_process_that_has_offended_has_failed() throws Exception {
        Result result = check("offend");
        assertThat(result.output()).contains("has been freed");
        assertThat(result.status()).isEqualTo(STATUS_OF_OFFENDERS);
    }
}
