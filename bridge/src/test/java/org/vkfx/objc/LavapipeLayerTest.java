package org.vkfx.objc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lavapipe dressed as MoltenVK is held to the original: src/mac-sim/checks/questions*.c ask both the same, from
 * extensions to the results of misuse, and the answers are equal but for what is listed here.
 */
class LavapipeLayerTest {
    private static final List<String> DRIVER_FOLDERS = List.of("/usr/share", "/usr/local/share", "/etc",
            "/run/opengl-driver/share");
    private static final int MANY = 1600; // questions that MoltenVK answers

    /** MoltenVK's extensions that lavapipe has not, and that neither the bridge nor the demo enables. */
    private static final String NOT_LAVAPIPES = String.join("|", """
            VK_AMD_gpu_shader_half_float VK_AMD_negative_viewport_height VK_AMD_shader_image_load_store_lod
            VK_AMD_shader_trinary_minmax VK_EXT_buffer_device_address VK_EXT_debug_marker VK_EXT_descriptor_indexing
            VK_EXT_fragment_shader_interlock VK_EXT_global_priority VK_EXT_global_priority_query VK_EXT_hdr_metadata
            VK_EXT_host_image_copy VK_EXT_load_store_op_none VK_EXT_memory_budget VK_EXT_pipeline_robustness
            VK_EXT_sample_locations VK_EXT_swapchain_maintenance1 VK_EXT_texture_compression_astc_hdr
            VK_EXT_tooling_info VK_GOOGLE_display_timing VK_IMG_format_pvrtc VK_INTEL_shader_integer_functions2
            VK_KHR_calibrated_timestamps VK_KHR_deferred_host_operations VK_KHR_dynamic_rendering_local_read
            VK_KHR_global_priority VK_KHR_index_type_uint8 VK_KHR_line_rasterization VK_KHR_load_store_op_none
            VK_KHR_maintenance5 VK_KHR_maintenance6 VK_KHR_maintenance7 VK_KHR_maintenance8 VK_KHR_maintenance9
            VK_KHR_map_memory2 VK_KHR_present_id VK_KHR_present_id2 VK_KHR_present_wait VK_KHR_present_wait2
            VK_KHR_robustness2 VK_KHR_sampler_ycbcr_conversion VK_KHR_shader_expect_assume
            VK_KHR_shader_float_controls2 VK_KHR_shader_fma VK_KHR_shader_maximal_reconvergence
            VK_KHR_shader_non_semantic_info VK_KHR_shader_relaxed_extended_instruction VK_KHR_shader_subgroup_rotate
            VK_KHR_shader_subgroup_uniform_control_flow VK_KHR_swapchain_maintenance1
            VK_KHR_vertex_attribute_divisor
            """.split("\\s+"));

    /** Where the layer may differ, as patterns of whole keys, and why it does. */
    private static final Map<String, String> ACCEPTED = Map.ofEntries(
            Map.entry("device\\.extension\\.(" + NOT_LAVAPIPES + ")", "lavapipe lacks it, and nobody here uses it"),
            Map.entry("limit\\.maxPushConstantsSize",
                    "lavapipe has 128 bytes, which is the least, and the demo's need"),
            Map.entry("limit\\.(framebufferColor|framebufferDepth|sampledImageColor)SampleCounts",
                    "lavapipe cannot take 2 samples; the demo takes 4"),
            Map.entry("image-format\\..*\\.samples", "the same, as formats have it"),
            Map.entry("image-format\\..*\\.resource-size", "a limit of lavapipe, which nobody reads"),
            Map.entry("memory\\.heap\\.0", "its size: as much as lavapipe has, which is less than the Mac's"),
            Map.entry("format\\.[BR]8G8[BR]8A8_SRGB\\.optimal", "lavapipe has no storage images in sRGB"),
            Map.entry("image-format\\.[BR]8G8[BR]8A8_SRGB\\.storage\\.MTLTEXTURE\\..*", "for the same reason"),
            Map.entry("format\\.D16_UNORM\\.optimal", "lavapipe does not filter depth; the demo does not ask it to"),
            Map.entry("allocate\\.plain-shared\\.handle\\.object",
                    "there is no MTLBuffer behind lavapipe's memory; to ask for it is an offence on both"),
            Map.entry("allocate\\.as-MTLBUFFER\\.handle\\.object", "the same; to ask for it is an offence on both"),
            Map.entry("allocate\\.(mipmapped|layered|linear)\\.(offences|handle\\.object)",
                    "the layer knows how lavapipe lays out plain images only; it is an offence to want another"),
            Map.entry("event\\.submit-that-waits\\.offences",
                    "lavapipe's queues are not Metal's, which see that a wait comes before what ends it"),
            Map.entry("timed-out\\.destroyed\\.retains",
                    "lavapipe leaves nothing on the event; the layer calls the wait itself an offence, as on MoltenVK"),
            Map.entry("timed-out\\.signal-when-destroyed\\.offences", "for the same reason"));

