package com.sun.glass.ui.headless;

/**
 * A view with a back buffer for the Metal pipeline. The render thread locks the view, draws, commits and unlocks it,
 * which presents; nothing there may throw, or the toolkit hangs, and it may not ask the view or window (event thread
 * only), so those tell what it needs.
 */
final class SimView extends HeadlessView {

    private int width;
    private int height;
    private int screenX;
    private int screenY;
    private boolean shown;
    private long texture;
    private long replaced; // JavaFX may draw one more frame into it: its state lags behind the view's size
    private int textureWidth;
    private int textureHeight;

    synchronized void place(int x, int y, boolean visible) {
        screenX = x;
        screenY = y;
        shown = visible;
    }

    @Override
    protected void notifyResize(int newWidth, int newHeight) {
        synchronized (this) {
            width = newWidth;
            height = newHeight;
        }
        super.notifyResize(newWidth, newHeight);
    }

    @Override
    protected synchronized long _getNativeFrameBuffer(long ptr) {
        if (width > 0 && height > 0 && (texture == 0 || width != textureWidth || height != textureHeight)) {
            SimScreen.release(replaced);
            replaced = texture;
            texture = SimScreen.newTexture(width, height);
            textureWidth = width;
            textureHeight = height;
        }
        return texture;
    }

    @Override
    protected synchronized void _end(long ptr) {
        if (texture != 0 && shown) {
            SimScreen.present(texture, screenX, screenY);
        }
    }

    @Override
    protected synchronized boolean _close(long ptr) {
        shown = false;
        SimScreen.release(texture);
        SimScreen.release(replaced);
        texture = 0;
        replaced = 0;
        return super._close(ptr);
    }
}
