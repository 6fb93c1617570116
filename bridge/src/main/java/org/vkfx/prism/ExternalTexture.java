package org.vkfx.prism;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;

import com.sun.javafx.geom.transform.BaseTransform;
import com.sun.prism.Graphics;
import com.sun.prism.GraphicsPipeline;
import com.sun.prism.Image;
import com.sun.prism.PixelFormat;
import com.sun.prism.RTTexture;
import com.sun.prism.Texture;
import com.sun.prism.ps.ShaderGraphics;

/**
 * A Prism texture over memory that is not Prism's. Wrapped once, ahead of its first paint or in it; everything happens
 * on JavaFX's render thread. Who made it disposes of it.
 */
public abstract class ExternalTexture {
    private static final double EXACT = 1 / 256.0; // of a pixel
    private final int pixelWidth;
    private final int pixelHeight;
    private final float width;
    private final float height;
    private final float halfPixelX;
    private final float halfPixelY;
    private boolean smooth = true;
    /**
     * Two textures of Prism's over the same storage, because Prism sets a filter only when it binds another texture.
     */
    private Texture linear;
    private Texture nearest;

    /**
     * Makes an unwrapped texture.
     *
     * @param width pixels
     * @param height pixels
     * @param scaleX pixels per logical unit of JavaFX, horizontally
     * @param scaleY pixels per logical unit of JavaFX, vertically
     */
    protected ExternalTexture(int width, int height, double scaleX, double scaleY) {
        pixelWidth = width;
        pixelHeight = height;
        this.width = (float) (width / scaleX);
        this.height = (float) (height / scaleY);
        halfPixelX = (float) (0.501 / scaleX);
        halfPixelY = (float) (0.501 / scaleY);
    }

    /** Returns the width in pixels. */
    int pixelWidth() {
        return pixelWidth;
    }

    /** Returns the height in pixels. */
    int pixelHeight() {
        return pixelHeight;
    }

    /**
     * Chooses between linear and nearest filtering where pixels are not shown one by one.
     *
     * @param linear true for linear
     */
    void setSmooth(boolean linear) {
        smooth = linear;
    }

    /**
     * Wraps the memory.
     *
     * @param g the graphics of the paint under way, or of a target made for this
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
        boolean fits = fits(nodeWidth, nodeHeight);
        wrapped(g);
        acquire();
        float drawnWidth = fits ? width : nodeWidth;
        float drawnHeight = fits ? height : nodeHeight;
        Texture texture = smooth && !(fits && isPixelByPixel(g.getTransformNoClone())) ? linear : nearest;
        draw(g, texture, drawnWidth, drawnHeight);
    }

    /**
     * Makes what was rendered last visible to JavaFX's GPU, where seeing it completed is not enough. Called before the
     * image is drawn, and before the paint that draws it first, when it costs least; idempotent. Does nothing before
     * the memory was wrapped.
     */
    public void acquire() {
        // most pipelines see what is in memory
    }

    /** Wraps the memory before it is drawn, so that no paint has to; nothing when it was already. */
    public void prepare() {
        if (linear == null) {
            RTTexture target = created(GraphicsPipeline.getDefaultResourceFactory().createRTTexture(1, 1,
                    Texture.WrapMode.CLAMP_NOT_NEEDED));
            try {
                Graphics g = target.createGraphics();
                wrapped(g);
                if (g instanceof ShaderGraphics shaders) {
                    shaders.setExternalShader(null); // has Prism submit what it collected, while its target is there
                }
            } finally {
                target.dispose();
            }
        }
    }

    /** Returns the texture with the linear filter, wrapped when it is not. */
    final Texture wrapped(Graphics g) {
        if (linear == null || isLost()) {
            RenderThread.surrounded(() -> wrapAnew(g)); // amid a paint, too
        }
        return linear;
    }

    /**
     * Tells whether what was wrapped is not there any more. Asked with every draw once it was wrapped.
     *
     * @return true when it has to be wrapped anew
     */
    protected boolean isLost() {
        return linear.isSurfaceLost();
    }

    private void wrapAnew(Graphics g) {
        dispose();
        linear = wrap(g);
        nearest = linear.getSharedTexture(Texture.WrapMode.REPEAT);
        linear.setLinearFiltering(true);
        nearest.setLinearFiltering(false);
    }

