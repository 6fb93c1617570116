package org.vkfx.swapchain;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

import org.vkfx.AlphaMode;
import org.vkfx.FrameStatistics;
import org.vkfx.PixelFormat;
import org.vkfx.PresentMode;
import org.vkfx.Swapchain.Closed;
import org.vkfx.Swapchain.Ready;
import org.vkfx.Swapchain.Resized;
import org.vkfx.Swapchain.Suspended;
import org.vkfx.Swapchain.Timeout;
import org.vkfx.swapchain.FakeAllocator.FakeImage;

/** A swapchain among real threads: renderer, GPU, JavaFX thread, JavaFX's render thread, and someone who resizes. */
final class StressWorld implements FrameSwapchain.Listener {
    static final int MAX_IMAGES = 4;

    final FakeAllocator allocator = new FakeAllocator();
    final FrameSwapchain swapchain = new FrameSwapchain(this, () -> false);
    final AtomicLong completed = new AtomicLong();
    final AtomicLong latched = new AtomicLong();
    final AtomicLong framesRead = new AtomicLong();
    final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch drained = new CountDownLatch(1);
    private final AtomicLong drains = new AtomicLong();
    private final LinkedBlockingQueue<ImageSlot> gpu = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final long seed;
    private final int maxPause;
    private long content; // renderer
    private volatile boolean resizing = true;
    private volatile boolean rendering = true;
    private volatile boolean paused; // the renderer
    private volatile boolean ended;

    private record Read(long epoch, FakeImage image, long content) {
    }

    interface Party {
        void run(RandomGenerator random) throws Exception;
    }

    /** Makes a world; pauses are up to so many nanoseconds. */
    StressWorld(PresentMode mode, long seed, int maxPause) {
        this.seed = seed;
        this.maxPause = maxPause;
        swapchain.setPresentMode(mode);
        configure(new Random(seed));
    }

    void start() {
        start("renderer", this::render);
        start("gpu", this::completeFrames);
        start("fx", this::latch);
        start("painter", this::read);
        start("resizer", this::resize);
    }

    private void start(String name, Party party) {
        SplittableRandom random = new SplittableRandom(seed * 31 + name.hashCode());
        threads.add(Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                party.run(random);
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        }));
    }

    private void jitter(RandomGenerator random) {
        if (random.nextInt(3) == 0) {
            LockSupport.parkNanos(random.nextInt(maxPause));
        }
    }

    private void configure(RandomGenerator random) {
        swapchain.configure(new FrameSwapchain.Target(new ImageSpec(1 + random.nextInt(9), 1, 1, 1, PixelFormat.BGRA8,
                AlphaMode.OPAQUE, MAX_IMAGES - random.nextInt(2), false), allocator));
    }

    // ---- the parties

    private void render(RandomGenerator random) {
        while (true) {
            paused = !rendering && !swapchain.isClosed();
            if (paused) {
                LockSupport.parkNanos(50_000);
                continue;
            }
            switch (swapchain.acquire(Duration.ofMillis(random.nextInt(5)))) {
                case Ready(ImageSlot slot) -> {
                    ((FakeImage) slot.presentable()).beginWrite();
                    jitter(random);
                    if (random.nextInt(10) == 0) {
                        ((FakeImage) slot.presentable()).endWrite();
                        slot.discard();
                    } else {
                        swapchain.present(slot);
                    }
                }
                case Ready ready -> throw new AssertionError(ready);
                case Timeout(),Resized(),Suspended() -> Thread.onSpinWait();
                case Closed() -> {
                    return;
                }
            }
        }
    }

    @Override
    public void presented(ImageSlot slot) {
        gpu.add(slot);
    }

    private void completeFrames(RandomGenerator random) throws InterruptedException {
        while (!ended) {
            ImageSlot slot = gpu.poll(1, TimeUnit.MILLISECONDS);
            if (slot != null) {
                FakeImage image = (FakeImage) slot.presentable();
                image.write(-1); // what a reader must not see
                jitter(random);
                image.write(++content);
                image.endWrite();
                completed.incrementAndGet();
                swapchain.completed(slot);
            }
        }
    }

    private void latch(RandomGenerator random) {
        while (!ended) {
            if (swapchain.latch()) {
                latched.incrementAndGet();
            }
            jitter(random);
        }
    }

    private void read(RandomGenerator random) {
        Queue<Read> reads = new ArrayDeque<>();
        long epoch = 0;
        long last = 0;
        while (!swapchain.isClosed() || random.nextInt(50) > 0) {
            epoch++;
            ImageSlot slot = swapchain.beginRead(epoch);
            if (slot != null) {
                FakeImage image = (FakeImage) slot.presentable();
                Read read = new Read(epoch, image, image.beginRead());
                reads.add(read);
                if (read.content < last) {
                    throw new AssertionError("frame " + read.content + " was shown after " + last + ", seed " + seed);
                }
                if (read.content > last) {
                    framesRead.incrementAndGet();
                }
                last = read.content;
            }
            jitter(random);
            if (random.nextInt(3) == 0) { // epochs end late, and several at once
                endReads(reads, Math.max(0, epoch - random.nextInt(4)));
            }
        }
        endReads(reads, epoch);
        swapchain.readerGone();
    }

    private void endReads(Queue<Read> reads, long epoch) {
        while (!reads.isEmpty() && reads.peek().epoch <= epoch) {
            Read read = reads.remove();
            read.image.endRead(read.content);
        }
        swapchain.readsCompleted(epoch);
    }

    private void resize(RandomGenerator random) {
        while (!swapchain.isClosed()) {
            LockSupport.parkNanos(1 + random.nextInt(50 * maxPause));
            if (resizing && random.nextInt(8) == 0) {
                swapchain.configure(null);
                jitter(random);
            }
            if (resizing || swapchain.target() == null && !swapchain.isClosed()) {
                configure(random);
            }
        }
    }

    @Override
    public void frameReady() {
        // the JavaFX thread looks anyway
    }

    @Override
    public void progress() {
        // the renderer waits inside acquire
    }

    @Override
    public void drained() {
        drains.incrementAndGet();
        drained.countDown();
    }

    // ---- the test

    /** Lets the renderer pause, and the GPU and the view catch up. */
    void quiesce() {
        resizing = false;
        rendering = false;
        SwapchainRig.await("the renderer pauses", () -> paused);
        SwapchainRig.await("everything presented is shown or dropped, seed " + seed, () -> {
            FrameStatistics counts = swapchain.statistics(0);
            return completed.get() == counts.presented() && latched.get() == counts.presented() - counts.dropped();
        });
    }

    /** Closes and returns what is wrong; empty if everything came to its end. */
    List<String> close() throws InterruptedException {
        Thread closer = Thread.ofPlatform().start(swapchain::close);
        swapchain.close();
        List<String> wrong = new ArrayList<>();
        if (!drained.await(10, TimeUnit.SECONDS)) {
            wrong.add("not drained; alive are " + allocator.alive() + " " + swapchain.statistics(0));
        }
        ended = true;
        closer.join();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofSeconds(10))) {
                wrong.add(thread.getName() + " has not ended: " + List.of(thread.getStackTrace()));
            }
        }
        if (failure.get() != null) {
            wrong.add("threw: " + failure.get());
        }
        if (drains.get() > 1) {
            wrong.add("drained " + drains + " times");
        }
        for (FakeImage image : allocator.alive()) {
            wrong.add(image + " was not destroyed");
        }
        wrong.addAll(allocator.complaints());
        return wrong;
    }
}
