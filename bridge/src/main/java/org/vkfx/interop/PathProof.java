package org.vkfx.interop;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import org.vkfx.AlphaMode;
import org.vkfx.InteropKind;
import org.vkfx.PixelFormat;
import org.vkfx.VulkanDevice;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.vulkan.ImageUpload;

/**
 * Proves that a path shows what Vulkan wrote, before a view goes by it: a small image of each format is written, handed
 * over like a view's, and read back through JavaFX. Once for each device in a process.
 */
final class PathProof {
    private static final Executor THREAD = Background.threads("vkfx-proof");
    private static final Duration FOR_EVER = Duration.ofDays(365);
    private static final int WIDTH = 61; // odd sizes, so that rows may have gaps
    private static final int HEIGHT = 37;
    /** Guarded by itself. */
    private static final Map<VulkanDevice, Map<InteropKind, CompletableFuture<Optional<String>>>> PROOFS = new WeakHashMap<>();

    private PathProof() {
    }

    /**
     * Proves a backend's path. Any thread; does not wait.
     *
     * @param backend available on the device
     * @param device in use until the future has completed
     * @return the difference in pixels, if there is one; fails when none could be looked for, and then is tried again
     *     by the next call, and when that takes long: the proof goes on
     */
    static CompletableFuture<Optional<String>> of(InteropBackend backend, DeviceRuntime device) {
        CompletableFuture<Optional<String>> proof;
        synchronized (PROOFS) {
            proof = PROOFS.computeIfAbsent(device.context().device(), key -> new EnumMap<>(InteropKind.class)).compute(
                    backend.kind(), (kind, known) -> known != null && !known.isCompletedExceptionally() ? known
                            : begin(backend, device));
        }
        return proof.isDone() ? proof
                : CompletableFuture.supplyAsync(() -> BackendCheck.patiently(proof, "A test of the path"), THREAD);
    }

    private static CompletableFuture<Optional<String>> begin(InteropBackend backend, DeviceRuntime device) {
        DeviceRuntime kept = DeviceRuntime.retain(device.context().device()); // however long it takes
        CompletableFuture<Optional<String>> proof = new CompletableFuture<>();
        try {
            THREAD.execute(() -> {
                try {
                    Optional<String> difference = difference(backend, device);
                    kept.release();
                    proof.complete(difference);
                } catch (Throwable e) {
                    kept.release();
                    proof.completeExceptionally(e);
                }
            });
        } catch (RuntimeException | Error e) { // no thread
            kept.release();
            throw e;
        }
        return proof;
    }

    private static Optional<String> difference(InteropBackend backend, DeviceRuntime device) {
        for (PixelFormat format : PixelFormat.values()) {
            ImageSpec spec = new ImageSpec(WIDTH, HEIGHT, 1, 1, format, AlphaMode.PREMULTIPLIED, ImageSpec.MIN_COUNT,
                    false);
            Optional<PrismImage> image = backend.testImage(device, spec);
            Optional<String> difference = image.flatMap(shared -> difference(shared, device, spec));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> difference(PrismImage image, DeviceRuntime device, ImageSpec spec) {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        try {
            int[] written = TestPattern.of(spec, 1);
            // The GPU may write until it is done.
            ImageUpload.fill(device.context(), image.exportable(), written, FOR_EVER);
            image.finishFrame(FOR_EVER);
            return TestPattern.difference(written, BackendCheck.onRenderThread(image.texture()::sample), spec);
        } finally {
            image.destroy(() -> gone.complete(null));
            gone.join();
        }
    }
}
