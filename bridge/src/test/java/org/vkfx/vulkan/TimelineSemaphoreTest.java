package org.vkfx.vulkan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.VulkanDevice;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;

@Needs(Machine.VULKAN)
class TimelineSemaphoreTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void tellsAndAwaitsValues(int minorVersion) {
        try (ValidatedVulkan vulkan = new ValidatedVulkan(0, VulkanDevice.version(1, minorVersion), List.of());
                TimelineSemaphore semaphore = new TimelineSemaphore(DeviceContext.of(vulkan.device()), 41)) {
            assertThat(semaphore.value()).isEqualTo(41);
            assertThat(semaphore.await(41, 0)).isTrue();
            assertThat(semaphore.await(42, -5)).isFalse();
            vulkan.signal(semaphore.handle(), 42);
            assertThat(semaphore.await(42, 0)).isTrue();
            assertThat(semaphore.value()).isEqualTo(42);
            vulkan.submitSignal(semaphore.handle(), 50);
            assertThat(semaphore.await(50, TimeUnit.SECONDS.toNanos(10))).isTrue();
        }
    }

    @Test
    void waitsNoLongerThanTold() {
        try (ValidatedVulkan vulkan = new ValidatedVulkan();
                TimelineSemaphore semaphore = new TimelineSemaphore(DeviceContext.of(vulkan.device()), 0)) {
            long start = System.nanoTime();
            assertThat(semaphore.await(1, TimeUnit.MILLISECONDS.toNanos(30))).isFalse();
            assertThat(System.nanoTime() - start)
                    .isBetween(TimeUnit.MILLISECONDS.toNanos(29), TimeUnit.SECONDS.toNanos(5));
        }
    }

    @Test
    void wakesWhenSignalled() {
        try (ValidatedVulkan vulkan = new ValidatedVulkan();
                TimelineSemaphore semaphore = new TimelineSemaphore(DeviceContext.of(vulkan.device()), 0)) {
            CompletableFuture<Boolean> waiting = CompletableFuture
                    .supplyAsync(() -> semaphore.await(7, TimeUnit.SECONDS.toNanos(10)));
            vulkan.signal(semaphore.handle(), 7);
            assertThat(waiting.join()).isTrue();
        }
    }

    /** MoltenVK's may: what an earlier wait has left behind ends it. */
    @Test
    void aWaitThatEndsTooEarlyIsNotBelieved() {
        FaultyVulkan faulty = new FaultyVulkan();
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address());
                TimelineSemaphore semaphore = new TimelineSemaphore(DeviceContext.of(vulkan.device()), 0)) {
            faulty.replaceAll("vkWaitSemaphores", arguments -> {
                if (faulty.calls("vkWaitSemaphores") == 3) {
                    vulkan.signal(semaphore.handle(), 1);
                }
                return 0;
            });
            assertThat(semaphore.await(1, 0)).isFalse();
            assertThat(semaphore.await(1, TimeUnit.SECONDS.toNanos(10))).isTrue();
            assertThat(faulty.calls("vkWaitSemaphores")).isEqualTo(3);
        }
    }

    @Test
    void useAfterCloseIsRefused() {
        try (ValidatedVulkan vulkan = new ValidatedVulkan()) {
            TimelineSemaphore semaphore = new TimelineSemaphore(DeviceContext.of(vulkan.device()), 0);
            semaphore.close();
            semaphore.close();
            List<Runnable> uses = List.of(semaphore::handle, semaphore::value, () -> semaphore.await(0, 0));
            for (Runnable use : uses) {
                assertFails(Reason.ILLEGAL_STATE, "closed", use);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"vkGetSemaphoreCounterValue, -4, DEVICE_LOST", "vkGetSemaphoreCounterValue, -1, REFUSED",
            "vkWaitSemaphores, -4, DEVICE_LOST", "vkWaitSemaphores, -2, REFUSED", "vkCreateSemaphore, -1, REFUSED"})
    void failureIsNamed(String function, int result, Reason reason) {
        FaultyVulkan faulty = new FaultyVulkan();
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address())) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            faulty.fail(function, 1, result);
            assertFails(reason, function + " returned " + Results.name(result), () -> {
                try (TimelineSemaphore semaphore = new TimelineSemaphore(context, 0)) {
                    semaphore.value();
                    semaphore.await(0, 0);
                }
            });
            faulty.assertBalanced();
        }
    }

    private static void assertFails(Reason reason, String message, Runnable call) {
        assertThatExceptionOfType(BridgeException.class).isThrownBy(call::run).withMessageContaining(message)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
