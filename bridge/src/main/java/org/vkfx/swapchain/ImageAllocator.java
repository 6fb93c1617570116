package org.vkfx.swapchain;

import java.util.List;

/** Makes the images of a swapchain. */
public interface ImageAllocator {
    /**
     * One image with what it needs to be rendered and shown.
     */
    interface PresentableImage {
        /**
         * Returns the image.
         *
         * @return the VkImage
         */
        long image();

        /**
         * Returns a view of the image.
         *
         * @return the VkImageView
         */
        long imageView();

        /**
         * Returns the image's own timeline semaphore.
         *
         * @return the VkSemaphore
         */
        long rendered();

        /**
         * Returns whether the image can be used as a storage image.
         *
         * @return true if so
         */
        boolean storage();

        /**
         * Destroys it; called once, on any thread, must not wait. Neither Vulkan nor JavaFX uses the image any more.
         *
         * @param done to be run when nothing is left
         */
        void destroy(Runnable done);
    }

    /**
     * Allocates images, on the thread that acquires.
     *
     * @param spec what they are to be
     * @return {@code spec.count()} images; or none when others will be wanted soon, from another allocator; nothing is
     *     left behind when this throws
     */
    List<? extends PresentableImage> allocate(ImageSpec spec);
}
