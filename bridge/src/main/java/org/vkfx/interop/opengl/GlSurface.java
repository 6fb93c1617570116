package org.vkfx.interop.opengl;

import java.util.List;

import javafx.scene.Node;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.InteropBackend;
import org.vkfx.interop.SharedImage;
import org.vkfx.prism.ExternalTexture;
import org.vkfx.prism.FrameNode;
import org.vkfx.prism.FrameSource;
import org.vkfx.prism.ReadClock;
import org.vkfx.prism.RenderThread;
import org.vkfx.swapchain.FrameSwapchain;
import org.vkfx.swapchain.ImageAllocator;
import org.vkfx.swapchain.ImageSlot;
import org.vkfx.swapchain.ImageSpec;

/** One view's images, shared with GL. */
final class GlSurface implements InteropBackend.Surface, FrameSource, ImageAllocator {
    private final DeviceRuntime device;
    private final InteropBackend.Owner owner;
    private final FrameSwapchain swapchain;
    private final GlContext gl;
    private final ReadClock.Listener readsCompleted;
    private final FrameNode node;
    private boolean closed; // render thread

    GlSurface(DeviceRuntime device, GlContext gl, InteropBackend.Owner owner) {
        this.device = device;
        this.gl = gl;
        this.owner = owner;
        swapchain = owner.swapchain();
        readsCompleted = swapchain::readsCompleted;
        gl.clock().add(readsCompleted);
        node = new FrameNode(this, gl.clock());
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
        node.frameReady();
    }

    @Override
    public void setSmooth(boolean smooth) {
        node.setSmooth(smooth);
    }

    @Override
    public long copies() {
        return 0; // this package calls no function that copies or uploads
    }

    @Override
    public List<GlImage> allocate(ImageSpec spec) {
        if (Math.max(spec.width(), spec.height()) > gl.maxTextureSize()) {
            throw new BridgeException(Reason.INVALID_ARGUMENT,
                    "Images of " + spec.width() + "x" + spec.height() + " pixels exceed GL_MAX_TEXTURE_SIZE, "
                            + gl.maxTextureSize()
                            + " on " + gl.renderer() + ". Make the view smaller or lower its resolutionScale.");
        }
        return SharedImage.allocate(spec, () -> new GlImage(device, gl.gl(), spec));
    }

    @Override
    public void latch() {
        swapchain.latch();
    }

    @Override
    public ExternalTexture read(long epoch) {
        ImageSlot slot = closed ? null : swapchain.beginRead(epoch);
        return slot != null && slot.presentable() instanceof GlImage image ? image.texture() : null;
    }

    @Override
    public void failed(Throwable e) {
        closed = true; // it would fail with every paint
        owner.surfaceFailed(e instanceof BridgeException known ? known
                : new BridgeException(Reason.REFUSED, "JavaFX could not draw the image: " + e, e));
    }

    @Override
    public void close(Runnable done) {
        boolean queued = RenderThread.run(() -> {
            closed = true;
            gl.clock().whenRead(() -> gone(done));
        });
        if (!queued) {
            gone(done);
        }
    }

    private void gone(Runnable done) {
        gl.clock().remove(readsCompleted);
        done.run();
    }
}
