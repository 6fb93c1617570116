package org.vkfx.interop;

import javafx.scene.Node;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.interop.InteropBackend.Owner;
import org.vkfx.log.Log;
import org.vkfx.prism.ExternalTexture;
import org.vkfx.prism.FrameNode;
import org.vkfx.prism.FrameSource;
import org.vkfx.prism.ReadClock;
import org.vkfx.prism.RenderThread;
import org.vkfx.swapchain.FrameSwapchain;
import org.vkfx.swapchain.ImageAllocator;
import org.vkfx.swapchain.ImageSlot;

/** One view's images, drawn by JavaFX's pipeline from where Vulkan rendered them. */
public abstract class PrismSurface implements InteropBackend.Surface, FrameSource, ImageAllocator {
    private final Owner owner;
    private final FrameSwapchain swapchain;
    private final ReadClock clock;
    private final ReadClock.Listener readsCompleted;
    private final FrameNode node;
    private final RenderThread.Job acquire; // null where textures need not be acquired
    private boolean closed; // render thread

    /**
     * Makes a surface. JavaFX thread.
     *
     * @param owner whom it serves
     * @param clock tells when JavaFX has read its images
     * @param acquires whether its textures have to be acquired
     */
    protected PrismSurface(Owner owner, ReadClock clock, boolean acquires) {
        this.owner = owner;
        this.clock = clock;
        acquire = acquires ? new RenderThread.Job(this::acquire) : null;
        swapchain = owner.swapchain();
        readsCompleted = swapchain::readsCompleted;
        clock.add(readsCompleted);
        node = new FrameNode(this, clock);
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
        return 0; // nothing here copies or uploads
    }

    @Override
    public boolean latch() {
        boolean another = swapchain.latch();
        if (another && acquire != null) {
            acquire.queue(); // runs before the paint, when nothing is queued that the GPU would have to be given first
        }
        return another;
    }

    private void acquire() {
        ImageSlot slot = closed ? null : swapchain.announceRead(clock.open());
        if (slot != null && slot.presentable() instanceof PrismImage image) {
            try {
                image.texture().acquire();
            } catch (RuntimeException | LinkageError e) {
                failed(e);
            }
        }
    }

    /**
     * Has JavaFX import an image while its first frame is being rendered. Any thread; does not wait.
     *
     * @param image of the allocation that is about to be returned
     */
    protected void importSoon(PrismImage image) {
        RenderThread.run(() -> {
            try {
                if (!closed) {
                    image.texture().prepare();
                }
            } catch (RuntimeException | LinkageError e) {
                failed(e);
            }
        });
    }

    @Override
    public ExternalTexture read(long epoch) {
        ImageSlot slot = closed ? null : swapchain.beginRead(epoch);
        return slot != null && slot.presentable() instanceof PrismImage image ? image.texture() : null;
    }

    @Override
    public void failed(Throwable e) {
        closed = true; // it would fail with every paint
        owner.surfaceFailed(e instanceof BridgeException known ? known
                : new BridgeException(Reason.REFUSED, "JavaFX could not draw the image: "
                        + Log.text(e)
                        + ". Set the view's interopKind to HOST, which uses public JavaFX only.", e));
    }

    @Override
    public void hurry() {
        clock.hurry();
    }

    @Override
    public void close(Runnable done) {
        boolean queued = RenderThread.run(() -> {
            closed = true;
            clock.whenRead(() -> gone(done));
        });
        if (!queued) {
            gone(done);
        }
    }

    private void gone(Runnable done) {
        clock.remove(readsCompleted);
        done.run();
    }
}
