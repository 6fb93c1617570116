package org.vkfx.bench;

import static org.lwjgl.vulkan.VK12.*;

import javafx.scene.Node;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.vkfx.bench.Cell.Size;
import org.vkfx.bench.Cell.WindowKind;

/**
 * The least that showing an image can cost: a texture of JavaFX's own, drawn every pulse, while as many frames are
 * rendered elsewhere.
 */
final class FloorSubject implements Subject {
    private static final int IMAGES = 4; // as the view has
    private static final int PULSE = Part.PULSE.ordinal();

    private final FloorNode node;
    private final Renderer renderer;

    /** JavaFX thread. */
    FloorSubject(Gpu gpu, Size size, WindowKind window) {
        double scale = window.scale(size);
        node = new FloorNode(size.width(), size.height(), window == WindowKind.SMALL);
        node.setManaged(false); // it keeps the size it is given
        node.resize(size.width() / scale, size.height() / scale);
        renderer = new Renderer(gpu, size);
    }

    @Override
    public Node node() {
        return node;
    }

    @Override
    public void pulse() {
        long begin = Probe.begin(PULSE);
        node.redraw();
        renderer.demand();
        Probe.end(PULSE, begin);
    }

    @Override
    public long displayed() {
        return node.drawn();
    }

    @Override
    public long rendered() {
        return renderer.rendered();
    }

    @Override
    public double latencyNanos() {
        return Double.NaN;
    }

    @Override
    public void close() {
        renderer.close();
        node.dispose();
    }

    private static final class Renderer extends Offscreen {
        private int next;

        Renderer(Gpu gpu, Size size) {
            super(gpu, size, IMAGES, VK_IMAGE_LAYOUT_GENERAL);
        }

        @Override
        void prepare(Size size, int count) {
        }

        @Override
        void recordSequel(MemoryStack stack, VkCommandBuffer commands, int index, long image) {
        }

        @Override
        boolean renderOne() {
            submit(next); // as the view, does not wait for what it submits
            next = (next + 1) % IMAGES;
            return true;
        }

        @Override
        void release() {
        }
    }
}
