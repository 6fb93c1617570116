package org.vkfx;

/**
 * What an application implements to draw a view. All methods are called on the device's one render thread, never
 * concurrently, also for several views; one that no device ever called is closed on another thread. Every submission to
 * the device's queue happens inside {@link VulkanDevice#queueLock()}. That thread is never JavaFX's: a slow renderer
 * makes frames late, and the window goes on. Camera and other state of the application's has to reach the renderer in a
 * thread-safe way.
 *
 * <p>What a method throws ends rendering of that view, reaches the view's {@code error} property as a
 * {@link BridgeException} and leaves the last good frame on screen; setting another renderer starts again.
 */
public interface FrameRenderer extends AutoCloseable {
    /**
     * The images are new: at first, after a change of size, format or number. All work on the old ones has completed;
     * their handles stay valid until this returns. Framebuffers and what else belongs to them are destroyed here.
     * Called before the first {@link #render}.
     *
     * @param images the new images
     * @throws Exception ends rendering, as the class says
     */
    void imagesChanged(SwapchainImages images) throws Exception;

    /**
         * Records and submits one frame as {@link Frame} demands, or calls {@link Frame#discard()}. Does not wait for
         * the GPU. The bridge presents the frame when this returns. One that does neither leaves a frame that never
         * completes: resizing and closing the view wait for it, and a warning is logged.
     *
     * @param frame the frame
     * @throws Exception ends rendering; nothing may have been submitted for the frame
     */
    void render(Frame frame) throws Exception;

    /**
     * The view needs this renderer no more: it got another one or another device, or was closed. All work that was
     * presented has completed, and the device is still there. Called once; what it throws is logged.
     */
    @Override
    default void close() {
    }
}
