package org.vkfx.bench.jmh;

import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.vkfx.VulkanDevice;
import org.vkfx.objc.Message;
import org.vkfx.objc.ObjC;
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.DeviceFactory;
import org.vkfx.vulkan.TimelineSemaphore;
import org.vkfx.vulkan.VulkanLoader;

/** Single native calls through java.lang.foreign, as the bridge makes them, from Java and back. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NativeCallBenchmark {
    /** A timeline semaphore at 0, on a device of its own. */
    @State(Scope.Thread)
    public static class Timeline {
        private VulkanDevice device;
        private TimelineSemaphore semaphore;

        /** Makes both. */
        @Setup
        public void open() {
            device = DeviceFactory.create(VulkanLoader.open(), () -> gpu -> false, Set.of(), Set.of());
            semaphore = new TimelineSemaphore(DeviceContext.of(device), 0);
        }

        /** Destroys both. */
        @TearDown
        public void close() {
            semaphore.close();
            device.close();
            device.whenClosed().toCompletableFuture().join();
        }
    }

    /** The Objective-C runtime: macOS's, or the one that -Dvkfx.objc.library names. */
    @State(Scope.Thread)
    public static class Runtime {
        private ObjC objc;

        /** Fails where there is none. */
        @Setup
        public void open() {
            objc = ObjC.open();
        }
    }

    /** vkGetSemaphoreCounterValue. */
    @Benchmark
    public long vkGetSemaphoreCounterValue(Timeline on) {
        return on.semaphore.value();
    }

    /** vkWaitSemaphores for a value that is reached. */
    @Benchmark
    public boolean vkWaitSemaphores(Timeline on) {
        return on.semaphore.await(0, 0);
    }

    /** objc_msgSend to nil, which answers at once: the way there and back. */
    @Benchmark
    public long objc_msgSend(Runtime of) {
        return of.objc.send(0, Message.TEXTURE_WIDTH);
    }

    /** An autorelease pool around nothing, as around a job. */
    @Benchmark
    public void objc_autoreleasePool(Runtime of) {
        of.objc.autoreleasePoolPop(of.objc.autoreleasePoolPush());
    }
}
