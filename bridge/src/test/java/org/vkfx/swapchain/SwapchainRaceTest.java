package org.vkfx.swapchain;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vkfx.PresentMode;
import org.vkfx.Swapchain;
import org.vkfx.Swapchain.Ready;

/** Two calls at the same moment, again and again: whatever comes first, the outcome is right. */
@Timeout(60)
class SwapchainRaceTest {
    private static final long NANOS = 700_000_000;
    private static final int MAX_ROUNDS = 200_000;

    private final Random random = new Random(42);
    private final Racer racer = new Racer();

    @AfterEach
    void end() throws InterruptedException {
        racer.end();
    }

    /** The other thread: spins, so that both start within nanoseconds. */
    private static final class Racer {
        private final AtomicInteger started = new AtomicInteger();
        private final AtomicInteger finished = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private volatile Runnable task;
        private volatile int delay;
        private volatile boolean ended;
        private final Thread thread = Thread.ofPlatform().daemon().name("racer").start(this::run);

        private void run() {
            for (int round = 1; !ended; round++) {
                await(started, round);
                if (ended) {
                    return;
                }
                spin(delay);
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    failure.set(e);
                }
                finished.set(round);
            }
        }

        void race(Runnable here, int delayHere, Runnable there, int delayThere) {
            task = there;
            delay = delayThere;
            int round = started.incrementAndGet();
            spin(delayHere);
            here.run();
            await(finished, round);
            if (failure.get() != null) {
                throw new AssertionError(failure.get());
            }
        }

