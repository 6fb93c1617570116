package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.lwjgl.vulkan.VK10.VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL;
import static org.lwjgl.vulkan.VK10.vkCmdClearColorImage;
import static org.vkfx.scene.Misuse.assertFails;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntBinaryOperator;
import java.util.logging.Logger;
import java.util.stream.Stream;

import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import javafx.stage.Stage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkClearColorValue;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.FrameRate;
import org.vkfx.InteropKind;
import org.vkfx.SwapchainImages;
import org.vkfx.vulkan.CompletionWaiter;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;

/** Native calls that fail: the view says so, JavaFX goes on, nothing is left behind. */
@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class FailureTest {
    private static final int VK_ERROR_OUT_OF_HOST_MEMORY = -1;
    private static final int VK_ERROR_OUT_OF_DEVICE_MEMORY = -2;
    private static final int VK_ERROR_DEVICE_LOST = -4;

    private final FaultyVulkan faulty = new FaultyVulkan();

    private static Stream<Arguments> allocations() {
        List<String> image = List.of("vkCreateImage", "vkAllocateMemory", "vkBindImageMemory", "vkCreateImageView",
                "vkCreateSemaphore");
        List<String> copy = List.of("vkCreateBuffer", "vkBindBufferMemory", "vkMapMemory", "vkCreateCommandPool",
                "vkAllocateCommandBuffers", "vkBeginCommandBuffer", "vkEndCommandBuffer");
        return Stream.of(VK_ERROR_OUT_OF_HOST_MEMORY, VK_ERROR_OUT_OF_DEVICE_MEMORY, VK_ERROR_DEVICE_LOST)
                .flatMap(result -> Stream.of(
                        image.stream().map(function -> Arguments.of(InteropKind.OPENGL, function, result)),
                        Stream.concat(image.stream(), copy.stream())
                                .map(function -> Arguments.of(InteropKind.HOST, function, result)))
                        .flatMap(arguments -> arguments));
    }

    @ParameterizedTest
    @MethodSource("allocations")
    void images_that_cannot_be_allocated_are_an_error_until_other_ones_are_wanted(InteropKind kind, String function,
            int result) {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address())); Logged log = new Logged()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            faulty.fail(function, 3, result); // in the midst of the four images
            VulkanView view = fixture.view(renderer, kind);
            Stage stage = fixture.show(new StackPane(view), 100, 100);
            switch (result) {
                case VK_ERROR_OUT_OF_HOST_MEMORY -> assertFails(view, Reason.REFUSED, function,
                        "VK_ERROR_OUT_OF_HOST_MEMORY. Free memory");
                case VK_ERROR_OUT_OF_DEVICE_MEMORY -> assertFails(view, Reason.REFUSED, function,
                        "VK_ERROR_OUT_OF_DEVICE_MEMORY. Free GPU memory", "resolutionScale and imageCount");
                default -> assertFails(view, Reason.DEVICE_LOST, function,
                        "VK_ERROR_DEVICE_LOST. The GPU stopped working", "make a new one");
            }
            log.assertOnce(function);
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
            assertFails(view, Reason.REFUSED, "vkGetMemoryFdKHR", "Free GPU memory");
            Fx.run(() -> view.getScene().setFill(Color.LIME)); // JavaFX still paints
            Fx.pulses(5);
            assertThat(Fx.screen(0, 0, 100, 100).at(50, 50)).isEqualTo(0xff00ff00);
        }
        faulty.assertBalanced();
    }

    @Test
    void a_refused_import_is_an_error_where_opengl_was_forced_until_another_renderer_is_set() {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address())); Logged log = new Logged()) {
            assumeImportsAreRefused(fixture);
            int before = faulty.calls("vkGetMemoryFdKHR");
            faulty.replace("vkGetMemoryFdKHR", 1, this::noFileDescriptor);
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()), InteropKind.OPENGL);
            fixture.show(new StackPane(view), 100, 100);
            assertFails(view, Reason.REFUSED, "OpenGL refused the memory of a Vulkan image of 100x100",
                    "set the view's interopKind to HOST");
            log.assertOnce("OpenGL refused");
            assertThat(faulty.calls("vkGetMemoryFdKHR")).as("not with every paint").isEqualTo(before + 1);
            Fx.run(() -> view.getScene().getWindow().setWidth(120));
            Fx.pulses(10);
            assertThat(view.getError()).as("the reason why nothing is shown").isNotNull();
            Fx.run(() -> view.setRenderer(TestRenderer.numbers(fixture.vulkan())));
            ViewFixture.awaitFrames(view, 3);
        }
        faulty.assertBalanced();
    }

    @Test
    void a_refused_import_leads_to_the_host_path_otherwise() {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address())); Logged log = new Logged()) {
            assumeImportsAreRefused(fixture);
            faulty.replaceAll("vkGetMemoryFdKHR", this::noFileDescriptor);
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()));
            fixture.show(new StackPane(view), 100, 100);
            Fx.await("the host path", () -> view.getInterop() == InteropKind.HOST);
            ViewFixture.awaitFrames(view, 3);
            assertThat(view.getInteropReport().finding(InteropKind.OPENGL).orElseThrow().reason())
                    .contains("OpenGL refused the memory");
            log.assertOnce("OpenGL refused the memory", "The view goes on by HOST.");
        }
        faulty.assertBalanced();
    }

    private static void assumeImportsAreRefused(ViewFixture fixture) {
        assumeFalse(fixture.vulkan().isNvidia(), "NVIDIA's GL takes -1 for a file descriptor, and tells no error");
    }

    private int noFileDescriptor(Object[] arguments) {
        faulty.memory(arguments[2], Integer.BYTES).set(ValueLayout.JAVA_INT, 0, -1);
        return 0;
    }

    @Test
    void a_function_that_is_missing_is_named() {
        faulty.hide("vkGetMemoryFdKHR");
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address())); Logged log = new Logged()) {
            assertFails(fixture.view(null), Reason.MISSING_CAPABILITY, "There is no vkGetMemoryFdKHR",
                    "extensions really enabled to VulkanDevice.wrap()");
            log.assertOnce("vkGetMemoryFdKHR");
        }
    }

    @Test
    void a_driver_that_hangs_keeps_no_other_device_waiting() {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        faulty.alter("vkGetPhysicalDeviceProperties2", arguments -> {
            hangs.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        try (ViewFixture slow = ViewFixture.unproven(new ValidatedVulkan(faulty.address()));
                ViewFixture quick = new ViewFixture()) {
            VulkanView waiting = slow.view(TestRenderer.numbers(slow.vulkan()));
            Fx.await("the slow driver is called", () -> hangs.getCount() == 0);
            VulkanView view = quick.view(TestRenderer.numbers(quick.vulkan()));
            try {
                quick.show(new StackPane(view), 50, 50);
                ViewFixture.awaitFrames(view, 3);
                assertThat(waiting.getInterop()).isNull();
            } finally {
                goOn.countDown();
            }
            Fx.await("the slow one, too", () -> waiting.getInterop() != null);
        }
    }

    @Test
    void a_copy_that_cannot_be_submitted_is_an_error_until_another_renderer_is_set() {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address())); Logged log = new Logged()) {
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()), InteropKind.HOST);
            fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 3);
            faulty.fail("vkQueueSubmit", 1, VK_ERROR_OUT_OF_HOST_MEMORY); // is tried again when the frame is rendered
            ViewFixture.awaitFrames(view, 3);
            log.assertNothing();
            faulty.replaceAll("vkQueueSubmit", arguments -> VK_ERROR_OUT_OF_HOST_MEMORY);
            assertFails(view, Reason.REFUSED, "vkQueueSubmit", "Free memory");
            log.assertOnce("vkQueueSubmit");
            faulty.repair("vkQueueSubmit");
            TestRenderer other = TestRenderer.numbers(fixture.vulkan());
            Fx.run(() -> view.setRenderer(other));
            ViewFixture.awaitFrames(view, 6);
            assertThat(other.images().generation()).as("new images").isEqualTo(2);
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

    @ParameterizedTest
    @ValueSource(strings = {"vkWaitSemaphores", "vkGetSemaphoreCounterValue"})
    void a_lost_device_is_an_error_and_javafx_goes_on(String function) {
        try (ViewFixture other = new ViewFixture();
                ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address()));
                Logged log = new Logged()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setFrameRate(FrameRate.ON_DEMAND);
            fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 1);
            Fx.pulses(5);
            int shown = Fx.screen(0, 0, 100, 100).at(50, 50);
            faulty.fail(function, 1, VK_ERROR_DEVICE_LOST);
            view.requestFrame();
            assertFails(view, Reason.DEVICE_LOST, function, "The GPU stopped working", "make a new one");
            log.assertOnce(function);
            Fx.pulses(5);
            assertThat(Fx.screen(0, 0, 100, 100).at(50, 50)).as("the last good frame").isEqualTo(shown);
            int rendered = renderer.rendered();
            view.requestFrame();
            Fx.pulses(10);
            assertThat(renderer.rendered()).as("frames on a lost device").isEqualTo(rendered);

            Fx.run(() -> view.setRenderer(TestRenderer.numbers(fixture.vulkan()))); // tries the same device again
            assertFails(view, Reason.DEVICE_LOST, function);
            Fx.run(() -> {
                view.setDevice(other.vulkan().device());
                view.setRenderer(TestRenderer.numbers(other.vulkan()));
            });
            ViewFixture.awaitFrames(view, 1);
        }
        faulty.assertBalanced();
    }

    private static Stream<Arguments> waits() {
        return Stream.of(InteropKind.OPENGL, InteropKind.HOST)
                .flatMap(kind -> Stream.of("vkWaitSemaphores", "vkGetSemaphoreCounterValue")
                        .flatMap(function -> Stream.of(VK_ERROR_OUT_OF_HOST_MEMORY, VK_ERROR_OUT_OF_DEVICE_MEMORY)
                                .map(result -> Arguments.of(kind, function, result))));
    }

    /** The GPU is still writing the image. */
    @ParameterizedTest
    @MethodSource("waits")
    void a_wait_that_fails_is_tried_again(InteropKind kind, String function, int result) {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address())); Logged log = new Logged()) {
            VulkanView view = fixture.view(TestRenderer.slowNumbers(fixture.vulkan(), 400), kind);
            faulty.fail(function, 3, result);
            fixture.show(new StackPane(view), 1400, 1000);
            ViewFixture.awaitFrames(view, 4);
            log.assertOnce(function, "tried again");
            assertThat(view.getSwapchain().images().generation()).as("no image is given up").isEqualTo(1);
        }
        faulty.assertBalanced();
    }

    /** While the GPU writes an image, too: it goes on here, unlike on a device really lost. */
    @ParameterizedTest
    @EnumSource(names = {"OPENGL", "HOST"})
    void a_device_said_to_be_lost_in_the_midst_of_a_frame_is_an_error(InteropKind kind) {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address()))) {
            VulkanView view = fixture.view(TestRenderer.slowNumbers(fixture.vulkan(), 100), kind);
            faulty.fail("vkWaitSemaphores", 3, VK_ERROR_DEVICE_LOST);
            fixture.show(new StackPane(view), 1400, 1000);
            assertFails(view, Reason.DEVICE_LOST, "vkWaitSemaphores");
        }
        faulty.assertBalanced();
    }

    /** A renderer that neither submits nor discards: nothing could tell but time. */
    @Test
    void a_frame_that_never_completes_is_named_in_a_warning() {
        Logger logger = Logger.getLogger(CompletionWaiter.class.getName());
        List<String> warnings = new CopyOnWriteArrayList<>();
        logger.setFilter(line -> !warnings.add(line.getMessage()));
        try (ViewFixture fixture = new ViewFixture()) {
            AtomicReference<Frame> forgotten = new AtomicReference<>();
            TestRenderer drawing = new TestRenderer(fixture.vulkan()) {
                @Override
                public void render(Frame frame) {
                    if (rendered() < 3 || !forgotten.compareAndSet(null, frame)) {
                        super.render(frame);
                    }
                }

                @Override
                protected void draw(VkCommandBuffer buffer, Frame frame, int number, MemoryStack stack) {
                    vkCmdClearColorImage(buffer, frame.image(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                            VkClearColorValue.calloc(stack), range(stack));
                }
            };
            VulkanView view = fixture.view(drawing);
            Stage stage = fixture.show(new StackPane(view), 100, 90);
            Fx.await("the frame that nobody submits", () -> forgotten.get() != null);
            Fx.run(() -> stage.setWidth(120)); // waits for it
            Fx.await("the warning", () -> !warnings.isEmpty());
            Frame frame = forgotten.get();
            assertThat(warnings).singleElement().asString()
                    .contains("image " + frame.index() + " of generation 1 (100x90)")
                    .contains("0x" + Long.toHexString(frame.rendered()))
                    .contains("the value " + frame.renderedValue() + ".")
                    .contains("resizing and closing the view wait for it").contains("frame.discard()");
            assertThat(drawing.images().width()).isEqualTo(100);
            fixture.vulkan().signal(frame.rendered(), frame.renderedValue());
            ViewFixture.awaitSize(view, drawing, 120, 90);
            assertThat(warnings).hasSize(1);
        } finally {
            logger.setFilter(null);
        }
    }
}
