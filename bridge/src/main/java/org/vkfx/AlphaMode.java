package org.vkfx;

/** What the alpha channel of a view's images means. */
public enum AlphaMode {
    /** Alpha is ignored: every pixel covers what lies behind it. */
    OPAQUE,
    /** Colours are premultiplied by alpha, as JavaFX composites them. */
    PREMULTIPLIED
}
