package org.vkfx;

/**
 * Format of the images of a view. Four bytes a pixel, UNORM, holding sRGB-encoded values: what a renderer writes is
 * what JavaFX shows, no conversion takes place on the way. A renderer that computes in linear light encodes at its end.
 *
 * @see <a href="https://registry.khronos.org/vulkan/specs/latest/man/html/VkFormat.html">VkFormat</a>
 */
public enum PixelFormat {
    /** VK_FORMAT_B8G8R8A8_UNORM: JavaFX's own order, and possible with every queue. */
    BGRA8(44),
    /** VK_FORMAT_R8G8B8A8_UNORM. By {@link InteropKind#HOST} it needs a queue with graphics. */
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
