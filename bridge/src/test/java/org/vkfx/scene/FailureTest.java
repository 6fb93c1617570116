package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntBinaryOperator;

import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import javafx.stage.Stage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.FrameRate;
import org.vkfx.InteropKind;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;

/** Native calls that fail: the view says so, JavaFX goes on, nothing is left behind. */
class FailureTest {
    private static final int VK_ERROR_OUT_OF_DEVICE_MEMORY = -2;
    private static final int VK_ERROR_DEVICE_LOST = -4;

    private final FaultyVulkan faulty = new FaultyVulkan();

    @ParameterizedTest
    @ValueSource(strings = {"vkCreateImage", "vkAllocateMemory", "vkBindImageMemory", "vkCreateImageView",
            "vkCreateSemaphore"})
    void images_that_cannot_be_allocated_are_an_error_until_other_ones_are_wanted(String function) {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address()))) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            faulty.fail(function, 3, VK_ERROR_OUT_OF_DEVICE_MEMORY); // in the midst of the four images
            VulkanView view = fixture.view(renderer);
            Stage stage = fixture.show(new StackPane(view), 100, 100);
            BridgeException error = awaitError(view);
            assertThat(error.reason()).isEqualTo(Reason.REFUSED);
            assertThat(error).hasMessageContaining(function).hasMessageContaining("VK_ERROR_OUT_OF_DEVICE_MEMORY");
            Fx.run(() -> stage.setWidth(120));
            Fx.await("images of the other size", () -> renderer.images() != null && renderer.images().width() == 120);
        }
        faulty.assertBalanced();
    }

    @Test
    void a_refused_export_is_an_error_where_opengl_was_forced_and_javafx_goes_on() {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address()))) {
            faulty.replaceAll("vkGetMemoryFdKHR", arguments -> VK_ERROR_OUT_OF_DEVICE_MEMORY);
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()), InteropKind.OPENGL);
            fixture.show(new StackPane(view), 100, 100);
            BridgeException error = awaitError(view);
            assertThat(error.reason()).isEqualTo(Reason.REFUSED);
            assertThat(error).hasMessageContaining("vkGetMemoryFdKHR");
            Fx.run(() -> view.getScene().setFill(Color.LIME)); // JavaFX still paints
            Fx.pulses(5);
            assertThat(Fx.screen(0, 0, 100, 100).at(50, 50)).isEqualTo(0xff00ff00);
        }
        faulty.assertBalanced();
    }

    @Test
    void a_refused_export_leads_to_the_host_path_otherwise() {
        IntBinaryOperator pattern = (x, y) -> 0xff000000 | x << 16 | y << 8;
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address()))) {
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), pattern);
            VulkanView view = fixture.view(renderer);
            fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 5);
            assertThat(view.getInterop()).isEqualTo(InteropKind.OPENGL);
            faulty.replaceAll("vkGetMemoryFdKHR", arguments -> VK_ERROR_OUT_OF_DEVICE_MEMORY);
            Fx.run(() -> view.getScene().getWindow().setWidth(140)); // new images, new exports
            Fx.await("the host path", () -> view.getInterop() == InteropKind.HOST);
            ViewFixture.awaitSize(view, renderer, 140, 100);
            PixelTest.assertPattern(Fx.snapshot(view), pattern);
            assertThat(view.getError()).isNull();
            assertThat(view.getInteropReport().finding(InteropKind.OPENGL).orElseThrow().reason())
                    .contains("vkGetMemoryFdKHR");
        }
        faulty.assertBalanced();
    }

    @Test
    void a_lost_device_is_an_error_and_javafx_goes_on() {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address()))) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setFrameRate(FrameRate.ON_DEMAND);
            fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 1);
            Fx.pulses(5);
            int shown = Fx.screen(0, 0, 100, 100).at(50, 50);
            faulty.replace("vkWaitSemaphores", 1, arguments -> {
                fixture.vulkan().waitIdle(); // nothing of what is given up now is in use, as on a device really lost
                return VK_ERROR_DEVICE_LOST;
            });
            view.requestFrame();
            BridgeException error = awaitError(view);
            assertThat(error.reason()).isEqualTo(Reason.DEVICE_LOST);
            Fx.pulses(5);
            assertThat(Fx.screen(0, 0, 100, 100).at(50, 50)).as("the last good frame").isEqualTo(shown);
            int rendered = renderer.rendered();
            view.requestFrame();
            Fx.pulses(10);
            assertThat(renderer.rendered()).as("frames on a lost device").isEqualTo(rendered);
        }
        faulty.assertBalanced();
    }

    private static BridgeException awaitError(VulkanView view) {
        Fx.await("an error", () -> view.getError() != null);
        return view.getError();
    }
}
