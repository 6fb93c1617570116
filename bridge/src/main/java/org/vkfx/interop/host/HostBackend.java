package org.vkfx.interop.host;

import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import javafx.scene.image.PixelBuffer;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;

import org.vkfx.AlphaMode;
import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport.Finding;
import org.vkfx.interop.BackendCheck;
import org.vkfx.interop.Background;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.InteropBackend;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.PhysicalDevice;

/** Copies into mapped memory that is a JavaFX PixelBuffer's. */
public final class HostBackend implements InteropBackend {
    private static final Executor WARMING = Background.threads("vkfx-load");
    private static final AtomicBoolean WARM = new AtomicBoolean();

    /** Makes the backend; stateless. */
    public HostBackend() {
    }

    @Override
    public InteropKind kind() {
        return InteropKind.HOST;
    }

    @Override
    public Set<String> deviceExtensions() {
        return Set.of();
    }

    @Override
    public boolean isGpuOfJavaFx(PhysicalDevice gpu) {
        return false;
    }

    @Override
    public CompletionStage<Probe> probe(Optional<DeviceContext> device) {
        if (device.isPresent() && !WARM.getAndSet(true)) {
            WARMING.execute(HostBackend::warmUp);
        }
        return CompletableFuture.completedStage(new Probe(
                new Finding(InteropKind.HOST, true, "One copy and one upload a frame, with any pipeline and any GPU.",
                        ""),
                Reason.INTEROP_UNAVAILABLE));
    }

    /**
     * Loads the classes that a surface needs, while the application prepares: a first frame waits for them, and where
     * files cannot be opened any more, they could not be loaded when the other path fails.
     */
    private static void warmUp() {
        PixelBuffer<ByteBuffer> pixels = new PixelBuffer<>(1, 1, ByteBuffer.allocateDirect(4),
                PixelFormat.getByteBgraPreInstance());
        new HostNode().show(new WritableImage(pixels),
                new ImageSpec(1, 1, 1, 1, org.vkfx.PixelFormat.BGRA8, AlphaMode.OPAQUE, ImageSpec.MIN_COUNT, false));
        for (Class<?> type : List.of(HostSurface.class, HostImage.class, HostImage.Copy.class)) {
            try {
                MethodHandles.lookup().ensureInitialized(type);
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public Surface open(DeviceRuntime device, Owner owner) {
        return new HostSurface(device, owner);
    }

    @Override
    public BackendCheck check(DeviceRuntime device) {
        return new HostCheck(device);
    }
}
