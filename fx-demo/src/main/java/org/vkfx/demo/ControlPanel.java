package org.vkfx.demo;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import javafx.beans.binding.Bindings;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

import org.vkfx.FrameRate;
import org.vkfx.PresentMode;
import org.vkfx.demo.Look.Palette;
import org.vkfx.scene.VulkanView;

/** What the user can change, in a panel that folds up to its title. */
final class ControlPanel {
    private static final double WIDTH = 222;

    private final VulkanView view;
    private final SceneRenderer renderer;
    private final VBox panel = new VBox();
    private final ToggleButton pause = new ToggleButton("Pause");
    private final Slider speed;

    ControlPanel(VulkanView view, SceneRenderer renderer, boolean open) {
        this.view = view;
        this.renderer = renderer;
        speed = slider(0, 3, Look.START.speed());
        Slider exposure = slider(0.2, 3, Look.START.exposure());
        Slider roughness = slider(0, 1, Look.START.roughness());
        exposure.valueProperty().addListener((p, old, now) -> change(l -> l.withExposure(now.doubleValue())));
        roughness.valueProperty().addListener((p, old, now) -> change(l -> l.withRoughness(now.doubleValue())));
        speed.valueProperty().addListener(p -> changeSpeed());
        pause.selectedProperty().addListener(p -> changeSpeed());
        pause.getStyleClass().add("segment");
        pause.setMinWidth(Region.USE_PREF_SIZE);
        pause.setTooltip(new Tooltip("Stop the animation"));

        VBox controls = new VBox(row("Exposure", exposure), row("Roughness", roughness), row("Speed", speed),
                new HBox(8, swatches(), spacer(), pause),
                segments("Render", view.getFrameRate(), view::setFrameRate, FrameRate.values(), "Pulse", "Free",
                        "Idle"),
                segments("Present", view.getPresentMode(), view::setPresentMode, PresentMode.values(), "Mailbox",
                        "FIFO"));
        controls.getStyleClass().add("controls");
        controls.managedProperty().bind(controls.visibleProperty());

        ToggleButton fold = new ToggleButton();
        fold.getStyleClass().add("fold");
        fold.setSelected(open);
        fold.setTooltip(new Tooltip("Show or hide the controls"));
        fold.setGraphic(chevron());
        controls.visibleProperty().bind(fold.selectedProperty());
        Label title = new Label("VkFX");
        title.getStyleClass().add("title");
        title.setMinWidth(Region.USE_PREF_SIZE);
        Label subtitle = new Label("Vulkan in JavaFX");
        subtitle.getStyleClass().add("caption");
        HBox header = new HBox(8, title, subtitle, spacer(), fold);
        header.setAlignment(Pos.BASELINE_LEFT);

        panel.getStyleClass().add("panel");
        panel.getChildren().addAll(header, controls);
        panel.setPrefWidth(WIDTH);
        panel.setMaxSize(WIDTH, Region.USE_PREF_SIZE);
        panel.setCache(true);
    }

    Node node() {
        return panel;
    }

    private void change(UnaryOperator<Look> by) {
        renderer.look().updateAndGet(by);
        view.requestFrame();
    }

    private void changeSpeed() {
        double value = pause.isSelected() ? 0 : speed.getValue();
        change(l -> l.withSpeed(value));
    }

    private static Slider slider(double min, double max, double value) {
        Slider slider = new Slider(min, max, value);
        // The part of the track on the left of the thumb is lit.
        slider.styleProperty().bind(Bindings.createStringBinding(() -> {
            double part = 100 * (slider.getValue() - min) / (max - min);
            return String.format(Locale.ROOT, "-track: linear-gradient(to right, -accent %.1f%%, -groove %.1f%%);",
                    part, part);
        }, slider.valueProperty()));
        return slider;
    }

    private static Node row(String name, Slider slider) {
        Label label = new Label(name);
        Label value = new Label();
        value.getStyleClass().add("caption");
        value.textProperty().bind(slider.valueProperty().map(v -> String.format(Locale.ROOT, "%.2f", v.doubleValue())));
        BorderPane text = new BorderPane();
        text.setLeft(label);
        text.setRight(value);
        return new VBox(1, text, slider);
    }

    private Node swatches() {
        ToggleGroup group = new ToggleGroup();
        HBox box = new HBox(6);
        box.setAlignment(Pos.CENTER_LEFT);
        for (Palette palette : Palette.values()) {
            ToggleButton swatch = new ToggleButton();
            swatch.getStyleClass().add("swatch");
            swatch.setStyle(String.format("-swatch: linear-gradient(to bottom right, #%06x, #%06x);", palette.first(),
                    palette.second()));
            swatch.setTooltip(new Tooltip(palette.title()));
            swatch.setAccessibleText(palette.title());
            swatch.setToggleGroup(group);
            swatch.setSelected(palette == Look.START.palette());
            swatch.setOnAction(e -> {
                swatch.setSelected(true);
                change(l -> l.withPalette(palette));
            });
            box.getChildren().add(swatch);
        }
        return box;
    }

    /** A choice between values, each with a title; the tool tips are the values' own names. */
    private <T> Node segments(String name, T selected, Consumer<T> setter, T[] values, String... titles) {
        ToggleGroup group = new ToggleGroup();
        HBox box = new HBox();
        box.getStyleClass().add("segments");
        for (int i = 0; i < values.length; i++) {
            T value = values[i];
            ToggleButton button = new ToggleButton(titles[i]);
            button.getStyleClass().add("segment");
            button.setMinWidth(Region.USE_PREF_SIZE);
            button.setMaxWidth(Double.MAX_VALUE);
            HBox.setHgrow(button, Priority.ALWAYS);
            button.setTooltip(new Tooltip(value.toString()));
            button.setToggleGroup(group);
            button.setSelected(value.equals(selected));
            button.setOnAction(e -> {
                // A click on the chosen one would leave none chosen.
                button.setSelected(true);
                setter.accept(value);
                view.requestFrame();
            });
            box.getChildren().add(button);
        }
        HBox.setHgrow(box, Priority.ALWAYS);
        Label label = new Label(name);
        label.setMinWidth(58);
        HBox line = new HBox(label, box);
        line.setAlignment(Pos.CENTER_LEFT);
        return line;
    }

    private static Node spacer() {
        Region spacer = new Region();
        HBox.setHgrow(spacer, Priority.ALWAYS);
        return spacer;
    }

    private static Node chevron() {
        Region chevron = new Region();
        chevron.getStyleClass().add("chevron");
        return chevron;
    }
}
