package org.vkfx.swapchain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.FrameStatistics;
import org.vkfx.PresentMode;
import org.vkfx.Swapchain;
import org.vkfx.SwapchainImages;
import org.vkfx.swapchain.ImageAllocator.PresentableImage;
import org.vkfx.swapchain.ImageSlot.Generation;
import org.vkfx.swapchain.ImageSlot.State;

/**
 * The swapchain between one renderer and one view. Four parties meet here: the acquiring thread (acquire, present), the
 * waiter thread ({@link #completed}), the JavaFX thread ({@link #latch}, {@link #configure}) and JavaFX's render thread
 * ({@link #beginRead}, {@link #readsCompleted}). No locks: an image belongs to whoever moved its state by
 * compare-and-set, so none of the four can make another wait.
 *
 * <p>Reads are counted in <em>epochs</em>: a reader tells in which epoch it reads an image and later, once its GPU has
 * finished, which epochs are completed. An image that was replaced on screen is free when its last epoch is.
 */
public final class FrameSwapchain implements Swapchain {
    private static final Timeout TIMEOUT = new Timeout();
    private static final Resized RESIZED = new Resized();
    private static final Suspended SUSPENDED = new Suspended();
    private static final Closed CLOSED = new Closed();

    /** What a swapchain tells its surroundings. Methods are called on any thread and must not wait. */
    public interface Listener {
        /**
         * Watch this frame's timeline and call {@link #completed} once it is reached, or {@link #failed} when it never
         * will be.
         *
         * @param slot the presented frame
         */
        void presented(ImageSlot slot);

        /** A completed frame waits to be latched. */
        void frameReady();

        /**
         * Something happened that a renderer may be waiting for, which found no image or {@link #isRenderingDone}
         * false.
         */
        void progress();

        /** Somebody waits until an image that is shown no more has been read: see {@link #readsCompleted}. */
        default void starving() {
        }

        /** A frame is drawn for the first time. The reader's thread. */
        default void drawn() {
        }

        /** A frame that was acquired will not be shown: the renderer has discarded it. */
        default void discarded() {
        }

        /** It is closed, and every image has been destroyed. */
        void drained();
    }

    /**
     * What images are wanted, and whose.
     *
     * @param spec the specification
     * @param allocator who makes them
     */
    public record Target(ImageSpec spec, ImageAllocator allocator) {
        /** Checks that nothing is null. */
        public Target {
            Objects.requireNonNull(spec);
            Objects.requireNonNull(allocator);
        }
    }

    private final Listener listener;
    private final BooleanSupplier onUiThread;
    private final AtomicBoolean acquiring = new AtomicBoolean();
    /** One for the open swapchain, one for a running acquire, one for each image that is not destroyed. */
    private final AtomicInteger references = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong presentSequence = new AtomicLong();
    private final AtomicLong acquired = new AtomicLong();
    private final AtomicLong presented = new AtomicLong();
    private final AtomicLong discarded = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();

    private final AtomicReference<Target> target = new AtomicReference<>(); // null: suspended
    private volatile PresentMode presentMode = PresentMode.MAILBOX;
    private volatile long pulseTime;
    private volatile Thread waiter;
    /** Every image that is not known to be destroyed, old generations first. Replaced by the acquiring thread only. */
    private volatile ImageSlot[] slots = {};
    private final AtomicReference<ImageSlot> displayed = new AtomicReference<>();
    private volatile long completedEpoch;
    private volatile boolean readerGone;
    private volatile long completedNanos; // of the last frame
    private volatile boolean awaited; // the last acquire found no image, or somebody waits until rendering is done
    private volatile SwapchainImages images;
    private Generation generation; // acquiring thread
    private Generation replaced; // acquiring thread: its handles are valid until the next acquire
    private volatile long drawnFrames; // written by the reader
    private volatile long presentToDisplayNanos; // written by the reader

    /**
     * Makes a suspended swapchain.
     *
     * @param listener its surroundings
     * @param onUiThread tells whether the calling thread must not wait
     */
    public FrameSwapchain(Listener listener, BooleanSupplier onUiThread) {
        this.listener = Objects.requireNonNull(listener);
        this.onUiThread = Objects.requireNonNull(onUiThread);
    }

