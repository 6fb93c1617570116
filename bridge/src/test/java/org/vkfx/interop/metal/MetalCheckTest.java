package org.vkfx.interop.metal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When owners are not judged; what is judged is in MetalDiagnosisTest and the demo's SelfTestTest. */
class MetalCheckTest {
    @ParameterizedTest
    @CsvSource({"1, true", "YES, true", "0, false", "'', false"})
    void metals_debug_layer_is_on_where_its_variable_says_so(String value, boolean on) {
        assertThat(MetalCheck.isDebugLayerOn(Map.of("MTL_DEBUG_LAYER", value))).isEqualTo(on);
    }

    @Test
    void it_is_off_by_default() {
        assertThat(MetalCheck.isDebugLayerOn(Map.of())).isFalse();
    }
}
