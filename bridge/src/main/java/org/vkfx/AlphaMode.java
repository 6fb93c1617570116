package org.vkfx;

/** What the alpha channel of a view's images means. */
public enum AlphaMode {
    /** Alpha is ignored: every pixel covers what lies behind it. Renderers may leave any alpha. */
    OPAQUE,
    /**
     * Alpha is coverage, and colours are multiplied by it already, as JavaFX composites them. Where alpha is 0 and the
     * colour black, what lies behind the view shows.
     */
    PREMULTIPLIED
}
