package org.vkfx.interop.metal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vkfx.InteropReport.Finding;

/** What is said where JavaFX draws by another pipeline. */
class MetalBackendTest {
    private static final String FLAG = "-Dprism.order=mtl,es2,sw";

    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {"'mtl,es2,sw',26.0.2+4", "mtl,26.0.2+4", "'mtl, sw',none",
            "none,27-ea+11", "none,28"})
    void where_metal_refused_no_flag_is_asked_for_that_is_set(String order, String version) {
        Finding finding = MetalBackend.otherPipeline("es2", order, version);
        assertThat(finding.available()).isFalse();
        assertThat(finding.reason()).contains("pipeline \"es2\", not mtl", "JavaFX's Metal pipeline refused this Mac");
        assertThat(finding.remedy()).contains("MTLGPUFamilyMac2", "virtual Macs", "JDK-8375466");
        assertThat(finding.toString()).doesNotContain("prism.order");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {"none,26.0.2+4", "es2,27", "'es2,mtl',26", "sw,28", "none,none", "none,x",
            "'',26", "none,99999999999"})
    void where_metal_was_not_tried_the_flag_is_named(String order, String version) {
        Finding finding = MetalBackend.otherPipeline("sw", order, version);
        assertThat(finding.reason()).endsWith("JavaFX uses its pipeline \"sw\", not mtl (Metal).");
        assertThat(finding.remedy()).isEqualTo("Start java with " + FLAG + ".");
    }
}
