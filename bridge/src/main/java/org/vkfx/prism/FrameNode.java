package org.vkfx.prism;

import javafx.scene.Node;
import javafx.scene.layout.Region;

import com.sun.javafx.scene.DirtyBits;
import com.sun.javafx.scene.NodeHelper;
import com.sun.javafx.scene.layout.RegionHelper;
import com.sun.javafx.sg.prism.NGNode;

/** The node that draws the frames of a {@link FrameSource}. JavaFX thread. */
public final class FrameNode extends Region {
    private final FrameSource source;
    private final ReadClock clock;
    private boolean smooth = true;

    {
        Helper.attach(this);
    }

    /**
     * Makes a node.
     *
     * @param source what is drawn
     * @param clock is told of every read
     */
    public FrameNode(FrameSource source, ReadClock clock) {
        this.source = source;
        this.clock = clock;
        setFocusTraversable(false);
        setMouseTransparent(true);
    }

    /** The source has a new frame: paint in this pulse. */
    public void frameReady() {
        NodeHelper.markDirty(this, DirtyBits.NODE_CONTENTS);
    }

    /**
     * Chooses the filter for images that are not shown pixel by pixel.
     *
     * @param smooth true for linear filtering
     */
    public void setSmooth(boolean smooth) {
        this.smooth = smooth;
        frameReady();
    }

    /** The view's coordinates are this node's, also in a right-to-left scene. */
    @Override
    public boolean usesMirroring() {
        return false;
    }

    private void sync() {
        if (NodeHelper.isDirty(this, DirtyBits.NODE_CONTENTS)) {
            if (source.latch()) {
                clock.latched();
            }
            FramePeer peer = NodeHelper.getPeer(this);
            peer.update(smooth);
        }
    }

    private static final class Helper extends RegionHelper {
        static final Helper INSTANCE = new Helper();

        static void attach(FrameNode node) {
            setHelper(node, INSTANCE);
        }

        @Override
        protected NGNode createPeerImpl(Node node) {
            FrameNode frameNode = (FrameNode) node;
            return new FramePeer(frameNode.source, frameNode.clock);
        }

        @Override
        protected void updatePeerImpl(Node node) {
            super.updatePeerImpl(node);
            ((FrameNode) node).sync();
        }
    }
}
