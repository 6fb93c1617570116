package org.vkfx.interop;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import javafx.scene.Node;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport.Finding;
import org.vkfx.swapchain.FrameSwapchain;
import org.vkfx.swapchain.ImageAllocator;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.PhysicalDevice;

/**
 * One way for pixels from Vulkan to JavaFX. Stateless; classes of other pipelines are not linked before {@link #probe}
 * agreed.
 */
public interface InteropBackend {
    /**
     * What a backend found.
     *
     * @param finding the finding
     * @param reason what is thrown when this kind was forced and is not available
     * @param gpu name of the GPU that JavaFX renders with, or "" where this backend cannot tell
     * @param gpuUuid its deviceUUID as 32 hexadecimal digits, or ""
     * @param gpuLuid its deviceLUID read big-endian, or empty
     */
    record Probe(Finding finding, Reason reason, String gpu, String gpuUuid, OptionalLong gpuLuid) {
        /**
         * What was found without looking at a GPU.
         *
         * @param finding the finding
         * @param reason what is thrown when this kind was forced and is not available
         */
        public Probe(Finding finding, Reason reason) {
            this(finding, reason, "", "", OptionalLong.empty());
        }

        /**
         * Adds the GPU.
         *
         * @param name its name
         * @param uuid its deviceUUID, or ""
         * @param luid its deviceLUID, or empty
         * @return the same finding about this GPU
         */
        public Probe on(String name, String uuid, OptionalLong luid) {
            return new Probe(finding, reason, name, uuid, luid);
        }

        /** Whether the GPU is known. */
        boolean knowsGpu() {
            return !gpu.isEmpty();
        }
    }

    /** One view's images in JavaFX. */
    interface Surface {
        /**
         * Returns what allocates images that this surface can show.
         *
         * @return the allocator; used on the thread that acquires
         */
        ImageAllocator allocator();

        /**
         * Returns what shows the images. JavaFX thread.
         *
         * @return the node, the same at every call
         */
        Node node();

        /** A completed frame waits: show it in the pulse under way. JavaFX thread. */
        void frameReady();

        /**
         * Chooses the filter. JavaFX thread.
         *
         * @param smooth true for linear
         */
        void setSmooth(boolean smooth);

        /**
         * Returns how many copies and uploads were made.
         *
         * @return the count; any thread
         */
        long copies();

        /**
         * The renderer waits for an image that JavaFX may have read already: say so soon. Any thread; does not wait.
         */
        void hurry();

        /**
         * Shows nothing any more. Called once, on any thread; does not wait.
         *
         * @param done to be run, on any thread, once JavaFX has read all it ever will of the images
         */
        void close(Runnable done);
    }

    /** Whom a surface serves. */
    interface Owner {
        /**
         * Returns where the frames are.
         *
         * @return the swapchain
         */
        FrameSwapchain swapchain();

        /**
         * The surface cannot go on: an import or a wrap was refused. Any thread, any number of times.
         *
         * @param e why
         */
        void surfaceFailed(BridgeException e);
    }

    /**
     * Returns the kind.
     *
     * @return neither AUTO nor null
     */
    InteropKind kind();

    /**
     * Returns the device extensions that this backend uses where they exist, beyond Vulkan 1.2. It needs some of them.
     *
     * @return names
     */
    Set<String> deviceExtensions();

    /**
     * Tells whether a GPU is the one that JavaFX renders with, as far as probes have found out.
     *
     * @param gpu a Vulkan device
     * @return true when it surely is
     */
    boolean isGpuOfJavaFx(PhysicalDevice gpu);

    /**
     * Finds out whether this way works here. Any thread; the answer may come from another.
     *
     * @param device the device that would render; empty to ask about JavaFX's side alone
     * @return the finding; does not fail
     */
    CompletionStage<Probe> probe(Optional<DeviceContext> device);

    /**
     * Opens a surface. JavaFX thread, after a probe for this device found the backend available.
     *
     * @param device the device that renders
     * @param owner whom it serves
     * @return the surface; the caller closes it
     */
    Surface open(DeviceRuntime device, Owner owner);

    /**
     * Makes one image as those of a view, for a test of the path. Not the JavaFX thread; after a probe for this device
     * found the backend available.
     *
     * @param device the device that renders
     * @param spec the image; its count does not matter
     * @return the image, which the caller closes; empty where JavaFX shares no memory with Vulkan
     * @throws BridgeException as {@link ImageAllocator#allocate}
     */
    default Optional<PrismImage> testImage(DeviceRuntime device, ImageSpec spec) {
        return Optional.empty();
    }

    /**
     * Makes the checks of this backend's chain. Any thread, after a probe for this device found the backend available.
     *
     * @param device the device that renders; in use until the checks were run
     * @return the checks, not run yet
     */
    BackendCheck check(DeviceRuntime device);
}
