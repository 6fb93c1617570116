package org.vkfx.vulkan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.VulkanDevice;

class VulkanLoaderTest {
    @Test
    void findsTheLoader() {
        VulkanLoader loader = VulkanLoader.open();
        assertThat(loader.address()).isNotZero();
        assertThat(VulkanLoader.of(0).address()).isEqualTo(loader.address());
        assertThat(VulkanLoader.of(4711).address()).isEqualTo(4711);
        assertThat(loader.vkEnumerateInstanceVersion()).isGreaterThanOrEqualTo(VulkanDevice.version(1, 1));
        assertThat(loader.vkEnumerateInstanceExtensionProperties()).contains("VK_KHR_surface");
    }

    @ParameterizedTest
    @CsvSource({"Linux, libvulkan.so.1", "Mac OS X, libvulkan.dylib", "Windows 11, vulkan-1.dll"})
    void knowsTheUsualNames(String os, String first) {
        assertThat(VulkanLoader.usualNames(os)).startsWith(first);
    }

    @Test
    void aMissingLoaderComesWithARemedy() {
        assertThatExceptionOfType(BridgeException.class)
                .isThrownBy(() -> VulkanLoader.open(List.of("libno-such-vulkan.so", "libc.so.6")))
                .withMessageContainingAll("libno-such-vulkan.so or libc.so.6", "apt install libvulkan1", "MoltenVK",
                        "-Dvkfx.vulkan.library")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NO_VULKAN_LOADER));
    }

    @Test
    void thePropertyNamesTheOnlyLibrary() {
        System.setProperty(VulkanLoader.LIBRARY_PROPERTY, "/no/such/library");
        try {
            assertThatExceptionOfType(BridgeException.class).isThrownBy(VulkanLoader::open)
                    .withMessageContaining("found as /no/such/library.");
            System.setProperty(VulkanLoader.LIBRARY_PROPERTY, "libvulkan.so.1");
            assertThat(VulkanLoader.open().address()).isNotZero();
        } finally {
            System.clearProperty(VulkanLoader.LIBRARY_PROPERTY);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vkGetPhysicalDeviceProperties2", "vkGetDeviceProcAddr", "vkCreateImage",
            "vkWaitSemaphores", "vkGetMemoryFdKHR"})
    void aMissingFunctionIsNamed(String function) {
        FaultyVulkan faulty = new FaultyVulkan();
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address())) {
            faulty.hide(function);
            assertThatExceptionOfType(BridgeException.class).isThrownBy(() -> DeviceContext.of(vulkan.device()))
                    .withMessageContaining("There is no " + function + ": vkGet")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.MISSING_CAPABILITY));
        }
    }

    @Test
    void vulkan10HasNoVersionFunction() {
        FaultyVulkan faulty = new FaultyVulkan();
        faulty.hide("vkEnumerateInstanceVersion");
        VulkanLoader loader = VulkanLoader.of(faulty.address());
        assertThat(loader.vkEnumerateInstanceVersion()).isEqualTo(VulkanDevice.version(1, 0));
        assertThatExceptionOfType(BridgeException.class).isThrownBy(() -> new VulkanInstance(loader, List.of()))
                .withMessageContaining("Vulkan 1.0 only")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NO_DEVICE));
    }
}
