package org.vkfx;

/**
 * What an application implements to draw a view. All methods are called on the device's one render thread, never
 * concurrently, also for several views. Every submission to the device's queue happens inside
 * {@link VulkanDevice#queueLock()}.
 *
 * <p>What a method throws ends rendering of that view, reaches the view's {@code error} property as a
 * {@link BridgeException} and leaves the last good frame on screen; setting another renderer starts again.
 */
public interface FrameRenderer extends AutoCloseable {
    /**
     * The images are new: at first, after a change of size or format, after a change of device. All work on the old
     * ones has completed; their handles stay valid until this returns.
     *
     * @param images the new images
     * @throws Exception ends rendering
     */
    void imagesChanged(SwapchainImages images) throws Exception;

    /**
     * Records and submits one frame as {@link Frame} demands, or calls {@link Frame#discard()}. The bridge presents it
     * afterwards.
     *
     * @param frame the frame
     * @throws Exception ends rendering; nothing may have been submitted for the frame
     */
    void render(Frame frame) throws Exception;

    /**
     * The view needs this renderer no more. All work that was presented has completed. Called once; what it throws is
     * logged.
     */
    @Override
    default void close() {
    }
}
