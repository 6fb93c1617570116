package org.vkfx;

/** When a view asks its {@link FrameRenderer} for a frame. */
public enum FrameRate {
    /** Once for every pulse of JavaFX. A renderer that takes longer than a pulse skips pulses. */
    EVERY_PULSE,
    /** As soon as an image is free, whatever JavaFX shows. */
    CONTINUOUS,
    /** Only when asked to, or when the size changed. An idle view causes no pulses. */
    ON_DEMAND
}
