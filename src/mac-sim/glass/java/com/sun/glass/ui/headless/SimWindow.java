package com.sun.glass.ui.headless;

import com.sun.glass.ui.Pixels;
import com.sun.glass.ui.Screen;
import com.sun.glass.ui.View;
import com.sun.glass.ui.Window;
import java.nio.IntBuffer;
import javafx.scene.paint.Color;

/** A window that reads and writes {@link SimScreen} instead of the headless platform's buffer of 1000 x 1000. */
final class SimWindow extends HeadlessWindow {

    SimWindow(HeadlessWindowManager windowManager, Window owner, Screen screen, int styleMask) {
        super(windowManager, owner, screen, null, styleMask);
    }

    @Override
    public Color getColor(int x, int y) {
        int[] pixel = new int[1];
        SimScreen.read(x, y, 1, 1, pixel);
        return Color.rgb(pixel[0] >> 16 & 255, pixel[0] >> 8 & 255, pixel[0] & 255, (pixel[0] >>> 24) / 255.0);
    }

    @Override
    public void getScreenCapture(int x, int y, int width, int height, int[] data, boolean scaleToFit) {
        SimScreen.read(x, y, width, height, data);
    }

    /** The software pipeline's way to the screen. */
    @Override
    void blit(Pixels pixels) {
        int[] content = new int[pixels.getWidth() * pixels.getHeight()];
        ((IntBuffer) pixels.getBuffer()).get(0, content);
        SimScreen.write(getX(), getY(), pixels.getWidth(), pixels.getHeight(), content);
    }

    @Override
    void clearRect(int x, int width, int y, int height) {
        SimScreen.clear(x, y, width, height);
    }

    @Override
    protected boolean _setView(long ptr, View view) {
        boolean set = super._setView(ptr, view);
        placeView(view, getX(), getY(), isVisible());
        return set;
    }

    @Override
    protected boolean _setVisible(long ptr, boolean visible) {
        placeView(getView(), getX(), getY(), visible);
        if (!visible) {
            clearRect(getX(), getWidth(), getY(), getHeight());
        }
        return super._setVisible(ptr, visible);
    }

    @Override
    protected void notifyMove(int x, int y) {
        clearRect(getX(), getWidth(), getY(), getHeight());
        super.notifyMove(x, y);
        placeView(getView(), x, y, isVisible());
    }

    @Override
    protected boolean _close(long ptr) {
        clearRect(getX(), getWidth(), getY(), getHeight());
        return super._close(ptr);
    }

    private static void placeView(View view, int x, int y, boolean visible) {
        if (view instanceof SimView simView) {
            simView.place(x, y, visible);
            if (visible) {
                simView.notifyRepaint(0, 0, simView.getWidth(), simView.getHeight());
            }
        }
    }
}
