package org.vkfx.swapchain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vkfx.FrameStatistics;
import org.vkfx.PresentMode;

/** The swapchain among real threads. */
@Timeout(90)
class SwapchainStressTest {
    private static final long NANOS = 3_000_000_000L;
    private static final long STALL = 2_000_000_000L;

    @ParameterizedTest
    @EnumSource(PresentMode.class)
    void no_frame_is_torn_none_is_late_and_nothing_stops(PresentMode mode) throws InterruptedException {
        StressWorld world = new StressWorld(mode, System.nanoTime(), 100_000);
        world.start();
        long now = System.nanoTime();
        long end = now + NANOS;
        long lastRead = 0;
        long lastProgress = now;
        while (now < end && world.failure.get() == null) {
            LockSupport.parkNanos(20_000_000);
            now = System.nanoTime();
            long read = world.framesRead.get();
            if (read > lastRead) {
                lastProgress = now;
            }
            lastRead = read;
            assertThat(now - lastProgress).as("since a new frame was shown: " + world.swapchain.statistics(0))
                    .isLessThan(STALL);
        }
        world.quiesce();
        FrameStatistics statistics = world.swapchain.statistics(0);
        assertThat(world.close()).isEmpty();

        assertThat(statistics.presented()).isEqualTo(world.completed.get()).isGreaterThan(100);
        assertThat(statistics.acquired()).isEqualTo(statistics.presented() + statistics.discarded());
        assertThat(statistics.reallocations()).isGreaterThan(10);
        assertThat(statistics.displayed()).isBetween(50L, world.latched.get());
        if (mode == PresentMode.FIFO) {
            assertThat(statistics.dropped()).as("only with the images of another size")
                    .isLessThanOrEqualTo(statistics.reallocations() * StressWorld.MAX_IMAGES);
        }
    }

    @Test
    void hundreds_of_short_lives_end_completely() throws InterruptedException {
        long end = System.nanoTime() + 2 * NANOS;
        for (int life = 0; life < 400 && System.nanoTime() < end; life++) {
            long seed = System.nanoTime();
            PresentMode mode = life % 2 == 0 ? PresentMode.MAILBOX : PresentMode.FIFO;
            StressWorld world = new StressWorld(mode, seed, 20_000);
            world.start();
            LockSupport.parkNanos(seed % 3_000_000);
            assertThat(world.close()).as("life " + life + ", seed " + seed).isEmpty();
        }
    }
}
