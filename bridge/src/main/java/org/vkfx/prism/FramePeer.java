package org.vkfx.prism;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.vkfx.log.Log;

import com.sun.javafx.sg.prism.NGRegion;
import com.sun.prism.Graphics;
import com.sun.prism.PrinterGraphics;
import com.sun.prism.ps.ShaderGraphics;

/** Draws the latched frame as one textured quad. JavaFX's render thread, except where said. */
final class FramePeer extends NGRegion {
    private static final Log LOG = Log.of(FramePeer.class);
    /** Seconds in which the render thread comes to a page, unless it stands still or JavaFX is ending. */
    private static final int PATIENCE = 5;

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
        if (g instanceof PrinterGraphics) {
            print(g);
        } else if (g instanceof ShaderGraphics shaders) {
            paint(shaders);
        } // else another pipeline, in which the image does not exist
    }

    private void paint(ShaderGraphics g) {
        ExternalTexture image = source.read(clock.read(g));
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

    /**
     * Draws the shown image on a page. Java's print thread, which JavaFX's render thread never waits for: it reads the
     * image back, because the page is of another pipeline.
     */
    private void print(Graphics g) {
        try {
            ExternalTexture.Copy copy = RenderThread.call(() -> {
                ExternalTexture image = source.read(clock.open());
                return image == null ? null : image.copy();
            }).toCompletableFuture().get(PATIENCE, TimeUnit.SECONDS);
            if (copy != null) {
                copy.draw(g, width, height);
            }
        } catch (ExecutionException | TimeoutException | RuntimeException | LinkageError e) {
            LOG.warning(
                    "A view is missing on a printed page. Print it again when JavaFX is not busy, or print a snapshot of it.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // whoever prints is to end
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
