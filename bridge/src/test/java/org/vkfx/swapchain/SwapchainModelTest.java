package org.vkfx.swapchain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vkfx.BridgeException;
import org.vkfx.FrameStatistics;
import org.vkfx.PresentMode;
import org.vkfx.Swapchain.Acquired;
import org.vkfx.Swapchain.Closed;
import org.vkfx.Swapchain.Ready;
import org.vkfx.swapchain.FakeAllocator.FakeImage;
import org.vkfx.swapchain.SwapchainModel.Answer;

/** Thousands of random lives of a swapchain, every step compared with {@link SwapchainModel}. */
@Timeout(60)
class SwapchainModelTest {
    private static final int LIVES = 4000;
    private static final int STEPS = 150;

    @Test
    void random_lives_go_as_the_model_says() {
        for (long seed = 1; seed <= LIVES; seed++) {
            Life life = new Life(seed);
            try {
                life.live();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", model " + life.model + ", steps " + life.log, e);
            }
        }
    }

    private static final class Life {
        private final Random random;
        private final SwapchainRig rig = new SwapchainRig();
        private final FrameSwapchain swapchain = rig.swapchain;
        private final FakeAllocator allocator = rig.allocator;
        private final FakeAllocator otherAllocator = new FakeAllocator();
        private final Map<FakeImage, ImageSlot> slots = new HashMap<>();
        private final Map<FakeImage, Long> values = new HashMap<>();
        final SwapchainModel model = new SwapchainModel();
        final List<String> log = new ArrayList<>();
        private long epoch = 1;
        private long completedEpoch;
        private boolean hasReader;

        Life(long seed) {
            random = new Random(seed);
            if (random.nextBoolean()) {
                setMode(PresentMode.FIFO);
            }
        }

        void live() {
            int end = 30 + random.nextInt(STEPS);
            for (int i = 0; i < end; i++) {
                step();
                compare();
            }
            finish();
        }

        private void step() {
            int dice = random.nextInt(100);
            if (dice < 28) {
                acquire();
            } else if (dice < 44) {
                withAcquired(true);
            } else if (dice < 48) {
                withAcquired(false);
            } else if (dice < 62) {
                gpu(false);
            } else if (dice < 63) {
                gpu(true);
            } else if (dice < 73) {
                latch();
            } else if (dice < 81) {
                read();
            } else if (dice < 88) {
                readsCompleted();
            } else if (dice < 93) {
                configure();
            } else if (dice < 95) {
                setMode(random.nextBoolean() ? PresentMode.FIFO : PresentMode.MAILBOX);
            } else if (dice < 97) {
                misuse();
            } else if (dice < 98) {
                readerGone();
            } else if (random.nextInt(10) == 0) {
                close();
            }
        }

        private void acquire() {
            log.add("acquire");
            Answer expected = model.acquire();
            boolean refusing = random.nextInt(5) == 0;
            allocator.refusing = refusing;
            otherAllocator.refusing = refusing;
            int before = allocator.made.size() + otherAllocator.made.size();
            if (expected == Answer.RESIZED && refusing) {
                try {
                    fail("refused, not " + rig.acquireNow());
                } catch (BridgeException e) {
                    check("nothing made", before == allocator.made.size() + otherAllocator.made.size());
                }
                return;
            }
            Acquired acquired = rig.acquireNow();
            String name = acquired.getClass().getSimpleName();
            check(expected + ", not " + name, expected.name().equalsIgnoreCase(name));
            if (expected == Answer.RESIZED) {
                resized();
            } else if (acquired instanceof Ready(ImageSlot slot)) {
                FakeImage image = rig.image(slot);
                check(image + " is idle and of the newest", model.isIdle(image) && model.current.contains(image));
                check("value grows", slot.renderedValue() > values.getOrDefault(image, 0L));
                check("generation", slot.generation() == model.generation);
                values.put(image, slot.renderedValue());
                slots.put(image, slot);
                model.acquired(image);
                image.beginWrite();
            }
        }

        private void resized() {
            FakeAllocator from = (FakeAllocator) model.wanted.allocator();
            ImageSpec spec = model.wanted.spec();
            check("made as wanted", from.specs.getLast().equals(spec));
            List<FakeImage> all = from.made;
            model.resized(new ArrayList<>(all.subList(all.size() - spec.count(), all.size())));
            check("images()", swapchain.images().generation() == model.generation
                    && swapchain.images().width() == spec.width() && swapchain.images().count() == spec.count());
        }

        private void withAcquired(boolean present) {
            if (model.acquired.isEmpty()) {
                return;
            }
            FakeImage image = model.acquired.get(random.nextInt(model.acquired.size()));
            log.add((present ? "present " : "discard ") + image);
            if (present) {
                model.present(image);
                swapchain.present(slots.get(image));
            } else {
                image.endWrite();
                model.discard(image);
                slots.get(image).discard();
            }
        }

        private void gpu(boolean lost) {
            if (model.gpu.isEmpty()) {
                return;
            }
            FakeImage image = model.gpu.peek();
            log.add((lost ? "failed " : "completed ") + image);
            image.endWrite();
            ImageSlot slot = rig.gpu.remove();
            check("presented in order", rig.image(slot) == image);
            if (lost) {
                model.failed();
                swapchain.failed(slot);
            } else {
                model.completed();
                swapchain.completed(slot);
            }
        }

        private void latch() {
            log.add("latch");
            boolean expected = !model.closed && model.latch();
            check("latch is " + expected, swapchain.latch() == expected);
        }

        private void read() {
            log.add("read in " + epoch);
            FakeImage expected = model.read(epoch);
            ImageSlot slot = swapchain.beginRead(epoch);
            hasReader |= slot != null;
            check("shown is " + expected, expected == (slot == null ? null : rig.image(slot)));
            if (random.nextInt(3) > 0) {
                epoch++;
            }
        }

        private void readsCompleted() {
            if (completedEpoch < epoch - 1) {
                completedEpoch += 1 + random.nextInt((int) (epoch - 1 - completedEpoch));
                log.add("read up to " + completedEpoch);
                model.readsCompleted(completedEpoch);
                swapchain.readsCompleted(completedEpoch);
            }
        }

        private void readerGone() {
            log.add("reader gone");
            epoch = 1;
            completedEpoch = 0;
            hasReader = false;
            model.readerGone();
            swapchain.readerGone();
        }

        private void configure() {
            FrameSwapchain.Target target = random.nextInt(4) == 0 ? null
                    : new FrameSwapchain.Target(SwapchainRig.spec(1 + random.nextInt(2), 1, 2 + random.nextInt(3)),
                            random.nextInt(4) == 0 ? otherAllocator : allocator);
            log.add("configure " + target);
            model.wanted = target;
            swapchain.configure(target);
        }

        private void setMode(PresentMode mode) {
            log.add("mode " + mode);
            model.mode = mode;
            swapchain.setPresentMode(mode);
        }

        private void misuse() {
            for (Map.Entry<FakeImage, ImageSlot> entry : slots.entrySet()) {
                if (!model.acquired.contains(entry.getKey())) {
                    log.add("misuse " + entry.getKey());
                    try {
                        if (random.nextBoolean()) {
                            swapchain.present(entry.getValue());
                        } else {
                            entry.getValue().discard();
                        }
                        fail("misuse was noticed");
                    } catch (BridgeException e) {
                        check("reason", e.reason() == BridgeException.Reason.ILLEGAL_STATE);
                    }
                    return;
                }
            }
        }

        private void close() {
            log.add("close");
            model.close();
            swapchain.close();
            if (!hasReader && model.shown != null) {
                readerGone(); // latched for a reader that was gone: it says so (again)
            }
        }

        private void finish() {
            close();
            compare();
            while (!model.acquired.isEmpty()) {
                withAcquired(random.nextBoolean());
                compare();
            }
            while (!model.gpu.isEmpty()) {
                gpu(random.nextBoolean());
                compare();
            }
            readerGone();
            compare();
            check("all destroyed", model.alive.isEmpty());
            check("drained", rig.drainedCalls.get() == 1);
            check("closed", rig.acquireNow() instanceof Closed);
            check("drained once", rig.drainedCalls.get() == 1);
            assertThat(allocator.complaints()).isEmpty();
            assertThat(otherAllocator.complaints()).isEmpty();
        }

        private void compare() {
            model.settle();
            Set<FakeImage> alive = new HashSet<>(allocator.alive());
            alive.addAll(otherAllocator.alive());
            check("alive are " + alive, alive.equals(model.alive));
            FrameStatistics counts = swapchain.statistics(0);
            check(counts.toString(), counts.acquired() == model.frames && counts.presented() == model.presented
                    && counts.discarded() == model.discarded && counts.dropped() == model.dropped
                    && counts.reallocations() == model.generation);
            check("rendering done", () -> swapchain.isRenderingDone() == model.isRenderingDone());
            check("frame ready", () -> swapchain.isFrameReady() == !model.ready.isEmpty());
            check("resize pending", () -> model.closed || swapchain.isResizePending() == model.isResizePending());
            check("drained", () -> rig.drainedCalls.get() == (model.closed && model.alive.isEmpty() ? 1 : 0));
        }

        private static void check(String what, BooleanSupplier condition) {
            check(what, condition.getAsBoolean());
        }

        private static void check(String what, boolean condition) {
            if (!condition) {
                fail(what);
            }
        }

        private static void fail(String what) {
            throw new AssertionError("expected: " + what);
        }
    }
}
