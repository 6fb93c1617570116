package org.vkfx.interop.metal;

import java.util.List;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.InteropBackend;
import org.vkfx.interop.PrismSurface;
import org.vkfx.interop.SharedImage;
import org.vkfx.swapchain.ImageSpec;

/** One view's images, shared with Metal. */
final class MetalSurface extends PrismSurface {
    /** What every Mac that runs JavaFX's Metal pipeline can make and sample. */
    private static final int MAX_SIZE = 16384;

    private final DeviceRuntime device;
    private final MetalContext metal;
    private final MetalReads reads;

    private MetalSurface(DeviceRuntime device, MetalContext metal, MetalReads reads, InteropBackend.Owner owner) {
        super(owner, reads.clock(), false);
        this.device = device;
        this.metal = metal;
        this.reads = reads;
    }

    MetalSurface(DeviceRuntime device, MetalContext metal, InteropBackend.Owner owner) {
        this(device, metal, MetalReads.of(device, metal), owner);
    }

    @Override
    public List<MetalImage> allocate(ImageSpec spec) {
        if (Math.max(spec.width(), spec.height()) > MAX_SIZE) {
            throw new BridgeException(Reason.INVALID_ARGUMENT,
                    "Images of " + spec.width() + "x" + spec.height() + " pixels exceed Metal's limit of " + MAX_SIZE
                            + ". Make the view smaller or lower its resolutionScale.");
        }
        reads.prepare(device.context());
        return SharedImage.allocate(spec, () -> MetalImage.handedOver(device, metal, spec));
    }
}
