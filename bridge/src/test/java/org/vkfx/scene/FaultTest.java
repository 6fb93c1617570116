package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import javafx.scene.layout.HBox;
import javafx.scene.paint.Color;
import javafx.scene.shape.Rectangle;
import javafx.stage.Stage;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vkfx.BridgeException;
import org.vkfx.FrameRenderer;
import org.vkfx.InteropKind;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;
import org.vkfx.vulkan.VulkanErrors;

/**
 * Every function of Vulkan that the bridge calls for a view and that can fail, fails once, somewhen between the first
 * image and the last, with every error that it may return: the view goes on or says what to do, JavaFX paints, and all
 * can be closed.
 */
@Tag("long")
@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class FaultTest {
    private static final int VK_ERROR_DEVICE_LOST = -4;
    /** The first of what is made, one in the midst, and one of what is made for another size. */
    private static final List<Integer> CALLS = List.of(1, 2, 7);
    private static final List<String> IMAGE = List.of("vkGetPhysicalDeviceImageFormatProperties2", "vkCreateImage",
            "vkAllocateMemory", "vkBindImageMemory", "vkCreateImageView", "vkCreateSemaphore",
            "vkGetSemaphoreCounterValue", "vkWaitSemaphores", "vkQueueSubmit");
    private static final List<String> EXPORT = List.of("vkGetMemoryFdKHR", "vkGetSemaphoreFdKHR");
    /** What the OpenGL path calls only where GL waits for Vulkan's semaphores, as llvmpipe does not. */
    private static final List<String> SIGNAL = List.of("vkGetSemaphoreFdKHR", "vkQueueSubmit");
    private static final List<String> COPY = List.of("vkCreateBuffer", "vkBindBufferMemory", "vkMapMemory",
            "vkCreateCommandPool", "vkAllocateCommandBuffers", "vkBeginCommandBuffer", "vkEndCommandBuffer");

    private final FaultyVulkan faulty = new FaultyVulkan();

    private static Stream<Arguments> faults() {
        List<Arguments> all = new ArrayList<>();
        List<Arguments> one = new ArrayList<>(); // for each function, of the errors and calls now these, now those
        for (InteropKind kind : List.of(InteropKind.AUTO, InteropKind.OPENGL, InteropKind.HOST)) {
            for (String function : Stream.of(IMAGE, kind == InteropKind.HOST ? COPY : EXPORT).flatMap(List::stream)
                    .toList()) {
                int first = all.size();
                for (int error : VulkanErrors.of(function)) {
                    CALLS.forEach(call -> all.add(Arguments.of(kind, function, call, error)));
                }
                one.add(all.get(first + one.size() * 5 % (all.size() - first)));
            }
        }
        return (LongRun.count("faults", 0) > 0 ? all : one).stream();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void a_call_that_fails_leaves_a_view_that_goes_on_or_says_what_to_do(InteropKind kind, String function, int call,
            int error) {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address()))) {
            // What is given up of a lost device is destroyed at once: here the GPU goes on, so it must have finished.
            boolean lost = error == VK_ERROR_DEVICE_LOST;
            Runnable finish = lost ? fixture.vulkan()::waitIdle : () -> {
            };
            FrameRenderer renderer = TestRenderer.numbers(fixture.vulkan()).around(() -> {
            }, finish);
            faulty.replace(function, call, arguments -> {
                finish.run();
                return error;
            });
            VulkanView view = fixture.view(renderer, kind);
            Rectangle beside = Fx.call(() -> new Rectangle(20, 60));
            Stage stage = fixture.show(new HBox(view, beside), 120, 60);
            for (int width = 100; width <= 140; width += 20) { // other images each time
                int now = width;
                Fx.run(() -> {
                    view.setPrefWidth(now);
                    view.setMinWidth(now);
                    stage.setWidth(now + 20);
                });
                Fx.pulses(3); // in which the size is told
                awaitFramesOrError(view);
                Color colour = Color.rgb(now, 0, 255 - now);
                Fx.run(() -> beside.setFill(colour));
                Fx.pulses(3);
                assertThat(Fx.screen(now, 0, 20, 60).at(10, 30)).as("JavaFX paints").isEqualTo(
                        0xff000000 | now << 16 | 255 - now);
            }
            if (kind == InteropKind.HOST || !SIGNAL.contains(function)) {
                assertThat(faulty.calls(function)).as("the call that was to fail has come")
                        .isGreaterThanOrEqualTo(call);
            }
        }
        faulty.assertBalanced();
    }

    /** Waits until the view shows more than it did, or has an error, which names a remedy. */
    private static void awaitFramesOrError(VulkanView view) {
        long goal = view.getFrameStatistics().displayed() + view.getImageCount() + 1;
        BridgeException[] told = {null};
        Fx.await("frames or an error", () -> {
            told[0] = view.getError();
            return told[0] != null || view.getFrameStatistics().displayed() >= goal;
        });
        if (told[0] != null) {
            assertThat(told[0].getMessage()).as("what failed, and a sentence that says what to do")
                    .matches("(?s).+\\. [A-Z].+\\.");
            assertThat(told[0].reason()).isNotNull();
        }
    }
}
