package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vkfx.scene.PixelTest.assertPattern;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntBinaryOperator;

import javafx.geometry.Insets;
import javafx.geometry.Point2D;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;

import org.junit.jupiter.api.Test;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.FrameRate;
import org.vkfx.FrameRenderer;
import org.vkfx.FrameStatistics;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;
import org.vkfx.PresentMode;
import org.vkfx.Swapchain;
import org.vkfx.Swapchain.Closed;
import org.vkfx.Swapchain.Ready;
import org.vkfx.Swapchain.Resized;
import org.vkfx.Swapchain.Suspended;
import org.vkfx.Swapchain.Timeout;
import org.vkfx.SwapchainImages;
import org.vkfx.VulkanDevice;
import org.vkfx.scene.Fx.Pixels;

@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class VulkanViewTest {
    private static final IntBinaryOperator PATTERN = (x, y) -> 0xff000000 | (x * 7 & 255) << 16 | (y * 5 & 255) << 8
            | (x + y & 255);

    @Test
    void shows_frames_and_says_how() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            assertThat(view.getInterop()).isNull();
            fixture.show(new StackPane(view), 200, 100);
            ViewFixture.awaitFrames(view, 10);
            assertThat(view.getInterop()).isEqualTo(InteropKind.OPENGL);
            assertThat(view.getInteropReport().selected()).contains(InteropKind.OPENGL);
            assertThat(view.getError()).isNull();
            FrameStatistics statistics = view.getFrameStatistics();
            assertThat(statistics.presented()).isGreaterThanOrEqualTo(statistics.displayed());
            assertThat(statistics.copies()).isZero();
            assertThat(statistics.reallocations()).isEqualTo(1);
            assertThat(renderer.images().count()).isEqualTo(4);
            Fx.run(() -> view.setRenderer(null));
            Fx.await("the renderer closed", renderer::isClosed);
        }
    }

    @Test
    void frames_are_meant_for_one_pulse_after_the_other() {
        List<Long> times = new CopyOnWriteArrayList<>();
        FrameRenderer clock = new FrameRenderer() {
            @Override
            public void imagesChanged(SwapchainImages images) {
            }

            @Override
            public void render(Frame frame) {
                times.add(frame.pulseTime());
                frame.discard();
            }
        };
        long begin = System.nanoTime();
        try (ViewFixture fixture = new ViewFixture()) {
            fixture.show(new StackPane(fixture.view(clock)), 60, 60);
            Fx.await("frames", () -> times.size() > 10);
        }
        assertThat(times).isSorted();
        assertThat(times.subList(1, times.size())).as("times on System.nanoTime's scale, from %d on", begin)
                .allMatch(time -> time - begin > 0 && time - System.nanoTime() < 0);
        assertThat(new HashSet<>(times)).as("different ones").hasSizeGreaterThan(5);
    }

    /** Vulkan's copy into host memory, and JavaFX's upload. */
    @Test
    void the_host_path_copies_twice_for_each_frame_that_is_displayed() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()), InteropKind.HOST);
            fixture.show(new StackPane(view), 100, 100);
            for (int i = 0; i < 5; i++) {
                ViewFixture.awaitFrames(view, 2);
                FrameStatistics statistics = Fx.call(view::getFrameStatistics); // this thread counts both
                assertThat(statistics.displayed()).isPositive();
                assertThat(statistics.copies()).isEqualTo(2 * statistics.displayed());
            }
        }
    }

    @Test
    void two_views_on_one_device_show_their_own_frames() {
        try (ViewFixture fixture = new ViewFixture()) {
            IntBinaryOperator other = (x, y) -> PATTERN.applyAsInt(y, x) ^ 0x00ffffff;
            TestRenderer left = TestRenderer.pattern(fixture.vulkan(), PATTERN);
            TestRenderer right = TestRenderer.pattern(fixture.vulkan(), other);
            VulkanView leftView = fixture.view(left);
            VulkanView rightView = fixture.view(right);
            HBox box = new HBox(leftView, rightView);
            leftView.setPrefSize(150, 120);
            rightView.setPrefSize(170, 120);
            fixture.show(box, 320, 120);
            ViewFixture.awaitSize(leftView, left, 150, 120);
            ViewFixture.awaitSize(rightView, right, 170, 120);
            assertPattern(Fx.snapshot(leftView), PATTERN);
            assertPattern(Fx.snapshot(rightView), other);
            Pixels screen = Fx.screen(0, 0, 320, 120);
            assertThat(screen.at(149, 60)).isEqualTo(PATTERN.applyAsInt(149, 60));
            assertThat(screen.at(150, 60)).isEqualTo(other.applyAsInt(0, 60));
            Fx.run(leftView::close);
            Fx.get(leftView.whenClosed());
            ViewFixture.awaitFrames(rightView, 5); // the other goes on
        }
    }

    @Test
    void images_larger_than_prisms_limit_of_4096_are_shown_whole() {
        try (ViewFixture fixture = new ViewFixture()) {
            int size = 5000;
            // Blocks of 50 pixels: shown at a tenth they are 5 pixels, and their inner ones are exact.
            IntBinaryOperator blocks = (x, y) -> 0xff000000 | (x / 50 * 2 & 255) << 16 | (y / 50 * 2 & 255) << 8 | 0x77;
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), blocks);
            VulkanView view = fixture.view(renderer);
            view.setResolutionScale(10);
            view.setSmooth(false);
            fixture.show(new StackPane(view), size / 10, size / 10);
            ViewFixture.awaitSize(view, renderer, size, size);
            Pixels screen = Fx.screen(0, 0, size / 10, size / 10);
            for (int y = 2; y < screen.height(); y += 5) {
                for (int x = 2; x < screen.width(); x += 5) {
                    assertThat(screen.at(x, y)).isEqualTo(blocks.applyAsInt(x * 10, y * 10));
                }
            }
        }
    }

    @Test
    void alpha_is_ignored_or_premultiplied_as_the_mode_says() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), (x, y) -> 0x80402010);
            VulkanView view = fixture.view(renderer);
            StackPane root = new StackPane(view);
            root.setStyle("-fx-background-color: #ff0000");
            fixture.show(root, 64, 64);
            ViewFixture.awaitSize(view, renderer, 64, 64);
            assertThat(Fx.screen(0, 0, 64, 64).at(9, 9)).isEqualTo(0xff402010);
            Fx.run(() -> view.setAlphaMode(AlphaMode.PREMULTIPLIED));
            Fx.await("images for the other mode", () -> renderer.images().generation() == 2);
            ViewFixture.awaitFrames(view, 3);
            int blended = Fx.screen(0, 0, 64, 64).at(9, 9); // 0x40 + 0xff * (1 - 0x80 / 255)
            assertThat(blended >> 16 & 255).isBetween(0x40 + 126, 0x40 + 128);
            assertThat(blended & 0xffff).isEqualTo(0x2010);
        }
    }

    @Test
    void on_demand_renders_when_asked_and_lets_pulses_rest() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setFrameRate(FrameRate.ON_DEMAND);
            fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 1);
            Fx.pulses(20);
            assertThat(renderer.rendered()).isLessThanOrEqualTo(2); // images, then the renderer's own first request
            int before = renderer.rendered();
            view.requestFrame(); // any thread
            ViewFixture.awaitFrames(view, 1);
            Fx.pulses(20);
            assertThat(renderer.rendered()).isEqualTo(before + 1);
        }
    }

    @Test
    void a_program_with_its_own_loop_uses_the_swapchain() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer recorder = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(null);
            view.setPresentMode(PresentMode.FIFO);
            Stage stage = fixture.show(new StackPane(view), 120, 90);
            Swapchain swapchain = view.getSwapchain();
            CompletableFuture<Integer> loop = CompletableFuture.supplyAsync(() -> run(swapchain, recorder),
                    task -> new Thread(task).start());
            ViewFixture.awaitFrames(view, 20);
            Fx.run(() -> stage.setWidth(160));
            Fx.await("new images", () -> swapchain.images().width() == 160);
            ViewFixture.awaitFrames(view, 10);
            assertThatThrownBy(() -> Fx.run(() -> swapchain.acquire(Duration.ofSeconds(1))))
                    .isInstanceOf(BridgeException.class)
                    .hasMessageContaining("JavaFX thread");
            Fx.run(view::close);
            assertThat(Fx.get(loop)).isGreaterThan(30);
            fixture.vulkan().waitIdle(); // the last frame may still be rendered
            recorder.close();
        }
    }

    private static int run(Swapchain swapchain, TestRenderer recorder) {
        int frames = 0;
        while (true) {
            switch (swapchain.acquire(Duration.ofMillis(200))) {
                case Ready(Frame frame) -> {
                    recorder.render(frame);
                    swapchain.present(frame);
                    frames++;
                }
                case Resized _ -> {
                    SwapchainImages images = swapchain.images();
                    recorder.imagesChanged(images);
                }
                case Timeout _,Suspended _ -> Thread.onSpinWait();
                case Closed _ -> {
                    return frames;
                }
            }
        }
    }

    @Test
    void a_renderer_that_throws_ends_up_in_error_and_the_next_one_works() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer good = TestRenderer.numbers(fixture.vulkan());
            TestRenderer bad = new TestRenderer(fixture.vulkan()) {
                @Override
                protected void draw(VkCommandBuffer buffer, Frame frame, int number, MemoryStack stack) {
                    throw new IllegalStateException("as intended");
                }
            };
            VulkanView view = fixture.view(bad);
            fixture.show(new StackPane(view), 100, 100);
            Fx.await("the error", () -> view.getError() != null);
            assertThat(view.getError().reason()).isEqualTo(Reason.RENDERER_FAILED);
            assertThat(view.getError()).hasMessageContaining("as intended")
                    .hasMessageContaining("set another renderer");
            Fx.run(() -> view.setRenderer(good));
            ViewFixture.awaitFrames(view, 5);
            assertThat(view.getError()).isNull();
            assertThat(bad.isClosed()).isTrue();
        }
    }

    @Test
    void hidden_views_render_nothing_and_go_on_when_shown() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setFrameRate(FrameRate.CONTINUOUS);
            Stage stage = fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 5);
            Fx.run(() -> view.getParent().setVisible(false));
            Fx.pulses(10);
            int hidden = renderer.rendered();
            Fx.pulses(20);
            assertThat(renderer.rendered()).isEqualTo(hidden);
            Fx.run(() -> view.getParent().setVisible(true));
            ViewFixture.awaitFrames(view, 5);
            Fx.run(stage::hide);
            Fx.pulses(10);
            hidden = renderer.rendered();
            Fx.pulses(20);
            assertThat(renderer.rendered()).isEqualTo(hidden);
            Fx.run(stage::show);
            ViewFixture.awaitFrames(view, 5);
        }
    }

    @Test
    void points_and_pixels_convert_to_each_other() {
        VulkanView view = Fx.call(VulkanView::new);
        Fx.run(() -> {
            view.setResolutionScale(2);
            view.setPadding(new Insets(3, 0, 0, 5));
        });
        assertThat(view.localToPixels(new Point2D(15, 13))).isEqualTo(new Point2D(20, 20));
        assertThat(view.pixelsToLocal(new Point2D(20, 20))).isEqualTo(new Point2D(15, 13));
    }

    @Test
    void bad_values_are_refused_with_what_to_do() {
        VulkanView view = Fx.call(VulkanView::new);
        assertThatThrownBy(() -> view.setImageCount(1)).isInstanceOf(BridgeException.class)
                .hasMessageContaining("Use 2 to 16");
        assertThatThrownBy(() -> view.setResolutionScale(0)).isInstanceOf(BridgeException.class)
                .hasMessageContaining("over 0");
        assertThatThrownBy(() -> VulkanDevice.wrap().build()).isInstanceOf(BridgeException.class)
                .hasMessageContaining("VkInstance is 0").hasMessageContaining("VulkanDevice.wrap().instance");
    }

    @Test
    void a_closed_device_is_refused() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanDevice device = fixture.vulkan().device();
            device.close();
            VulkanView view = Fx.call(VulkanView::new);
            assertThatThrownBy(() -> Fx.run(() -> view.setDevice(device))).isInstanceOf(BridgeException.class)
                    .hasMessageContaining("was closed");
        }
    }

    @Test
    void a_device_made_by_the_bridge_works_and_is_destroyed_on_close() {
        Fx.start();
        InteropReport report = Fx.get(Interop.probe());
        assertThat(report.selected()).contains(InteropKind.OPENGL);
        assertThat(report.deviceUuid()).hasSize(32);
        VulkanDevice device = Interop.createDevice();
        InteropReport ofDevice = Fx.get(Interop.probe(device));
        assertThat(ofDevice.selected()).contains(InteropKind.OPENGL);
        device.close();
        Fx.get(device.whenClosed());
    }

    @Test
    void no_frame_is_rendered_in_vain() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            fixture.show(new StackPane(view), 64, 48);
            ViewFixture.awaitSize(view, renderer, 64, 48);
            FrameStatistics before = view.getFrameStatistics();
            ViewFixture.awaitFrames(view, 100); // pulses of its own, so that more are possible than frames
            FrameStatistics after = view.getFrameStatistics();
            assertThat(after.presented() - before.presented()).as("frames rendered while 100 were displayed")
                    .isLessThanOrEqualTo(after.displayed() - before.displayed() + 10);
        }
    }
}
