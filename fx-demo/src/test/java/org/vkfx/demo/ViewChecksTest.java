package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vkfx.demo.CheckedWindow.Picture;

class ViewChecksTest {
    private static Picture picture(int width, int height) {
        return new Picture(width, height, IntStream.range(0, width * height)
                .map(i -> PatternRenderer.pixel(i % width, i / width)).toArray());
    }

    @Test
    void the_right_pixels_pass() {
        assertThatNoException().isThrownBy(() -> ViewChecks.expect(picture(50, 40), PatternRenderer::pixel));
    }

    @Test
    void one_wrong_bit_is_found_and_its_place_told() {
        Picture picture = picture(50, 40);
        picture.argb()[50 * 7 + 3] ^= 1;
        assertThatIllegalStateException().isThrownBy(() -> ViewChecks.expect(picture, PatternRenderer::pixel))
                .withMessageMatching("1 of 50x40 pixels are wrong: \\(3, 7\\) is ff[0-9a-f]{6} instead of .*");
    }

    @Test
    void pixels_that_are_shifted_or_mirrored_are_wrong() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ViewChecks.expect(picture(50, 40), (x, y) -> PatternRenderer.pixel(x + 1, y)));
        assertThatIllegalStateException()
                .isThrownBy(() -> ViewChecks.expect(picture(50, 40), (x, y) -> PatternRenderer.pixel(x, 39 - y)));
        assertThatIllegalStateException()
                .isThrownBy(() -> ViewChecks.expect(new Picture(0, 0, new int[0]), PatternRenderer::pixel));
    }

    @ParameterizedTest
    @CsvSource({"1, 8", "1.25, 8", "1.5, 8", "1.75, 8", "2, 8", "3, 8", "1.1, 10", "1.2, 10", "1.333, 8"})
    void sizes_are_whole_pixels_where_that_is_possible(double scale, int grid) {
        assertThat(CheckedView.grid(scale)).isEqualTo(grid);
    }
}
