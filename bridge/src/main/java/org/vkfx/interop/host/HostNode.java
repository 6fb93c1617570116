package org.vkfx.interop.host;

import javafx.geometry.Insets;
import javafx.scene.image.ImageView;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.Background;
import javafx.scene.layout.BackgroundFill;
import javafx.scene.layout.CornerRadii;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;

import org.vkfx.AlphaMode;
import org.vkfx.swapchain.ImageSpec;

/** Shows one image, as large as it was made for, or stretched until there is one of the right size. JavaFX thread. */
final class HostNode extends Region {
    private static final double ROUNDING = 0.501; // pixels
    private static final Background BLACK = new Background(
            new BackgroundFill(Color.BLACK, CornerRadii.EMPTY, Insets.EMPTY));

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
            // Colours are added to what lies behind, as premultiplied ones are: black makes them opaque whatever their alpha.
            setBackground(of.alpha() == AlphaMode.OPAQUE ? BLACK : null);
            fit();
        }
        view.setImage(image);
    }

    void clear() {
        view.setImage(null);
        setBackground(null);
        spec = null;
    }

    void setSmooth(boolean smooth) {
        view.setSmooth(smooth);
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
