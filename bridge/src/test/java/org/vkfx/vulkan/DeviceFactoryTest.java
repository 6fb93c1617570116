package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.PixelFormat;
import org.vkfx.VulkanDevice;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceProperties2;

@Needs({Machine.VULKAN, Machine.OPAQUE_FD})
class DeviceFactoryTest {
    private final FaultyVulkan faulty = new FaultyVulkan();

    @Test
    void makesADeviceThatExports() {
        VulkanDevice device = create();
        assertThat(device.apiVersion()).isGreaterThanOrEqualTo(VulkanDevice.version(1, 2));
        assertThat(device.enabledExtensions()).contains("VK_KHR_external_memory_fd", "VK_KHR_portability_enumeration")
                .doesNotContain("VK_NO_SUCH_extension");
        assertThat(device.queue()).isNotZero();
        DeviceContext context = DeviceContext.of(device);
        assertThat(context.physicalDevice().deviceUuid()).matches("[0-9a-f]{32}");
        assertThat(context.physicalDevice().driverUuid()).matches("[0-9a-f]{32}");
        try (var image = new ExportableImage(context, 16, 16, PixelFormat.RGBA8, MemoryHandleType.OPAQUE_FD, true);
                var semaphore = new TimelineSemaphore(context, 3)) {
            assertThat(image.memorySize()).isPositive();
            assertThat(semaphore.value()).isEqualTo(3);
        }
        close(device);
        assertThat(device.whenClosed()).succeedsWithin(Duration.ofSeconds(10));
        faulty.assertBalanced();
        assertThat(faulty.calls("vkDestroyDevice")).isEqualTo(1);
        assertThat(faulty.calls("vkDestroyInstance")).isEqualTo(1);
    }

    @Test
    void preferredDevicesComeFirst() {
        try (VulkanInstance instance = new VulkanInstance(VulkanLoader.open(), List.of())) {
            for (PhysicalDevice wanted : instance.vkEnumeratePhysicalDevices()) {
                VulkanDevice device = DeviceFactory.create(VulkanLoader.open(),
                        () -> candidate -> candidate.deviceUuid().equals(wanted.deviceUuid()), List.of(), List.of());
                assertThat(DeviceContext.of(device).physicalDevice().deviceUuid()).isEqualTo(wanted.deviceUuid());
                close(device);
            }
        }
    }

