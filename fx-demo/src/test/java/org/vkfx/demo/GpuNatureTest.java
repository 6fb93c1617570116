package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuNatureTest {
    /** Types: 1 integrated, 2 discrete, 3 virtual, 4 processor. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            Apple M2, 1, REAL
            NVIDIA H100 80GB HBM3, 2, REAL
            Apple Paravirtual device, 1, VIRTUAL
            Virtio-GPU Venus (Intel), 3, VIRTUAL
            Some GPU, 3, VIRTUAL
            'llvmpipe (LLVM 15.0.6, 256 bits)', 4, SOFTWARE
            SwiftShader Device (Subzero), 4, SOFTWARE
            'llvmpipe', 3, SOFTWARE
            Microsoft Basic Render Driver, 1, SOFTWARE
            Apple M-something (simulated), 1, SOFTWARE
            """)
    void name_and_type_tell_what_stands_behind(String name, int type, GpuNature nature) {
        assertThat(GpuNature.of(name, type)).isEqualTo(nature);
    }
}
