package org.vkfx.prism;

import com.sun.javafx.sg.prism.NGRegion;
import com.sun.prism.Graphics;
import com.sun.prism.PrinterGraphics;
import com.sun.prism.ps.ShaderGraphics;

/** Draws the latched frame as one textured quad. JavaFX's render thread, except where said. */
final class FramePeer extends NGRegion {
    private final FrameSource source;
    private final ReadClock clock;
    private float width;
    private float height;
    private boolean smooth = true;

    FramePeer(FrameSource source, ReadClock clock) {
        this.source = source;
        this.clock = clock;
    }

    /** Returns what is told of every read. */
    ReadClock clock() {
        return clock;
    }

    /** JavaFX thread, during synchronisation. */
    void update(boolean linear) {
        smooth = linear;
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
        if (g instanceof PrinterGraphics || !(g instanceof ShaderGraphics shaders)) {
            return; // another thread and another pipeline: the texture does not exist there
        }
        ExternalTexture image = source.read(clock.read(shaders));
        if (image == null) {
            return;
        }
        try {
            image.setSmooth(smooth);
            image.draw(g, width, height);
        } catch (RuntimeException | LinkageError e) {
            source.failed(e);
        }
    }

    @Override
    protected boolean hasVisuals() {
        return true;
    }

    @Override
    protected boolean supportsOpaqueRegions() {
        return false;
    }

    @Override
    protected boolean hasOpaqueRegion() {
        return false;
    }
}
