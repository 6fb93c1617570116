package org.vkfx.scene;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.vkfx.scene.Misuse.assertFails;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntBinaryOperator;

import javafx.scene.layout.StackPane;
import javafx.stage.Stage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport.Finding;
import org.vkfx.PixelFormat;
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.ExportableImage;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.MemoryHandleType;
import org.vkfx.vulkan.ValidatedVulkan;

/**
 * What keeps the zero-copy path from working leads to the host path, with the reason; where it was forced, to an error.
 */
@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class FallbackTest {
    private static final int VK_ERROR_OUT_OF_HOST_MEMORY = -1;
    private static final int VK_ERROR_OUT_OF_DEVICE_MEMORY = -2;
    private static final int VK_ERROR_TOO_MANY_OBJECTS = -10;
    private static final IntBinaryOperator PATTERN = (x, y) -> 0xff000000 | x << 16 | y << 8;

    private final FaultyVulkan faulty = new FaultyVulkan();

    /** Runs a test with another image of the proof's size; its memory is not what the proof writes. */
    private static void withOtherMemory(Consumer<ExportableImage> test) {
        try (ValidatedVulkan vulkan = new ValidatedVulkan();
                ExportableImage other = new ExportableImage(DeviceContext.of(vulkan.device()), 61, 37,
                        PixelFormat.BGRA8, MemoryHandleType.OPAQUE_FD, true)) {
            test.accept(other);
        }
    }

    private void exportOtherMemory(ExportableImage other) {
        faulty.alter("vkGetMemoryFdKHR",
                arguments -> faulty.memory(arguments[2], Integer.BYTES).set(JAVA_INT, 0, other.exportFd()));
    }

    private void assertShownByHost(ViewFixture fixture, String... reasons) {
        TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), PATTERN);
        VulkanView view = fixture.view(renderer);
        fixture.show(new StackPane(view), 100, 80);
        ViewFixture.awaitSize(view, renderer, 100, 80);
        assertThat(view.getInterop()).isEqualTo(InteropKind.HOST);
        assertThat(opengl(view).available()).isFalse();
        assertThat(opengl(view).reason()).contains(reasons);
        assertThat(view.getError()).isNull();
        PixelTest.assertPattern(Fx.snapshot(view), PATTERN);
    }

    private static Finding opengl(VulkanView view) {
        return view.getInteropReport().finding(InteropKind.OPENGL).orElseThrow();
    }

    /** OpenGL takes the descriptor of any memory without a word. */
    @Test
    void a_path_that_shows_other_pixels_is_not_taken() {
        withOtherMemory(other -> {
            try (ViewFixture fixture = ViewFixture.unproven(new ValidatedVulkan(faulty.address()))) {
                exportOtherMemory(other);
                assertShownByHost(fixture, "A test image did not arrive", "BGRA8", "Vulkan wrote ", "read was ");
                int exports = faulty.calls("vkGetMemoryFdKHR");
                assertFails(fixture.view(null, InteropKind.OPENGL), Reason.INTEROP_UNAVAILABLE, "OPENGL is impossible",
                        "A test image did not arrive", "Update the drivers");
                assertThat(faulty.calls("vkGetMemoryFdKHR")).as("once for a device").isEqualTo(exports);
            }
            faulty.assertBalanced();
        });
    }

    /** Of one format, at the edge: the last column is not written. */
    @Test
    void a_few_wrong_pixels_are_noticed() {
        faulty.prepare("vkCmdCopyBufferToImage", arguments -> {
            if (faulty.calls("vkCmdCopyBufferToImage") == 2) {
                faulty.memory(arguments[5], 56).set(JAVA_INT, 44, 60); // VkBufferImageCopy.imageExtent.width
                faulty.memory(arguments[5], 56).set(JAVA_INT, 8, 61); // bufferRowLength
            }
        });
        try (ViewFixture fixture = ViewFixture.unproven(new ValidatedVulkan(faulty.address()))) {
            assertShownByHost(fixture, "pixels (RGBA8) differ", "at (60, 0)");
        }
        faulty.assertBalanced();
    }

    @Test
    void a_path_that_works_is_proven_once_for_a_device() {
        try (ViewFixture fixture = ViewFixture.unproven(new ValidatedVulkan(faulty.address()))) {
            for (int i = 0; i < 3; i++) {
                VulkanView view = fixture.view(null);
                Fx.await("a kind", () -> view.getInterop() != null);
                assertThat(view.getInterop()).isEqualTo(InteropKind.OPENGL);
                assertThat(faulty.calls("vkCmdCopyBufferToImage")).as("one image of each format").isEqualTo(2);
            }
        }
        faulty.assertBalanced();
    }

    /** Short of memory for a moment: nothing is known of the path, and it is tried again. */
    @ParameterizedTest
    @ValueSource(strings = {"vkAllocateMemory", "vkCreateBuffer", "vkQueueSubmit", "vkGetMemoryFdKHR",
            "vkCreateCommandPool"})
    void a_proof_that_fails_says_nothing_of_the_path_for_later(String function) {
        try (ViewFixture fixture = ViewFixture.unproven(new ValidatedVulkan(faulty.address()))) {
            faulty.fail(function, 1, VK_ERROR_OUT_OF_DEVICE_MEMORY);
            assertShownByHost(fixture, function, "VK_ERROR_OUT_OF_DEVICE_MEMORY");
            VulkanView later = fixture.view(null);
            Fx.await("a kind", () -> later.getInterop() != null);
            assertThat(later.getInterop()).isEqualTo(InteropKind.OPENGL);
        }
        faulty.assertBalanced();
    }

    @Test
    void a_probe_that_fails_is_a_finding_of_its_backend() {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address())); Logged log = new Logged()) {
            faulty.fail("vkGetPhysicalDeviceImageFormatProperties2", 1, VK_ERROR_OUT_OF_HOST_MEMORY);
            assertShownByHost(fixture,
                    "vkGetPhysicalDeviceImageFormatProperties2 returned VK_ERROR_OUT_OF_HOST_MEMORY");
            log.assertNothing();
            faulty.fail("vkGetPhysicalDeviceImageFormatProperties2", 1, VK_ERROR_OUT_OF_HOST_MEMORY);
            assertFails(fixture.view(null, InteropKind.OPENGL), Reason.REFUSED, "OPENGL is impossible",
                    "VK_ERROR_OUT_OF_HOST_MEMORY", "Free memory");
        }
    }

    @ParameterizedTest
    @CsvSource({"vkAllocateMemory, -2", "vkAllocateMemory, -10", "vkCreateImage, -1", "vkCreateSemaphore, -1"})
    void images_that_cannot_be_allocated_or_shared_lead_to_the_host_path(String function, int result) {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address())); Logged log = new Logged()) {
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), PATTERN);
            VulkanView view = fixture.view(renderer);
            Stage stage = fixture.show(new StackPane(view), 60, 60);
            ViewFixture.awaitSize(view, renderer, 60, 60);
            assertThat(view.getInterop()).isEqualTo(InteropKind.OPENGL);
            faulty.fail(function, 2, result); // in the midst of the images
            Fx.run(() -> stage.setWidth(100));
            Fx.await("the host path", () -> view.getInterop() == InteropKind.HOST);
            ViewFixture.awaitSize(view, renderer, 100, 60);
            assertThat(opengl(view).reason()).contains(function);
            assertThat(view.getError()).isNull();
            PixelTest.assertPattern(Fx.snapshot(view), PATTERN);
            log.assertOnce(function, "The view goes on by HOST.");
        }
        faulty.assertBalanced();
    }

    /** There acquire tells of no failure that another path answers. */
    @Test
    void a_loop_of_the_applications_own_goes_on_by_the_host_path() {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address()))) {
            VulkanView view = fixture.view(null);
            fixture.show(new StackPane(view), 60, 60);
            Fx.await("a kind", () -> view.getInterop() == InteropKind.OPENGL);
            faulty.fail("vkAllocateMemory", 2, VK_ERROR_TOO_MANY_OBJECTS);
            TestRenderer recorder = TestRenderer.pattern(fixture.vulkan(), PATTERN);
            CompletableFuture<Integer> loop = OwnLoopTest.loop(view.getSwapchain(), recorder, Duration.ofMillis(50),
                    acquired -> {
                    });
            ViewFixture.awaitPattern(view, PATTERN);
            assertThat(view.getInterop()).isEqualTo(InteropKind.HOST);
            Fx.run(view::close);
            assertThat(Fx.get(loop)).isPositive();
            fixture.vulkan().waitIdle();
            recorder.close();
        }
        faulty.assertBalanced();
    }
}
