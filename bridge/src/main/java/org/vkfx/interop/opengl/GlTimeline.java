package org.vkfx.interop.opengl;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.prism.RenderThread;
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.TimelineSemaphore;

/**
 * The completed frames of a Vulkan device, as a timeline that JavaFX's GPU waits for before it draws one. What it waits for has
 * happened, so it never has to; but having waited, it is bound to see what Vulkan wrote. Shared by all views on the device; closed
 * when none is left.
 *
 * <p>It is not the semaphore that frames signal themselves: the validation layer loses track of work that signals an exported
 * one, and would take the application's command buffers for busy for ever.
 */
final class GlTimeline implements AutoCloseable {
    private final GlSemaphores semaphores;
    private TimelineSemaphore timeline; // guarded by this; null until the first images
    private long completed; // guarded by this
    private int semaphore; // JavaFX's render thread; 0 until the first frame

    private GlTimeline(GlSemaphores semaphores) {
        this.semaphores = semaphores;
    }

    /** Returns the device's timeline, or null where GL cannot wait for one. Any thread. */
    static GlTimeline of(DeviceRuntime device, GlContext gl) {
        return gl.semaphores(device.context()) == null ? null
                : device.shared(GlTimeline.class, () -> new GlTimeline(gl.semaphores(device.context())));
    }

    /** Makes the semaphore, before there are images. Calls Vulkan: not on the JavaFX thread. */
    synchronized void prepare(DeviceContext device) {
        if (timeline == null) {
            timeline = TimelineSemaphore.exportableFd(device);
        }
    }

    /** Returns Vulkan's side. */
    private synchronized TimelineSemaphore timeline() {
        return timeline;
    }

    /**
     * A frame was completed. Any thread but JavaFX's two.
     *
     * @return the value to wait for before it is drawn
     * @throws BridgeException REFUSED or DEVICE_LOST by Vulkan
     */
    synchronized long signal() {
        timeline.signal(++completed);
        return completed;
    }

    /**
     * Has JavaFX's GPU wait, and then see in a texture what Vulkan wrote. JavaFX's render thread.
     *
     * @param value what {@link #signal} returned
     * @param texture GL's name of it
     * @throws BridgeException REFUSED by GL, or by Vulkan
     */
    void await(Gl gl, long value, int texture) {
        if (semaphore == 0) {
            semaphore = imported(gl, value, texture);
        } else {
            semaphores.await(semaphore, value, texture);
        }
    }

    /** Imports the semaphore and waits for the first time: what GL takes once, it takes again. */
    private int imported(Gl gl, long value, int texture) {
        gl.forgetErrors();
        int imported = semaphores.importTimeline(timeline().vkGetSemaphoreFdKHR());
        semaphores.await(imported, value, texture);
        int error = gl.getError();
        if (error != 0) {
            semaphores.delete(imported);
            throw new BridgeException(Reason.REFUSED,
                    "OpenGL refused a timeline semaphore of Vulkan (error 0x" + Integer.toHexString(error)
                            + "). Update the GL driver, or leave VK_KHR_external_semaphore_fd out of the extensions that"
                            + " are enabled on the VkDevice.");
        }
        return imported;
    }

    @Override
    public synchronized void close() {
        if (timeline != null) {
            timeline.close();
        }
        RenderThread.run(() -> {
            if (semaphore != 0) {
                semaphores.delete(semaphore);
            }
        });
    }
}
