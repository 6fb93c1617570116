package org.vkfx.prism;

import java.util.ArrayList;
import java.util.List;

import javafx.scene.Node;

/** Whether JavaFX lets this package in. Links no internal class itself, so it can always be asked. */
public final class PrismAccess {
    /** The packages of JavaFX that this package names. */
    private static final List<String> PACKAGES = List.of("com.sun.javafx.geom.transform", "com.sun.javafx.scene",
            "com.sun.javafx.scene.layout",
            "com.sun.javafx.sg.prism", "com.sun.javafx.tk", "com.sun.prism", "com.sun.prism.ps");

    private PrismAccess() {
    }

    /**
     * Returns the command line options that are missing.
     *
     * @return one --add-exports option for each package; empty when the access is complete
     */
    public static List<String> missingOptions() {
        Module graphics = Node.class.getModule();
        Module self = PrismAccess.class.getModule();
        List<String> missing = new ArrayList<>();
        if (graphics.isNamed()) { // on the class path everything is open
            for (String name : PACKAGES) {
                if (!graphics.isExported(name, self)) {
                    missing.add("--add-exports=javafx.graphics/" + name + "="
                            + (self.isNamed() ? self.getName() : "ALL-UNNAMED"));
                }
            }
        }
        return missing;
    }

    /**
     * Returns JavaFX's graphics pipeline as far as the access goes.
     *
     * @return {@link RenderThread#pipeline()}, or "" without access
     */
    public static String pipeline() {
        return missingOptions().isEmpty() ? RenderThread.pipeline() : "";
    }
}
