package org.vkfx.bench;

/** The pieces of work that a frame costs the bridge, or whatever shows it. Each is timed where it runs. */
enum Part {
    /** A free image is looked for; also when none is found. Render thread. */
    ACQUIRE,
    /** A submitted frame is handed over. Render thread. */
    PRESENT,
    /** A rendered frame is made known. The waiter's thread. */
    COMPLETE,
    /** Work in each pulse: what is new is told to JavaFX, the renderer is woken. JavaFX thread. */
    PULSE,
    /** The frame to show is taken over while JavaFX synchronises the scene. JavaFX thread. */
    LATCH,
    /** JavaFX's GPU is told to wait for the frame. JavaFX's render thread. */
    AWAIT,
    /** Drawing, and the upload where there is one. JavaFX's render thread. */
    DRAW,
    /** Marks in the stream of JavaFX's GPU are set and looked at outside of a draw. JavaFX's render thread. */
    MARK,
    /** The image is copied into host memory, by the GPU's own clock. Only of the copying way. */
    COPY
}
