package org.vkfx.interop.host;

import static org.assertj.core.api.Assertions.assertThat;
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
import org.vkfx.swapchain.FrameSwapchain;
import org.vkfx.swapchain.ImageSpec;

/** The host path as far as it goes without a toolkit and without Vulkan: on every machine. */
class HostBackendTest {
    private final HostBackend backend = new HostBackend();
    private final InteropBackend.Surface surface = backend.open(null, new InteropBackend.Owner() {
        @Override
        public FrameSwapchain swapchain() {
            return null;
        }

        @Override
        public void surfaceFailed(BridgeException e) {
            throw e;
        }
    });

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
        assertThatExceptionOfType(BridgeException.class)
                .isThrownBy(() -> surface.allocator().allocate(
                        new ImageSpec(width, height, 1, 1, PixelFormat.BGRA8, AlphaMode.PREMULTIPLIED, 2)))
                .withMessageContainingAll(width + "x" + height, "limit of 4096",
                        "-Dprism.maxTextureSize=" + Math.max(width, height))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_ARGUMENT));
    }

    @Test
    void a_surface_shows_nothing_and_has_copied_nothing_before_the_first_frame() {
        assertThat(surface.copies()).isZero();
        assertThat(surface.node().isMouseTransparent()).as("events are the view's").isTrue();
    }
}
