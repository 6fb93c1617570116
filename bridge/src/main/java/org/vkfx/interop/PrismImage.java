package org.vkfx.interop;

import java.time.Duration;

import org.vkfx.prism.ExternalTexture;
import org.vkfx.prism.RenderThread;
import org.vkfx.vulkan.ExportableImage;

/** A Vulkan image whose memory is also a texture of JavaFX's pipeline. */
public abstract class PrismImage extends SharedImage {
    /**
     * Takes an image over.
     *
     * @param device where it lives
     * @param image owned from now on
     */
    protected PrismImage(DeviceRuntime device, ExportableImage image) {
        super(device, image);
    }

    /**
     * Returns the image as JavaFX draws it.
     *
     * @return the texture, the same at every call; used and disposed of on JavaFX's render thread
     */
    protected abstract ExternalTexture texture();

    /**
     * Does what is done for a frame that was rendered, and waits for it: a check has filled the image. Not the JavaFX
     * thread.
     *
     * @param limit how long to wait at most
     * @throws org.vkfx.BridgeException REFUSED or DEVICE_LOST by Vulkan, REFUSED when it is not done in time
     */
    protected void finishFrame(Duration limit) {
        // most pipelines see what is in memory
    }

    @Override
    protected void releaseFromJavaFx(Runnable done) {
        boolean queued = RenderThread.run(() -> {
            texture().dispose();
            done.run();
        });
        if (!queued) {
            done.run();
        }
    }
}
