package org.vkfx.interop.host;

import javafx.scene.image.ImageView;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.Region;

import org.vkfx.swapchain.ImageSpec;

/** Shows one image, as large as it was made for, or stretched until there is one of the right size. JavaFX thread. */
final class HostNode extends Region {
    private static final double ROUNDING = 0.501; // pixels

    private final ImageView view = new ImageView();
    private ImageSpec spec;

    HostNode() {
        view.setManaged(false);
        getChildren().add(view);
        setMouseTransparent(true);
    }

    void show(WritableImage image, ImageSpec of) {
        if (spec != of) {
            spec = of;
            fit();
        }
        view.setImage(image);
    }

    void clear() {
        view.setImage(null);
        spec = null;
    }

    void setSmooth(boolean smooth) {
        view.setSmooth(smooth);
    }

    /** The view's coordinates are this node's, also in a right-to-left scene. */
    @Override
    public boolean usesMirroring() {
        return false;
    }

    @Override
    protected void layoutChildren() {
        fit();
    }

    private void fit() {
        if (spec != null) {
            double width = spec.width() / spec.scaleX();
            double height = spec.height() / spec.scaleY();
            boolean fits = Math.abs(width - getWidth()) <= ROUNDING / spec.scaleX()
                    && Math.abs(height - getHeight()) <= ROUNDING / spec.scaleY();
            view.setFitWidth(fits ? width : getWidth());
            view.setFitHeight(fits ? height : getHeight());
        }
    }
}
