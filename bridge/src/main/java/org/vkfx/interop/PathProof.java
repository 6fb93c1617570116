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
 * Proves that a path shows what Vulkan wrote, before a view goes by it: a small image of each format is written, handed over like a
 * view's, and read back through JavaFX. Once for each device in a process.
 */
final class PathProof {
    private static final Executor THREAD = Background.threads("vkfx-proof");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int WIDTH = 61; // odd sizes, so that rows may have gaps
    private static final int HEIGHT = 37;
    private static final Map<VulkanDevice, Map<InteropKind, CompletableFuture<Optional<String>>>> PROOFS = new WeakHashMap<>(); // guarded by itself

    private PathProof() {
    }

    /**
     * Proves a backend's path. Any thread; does not wait.
     *
     * @param backend available on the device
     * @param device in use until the future has completed
     * @return the difference in pixels, if there is one; fails when none could be looked for, and then is tried again by the next call
     */
    static CompletableFuture<Optional<String>> of(InteropBackend backend, DeviceRuntime device) {
        synchronized (PROOFS) {
            return PROOFS.computeIfAbsent(device.context().device(), key -> new EnumMap<>(InteropKind.class)).compute(
                    backend.kind(), (kind, known) -> known != null && !known.isCompletedExceptionally() ? known
                            : CompletableFuture.supplyAsync(() -> difference(backend, device), THREAD));
        }
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
        DeviceRuntime kept = DeviceRuntime.retain(device.context().device()); // until the image is gone, however late
        CompletableFuture<Void> gone = new CompletableFuture<>();
        try {
            int[] written = TestPattern.of(spec, 1);
            ImageUpload.fill(device.context(), image.exportable(), written, PATIENCE);
            image.finishFrame();
            return TestPattern.difference(written, BackendCheck.onRenderThread(image.texture()::sample), spec);
        } finally {
            image.destroy(() -> {
                kept.release();
                gone.complete(null);
            });
            BackendCheck.patiently(gone, "JavaFX's render thread");
        }
    }
}
