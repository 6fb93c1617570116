package org.vkfx.prism;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.sun.javafx.tk.Toolkit;
import com.sun.prism.CompositeMode;
import com.sun.prism.Graphics;
import com.sun.prism.Image;
import com.sun.prism.PixelFormat;
import com.sun.prism.RTTexture;
import com.sun.prism.Texture;

/** An external texture of the mtl pipeline: Prism's wrapper around an MTLTexture. */
public abstract class MtlTexture extends ExternalTexture {
    /** Those that JavaFX holds a wrapper of; render thread. */
    private static final Set<MtlTexture> WRAPPED = new HashSet<>();
    private static boolean hooked; // render thread
    private static Texture black; // render thread

    private final boolean opaque;
    /** The opaque image where it is drawn as a whole; null until it is. */
    private RTTexture flat;

    /**
     * Makes an unwrapped texture.
     *
     * @param width pixels
     * @param height pixels
     * @param scaleX pixels per logical unit of JavaFX, horizontally
     * @param scaleY pixels per logical unit of JavaFX, vertically
     * @param opaque whether alpha is to be ignored
     */
    protected MtlTexture(int width, int height, double scaleX, double scaleY, boolean opaque) {
        super(width, height, scaleX, scaleY);
        this.opaque = opaque;
    }

    @Override
    Texture wrap(Graphics g) {
        if (!hooked) {
            hooked = true;
            // Once the pipeline is disposed of, its wrappers do not release what they wrap any more.
            Toolkit.getToolkit().addShutdownHook(() -> RenderThread.run(MtlTexture::unwrapAll));
        }
        MtlPipeline pipeline = MtlPipeline.get();
        long mtlTexture = retain();
        Texture texture;
        try {
            texture = pipeline.wrap(mtlTexture, pixelWidth(), pixelHeight());
        } catch (RuntimeException | Error e) {
            release();
            throw e;
        }
        texture.makePermanent();
        WRAPPED.add(this);
        return texture;
    }

    @Override
    void draw(Graphics g, Texture texture, float drawnWidth, float drawnHeight) {
        if (!opaque) {
            super.draw(g, texture, drawnWidth, drawnHeight);
        } else if (g.getExtraAlpha() == 1 && !g.isAlphaTestShader()) {
            drawOpaque(g, texture, drawnWidth, drawnHeight);
        } else { // as a whole: two layers would each be translucent, and with a depth test alpha discards pixels
            if (flat == null || flat.isSurfaceLost() || flat.getLinearFiltering() != texture.getLinearFiltering()) {
                forgetFlat();
                flat = created(g.getResourceFactory().createRTTexture(pixelWidth(), pixelHeight(),
                        Texture.WrapMode.CLAMP_TO_EDGE));
                flat.makePermanent();
                flat.setLinearFiltering(texture.getLinearFiltering());
            }
            drawOpaque(flat.createGraphics(), texture, pixelWidth(), pixelHeight());
            super.draw(g, flat, drawnWidth, drawnHeight);
        }
    }

    /** Without regard to alpha: colours are added to black, which alone says that all that lies behind is covered. */
    private void drawOpaque(Graphics g, Texture texture, float drawnWidth, float drawnHeight) {
        super.draw(g, black(g), drawnWidth, drawnHeight);
        CompositeMode before = g.getCompositeMode();
        g.setCompositeMode(CompositeMode.ADD);
        super.draw(g, texture, drawnWidth, drawnHeight);
        g.setCompositeMode(before);
    }

    /** A black pixel, so that what it covers is to the last pixel what the image covers. */
    private static Texture black(Graphics g) {
        if (black == null || black.isSurfaceLost()) {
            black = created(g.getResourceFactory().createTexture(PixelFormat.INT_ARGB_PRE, Texture.Usage.STATIC,
                    Texture.WrapMode.CLAMP_TO_EDGE, 1, 1));
            black.update(Image.fromIntArgbPreData(new int[]{0xff000000}, 1, 1));
            black.makePermanent();
        }
        return black;
    }

    /**
     * Wraps the texture when it is not, and tells by what. JavaFX's render thread.
     *
     * @return a MetalTexture, JavaFX's native wrapper, which lives until {@link #dispose}
     */
    public long wrapper() {
        return MtlPipeline.get().getNativeHandle(wrapped(null)); // this pipeline wraps without drawing
    }

    private static void unwrapAll() {
        List.copyOf(WRAPPED).forEach(MtlTexture::dispose);
    }

    /**
     * Retains the MTLTexture for JavaFX, whose wrapper releases it.
     *
     * @return its address
     */
    protected abstract long retain();

    /** Undoes {@link #retain} where JavaFX did not wrap the texture. */
    protected abstract void release();

    @Override
    public void dispose() {
        super.dispose();
        WRAPPED.remove(this);
        forgetFlat();
    }

    private void forgetFlat() {
        if (flat != null) {
            flat.dispose();
            flat = null;
        }
    }
}
