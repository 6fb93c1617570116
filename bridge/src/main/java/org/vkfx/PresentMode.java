package org.vkfx;

/**
 * What happens when frames are completed faster than JavaFX shows them. Named after VkPresentModeKHR.
 *
 * @see <a href="https://registry.khronos.org/vulkan/specs/latest/man/html/VkPresentModeKHR.html">VkPresentModeKHR</a>
 */
public enum PresentMode {
    /**
     * The newest completed frame is shown; older ones that were never shown are dropped and their images free again.
     */
    MAILBOX,
    /**
     * Every frame is shown, in order; {@link Swapchain#acquire acquire} waits when all images are taken. Only frames of
     * images that have been replaced, as by a resize, are dropped once one of the new images is completed.
     */
    FIFO
}
