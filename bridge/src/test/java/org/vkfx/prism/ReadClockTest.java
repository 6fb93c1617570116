package org.vkfx.prism;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import com.sun.prism.ps.ShaderGraphics;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vkfx.scene.Fx;
import org.vkfx.scene.Logged;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;

/** When images count as read, on JavaFX's real render thread with a GPU that the test controls. */
@Needs(Machine.WINDOW)
class ReadClockTest {
    private final List<String> events = new ArrayList<>(); // render thread
    private volatile long gpu;
    private volatile long looks; // written by the render thread
    private final ReadClock clock = new ReadClock(new TestMarks(false));
    private final ReadClock inPaint = new ReadClock(new TestMarks(true));
    private final ShaderGraphics graphics = (ShaderGraphics) Proxy.newProxyInstance(
            ShaderGraphics.class.getClassLoader(), new Class<?>[]{ShaderGraphics.class}, (proxy, method, arguments) -> {
                events.add(method.getName());
                return null;
            });

    @BeforeEach
    void start() {
        Fx.start();
    }

    @Test
    void the_mark_follows_the_paint_and_what_an_aborted_paint_left_with_prism() {
        onRenderThread(() -> {
            assertThat(clock.read(graphics)).isEqualTo(1);
            assertThat(clock.read(graphics)).isEqualTo(1);
            events.add("end of paint");
        });
        onRenderThread(
                () -> assertThat(events).containsExactly("end of paint", "setExternalShader", "mark 1", "submit"));
        onRenderThread(() -> assertThat(clock.read(graphics)).isEqualTo(2));
    }

    @Test
    void listeners_hear_what_the_gpu_has_passed_without_another_paint() {
        CompletableFuture<Long> heard = new CompletableFuture<>();
        clock.add(heard::complete);
        onRenderThread(() -> clock.read(graphics));
        onRenderThread(() -> assertThat(heard).isNotDone());
        clock.hurry();
        gpu = 1;
        assertThat(Fx.get(heard)).isEqualTo(1);
    }

