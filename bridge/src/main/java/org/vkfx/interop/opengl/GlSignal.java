package org.vkfx.interop.opengl;

import org.vkfx.BridgeException;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.FollowUp;
import org.vkfx.vulkan.BinarySemaphore;
import org.vkfx.vulkan.TimelineSemaphore;

/**
 * How JavaFX's GPU learns that a frame of one image is rendered: by a semaphore of Vulkan's, for which it waits before
 * it draws. The signal is submitted right behind the frame's own work, so that no later work of the application's
 * delays it, and has been executed before the frame is shown. So JavaFX's GPU never has to wait; but having waited, it
 * is bound to see what Vulkan wrote.
 *
 * <p>It is not the semaphore that frames signal themselves: the validation layer loses track of work that signals an
 * exported one, and would take the application's command buffers for busy for ever.
 *
 * <p>Handed from thread to thread with the image, as its frames are.
 */
final class GlSignal extends FollowUp {
    /** Whose frame is signalled. Called on the waiter's thread, or on that which completes. */
    interface Sender {
        /** The signal was made: JavaFX's GPU may wait for it. */
        void signalled();

        /** The signal will not be made. */
        void failed(BridgeException e);
    }

    private final GlSemaphores semaphores;
    private final BinarySemaphore semaphore;
    private Sender sender;
    private int name; // GL's, JavaFX's render thread; 0 until the first frame

    private GlSignal(DeviceRuntime device, GlSemaphores semaphores) {
        super(device);
        this.semaphores = semaphores;
        try {
            semaphore = new BinarySemaphore(device.context());
        } catch (RuntimeException | Error e) {
            super.close();
            throw e;
        }
    }

    /**
     * Makes the signal of an image. Calls Vulkan: not on the JavaFX thread.
     *
     * @return null where GL cannot wait for semaphores of this device
     * @throws BridgeException MISSING_CAPABILITY, REFUSED or DEVICE_LOST by Vulkan
     */
    static GlSignal of(DeviceRuntime device, GlContext gl) {
        GlSemaphores semaphores = gl.semaphores(device.context());
        return semaphores == null ? null : new GlSignal(device, semaphores);
    }

    @Override
    protected void submit(TimelineSemaphore signalled, long signalledValue) {
        semaphore.submitSignal(signalled, signalledValue);
    }

    /** The frame is rendered; the sender is called at once, or later. Not JavaFX's two threads. */
    void completed(Sender whose) {
        sender = whose;
        awaitEnd();
    }

    @Override
    protected void ended() {
        sender.signalled();
    }

    @Override
    public void failed(BridgeException e) {
        sender.failed(e);
    }

    /**
     * Has JavaFX's GPU wait for the last frame that was signalled, and then see in a texture what Vulkan wrote; nothing
     * when it has already. JavaFX's render thread, while Vulkan does not render to the image.
     *
     * @param texture GL's name of it
     * @throws BridgeException REFUSED by GL, or by Vulkan
     */
    void await(int texture) {
        if (!semaphore.take()) {
            return;
        }
        if (name == 0) {
            name = semaphores.imported(semaphore::vkGetSemaphoreFdKHR, texture);
        } else {
            semaphores.await(name, texture);
        }
    }

    /**
     * The texture is gone: lets go of what is GL's. A signal is waited for once: another texture for the same frame
     * goes without. JavaFX's render thread.
     */
    void dispose() {
        if (name != 0) {
            semaphores.delete(name);
            name = 0;
        }
    }

    /** Destroys what is Vulkan's; idempotent. */
    @Override
    public void close() {
        super.close();
        semaphore.close();
    }

    @Override
    public String toString() {
        return "Signalled to OpenGL: " + sender;
    }
}
