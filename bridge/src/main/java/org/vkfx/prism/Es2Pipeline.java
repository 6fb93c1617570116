package org.vkfx.prism;

import com.sun.prism.GraphicsPipeline;
import com.sun.prism.GraphicsResource;
import com.sun.prism.PresentableState;

/** JavaFX's es2 pipeline. It has one GL context, whatever screens there are. */
public final class Es2Pipeline {
    private Es2Pipeline() {
    }

    /**
     * Has Prism make its GL context current with the drawable that it keeps as long as the pipeline, instead of one of
     * a window. Between paints that is so already, but since JavaFX 27 (JDK-8382883) Prism leaves the last window's
     * current and forgets it. JavaFX thread, where Prism wants its state to be made.
     *
     * @param then runs behind that, on JavaFX's render thread
     * @return false when JavaFX has ended: then it will not run
     */
    public static boolean makeCurrent(Runnable then) {
        PresentableState nowhere = new PresentableState() { // without a window
        };
        return RenderThread.run(() -> {
            // What is given up must not be current: Prism sees to that.
            try {
                if (GraphicsPipeline.getDefaultResourceFactory()
                        .createPresentable(nowhere) instanceof GraphicsResource none) {
                    none.dispose();
                }
            } catch (RuntimeException | Error e) {
                // what is current stays so, and who comes next looks at that
            }
            then.run();
        });
    }
}
