package org.vkfx.swapchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vkfx.swapchain.SwapchainRig.LONG;
import static org.vkfx.swapchain.SwapchainRig.await;
import static org.vkfx.swapchain.SwapchainRig.awaitParked;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RenderLoopTest {
    private final AtomicInteger surrounded = new AtomicInteger(); // how deep the thread is in what surrounds its rounds
    private final AtomicInteger rounds = new AtomicInteger();
    private final RenderLoop loop = new RenderLoop("loop under test", this::surround);
    private final Thread thread = threadOf(loop);

    private void surround(Runnable round) {
        surrounded.incrementAndGet();
        round.run();
        surrounded.decrementAndGet();
        rounds.incrementAndGet();
    }

    @AfterEach
    void close() throws InterruptedException {
        loop.close();
        assertThat(thread.join(LONG)).as("the thread has ended").isTrue();
    }

    /** A client with as much work as it is given. */
    private static final class Counter implements RenderLoop.Client {
        final AtomicInteger calls = new AtomicInteger();
        final AtomicInteger work = new AtomicInteger();

        @Override
        public boolean renderOnce() {
            calls.incrementAndGet();
            return work.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        }
    }

    private static Thread threadOf(RenderLoop loop) {
        CompletableFuture<Thread> future = new CompletableFuture<>();
        RenderLoop.Client once = () -> {
            future.complete(Thread.currentThread());
            return false;
        };
        loop.add(once);
        Thread thread = future.orTimeout(10, TimeUnit.SECONDS).join();
        loop.remove(once);
        return thread;
    }

    private Counter added() {
        Counter counter = new Counter();
        loop.add(counter);
        await("called", () -> counter.calls.get() > 0);
        awaitParked(thread);
        return counter;
    }

    /** Long enough for a spinning loop to make thousands of calls. */
    private void assertIdle(Counter counter) {
        awaitParked(thread);
        int before = counter.calls.get();
        long end = System.nanoTime() + 30_000_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(counter.calls.get() - before).isLessThanOrEqualTo(2);
    }

    @Test
    void it_is_a_daemon_of_the_given_name() {
        assertThat(thread.getName()).isEqualTo("loop under test");
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void it_parks_when_there_is_nothing_to_do() {
        assertIdle(added());
    }

    @Test
    void it_calls_until_the_work_is_done() {
        Counter counter = added();
        int before = counter.calls.get();
        counter.work.set(10);
        loop.wake();
        await("done", () -> counter.work.get() == 0);
        awaitParked(thread);
        assertThat(counter.calls.get() - before).isBetween(11, 13);
        assertIdle(counter);
    }

    @Test
    void each_round_is_surrounded_and_the_rest_between_two_is_not() {
        AtomicInteger left = new AtomicInteger(20);
        int before = rounds.get();
        loop.add(() -> {
            assertThat(surrounded).hasValue(1);
            return left.decrementAndGet() >= 0;
        });
        await("done", () -> left.get() < 0);
        awaitParked(thread);
        assertThat(surrounded).hasValue(0);
        assertThat(rounds.get() - before).as("rounds").isGreaterThanOrEqualTo(21);
    }

    @Test
    void no_wake_is_lost() {
        Counter counter = added();
        for (int i = 0; i < 2000; i++) { // some of them while the thread is about to park
            counter.work.set(1);
            loop.wake();
            await("done", () -> {
                Thread.onSpinWait();
                return counter.work.get() == 0;
            });
        }
    }

    @Test
    void clients_take_turns() {
        Counter busy = added();
        Counter other = added();
        int before = other.calls.get();
        busy.work.set(1000);
        loop.wake();
        await("done", () -> busy.work.get() == 0);
        awaitParked(thread);
        assertThat(other.calls.get() - before).isGreaterThanOrEqualTo(1000);
    }

    @Test
    void a_removed_client_is_not_called_again() {
        Counter removed = added();
        Counter other = added();
        loop.remove(removed);
        other.work.set(5);
        loop.wake();
        await("done", () -> other.work.get() == 0);
        int before = removed.calls.get();
        other.work.set(100);
        loop.wake();
        await("done", () -> other.work.get() == 0);
        assertThat(removed.calls).hasValue(before);
    }

    @Test
    void a_client_removed_on_the_render_thread_is_not_called_again_in_the_same_round() throws Exception {
        CountDownLatch added = new CountDownLatch(1);
        CountDownLatch removed = new CountDownLatch(1);
        AtomicInteger round = new AtomicInteger();
        Counter victim = new Counter();
        loop.add(() -> { // holds the first round until all are in the list
            try {
                return round.incrementAndGet() == 1 && added.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        loop.add(() -> {
            if (round.get() == 2) {
                loop.remove(victim);
                removed.countDown();
            }
            return false;
        });
        await("in the first round", () -> round.get() == 1);
        loop.add(victim);
        added.countDown();
        assertThat(removed.await(10, TimeUnit.SECONDS)).isTrue();
        added(); // another round
        assertThat(victim.calls).hasValue(0);
    }

    @Test
    void a_client_that_interrupts_its_thread_does_not_make_it_spin() {
        Counter counter = added();
        AtomicBoolean interrupted = new AtomicBoolean();
        loop.add(() -> {
            if (interrupted.compareAndSet(false, true)) {
                Thread.currentThread().interrupt(); // as renderers do that were interrupted while they waited
            }
            return false;
        });
        await("interrupted", interrupted::get);
        int before = counter.calls.get();
        long end = System.nanoTime() + 30_000_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(counter.calls.get() - before).isLessThanOrEqualTo(5);
        counter.work.set(1);
        loop.wake();
        await("done", () -> counter.work.get() == 0);
    }

    @Test
    void close_ends_an_idle_thread_and_may_be_called_again() throws Exception {
        Counter counter = added();
        loop.close();
        loop.close();
        assertThat(thread.join(LONG)).isTrue();
        int before = counter.calls.get();
        counter.work.set(1);
        loop.wake();
        assertThat(counter.calls).hasValue(before);
    }

    @Test
    void close_ends_a_busy_thread() throws Exception {
        Counter counter = added();
        counter.work.set(Integer.MAX_VALUE);
        loop.wake();
        int before = counter.calls.get();
        await("busy", () -> counter.calls.get() > before + 10);
        loop.close();
        assertThat(thread.join(LONG)).isTrue();
    }

    @Test
    void a_client_may_close_the_loop() throws Exception {
        loop.add(() -> {
            loop.close();
            return true;
        });
        assertThat(thread.join(LONG)).isTrue();
    }
}
