package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.Test;

class ProgressTest {
    private final Options options = new Options();

    private String end(LongSupplier displayed, Duration patience) throws Exception {
        try (Progress progress = new Progress(displayed, options, patience)) {
            return progress.whenOver().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void endsWithTheLastFrameWanted() throws Exception {
        options.frames = 5L;
        AtomicLong frames = new AtomicLong();
        assertThat(end(frames::incrementAndGet, Duration.ofSeconds(10))).isNull();
        assertThat(frames.get()).isEqualTo(5);
    }

    @Test
    void doesNotWaitForFramesThatDoNotCome() throws Exception {
        options.frames = 5L;
        assertThat(end(() -> 3, Duration.ofSeconds(1)))
                .isEqualTo("No new frame was displayed for 1 seconds; 3 of 5 had been.");
    }

    @Test
    void endsAfterTheTimeWanted() throws Exception {
        options.seconds = 0.3;
        long start = System.nanoTime();
        assertThat(end(() -> 0, Duration.ofSeconds(10))).isNull();
        assertThat(System.nanoTime() - start).isGreaterThan(300_000_000);
    }

    @Test
    void aFailureToCountIsReported() throws Exception {
        assertThat(end(() -> {
            throw new IllegalStateException("lost");
        }, Duration.ofSeconds(10))).contains("lost");
    }

    @Test
    void secondsPassFromTheFirstFrameToTheLatest() throws Exception {
        AtomicLong frames = new AtomicLong();
        try (Progress progress = new Progress(frames::get, options, Duration.ofSeconds(10))) {
            assertThat(progress.seconds()).isZero();
            frames.set(1);
            Thread.sleep(300);
            assertThat(progress.seconds()).isZero();
            frames.set(2);
            Thread.sleep(300);
            assertThat(progress.seconds()).isBetween(0.1, 5.0);
        }
    }
}