    // ---- the renderer's side

    @Override
    public Acquired acquire(Duration timeout) {
        BridgeException.requireArgument(timeout, "timeout", "Use Duration.ZERO to not wait.");
        long nanos = Math.max(0, TimeUnit.NANOSECONDS.convert(timeout)); // saturates at 292 years
        if (nanos > 0 && onUiThread.getAsBoolean()) {
            throw new BridgeException(Reason.ILLEGAL_STATE,
                    "acquire would wait " + timeout
                            + " on the JavaFX thread. Call it on a render thread, or with Duration.ZERO.");
        }
        if (!acquiring.compareAndSet(false, true)) {
            throw new BridgeException(Reason.ILLEGAL_STATE,
                    "Two threads are in acquire of one swapchain. Let one thread render a view.");
        }
        try {
            if (!retain()) {
                return CLOSED;
            }
            try {
                abandonReplaced();
                return acquireBefore(System.nanoTime() + nanos);
            } finally {
                waiter = null;
                release();
            }
        } finally {
            acquiring.set(false);
        }
    }

    private Acquired acquireBefore(long deadline) {
        waiter = Thread.currentThread(); // before looking, so that no change is missed
        while (true) {
            if (closed.get()) {
                return CLOSED;
            }
            Target wanted = target.get();
            if (wanted != null) {
                if (generation == null || generation.broken || !wanted.equals(generation.target)) {
                    if (isRenderingDone()) {
                        if (reallocate(wanted)) {
                            return closed.get() ? CLOSED : RESIZED;
                        }
                        target.compareAndSet(wanted, null); // suspended until others are wanted
                        continue;
                    }
                } else {
                    ImageSlot slot = takeFree();
                    if (slot == null) {
                        awaited = true; // before looking, so that either this or who frees one sees the other
                        slot = takeFree();
                    }
                    if (slot != null) {
                        awaited = false;
                        return slot.ready;
                    }
                    if (isRetiring()) {
                        listener.starving();
                    }
                }
            }
            long left = deadline - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return wanted == null ? SUSPENDED : TIMEOUT;
            }
            LockSupport.parkNanos(this, left);
        }
    }

    private boolean isRetiring() {
        for (ImageSlot slot : slots) {
            if (slot.state() == State.RETIRING) {
                return true;
            }
        }
        return false;
    }

    /** Takes the image that was presented longest ago, so that the GPU has as much time as there is between uses. */
    private ImageSlot takeFree() {
        while (true) {
            ImageSlot best = null;
            for (ImageSlot slot : slots) {
                if (slot.generation == generation && slot.state() == State.FREE
                        && (best == null || slot.sequence < best.sequence)) {
                    best = slot;
                }
            }
            if (best == null) {
                return null;
            }
            if (best.change(State.FREE, State.ACQUIRED)) { // else close has just destroyed it
                best.renderedValue++;
                best.pulseTime = pulseTime;
                best.drawn = false;
                acquired.incrementAndGet();
                return best;
            }
        }
    }

    private boolean reallocate(Target wanted) {
        List<? extends PresentableImage> made = wanted.allocator().allocate(wanted.spec());
        if (made.isEmpty()) {
            return false;
        }
        Generation next = new Generation(generation == null ? 1 : generation.number + 1, wanted,
                presentSequence.get() + 1);
        List<ImageSlot> live = new ArrayList<>();
        for (ImageSlot slot : slots) {
            if (slot.state() != State.DEAD) {
                live.add(slot);
            }
        }
        List<SwapchainImages.Image> handles = new ArrayList<>();
        for (PresentableImage image : made) {
            references.incrementAndGet();
            live.add(new ImageSlot(this, next, handles.size(), image));
            handles.add(new SwapchainImages.Image(image.image(), image.imageView()));
        }
        ImageSpec spec = wanted.spec();
        slots = live.toArray(ImageSlot[]::new);
        replaced = generation;
        generation = next;
        images = new SwapchainImages(next.number, spec.width(), spec.height(), spec.scaleX(), spec.format(),
                made.stream().allMatch(PresentableImage::storage), handles);
        if (closed.get()) {
            next.abandoned = true; // close came before these slots could be seen
            destroyFree();
        }
        return true;
    }

    private void abandonReplaced() {
        if (replaced != null) {
            replaced.abandoned = true;
            replaced = null;
            destroyFree();
        }
    }

    /**
     * Tells whether no image is being rendered: nothing is acquired, all that was presented has completed. When it
     * becomes so, {@link Listener#progress} is called.
     *
     * @return true if so
     */
    public boolean isRenderingDone() {
        awaited = true; // before looking
        for (ImageSlot slot : slots) {
            State state = slot.state();
            if (state == State.ACQUIRED || state == State.PRESENTED) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void present(Frame frame) {
        BridgeException.requireArgument(frame, "frame", "Present what acquire has handed out.");
        if (!(frame instanceof ImageSlot slot) || slot.owner != this) {
            throw new BridgeException(Reason.INVALID_ARGUMENT,
                    "This frame is not of this swapchain. Present a frame to the swapchain that handed it out.");
        }
        if (slot.state() == State.ACQUIRED) { // else these are another's, and the next line throws
            slot.presentNanos = System.nanoTime();
            slot.sequence = presentSequence.incrementAndGet();
        }
        give(slot, State.PRESENTED);
        presented.incrementAndGet();
        listener.presented(slot);
    }

    void discard(ImageSlot slot) {
        give(slot, State.FREE);
        discarded.incrementAndGet();
        freed(slot);
        listener.discarded();
    }

    private static void give(ImageSlot slot, State to) {
        if (!slot.change(State.ACQUIRED, to)) {
            throw new BridgeException(Reason.ILLEGAL_STATE,
                    "This frame is not acquired: it was presented or discarded before. Acquire the next one.");
        }
    }

    @Override
    public SwapchainImages images() {
        return images;
    }

    // ---- the waiter's side

    /**
     * The GPU has rendered a presented frame.
     *
     * @param slot the frame
     */
    public void completed(ImageSlot slot) {
        if (closed.get()) {
            slot.change(State.PRESENTED, State.FREE);
            freed(slot);
            return;
        }
        completedNanos = System.nanoTime();
        slot.change(State.PRESENTED, State.READY);
        if (closed.get()) { // close may have looked before this became ready
            freeReady(Long.MAX_VALUE);
        } else {
            boolean mailbox = presentMode == PresentMode.MAILBOX;
            dropped.addAndGet(freeReady(mailbox ? newestCompleted() : slot.generation.firstSequence));
        }
        signalIfAwaited();
        listener.frameReady();
    }

    /**
     * A presented frame cannot be shown: the device is lost, or the frame was rendered and could not be handed over.
     * The GPU does not use its image any more. It is destroyed, and the next acquire makes new ones.
     *
     * @param slot the frame
     */
    public void failed(ImageSlot slot) {
        slot.generation.broken = true;
        if (slot.change(State.PRESENTED, State.DEAD)) {
            slot.presentable().destroy(this::release);
        }
        signal();
    }

    /** The newest frame, in the order of present, that is shown or could be. */
    private long newestCompleted() {
        long newest = 0;
        for (ImageSlot slot : slots) {
            State state = slot.state();
            if (state == State.READY || state == State.DISPLAYED) {
                newest = Math.max(newest, slot.sequence);
            }
        }
        return newest;
    }

    private int freeReady(long before) {
        int count = 0;
        for (ImageSlot slot : slots) {
            if (slot.state() == State.READY && slot.sequence < before && slot.change(State.READY, State.FREE)) {
                count++;
                freed(slot);
            }
        }
        return count;
    }

    // ---- the view's side

    /**
     * Says what images are wanted. Takes effect at the next acquire.
     *
     * @param wanted the images, or null to suspend: acquire then hands out none
     */
    public void configure(Target wanted) {
        target.set(wanted);
        signal();
    }

    /**
     * Returns what images are wanted.
     *
     * @return the last {@link #configure}; null while suspended
     */
    public Target target() {
        return target.get();
    }

    /**
     * Tells whether the next acquire will allocate.
     *
     * @return true if the images are not the wanted ones
     */
    public boolean isResizePending() {
        Target wanted = target.get();
        SwapchainImages now = images;
        return wanted != null && (now == null || newest().generation.broken
                || !wanted.equals(newest().generation.target));
    }

    /**
     * Tells whether the current images can be rendered into.
     *
     * @return false before there are any, and after one was lost: the next ones are announced by {@link Resized}
     */
    public boolean hasImages() {
        return images != null && !newest().generation.broken;
    }

    private ImageSlot newest() {
        ImageSlot[] all = slots;
        return all[all.length - 1];
    }

    /**
     * Changes the mode; frames already completed are treated by the new one.
     *
     * @param mode the mode
     */
    public void setPresentMode(PresentMode mode) {
        presentMode = Objects.requireNonNull(mode);
    }

    /**
     * Sets the time that the frames acquired from now on are meant for.
     *
     * @param nanos on System.nanoTime's scale
     */
    public void setPulseTime(long nanos) {
        pulseTime = nanos;
    }

    /**
     * Tells whether {@link #latch} would change what is shown.
     *
     * @return true if a completed frame waits
     */
    public boolean isFrameReady() {
        for (ImageSlot slot : slots) {
            if (slot.state() == State.READY) {
                return true;
            }
        }
        return false;
    }

    /**
     * Counts the frames that are not shown yet: being rendered, or completed.
     *
     * @return how many of the current images' there are
     */
    public int framesAhead() {
        ImageSlot[] all = slots;
        int ahead = 0;
        for (ImageSlot slot : all) {
            State state = slot.state();
            if (slot.generation == all[all.length - 1].generation
                    && (state == State.ACQUIRED || state == State.PRESENTED || state == State.READY)) {
                ahead++;
            }
        }
        return ahead;
    }

    /**
     * Tells whether nothing will be drawn unless a frame is rendered.
     *
     * @return true when no frame is being rendered, waits to be shown, or is shown and was not drawn yet
     */
    public boolean isIdle() {
        ImageSlot shown = displayed.get();
        return (shown == null || shown.drawn) && framesAhead() == 0;
    }

    /**
     * Returns when the GPU has completed the last frame.
     *
     * @return a time on System.nanoTime's scale; 0 before there was one
     */
    public long completedNanos() {
        return completedNanos;
    }

    /**
     * Returns how many frames were completed and never shown, as newer ones overtook them.
     *
     * @return the count so far
     */
    public long dropped() {
        return dropped.get();
    }

    /**
     * Chooses what is shown from now on: the newest completed frame, or the oldest in FIFO. The frame shown before is
     * free once its reads are completed.
     *
     * @return whether it is another one than before
     */
    public boolean latch() {
        while (!closed.get()) {
            boolean mailbox = presentMode == PresentMode.MAILBOX;
            ImageSlot best = mailbox ? newestReady() : nextInOrder();
            if (best == null) {
                return false;
            }
            if (best.change(State.READY, State.DISPLAYED)) { // else the waiter has just dropped it for a newer one
                ImageSlot before = displayed.getAndSet(best);
                if (before != null) {
                    before.change(State.DISPLAYED, State.RETIRING);
                    freeIfRead(before);
                    if ((awaited || before.generation.abandoned) && before.state() == State.RETIRING) {
                        listener.starving(); // or its memory is only kept until it has been read
                    }
                }
                if (mailbox) {
                    dropped.addAndGet(freeReady(best.sequence)); // the waiter may not have come to it yet
                }
                if (closed.get() && readerGone) {
                    readerGone(); // both came while this was latched: nobody else will free it
                }
                return true;
            }
        }
        return false;
    }

    private ImageSlot newestReady() {
        ImageSlot best = null;
        for (ImageSlot slot : slots) {
            if (slot.state() == State.READY && (best == null || slot.sequence > best.sequence)) {
                best = slot;
            }
        }
        return best;
    }

    /** Returns the frame presented first of those not shown yet, if it is completed. */
    private ImageSlot nextInOrder() {
        ImageSlot best = null;
        for (ImageSlot slot : slots) {
            State state = slot.state();
            if ((state == State.READY || state == State.PRESENTED) && (best == null || slot.sequence < best.sequence)) {
                best = slot;
            }
        }
        return best != null && best.state() == State.READY ? best : null;
    }

    // ---- the reader's side

    /**
     * Keeps the shown image as a read does, but it does not count as displayed yet.
     *
     * @param epoch the reader's epoch, from 1; never decreases
     * @return the shown image, or null when there is none
     */
    public ImageSlot announceRead(long epoch) {
        if (readerGone) {
            readerGone = false; // before the read is announced: from here on, images wait for it
        }
        ImageSlot slot;
        do {
            slot = displayed.get();
            if (slot == null) {
                return null;
            }
            slot.readEpoch = epoch; // first announce the read, then make sure that the image is still the shown one
        } while (slot != displayed.get());
        return slot;
    }

    /**
     * Begins a read of the shown image. It stays valid until {@link #readsCompleted} is called for this epoch or a
     * later one.
     *
     * @param epoch the reader's epoch, from 1; never decreases
     * @return the shown image, or null when there is none
     */
    public ImageSlot beginRead(long epoch) {
        ImageSlot slot = announceRead(epoch);
        if (slot == null) {
            return null;
        }
        if (!slot.drawn) {
            slot.drawn = true;
            presentToDisplayNanos = System.nanoTime() - slot.presentNanos;
            drawnFrames = drawnFrames + 1;
            listener.drawn();
        }
        return slot;
    }

    /**
     * All reads of this epoch and of those before it are over, on the GPU too.
     *
     * @param epoch the epoch
     */
    public void readsCompleted(long epoch) {
        completedEpoch = epoch;
        for (ImageSlot slot : slots) {
            freeIfRead(slot);
        }
    }

    /**
     * The reader reads nothing any more, the shown image included. A reader that comes later may count from 1 again.
     */
    public void readerGone() {
        readerGone = true;
        ImageSlot last = displayed.getAndSet(null);
        if (last != null) {
            last.change(State.DISPLAYED, State.RETIRING);
        }
        for (ImageSlot slot : slots) {
            slot.readEpoch = 0; // of the reader that left; only it may have announced a read
        }
        readsCompleted(0);
    }

    private void freeIfRead(ImageSlot slot) {
        if (slot.state() == State.RETIRING && (readerGone || slot.readEpoch <= completedEpoch)
                && slot.change(State.RETIRING, State.FREE)) {
            freed(slot);
        }
    }

    // ---- the end

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        target.set(null);
        for (ImageSlot slot : slots) {
            slot.generation.abandoned = true;
        }
        freeReady(Long.MAX_VALUE);
        destroyFree();
        if (readerGone) {
            readerGone(); // and what was latched since
        }
        signal();
        release();
    }

    /**
     * Tells whether close was called.
     *
     * @return true if so
     */
    public boolean isClosed() {
        return closed.get();
    }

    /** Something changed to FREE. */
    private void freed(ImageSlot slot) {
        if (slot.generation.abandoned || closed.get()) {
            destroyIfFree(slot);
        }
        signalIfAwaited();
    }

    private void destroyFree() {
        for (ImageSlot slot : slots) {
            if (slot.generation.abandoned) {
                destroyIfFree(slot);
            }
        }
    }

    private void destroyIfFree(ImageSlot slot) {
        if (slot.change(State.FREE, State.DEAD)) {
            slot.presentable().destroy(this::release);
        }
    }

    private void signal() {
        Thread thread = waiter;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
        listener.progress();
    }

    /** As {@link #signal}, of what happens with every frame: a renderer that waits for nothing is not woken. */
    private void signalIfAwaited() {
        if (awaited || waiter != null) {
            signal();
        }
    }

    private boolean retain() {
        return references.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    private void release() {
        if (references.decrementAndGet() == 0) {
            listener.drained();
        }
    }

    /**
     * Returns the counts so far.
     *
     * @param copies what the backend counted
     * @return a snapshot
     */
    public FrameStatistics statistics(long copies) {
        SwapchainImages now = images;
        return new FrameStatistics(acquired.get(), presented.get(), discarded.get(), dropped.get(), drawnFrames, copies,
                now == null ? 0 : now.generation(), presentToDisplayNanos);
    }
}
