package org.vkfx;

/** When a view asks its {@link FrameRenderer} for a frame. */
public enum FrameRate {
    /** Once for every pulse of JavaFX. A renderer that takes longer than a pulse skips pulses. */
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
