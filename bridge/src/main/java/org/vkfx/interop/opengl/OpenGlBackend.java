package org.vkfx.interop.opengl;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport.Finding;
import org.vkfx.PixelFormat;
import org.vkfx.interop.BackendCheck;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.InteropBackend;
import org.vkfx.interop.PrismImage;
import org.vkfx.prism.PrismAccess;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.ExportableImage;
import org.vkfx.vulkan.Extensions;
import org.vkfx.vulkan.MemoryHandleType;
import org.vkfx.vulkan.PhysicalDevice;

/**
 * Shares memory with JavaFX's es2 pipeline on GLX, by file descriptors (VK_KHR_external_memory_fd,
 * GL_EXT_memory_object_fd).
 */
public final class OpenGlBackend implements InteropBackend {
    /** Makes the backend; stateless. */
    public OpenGlBackend() {
    }

    @Override
    public InteropKind kind() {
        return InteropKind.OPENGL;
    }

    @Override
    public Set<String> deviceExtensions() {
        return Set.of(Extensions.EXTERNAL_MEMORY_FD, Extensions.EXTERNAL_SEMAPHORE_FD);
    }

    @Override
    public boolean isGpuOfJavaFx(PhysicalDevice gpu) {
        GlContext gl = GlContext.known();
        return gl != null && gl.deviceUuids().contains(gpu.deviceUuid());
    }

    @Override
    public CompletionStage<Probe> probe(Optional<DeviceContext> device) {
        if (!System.getProperty("os.name").startsWith("Linux")) {
            return CompletableFuture.completedStage(no(Reason.INTEROP_UNAVAILABLE,
                    "File descriptors are shared between Vulkan and OpenGL on Linux only.", ""));
        }
        List<String> options = PrismAccess.missingOptions();
        if (!options.isEmpty()) { // the options come last: they are copied to the end of the line
            return CompletableFuture.completedStage(no(Reason.NOT_EXPORTED,
                    "JavaFX does not export packages that the bridge needs.",
                    "Start java with " + String.join(" ", options)));
        }
        if (!PrismAccess.pipeline().equals("es2")) {
            return CompletableFuture.completedStage(no(Reason.INTEROP_UNAVAILABLE,
                    "JavaFX uses its pipeline \"" + PrismAccess.pipeline() + "\", not es2 (OpenGL).",
                    "Start java with -Dprism.order=es2; for a software GL such as llvmpipe add -Dprism.forceGPU=true."));
        }
        return GlContext.get()
                .handle((gl, e) -> e == null ? check(gl, device).on(gl.renderer(), uuid(gl), OptionalLong.empty())
                        : no(Reason.INTEROP_UNAVAILABLE,
                                "JavaFX's OpenGL context could not be used: "
                                        + (e.getCause() == null ? e : e.getCause()).getMessage(),
                                ""));
    }

    private static String uuid(GlContext gl) {
        return gl.deviceUuids().isEmpty() ? "" : gl.deviceUuids().getFirst();
    }

    private static Probe no(Reason reason, String why, String remedy) {
        return new Probe(new Finding(InteropKind.OPENGL, false, why, remedy), reason);
    }

    private static Probe check(GlContext gl, Optional<DeviceContext> device) {
        if (!gl.missing().isEmpty()) {
            return no(Reason.INTEROP_UNAVAILABLE,
                    "JavaFX's OpenGL (" + gl.renderer() + ") lacks " + String.join(", ", gl.missing()) + ".",
                    "Update the GL driver: Mesa 22 or NVIDIA 470 have them. Indirect and remote displays do not.");
        }
        if (device.isEmpty()) {
            return yes(gl, gl.semaphores() != null);
        }
        DeviceContext vulkan = device.get();
        if (!vulkan.device().enabledExtensions().contains(Extensions.EXTERNAL_MEMORY_FD)) {
            return no(Reason.MISSING_CAPABILITY,
                    "The Vulkan device was made without " + Extensions.EXTERNAL_MEMORY_FD + ".",
                    "Enable what Interop.requiredDeviceExtensions returns, and name it in VulkanDevice.wrap().enabledExtensions(…).");
        }
        PhysicalDevice gpu = vulkan.physicalDevice();
        if (!gl.deviceUuids().contains(gpu.deviceUuid()) || !gl.driverUuid().equals(gpu.driverUuid())) {
            return no(Reason.NO_DEVICE,
                    "Vulkan renders on " + gpu.name() + " (device " + gpu.deviceUuid() + ", driver " + gpu.driverUuid()
                            + "), JavaFX on " + gl.renderer() + " (device " + uuid(gl) + ", driver " + gl.driverUuid()
                            + ").",
                    "Choose the VkPhysicalDevice with JavaFX's deviceUUID (InteropReport.deviceUuid), or make JavaFX use the other"
                            + " GPU (DRI_PRIME=1 for Mesa, __GLX_VENDOR_LIBRARY_NAME=nvidia for NVIDIA).");
        }
        if (!ExportableImage.isPossible(gpu, PixelFormat.BGRA8, MemoryHandleType.OPAQUE_FD)) {
            return no(Reason.INTEROP_UNAVAILABLE, gpu.name() + " cannot export images as file descriptors.",
                    "Update the Vulkan driver.");
        }
        return yes(gl, gl.semaphores(vulkan) != null);
    }

    private static Probe yes(GlContext gl, boolean semaphores) {
        return new Probe(new Finding(InteropKind.OPENGL, true, "Vulkan and JavaFX share memory"
                + (semaphores ? " and semaphores" : "") + " on " + gl.renderer() + ".", ""),
                Reason.INTEROP_UNAVAILABLE);
    }

    @Override
    public Surface open(DeviceRuntime device, Owner owner) {
        return new GlSurface(device, GlContext.known(), owner);
    }

    @Override
    public Optional<PrismImage> testImage(DeviceRuntime device, ImageSpec spec) {
        GlContext gl = GlContext.known();
        return Optional.of(new GlImage(device, gl.gl(), () -> GlSignal.of(device, gl), spec));
    }

    @Override
    public BackendCheck check(DeviceRuntime device) {
        return new GlCheck(device, GlContext.known());
    }
}
