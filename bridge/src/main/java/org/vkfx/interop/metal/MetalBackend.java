package org.vkfx.interop.metal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport.Finding;
import org.vkfx.PixelFormat;
import org.vkfx.interop.BackendCheck;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.InteropBackend;
import org.vkfx.objc.AutoreleasePool;
import org.vkfx.objc.NativeHalf;
import org.vkfx.interop.PrismImage;
import org.vkfx.prism.PrismAccess;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.ExportableImage;
import org.vkfx.vulkan.Extensions;
import org.vkfx.vulkan.MemoryHandleType;
import org.vkfx.vulkan.PhysicalDevice;

/**
 * Shares textures with JavaFX's mtl pipeline: a Vulkan image's memory is exported as an MTLTexture
 * (VK_EXT_external_memory_metal), which JavaFX samples.
 */
public final class MetalBackend implements InteropBackend {
    private static final Set<String> EXTENSIONS = Set.of(Extensions.EXTERNAL_MEMORY_METAL, Extensions.METAL_OBJECTS);
    private static final int FIRST_WITH_METAL_BY_DEFAULT = 27;

    /** Makes the backend; stateless. */
    public MetalBackend() {
    }

    @Override
    public InteropKind kind() {
        return InteropKind.METAL;
    }

    @Override
    public Set<String> deviceExtensions() {
        return EXTENSIONS;
    }

    @Override
    public boolean isGpuOfJavaFx(PhysicalDevice gpu) {
        MetalContext metal = MetalContext.known();
        return metal != null && gpu.deviceLuid().equals(OptionalLong.of(metal.registryId()));
    }

    @Override
    public CompletionStage<Probe> probe(Optional<DeviceContext> device) {
        if (!PrismAccess.hasMetal()) {
            return CompletableFuture.completedStage(no(Reason.INTEROP_UNAVAILABLE,
                    "This JavaFX has no Metal pipeline.", "There is one on macOS, in JavaFX 26 and later."));
        }
        List<String> options = PrismAccess.missingOptions();
        if (!options.isEmpty()) { // the options come last: they are copied to the end of the line
            return CompletableFuture.completedStage(no(Reason.NOT_EXPORTED,
                    "JavaFX does not export packages that the bridge needs.",
                    "Start java with " + String.join(" ", options)));
        }
        if (!PrismAccess.pipeline().equals("mtl")) {
            return CompletableFuture.completedStage(new Probe(otherPipeline(PrismAccess.pipeline(),
                    System.getProperty("prism.order"), System.getProperty("javafx.runtime.version")),
                    Reason.INTEROP_UNAVAILABLE));
        }
        return MetalContext.get()
                .handle((metal, e) -> e == null
                        ? AutoreleasePool.call(() -> check(metal, device)).on(metal.name(), "",
                                OptionalLong.of(metal.registryId()))
                        : no(Reason.INTEROP_UNAVAILABLE, "JavaFX's Metal could not be used: " + e.getMessage(), ""));
    }

    /**
     * Says why JavaFX does not draw by Metal.
     *
     * @param pipeline the one it draws by
     * @param order which it was told to try, or null
     * @param version JavaFX's
     * @return the finding
     */
    static Finding otherPipeline(String pipeline, String order, String version) {
        boolean refused = order == null ? major(version) >= FIRST_WITH_METAL_BY_DEFAULT
                : order.strip().matches("mtl\\s*(,.*)?");
        return refused
                ? new Finding(InteropKind.METAL, false,
                        "JavaFX uses its pipeline \"" + pipeline
                                + "\", not mtl (Metal), though mtl was to be tried first:"
                                + " JavaFX's Metal pipeline refused this Mac.",
                        "It needs a GPU of MTLGPUFamilyMac2, which virtual Macs lack (JDK-8375466): use another Mac.")
                : new Finding(InteropKind.METAL, false,
                        "JavaFX uses its pipeline \"" + pipeline + "\", not mtl (Metal).",
                        "Start java with -Dprism.order=mtl,es2,sw.");
    }

    private static int major(String version) {
        String digits = version == null ? "" : version.replaceFirst("(?s)\\D.*", "");
        return digits.isEmpty() || digits.length() > 4 ? 0 : Integer.parseInt(digits);
    }

    private static Probe no(Reason reason, String why, String remedy) {
        return new Probe(new Finding(InteropKind.METAL, false, why, remedy), reason);
    }

    private static Probe check(MetalContext metal, Optional<DeviceContext> device) {
        return device.flatMap(vulkan -> problem(metal, vulkan)).orElseGet(() -> new Probe(
                new Finding(InteropKind.METAL, true,
                        "Vulkan and JavaFX share textures on " + metal.name() + ". " + metal.handOver().withoutRococoa()
                                .map(why -> "They are handed over by java.lang.foreign alone. " + why)
                                .orElse("Rococoa hands them over.") + " " + NativeHalf.found(),
                        ""),
                Reason.INTEROP_UNAVAILABLE));
    }

    private static Optional<Probe> problem(MetalContext metal, DeviceContext vulkan) {
        Set<String> missing = new TreeSet<>(EXTENSIONS);
        missing.removeAll(vulkan.device().enabledExtensions());
        if (!missing.isEmpty()) {
            return Optional.of(no(Reason.MISSING_CAPABILITY,
                    "The Vulkan device was made without " + String.join(" and ", missing) + ".",
                    "Enable what Interop.requiredDeviceExtensions returns (MoltenVK 1.3 and later has it), and name it in"
                            + " VulkanDevice.wrap().enabledExtensions."));
        }
        PhysicalDevice gpu = vulkan.physicalDevice();
        if (!gpu.deviceLuid().equals(OptionalLong.of(metal.registryId()))) {
            return Optional.of(no(Reason.NO_DEVICE,
                    "Vulkan renders on " + gpu.name() + " (deviceLUID " + hex(gpu.deviceLuid())
                            + "), JavaFX on " + metal.name() + " (registryID "
                            + hex(OptionalLong.of(metal.registryId())) + ").",
                    "Choose the VkPhysicalDevice whose deviceLUID, read big-endian, is JavaFX's"
                            + " (InteropReport.deviceLuid)."));
        }
        if (!ExportableImage.isPossible(gpu, PixelFormat.BGRA8, MemoryHandleType.MTLTEXTURE)) {
            return Optional.of(no(Reason.MISSING_CAPABILITY, gpu.name() + " cannot export images as MTLTextures.",
                    "Update MoltenVK."));
        }
        return Optional.empty();
    }

    static String hex(OptionalLong id) {
        return id.isPresent() ? "0x" + Long.toHexString(id.getAsLong()) : "unknown";
    }

    @Override
    public Surface open(DeviceRuntime device, Owner owner) {
        return new MetalSurface(device, MetalContext.known(), owner);
    }

    @Override
    public Optional<PrismImage> testImage(DeviceRuntime device, ImageSpec spec) {
        return Optional.of(MetalImage.handedOver(device, MetalContext.known(), spec));
    }

    @Override
    public BackendCheck check(DeviceRuntime device) {
        return new MetalCheck(device, MetalContext.known(), MetalCheck.isDebugLayerOn(System.getenv()));
    }
}
