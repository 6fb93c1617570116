package org.vkfx.swapchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.PixelFormat;
import org.vkfx.Swapchain.Acquired;
import org.vkfx.Swapchain.Ready;
import org.vkfx.Swapchain.Resized;
import org.vkfx.swapchain.FakeAllocator.FakeImage;

/** A swapchain, and a test in the place of its renderer, its GPU and its view. */
final class SwapchainRig implements FrameSwapchain.Listener {
    static final Duration LONG = Duration.ofSeconds(10);

    final FakeAllocator allocator = new FakeAllocator();
    /** Presented and not completed. */
    final Queue<ImageSlot> gpu = new ConcurrentLinkedQueue<>();
    final AtomicInteger readyCalls = new AtomicInteger();
    final AtomicInteger progressCalls = new AtomicInteger();
    final AtomicInteger starvingCalls = new AtomicInteger();
    final AtomicInteger drainedCalls = new AtomicInteger();
    volatile boolean onUiThread;
    volatile Runnable onProgress = () -> {
    };
    final FrameSwapchain swapchain = new FrameSwapchain(this, () -> onUiThread);

    /** A rig whose images exist. */
    static SwapchainRig withImages(int count) {
        SwapchainRig rig = new SwapchainRig();
        rig.configure(64, 48, count);
        rig.resize();
        return rig;
    }

    @Override
    public void presented(ImageSlot slot) {
        gpu.add(slot);
    }

    @Override
    public void frameReady() {
        readyCalls.incrementAndGet();
    }

    @Override
    public void progress() {
        progressCalls.incrementAndGet();
        onProgress.run();
    }

    @Override
    public void starving() {
        starvingCalls.incrementAndGet();
    }

    @Override
    public void drained() {
        drainedCalls.incrementAndGet();
    }

    static ImageSpec spec(int width, int height, int count) {
        return new ImageSpec(width, height, 2, 2, PixelFormat.BGRA8, AlphaMode.PREMULTIPLIED, count, false);
    }

    void configure(int width, int height, int count) {
        swapchain.configure(new FrameSwapchain.Target(spec(width, height, count), allocator));
    }

    Acquired acquireNow() {
        return swapchain.acquire(Duration.ZERO);
    }

    /** The next acquire must make new images. */
    void resize() {
        assertThat(acquireNow()).isInstanceOf(Resized.class);
    }

    /** The next acquire must hand out a frame. */
    ImageSlot acquire() {
        return slot(acquireNow());
    }

    static ImageSlot slot(Acquired acquired) {
        assertThat(acquired).isInstanceOf(Ready.class);
        return (ImageSlot) ((Ready) acquired).frame();
    }

    /** Acquires and presents. */
    ImageSlot present() {
        ImageSlot slot = acquire();
        swapchain.present(slot);
        return slot;
    }

    /** The GPU completes what was presented first. */
    ImageSlot complete() {
        ImageSlot slot = gpu.remove();
        swapchain.completed(slot);
        return slot;
    }

    /** Acquires, presents, completes. */
    ImageSlot render() {
        present();
        return complete();
    }

    /** Acquires, presents, completes, latches. */
    ImageSlot show() {
        ImageSlot slot = render();
        assertThat(swapchain.latch()).isTrue();
        return slot;
    }

    FakeImage image(ImageSlot slot) {
        return (FakeImage) slot.presentable();
    }

    boolean isDestroyed(ImageSlot slot) {
        return image(slot).destroyed.get() > 0;
    }

    /** The swapchain is closed, every image is destroyed exactly once, and that was told exactly once. */
    void assertDrained() {
        assertThat(allocator.alive()).isEmpty();
        assertThat(allocator.complaints()).isEmpty();
        assertThat(drainedCalls).hasValue(1);
    }

    static void assertMisuse(ThrowingCallable call, Reason reason, String what, String remedy) {
        assertThatExceptionOfType(BridgeException.class).isThrownBy(call).satisfies(e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e).hasMessageContaining(what).hasMessageContaining(remedy);
        });
    }

    /** Polls; for what no latch can tell, such as that a thread has parked. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("still waiting until " + what).isNegative();
            LockSupport.parkNanos(100_000);
        }
    }

    static void awaitParked(Thread thread) {
        await(thread.getName() + " is parked", () -> thread.getState() == Thread.State.TIMED_WAITING
                || thread.getState() == Thread.State.WAITING);
    }
}
