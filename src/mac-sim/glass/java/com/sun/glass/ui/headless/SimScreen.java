package com.sun.glass.ui.headless;

import com.sun.glass.utils.NativeLibLoader;
import com.sun.prism.GraphicsPipeline;
import java.util.Map;

/** The screen, which lies in native memory, where the simulated GPU writes it: screen.m. */
final class SimScreen {

    static {
        NativeLibLoader.loadLibrary("prism_mtl");
    }

    private SimScreen() {
    }

    static void open(int width, int height) {
        nOpen(width, height);
    }

    /** JavaFX's MTLCommandQueue, from where Glass takes it too, or 0 while another pipeline draws. */
    private static long queue() {
        GraphicsPipeline pipeline = GraphicsPipeline.getPipeline();
        Map<?, ?> details = pipeline == null ? null : pipeline.getDeviceDetails();
        return details != null && details.get("mtlCommandQueue") instanceof Long queue ? queue : 0;
    }

    /** A texture to draw a window's content into, or 0 while another pipeline draws. */
    static long newTexture(int width, int height) {
        return queue() == 0 ? 0 : nNewTexture(width, height);
    }

    static void release(long texture) {
        if (texture != 0) {
            nRelease(texture);
        }
    }

    /** Shows a texture at a place as soon as the GPU has drawn it; does not wait. */
    static void present(long texture, int x, int y) {
        nPresent(queue(), texture, x, y);
    }

    /** Waits until what was presented is shown. */
    static void read(int x, int y, int width, int height, int[] pixels) {
        nRead(x, y, width, height, pixels);
    }

    static void write(int x, int y, int width, int height, int[] pixels) {
        nWrite(x, y, width, height, pixels);
    }

    static void clear(int x, int y, int width, int height) {
        nWrite(x, y, width, height, null);
    }

    private static native void nOpen(int width, int height);

    private static native long nNewTexture(int width, int height);

    private static native void nRelease(long texture);

    private static native void nPresent(long queue, long texture, int x, int y);

    private static native void nRead(int x, int y, int width, int height, int[] pixels);

    private static native void nWrite(int x, int y, int width, int height, int[] pixels);
}
