package org.vkfx;

/**
 * One image of a {@link Swapchain}, from acquire to present or discard. The bridge owns the image, its view and its
 * semaphore: renderers use them, and never destroy them.
 *
 * <p><b>The image contract.</b> On acquire: contents undefined, layout VK_IMAGE_LAYOUT_UNDEFINED, free of readers (the
 * bridge has observed that on the CPU, so there is no semaphore to wait on). The first barrier or render pass names
 * VK_IMAGE_LAYOUT_UNDEFINED as the old layout, and needs no transfer of ownership. On present: the renderer has
 * <em>submitted</em> work to the {@linkplain VulkanDevice#queue() device's queue} that
 * <ol>
 * <li>writes every pixel (UNORM, sRGB-encoded, row 0 on top, premultiplied or opaque as the view's alpha mode says),
 * <li>ends with an image memory barrier to layout {@link #presentLayout()} that makes its writes available and releases
 * ownership from the queue's family to {@link #presentQueueFamily()} (srcStage and srcAccess of the last writes;
 * dstStage BOTTOM_OF_PIPE, dstAccess 0),
 * <li>signals the timeline semaphore {@link #rendered()} with the value {@link #renderedValue()}.
 * </ol>
 * Present may be called at once after the submission: the bridge waits for the value on a thread of its own, and JavaFX
 * shows completed frames only. What present submits to the same queue, such as the host path's copy, follows that work.
 * So where a program renders on another queue, its submission to this one waits for that; otherwise the host path may
 * show an unfinished picture.
 *
 * <p>A frame object is used again for later frames of the same image: its values are this frame's until present or
 * discard. Not thread-safe: one thread at a time uses it.
 *
 * @see <a href="https://docs.vulkan.org/spec/latest/chapters/synchronization.html#synchronization-queue-transfers">
 *     Vulkan: queue family ownership transfer</a>
 * @see <a href="https://registry.khronos.org/vulkan/specs/latest/man/html/VkTimelineSemaphoreSubmitInfo.html">
 *     VkTimelineSemaphoreSubmitInfo</a>
 */
public interface Frame {
    /** VK_QUEUE_FAMILY_EXTERNAL. */
    int QUEUE_FAMILY_EXTERNAL = ~1;
    /** VK_IMAGE_LAYOUT_GENERAL. */
    int LAYOUT_GENERAL = 1;

    /**
     * Returns the position of this frame's image in {@link SwapchainImages#images()}.
     *
     * @return index from 0
     */
    int index();

    /**
     * Returns the generation of the images this frame belongs to.
     *
     * @return {@link SwapchainImages#generation()}
     */
    int generation();

    /**
     * Returns the image to render into.
     *
     * @return the VkImage
     */
    long image();

    /**
     * Returns a view of the image: 2D, the image's format, identity swizzle, colour aspect.
     *
     * @return the VkImageView
     */
    long imageView();

    /**
     * Returns the width.
     *
     * @return pixels
     */
    int width();

    /**
     * Returns the height.
     *
     * @return pixels
     */
    int height();

    /**
     * Returns the scale between JavaFX's logical units and pixels: the window's render scale × the view's resolution
     * scale. A line one logical unit wide is as wide as this.
     *
     * @return pixels per logical unit, horizontally
     */
    double renderScale();

    /**
     * Returns the time of the pulse that this frame is meant for: animate by it rather than by the clock.
     *
     * @return nanoseconds, on {@link System#nanoTime()}'s scale
     */
    long pulseTime();

    /**
     * Returns the timeline semaphore that the submission signals when the image is rendered.
     *
     * @return the VkSemaphore
     */
    long rendered();

    /**
     * Returns the value to signal {@link #rendered()} with. Each image has a semaphore of its own, on which the values
     * grow from frame to frame; a discarded frame's value is never signalled.
     *
     * @return the timeline value
     */
    long renderedValue();

    /**
     * Returns the layout in which the image is presented.
     *
     * @return VK_IMAGE_LAYOUT_GENERAL
     */
    default int presentLayout() {
        return LAYOUT_GENERAL;
    }

    /**
     * Returns the queue family that the presented image's ownership is released to.
     *
     * @return VK_QUEUE_FAMILY_EXTERNAL
     */
    default int presentQueueFamily() {
        return QUEUE_FAMILY_EXTERNAL;
    }

    /**
     * Gives the frame back unpresented; the view keeps what it shows. Only before anything was submitted that uses the
     * image.
     *
     * @throws BridgeException with {@link BridgeException.Reason#ILLEGAL_STATE} when the frame was presented or
     *     discarded before
     */
    void discard();
}
