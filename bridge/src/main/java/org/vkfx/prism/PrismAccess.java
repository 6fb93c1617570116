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

    /** The package of the Metal pipeline; only JavaFX for macOS has it. */
    static final String METAL = "com.sun.prism.mtl";

    private PrismAccess() {
    }

    /**
     * Returns the command line options that are missing.
     *
     * @return one --add-exports option for each package, and where JavaFX has a Metal pipeline the --add-opens option
     *     for it; empty when the access is complete
     */
    public static List<String> missingOptions() {
        Module graphics = Node.class.getModule();
        Module self = PrismAccess.class.getModule();
        List<String> missing = new ArrayList<>();
        if (graphics.isNamed()) { // on the class path everything is open
            for (String name : PACKAGES) {
                if (!graphics.isExported(name, self)) {
                    missing.add("--add-exports=javafx.graphics/" + name + "=" + self());
                }
            }
            if (hasMetal() && !graphics.isOpen(METAL, self)) {
                missing.add(openMetal());
            }
        }
        return missing;
    }

    /**
     * Tells whether this JavaFX has a Metal pipeline.
     *
     * @return whether its package is there, in use or not
     */
    public static boolean hasMetal() {
        Module graphics = Node.class.getModule();
        return graphics.isNamed() ? graphics.getPackages().contains(METAL)
                : Node.class.getResource("/com/sun/prism/mtl/MTLPipeline.class") != null;
    }

    /** Returns the option that opens JavaFX's Metal pipeline. */
    static String openMetal() {
        return "--add-opens=javafx.graphics/" + METAL + "=" + self();
    }

    private static String self() {
        Module self = PrismAccess.class.getModule();
        return self.isNamed() ? self.getName() : "ALL-UNNAMED";
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
