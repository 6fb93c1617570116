package org.vkfx.demo;

import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

import org.vkfx.FrameStatistics;
import org.vkfx.InteropKind;
import org.vkfx.SwapchainImages;
import org.vkfx.scene.VulkanView;

/** A strip with live figures. */
final class FigureBar {
    private static final int REFRESH_MILLIS = 500;

    private final VulkanView view;
    private final SceneRenderer renderer;
    private final HBox bar = new HBox();
    private final Label interop;
    private final Label way;
    private final Label size;
    private final Label displayed;
    private final Label rate;
    private final Label frameTime;
    private final Label copies;
    // A timeline would ask JavaFX for pulses all the time: an idle view must stay idle.
    private final ScheduledExecutorService clock = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("demo-figures").factory());
    private long lastDisplayed;
    private long lastTime;

    FigureBar(VulkanView view, SceneRenderer renderer, String gpu) {
        this.view = view;
        this.renderer = renderer;
        bar.getStyleClass().addAll("panel", "figures");
        interop = figure("interop");
        way = (Label) interop.getParent().getChildrenUnmodifiable().getLast();
        rate = figure("frames/s");
        frameTime = figure("frame time");
        copies = figure("copies");
        displayed = figure("displayed");
        size = figure("pixels");
        Label device = figure("GPU");
        device.setText(gpu);
        // In a narrow window the name of the GPU gives way.
        VBox last = (VBox) device.getParent();
        last.setMinWidth(0);
        HBox.setHgrow(last, Priority.ALWAYS);
        // Its shadow and text are painted again only when a figure changes, not with every frame behind it.
        bar.setCache(true);
    }

    Node node() {
        return bar;
    }

    void start() {
        clock.scheduleWithFixedDelay(() -> Platform.runLater(this::refresh), 0, REFRESH_MILLIS, TimeUnit.MILLISECONDS);
    }

    void stop() {
        clock.shutdownNow();
    }

    private Label figure(String caption) {
        Label value = new Label("–");
        value.getStyleClass().add("value");
        Label under = new Label(caption);
        under.getStyleClass().add("caption");
        VBox cell = new VBox(value, under);
        cell.getStyleClass().add("figure");
        cell.setMinWidth(Region.USE_PREF_SIZE);
        bar.getChildren().add(cell);
        return value;
    }

    private void refresh() {
        FrameStatistics statistics = view.getFrameStatistics();
        long now = System.nanoTime();
        double fps = lastTime == 0 ? 0 : (statistics.displayed() - lastDisplayed) * 1e9 / (now - lastTime);
        lastDisplayed = statistics.displayed();
        lastTime = now;
        InteropKind kind = view.getInterop();
        set(interop, kind == null ? "–" : switch (kind) {
            case METAL -> "Metal";
            case OPENGL -> "OpenGL";
            case HOST -> "Host";
            case AUTO -> "–";
        });
        set(way, kind == null ? "interop" : kind == InteropKind.HOST ? "copying" : "zero-copy");
        SwapchainImages images = renderer.images();
        set(size, images == null ? "–" : images.width() + " × " + images.height());
        set(displayed, String.format(Locale.ROOT, "%,d", statistics.displayed()));
        set(rate, String.format(Locale.ROOT, "%.0f", fps));
        set(frameTime, String.format(Locale.ROOT, "%.1f ms", renderer.frameTimes().medianMillis()));
        set(copies, String.format(Locale.ROOT, "%,d", statistics.copies()));
    }

    private static void set(Label label, String text) {
        if (!label.getText().equals(text)) {
            label.setText(text);
        }
    }
}
