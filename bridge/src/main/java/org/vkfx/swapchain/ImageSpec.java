package org.vkfx.swapchain;

import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.PixelFormat;

/**
 * What a view wants its images to be.
 *
 * @param width pixels
 * @param height pixels
 * @param scaleX pixels per logical unit, horizontally
 * @param scaleY pixels per logical unit, vertically
 * @param format the format
 * @param alpha the meaning of alpha
 * @param count number of images
 * @param storage whether they are asked for with usage STORAGE also where that has a price
 */
public record ImageSpec(int width, int height, double scaleX, double scaleY, PixelFormat format, AlphaMode alpha,
        int count, boolean storage) {
    /** Fewest images: one on screen, one being rendered. */
    public static final int MIN_COUNT = 2;
    /** Most images. */
    public static final int MAX_COUNT = 16;

    /** Checks the ranges; limits of the device are checked where the images are allocated. */
    public ImageSpec {
        if (width <= 0 || height <= 0) {
            throw new BridgeException(Reason.INVALID_ARGUMENT,
                    "Images of " + width + "x" + height + " pixels are impossible. Give the view a size over 0.");
        }
        checkCount(count);
    }

    /**
     * Checks a number of images.
     *
     * @param count the number
     * @throws BridgeException when it is out of range
     */
    public static void checkCount(int count) {
        if (count < MIN_COUNT || count > MAX_COUNT) {
            throw new BridgeException(Reason.INVALID_ARGUMENT, "imageCount is " + count + ". Use " + MIN_COUNT + " to "
                    + MAX_COUNT + "; 4 lets a free-running renderer and JavaFX work without waiting for each other.");
        }
    }
}
