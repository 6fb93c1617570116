package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import javafx.scene.layout.StackPane;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.RepeatedTest;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.FrameRenderer;
import org.vkfx.InteropKind;
import org.vkfx.SwapchainImages;

/** Whatever the order: every renderer is closed once, and whenClosed completes when nothing is left, never before. */
@Needs({Machine.VULKAN, Machine.WINDOW})
class CloseTest {
    /** Renders nothing, counts its closes. */
    private static final class Counted implements FrameRenderer {
        final AtomicInteger closes = new AtomicInteger();

        @Override
        public void imagesChanged(SwapchainImages images) {
        }

        @Override
        public void render(Frame frame) {
            frame.discard();
        }

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }

    private final Counted renderer = new Counted();

    @RepeatedTest(10)
    void a_view_closed_while_its_backend_is_being_chosen_closes_its_renderer() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = Fx.call(() -> {
                VulkanView made = new VulkanView();
                made.setDevice(fixture.vulkan().device());
                made.setRenderer(renderer);
                made.close();
                return made;
            });
            Fx.get(view.whenClosed());
            assertThat(renderer.closes).hasValue(1);
        }
    }

    @Test
    void a_kind_that_is_impossible_is_an_error_with_a_reason_and_the_renderer_is_closed() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(renderer, InteropKind.METAL);
            Fx.await("the error", () -> view.getError() != null);
            assertThat(view.getError().reason()).isEqualTo(Reason.INTEROP_UNAVAILABLE);
            assertThat(view.getError()).hasMessageContaining("METAL is impossible").hasMessageContaining("AUTO");
            Fx.run(view::close);
            Fx.get(view.whenClosed());
            assertThat(renderer.closes).hasValue(1);
        }
    }

    @Test
    void renderers_that_were_replaced_before_they_were_used_are_closed_too() {
        Counted second = new Counted();
        Counted third = new Counted();
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(renderer);
            fixture.show(new StackPane(view), 50, 50);
            Fx.run(() -> {
                view.setRenderer(second);
                view.setRenderer(third);
                view.close();
            });
            Fx.get(view.whenClosed());
            assertThat(renderer.closes).hasValue(1);
            assertThat(second.closes).hasValue(1);
            assertThat(third.closes).hasValue(1);
        }
    }

    @Test
    void closing_twice_and_without_device_waits_for_what_was() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(renderer);
            fixture.show(new StackPane(view), 50, 50);
            Fx.await("a backend", () -> view.getInterop() != null);
            CompletableFuture<Integer> closesWhenDone = new CompletableFuture<>();
            view.whenClosed().thenRun(() -> closesWhenDone.complete(renderer.closes.get()));
            Fx.run(() -> {
                view.setDevice(null);
                view.close();
                view.close();
            });
            assertThat(Fx.get(closesWhenDone)).isEqualTo(1);
        }
    }

    @Test
    void a_swapchain_closed_by_the_application_does_not_keep_the_renderer_open() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(renderer);
            view.getSwapchain().close();
            Fx.run(view::close);
            Fx.get(view.whenClosed());
            assertThat(renderer.closes).hasValue(1);
        }
    }

    @Test
    void a_renderer_used_before_is_refused() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(renderer);
            Fx.run(() -> {
                view.setDevice(null);
                view.setDevice(fixture.vulkan().device());
            });
            assertThat(view.getError().reason()).isEqualTo(Reason.ILLEGAL_STATE);
            assertThat(view.getError()).hasMessageContaining("Set a new one");
        }
    }

    @Test
    void an_impossible_size_is_an_error_until_it_is_possible_again() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer drawing = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(drawing);
            fixture.show(new StackPane(view), 2100, 100);
            ViewFixture.awaitFrames(view, 3);
            Fx.run(() -> view.setResolutionScale(16)); // 33600 pixels: NVIDIA's limit is 32768
            Fx.await("the error", () -> view.getError() != null);
            assertThat(view.getError().reason()).isEqualTo(Reason.INVALID_ARGUMENT);
            Fx.run(() -> view.setResolutionScale(1));
            Fx.await("no error", () -> view.getError() == null);
            ViewFixture.awaitFrames(view, 3);
        }
    }
}
