package org.vkfx;

import java.time.Duration;

/**
 * The images between a Vulkan renderer and a view, in Vulkan's terms. Programs with a render loop of their own use
 * this; others set a {@link FrameRenderer}.
 *
 * <!-- sample: in a method with (Swapchain swapchain, Consumer<Frame> submit, Consumer<SwapchainImages> prepare) -->
 *
 * <pre>{@code
 * boolean running = true;
 * while (running) {
 *     switch (swapchain.acquire(Duration.ofMillis(100))) {
 *         case Ready(Frame frame) -> {
 *             submit.accept(frame);
 *             swapchain.present(frame);
 *         }
 *         case Resized() -> prepare.accept(swapchain.images());
 *         case Timeout(), Suspended() -> {
 *         }
 *         case Closed() -> running = false;
 *     }
 * }
 * }</pre>
 *
 * <p>One thread at a time may acquire. Any thread may present what was acquired, and close. The view owns the swapchain
 * and closes it when it lets go of the device. What goes wrong after present, such as a lost device, reaches the view's
 * property {@code error}.
 */
public interface Swapchain extends AutoCloseable {
    /** What {@link #acquire} returns. A switch over it that names all five needs no default. */
    sealed interface Acquired permits Ready, Timeout, Resized, Suspended, Closed {
    }

    /**
     * An image to render into.
     *
     * @param frame the frame, the caller's until present or discard
     */
    record Ready(Frame frame) implements Acquired {
        /** Checks that there is a frame. */
        public Ready {
            BridgeException.requireArgument(frame, "frame", "Use the frame that was acquired.");
        }
    }

    /** No image became free in time. */
    record Timeout() implements Acquired {
    }

    /**
     * The images are new: see {@link #images()}. All work on the old ones has completed; their handles stay valid until
     * the next call of acquire.
     */
    record Resized() implements Acquired {
    }

    /** Nothing can be shown now (no window, hidden, no size); the time-out has passed meanwhile. */
    record Suspended() implements Acquired {
    }

    /** The swapchain was closed; it will never hand out a frame again. */
    record Closed() implements Acquired {
    }

    /**
     * Hands out an image that nobody reads or writes. Waits for one up to the time-out; allocates when the size has
     * changed, on the calling thread. New images are made when all frames have been presented or discarded and their
     * work has completed. A thread that is interrupted does not wait, and stays interrupted.
     *
     * @param timeout the longest to wait; zero or less does not wait
     * @return what happened
     * @throws BridgeException with {@link BridgeException.Reason#ILLEGAL_STATE} when another thread is in acquire, or
     *     on the JavaFX thread with a time-out over zero; when images cannot be allocated with
     *     {@link BridgeException.Reason#INVALID_ARGUMENT} (too large; or the time-out is null),
     *     {@link BridgeException.Reason#MISSING_CAPABILITY}, {@link BridgeException.Reason#REFUSED} or
     *     {@link BridgeException.Reason#DEVICE_LOST}; a later call tries again
     */
    Acquired acquire(Duration timeout);

    /**
     * Takes a frame whose work has been submitted and shows it once the work has completed, which is when
     * {@link Frame#rendered()} reaches {@link Frame#renderedValue()}. Does not wait, but for the
     * {@linkplain VulkanDevice#queueLock() queue lock} at most.
     *
     * @param frame a frame that this swapchain's acquire returned
     * @throws BridgeException with {@link BridgeException.Reason#ILLEGAL_STATE} when the frame is not acquired
     *     (presented twice, or discarded), with {@link BridgeException.Reason#INVALID_ARGUMENT} when it belongs to
     *     another swapchain
     */
    void present(Frame frame);

    /**
     * Returns the current images. Any thread; those that acquire hands out belong to them.
     *
     * @return the images, or null before the first {@link Resized}
     */
    SwapchainImages images();

    /**
     * Ends it; idempotent, any thread, does not wait. Frames still acquired may be presented or discarded afterwards;
     * the images go when they have been. Programs need not call this: the view does.
     */
    @Override
    void close();
}
