package org.vkfx.swapchain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.vkfx.PresentMode;
import org.vkfx.swapchain.FakeAllocator.FakeImage;

/**
 * What a swapchain must do, told by who uses an image rather than by states: an image is idle when nobody is found to
 * use it.
 */
final class SwapchainModel {
    final Set<FakeImage> alive = new HashSet<>();
    final Set<FakeImage> current = new HashSet<>();
    final List<FakeImage> acquired = new ArrayList<>();
    final Deque<FakeImage> gpu = new ArrayDeque<>();
    /** Completed, oldest first. */
    final Deque<FakeImage> ready = new ArrayDeque<>();
    FakeImage shown;
    /** Images with uncompleted reads, and the last epoch that reads them. */
    final Map<FakeImage, Long> reads = new HashMap<>();
    private final Set<FakeImage> replaced = new HashSet<>();
    private final Set<FakeImage> expired = new HashSet<>();
    PresentMode mode = PresentMode.MAILBOX;
    FrameSwapchain.Target wanted;
    private FrameSwapchain.Target made;
    boolean closed;
    int generation;
    long frames;
    long presented;
    long discarded;
    long dropped;

    enum Answer {
        READY, TIMEOUT, RESIZED, SUSPENDED, CLOSED
    }

    boolean isIdle(FakeImage image) {
        return alive.contains(image) && !acquired.contains(image) && !gpu.contains(image) && !ready.contains(image)
                && shown != image && !reads.containsKey(image);
    }

    boolean isRenderingDone() {
        return acquired.isEmpty() && gpu.isEmpty();
    }

    boolean isResizePending() {
        return wanted != null && !wanted.equals(made);
    }

    /** What must be destroyed by now is not alive. */
    void settle() {
        alive.removeIf(image -> isIdle(image) && (closed || expired.contains(image)));
    }

    Answer acquire() {
        if (closed) {
            return Answer.CLOSED;
        }
        expired.addAll(replaced);
        replaced.clear();
        if (wanted == null) {
            return Answer.SUSPENDED;
        }
        if (isResizePending()) {
            return isRenderingDone() ? Answer.RESIZED : Answer.TIMEOUT;
        }
        return current.stream().anyMatch(this::isIdle) ? Answer.READY : Answer.TIMEOUT;
    }

    void resized(List<FakeImage> images) {
        replaced.addAll(current);
        current.clear();
        current.addAll(images);
        alive.addAll(images);
        made = wanted;
        generation++;
    }

    void acquired(FakeImage image) {
        acquired.add(image);
        frames++;
    }

    void present(FakeImage image) {
        acquired.remove(image);
        gpu.add(image);
        presented++;
    }

    void discard(FakeImage image) {
        acquired.remove(image);
        discarded++;
    }

    void completed() {
        FakeImage image = gpu.remove();
        if (!closed) {
            drop(old -> mode == PresentMode.MAILBOX || !current.contains(old));
            ready.add(image);
        }
    }

    void failed() {
        alive.remove(gpu.remove());
        made = null; // the others are replaced with it
    }

    private void drop(Predicate<FakeImage> which) {
        int before = ready.size();
        ready.removeIf(which);
        dropped += before - ready.size();
    }

    boolean latch() {
        if (ready.isEmpty()) {
            return false;
        }
        if (mode == PresentMode.MAILBOX) {
            shown = ready.removeLast();
            drop(older -> true);
        } else {
            shown = ready.removeFirst();
        }
        return true;
    }

    FakeImage read(long epoch) {
        if (shown != null) {
            reads.put(shown, epoch);
        }
        return shown;
    }

    void readsCompleted(long epoch) {
        reads.values().removeIf(last -> last <= epoch);
    }

    void readerGone() {
        shown = null;
        reads.clear();
    }

    void close() {
        closed = true;
        ready.clear();
    }

    @Override
    public String toString() {
        return mode + " acquired " + acquired + " gpu " + gpu + " ready " + ready + " shown " + shown
                + " reads " + reads + " alive " + alive + " expired " + expired + (closed ? " closed" : "");
    }
}
