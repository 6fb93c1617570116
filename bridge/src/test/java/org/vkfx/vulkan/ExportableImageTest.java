package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lwjgl.system.linux.UNISTD;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.PixelFormat;
import org.vkfx.VulkanDevice;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;
import org.vkfx.vulkan.DeviceStructs.VkImageCreateInfo;
import org.vkfx.vulkan.InstanceStructs.VkExternalImageFormatProperties;
import org.vkfx.vulkan.InstanceStructs.VkImageFormatProperties2;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceImageFormatInfo2;

@Needs({Machine.VULKAN, Machine.OPAQUE_FD})
class ExportableImageTest {
    @ParameterizedTest
    @EnumSource(PixelFormat.class)
    void exportsAFileDescriptorThatTheCallerOwns(PixelFormat format) throws IOException {
        try (ValidatedVulkan vulkan = new ValidatedVulkan()) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            int fd;
            try (ExportableImage image = new ExportableImage(context, 641, 479, format, MemoryHandleType.OPAQUE_FD,
                    true)) {
                assertThat(image.image()).isNotZero();
                assertThat(image.view()).isNotZero();
                assertThat(image.memory()).isNotZero();
                assertThat(image.memorySize()).isGreaterThanOrEqualTo(641 * 479 * 4);
                assertThat(image.width()).isEqualTo(641);
                assertThat(image.height()).isEqualTo(479);
                assertThat(image.format()).isEqualTo(format);
                assertThat(image.storage()).isEqualTo(context.physicalDevice().supportsStorage(format));
                fd = image.exportFd();
                int second = image.exportFd();
                assertThat(second).isNotEqualTo(fd);
                FileDescriptors.close(second);
            }
            assertThat(Path.of("/proc/self/fd/" + fd)).as("still open after the image was closed").exists();
            FileDescriptors.close(fd);
        }
    }

    @Test
    void holdsMemoryOfItsOwnWithoutExport() {
        try (ValidatedVulkan vulkan = new ValidatedVulkan(0, VulkanDevice.version(1, 2), List.of())) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            ExportableImage image = new ExportableImage(context, 1, 1, PixelFormat.BGRA8, MemoryHandleType.NONE, true);
            assertThat(image.view()).isNotZero();
            assertFails(Reason.ILLEGAL_STATE, "MemoryHandleType.OPAQUE_FD", image::exportFd);
            image.close();
            image.close();
            assertThat(image.image()).isZero();
            assertThat(image.view()).isZero();
            assertThat(image.memory()).isZero();
        }
    }

    @Test
    void exportAfterCloseIsRefused() {
        try (ValidatedVulkan vulkan = new ValidatedVulkan()) {
            ExportableImage image = exportable(DeviceContext.of(vulkan.device()));
            image.close();
            assertFails(Reason.ILLEGAL_STATE, "it was closed", image::exportFd);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,0", "-1,5", "5,-1", "2147483647,1", "1,2147483647"})
    void sizesOutsideTheLimitsAreRefused(int width, int height) {
        try (ValidatedVulkan vulkan = new ValidatedVulkan()) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            for (MemoryHandleType type : MemoryHandleType.values()) {
                assertFails(Reason.INVALID_ARGUMENT, "maxImageDimension2D",
                        () -> new ExportableImage(context, width, height, PixelFormat.BGRA8, type, true));
            }
        }
    }

    @Test
    void sizesJustOverTheLimitAreRefusedWithTheLimit() {
        try (ValidatedVulkan vulkan = new ValidatedVulkan()) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            int limit = context.physicalDevice().maxImageDimension2D();
            assertFails(Reason.INVALID_ARGUMENT, "to " + limit + " x " + limit,
                    () -> new ExportableImage(context, limit + 1, 1, PixelFormat.BGRA8, MemoryHandleType.OPAQUE_FD,
                            true));
            new ExportableImage(context, limit, 1, PixelFormat.BGRA8, MemoryHandleType.OPAQUE_FD, true).close();
        }
    }

    @Test
    void exportNeedsTheExtension() {
        try (ValidatedVulkan vulkan = new ValidatedVulkan(0, VulkanDevice.version(1, 2), List.of())) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            assertFails(Reason.MISSING_CAPABILITY, "VK_KHR_external_memory_fd",
                    () -> exportable(context));
        }
    }

    @ParameterizedTest
    @CsvSource({
            "vkGetPhysicalDeviceImageFormatProperties2, -1, REFUSED, VK_ERROR_OUT_OF_HOST_MEMORY",
            "vkCreateImage, -2, REFUSED, VK_ERROR_OUT_OF_DEVICE_MEMORY",
            "vkAllocateMemory, -2, REFUSED, VK_ERROR_OUT_OF_DEVICE_MEMORY",
            "vkAllocateMemory, -3, REFUSED, VK_ERROR_INITIALIZATION_FAILED",
            "vkAllocateMemory, -1000072003, REFUSED, VK_ERROR_INVALID_EXTERNAL_HANDLE",
            "vkBindImageMemory, -2, REFUSED, VK_ERROR_OUT_OF_DEVICE_MEMORY",
            "vkBindImageMemory, -4, DEVICE_LOST, VK_ERROR_DEVICE_LOST",
            "vkCreateImageView, -1, REFUSED, VK_ERROR_OUT_OF_HOST_MEMORY",
            "vkCreateImageView, -4711, REFUSED, VkResult -4711"})
    void failureLeavesNothingBehind(String function, int result, Reason reason, String name) throws IOException {
        FaultyVulkan faulty = new FaultyVulkan();
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address())) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            long before = FileDescriptors.count();
            faulty.fail(function, 1, result);
            assertThatExceptionOfType(BridgeException.class)
                    .isThrownBy(() -> exportable(context))
                    .withMessageContaining(function).withMessageContaining(name)
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
            faulty.assertBalanced();
            assertThat(FileDescriptors.count()).isEqualTo(before);
            exportable(context).close();
            faulty.assertBalanced();
            assertThat(faulty.calls("vkFreeMemory")).isEqualTo(function.matches("vkBind.*|vkCreateImageView") ? 2 : 1);
        }
    }

    @Test
    void failingExportLeavesTheImageUsable() throws IOException {
        FaultyVulkan faulty = new FaultyVulkan();
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address());
                ExportableImage image = exportable(DeviceContext.of(vulkan.device()))) {
            faulty.fail("vkGetMemoryFdKHR", 1, Results.VK_ERROR_TOO_MANY_OBJECTS);
            assertFails(Reason.REFUSED, "vkGetMemoryFdKHR returned VK_ERROR_TOO_MANY_OBJECTS", image::exportFd);
            FileDescriptors.close(image.exportFd());
        }
        faulty.assertBalanced();
    }

    @Test
    void storageIsLeftOutWhereTheExportDoesNotAllowIt() {
        FaultyVulkan faulty = new FaultyVulkan();
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address())) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            assertThat(context.physicalDevice().supportsStorage(PixelFormat.RGBA8)).isTrue();
            faulty.fail("vkGetPhysicalDeviceImageFormatProperties2", 1, Results.VK_ERROR_FORMAT_NOT_SUPPORTED);
            try (ExportableImage image = exportable(context)) {
                assertThat(image.storage()).isFalse();
            }
        }
    }

    @Test
    void formatsThatCannotBeExportedAreRefused() {
        FaultyVulkan faulty = new FaultyVulkan();
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address())) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            // Supported, but the answer's structure is left as it was: no external memory features.
            faulty.replace("vkGetPhysicalDeviceImageFormatProperties2", 1, arguments -> 0);
            assertThat(context.physicalDevice().vkGetPhysicalDeviceImageFormatProperties2(PixelFormat.RGBA8, 0,
                    ExportableImage.USAGE, MemoryHandleType.OPAQUE_FD).exportable()).isFalse();
            faulty.replaceAll("vkGetPhysicalDeviceImageFormatProperties2", arguments -> 0);
            assertThat(ExportableImage.isPossible(context.physicalDevice(), PixelFormat.RGBA8,
                    MemoryHandleType.OPAQUE_FD)).isFalse();
            assertFails(Reason.REFUSED, "exported as OPAQUE_FD",
                    () -> exportable(context));
        }
        faulty.assertBalanced();
    }

    /** The flags and usages that a driver is asked about, in this order, as it refuses one after the other. */
    private static final List<String> ASKED_FOR_GL = List.of("flags 8 usage 9f", "flags 8 usage 97", "flags 0 usage 9f",
            "flags 0 usage 97", "flags 0 usage 17");

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void what_gl_aliases_is_mutable_and_has_all_usages_unless_the_driver_refuses(int refusals) {
        FaultyVulkan faulty = new FaultyVulkan();
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address())) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            assertThat(context.physicalDevice().usages(PixelFormat.RGBA8))
                    .as("COLOR_ATTACHMENT | INPUT_ATTACHMENT | SAMPLED"
                            + " | STORAGE | TRANSFER_SRC | TRANSFER_DST")
                    .isEqualTo(0x9f);
            List<String> asked = new ArrayList<>();
            List<String> made = new ArrayList<>();
            faulty.alter("vkGetPhysicalDeviceImageFormatProperties2", arguments -> {
                MemorySegment info = faulty.memory(arguments[1], VkPhysicalDeviceImageFormatInfo2.LAYOUT.byteSize());
                asked.add(text(info, VkPhysicalDeviceImageFormatInfo2.FLAGS, VkPhysicalDeviceImageFormatInfo2.USAGE));
                if (asked.size() <= refusals) { // no memory features: not exportable
                    MemorySegment external = faulty.memory(arguments[2], VkImageFormatProperties2.LAYOUT.byteSize())
                            .get(ADDRESS, Structs.offset(VkImageFormatProperties2.LAYOUT, "pNext"));
                    external.reinterpret(VkExternalImageFormatProperties.LAYOUT.byteSize()).set(JAVA_INT,
                            VkExternalImageFormatProperties.FEATURES, 0);
                }
            });
            faulty.prepare("vkCreateImage", arguments -> {
                MemorySegment info = faulty.memory(arguments[1], VkImageCreateInfo.LAYOUT.byteSize());
                made.add(text(info, VkImageCreateInfo.FLAGS, VkImageCreateInfo.USAGE));
            });
            try (ExportableImage image = exportable(context)) {
                assertThat(image.storage()).isEqualTo(refusals % 2 == 0 && refusals < 4);
            }
            assertThat(asked).isEqualTo(ASKED_FOR_GL.subList(0, refusals + 1));
            assertThat(made).containsExactly(ASKED_FOR_GL.get(refusals));
            asked.clear();
            assertThat(ExportableImage.isPossible(context.physicalDevice(), PixelFormat.RGBA8,
                    MemoryHandleType.OPAQUE_FD)).isTrue();
            assertThat(asked).as("asked by the probe").isEqualTo(ASKED_FOR_GL.subList(0, refusals + 1));
        }
        faulty.assertBalanced();
    }

    @Test
    void what_nobody_aliases_has_the_promised_usages_only() {
        FaultyVulkan faulty = new FaultyVulkan();
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address())) {
            List<String> made = new ArrayList<>();
            faulty.prepare("vkCreateImage", arguments -> {
                MemorySegment info = faulty.memory(arguments[1], VkImageCreateInfo.LAYOUT.byteSize());
                made.add(text(info, VkImageCreateInfo.FLAGS, VkImageCreateInfo.USAGE));
            });
            DeviceContext context = DeviceContext.of(vulkan.device());
            new ExportableImage(context, 8, 8, PixelFormat.RGBA8, MemoryHandleType.NONE, false).close();
            new ExportableImage(context, 8, 8, PixelFormat.RGBA8, MemoryHandleType.NONE, true).close();
            assertThat(made).containsExactly("flags 0 usage 17", "flags 0 usage 1f");
        }
    }

    private static String text(MemorySegment struct, long flags, long usage) {
        return "flags " + Integer.toHexString(struct.get(JAVA_INT, flags)) + " usage "
                + Integer.toHexString(struct.get(JAVA_INT, usage));
    }

    private static ExportableImage exportable(DeviceContext context) {
        return new ExportableImage(context, 64, 64, PixelFormat.RGBA8, MemoryHandleType.OPAQUE_FD, true);
    }

    private static void assertFails(Reason reason, String message, Runnable call) {
        assertThatExceptionOfType(BridgeException.class).isThrownBy(call::run).withMessageContaining(message)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    /** The process's file descriptors. */
    private static final class FileDescriptors {
        static long count() throws IOException {
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                return open.count();
            }
        }

        static void close(int fd) throws IOException {
            Path path = Path.of("/proc/self/fd/" + fd);
            assertThat(path).exists();
            assertThat(UNISTD.nclose(0, fd)).isZero();
            assertThat(path).doesNotExist();
        }
    }
}
