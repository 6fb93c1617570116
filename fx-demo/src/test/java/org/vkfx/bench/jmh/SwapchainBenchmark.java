package org.vkfx.bench.jmh;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.vkfx.AlphaMode;
import org.vkfx.PixelFormat;
import org.vkfx.PresentMode;
import org.vkfx.Swapchain.Acquired;
import org.vkfx.Swapchain.Ready;
import org.vkfx.swapchain.FrameSwapchain;
import org.vkfx.swapchain.ImageAllocator;
import org.vkfx.swapchain.ImageSlot;
import org.vkfx.swapchain.ImageSpec;

/** A frame's way through the swapchain, without a GPU and on one thread: what its bookkeeping costs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SwapchainBenchmark {
    private FrameSwapchain swapchain;
    private ImageSlot slot;
    private long epoch;

    /** Images that are numbers only. */
    private record Nothing(long number) implements ImageAllocator.PresentableImage {
        @Override
        public long image() {
            return number;
        }

        @Override
        public long imageView() {
            return number;
        }

        @Override
        public long rendered() {
            return number;
        }

        @Override
        public boolean storage() {
            return false;
        }

        @Override
        public void destroy(Runnable done) {
            done.run();
        }
    }

    /** Keeps the presented frame; nobody is woken. */
    private final class Listener implements FrameSwapchain.Listener {
        @Override
        public void presented(ImageSlot frame) {
            slot = frame;
        }

        @Override
        public void frameReady() {
        }

        @Override
        public void progress() {
        }

        @Override
        public void drained() {
        }
    }

    /** Allocates four images. */
    @Setup
    public void allocate() {
        swapchain = new FrameSwapchain(new Listener(), () -> false);
        swapchain.setPresentMode(PresentMode.MAILBOX);
        ImageAllocator allocator = spec -> IntStream.rangeClosed(1, spec.count()).mapToObj(Nothing::new).toList();
        ImageSpec spec = new ImageSpec(1920, 1080, 1, 1, PixelFormat.BGRA8, AlphaMode.OPAQUE, 4, false);
        swapchain.configure(new FrameSwapchain.Target(spec, allocator));
        swapchain.acquire(Duration.ZERO); // Resized
    }

    /** Acquire, present, completed, latch, read, read completed. */
    @Benchmark
    public Object acquire_present_latch_read() {
        Acquired acquired = swapchain.acquire(Duration.ZERO);
        swapchain.present(((Ready) acquired).frame());
        swapchain.completed(slot);
        swapchain.latch();
        ImageSlot read = swapchain.beginRead(++epoch);
        swapchain.readsCompleted(epoch);
        return read;
    }

    /** A frame that is not rendered. */
    @Benchmark
    public Object acquire_discard() {
        Acquired acquired = swapchain.acquire(Duration.ZERO);
        ((Ready) acquired).frame().discard();
        return acquired;
    }

    /** What the view asks every pulse. */
    @Benchmark
    public boolean is_frame_ready() {
        return swapchain.isFrameReady();
    }

    /** What a program asks for its figures. */
    @Benchmark
    public Object statistics() {
        return swapchain.statistics(0);
    }
}
