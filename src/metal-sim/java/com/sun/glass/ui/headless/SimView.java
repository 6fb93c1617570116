package com.sun.glass.ui.headless;

/**
 * A view with a back buffer for the Metal pipeline. The render thread locks the view, draws, commits and unlocks it,
 * which presents; nothing here may throw, or the toolkit hangs.
 */
final class SimView extends HeadlessView {

    private long texture;
    private long replaced; // JavaFX may draw one more frame into it: its state lags behind the view's size
    private int textureWidth;
    private int textureHeight;

    @Override
    protected synchronized long _getNativeFrameBuffer(long ptr) {
        int width = Math.max(getWidth(), 1);
        int height = Math.max(getHeight(), 1);
        if (texture == 0 || width != textureWidth || height != textureHeight) {
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
        var window = getWindow();
        if (texture != 0 && window != null && window.isVisible()) {
            SimScreen.present(texture, window.getX(), window.getY());
        }
    }

    @Override
    protected synchronized boolean _close(long ptr) {
        SimScreen.release(texture);
        SimScreen.release(replaced);
        texture = 0;
        replaced = 0;
        return super._close(ptr);
    }
}
