package org.vkfx.interop.opengl;

import java.util.List;

import javafx.application.Platform;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.InteropBackend;
import org.vkfx.interop.PrismSurface;
import org.vkfx.interop.SharedImage;
import org.vkfx.swapchain.ImageSpec;

/** One view's images, shared with GL. */
final class GlSurface extends PrismSurface {
    private final DeviceRuntime device;
    private final GlContext gl;
    private final Runnable repaint = () -> Platform.runLater(this::frameReady);

    GlSurface(DeviceRuntime device, GlContext gl, InteropBackend.Owner owner) {
        super(owner, gl.clock(), gl.semaphores(device.context()) != null);
        this.device = device;
        this.gl = gl;
        gl.keep();
        gl.addLossListener(repaint);
    }

    @Override
    public void close(Runnable done) {
        gl.removeLossListener(repaint);
        super.close(done);
    }

    @Override
    public List<GlImage> allocate(ImageSpec spec) {
        if (Math.max(spec.width(), spec.height()) > gl.maxTextureSize()) {
            throw new BridgeException(Reason.INVALID_ARGUMENT,
                    "Images of " + spec.width() + "x" + spec.height() + " pixels exceed GL_MAX_TEXTURE_SIZE, "
                            + gl.maxTextureSize()
                            + " on " + gl.renderer() + ". Make the view smaller or lower its resolutionScale.");
        }
        OpenFiles.warnBefore(spec.count());
        List<GlImage> images = SharedImage.allocate(spec,
                () -> new GlImage(device, gl.gl(), () -> GlSignal.of(device, gl), spec));
        importSoon(images.getFirst()); // in a process the first takes 10 ms and more
        return images;
    }
}
