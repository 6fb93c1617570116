package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.IntBuffer;
import java.util.Map;

import javafx.scene.image.ImageView;
import javafx.scene.image.PixelBuffer;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.StackPane;

import org.junit.jupiter.api.Test;
import org.vkfx.prism.GlCalls;
import org.vkfx.PresentMode;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;

/**
 * No pixel is copied: nobody calls a function that could, neither Vulkan's in the bridge nor GL's in JavaFX and the
 * bridge.
 */
@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class ZeroCopyTest {
    private static final int FRAMES = 100;
    private static final String COPIES = "vkCmd.*|vkMapMemory";
    private static final String UPLOADS_AND_BLITS = "nTexImage2D.*|nTexSubImage2D.*|nBlit|nReadPixels.*";

    @Test
    void displaying_frames_calls_no_copy_no_upload_no_blit() {
        FaultyVulkan counted = new FaultyVulkan();
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(counted.address()))) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan()); // clears, copies nothing
            VulkanView view = fixture.view(renderer);
            view.setPresentMode(PresentMode.FIFO); // every image gets displayed, and so wrapped
            fixture.show(new StackPane(view), 640, 480);
            ViewFixture.awaitFrames(view, 20); // each image was wrapped once
            int copies = counted.callsOfAll(COPIES);
            assertThat(copies).as("of the proof of the path").isPositive();
            Map<String, Long> before = GlCalls.snapshot();
            ViewFixture.awaitFrames(view, FRAMES);
            Map<String, Long> after = GlCalls.snapshot();
            assertThat(GlCalls.between(before, after, "nDrawIndexedQuads")).as("JavaFX draws")
                    .isGreaterThanOrEqualTo(FRAMES);
            assertThat(GlCalls.between(before, after, UPLOADS_AND_BLITS)).as("uploads and blits").isZero();
            assertThat(GlCalls.between(before, after, "nGenAndBindTexture|nCreateTexture")).as("new textures").isZero();
            assertThat(counted.callsOfAll(COPIES)).as("calls of the bridge that copy").isEqualTo(copies);
        }
    }

    /** The same counters see what copying does. */
    @Test
    void an_image_updated_every_pulse_is_counted() {
        int[] pixels = new int[64 * 64];
        PixelBuffer<IntBuffer> buffer = new PixelBuffer<>(64, 64, IntBuffer.wrap(pixels),
                javafx.scene.image.PixelFormat.getIntArgbPreInstance());
        try (ViewFixture fixture = new ViewFixture()) {
            fixture.show(new StackPane(Fx.call(() -> new ImageView(new WritableImage(buffer)))), 64, 64);
            Map<String, Long> before = GlCalls.snapshot();
            for (int i = 0; i < 10; i++) {
                Fx.run(() -> buffer.updateBuffer(b -> null));
                Fx.pulses(2);
            }
            assertThat(GlCalls.between(before, GlCalls.snapshot(), UPLOADS_AND_BLITS)).isGreaterThanOrEqualTo(10);
        }
    }
}
