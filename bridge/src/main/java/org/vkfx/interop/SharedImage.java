package org.vkfx.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import org.vkfx.BridgeException;
import org.vkfx.swapchain.ImageAllocator.PresentableImage;
import org.vkfx.swapchain.ImageSlot;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.vulkan.CompletionWaiter;
import org.vkfx.vulkan.ExportableImage;
import org.vkfx.vulkan.TimelineSemaphore;

/** An image, its timeline, and the frame whose completion is awaited. Owns image and timeline. */
public abstract class SharedImage implements PresentableImage, CompletionWaiter.Completion {
    /** Receives the end of a frame's rendering, on the waiter thread. */
    public interface Watcher {
        /**
         * Rendering has ended.
         *
         * @param slot the frame
         * @param error null, or why it never will complete
         */
        void ended(ImageSlot slot, BridgeException error);
    }

    private final DeviceRuntime device;
    private final ExportableImage image;
    private final TimelineSemaphore timeline;
    private final long semaphore;
    private ImageSlot slot;
    private Watcher watcher;

    /**
     * Takes an image over.
     *
     * @param device where it lives
     * @param image owned from now on
     */
    protected SharedImage(DeviceRuntime device, ExportableImage image) {
        this.device = device;
        this.image = Objects.requireNonNull(image);
        try {
            timeline = new TimelineSemaphore(device.context(), 0);
            semaphore = timeline.handle();
        } catch (RuntimeException | Error e) {
            image.close();
            throw e;
        }
    }

    /**
     * Returns the Vulkan image.
     *
     * @return owned by this
     */
    public ExportableImage exportable() {
        return image;
    }

    /**
     * Awaits a frame's completion.
     *
     * @param frame the presented frame, of this image
     * @param whom told when it has ended
     */
    void watch(ImageSlot frame, Watcher whom) {
        slot = frame;
        watcher = whom;
        presented();
    }

    /** A frame was presented: awaits its completion. The thread that presents. */
    protected void presented() {
        device.waiter().watch(this);
    }

    /** Returns whether the GPU has rendered the frame, as far as can be told. */
    protected final boolean isRendered() {
        try {
            return timeline.value() >= slot.renderedValue();
        } catch (BridgeException e) {
            return false;
        }
    }

    @Override
    public long image() {
        return image.image();
    }

    @Override
    public long imageView() {
        return image.view();
    }

    @Override
    public long rendered() {
        return semaphore;
    }

    @Override
    public boolean storage() {
        return image.storage();
    }

    @Override
    public long semaphore() {
        return semaphore;
    }

    @Override
    public long value() {
        return slot.renderedValue();
    }

    @Override
    public void completed() {
        watcher.ended(slot, null);
    }

    @Override
    public void failed(BridgeException e) {
        timeline.settle(slot.renderedValue()); // bridge and application destroy next what the frame uses
        watcher.ended(slot, e);
    }

    @Override
    public String toString() {
        return "The frame presented in image " + slot.index() + " of generation " + slot.generation() + " ("
                + slot.width() + "x" + slot.height() + ")";
    }

    @Override
    public String remedy() {
        return "Have the submission signal frame.rendered() with frame.renderedValue(), and call frame.discard() where nothing is"
                + " submitted.";
    }

    @Override
    public void destroy(Runnable done) {
        releaseFromJavaFx(() -> device.waiter().execute(() -> {
            closeVulkan();
            done.run();
        }));
    }

    /**
     * Makes the images of a specification.
     *
     * @param spec says how many
     * @param maker makes one
     * @param <I> their type
     * @return the images; when the maker throws, those made before are destroyed
     */
    public static <I extends SharedImage> List<I> allocate(ImageSpec spec, Supplier<I> maker) {
        List<I> images = new ArrayList<>();
        try {
            while (images.size() < spec.count()) {
                images.add(maker.get());
            }
            return images;
        } catch (RuntimeException | Error e) {
            images.forEach(SharedImage::closeVulkan); // JavaFX has not seen them
            throw e;
        }
    }

    /** Destroys what Vulkan has of the image. The waiter's thread, or that of a constructor that failed. */
    public void closeVulkan() {
        timeline.close();
        image.close();
    }

    /**
     * Frees what JavaFX's pipeline holds of the image.
     *
     * @param done to be run afterwards, on any thread
     */
    protected abstract void releaseFromJavaFx(Runnable done);
}
