package org.vkfx.prism;

import org.vkfx.BridgeException;

import com.sun.prism.Graphics;
import com.sun.prism.PixelFormat;
import com.sun.prism.Texture;

/**
 * An external texture of the es2 pipeline: a texture of Prism's own whose storage is replaced. Prism makes it one pixel
 * large, so that neither memory is wasted nor Prism's limit on texture sizes applies; drawing it from (0, 0) to (1, 1)
 * covers the whole storage, whatever its size, because the shaders use normalised coordinates.
 */
public abstract class Es2Texture extends ExternalTexture {
    /**
     * Makes an unwrapped texture.
     *
     * @param width pixels
     * @param height pixels
     * @param scaleX pixels per logical unit of JavaFX, horizontally
     * @param scaleY pixels per logical unit of JavaFX, vertically
     */
    protected Es2Texture(int width, int height, double scaleX, double scaleY) {
        super(width, height, scaleX, scaleY);
    }

    @Override
    Texture wrap(Graphics g) {
        Texture texture = created(g.getResourceFactory().createTexture(PixelFormat.INT_ARGB_PRE, Texture.Usage.DYNAMIC,
                Texture.WrapMode.CLAMP_TO_EDGE, 1, 1));
        try {
            texture.makePermanent();
            // Draws nothing, and binds the texture the way Prism's own bookkeeping knows.
            g.drawTexture(texture, 0, 0, 0, 0);
            replaceStorage();
            return texture;
        } catch (RuntimeException | Error e) {
            texture.dispose();
            throw e;
        }
    }

    /**
     * Gives the GL texture that is bound to GL_TEXTURE_2D of unit 0 its storage. Leaves all GL state as it was.
     *
     * @throws BridgeException when GL refuses
     */
    protected abstract void replaceStorage();
}
