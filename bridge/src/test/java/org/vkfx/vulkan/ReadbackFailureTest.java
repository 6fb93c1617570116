package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.PixelFormat;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;
import org.vkfx.vulkan.InstanceStructs.VkQueueFamilyProperties;

/** What becomes of a ReadbackBuffer where Vulkan refuses. */
@Needs(Machine.VULKAN)
class ReadbackFailureTest {
    private static final String COPYING = "vkCmd.*|vkQueueSubmit.*|vk.*CommandBuffer.*|vk.*CommandPool|vk.*Buffer.*"
            + "|vkMapMemory.*";
    private static final int COMPUTE_AND_TRANSFER = 0x2 | 0x4;

    private final FaultyVulkan faulty = new FaultyVulkan();

    @ParameterizedTest
    @CsvSource({"vkCreateBuffer, 1, -2, REFUSED", "vkCreateBuffer, 1, -4, DEVICE_LOST",
            "vkAllocateMemory, 1, -2, REFUSED", "vkBindBufferMemory, 1, -2, REFUSED", "vkMapMemory, 1, -1, REFUSED",
            "vkGetPhysicalDeviceImageFormatProperties2, 1, -1, REFUSED", "vkCreateImage, 1, -1, REFUSED",
            "vkAllocateMemory, 2, -2, REFUSED", "vkBindImageMemory, 1, -1, REFUSED",
            "vkCreateImageView, 1, -1, REFUSED", "vkCreateCommandPool, 1, -1, REFUSED",
            "vkAllocateCommandBuffers, 1, -2, REFUSED", "vkBeginCommandBuffer, 1, -1, REFUSED",
            "vkEndCommandBuffer, 1, -2, REFUSED", "vkEndCommandBuffer, 1, -4, DEVICE_LOST"})
    void failureLeavesNothingBehind(String function, int call, int result, Reason reason) {
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address())) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            try (ExportableImage image = image(context, PixelFormat.RGBA8)) {
                Map<String, Long> before = faulty.live();
                faulty.fail(function, call, result);
                assertFails(reason, function, Results.name(result), () -> new ReadbackBuffer(context, image));
                assertThat(faulty.live()).isEqualTo(before);
                new ReadbackBuffer(context, image).close();
                assertThat(faulty.live()).isEqualTo(before);
            }
        }
        faulty.assertBalanced();
    }

    @ParameterizedTest
    @CsvSource({"-4, DEVICE_LOST", "-1, REFUSED", "-2, REFUSED"})
    void failingSubmitSignalsNothingAndCanBeRepeated(int result, Reason reason) {
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address())) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            try (ExportableImage image = image(context, PixelFormat.BGRA8);
                    ReadbackBuffer buffer = new ReadbackBuffer(context, image);
                    ImageWriter writer = new ImageWriter(vulkan, context);
                    TimelineSemaphore copied = new TimelineSemaphore(context, 0)) {
                writer.clear(image, 1, 0, 0, 1);
                faulty.fail("vkQueueSubmit", 1, result);
                assertFails(reason, "vkQueueSubmit", Results.name(result), () -> buffer.submit(copied, 1));
                assertThat(((ReentrantLock) vulkan.device().queueLock()).isLocked()).isFalse();
                assertThat(copied.value()).isZero();
                buffer.submit(copied, 1);
                assertThat(copied.await(1, TimeUnit.SECONDS.toNanos(30))).isTrue();
                assertThat(buffer.bytes().getInt(0)).isEqualTo(0xffff0000);
            }
        }
        faulty.assertBalanced();
    }

    @ParameterizedTest
    @ValueSource(strings = {"vkCreateBuffer", "vkMapMemory", "vkCmdPipelineBarrier", "vkCmdBlitImage",
            "vkCmdCopyImageToBuffer", "vkQueueSubmit"})
    void aMissingFunctionIsNamedWhenItIsNeeded(String function) {
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address())) {
            faulty.hide(function);
            DeviceContext context = DeviceContext.of(vulkan.device());
            try (ExportableImage image = image(context, PixelFormat.BGRA8)) {
                assertFails(Reason.MISSING_CAPABILITY, "There is no " + function, "vkGetDeviceProcAddr",
                        () -> new ReadbackBuffer(context, image));
            }
        }
        faulty.assertBalanced();
    }

    @Test
    void nobodyElseAsksForFunctionsThatCopy() {
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address())) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            new TimelineSemaphore(context, 0).close();
            try (var image = new ExportableImage(context, 8, 8, PixelFormat.RGBA8, MemoryHandleType.OPAQUE_FD, true)) {
                assertThat(faulty.names()).contains("vkCreateImage").noneMatch(name -> name.matches(COPYING));
                new ReadbackBuffer(context, image).close();
                assertThat(faulty.names()).contains("vkCmdCopyImageToBuffer", "vkQueueSubmit");
            }
        }
    }

    @Test
    void orderingChannelsNeedsAGraphicsQueue() {
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address())) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            faulty.replaceAll("vkGetPhysicalDeviceQueueFamilyProperties", this::oneComputeFamily);
            try (ExportableImage rgba = image(context, PixelFormat.RGBA8);
                    ExportableImage bgra = image(context, PixelFormat.BGRA8)) {
                Map<String, Long> before = faulty.live();
                assertFails(Reason.MISSING_CAPABILITY, "Queue family 0",
                        "Use PixelFormat.BGRA8 or a graphics queue.", () -> new ReadbackBuffer(context, rgba));
                assertThat(faulty.live()).isEqualTo(before);
                new ReadbackBuffer(context, bgra).close();
            }
        }
        faulty.assertBalanced();
    }

    private int oneComputeFamily(Object[] arguments) {
        faulty.memory(arguments[1], JAVA_INT.byteSize()).set(JAVA_INT, 0, 1);
        if (!arguments[2].equals(MemorySegment.NULL)) {
            faulty.memory(arguments[2], VkQueueFamilyProperties.LAYOUT.byteSize()).set(JAVA_INT,
                    VkQueueFamilyProperties.QUEUE_FLAGS, COMPUTE_AND_TRANSFER);
        }
        return 0;
    }

    private static ExportableImage image(DeviceContext context, PixelFormat format) {
        return new ExportableImage(context, 8, 8, format, MemoryHandleType.NONE, true);
    }

    private static void assertFails(Reason reason, String first, String second, Runnable call) {
        assertThatExceptionOfType(BridgeException.class).isThrownBy(call::run).withMessageContainingAll(first, second)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
