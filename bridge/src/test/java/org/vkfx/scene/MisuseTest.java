package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.vkfx.scene.Misuse.assertFails;
import static org.vkfx.scene.Misuse.assertMisuse;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.InteropKind;
import org.vkfx.Swapchain;
import org.vkfx.Swapchain.Closed;
import org.vkfx.Swapchain.Ready;
import org.vkfx.Swapchain.Resized;
import org.vkfx.Swapchain.Suspended;
import org.vkfx.Swapchain.Timeout;
import org.vkfx.VulkanDevice;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;

/** Wrong use of the public API: refused with a reason and a remedy, and nothing else has changed. */
@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class MisuseTest {
    private static final int VULKAN_1_2 = VulkanDevice.version(1, 2);

    /** A complete description of a device that does not exist. */
    private static VulkanDevice.Builder description() {
        return VulkanDevice.wrap().instance(1).physicalDevice(2).device(3).queue(4, 0).apiVersion(VULKAN_1_2)
                .timelineSemaphore(true);
    }

    // ---- descriptions of devices

    @ParameterizedTest
    @CsvSource({"instance, VkInstance", "physicalDevice, VkPhysicalDevice", "device, VkDevice", "queue, VkQueue"})
    void a_handle_of_0_is_named_with_the_method_that_takes_it(String method, String type) {
        VulkanDevice.Builder description = description();
        switch (method) {
            case "instance" -> description.instance(0);
            case "physicalDevice" -> description.physicalDevice(0);
            case "device" -> description.device(0);
            default -> description.queue(0, 0);
        }
        assertMisuse(description::build, Reason.INVALID_ARGUMENT, "The " + type + " is 0",
                "VulkanDevice.wrap()." + method + "(");
    }

    @Test
    void a_negative_queue_family_is_refused() {
        assertMisuse(() -> description().queue(4, -1).build(), Reason.INVALID_ARGUMENT, "queue family index is -1",
                "VulkanDevice.wrap().queue(queue, family)");
    }

    @Test
    void a_version_that_was_not_given_is_asked_for() {
        assertMisuse(() -> description().apiVersion(0).build(), Reason.INVALID_ARGUMENT, "No Vulkan version was given",
                "VulkanDevice.wrap().apiVersion(");
    }

    @Test
    void vulkan_1_0_is_too_old() {
        assertMisuse(() -> description().apiVersion(VulkanDevice.version(1, 0)).build(), Reason.MISSING_CAPABILITY,
                "Vulkan 1.0", "needs 1.2, or 1.1 with VK_KHR_timeline_semaphore", "VkApplicationInfo.apiVersion");
    }

    @Test
    void vulkan_1_1_needs_the_extension_for_timelines() {
        VulkanDevice.Builder description = description().apiVersion(VulkanDevice.version(1, 1));
        assertMisuse(description::build, Reason.MISSING_CAPABILITY, "Vulkan 1.1 without VK_KHR_timeline_semaphore",
                "VulkanDevice.wrap().enabledExtensions(");
        assertThat(description.enabledExtensions(List.of("VK_KHR_timeline_semaphore")).build()).isNotNull();
    }

    @Test
    void the_feature_for_timelines_must_be_enabled() {
        assertMisuse(() -> description().timelineSemaphore(false).build(), Reason.MISSING_CAPABILITY,
                "timelineSemaphore is not enabled", "VkPhysicalDeviceVulkan12Features",
                "VulkanDevice.wrap().timelineSemaphore(true)");
    }

    @Test
    void a_queue_family_that_the_gpu_does_not_have_is_told_by_the_view() {
        try (ViewFixture fixture = new ViewFixture(); Logged log = new Logged()) {
            VulkanDevice real = fixture.vulkan().device();
            VulkanDevice wrong = copyOf(real).queue(real.queue(), 97).build();
            VulkanView view = view(wrong);
            assertFails(view, Reason.INVALID_ARGUMENT, "queue family index is 97", "families 0 to ",
                    "VulkanDevice.wrap().queue(queue, family)");
            log.assertOnce("queue family index is 97");
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> Interop.probe(wrong).toCompletableFuture().get())
                    .havingCause().isInstanceOf(BridgeException.class).withMessageContaining("97");
            close(view, wrong);
        }
    }

    @Test
    void a_source_of_functions_that_has_none_is_told_by_the_view() {
        FaultyVulkan faulty = new FaultyVulkan();
        try (ViewFixture fixture = new ViewFixture()) {
            faulty.hide("vkGetDeviceProcAddr");
            VulkanDevice wrong = copyOf(fixture.vulkan().device()).getInstanceProcAddr(faulty.address()).build();
            VulkanView view = view(wrong);
            assertFails(view, Reason.MISSING_CAPABILITY, "There is no vkGetDeviceProcAddr", "VulkanDevice.wrap()");
            close(view, wrong);
        }
    }

    private static VulkanDevice.Builder copyOf(VulkanDevice real) {
        return VulkanDevice.wrap().instance(real.instance()).physicalDevice(real.physicalDevice())
                .device(real.device()).queue(real.queue(), real.queueFamily()).apiVersion(real.apiVersion())
                .enabledExtensions(real.enabledExtensions()).timelineSemaphore(true);
    }

    private static VulkanView view(VulkanDevice device) {
        return Fx.call(() -> {
            VulkanView view = new VulkanView();
            view.setDevice(device);
            return view;
        });
    }

    private static void close(VulkanView view, VulkanDevice device) {
        view.close();
        Fx.get(view.whenClosed());
        device.close();
        Fx.get(device.whenClosed());
    }

    // ---- devices that cannot share

    @Test
    void a_device_without_the_extension_for_sharing_is_shown_by_the_host_path_which_says_why() {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(0, VULKAN_1_2, List.of()))) {
            VulkanView view = fixture.view(null);
            Fx.await("a kind", () -> view.getInterop() != null);
            assertThat(view.getInterop()).isEqualTo(InteropKind.HOST);
            assertThat(view.getInteropReport().finding(InteropKind.OPENGL).orElseThrow()).asString()
                    .contains("without VK_KHR_external_memory_fd", "Interop.requiredDeviceExtensions",
                            "VulkanDevice.wrap().enabledExtensions");
            assertFails(fixture.view(null, InteropKind.OPENGL), Reason.MISSING_CAPABILITY, "OPENGL is impossible",
                    "VK_KHR_external_memory_fd", "Interop.requiredDeviceExtensions", "AUTO");
        }
    }

    @Test
    void a_device_on_another_gpu_cannot_share() {
        FaultyVulkan faulty = new FaultyVulkan();
        faulty.changeDeviceUuid();
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address())); Logged log = new Logged()) {
            assertFails(fixture.view(null, InteropKind.OPENGL), Reason.NO_DEVICE, "OPENGL is impossible", "(device 5a",
                    "InteropReport.deviceUuid", "DRI_PRIME=1");
            log.assertOnce("OPENGL is impossible");
        }
    }

    @Test
    void another_driver_of_the_same_gpu_cannot_share() {
        FaultyVulkan faulty = new FaultyVulkan();
        faulty.changeDriverUuid();
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address()))) {
            assertFails(fixture.view(null, InteropKind.OPENGL), Reason.NO_DEVICE, "OPENGL is impossible", "driver 5a");
        }
    }

    /** What forgets the error starts again, and a view that shows nothing has a reason. */
    @Test
    void another_renderer_tries_once_more_what_was_impossible() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer first = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(first, InteropKind.METAL);
            fixture.show(new StackPane(view), 50, 50);
            BridgeException told = Misuse.awaitError(view);
            Fx.run(() -> view.setRenderer(null)); // tries nothing, and so changes nothing
            Fx.pulses(5);
            assertThat(view.getError()).isSameAs(told);
            Fx.run(() -> view.setRenderer(TestRenderer.numbers(fixture.vulkan())));
            Fx.await("another error", () -> view.getError() != null && view.getError() != told);
            assertFails(view, Reason.INTEROP_UNAVAILABLE, "METAL is impossible here");
            Fx.await("the renderer before to be closed", first::isClosed);
            Fx.run(() -> view.setInteropKind(InteropKind.HOST));
            ViewFixture.awaitFrames(view, 3);
            assertThat(view.getError()).isNull();
        }
    }

    @Test
    void another_renderer_tries_once_more_a_device_that_could_not_be_used() {
        FaultyVulkan faulty = new FaultyVulkan();
        try (ViewFixture fixture = ViewFixture.unproven(new ValidatedVulkan(faulty.address()))) {
            faulty.hide("vkCreateImage");
            TestRenderer first = TestRenderer.numbers(fixture.vulkan());
            TestRenderer second = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(first);
            fixture.show(new StackPane(view), 50, 50);
            BridgeException told = Misuse.awaitError(view);
            Fx.run(() -> view.setRenderer(second));
            Fx.await("another error", () -> view.getError() != null && view.getError() != told);
            assertFails(view, Reason.MISSING_CAPABILITY, "There is no vkCreateImage");
            Fx.await("the renderer before to be closed", first::isClosed);
            faulty.show("vkCreateImage");
            Fx.run(() -> view.setRenderer(TestRenderer.numbers(fixture.vulkan())));
            ViewFixture.awaitFrames(view, 3);
            assertThat(view.getError()).isNull();
            assertThat(second.isClosed()).isTrue();
        }
        faulty.assertBalanced();
    }

    @Test
    void there_is_no_metal_here() {
        try (ViewFixture fixture = new ViewFixture()) {
            assertFails(fixture.view(null, InteropKind.METAL), Reason.INTEROP_UNAVAILABLE, "METAL is impossible here",
                    "set it to AUTO", "-Dvkfx.interop=auto", "has no Metal pipeline", "on macOS, in JavaFX 26");
        }
    }

    // ---- sizes and formats

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 16.1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void an_impossible_resolution_scale_is_refused_set_or_bound(double scale) {
        String[] texts = {"resolutionScale is " + scale, "over 0 and at most 16"};
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(null);
            assertMisuse(() -> Fx.run(() -> view.setResolutionScale(scale)), Reason.INVALID_ARGUMENT, texts);
            assertThat(view.getResolutionScale()).isEqualTo(1);
            fixture.show(new StackPane(view), 50, 50);
            Fx.run(() -> view.resolutionScaleProperty().set(scale));
            assertFails(view, Reason.INVALID_ARGUMENT, texts);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 17, -1})
    void an_impossible_number_of_images_is_refused_set_or_bound(int count) {
        String[] texts = {"imageCount is " + count, "Use 2 to 16"};
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(null);
            assertMisuse(() -> Fx.run(() -> view.setImageCount(count)), Reason.INVALID_ARGUMENT, texts);
            assertThat(view.getImageCount()).isEqualTo(4);
            fixture.show(new StackPane(view), 50, 50);
            Fx.run(() -> view.imageCountProperty().set(count));
            assertFails(view, Reason.INVALID_ARGUMENT, texts);
        }
    }

    private enum Bound {
        PRESENT_MODE(view -> bindToNull(view.presentModeProperty()), "presentMode is null",
                "PresentMode"), PIXEL_FORMAT(view -> bindToNull(view.pixelFormatProperty()), "pixelFormat is null",
                        "PixelFormat"), ALPHA_MODE(view -> bindToNull(view.alphaModeProperty()), "alphaMode is null",
                                "AlphaMode"), FRAME_RATE(view -> bindToNull(view.frameRateProperty()),
                                        "frameRate is null",
                                        "FrameRate"), INTEROP_KIND(view -> bindToNull(view.interopKindProperty()),
                                                "interopKind is null", "InteropKind");

        private final Consumer<VulkanView> bind;
        private final String[] texts;

        Bound(Consumer<VulkanView> bind, String... texts) {
            this.bind = bind;
            this.texts = texts;
        }

        private static <T> void bindToNull(ObjectProperty<T> property) {
            property.bind(new SimpleObjectProperty<>());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_property_bound_to_null_is_an_error_of_the_view(Bound property) {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(null);
            fixture.show(new StackPane(view), 50, 50);
            Fx.run(() -> {
                view.setDevice(null);
                property.bind.accept(view);
                view.setDevice(fixture.vulkan().device());
            });
            assertFails(view, Reason.INVALID_ARGUMENT, property.texts);
        }
    }

    @Test
    void a_view_without_size_waits_and_is_no_error() {
        try (ViewFixture fixture = new ViewFixture(); Logged log = new Logged()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setMaxSize(0, 100);
            fixture.show(new StackPane(view), 100, 100);
            Fx.await("a kind", () -> view.getInterop() != null);
            Fx.pulses(10);
            assertThat(renderer.images()).isNull();
            assertThat(view.getSwapchain().acquire(Duration.ZERO)).isInstanceOf(Suspended.class);
            assertThat(view.getError()).isNull();
            Fx.run(() -> view.setMaxSize(70, 100));
            ViewFixture.awaitSize(view, renderer, 70, 100);
            log.assertNothing();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENGL", "HOST"})
    void images_beyond_the_devices_limit_are_an_error_until_the_view_is_smaller(InteropKind kind) {
        FaultyVulkan faulty = new FaultyVulkan();
        faulty.limitImages(256);
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address())); Logged log = new Logged()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer, kind);
            Stage stage = fixture.show(new StackPane(view), 300, 100);
            assertFails(view, Reason.INVALID_ARGUMENT, "300 x 100", "256 x 256 (maxImageDimension2D)",
                    "Make the view smaller", "resolutionScale");
            log.assertOnce("300 x 100");
            Fx.run(() -> stage.setWidth(200));
            Fx.await("no error", () -> view.getError() == null);
            ViewFixture.awaitSize(view, renderer, 200, 100);
        }
        faulty.assertBalanced();
    }

    @ParameterizedTest
    @CsvSource({"OPENGL, GL_MAX_TEXTURE_SIZE, resolutionScale",
            "HOST, JavaFX's limit of 4096, -Dprism.maxTextureSize=33600"})
    void images_beyond_javafxs_limit_are_an_error(InteropKind kind, String limit, String remedy) {
        try (ViewFixture fixture = new ViewFixture(); Logged log = new Logged()) {
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()), kind);
            view.setResolutionScale(16);
            fixture.show(new StackPane(view), 2100, 100); // NVIDIA's limit is 32768
            assertFails(view, Reason.INVALID_ARGUMENT, "33600x1600", limit, "Make the view smaller", remedy);
            log.assertOnce("33600x1600");
        }
    }

    @ParameterizedTest
    @CsvSource({"OPENGL, exported as OPAQUE_FD", "HOST, makes no BGRA8 images"})
    void a_format_that_the_driver_does_not_have_is_an_error(InteropKind kind, String text) {
        int formatNotSupported = -11;
        FaultyVulkan faulty = new FaultyVulkan();
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address())); Logged log = new Logged()) {
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()), kind);
            Fx.await("a kind", () -> view.getInterop() != null);
            faulty.replaceAll("vkGetPhysicalDeviceImageFormatProperties2", arguments -> formatNotSupported);
            fixture.show(new StackPane(view), 50, 50);
            assertFails(view, Reason.REFUSED, "makes no BGRA8 images", text, "Use another pixelFormat");
            log.assertOnce("makes no BGRA8 images");
        }
        faulty.assertBalanced();
    }

    // ---- frames

    /** A view whose swapchain the test uses as a program with a loop of its own would. */
    private static final class Loop implements AutoCloseable {
        final ViewFixture fixture;
        final VulkanView view;
        final Swapchain swapchain;
        final TestRenderer recorder;

        Loop() {
            this(new ViewFixture());
        }

        private Loop(ViewFixture fixture) {
            this.fixture = fixture;
            view = fixture.view(null);
            swapchain = view.getSwapchain();
            recorder = TestRenderer.numbers(fixture.vulkan());
            fixture.show(new StackPane(view), 50, 50);
            assertThat(swapchain.acquire(Duration.ofSeconds(60))).isInstanceOf(Resized.class);
            recorder.imagesChanged(swapchain.images());
        }

        Frame acquire() {
            return ((Ready) swapchain.acquire(Duration.ofSeconds(60))).frame();
        }

        Frame present() {
            Frame frame = acquire();
            recorder.render(frame);
            swapchain.present(frame);
            return frame;
        }

        @Override
        public void close() {
            fixture.vulkan().waitIdle();
            recorder.close();
            fixture.close();
        }
    }

    @Test
    void a_frame_is_presented_or_discarded_once() {
        String[] texts = {"was presented or discarded before", "Acquire the next one"};
        try (Loop loop = new Loop(); Logged log = new Logged()) {
            Frame presented = loop.present();
            assertMisuse(() -> loop.swapchain.present(presented), Reason.ILLEGAL_STATE, texts);
            assertMisuse(presented::discard, Reason.ILLEGAL_STATE, texts);
            Frame discarded = loop.acquire();
            discarded.discard();
            assertMisuse(() -> loop.swapchain.present(discarded), Reason.ILLEGAL_STATE, texts);
            assertMisuse(discarded::discard, Reason.ILLEGAL_STATE, texts);
            assertThat(loop.view.getFrameStatistics().presented()).isEqualTo(1);
            assertThat(loop.view.getFrameStatistics().discarded()).isEqualTo(1);
            ViewFixture.awaitFrames(loop.view, 1 - (int) loop.view.getFrameStatistics().displayed());
            log.assertNothing(); // the caller has been told
        }
    }

    @Test
    void a_frame_is_presented_to_its_own_swapchain() {
        try (Loop loop = new Loop()) {
            Swapchain other = loop.fixture.view(null).getSwapchain();
            Frame frame = loop.acquire();
            assertMisuse(() -> other.present(frame), Reason.INVALID_ARGUMENT, "not of this swapchain",
                    "the swapchain that handed it out");
            frame.discard(); // it was still acquired
        }
    }

    @Test
    void as_many_frames_as_there_are_images_can_be_acquired_at_a_time() {
        try (Loop loop = new Loop()) {
            List<Frame> frames = List.of(loop.acquire(), loop.acquire(), loop.acquire(), loop.acquire());
            assertThat(loop.swapchain.acquire(Duration.ZERO)).isInstanceOf(Timeout.class);
            assertThat(loop.swapchain.acquire(Duration.ofMillis(-1))).isInstanceOf(Timeout.class);
            frames.forEach(Frame::discard);
            loop.acquire().discard();
        }
    }

    @Test
    void acquire_waits_on_no_javafx_thread() {
        try (Loop loop = new Loop()) {
            assertMisuse(() -> Fx.run(() -> loop.swapchain.acquire(Duration.ofSeconds(1))), Reason.ILLEGAL_STATE,
                    "would wait PT1S on the JavaFX thread", "render thread", "Duration.ZERO");
            Fx.run(() -> ((Ready) loop.swapchain.acquire(Duration.ZERO)).frame().discard());
        }
    }

    @Test
    void one_thread_at_a_time_acquires() throws InterruptedException {
        try (ViewFixture fixture = new ViewFixture()) {
            Swapchain swapchain = fixture.view(null).getSwapchain();
            CompletableFuture<Swapchain.Acquired> answer = new CompletableFuture<>();
            Thread first = Thread.ofPlatform()
                    .start(() -> answer.complete(swapchain.acquire(Duration.ofSeconds(60))));
            while (first.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertMisuse(() -> swapchain.acquire(Duration.ZERO), Reason.ILLEGAL_STATE, "Two threads are in acquire",
                    "one thread render a view");
            swapchain.close();
            assertThat(Fx.get(answer)).isInstanceOf(Closed.class);
            first.join();
        }
    }

    // ---- after close

    @Test
    void a_closed_view_takes_neither_device_nor_renderer_and_answers_as_without() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(null);
            Fx.run(view::close);
            Fx.get(view.whenClosed());
            Fx.run(() -> {
                assertMisuse(() -> view.setDevice(fixture.vulkan().device()), Reason.ILLEGAL_STATE,
                        "This VulkanView was closed", "Make a new one");
                assertMisuse(() -> view.setRenderer(TestRenderer.numbers(fixture.vulkan())), Reason.ILLEGAL_STATE,
                        "This VulkanView was closed", "Make a new one");
                view.setRenderer(null);
                view.close();
                view.requestFrame();
            });
            assertThat(view.getRenderer()).isNull();
            assertThat(view.getSwapchain()).isNull();
            assertThat(view.getFrameStatistics().acquired()).isZero();
        }
    }

    @Test
    void a_device_bound_to_a_closed_view_is_an_error_of_the_view() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(null);
            Fx.run(() -> {
                view.close();
                view.setDevice(null);
                view.deviceProperty().bind(new SimpleObjectProperty<>(fixture.vulkan().device()));
            });
            assertFails(view, Reason.ILLEGAL_STATE, "This VulkanView was closed", "Make a new one");
        }
    }

    @Test
    void a_closed_device_takes_no_more_users() {
        try (ViewFixture fixture = new ViewFixture()) {
            String[] texts = {"This VulkanDevice was closed", "VulkanDevice.wrap() or Interop.createDevice()"};
            VulkanDevice device = fixture.vulkan().device();
            assertMisuse(device::release, Reason.ILLEGAL_STATE, "release() without retain()", "once for each");
            device.close();
            device.close();
            assertMisuse(device::retain, Reason.ILLEGAL_STATE, texts);
            VulkanView view = Fx.call(VulkanView::new);
            assertMisuse(() -> Fx.run(() -> view.setDevice(device)), Reason.ILLEGAL_STATE, texts);
            assertThat(view.getDevice()).isNull();
            assertMisuse(() -> Fx.get(Interop.probe(device)), Reason.ILLEGAL_STATE, texts);
            Interop.probe(device).whenComplete((report, e) -> assertThat(e).isInstanceOf(BridgeException.class));
        }
    }

    @Test
    void an_onClose_that_throws_anything_is_told_by_whenClosed() {
        for (Throwable mine : List.of(new IllegalStateException("mine"), new IOException("mine"), new Error("mine"))) {
            VulkanDevice device = description().onClose(() -> RendererFailureTest.sneak(mine)).build();
            device.close();
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> device.whenClosed().toCompletableFuture().orTimeout(60,
                            TimeUnit.SECONDS).get())
                    .withCause(mine);
        }
    }

    @Test
    void a_closed_swapchain_hands_out_nothing_but_takes_frames_back() {
        try (Loop loop = new Loop()) {
            Frame one = loop.acquire();
            Frame other = loop.acquire();
            loop.recorder.render(one);
            loop.swapchain.close();
            loop.swapchain.close();
            assertThat(loop.swapchain.acquire(Duration.ZERO)).isInstanceOf(Closed.class);
            loop.swapchain.present(one);
            other.discard();
        }
    }

    // ---- the wrong thread

    @Test
    void a_showing_view_takes_device_and_renderer_on_the_javafx_thread_only() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(null);
            fixture.show(new StackPane(view), 50, 50);
            String thread = "on the thread " + Thread.currentThread().getName();
            assertMisuse(() -> view.setDevice(null), Reason.ILLEGAL_STATE, "setDevice was called", thread,
                    "Platform.runLater(");
            assertMisuse(() -> view.setRenderer(TestRenderer.numbers(fixture.vulkan())), Reason.ILLEGAL_STATE,
                    "setRenderer was called", thread, "Platform.runLater(");
            assertThat(view.getDevice()).isNotNull();
            assertThat(view.getRenderer()).isNull();
        }
    }
}
