package org.vkfx.interop.host;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport.Finding;
import org.vkfx.interop.BackendCheck;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.InteropBackend;
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.PhysicalDevice;

/** Copies into mapped memory that is a JavaFX PixelBuffer's. */
public final class HostBackend implements InteropBackend {
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
        return CompletableFuture.completedStage(new Probe(
                new Finding(InteropKind.HOST, true, "One copy and one upload a frame, with any pipeline and any GPU.",
                        ""),
                Reason.INTEROP_UNAVAILABLE));
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