    /**
     * Reads the image back for a pipeline that cannot see its memory.
     *
     * @return a copy, for any thread
     * @throws BridgeException REFUSED when the pipeline refuses
     */
    Copy copy() {
        return new Copy(this, sample());
    }

    /** The pixels of an image, as {@link #sample} returned them. */
    record Copy(ExternalTexture of, int[] pixels) {
        /**
         * Draws as {@link ExternalTexture#draw} does, by whatever pipeline the graphics is of, but filtered as that
         * pipeline has it. Its thread.
         */
        void draw(Graphics g, float nodeWidth, float nodeHeight) {
            int imageWidth = of.pixelWidth;
            int imageHeight = of.pixelHeight;
            boolean fits = of.fits(nodeWidth, nodeHeight);
            Texture texture = created(
                    g.getResourceFactory().createTexture(PixelFormat.INT_ARGB_PRE, Texture.Usage.STATIC,
                            Texture.WrapMode.CLAMP_TO_EDGE, imageWidth, imageHeight));
            try {
                texture.update(Image.fromIntArgbPreData(pixels, imageWidth, imageHeight));
                // scaled here, because Java2D cuts off fractions of what it is to draw
                g.scale((fits ? of.width : nodeWidth) / imageWidth, (fits ? of.height : nodeHeight) / imageHeight);
                g.drawTexture(texture, 0, 0, imageWidth, imageHeight);
            } finally {
                texture.dispose();
            }
        }
    }

    /**
     * Draws the image, pixel by pixel, into a texture of JavaFX's and reads that back; wraps the memory when it is not.
     *
     * @return the pixels as JavaFX sees them: premultiplied ARGB, row by row, the top one first
     * @throws BridgeException REFUSED when the pipeline refuses
     */
    public int[] sample() {
        RTTexture target = created(GraphicsPipeline.getDefaultResourceFactory().createRTTexture(pixelWidth, pixelHeight,
                Texture.WrapMode.CLAMP_TO_ZERO));
        try {
            target.makePermanent();
            Graphics g = target.createGraphics();
            g.clear();
            g.scale(pixelWidth / width, pixelHeight / height);
            draw(g, width, height);
            g.sync();
            // The Metal pipeline draws nothing first, and reads whole textures only, into direct buffers only.
            IntBuffer pixels = ByteBuffer.allocateDirect(pixelWidth * pixelHeight * Integer.BYTES)
                    .order(ByteOrder.nativeOrder()).asIntBuffer();
            if (!target.readPixels(pixels)) {
                throw new BridgeException(Reason.REFUSED, "JavaFX could not read a texture of its own back.");
            }
            int[] result = new int[pixelWidth * pixelHeight];
            pixels.get(0, result);
            return result;
        } finally {
            target.dispose();
        }
    }

    private boolean fits(float nodeWidth, float nodeHeight) {
        return Math.abs(nodeWidth - width) <= halfPixelX && Math.abs(nodeHeight - height) <= halfPixelY;
    }

    /** Draws one of the textures at the origin. */
    void draw(Graphics g, Texture texture, float drawnWidth, float drawnHeight) {
        g.drawTexture(texture, 0, 0, drawnWidth, drawnHeight, 0, 0, texture.getContentWidth(),
                texture.getContentHeight());
    }

    /** Whether each pixel of the image covers one of the target: then no filter may touch it, however it rounds. */
    private boolean isPixelByPixel(BaseTransform transform) {
        return transform.is2D() && Math.abs(transform.getMxy()) < EXACT / pixelHeight
                && Math.abs(transform.getMyx()) < EXACT / pixelWidth
                && Math.abs(width * transform.getMxx() - pixelWidth) < EXACT
                && Math.abs(height * transform.getMyy() - pixelHeight) < EXACT && isWhole(transform.getMxt())
                && isWhole(transform.getMyt());
    }

    private static boolean isWhole(double x) {
        return Math.abs(x - Math.rint(x)) < EXACT;
    }

    /** What JavaFX's resource factory has made, unless its memory is used up. */
    static <T extends Texture> T created(T texture) {
        if (texture == null) {
            throw new BridgeException(Reason.REFUSED,
                    "JavaFX could not create a texture. Raise its limit of video memory, as by -Dprism.maxvram=2G.");
        }
        return texture;
    }

    /** Frees the textures, and what {@link #wrap} made beside it. */
    public void dispose() {
        if (linear != null) {
            linear.dispose(); // and with it the storage of both
            linear = null;
            nearest = null;
        }
    }
}
