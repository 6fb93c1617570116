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
 * <p>One thread at a time may acquire. Any thread may present what was acquired, and close.
 */
public interface Swapchain extends AutoCloseable {
    /** What {@link #acquire} returns. */
    sealed interface Acquired permits Ready, Timeout, Resized, Suspended, Closed {
    }

    /**
     * An image to render into.
     *
     * @param frame the frame, the caller's until present or discard
     */
    record Ready(Frame frame) implements Acquired {
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

    /** Nothing can be shown now (no window, hidden, no size); the time out has passed meanwhile. */
    record Suspended() implements Acquired {
    }

    /** The swapchain was closed; it will never hand out a frame again. */
    record Closed() implements Acquired {
    }

    /**
     * Hands out an image that nobody reads or writes. Waits for one up to the time out; allocates when the size has
     * changed, on the calling thread.
     *
     * @param timeout the longest to wait; zero does not wait
     * @return what happened
     * @throws BridgeException when another thread is in acquire, on the JavaFX thread with a time out over zero, or
     *     when images cannot be allocated
     */
    Acquired acquire(Duration timeout);

    /**
     * Takes a frame whose work has been submitted and shows it once the work has completed. Does not wait.
     *
     * @param frame a frame that this swapchain's acquire returned
     * @throws BridgeException when the frame is not acquired (presented twice, or discarded) or belongs to another
     *     swapchain
     */
    void present(Frame frame);

    /**
     * Returns the current images.
     *
     * @return the images, or null before the first {@link Resized}
     */
    SwapchainImages images();

    /**
     * Ends it; idempotent, any thread, does not wait. Frames still acquired may be presented or discarded afterwards.
     */
    @Override
    void close();
}
