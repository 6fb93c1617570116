package org.vkfx.vulkan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;

@Timeout(60)
@Needs(Machine.VULKAN)
class CompletionWaiterTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final FaultyVulkan faulty = new FaultyVulkan();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final AtomicInteger surrounded = new AtomicInteger(); // how deep the waiter is in what surrounds its work
    private ValidatedVulkan vulkan;
    private CompletionWaiter waiter;
    private TimelineSemaphore a;
    private TimelineSemaphore b;

    @BeforeEach
    void start() {
        vulkan = ValidatedVulkan.withoutLayer(faulty.address());
        DeviceContext context = DeviceContext.of(vulkan.device());
        waiter = CompletionWaiter.start(context, this::surround);
        a = new TimelineSemaphore(context, 0);
        b = new TimelineSemaphore(context, 0);
    }

    @AfterEach
    void end() throws InterruptedException {
        waiter.close();
        vulkan.signal(a.handle(), 1000);
        vulkan.signal(b.handle(), 1000);
        assertThat(waiter.awaitTermination(LONG)).isTrue();
        a.close();
        b.close();
        vulkan.close();
        faulty.assertBalanced();
    }

    private class Event implements CompletionWaiter.Completion {
        private final String name;
        private final TimelineSemaphore semaphore;
        private long value;

        Event(String name, TimelineSemaphore semaphore, long value) {
            this.name = name;
            this.semaphore = semaphore;
            this.value = value;
        }

        @Override
        public long semaphore() {
            return semaphore.handle();
        }

        @Override
        public String remedy() {
            return "Signal " + name + ".";
        }

        @Override
        public long value() {
            return value;
        }

        @Override
        public void completed() {
            assertThat(surrounded).as("surrounded").hasValue(1);
            assertThat(Thread.currentThread().getName()).isEqualTo("vkfx-waiter");
            assertThat(Thread.currentThread().isDaemon()).isTrue();
            events.add(name);
        }

        @Override
        public void failed(BridgeException e) {
            events.add(name + " " + e.reason());
        }
    }

    private void surround(Runnable work) {
        surrounded.incrementAndGet();
        work.run();
        surrounded.decrementAndGet();
    }

    private void watch(String name, TimelineSemaphore semaphore, long value) {
        waiter.watch(new Event(name, semaphore, value));
    }

    private void assertNext(String... expected) throws InterruptedException {
        List<String> got = new ArrayList<>();
        for (int i = 0; i < expected.length; i++) {
            got.add(events.poll(10, TimeUnit.SECONDS));
        }
        assertThat(got).containsExactly(expected);
    }

    private void assertNothing() throws InterruptedException {
        assertThat(events.poll(30, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void completesWhenTheCpuOrTheQueueSignals() throws InterruptedException {
        watch("cpu", a, 1);
        assertNothing();
        vulkan.signal(a.handle(), 1);
        assertNext("cpu");
        watch("queue", a, 2);
        vulkan.submitSignal(a.handle(), 2);
        assertNext("queue");
        watch("reached before", a, 2);
        assertNext("reached before");
    }

    @Test
    void theValidationLayerAgrees() throws InterruptedException {
        try (ValidatedVulkan validated = new ValidatedVulkan();
                TimelineSemaphore semaphore = new TimelineSemaphore(DeviceContext.of(validated.device()), 0)) {
            CompletionWaiter strict = CompletionWaiter.start(DeviceContext.of(validated.device()), this::surround);
            for (int i = 1; i <= 20; i++) {
                strict.watch(new Event("queue " + i, semaphore, i));
                validated.submitSignal(semaphore.handle(), i);
                assertNext("queue " + i);
            }
            strict.close();
            assertThat(strict.awaitTermination(LONG)).isTrue();
        }
    }

    @Test
    void aReachedSemaphoreOvertakesAnOlderUnreachedOne() throws InterruptedException {
        watch("a1", a, 1);
        watch("b1", b, 1);
        vulkan.signal(b.handle(), 1);
        assertNext("b1");
        assertNothing();
        vulkan.signal(a.handle(), 1);
        assertNext("a1");
    }

    @Test
    void oneSemaphoreCompletesInTheOrderOfWatching() throws InterruptedException {
        watch("a5", a, 5);
        watch("a3", a, 3);
        watch("b1", b, 1);
        watch("a6", a, 6);
        vulkan.signal(a.handle(), 4);
        assertNothing();
        vulkan.signal(a.handle(), 6);
        assertNext("a5", "a3", "a6");
        vulkan.signal(b.handle(), 1);
        assertNext("b1");
    }

    @Test
    void whatIsAwaitedMayChangeAfterwards() throws InterruptedException {
        Event reused = new Event("reused", a, 1);
        waiter.watch(reused);
        reused.value = 2;
        waiter.watch(reused);
        vulkan.signal(a.handle(), 1);
        assertNext("reused");
        assertNothing();
        vulkan.signal(a.handle(), 2);
        assertNext("reused");
    }

    @Test
    void manyCompletions() throws InterruptedException {
        String[] names = new String[100];
        for (int i = 0; i < names.length; i++) {
            names[i] = "a" + i;
            watch(names[i], a, i + 1);
        }
        vulkan.signal(a.handle(), names.length);
        assertNext(names);
    }

    @Test
    void tasksRunInOrderWhileASemaphoreIsAwaited() throws InterruptedException {
        watch("a1", a, 1);
        assertNothing();
        for (int i = 0; i < 3; i++) {
            String name = "task " + i;
            waiter.execute(() -> events.add(name));
        }
        assertNext("task 0", "task 1", "task 2");
        vulkan.signal(a.handle(), 1);
        assertNext("a1");
    }

    @Test
    void callsNothingWhenIdle() throws InterruptedException {
        watch("a1", a, 1);
        vulkan.signal(a.handle(), 1);
        assertNext("a1");
        CompletableFuture<Void> idle = new CompletableFuture<>();
        waiter.execute(() -> idle.complete(null));
        idle.join();
        int waits = faulty.calls("vkWaitSemaphores");
        int looks = faulty.calls("vkGetSemaphoreCounterValue");
        Thread.sleep(50);
        assertThat(surrounded).as("surrounded while it sleeps").hasValue(0);
        assertThat(faulty.calls("vkWaitSemaphores")).isEqualTo(waits);
        assertThat(faulty.calls("vkGetSemaphoreCounterValue")).isEqualTo(looks);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vkWaitSemaphores", "vkGetSemaphoreCounterValue"})
    void aLostDeviceFailsEverything(String function) throws InterruptedException {
        watch("a1", a, 1);
        watch("b1", b, 1);
        assertNothing();
        faulty.fail(function, 1, Results.VK_ERROR_DEVICE_LOST);
        watch("a2", a, 2); // has Vulkan wait, however late the others are
        assertNext("a1 DEVICE_LOST", "b1 DEVICE_LOST", "a2 DEVICE_LOST");
        watch("a3", a, 3);
        assertNext("a3 DEVICE_LOST");
        waiter.execute(() -> events.add("task"));
        assertNext("task");
    }

    @Test
    void aWaitThatEndsTooEarlyIsNotBelieved() throws InterruptedException {
        faulty.replaceAll("vkWaitSemaphores", arguments -> 0);
        watch("a1", a, 1);
        watch("b1", b, 1);
        assertNothing();
        vulkan.signal(a.handle(), 1);
        assertNext("a1");
        assertNothing();
        vulkan.signal(b.handle(), 1);
        assertNext("b1");
    }

    /** The GPU may still be at work: nothing is given up. */
    @ParameterizedTest
    @ValueSource(strings = {"vkWaitSemaphores", "vkGetSemaphoreCounterValue"})
    void anotherErrorIsToldOnceAndTriedAgain(String function) throws InterruptedException {
        Logger logger = Logger.getLogger(CompletionWaiter.class.getName());
        List<String> warnings = new CopyOnWriteArrayList<>();
        logger.setFilter(line -> !warnings.add(line.getMessage()));
        try {
            faulty.replaceAll(function, arguments -> Results.VK_ERROR_OUT_OF_HOST_MEMORY);
            watch("a1", a, 1);
            watch("b1", b, 1);
            long begin = System.nanoTime();
            while (faulty.calls(function) < 5 && System.nanoTime() - begin < LONG.toNanos()) { // with growing pauses
                Thread.onSpinWait();
            }
            assertThat(faulty.calls(function)).as("tries").isGreaterThanOrEqualTo(5);
            vulkan.signal(b.handle(), 1);
            if (function.equals("vkWaitSemaphores")) {
                assertNext("b1"); // the counters still tell
            } else {
                assertNothing();
            }
            faulty.repair(function);
            vulkan.signal(a.handle(), 1);
            List<String> rest = new ArrayList<>(List.of(events.poll(10, TimeUnit.SECONDS)));
            if (function.equals("vkGetSemaphoreCounterValue")) {
                rest.add(events.poll(10, TimeUnit.SECONDS));
                assertThat(rest).containsExactlyInAnyOrder("a1", "b1");
            } else {
                assertThat(rest).containsExactly("a1");
            }
            assertThat(warnings).singleElement().asString().contains(function + " returned VK_ERROR_OUT_OF_HOST_MEMORY")
                    .contains("Free memory").contains("tried again");
        } finally {
            logger.setFilter(null);
        }
    }

    /** One view whose frames never end would halve the rate of the others on its device. */
    @Test
    void whatIsLateIsNotWaitedForInsideVulkan() throws InterruptedException {
        watch("never", a, 999);
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < 150_000_000) { // until it is late
            Thread.onSpinWait();
        }
        List<Long> awaited = new CopyOnWriteArrayList<>();
        faulty.prepare("vkWaitSemaphores", arguments -> awaited.add(faulty.memory(arguments[1], 40)
                .get(ValueLayout.ADDRESS, 24).reinterpret(8).get(ValueLayout.JAVA_LONG, 0)));
        for (int i = 1; i <= 5; i++) {
            watch("b" + i, b, i);
            assertNothing();
            vulkan.signal(b.handle(), i);
            assertNext("b" + i);
        }
        assertThat(awaited).isNotEmpty().containsOnly(b.handle());
    }

    @Test
    void whatLogsMayThrow() throws InterruptedException {
        Logger logger = Logger.getLogger(CompletionWaiter.class.getName());
        logger.setFilter(line -> {
            throw new NoClassDefFoundError("java/util/logging/ErrorManager");
        });
        try {
            waiter.execute(() -> {
                throw new AssertionError("expected by the test");
            });
            watch("a1", a, 1);
            vulkan.signal(a.handle(), 1);
            assertNext("a1");
        } finally {
            logger.setFilter(null);
        }
    }

    @Test
    void callbacksMayThrowAndWatch() throws InterruptedException {
        waiter.watch(new CompletionWaiter.Completion() {
            @Override
            public long semaphore() {
                return a.handle();
            }

            @Override
            public long value() {
                return 0;
            }

            @Override
            public void completed() {
                watch("b1", b, 1);
                throw new IllegalArgumentException("expected by the test, logged");
            }

            @Override
            public void failed(BridgeException e) {
                events.add("failed");
            }

            @Override
            public String remedy() {
                return "";
            }
        });
        waiter.execute(() -> {
            throw new AssertionError("expected by the test, logged");
        });
        vulkan.signal(b.handle(), 1);
        assertNext("b1");
    }

    @Test
    void closeLetsPendingOnesFinish() throws InterruptedException {
        watch("a1", a, 1);
        waiter.close();
        waiter.close();
        assertFails(() -> watch("late", a, 1));
        waiter.execute(() -> events.add("task"));
        assertNext("task");
        assertThat(waiter.awaitTermination(Duration.ofMillis(20))).isFalse();
        vulkan.signal(a.handle(), 1);
        assertNext("a1");
        assertThat(waiter.awaitTermination(LONG)).isTrue();
        assertFails(() -> waiter.execute(() -> events.add("too late")));
        assertNothing();
    }

    /** A pool would grow otherwise. */
    @Test
    void whatSurroundsTheWorkEndsAgainAndAgain() throws InterruptedException {
        AtomicInteger ends = new AtomicInteger();
        CompletionWaiter other = CompletionWaiter.start(DeviceContext.of(vulkan.device()), work -> {
            work.run();
            ends.incrementAndGet();
        });
        other.watch(new Event("never", a, 999) {
            @Override
            public void completed() {
                // in the end
            }
        });
        while (ends.get() < 3) { // although nothing completes
            Thread.onSpinWait();
        }
        int before = ends.get();
        CompletableFuture<Void> first = new CompletableFuture<>();
        other.execute(() -> first.complete(null));
        first.join();
        while (ends.get() == before) {
            Thread.onSpinWait();
        }
        other.close();
        vulkan.signal(a.handle(), 999);
        assertThat(other.awaitTermination(LONG)).isTrue();
    }

    @Test
    void closeRunsTasksThatCameBefore() throws InterruptedException {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        waiter.execute(gate::join);
        waiter.execute(() -> events.add("task"));
        waiter.close();
        gate.complete(null);
        assertThat(waiter.awaitTermination(LONG)).isTrue();
        assertNext("task");
    }

    private static void assertFails(Runnable call) {
        assertThatExceptionOfType(BridgeException.class).isThrownBy(call::run).withMessageContaining("closed")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.ILLEGAL_STATE));
    }
}
