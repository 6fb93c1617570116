package org.vkfx.swapchain;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;

/** Makes images of nothing and watches over their ends. */
final class FakeAllocator implements ImageAllocator {
    private static final AtomicLong HANDLES = new AtomicLong(1000);

    /** Every image ever made. */
    final List<FakeImage> made = new CopyOnWriteArrayList<>();
    final List<ImageSpec> specs = new CopyOnWriteArrayList<>();
    final AtomicInteger calls = new AtomicInteger();
    /** Destroyed images whose end was not told yet, see {@link #slow}. */
    final ConcurrentLinkedQueue<Runnable> ends = new ConcurrentLinkedQueue<>();
    volatile boolean refusing;
    volatile boolean storage = true;
    /** Whether the end of an image is told by {@link #tellEnds} instead of at once. */
    volatile boolean slow;

    @Override
    public List<FakeImage> allocate(ImageSpec spec) {
        calls.incrementAndGet();
        if (refusing) {
            throw new BridgeException(Reason.REFUSED, "No memory for the test. Ask again later.");
        }
        List<FakeImage> images = new ArrayList<>();
        for (int i = 0; i < spec.count(); i++) {
            images.add(new FakeImage(this));
        }
        made.addAll(images);
        specs.add(spec);
        return images;
    }

    void tellEnds() {
        for (Runnable end = ends.poll(); end != null; end = ends.poll()) {
            end.run();
        }
    }

    /** Images that are not destroyed. */
    List<FakeImage> alive() {
        return made.stream().filter(image -> image.destroyed.get() == 0).toList();
    }

    /** What was destroyed twice, used while destroyed, or used by two at once; empty if all is well. */
    List<String> complaints() {
        List<String> all = new ArrayList<>();
        for (FakeImage image : made) {
            all.addAll(image.complaints);
            if (image.destroyed.get() > 1) {
                all.add(image + " was destroyed " + image.destroyed + " times");
            }
        }
        return all;
    }

    /** An image that knows who writes and who reads it; its pixels are a few numbers that must all be the same. */
    static final class FakeImage implements PresentableImage {
        private static final int PIXELS = 16;

        final AtomicInteger destroyed = new AtomicInteger();
        final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
        private final FakeAllocator allocator;
        private final long handle = HANDLES.addAndGet(10);
        /** Readers, or -1 for a writer. */
        private final AtomicInteger users = new AtomicInteger();
        private final AtomicLong[] pixels = new AtomicLong[PIXELS];

        FakeImage(FakeAllocator allocator) {
            this.allocator = allocator;
            for (int i = 0; i < PIXELS; i++) {
                pixels[i] = new AtomicLong();
            }
        }

        @Override
        public long image() {
            return handle;
        }

        @Override
        public long imageView() {
            return handle + 1;
        }

        @Override
        public long rendered() {
            return handle + 2;
        }

        @Override
        public boolean storage() {
            return allocator.storage;
        }

        @Override
        public void destroy(Runnable done) {
            destroyed.incrementAndGet();
            complainIf(users.get() != 0, "destroyed in use");
            if (allocator.slow) {
                allocator.ends.add(done);
            } else {
                done.run();
            }
        }

        void beginWrite() {
            complainIf(!users.compareAndSet(0, -1), "handed out while used by another");
            complainIf(destroyed.get() > 0, "handed out after it was destroyed");
        }

        void write(long content) {
            for (AtomicLong pixel : pixels) {
                pixel.setPlain(content);
            }
        }

        void endWrite() {
            complainIf(!users.compareAndSet(-1, 0), "written by another");
        }

        /** Returns the content read, to be compared when the read ends. */
        long beginRead() {
            complainIf(users.getAndUpdate(n -> n < 0 ? n : n + 1) < 0, "read while it is written");
            complainIf(destroyed.get() > 0, "read after it was destroyed");
            return pixels[0].getPlain();
        }

        void endRead(long content) {
            for (AtomicLong pixel : pixels) {
                long now = pixel.getPlain();
                complainIf(now != content, "mixed: " + now + " in frame " + content);
            }
            users.updateAndGet(n -> n > 0 ? n - 1 : n);
        }

        private void complainIf(boolean wrong, String what) {
            if (wrong) {
                complaints.add(this + " " + what + " (users " + users + ")");
            }
        }

        @Override
        public String toString() {
            return "image " + handle;
        }
    }
}
