package org.vkfx.interop.host;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import javafx.application.Platform;
import javafx.scene.Group;
import javafx.scene.Node;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.InteropBackend;
import org.vkfx.interop.SharedImage;
import org.vkfx.swapchain.FrameSwapchain;
import org.vkfx.swapchain.ImageAllocator;
import org.vkfx.swapchain.ImageSlot;
import org.vkfx.swapchain.ImageSpec;

/**
 * One view's images in host memory.
 *
 * <p>When has JavaFX read an image? A pulse in which a scene changes waits for all painting of the pulses before, and
 * painting uploads. A newly latched image is such a change; so what was shown before it has been read when that pulse
 * is over. Epochs are latches.
 */
final class HostSurface implements InteropBackend.Surface, ImageAllocator {
    private static final int MAX_SIZE = Integer.getInteger("prism.maxTextureSize", 4096);

    private final DeviceRuntime device;
    private final FrameSwapchain swapchain;
    private final HostNode node = new HostNode();
    private final Thread fxThread = Thread.currentThread();
    private long epoch; // JavaFX thread
    private boolean closed; // JavaFX thread
    private volatile long copies;

    HostSurface(DeviceRuntime device, InteropBackend.Owner owner) {
        this.device = device;
        swapchain = owner.swapchain();
    }

    @Override
    public ImageAllocator allocator() {
        return this;
    }

    @Override
    public Node node() {
        return node;
    }

    @Override
    public void frameReady() {
        if (closed || !swapchain.latch()) {
            return;
        }
        ImageSlot slot = swapchain.beginRead(++epoch);
        if (slot != null && slot.presentable() instanceof HostImage image) {
            node.show(image.update(), slot.spec());
            copies = copies + 2; // Vulkan's into host memory, and JavaFX's upload
        }
        long before = epoch - 1;
        Platform.runLater(() -> swapchain.readsCompleted(before));
    }

    @Override
    public void setSmooth(boolean smooth) {
        node.setSmooth(smooth);
    }

    @Override
    public long copies() {
        return copies;
    }

    @Override
    public List<HostImage> allocate(ImageSpec spec) {
        checkSize(spec);
        return SharedImage.allocate(spec, () -> new HostImage(device, spec));
    }

    /** JavaFX's limit, which is its own with every pipeline. */
    static void checkSize(ImageSpec spec) {
        int size = Math.max(spec.width(), spec.height());
        if (size > MAX_SIZE) {
            throw new BridgeException(Reason.INVALID_ARGUMENT,
                    "Images of " + spec.width() + "x" + spec.height() + " pixels exceed JavaFX's limit of " + MAX_SIZE
                            + ". Make the view smaller, lower its resolutionScale, or start java with -Dprism.maxTextureSize="
                            + size + ".");
        }
    }

    @Override
    public void hurry() {
        // Reads are known with the end of each pulse, and a frame that waits asks for pulses.
    }

    @Override
    public void close(Runnable done) {
        CompletableFuture<Void> read = new CompletableFuture<>();
        read.thenRun(done);
        Platform.runLater(() -> {
            closed = true;
            node.clear();
            // Public JavaFX has no job that follows the paint under way, but a snapshot does.
            new Group().snapshot(result -> {
                read.complete(null);
                return null;
            }, null, null);
            Platform.requestNextPulse();
        });
        // When JavaFX has ended, neither the job nor the snapshot comes, but its thread has waited for the last paint.
        Thread watcher = Thread.ofVirtual().start(() -> {
            try {
                fxThread.join();
                read.complete(null);
            } catch (InterruptedException e) { // the snapshot has come
                Thread.currentThread().interrupt();
            }
        });
        read.thenRun(watcher::interrupt);
    }
}
