package org.vkfx.vulkan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.BridgeException;
import org.vkfx.VulkanDevice;
import org.vkfx.objc.AutoreleasePool;
import org.vkfx.objc.MacSim;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;

/** Waits on MoltenVK itself: nothing stays behind on its shared events, however long and often the bridge waits. */
@Tag("metal")
@Needs(Machine.VULKAN)
class MetalWaitTest {
    private static final int FRAMES = 10_000;
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private ValidatedVulkan vulkan;
    private DeviceContext context;
    private CompletionWaiter waiter;
    private long blocks;

    @BeforeAll
    static void simulator() {
        MacSim.assumeBuilt();
    }

    @BeforeEach
    void start() {
        MacSim.forget();
        vulkan = ValidatedVulkan.withoutLayer(0);
        context = DeviceContext.of(vulkan.device());
        waiter = CompletionWaiter.start(context, AutoreleasePool::run);
        blocks = MacSim.live("NSMallocBlock");
    }

    @AfterEach
    void end() throws InterruptedException {
        waiter.close();
        assertThat(waiter.awaitTermination(Duration.ofSeconds(10))).isTrue();
        vulkan.close();
        MacSim.judge();
    }

    private static final class Frame implements CompletionWaiter.Completion {
        private final long semaphore;
        private final long value;
        private final CountDownLatch completed;

        Frame(TimelineSemaphore semaphore, long value, CountDownLatch completed) {
            this.semaphore = semaphore.handle();
            this.value = value;
            this.completed = completed;
        }

        @Override
        public long semaphore() {
            return semaphore;
        }

        @Override
        public long value() {
            return value;
        }

        @Override
        public void completed() {
            completed.countDown();
        }

        @Override
        public void failed(BridgeException e) {
            throw e;
        }

        @Override
        public String remedy() {
            return "";
        }
    }

    /** No listener, and no block beyond those that MoltenVK's own command buffers have for the moment. */
    private void assertNothingLeft() {
        assertThat(MacSim.live("MTLSharedEventListener")).as("listeners").isZero();
        assertThat(MacSim.live("NSMallocBlock")).as("blocks").isLessThanOrEqualTo(blocks + 2);
        assertThat(MacSim.offences()).isEmpty();
    }

    /** Its devices have the version that the application has asked for. */
    @Test
    void a_device_of_vulkan_1_1_is_moltenvks_too() {
        int old = VulkanDevice.version(1, 1);
        try (ValidatedVulkan oldVulkan = new ValidatedVulkan(0, old, List.of(Extensions.PORTABILITY_SUBSET))) {
            PhysicalDevice gpu = DeviceContext.of(oldVulkan.device()).physicalDevice();
            assertThat(gpu.apiVersion()).isBetween(old, VulkanDevice.version(1, 2) - 1);
            assertThat(gpu.isMoltenVk()).isTrue();
        }
    }

    @Test
    void ten_thousand_frames_leave_no_listener_and_no_block() throws InterruptedException {
        try (TimelineSemaphore timeline = new TimelineSemaphore(context, 0)) {
            CountDownLatch completed = new CountDownLatch(FRAMES);
            for (int i = 1; i <= FRAMES; i++) {
                waiter.watch(new Frame(timeline, i, completed));
                vulkan.submitSignal(timeline.handle(), i);
            }
            assertThat(completed.await(60, TimeUnit.SECONDS)).isTrue();
            assertNothingLeft();
        }
    }

    @Test
    void a_renderer_that_never_signals_leaves_none_either() throws InterruptedException {
        TimelineSemaphore never = new TimelineSemaphore(context, 0);
        CountDownLatch completed = new CountDownLatch(1);
        waiter.watch(new Frame(never, 1, completed));
        for (int i = 0; i < 100; i++) {
            assertThat(never.await(1, SHORT_NANOS)).isFalse();
        }
        assertThat(completed.getCount()).isOne();
        assertNothingLeft();
        vulkan.signal(never.handle(), 1);
        assertThat(completed.await(10, TimeUnit.SECONDS)).isTrue();
        never.close(); // nothing is left that could use it
        assertNothingLeft();
    }
}