        private void await(AtomicInteger counter, int round) {
            for (int spins = 0; counter.get() < round && !ended; spins++) {
                if (spins < 300) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield(); // the machine is busy with something else
                }
            }
        }

        private static void spin(int times) {
            for (int i = 0; i < times; i++) {
                Thread.onSpinWait();
            }
        }

        void end() throws InterruptedException {
            ended = true;
            thread.join();
        }
    }

    private void race(Runnable one, Runnable other) {
        boolean here = random.nextBoolean();
        racer.race(here ? one : other, delay(), here ? other : one, delay());
    }

    private int delay() {
        return random.nextInt(1 << random.nextInt(7)); // short ones more often
    }

    private static void repeat(Runnable round) {
        long end = System.nanoTime() + NANOS;
        for (int i = 0; i < MAX_ROUNDS && System.nanoTime() < end; i++) {
            round.run();
        }
    }

    /** The images that can be acquired now; they are given back. */
    private static Set<ImageSlot> free(SwapchainRig rig) {
        Set<ImageSlot> frames = new HashSet<>();
        while (rig.acquireNow() instanceof Ready(ImageSlot frame)) {
            frames.add(frame);
        }
        frames.forEach(ImageSlot::discard);
        return frames;
    }

    @Test
    void a_read_begun_while_another_frame_is_latched_keeps_its_image() {
        SwapchainRig rig = SwapchainRig.withImages(3);
        AtomicInteger epoch = new AtomicInteger();
        rig.show();
        repeat(() -> {
            rig.render();
            AtomicReference<ImageSlot> read = new AtomicReference<>();
            int now = epoch.incrementAndGet();
            race(() -> rig.swapchain.latch(), () -> read.set(rig.swapchain.beginRead(now)));
            if (free(rig).contains(read.get())) {
                throw new AssertionError("an image that is being read was handed out, epoch " + now);
            }
            rig.swapchain.readsCompleted(now);
            if (free(rig).size() != 2) {
                throw new AssertionError("an image that was read is not free, epoch " + now);
            }
        });
    }

    @Test
    void reads_completed_while_another_frame_is_latched_free_the_image() {
        SwapchainRig rig = SwapchainRig.withImages(3);
        AtomicInteger epoch = new AtomicInteger();
        rig.show();
        repeat(() -> {
            rig.render();
            int now = epoch.incrementAndGet();
            rig.swapchain.beginRead(now);
            race(() -> rig.swapchain.latch(), () -> rig.swapchain.readsCompleted(now));
            if (free(rig).size() != 2) {
                throw new AssertionError("the replaced image is not free, epoch " + now);
            }
        });
    }

    @Test
    void the_first_read_of_a_new_reader_keeps_its_image_while_another_frame_is_latched() {
        SwapchainRig rig = SwapchainRig.withImages(3);
        repeat(() -> {
            rig.swapchain.readerGone();
            rig.show();
            rig.render();
            AtomicReference<ImageSlot> read = new AtomicReference<>();
            race(() -> rig.swapchain.latch(), () -> read.set(rig.swapchain.beginRead(1)));
            if (free(rig).contains(read.get())) {
                throw new AssertionError("an image that is being read was handed out");
            }
        });
    }

    @Test
    void no_image_is_lost_when_the_reader_leaves_while_a_frame_is_latched() {
        SwapchainRig rig = SwapchainRig.withImages(3);
        repeat(() -> {
            rig.swapchain.readerGone();
            rig.show();
            rig.swapchain.beginRead(1);
            rig.render();
            race(() -> rig.swapchain.latch(), () -> rig.swapchain.readerGone());
            rig.swapchain.readerGone();
            if (free(rig).size() != 3) {
                throw new AssertionError("an image is nobody's and not free");
            }
        });
    }

    @Test
    void mailbox_never_goes_back_to_an_older_frame() {
        SwapchainRig rig = SwapchainRig.withImages(4);
        AtomicInteger epoch = new AtomicInteger();
        repeat(() -> {
            ImageSlot older = rig.render();
            ImageSlot newer = rig.present();
            AtomicReference<ImageSlot> first = new AtomicReference<>();
            race(() -> {
                rig.swapchain.latch();
                first.set(rig.swapchain.beginRead(epoch.incrementAndGet()));
                rig.swapchain.latch();
            }, rig::complete);
            ImageSlot second = rig.swapchain.beginRead(epoch.incrementAndGet());
            if (first.get() == newer && second == older) {
                throw new AssertionError("the older frame was shown after the newer one");
            }
            rig.swapchain.latch();
            rig.swapchain.readsCompleted(epoch.get());
            if (free(rig).size() != 3) {
                throw new AssertionError("an image is nobody's and not free");
            }
        });
    }

    @Test
    void a_waiting_acquire_is_woken_however_late_it_began_to_wait() {
        SwapchainRig rig = SwapchainRig.withImages(2);
        repeat(() -> {
            ImageSlot held = rig.acquire();
            ImageSlot given = rig.acquire();
            race(() -> {
                if (!(rig.swapchain.acquire(SwapchainRig.LONG) instanceof Ready(ImageSlot frame))) {
                    throw new AssertionError("a wake was lost");
                }
                frame.discard();
            }, given::discard);
            held.discard();
        });
    }

    @Test
    void everything_is_destroyed_once_when_closed_while_something_else_happens() {
        repeat(() -> {
            int what = random.nextInt(7);
            SwapchainRig rig = SwapchainRig.withImages(2);
            FrameSwapchain swapchain = rig.swapchain;
            if (random.nextBoolean()) {
                swapchain.setPresentMode(PresentMode.FIFO);
            }
            if (what < 4 && random.nextBoolean()) {
                rig.show();
                swapchain.beginRead(1);
            }
            race(swapchain::close, switch (what) {
                case 0 -> rig.acquire()::discard;
                case 1 -> {
                    rig.present();
                    yield rig::complete;
                }
                case 2 -> {
                    rig.render();
                    yield () -> swapchain.latch();
                }
                case 3 -> () -> swapchain.readsCompleted(1);
                case 4 -> {
                    rig.configure(9, 9, 2);
                    yield rig::acquireNow;
                }
                case 5 -> {
                    rig.configure(9, 9, 2);
                    rig.resize();
                    yield () -> {
                        if (rig.acquireNow() instanceof Ready(ImageSlot frame)) {
                            swapchain.present(frame);
                        }
                    };
                }
                default -> swapchain::readerGone;
            });
            while (rig.gpu.peek() != null) {
                rig.complete();
            }
            swapchain.readerGone();
            rig.assertDrained();
        });
    }

    @Test
    void frames_acquired_while_it_is_closed_may_be_given_back() {
        repeat(() -> {
            SwapchainRig rig = SwapchainRig.withImages(2);
            AtomicReference<Swapchain.Acquired> acquired = new AtomicReference<>();
            race(rig.swapchain::close, () -> acquired.set(rig.acquireNow()));
            if (acquired.get() instanceof Ready(ImageSlot frame)) {
                rig.swapchain.present(frame);
                rig.complete();
            }
            rig.assertDrained();
        });
    }
}