    @TempDir
    private Path directory;

    @BeforeAll
    static void simulator() {
        MacSim.assumeBuilt();
    }

    private static Path folder() {
        return Path.of(System.getProperty(ObjC.LIBRARY_PROPERTY)).getParent();
    }

    private static String lavapipe() throws IOException {
        for (String place : DRIVER_FOLDERS) {
            Path drivers = Path.of(place, "vulkan/icd.d");
            if (Files.isDirectory(drivers)) {
                try (DirectoryStream<Path> found = Files.newDirectoryStream(drivers, "lvp_icd*.json")) {
                    for (Path driver : found) {
                        return driver.toString();
                    }
                }
            }
        }
        return Assumptions.abort("lavapipe is not installed (Debian: apt-get install mesa-vulkan-drivers)");
    }

    /** The answers in the order of the questions. */
    private Map<String, String> answers(String driver, Map<String, String> more) throws Exception {
        Path output = directory.resolve("answers");
        Path errors = directory.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(folder().resolve("questions").toString())
                .redirectOutput(output.toFile()).redirectError(errors.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("VK_") || name.startsWith("MACSIM_"));
        environment.putAll(Map.of("VK_DRIVER_FILES", driver, "VK_ICD_FILENAMES", driver, "MVK_CONFIG_LOG_LEVEL", "1"));
        environment.putAll(more);
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("hangs: " + Files.readString(output) + Files.readString(errors));
        }
        assertThat(process.exitValue()).as(driver + ": " + Files.readString(errors)).isZero();
        Map<String, String> answers = new LinkedHashMap<>();
        for (String line : Files.readAllLines(output)) {
            String[] parts = line.split(": ", 2);
            assertThat(parts).as(line).hasSize(2);
            assertThat(answers.put(parts[0], parts[1])).as("asked twice: " + line).isNull();
        }
        return answers;
    }

    private Map<String, String> moltenVk() throws Exception {
        return answers(folder().resolve("moltenvk_icd.json").toString(), Map.of());
    }

    @Test
    void the_layer_says_what_moltenvk_says() throws Exception {
        Map<String, String> moltenVk = moltenVk();
        Map<String, String> layer = answers(lavapipe(),
                Map.of("VK_ADD_LAYER_PATH", folder().toString(), "VK_INSTANCE_LAYERS", "VK_LAYER_VKFX_moltenvk"));
        assertThat(moltenVk).hasSizeGreaterThan(MANY).containsEntry("device.driverName", "MoltenVK");
        Set<String> keys = new LinkedHashSet<>(moltenVk.keySet());
        keys.addAll(layer.keySet());
        Set<String> stale = new LinkedHashSet<>(ACCEPTED.keySet());
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            if (!Objects.equals(moltenVk.get(key), layer.get(key))) {
                List<String> accepting = ACCEPTED.keySet().stream().filter(p -> Pattern.matches(p, key)).toList();
                stale.removeAll(accepting);
                if (accepting.isEmpty()) {
                    differences.add(key + ": MoltenVK " + moltenVk.get(key) + ", the layer " + layer.get(key));
                }
            }
        }
        assertThat(differences).as("mend src/mac-sim/lavapipe, or list the difference with its reason").isEmpty();
        assertThat(stale).as("listed, but MoltenVK and the layer agree").isEmpty();
    }

    @Test
    void answers_do_not_change_from_run_to_run() throws Exception {
        assertThat(moltenVk()).isEqualTo(moltenVk());
    }
}
