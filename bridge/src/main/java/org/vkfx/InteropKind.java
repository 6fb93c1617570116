package org.vkfx;

/** How a view's images reach JavaFX. */
public enum InteropKind {
    /** The first of the others, in this order, that works here. */
    AUTO,
    /** Zero-copy: memory exported as MTLTexture, sampled by JavaFX's Metal pipeline (macOS). */
    METAL,
    /** Zero-copy: memory exported as a file descriptor, imported into JavaFX's OpenGL pipeline (Linux, GLX). */
    OPENGL,
    /** One copy into host memory and one upload; works with every pipeline, and without flags. */
    HOST
}
