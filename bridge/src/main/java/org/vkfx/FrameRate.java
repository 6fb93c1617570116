package org.vkfx;

/** When a view asks its {@link FrameRenderer} for a frame. */
public enum FrameRate {
    /**
     * For every pulse of JavaFX that paints: once the frame before has been drawn, so that none is rendered in vain. A
     * renderer that takes longer than a pulse is asked for the next frame while the one before waits.
     */
    EVERY_PULSE,
    /**
     * As soon as an image is free, whatever JavaFX shows. A renderer that {@linkplain Frame#discard() discards} a frame
     * is asked again at the next pulse.
     */
    CONTINUOUS,
    /**
     * Only when asked to by the view's {@code requestFrame()}, or when the images are new. An idle view causes no
     * pulses.
     */
    ON_DEMAND
}
