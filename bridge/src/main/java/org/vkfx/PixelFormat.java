package org.vkfx;

/**
 * Format of the images of a view. Four bytes a pixel, UNORM, holding sRGB-encoded values: what a renderer writes is
 * what JavaFX shows, no conversion takes place on the way.
 */
public enum PixelFormat {
    /** VK_FORMAT_B8G8R8A8_UNORM. */
    BGRA8(44),
    /** VK_FORMAT_R8G8B8A8_UNORM. */
    RGBA8(37);

    private final int vkFormat;

    PixelFormat(int vkFormat) {
        this.vkFormat = vkFormat;
    }

    /**
     * Returns the format in Vulkan's terms.
     *
     * @return the VkFormat
     */
    public int vkFormat() {
        return vkFormat;
    }
}
