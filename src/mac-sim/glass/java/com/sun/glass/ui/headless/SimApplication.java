package com.sun.glass.ui.headless;

import com.sun.glass.ui.GlassRobot;
import com.sun.glass.ui.Screen;
import com.sun.glass.ui.View;
import com.sun.glass.ui.Window;

/** In JavaFX's package because what differs, the windows' access to the screen, is package-private there. */
public final class SimApplication extends HeadlessApplication {

    private static final int WIDTH = 1920;
    private static final int HEIGHT = 1200;

    private final HeadlessWindowManager windowManager = new HeadlessWindowManager();
    private Screen[] screens;
    private HeadlessRobot robot;

    @Override
    protected Screen[] staticScreen_getScreens() {
        if (screens == null) {
            SimScreen.open(WIDTH, HEIGHT);
            screens = new Screen[] {new Screen(0, 32, 0, 0, WIDTH, HEIGHT, 0, 0, WIDTH, HEIGHT, 0, 0, WIDTH, HEIGHT,
                    100, 100, 1f, 1f, 1f, 1f)};
        }
        return screens;
    }

    @Override
    public Window createWindow(Window owner, Screen screen, int styleMask) {
        var window = new SimWindow(windowManager, owner, screen, styleMask);
        if (robot != null) {
            robot.windowAdded(window);
            window.setRobot(robot);
        }
        return window;
    }

    @Override
    public View createView() {
        return new SimView();
    }

    @Override
    public GlassRobot createRobot() {
        robot = new HeadlessRobot(this);
        return robot;
    }
}
