package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntBinaryOperator;

import javafx.scene.layout.StackPane;

import org.junit.jupiter.api.Test;
import org.vkfx.Frame;
import org.vkfx.FrameRate;
import org.vkfx.FrameRenderer;
import org.vkfx.InteropKind;
import org.vkfx.Swapchain;
import org.vkfx.Swapchain.Ready;
import org.vkfx.Swapchain.Resized;
import org.vkfx.SwapchainImages;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;

/** The host path copies right behind what was submitted before present. */
@Needs({Machine.VULKAN, Machine.WINDOW})
class HostCopyTest {
    private static final IntBinaryOperator PATTERN = (x, y) -> 0xff000000 | (x * 3 & 255) << 16 | (y * 5 & 255) << 8;

    private final FaultyVulkan counted = new FaultyVulkan();

    /** Without the layer, which does not like the copy of an image that nothing was submitted for. */
    private ViewFixture fixture() {
        return new ViewFixture(ValidatedVulkan.withoutLayer(counted.address()));
    }

    @Test
    void each_frame_is_copied_once_and_before_it_has_completed() {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(counted.address()))) {
            TestRenderer renderer = TestRenderer.slowNumbers(fixture.vulkan(), 20);
            VulkanView view = fixture.view(renderer, InteropKind.HOST);
            int proof = counted.calls("vkQueueSubmit");
            fixture.show(new StackPane(view), 300, 200);
            ViewFixture.awaitFrames(view, 20);
            Fx.run(() -> view.setRenderer(null));
            Fx.await("the last frame to be done", renderer::isClosed);
            assertThat(counted.calls("vkQueueSubmit")).as("copies").isEqualTo(proof + renderer.rendered());
        }
        counted.assertBalanced();
    }

    @Test
    void a_frame_submitted_after_present_is_copied_again_when_it_has_completed() throws InterruptedException {
        try (ViewFixture fixture = fixture()) {
            TestRenderer recorder = TestRenderer.pattern(fixture.vulkan(), PATTERN);
            VulkanView view = fixture.view(null, InteropKind.HOST);
            fixture.show(new StackPane(view), 80, 60);
            Fx.await("a kind", () -> view.getInterop() != null);
            Swapchain swapchain = view.getSwapchain();
            Frame frame = null;
            while (frame == null) {
                switch (swapchain.acquire(Duration.ofSeconds(1))) {
                    case Ready(Frame ready) -> frame = ready;
                    case Resized() -> recorder.imagesChanged(swapchain.images());
                    default -> {
                    }
                }
            }
            int copies = counted.calls("vkQueueSubmit");
            swapchain.present(frame);
            Thread.sleep(50); // what was copied has long arrived
            recorder.render(frame);
            ViewFixture.awaitPattern(view, PATTERN);
            assertThat(counted.calls("vkQueueSubmit")).as("copies").isEqualTo(copies + 2);
            Fx.run(view::close);
            Fx.get(view.whenClosed());
            recorder.close();
        }
        counted.assertBalanced();
    }

    @Test
    void a_frame_that_does_not_complete_is_not_shown() {
        AtomicReference<Frame> forgotten = new AtomicReference<>();
        try (ViewFixture fixture = fixture()) {
            TestRenderer good = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(new FrameRenderer() {
                @Override
                public void imagesChanged(SwapchainImages images) {
                    good.imagesChanged(images);
                }

                @Override
                public void render(Frame frame) {
                    if (good.rendered() == 0) {
                        good.render(frame);
                    } else {
                        forgotten.set(frame); // nothing is submitted
                    }
                }

                @Override
                public void close() {
                    good.close();
                }
            }, InteropKind.HOST);
            view.setFrameRate(FrameRate.ON_DEMAND);
            fixture.show(new StackPane(view), 60, 60);
            Fx.await("the first frame", () -> view.getFrameStatistics().displayed() == 1);
            view.requestFrame();
            Fx.await("the second", () -> forgotten.get() != null);
            Fx.pulses(30);
            assertThat(view.getFrameStatistics().displayed()).isEqualTo(1);
            assertThat(Fx.snapshot(view).at(30, 30)).isEqualTo(TestRenderer.colourOf(1));
            fixture.vulkan().signal(forgotten.get().rendered(), forgotten.get().renderedValue());
            Fx.await("the second on screen", () -> view.getFrameStatistics().displayed() == 2);
        }
        counted.assertBalanced();
    }
}
