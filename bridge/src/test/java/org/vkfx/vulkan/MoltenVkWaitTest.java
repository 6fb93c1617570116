package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;

/** Waits where the driver says that it is MoltenVK: vkWaitSemaphores is never called there. */
@Timeout(60)
@Needs(Machine.VULKAN)
class MoltenVkWaitTest {
    private static final String LOOK = "vkGetSemaphoreCounterValue";

    private final FaultyVulkan faulty = new FaultyVulkan();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private ValidatedVulkan vulkan;
    private DeviceContext context;
    private CompletionWaiter waiter;
    private TimelineSemaphore a;
    private TimelineSemaphore b;

    @BeforeEach
    void start() {
        faulty.becomeMoltenVk();
        faulty.replaceAll("vkWaitSemaphores", arguments -> Results.VK_ERROR_UNKNOWN);
        vulkan = ValidatedVulkan.withoutLayer(faulty.address());
        context = DeviceContext.of(vulkan.device());
        waiter = CompletionWaiter.start(context, Runnable::run);
        a = new TimelineSemaphore(context, 0);
        b = new TimelineSemaphore(context, 0);
    }

    @AfterEach
    void end() throws InterruptedException {
        waiter.close();
        vulkan.signal(a.handle(), 1000);
        vulkan.signal(b.handle(), 1000);
        assertThat(waiter.awaitTermination(Duration.ofSeconds(10))).isTrue();
        a.close();
        b.close();
        vulkan.close();
        faulty.assertBalanced();
        assertThat(faulty.calls("vkWaitSemaphores")).as("calls of vkWaitSemaphores").isZero();
    }

    private void watch(String name, TimelineSemaphore semaphore, long value) {
        waiter.watch(new CompletionWaiter.Completion() {
            @Override
            public long semaphore() {
                return semaphore.handle();
            }

            @Override
            public long value() {
                return value;
            }

            @Override
            public void completed() {
                events.add(name);
            }

            @Override
            public void failed(BridgeException e) {
                events.add(name + " " + e.reason());
            }

            @Override
            public String remedy() {
                return "";
            }
        });
    }

    private String next() throws InterruptedException {
        return events.poll(10, TimeUnit.SECONDS);
    }

    /** The counter has a value from a look on, the first being 1; returns the looks so far. */
    private AtomicInteger reachedAtLook(int look, long value) {
        AtomicInteger looks = new AtomicInteger();
        faulty.replaceAll(LOOK, arguments -> {
            faulty.memory(arguments[2], Long.BYTES).set(JAVA_LONG, 0, looks.incrementAndGet() >= look ? value : 0);
            return 0;
        });
        return looks;
    }

    @Test
    void other_drivers_are_not_taken_for_it() {
        FaultyVulkan other = new FaultyVulkan();
        try (ValidatedVulkan same = ValidatedVulkan.withoutLayer(other.address())) {
            assertThat(DeviceContext.of(same.device()).physicalDevice().isMoltenVk()).isFalse();
        }
        assertThat(context.physicalDevice().isMoltenVk()).isTrue();
    }

    @Test
    void completions_come_from_cpu_and_queue_and_in_order() throws InterruptedException {
        watch("a1", a, 1);
        watch("b1", b, 1);
        watch("a2", a, 2);
        vulkan.signal(b.handle(), 1);
        assertThat(next()).isEqualTo("b1");
        vulkan.submitSignal(a.handle(), 2);
        assertThat(next()).isEqualTo("a1");
        assertThat(next()).isEqualTo("a2");
    }

    /** One look a pause, and {@link PausesTest} bounds these. What is there already costs one look, and no pause. */
    @Test
    void a_frame_costs_one_look_for_each_pause() throws InterruptedException {
        AtomicInteger looks = reachedAtLook(1, 1);
        watch("at once", a, 1);
        assertThat(next()).isEqualTo("at once");
        assertThat(looks).hasValue(1);
        looks = reachedAtLook(40, 2); // after 10 ms and a half
        watch("later", a, 2);
        assertThat(next()).isEqualTo("later");
        assertThat(looks).hasValue(40);
        CompletableFuture<Void> idle = new CompletableFuture<>();
        waiter.execute(() -> idle.complete(null));
        idle.join();
        assertThat(looks).as("looks when nothing is awaited").hasValue(40);
    }

    @Test
    void tasks_wake_the_waiter() throws InterruptedException {
        watch("never", a, 999);
        for (int i = 0; i < 200; i++) { // the pauses grow meanwhile
            CompletableFuture<Void> run = new CompletableFuture<>();
            waiter.execute(() -> run.complete(null));
            run.orTimeout(10, TimeUnit.SECONDS).join();
        }
        vulkan.signal(a.handle(), 999);
        assertThat(next()).isEqualTo("never");
    }

    @Test
    void a_lost_device_fails_everything() throws InterruptedException {
        watch("a1", a, 1);
        watch("b1", b, 1);
        faulty.fail(LOOK, 1, Results.VK_ERROR_DEVICE_LOST);
        assertThat(next()).isEqualTo("a1 DEVICE_LOST");
        assertThat(next()).isEqualTo("b1 DEVICE_LOST");
    }

    @Test
    void a_semaphore_is_awaited_by_looking() {
        assertThat(a.await(0, 0)).isTrue();
        assertThat(a.await(1, -5)).isFalse();
        assertThat(a.await(1, 3_000_000)).isFalse();
        AtomicInteger looks = reachedAtLook(30, 1);
        assertThat(a.await(1, Long.MAX_VALUE)).isTrue();
        assertThat(looks).hasValue(30);
        faulty.fail(LOOK, 1, Results.VK_ERROR_DEVICE_LOST);
        assertThatExceptionOfType(BridgeException.class).isThrownBy(() -> a.await(2, 1_000_000))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DEVICE_LOST));
    }

    @Test
    void an_interrupted_thread_sleeps_all_the_same_and_stays_interrupted() {
        AtomicInteger looks = reachedAtLook(20, 1);
        Thread.currentThread().interrupt();
        assertThat(a.await(1, Long.MAX_VALUE)).isTrue();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(looks).hasValue(20);
    }
}
