package org.vkfx.swapchain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vkfx.BridgeException.Reason;

class ImageSpecTest {

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-1, 5", "5, -1", "0, 0", "-2147483648, 1"})
    void impossible_sizes_are_refused(int width, int height) {
        SwapchainRig.assertMisuse(() -> SwapchainRig.spec(width, height, 4), Reason.INVALID_ARGUMENT,
                width + "x" + height, "Give the view a size over 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 17, Integer.MAX_VALUE})
    void impossible_numbers_of_images_are_refused(int count) {
        SwapchainRig.assertMisuse(() -> SwapchainRig.spec(1, 1, count), Reason.INVALID_ARGUMENT,
                "imageCount is " + count, "Use 2 to 16");
        SwapchainRig.assertMisuse(() -> ImageSpec.checkCount(count), Reason.INVALID_ARGUMENT, "imageCount is " + count,
                "Use 2 to 16");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 16})
    void possible_ones_are_not(int count) {
        assertThat(SwapchainRig.spec(1, 1, count).count()).isEqualTo(count);
        assertThat(SwapchainRig.spec(Integer.MAX_VALUE, 1, count).width()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void every_difference_is_a_reason_for_new_images() {
        ImageSpec spec = SwapchainRig.spec(3, 4, 5);
        assertThat(spec).isEqualTo(SwapchainRig.spec(3, 4, 5));
        assertThat(spec).isNotEqualTo(SwapchainRig.spec(4, 4, 5)).isNotEqualTo(SwapchainRig.spec(3, 5, 5))
                .isNotEqualTo(SwapchainRig.spec(3, 4, 6))
                .isNotEqualTo(new ImageSpec(3, 4, 1, 2, spec.format(), spec.alpha(), 5, false))
                .isNotEqualTo(new ImageSpec(3, 4, 2, 1, spec.format(), spec.alpha(), 5, false))
                .isNotEqualTo(new ImageSpec(3, 4, 2, 2, spec.format(), spec.alpha(), 5, true));
    }
}
