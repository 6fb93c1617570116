package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines as macOS and src/mac-sim print them. */
class DebugLineTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -[MTLDebugRenderCommandEncoder validateCommonDrawErrors:]:5775: failed assertion `Draw Errors'| VALIDATION
            -[MTLTextureDescriptorInternal validateWithDevice:]:1357: failed assertion `Texture Descriptor'| VALIDATION
            2026-01-02 10:11:12 java[1:2] *** -[MTLTexture release]: message sent to deallocated instance 0x6| ZOMBIES
            objc[9]: MISSING POOLS: (0x1) Object 0x2 of class A autoreleased with no pool in place - just leaking| MISSING_POOLS
            mac-sim: MTLCommandBuffer 0x1 autoreleased with no pool in place: it leaks| MISSING_POOLS
            mac-sim: a texture is used whose wrapper 0x1 has been released| ZOMBIES
            mac-sim: nCreateRT2: 0x1 is no living MTLTexture| VALIDATION
            """)
    void a_line_has_its_author(String line, DebugLine author) {
        assertThat(DebugLine.of(line)).contains(author);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2026-01-02 10:11:12.345 java[123:4567] Metal API Validation Enabled
            (java:1): Gdk-WARNING **: 18:22:58.004: XSetErrorHandler() called with a GDK error trap pushed.
            WARNING: Unsupported JavaFX configuration: classes were loaded from 'unnamed module @1'
            """)
    void others_lines_are_nobodys(String line) {
        assertThat(DebugLine.of(line)).isEmpty();
    }
}