    @Test
    void describesPhysicalDevices() {
        try (VulkanInstance instance = new VulkanInstance(VulkanLoader.open(), List.of("VK_KHR_surface", "VK_no"))) {
            assertThat(instance.enabledExtensions()).contains("VK_KHR_surface").doesNotContain("VK_no");
            assertThat(instance.vkEnumeratePhysicalDevices()).isNotEmpty().allSatisfy(device -> {
                assertThat(device.name()).isNotBlank();
                assertThat(device.handle()).isNotZero();
                assertThat(device.type()).isNotNull();
                assertThat(device.maxImageDimension2D()).isGreaterThanOrEqualTo(4096);
                assertThat(device.vkEnumerateDeviceExtensionProperties()).contains("VK_KHR_external_memory_fd");
                assertThat(device.supportsTimelineSemaphore()).isTrue();
                var support = device.vkGetPhysicalDeviceImageFormatProperties2(PixelFormat.BGRA8, 0,
                        ExportableImage.USAGE,
                        MemoryHandleType.OPAQUE_FD);
                assertThat(support.supported()).isTrue();
                assertThat(support.exportable()).isTrue();
                assertThat(support.maxWidth()).isGreaterThanOrEqualTo(4096);
                assertThat(support.maxHeight()).isGreaterThanOrEqualTo(4096);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"vkEnumerateInstanceVersion, 1, -1", "vkEnumerateInstanceExtensionProperties, 1, -1",
            "vkEnumerateInstanceExtensionProperties, 2, -1", "vkCreateInstance, 1, -3",
            "vkEnumeratePhysicalDevices, 1, -3",
            "vkEnumeratePhysicalDevices, 2, -1", "vkEnumerateDeviceExtensionProperties, 1, -1",
            "vkEnumerateDeviceExtensionProperties, 2, -2", "vkCreateDevice, 1, -3", "vkCreateDevice, 1, -7"})
    void failureLeavesNothingBehind(String function, int call, int result) {
        faulty.fail(function, call, result);
        assertFails(Reason.REFUSED, function, Results.name(result));
    }

    /** All that the specifications have, at the first, the second and a late call: {@link VulkanErrors}. */
    @ParameterizedTest
    @ValueSource(strings = {"vkEnumerateInstanceVersion", "vkEnumerateInstanceExtensionProperties", "vkCreateInstance",
            "vkEnumeratePhysicalDevices", "vkEnumerateDeviceExtensionProperties", "vkCreateDevice", "vkDeviceWaitIdle"})
    void anyErrorAtAnyCallLeavesNothingBehind(String function) {
        for (int error : VulkanErrors.of(function)) {
            for (int call : List.of(1, 2, 7)) {
                int before = faulty.calls(function);
                faulty.fail(function, call, error);
                try {
                    close(create());
                    assertThat(function.equals("vkDeviceWaitIdle") || faulty.calls(function) - before < call)
                            .as("call %s fails by %s", call, error).isTrue();
                } catch (BridgeException e) {
                    assertThat(e).hasMessageContaining(function).message().matches("(?s).+\\. [A-Z].+\\.");
                }
                faulty.assertBalanced();
            }
        }
    }

    @Test
    void listsThatGrowBetweenTwoCallsAreAskedForAgain() {
        faulty.fail("vkEnumeratePhysicalDevices", 2, Results.VK_INCOMPLETE);
        close(create());
        assertThat(faulty.calls("vkEnumeratePhysicalDevices")).isEqualTo(4);
        faulty.assertBalanced();
    }

    @Test
    void noDriverMeansNoDevice() {
        faulty.fail("vkCreateInstance", 1, Results.VK_ERROR_INCOMPATIBLE_DRIVER);
        assertFails(Reason.NO_DEVICE, "vkCreateInstance", "mesa-vulkan-drivers");
    }

    @Test
    void noPhysicalDeviceMeansNoDevice() {
        faulty.replaceAll("vkEnumeratePhysicalDevices", arguments -> {
            faulty.memory(arguments[1], 4).set(JAVA_INT, 0, 0);
            return 0;
        });
        assertFails(Reason.NO_DEVICE, "no Vulkan device", "mesa-vulkan-drivers");
    }

    @Test
    void devicesThatAreTooOldAreNamed() {
        faulty.alter("vkGetPhysicalDeviceProperties2", arguments -> faulty
                .memory(arguments[1], VkPhysicalDeviceProperties2.LAYOUT.byteSize())
                .set(JAVA_INT, VkPhysicalDeviceProperties2.API_VERSION, VulkanDevice.version(1, 0)));
        assertFails(Reason.NO_DEVICE, "No Vulkan device has version 1.2 (or 1.1 with VK_KHR_timeline_semaphore)",
                "Update the driver. Found: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vkGetPhysicalDeviceFeatures2", "vkGetDeviceProcAddr", "vkCreateImage", "vkWaitSemaphores"})
    void missingFunctionsLeaveNothingBehind(String function) {
        faulty.hide(function);
        assertFails(Reason.MISSING_CAPABILITY, "There is no " + function);
    }

    @Test
    void aLostDeviceIsDestroyedAllTheSame() {
        VulkanDevice device = create();
        faulty.fail("vkDeviceWaitIdle", 1, Results.VK_ERROR_DEVICE_LOST);
        close(device);
        assertThat(device.whenClosed()).succeedsWithin(Duration.ofSeconds(10));
        faulty.assertBalanced();
    }

    /** Somebody who still submits would be cut off; and vkDeviceWaitIdle needs the queue for itself. */
    @Test
    void aDeviceIsDestroyedWhenItsQueueHasNothingLeftToDoAndNobodyElseHasIt() {
        VulkanDevice device = create();
        List<String> calls = new CopyOnWriteArrayList<>();
        faulty.prepare("vkDeviceWaitIdle",
                arguments -> calls.add(isFree(device.queueLock()) ? "wait unlocked" : "wait locked"));
        faulty.prepare("vkDestroyDevice", arguments -> calls.add("destroy"));
        close(device);
        assertThat(calls).containsExactly("wait locked", "destroy");
        faulty.assertBalanced();
    }

    /** Asked by another thread, for whoever has the lock may take it again. */
    private static boolean isFree(Lock lock) {
        return CompletableFuture.supplyAsync(() -> {
            boolean free = lock.tryLock();
            if (free) {
                lock.unlock();
            }
            return free;
        }).join();
    }

    private VulkanDevice create() {
        return DeviceFactory.create(VulkanLoader.of(faulty.address()), () -> device -> true, List.of(),
                List.of("VK_KHR_external_memory_fd", "VK_NO_SUCH_extension"));
    }

    private void assertFails(Reason reason, String... messages) {
        assertThatExceptionOfType(BridgeException.class).isThrownBy(this::create).withMessageContainingAll(messages)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
        faulty.assertBalanced();
    }

    private static void close(VulkanDevice device) {
        device.close();
        assertThat(device.whenClosed().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
    }
}
