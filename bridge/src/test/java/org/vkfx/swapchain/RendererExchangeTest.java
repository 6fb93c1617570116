package org.vkfx.swapchain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vkfx.FrameRate;

/** One renderer after another, and the end of the last. */
@Timeout(30)
class RendererExchangeTest {
    private final SwapchainRig rig = new SwapchainRig();
    private final RenderDriver driver = new RenderDriver(rig.swapchain, e -> {
        throw e;
    });
    private final FakeRenderer first = new FakeRenderer();
    private final FakeRenderer second = new FakeRenderer();
    private final List<String> ends = new ArrayList<>();

    private void runUntilIdle() {
        int steps = 0;
        while (driver.renderOnce()) {
            assertThat(steps++).as("the driver must come to rest").isLessThan(100);
        }
    }

    private void startFirst() {
        rig.configure(64, 48, 3);
        driver.setFrameRate(FrameRate.ON_DEMAND);
        driver.setRenderer(first);
        runUntilIdle();
        assertThat(first.calls).containsExactly("images", "render");
    }

    @Test
    void the_one_before_is_closed_once_its_work_has_completed() {
        startFirst();
        driver.setRenderer(second);
        runUntilIdle();
        assertThat(first.calls).as("its frame is on the GPU").doesNotContain("close");
        assertThat(second.calls).isEmpty();
        int before = rig.progressCalls.get();
        rig.complete();
        assertThat(rig.progressCalls.get()).as("wakes the render thread").isGreaterThan(before);
        runUntilIdle();
        assertThat(first.calls).containsExactly("images", "render", "close");
        assertThat(second.calls).containsExactly("images", "render");
        rig.complete();
        runUntilIdle();
        assertThat(first.calls).containsOnlyOnce("close");
    }

    @Test
    void the_next_is_told_the_images_that_exist() {
        startFirst();
        rig.complete();
        driver.setRenderer(second);
        runUntilIdle();
        assertThat(second.images).containsExactly(rig.swapchain.images());
        assertThat(rig.allocator.calls).hasValue(1);
    }

    @Test
    void none_leaves_the_last_frame_shown() {
        startFirst();
        rig.complete();
        rig.swapchain.latch();
        driver.setRenderer(null);
        runUntilIdle();
        assertThat(first.calls).endsWith("close");
        assertThat(rig.swapchain.beginRead(1)).isSameAs(first.frames.getFirst());
    }

    @Test
    void only_the_last_of_several_is_used() {
        startFirst();
        FakeRenderer skipped = new FakeRenderer();
        driver.setRenderer(skipped);
        driver.setRenderer(second);
        rig.complete();
        runUntilIdle();
        assertThat(skipped.calls).doesNotContain("images", "render");
        assertThat(second.calls).containsExactly("images", "render");
    }

    @Test
    void the_end_is_told_after_the_renderer_was_closed() {
        startFirst();
        first.onClose = () -> ends.add("renderer");
        driver.close(() -> ends.add("driver"));
        runUntilIdle();
        assertThat(ends).as("its frame is on the GPU").isEmpty();
        rig.complete();
        runUntilIdle();
        assertThat(ends).containsExactly("renderer", "driver");
        driver.demand();
        runUntilIdle();
        assertThat(ends).hasSize(2);
    }

    @Test
    void the_end_is_told_without_a_renderer() {
        driver.close(() -> ends.add("driver"));
        runUntilIdle();
        assertThat(ends).containsExactly("driver");
    }

    @Test
    void the_end_is_told_after_a_renderer_that_failed() {
        List<Throwable> errors = new ArrayList<>();
        RenderDriver failing = new RenderDriver(rig.swapchain, errors::add);
        rig.configure(64, 48, 3);
        first.onImages = images -> FakeRenderer.sneak(new IllegalStateException("mine"));
        failing.setRenderer(first);
        failing.renderOnce();
        failing.renderOnce();
        assertThat(errors).hasSize(1);
        failing.close(() -> ends.add("driver"));
        for (int i = 0; i < 3; i++) {
            failing.renderOnce();
        }
        assertThat(first.calls).containsExactly("images", "close");
        assertThat(ends).containsExactly("driver");
    }

    @Test
    void a_renderer_set_while_closing_does_not_keep_it_from_ending() {
        startFirst();
        driver.close(() -> ends.add("driver"));
        driver.setRenderer(second); // a view may be closed by one thread and changed by another
        rig.complete();
        runUntilIdle();
        assertThat(first.calls).endsWith("close");
        assertThat(ends).containsExactly("driver");
        assertThat(second.calls).doesNotContain("render");
    }

    @Test
    void everything_happens_on_the_render_thread() throws Exception {
        AtomicReference<Thread> renderThread = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>(); // of the render thread, published by done
        first.onImages = images -> threads.add(Thread.currentThread());
        first.onRender = frame -> threads.add(Thread.currentThread());
        first.onClose = () -> threads.add(Thread.currentThread());
        CompletableFuture<Void> done = new CompletableFuture<>();
        try (RenderLoop loop = new RenderLoop("render", Runnable::run)) {
            rig.onProgress = loop::wake;
            loop.add(() -> {
                renderThread.set(Thread.currentThread());
                return false;
            });
            loop.add(driver);
            driver.setRenderer(first);
            rig.configure(64, 48, 3);
            SwapchainRig.await("presented", () -> !rig.gpu.isEmpty());
            driver.setRenderer(null);
            loop.wake();
            rig.complete();
            driver.close(() -> {
                threads.add(Thread.currentThread());
                loop.remove(driver);
                rig.swapchain.close();
                done.complete(null);
            });
            loop.wake();
            done.get(10, TimeUnit.SECONDS);
        }
        assertThat(first.calls).containsExactly("images", "render", "close");
        assertThat(threads).hasSize(4).containsOnly(renderThread.get());
        rig.assertDrained();
    }
}
