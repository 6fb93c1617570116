package com.sun.glass.ui.sim;

import com.sun.glass.ui.Application;
import com.sun.glass.ui.headless.HeadlessPlatformFactory;
import com.sun.glass.ui.headless.SimApplication;

/** JavaFX's headless platform with a screen the Metal pipeline can present to: {@code -Dglass.platform=Sim}. */
public final class SimPlatformFactory extends HeadlessPlatformFactory {

    @Override
    public Application createApplication() {
        return new SimApplication();
    }
}
