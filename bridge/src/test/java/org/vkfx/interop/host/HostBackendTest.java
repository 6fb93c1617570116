package org.vkfx.interop.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropKind;
import org.vkfx.PixelFormat;
import org.vkfx.interop.InteropBackend;
import org.vkfx.swapchain.ImageSpec;

/** The host path as far as it goes without a toolkit and without Vulkan: on every machine. */
class HostBackendTest {
    private final HostBackend backend = new HostBackend();

    @Test
    void works_with_any_pipeline_and_asks_for_no_extension() {
        assertThat(backend.kind()).isEqualTo(InteropKind.HOST);
        assertThat(backend.deviceExtensions()).isEmpty();
        InteropBackend.Probe probe = backend.probe(Optional.empty()).toCompletableFuture().join();
        assertThat(probe.finding().kind()).isEqualTo(InteropKind.HOST);
        assertThat(probe.finding().available()).isTrue();
        assertThat(probe.finding().reason()).contains("One copy and one upload", "any pipeline", "any GPU");
    }

    @ParameterizedTest
    @CsvSource({"4097, 1", "1, 4097", "16384, 16384"})
    void images_over_the_limit_of_javafx_are_refused_with_the_option_that_raises_it(int width, int height) {
        assertThatExceptionOfType(BridgeException.class).isThrownBy(() -> HostSurface.checkSize(spec(width, height)))
                .withMessageContainingAll(width + "x" + height, "limit of 4096",
                        "-Dprism.maxTextureSize=" + Math.max(width, height))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_ARGUMENT));
    }

    @ParameterizedTest
    @CsvSource({"4096, 4096", "1, 1", "4096, 1"})
    void images_up_to_the_limit_are_not(int width, int height) {
        assertThatCode(() -> HostSurface.checkSize(spec(width, height))).doesNotThrowAnyException();
    }

    private static ImageSpec spec(int width, int height) {
        return new ImageSpec(width, height, 1, 1, PixelFormat.BGRA8, AlphaMode.PREMULTIPLIED, 2, false);
    }
}
