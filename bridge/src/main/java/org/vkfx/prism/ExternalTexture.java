package org.vkfx.prism;

import com.sun.prism.Graphics;
import com.sun.prism.Texture;

/**
 * A Prism texture over memory that is not Prism's. Wrapped on first sight, once; everything happens on JavaFX's render
 * thread. Who made it disposes of it.
 */
public abstract class ExternalTexture {
    private final float width;
    private final float height;
    private final float halfPixelX;
    private final float halfPixelY;
    private boolean smooth = true;
    private Texture texture;

    /**
     * Makes an unwrapped texture.
     *
     * @param width pixels
     * @param height pixels
     * @param scaleX pixels per logical unit of JavaFX, horizontally
     * @param scaleY pixels per logical unit of JavaFX, vertically
     */
    protected ExternalTexture(int width, int height, double scaleX, double scaleY) {
        this.width = (float) (width / scaleX);
        this.height = (float) (height / scaleY);
        halfPixelX = (float) (0.501 / scaleX);
        halfPixelY = (float) (0.501 / scaleY);
    }

    /**
     * Chooses between linear and nearest filtering.
     *
     * @param linear true for linear
     */
    void setSmooth(boolean linear) {
        smooth = linear;
    }

    /**
     * Wraps the memory.
     *
     * @param g the graphics of the paint under way
     * @return a permanent texture with source coordinates from 0 to its content size
     * @throws org.vkfx.BridgeException when the pipeline refuses
     */
    abstract Texture wrap(Graphics g);

    /**
     * Draws the image at the origin: pixel by pixel when it was made for a node of this size (sizes in pixels are
     * rounded, so it may differ by half a pixel), stretched over the node otherwise, as while resizing.
     *
     * @param g the graphics of the paint under way
     * @param nodeWidth logical units
     * @param nodeHeight logical units
     */
    void draw(Graphics g, float nodeWidth, float nodeHeight) {
        boolean fits = Math.abs(nodeWidth - width) <= halfPixelX && Math.abs(nodeHeight - height) <= halfPixelY;
        if (texture == null || texture.isSurfaceLost()) {
            dispose();
            texture = wrap(g);
        }
        texture.setLinearFiltering(smooth);
        g.drawTexture(texture, 0, 0, fits ? width : nodeWidth, fits ? height : nodeHeight, 0, 0,
                texture.getContentWidth(), texture.getContentHeight());
    }

    /** Frees the texture, and what {@link #wrap} made beside it. */
    public void dispose() {
        if (texture != null) {
            texture.dispose();
            texture = null;
        }
    }
}
