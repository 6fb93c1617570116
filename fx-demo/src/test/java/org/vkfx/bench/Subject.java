package org.vkfx.bench;

import javafx.scene.Node;

/** Something that shows frames, to be measured. */
interface Subject extends AutoCloseable {
    /** What is put into the window; JavaFX thread. */
    Node node();

    /** Each pulse, before layout; JavaFX thread. */
    void pulse();

    /** Distinct frames drawn by JavaFX so far. Any thread. */
    long displayed();

    /** Frames submitted to the GPU so far, displayed or not. Any thread. */
    long rendered();

    /** Time from present to the drawing of the frame displayed last; NaN where nothing is presented. Any thread. */
    double latencyNanos();

    /** What went wrong, or null. */
    default Throwable failure() {
        return null;
    }

    /** Frees everything; after its window is closed, not on the JavaFX thread. */
    @Override
    void close();
}
