package com.sun.glass.ui.headless;

import com.sun.glass.utils.NativeLibLoader;

/** The screen, which lies in native memory, where the simulated GPU writes it: prism_view.c. */
final class SimScreen {

    static {
        NativeLibLoader.loadLibrary("prism_mtl");
    }

    private SimScreen() {
    }

    static void open(int width, int height) {
        nOpen(width, height);
    }

    /** A texture to draw a window's content into, or 0 while another pipeline draws. */
    static long newTexture(int width, int height) {
        return nNewTexture(width, height);
    }

    static void release(long texture) {
        nRelease(texture);
    }

    /** Shows a texture at a place as soon as the GPU has drawn it; does not wait. */
    static void present(long texture, int x, int y) {
        nPresent(texture, x, y);
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

    private static native void nPresent(long texture, int x, int y);

    private static native void nRead(int x, int y, int width, int height, int[] pixels);

    private static native void nWrite(int x, int y, int width, int height, int[] pixels);
}
