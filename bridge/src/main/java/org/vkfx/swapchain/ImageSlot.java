package org.vkfx.swapchain;

import java.util.concurrent.atomic.AtomicReference;

import org.vkfx.Frame;
import org.vkfx.Swapchain;
import org.vkfx.swapchain.ImageAllocator.PresentableImage;

/** One image of a {@link FrameSwapchain} and its state; to the renderer, the frame. */
public final class ImageSlot implements Frame {
    /** The states of an image, in the order of a frame's way. */
    public enum State {
        /** Nobody uses it. */
        FREE,
        /** The renderer's. */
        ACQUIRED,
        /** Submitted; the GPU may still write it. */
        PRESENTED,
        /** Completed, not shown yet. */
        READY,
        /** What JavaFX shows. */
        DISPLAYED,
        /** Was shown; JavaFX's GPU may still read it. */
        RETIRING,
        /** Destroyed. */
        DEAD
    }

    final FrameSwapchain owner;
    final Generation generation;
    final Swapchain.Ready ready = new Swapchain.Ready(this);
    private final PresentableImage image;
    private final int index;
    private final AtomicReference<State> state = new AtomicReference<>(State.FREE);

    // Written by whoever owns the slot in its state, published by the state's change.
    long renderedValue;
    long pulseTime;
    long presentNanos;
    long sequence;
    volatile boolean drawn;
    /** The epoch of the last read that was announced. Written by JavaFX's render thread at any time. */
    volatile long readEpoch;

    ImageSlot(FrameSwapchain owner, Generation generation, int index, PresentableImage image) {
        this.owner = owner;
        this.generation = generation;
        this.index = index;
        this.image = image;
    }

    /** What the images of one allocation have in common. */
    static final class Generation {
        final int number;
        final FrameSwapchain.Target target;
        /** Of its first frame: those of older generations come before, and have been rendered. */
        final long firstSequence;
        /** The renderer has turned to newer images: what becomes free is destroyed. */
        volatile boolean abandoned;
        /** One of its images was destroyed, as its frame will never complete. */
        volatile boolean broken;

        Generation(int number, FrameSwapchain.Target target, long firstSequence) {
            this.number = number;
            this.target = target;
            this.firstSequence = firstSequence;
        }
    }

    /**
     * Returns the state; it may have changed by the time the caller looks at it.
     *
     * @return the state
     */
    public State state() {
        return state.get();
    }

    boolean change(State from, State to) {
        return state.compareAndSet(from, to);
    }

    /**
     * Returns what the allocator made.
     *
     * @return the image
     */
    public PresentableImage presentable() {
        return image;
    }

    /**
     * Returns what the image was made for.
     *
     * @return the specification
     */
    public ImageSpec spec() {
        return generation.target.spec();
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public int generation() {
        return generation.number;
    }

    @Override
    public long image() {
        return image.image();
    }

    @Override
    public long imageView() {
        return image.imageView();
    }

    @Override
    public int width() {
        return spec().width();
    }

    @Override
    public int height() {
        return spec().height();
    }

    @Override
    public double renderScale() {
        return spec().scaleX();
    }

    @Override
    public long pulseTime() {
        return pulseTime;
    }

    @Override
    public long rendered() {
        return image.rendered();
    }

    @Override
    public long renderedValue() {
        return renderedValue;
    }

    @Override
    public void discard() {
        owner.discard(this);
    }
}
