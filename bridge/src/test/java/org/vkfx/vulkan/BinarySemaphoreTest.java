package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.VulkanDevice;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;

/** Signals in turn with another's waits, under the validation layer, which knows when a semaphore is signalled. */
@SuppressWarnings("restricted") // changes the structures that the bridge passes
@Needs(Machine.VULKAN)
class BinarySemaphoreTest {
    private static final long P_NEXT = 8;

    private final FaultyVulkan faulty = new FaultyVulkan();
    private ValidatedVulkan vulkan;
    private DeviceContext context;
    private TimelineSemaphore rendered;
    private TimelineSemaphore done;

    @BeforeEach
    void make() {
        vulkan = new ValidatedVulkan(faulty.address(), Extensions.EXTERNAL_SEMAPHORE_FD);
        faulty.replaceAll("vkGetSemaphoreFdKHR", arguments -> -1); // one that loads, as lavapipe has none
        context = DeviceContext.of(vulkan.device());
        rendered = new TimelineSemaphore(context, 0);
        done = new TimelineSemaphore(context, 0);
        // The driver does not know what a semaphore is to be exported as.
        faulty.prepare("vkCreateSemaphore",
                arguments -> faulty.memory(arguments[1], 24).set(ADDRESS, P_NEXT, MemorySegment.NULL));
    }

    @AfterEach
    void close() {
        vulkan.waitIdle();
        done.close();
        rendered.close();
        vulkan.close();
        faulty.assertBalanced();
    }

    private boolean isDone(long value) {
        return done.await(value, TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void is_signalled_once_what_was_submitted_before_has_been_executed() {
        try (BinarySemaphore semaphore = new BinarySemaphore(context)) {
            assertThat(semaphore.take()).as("not signalled yet").isFalse();
            vulkan.submitWait(rendered.handle(), 1);
            semaphore.submitSignal(done, 1);
            assertThat(done.await(1, TimeUnit.MILLISECONDS.toNanos(50))).isFalse();
            vulkan.signal(rendered.handle(), 1);
            assertThat(isDone(1)).isTrue();
            assertThat(semaphore.take()).isTrue();
            assertThat(semaphore.take()).as("waited for only once").isFalse();
            vulkan.awaitOnGpu(semaphore.handle());
            vulkan.waitIdle();
        }
    }

    @Test
    void signals_that_nobody_waits_for_do_not_pile_up() {
        try (BinarySemaphore semaphore = new BinarySemaphore(context)) {
            for (int value = 1; value <= 10; value++) {
                semaphore.submitSignal(done, value);
                assertThat(isDone(value)).isTrue();
                if (value % 3 == 0) {
                    assertThat(semaphore.take()).isTrue();
                    vulkan.awaitOnGpu(semaphore.handle());
                }
            }
            vulkan.waitIdle();
            vulkan.assertNoMessages();
        }
    }

    @ParameterizedTest
    @CsvSource({"-4, DEVICE_LOST", "-2, REFUSED"})
    void a_submission_that_fails_is_named_and_signals_nothing(int result, Reason reason) {
        try (BinarySemaphore semaphore = new BinarySemaphore(context)) {
            faulty.fail("vkQueueSubmit", 1, result);
            assertFails(reason, "vkQueueSubmit returned " + Results.name(result),
                    () -> semaphore.submitSignal(done, 1));
            assertThat(semaphore.take()).isFalse();
            assertThat(vulkan.device().queueLock().tryLock()).as("not held any more").isTrue();
            vulkan.device().queueLock().unlock();
        }
    }

    @Test
    void use_after_close_is_refused() {
        BinarySemaphore semaphore = new BinarySemaphore(context);
        semaphore.close();
        semaphore.close();
        assertFails(Reason.ILLEGAL_STATE, "closed", semaphore::handle);
        assertFails(Reason.ILLEGAL_STATE, "closed", semaphore::vkGetSemaphoreFdKHR);
        assertFails(Reason.ILLEGAL_STATE, "closed", () -> semaphore.submitSignal(done, 1));
    }

    @Test
    void a_semaphore_that_vulkan_refuses_is_named() {
        faulty.fail("vkCreateSemaphore", 1, -1);
        assertFails(Reason.REFUSED, "vkCreateSemaphore returned", () -> new BinarySemaphore(context).close());
    }

    @Test
    void needs_the_extension() {
        try (ValidatedVulkan without = new ValidatedVulkan(0, VulkanDevice.version(1, 2), List.of())) {
            DeviceContext lacking = DeviceContext.of(without.device());
            assertThat(BinarySemaphore.isFdExportable(lacking)).isFalse();
            assertFails(Reason.MISSING_CAPABILITY, Extensions.EXTERNAL_SEMAPHORE_FD,
                    () -> new BinarySemaphore(lacking).close());
        }
    }

    private static void assertFails(Reason reason, String message, Runnable call) {
        assertThatExceptionOfType(BridgeException.class).isThrownBy(call::run).withMessageContaining(message)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
