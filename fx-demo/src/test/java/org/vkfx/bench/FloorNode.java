package org.vkfx.bench;

import javafx.scene.Node;
import javafx.scene.layout.Region;

import com.sun.javafx.scene.DirtyBits;
import com.sun.javafx.scene.NodeHelper;
import com.sun.javafx.scene.layout.RegionHelper;
import com.sun.javafx.sg.prism.NGNode;
import com.sun.javafx.sg.prism.NGRegion;
import com.sun.javafx.tk.RenderJob;
import com.sun.javafx.tk.Toolkit;
import com.sun.prism.Graphics;
import com.sun.prism.PixelFormat;
import com.sun.prism.Texture;

/**
 * A node that draws one texture of Prism's own, with as little around it as possible. The only class here that names
 * com.sun.
 */
final class FloorNode extends Region {
    private final int pixelWidth;
    private final int pixelHeight;
    private final boolean linear;
    private Texture texture; // JavaFX's render thread
    private volatile long drawn;

    {
        Helper.attach(this);
    }

    FloorNode(int pixelWidth, int pixelHeight, boolean linear) {
        this.pixelWidth = pixelWidth;
        this.pixelHeight = pixelHeight;
        this.linear = linear;
    }

    /** Draw in this pulse. JavaFX thread. */
    void redraw() {
        NodeHelper.markDirty(this, DirtyBits.NODE_CONTENTS);
    }

    long drawn() {
        return drawn;
    }

    /** After its window is closed. */
    void dispose() {
        Toolkit.getToolkit().addRenderJob(new RenderJob(() -> {
            if (texture != null) {
                texture.dispose();
                texture = null;
            }
        }));
    }

    private void draw(Graphics g, float width, float height) {
        if (texture == null) {
            texture = g.getResourceFactory().createTexture(PixelFormat.INT_ARGB_PRE, Texture.Usage.DYNAMIC,
                    Texture.WrapMode.CLAMP_TO_EDGE, pixelWidth, pixelHeight);
            if (texture == null || texture.getContentWidth() != pixelWidth) {
                throw new IllegalStateException("JavaFX made no texture of " + pixelWidth + "x" + pixelHeight);
            }
            texture.makePermanent();
            texture.setLinearFiltering(linear);
        }
        g.drawTexture(texture, 0, 0, width, height, 0, 0, pixelWidth, pixelHeight);
        drawn = drawn + 1;
    }

    private static final class Peer extends NGRegion {
        private static final int DRAW = Part.DRAW.ordinal();
        private final FloorNode node;
        private float width;
        private float height;

        Peer(FloorNode node) {
            this.node = node;
        }

        void redraw() {
            visualsChanged();
        }

        @Override
        public void setSize(float width, float height) {
            this.width = width;
            this.height = height;
            super.setSize(width, height);
        }

        @Override
        protected void renderContent(Graphics g) {
            long begin = Probe.begin(DRAW);
            node.draw(g, width, height);
            Probe.end(DRAW, begin);
        }

        @Override
        protected boolean hasVisuals() {
            return true;
        }

        @Override
        protected boolean supportsOpaqueRegions() {
            return false;
        }
    }

    private static final class Helper extends RegionHelper {
        private static final Helper INSTANCE = new Helper();

        static void attach(FloorNode node) {
            setHelper(node, INSTANCE);
        }

        @Override
        protected NGNode createPeerImpl(Node node) {
            return new Peer((FloorNode) node);
        }

        @Override
        protected void updatePeerImpl(Node node) {
            super.updatePeerImpl(node);
            if (NodeHelper.isDirty(node, DirtyBits.NODE_CONTENTS)) {
                NodeHelper.<Peer>getPeer(node).redraw();
            }
        }
    }
}
