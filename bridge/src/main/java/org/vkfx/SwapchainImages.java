package org.vkfx;

import java.util.List;

/**
 * The images of a swapchain. All are 2D, one layer, one level, one sample, optimal tiling, exclusive sharing, usage
 * COLOR_ATTACHMENT | SAMPLED | TRANSFER_SRC | TRANSFER_DST, and STORAGE where {@link #storage()} says so; those that
 * are shared with OpenGL may have more usages, and VK_IMAGE_CREATE_MUTABLE_FORMAT_BIT. The bridge owns images and
 * views; renderers must not destroy them. Immutable.
 *
 * @param generation grows with every reallocation, from 1
 * @param width width in pixels
 * @param height height in pixels
 * @param renderScale pixels per logical unit of JavaFX, horizontally; the view's size is about width / renderScale
 * @param format the format
 * @param storage whether usage includes STORAGE
 * @param images one for each index
 * @see <a href="https://registry.khronos.org/vulkan/specs/latest/man/html/VkImageCreateInfo.html">VkImageCreateInfo</a>
 */
public record SwapchainImages(int generation, int width, int height, double renderScale, PixelFormat format,
        boolean storage, List<Image> images) {
    /**
     * One image.
     *
     * @param image the VkImage
     * @param view a VkImageView of it: 2D, the image's format, identity swizzle, colour aspect
     */
    public record Image(long image, long view) {
    }

    /** Checks that nothing is null and copies the list. */
    public SwapchainImages {
        BridgeException.requireArgument(format, "format", "Use a constant of PixelFormat.");
        images = List.copyOf(BridgeException.requireArgument(images, "images", "Use one for each index."));
    }

    /**
     * Returns how many images there are.
     *
     * @return the number of images
     */
    public int count() {
        return images.size();
    }
}
