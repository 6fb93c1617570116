package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vkfx.scene.Misuse.assertFails;

import java.lang.ref.WeakReference;

import javafx.scene.layout.StackPane;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.FrameRate;
import org.vkfx.FrameRenderer;
import org.vkfx.InteropKind;
import org.vkfx.SwapchainImages;

/** A renderer belongs to the one view that it was first given to, which closes it, once. */
@Tag("node")
@Needs({Machine.VULKAN, Machine.WINDOW})
class RendererReuseTest {
    private static void assertRefused(VulkanView view) {
        assertFails(view, Reason.ILLEGAL_STATE, "in use before", "Set a new one");
    }

    @Test
    void one_that_was_replaced_is_refused_and_the_one_before_it_is_closed() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer a = TestRenderer.numbers(fixture.vulkan());
            TestRenderer b = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(a);
            fixture.show(new StackPane(view), 60, 60);
            ViewFixture.awaitFrames(view, 2);
            Fx.run(() -> view.setRenderer(b));
            Fx.await("the first to be closed", a::isClosed);
            ViewFixture.awaitFrames(view, 2);
            Fx.run(() -> view.setRenderer(a));
            assertRefused(view);
            Fx.await("the second to be closed", b::isClosed);
            int rendered = a.rendered();
            Fx.pulses(10);
            assertThat(a.rendered()).isEqualTo(rendered);
            Fx.run(() -> view.setRenderer(TestRenderer.numbers(fixture.vulkan())));
            ViewFixture.awaitFrames(view, 2);
            assertThat(view.getError()).isNull();
        }
    }

    @Test
    void one_that_another_view_has_or_had_is_refused() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView first = fixture.view(renderer);
            VulkanView second = fixture.view(renderer);
            fixture.show(new StackPane(first, second), 60, 60);
            assertRefused(second);
            ViewFixture.awaitFrames(first, 2);
            Fx.run(first::close);
            Fx.get(first.whenClosed());
            assertRefused(fixture.view(renderer));
            assertThat(renderer.isClosed()).isTrue();
        }
    }

    @Test
    void one_whose_device_was_replaced_is_refused_until_another_is_set() {
        try (ViewFixture fixture = new ViewFixture(); ViewFixture other = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            fixture.show(new StackPane(view), 60, 60);
            ViewFixture.awaitFrames(view, 2);
            Fx.run(() -> view.setDevice(other.vulkan().device()));
            assertRefused(view);
            Fx.await("it to be closed", renderer::isClosed);
            Fx.run(() -> view.setInteropKind(InteropKind.HOST)); // what forgets errors does not forget this one
            Fx.await("the host path", () -> view.getInterop() == InteropKind.HOST);
            assertRefused(view);
            Fx.run(() -> view.setRenderer(TestRenderer.numbers(other.vulkan())));
            ViewFixture.awaitFrames(view, 2);
            Fx.run(view::close);
            Fx.get(view.whenClosed());
        }
    }

    /** Two that are equal are two. */
    @Test
    void it_is_told_by_identity() {
        record Discarding() implements FrameRenderer {
            @Override
            public void imagesChanged(SwapchainImages images) {
            }

            @Override
            public void render(Frame frame) {
                frame.discard();
            }
        }
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(new Discarding());
            VulkanView other = fixture.view(new Discarding());
            Fx.await("a kind", () -> view.getInterop() != null && other.getInterop() != null);
            assertThat(view.getError()).isNull();
            assertThat(other.getError()).isNull();
        }
    }

    @Test
    void remembering_it_does_not_keep_it() throws InterruptedException {
        WeakReference<FrameRenderer> used;
        try (ViewFixture fixture = new ViewFixture()) {
            used = new WeakReference<>(TestRenderer.numbers(fixture.vulkan()));
            VulkanView view = fixture.view(used.get());
            Fx.await("a kind", () -> view.getInterop() != null);
            Fx.run(() -> view.setRenderer(null));
            Fx.await("it to go", () -> {
                System.gc();
                return used.refersTo(null);
            });
        }
    }

    @Test
    void one_set_while_there_is_no_device_is_closed_when_it_is_replaced_or_the_view_is_closed() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer a = TestRenderer.numbers(fixture.vulkan());
            TestRenderer b = TestRenderer.numbers(fixture.vulkan());
            TestRenderer c = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = Fx.call(VulkanView::new);
            Fx.run(() -> view.setRenderer(a));
            Fx.run(() -> view.setRenderer(b));
            Fx.await("the first to be closed", a::isClosed);
            assertThat(b.isClosed()).isFalse();
            Fx.run(() -> view.setRenderer(null));
            Fx.await("the second to be closed", b::isClosed);
            Fx.run(() -> view.setRenderer(c));
            view.close(); // on another thread
            Fx.get(view.whenClosed());
            assertThat(c.isClosed()).isTrue();
        }
    }

    @Test
    void one_set_before_the_device_renders() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = Fx.call(VulkanView::new);
            view.setFrameRate(FrameRate.EVERY_PULSE);
            Fx.run(() -> view.setRenderer(renderer));
            Fx.run(() -> view.setDevice(fixture.vulkan().device()));
            fixture.show(new StackPane(view), 60, 60);
            ViewFixture.awaitFrames(view, 2);
            view.close();
            Fx.get(view.whenClosed());
            assertThat(renderer.isClosed()).isTrue();
        }
    }
}