    @Test
    void actions_wait_for_the_gpu() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        onRenderThread(() -> {
            clock.read(graphics);
            clock.whenRead(() -> done.complete(null));
        });
        onRenderThread(() -> assertThat(done).isNotDone());
        gpu = 1;
        Fx.get(done);
    }

    @Test
    void actions_run_at_once_when_the_gpu_is_done_already() {
        gpu = 1;
        CompletableFuture<Void> done = new CompletableFuture<>();
        onRenderThread(() -> {
            clock.whenRead(() -> done.complete(null));
            assertThat(done).isDone();
        });
    }

    @Test
    void where_that_is_cheap_the_mark_is_set_when_a_later_paint_reads_another_image() {
        onRenderThread(() -> assertThat(inPaint.read(graphics)).isEqualTo(1));
        onRenderThread(() -> { // the same image again: nobody waits for it
            assertThat(inPaint.read(graphics)).isEqualTo(1);
            assertThat(events).isEmpty();
        });
        inPaint.latched();
        onRenderThread(() -> assertThat(inPaint.read(graphics)).as("one mark serves two images").isEqualTo(1));
        inPaint.latched();
        onRenderThread(() -> {
            assertThat(inPaint.read(graphics)).as("epoch of the next image").isEqualTo(2);
            assertThat(inPaint.read(graphics)).as("epoch of another view in the same paint").isEqualTo(2);
            assertThat(events).containsExactly("setExternalShader", "mark 1");
        });
    }

    @Test
    void what_the_gpu_does_ahead_of_a_paint_counts_with_and_without_one() {
        onRenderThread(() -> {
            assertThat(inPaint.open()).isEqualTo(1);
            assertThat(inPaint.read(graphics)).isEqualTo(1);
        });
        inPaint.hurry();
        onRenderThread(() -> assertThat(events).containsExactly("setExternalShader", "mark 1", "submit"));
        onRenderThread(() -> assertThat(inPaint.open()).isEqualTo(2));
        inPaint.hurry();
        onRenderThread(() -> assertThat(events).endsWith("submit", "mark 2", "submit"));
    }

    @Test
    void who_waits_for_an_image_does_not_wait_for_another_paint() {
        CompletableFuture<Long> heard = new CompletableFuture<>();
        inPaint.add(heard::complete);
        onRenderThread(() -> inPaint.read(graphics));
        inPaint.hurry();
        onRenderThread(() -> {
            assertThat(events).containsExactly("setExternalShader", "mark 1", "submit");
            assertThat(heard).isNotDone();
        });
        gpu = 1;
        assertThat(Fx.get(heard)).isEqualTo(1);
        inPaint.hurry();
        onRenderThread(() -> assertThat(events).as("nothing was read since").hasSize(3));
    }

    @Test
    void a_gpu_that_does_not_get_on_is_told_once_and_again_only_after_it_did() {
        AtomicLong nanoTime = new AtomicLong();
        ReadClock late = new ReadClock(new TestMarks(true), nanoTime::get);
        CompletableFuture<Long> heard = new CompletableFuture<>();
        CompletableFuture<Void> all = new CompletableFuture<>();
        try (Logged log = new Logged()) {
            late.add(heard::complete);
            onRenderThread(() -> late.read(graphics));
            late.hurry();
            onRenderThread(() -> { // the first look
            });
            nanoTime.set(SECONDS.toNanos(5) - 1);
            awaitLooks();
            log.assertNothing();
            nanoTime.set(SECONDS.toNanos(5));
            awaitLooks();
            log.assertOnce("JavaFX's GPU has not passed a test's mark", "for 5 s (number 1)",
                    "start the application anew");
            nanoTime.set(SECONDS.toNanos(500));
            awaitLooks();
            log.assertOnce("number 1");
            gpu = 1;
            assertThat(Fx.get(heard)).isEqualTo(1);
            onRenderThread(() -> late.read(graphics));
            late.hurry();
            awaitLooks();
            log.assertOnce("number 1");
        }
        try (Logged log = new Logged()) {
            nanoTime.set(SECONDS.toNanos(505));
            awaitLooks();
            log.assertOnce("number 2");
            onRenderThread(() -> late.whenRead(() -> all.complete(null)));
            gpu = 2;
            Fx.get(all);
            log.assertOnce("number 2");
        }
    }

    /** Waits until a clock has looked at the GPU twice. */
    private void awaitLooks() {
        long before = looks;
        Fx.awaitQuietly("looks at the GPU", () -> looks >= before + 2);
    }

    @Test
    void a_common_pool_that_is_busy_delays_nothing() {
        CountDownLatch released = new CountDownLatch(1);
        int threads = ForkJoinPool.getCommonPoolParallelism() + 1;
        CompletableFuture<?>[] busy = IntStream.range(0, threads).mapToObj(i -> CompletableFuture.runAsync(() -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }, ForkJoinPool.commonPool())).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture<Long> heard = new CompletableFuture<>();
            clock.add(heard::complete);
            onRenderThread(() -> clock.read(graphics));
            clock.hurry();
            onRenderThread(() -> gpu = 1); // behind the first look
            assertThat(Fx.get(heard)).isEqualTo(1);
        } finally {
            released.countDown();
            CompletableFuture.allOf(busy).join();
        }
    }

    private final class TestMarks implements ReadClock.Marks {
        private final boolean cheap;

        TestMarks(boolean cheap) {
            this.cheap = cheap;
        }

        @Override
        public boolean areCheapWhilePainting() {
            return cheap;
        }

        @Override
        public void set(long epoch) {
            events.add("mark " + epoch);
        }

        @Override
        public void submit() {
            events.add("submit");
        }

        @Override
        public long reached() {
            looks++;
            return gpu;
        }

        @Override
        public String toString() {
            return "a test's mark";
        }
    }

    private static void onRenderThread(Runnable action) {
        Fx.get(RenderThread.call(() -> {
            action.run();
            return null;
        }));
    }
}
