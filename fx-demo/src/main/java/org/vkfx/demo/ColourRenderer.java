package org.vkfx.demo;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.vkfx.Frame;
import org.vkfx.SwapchainImages;

/**
 * Fills each frame with the colour of its number, see {@link Colours}; but first, and for as long as the GPU is kept
 * busy, with that of an unfinished one. Whoever reads an image too early or too late sees the wrong colour. Records no
 * copy.
 */
final class ColourRenderer extends CheckRenderer {
    private static final long BUSY_NANOS = 5_000_000;
    private static final int MOST_CLEARS = 2000;

    private final FrameTimes frameTimes = new FrameTimes();
    private int clears = 4; // as many as keep the GPU busy
    private long last;

    ColourRenderer(VulkanContext context) {
        super(context);
    }

    /** How long frames take; any thread. */
    FrameTimes frameTimes() {
        return frameTimes;
    }

    @Override
    void prepare(SwapchainImages changed, Cleanup cleanup) {
        last = 0;
    }

    @Override
    void draw(VkCommandBuffer buffer, Frame frame, int number, MemoryStack stack) {
        adapt(System.nanoTime());
        for (int i = 0; i < clears; i++) {
            clearWithin(buffer, frame, Colours.UNFINISHED);
        }
        clear(buffer, frame.image(), Colours.of(number), stack);
    }

    private static void clearWithin(VkCommandBuffer buffer, Frame frame, int argb) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            clear(buffer, frame.image(), argb, stack);
        }
    }

    /** Frames follow each other as fast as the GPU makes them, so their distance is what one takes. */
    private void adapt(long now) {
        frameTimes.frame(now);
        if (last != 0) {
            clears = now - last < BUSY_NANOS ? Math.min(2 * clears, MOST_CLEARS) : Math.max(4, clears - clears / 4);
        }
        last = now;
    }
}
