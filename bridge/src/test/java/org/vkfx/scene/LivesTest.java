package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import javafx.animation.Animation;
import javafx.animation.RotateTransition;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.shape.Rectangle;
import javafx.stage.Stage;
import javafx.util.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.InteropKind;
import org.vkfx.VulkanDevice;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;

/** Views and devices live for some pulses and are closed, in every order and at any moment: nothing is left behind. */
@Tag("long")
@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class LivesTest {
    private static final int VIEWS = LongRun.count("views", 48);
    private static final int DEVICES = LongRun.count("devices", 12);
    private static final int TEXTURES = 50;

    /** What ends a part of a view's life; after the last of them it is closed. */
    private enum End {
        HIDE_WINDOW, TAKE_RENDERER, TAKE_DEVICE, CLOSE_VIEW, CLOSE_DEVICE;

        void of(Stage stage, List<VulkanView> views, VulkanDevice device) {
            switch (this) {
                case HIDE_WINDOW -> stage.hide();
                case TAKE_RENDERER -> views.forEach(view -> view.setRenderer(null));
                case TAKE_DEVICE -> views.forEach(view -> view.setDevice(null));
                case CLOSE_VIEW -> views.forEach(VulkanView::close);
                case CLOSE_DEVICE -> device.close();
            }
        }
    }

    private final FaultyVulkan counted = new FaultyVulkan();
    private final Random random = new Random(1);

    private static List<List<End>> orders(List<End> ends) {
        if (ends.isEmpty()) {
            return List.of(List.of());
        }
        List<List<End>> all = new ArrayList<>();
        for (End first : ends) {
            List<End> others = new ArrayList<>(ends);
            others.remove(first);
            for (List<End> order : orders(others)) {
                all.add(new ArrayList<>(order));
                all.getLast().addFirst(first);
            }
        }
        return all;
    }

    /**
     * A window that JavaFX always has to paint: what windows and images had on the GPU, it gives back with a later
     * paint.
     */
    private static Stage painting() {
        Rectangle turning = Fx.call(() -> new Rectangle(20, 20));
        Stage stage = Fx.show(new StackPane(turning), 40, 40);
        Fx.run(() -> {
            RotateTransition turn = new RotateTransition(Duration.seconds(1), turning);
            turn.setByAngle(360);
            turn.setCycleCount(Animation.INDEFINITE);
            turn.play();
            stage.setOnHidden(event -> turn.stop()); // else there are pulses for ever
        });
        return stage;
    }

    private VulkanView view(ValidatedVulkan vulkan, TestRenderer renderer) {
        return Fx.call(() -> {
            VulkanView view = new VulkanView();
            view.setInteropKind(random.nextBoolean() ? InteropKind.AUTO : InteropKind.HOST);
            view.setDevice(vulkan.device());
            view.setRenderer(renderer);
            return view;
        });
    }

    /** Until a frame is shown, or for some pulses, or not at all. */
    private void live(VulkanView view) {
        if (random.nextBoolean()) {
            ViewFixture.awaitFrames(view, 1);
        } else {
            Fx.pulses(random.nextInt(4));
        }
    }

    /** On the JavaFX thread, as windows and nodes have it; now and then with pulses between. */
    private void end(List<End> order, Stage stage, List<VulkanView> views, VulkanDevice device) {
        for (End end : order) {
            Fx.run(() -> end.of(stage, views, device));
            if (random.nextBoolean()) {
                Fx.pulses(1);
            }
        }
    }

    @Test
    void views_are_closed_in_every_order() {
        List<List<End>> orders = orders(
                List.of(End.HIDE_WINDOW, End.TAKE_RENDERER, End.TAKE_DEVICE, End.CLOSE_VIEW));
        Possessions before = null;
        Stage painting = painting();
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(counted.address()));
                LongRun run = new LongRun("views")) {
            for (int i = 0; i < VIEWS; i++) {
                TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
                VulkanView view = view(fixture.vulkan(), renderer);
                Stage stage = Fx.show(new StackPane(view), 30 + random.nextInt(50), 30 + random.nextInt(50));
                live(view);
                List<End> order = orders.get(i % orders.size());
                end(order, stage, List.of(view), fixture.vulkan().device());
                Fx.get(view.whenClosed());
                assertThat(renderer.isClosed()).as("the renderer closed, in the order %s", order).isTrue();
                run.step();
                if (i == 1) {
                    Fx.await("no thread", () -> Possessions.bridgeThreads() == 0);
                    before = Possessions.now(counted);
                }
            }
            Fx.await("no thread", () -> Possessions.bridgeThreads() == 0);
            Possessions.assertAgain(before, counted, TEXTURES);
        } finally {
            Fx.run(painting::hide);
        }
        counted.assertBalanced();
    }

    @Test
    void devices_are_closed_in_every_order() {
        List<List<End>> orders = orders(List.of(End.HIDE_WINDOW, End.CLOSE_VIEW, End.CLOSE_DEVICE));
        Possessions before = null;
        Stage painting = painting();
        try (LongRun run = new LongRun("devices")) {
            for (int i = 0; i < DEVICES; i++) {
                try (ValidatedVulkan vulkan = new ValidatedVulkan(counted.address())) {
                    List<TestRenderer> renderers = List.of(TestRenderer.numbers(vulkan),
                            TestRenderer.numbers(vulkan));
                    VulkanView[] views = {view(vulkan, renderers.getFirst()), view(vulkan, renderers.getLast())};
                    for (VulkanView view : views) {
                        view.setPrefSize(40, 40);
                    }
                    Stage stage = Fx.show(new HBox(views), 80, 40);
                    live(views[i % 2]);
                    end(orders.get(i % orders.size()), stage, Arrays.asList(views), vulkan.device());
                    for (VulkanView view : views) {
                        Fx.get(view.whenClosed());
                    }
                    Fx.get(vulkan.device().whenClosed());
                    assertThat(renderers).allMatch(TestRenderer::isClosed);
                }
                counted.assertBalanced();
                run.step();
                if (i == 1) {
                    Fx.await("no thread", () -> Possessions.bridgeThreads() == 0);
                    before = Possessions.now(counted);
                }
            }
            Fx.await("no thread", () -> Possessions.bridgeThreads() == 0);
            Possessions.assertAgain(before, counted, TEXTURES);
        } finally {
            Fx.run(painting::hide);
        }
    }
}
