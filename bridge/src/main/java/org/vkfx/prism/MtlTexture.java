package org.vkfx.prism;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.sun.javafx.tk.Toolkit;
import com.sun.prism.Graphics;
import com.sun.prism.Texture;
import com.sun.prism.paint.Color;

/** An external texture of the mtl pipeline: Prism's wrapper around an MTLTexture. */
public abstract class MtlTexture extends ExternalTexture {
    /** Those that JavaFX holds a wrapper of; render thread. */
    private static final Set<MtlTexture> WRAPPED = new HashSet<>();
    private static boolean hooked; // render thread

    private final boolean opaque;

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

    /** Colours are added to what lies behind, as premultiplied ones are: black makes them opaque whatever their alpha. */
    @Override
    void drawBackdrop(Graphics g, float drawnWidth, float drawnHeight) {
        if (opaque) {
            g.setPaint(Color.BLACK);
            g.fillQuad(0, 0, drawnWidth, drawnHeight);
        }
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
    }
}
