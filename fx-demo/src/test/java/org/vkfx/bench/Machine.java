package org.vkfx.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the figures belong to.
 *
 * @param gpu the Vulkan device
 * @param driver its driver
 * @param facts all that is known, by name
 */
record Machine(String gpu, String driver, Map<String, String> facts) {
    /** This machine with a GPU that another process has seen. */
    static Machine of(String gpu, String driver, String command) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("gpu", gpu);
        facts.put("driver", driver);
        facts.put("cpu", cpu());
        facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        facts.put("java", System.getProperty("java.runtime.version"));
        facts.put("javafx", javaFx());
        facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("command", command);
        return new Machine(gpu, driver, facts);
    }

    /** Whether a processor renders: then targets for GPUs do not apply. */
    boolean isSoftware() {
        return gpu.contains("llvmpipe");
    }

    private static String cpu() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse("unknown");
        } catch (IOException e) {
            return "unknown"; // not Linux
        }
    }

    /** JavaFX tells its version once it has started, which this process does not. */
    private static String javaFx() {
        Module graphics = javafx.scene.Node.class.getModule();
        return graphics.isNamed() ? graphics.getDescriptor().rawVersion().orElse("unknown") : "unknown";
    }

    @Override
    public String toString() {
        return gpu + ", " + driver + "; " + facts.get("cpu") + ", " + facts.get("processors") + " processors; Java "
                + facts.get("java") + ", JavaFX " + facts.get("javafx");
    }
}
