package org.vkfx.prism;

/** Where the node's peer gets what it draws. */
public interface FrameSource {
    /**
     * Chooses the frame that is shown from now on. JavaFX thread, during synchronisation of the scene: JavaFX paints
     * nothing meanwhile, so a whole paint shows one frame.
     *
     * @return whether it is another one than before
     */
    boolean latch();

    /**
     * Returns the image to draw. JavaFX's render thread.
     *
     * @param epoch the epoch of the paint that reads it
     * @return the image of the latched frame, or null when there is none
     */
    ExternalTexture read(long epoch);

    /**
     * The image could not be wrapped or drawn. JavaFX's render thread.
     *
     * @param e why
     */
    void failed(Throwable e);
}
