package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.vkfx.scene.ViewFixture.assertResting;
import static org.vkfx.scene.ViewFixture.awaitFrames;
import static org.vkfx.scene.ViewFixture.awaitPattern;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntBinaryOperator;

import javafx.geometry.Bounds;
import javafx.scene.Group;
import javafx.scene.Scene;
import javafx.scene.SubScene;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonType;
import javafx.scene.control.Dialog;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SplitPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.StackPane;
import javafx.stage.Popup;
import javafx.stage.Stage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vkfx.FrameRate;

/** Wherever a view is put: its pixels are right, frames go on, and nothing runs while it cannot be seen. */
@Tag("node")
@Needs({Machine.VULKAN, Machine.WINDOW})
class PlacementTest {
    private static final double WIDTH = 80;
    private static final double HEIGHT = 60;

    private static int tests;

    private final int test = ++tests; // JavaFX's headless screen keeps what closed windows showed
    private final ViewFixture fixture = new ViewFixture();
    private final TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), pattern(0));
    private final VulkanView view = view(renderer);

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Each view's own and each test's, without symmetry. */
    private IntBinaryOperator pattern(int number) {
        int seed = test;
        return (x, y) -> 0xff000000 | (x * 3 + number * 50 & 255) << 16 | (y * 3 + number * 90 & 255) << 8
                | x + y + seed & 255;
    }

    private VulkanView view(TestRenderer of) {
        VulkanView made = fixture.view(of);
        Fx.run(() -> {
            made.setMinSize(WIDTH, HEIGHT);
            made.setPrefSize(WIDTH, HEIGHT);
            made.setMaxSize(WIDTH, HEIGHT);
        });
        return made;
    }

    private Stage show(Pane root, double x) {
        Stage stage = fixture.show(root, 300, 200);
        Fx.run(() -> stage.setX(x));
        return stage;
    }

    /** The picture is right without anyone asking for it, and there will be others. */
    private void assertGoesOn(FrameRate rate) {
        awaitPattern(view, pattern(0));
        if (rate == FrameRate.ON_DEMAND) {
            view.requestFrame();
            awaitFrames(view, 1);
        } else {
            awaitFrames(view, 3);
        }
    }

    /** A way to hide a view, and to show it again. */
    private enum Hiding {
        VIEW((view, _) -> view.setVisible(false), (view, _) -> view.setVisible(true)), //
        PARENT((view, _) -> view.getParent().setVisible(false), (view, _) -> view.getParent().setVisible(true)), //
        REMOVED((view, stage) -> root(stage).getChildren().clear(),
                (view, stage) -> root(stage).getChildren().add(view.getParent())), //
        SCENE_REPLACED((view, stage) -> stage.setScene(new Scene(new StackPane(), 300, 200)),
                (view, stage) -> stage.setScene(view.getScene())), //
        NO_SIZE((view, _) -> view.setMaxWidth(0), (view, _) -> view.setMaxWidth(WIDTH)), //
        WINDOW_CLOSED((_, stage) -> stage.close(), (_, stage) -> stage.show()), //
        ICONIFIED((_, stage) -> stage.setIconified(true), (_, stage) -> stage.setIconified(false));

        final BiConsumer<VulkanView, Stage> hide;
        final BiConsumer<VulkanView, Stage> show;

        Hiding(BiConsumer<VulkanView, Stage> hide, BiConsumer<VulkanView, Stage> show) {
            this.hide = hide;
            this.show = show;
        }

        private static Pane root(Stage stage) {
            return (Pane) stage.getScene().getRoot();
        }
    }

    /** X11 without a window manager does not: such a window says at once that it is an icon again. */
    private static void assumeWindowsAreRestored() {
        Stage stage = Fx.show(Fx.call(StackPane::new), 10, 10);
        for (boolean icon : new boolean[]{true, false}) {
            Fx.run(() -> stage.setIconified(icon));
            Fx.pulses(5);
        }
        boolean stays = Fx.call(stage::isIconified);
        Fx.run(stage::close);
        assumeFalse(stays, "a window manager that restores windows is missing");
    }

    @ParameterizedTest
    @CsvSource({"VIEW, EVERY_PULSE", "VIEW, CONTINUOUS", "VIEW, ON_DEMAND", "PARENT, ON_DEMAND", "REMOVED, EVERY_PULSE",
            "REMOVED, ON_DEMAND", "SCENE_REPLACED, ON_DEMAND", "NO_SIZE, ON_DEMAND", "WINDOW_CLOSED, CONTINUOUS",
            "WINDOW_CLOSED, ON_DEMAND", "ICONIFIED, EVERY_PULSE", "ICONIFIED, ON_DEMAND"})
    void a_hidden_view_rests_and_goes_on_when_shown(Hiding hiding, FrameRate rate) {
        if (hiding == Hiding.ICONIFIED) {
            assumeWindowsAreRestored();
        }
        Fx.run(() -> {
            view.setMinWidth(0);
            view.setFrameRate(rate);
        });
        Stage stage = show(Fx.call(() -> new StackPane(new StackPane(view))), 0);
        assertGoesOn(rate);
        Fx.run(() -> hiding.hide.accept(view, stage));
        assertResting(renderer);
        Fx.run(() -> hiding.show.accept(view, stage));
        assertGoesOn(rate);
        Fx.run(() -> hiding.hide.accept(view, stage));
        Fx.pulses(2);
        view.requestFrame(); // is kept
        assertResting(renderer);
        int before = renderer.rendered();
        Fx.run(() -> hiding.show.accept(view, stage));
        Fx.awaitQuietly("the frame requested before", () -> renderer.rendered() > before);
        assertGoesOn(rate);
    }

    @Test
    void a_request_in_an_iconified_window_is_not_rendered() {
        view.setFrameRate(FrameRate.ON_DEMAND);
        Stage stage = show(Fx.call(() -> new StackPane(view)), 0);
        assertGoesOn(FrameRate.ON_DEMAND);
        assertResting(renderer);
        int before = renderer.rendered();
        Fx.run(() -> {
            stage.setIconified(true);
            view.requestFrame(); // before any pulse
        });
        assertResting(renderer);
        assertThat(renderer.rendered()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void a_view_moves_between_parents_scenes_and_windows(FrameRate rate) {
        view.setFrameRate(rate);
        Pane left = Fx.call(StackPane::new);
        Pane right = Fx.call(StackPane::new);
        Stage stage = show(Fx.call(() -> new HBox(left, right, new Button("between"))), 0);
        Pane elsewhere = Fx.call(StackPane::new);
        show(elsewhere, 320);
        for (Pane parent : List.of(left, right, elsewhere, left, elsewhere)) {
            Fx.run(() -> parent.getChildren().add(view)); // takes it from where it was
            assertGoesOn(rate);
        }
        Pane other = Fx.call(StackPane::new);
        Fx.run(() -> {
            stage.setScene(new Scene(other, 300, 200));
            other.getChildren().add(view);
        });
        assertGoesOn(rate);
    }

    @Test
    void a_view_does_not_keep_the_scene_it_has_left() {
        Stage stage = show(new StackPane(view), 0);
        awaitFrames(view, 2);
        WeakReference<Scene> old = new WeakReference<>(stage.getScene());
        Fx.run(() -> {
            ((Pane) view.getParent()).getChildren().clear();
            stage.setScene(new Scene(new StackPane(view), 300, 200));
        });
        awaitFrames(view, 2);
        assertForgotten(old);
        assertGoesOn(FrameRate.EVERY_PULSE);
    }

    @Test
    void a_scene_does_not_keep_a_view_that_has_left_it() {
        Pane root = Fx.call(StackPane::new);
        show(root, 0);
        assertForgotten(leave(root));
    }

    private WeakReference<VulkanView> leave(Pane root) {
        VulkanView guest = Fx.call(VulkanView::new);
        Fx.run(() -> {
            guest.setDevice(fixture.vulkan().device());
            guest.setRenderer(TestRenderer.numbers(fixture.vulkan()));
            root.getChildren().add(guest);
        });
        awaitFrames(guest, 2);
        Fx.run(() -> root.getChildren().clear());
        guest.close();
        Fx.get(guest.whenClosed());
        return new WeakReference<>(guest);
    }

    private static void assertForgotten(WeakReference<?> reference) {
        Fx.await("its end", () -> {
            System.gc();
            return reference.refersTo(null);
        });
    }

    @Test
    void a_view_resized_while_it_is_hidden_is_right_when_shown() {
        view.setFrameRate(FrameRate.ON_DEMAND);
        Stage stage = show(Fx.call(() -> new StackPane(view)), 0);
        assertGoesOn(FrameRate.ON_DEMAND);
        Fx.run(stage::hide);
        Fx.run(() -> view.setMaxSize(WIDTH + 21, HEIGHT + 13));
        Fx.run(() -> view.setPrefSize(WIDTH + 21, HEIGHT + 13));
        assertResting(renderer);
        Fx.run(stage::show);
        awaitPattern(view, pattern(0));
        assertThat(renderer.images().width()).isEqualTo((int) WIDTH + 21);
    }

    @Test
    void an_unmanaged_view_stays_where_it_is_and_goes_on() {
        show(Fx.call(() -> new HBox(new Button("before"), view)), 0);
        assertGoesOn(FrameRate.EVERY_PULSE);
        double x = view.getLayoutX();
        Fx.run(() -> view.setManaged(false));
        assertGoesOn(FrameRate.EVERY_PULSE);
        assertThat(view.getLayoutX()).isEqualTo(x);
        Fx.run(() -> view.setManaged(true));
        assertGoesOn(FrameRate.EVERY_PULSE);
    }

    @Test
    void views_on_one_device_in_several_windows_show_their_own() {
        List<VulkanView> views = new ArrayList<>(List.of(view));
        for (int i = 1; i < 4; i++) {
            views.add(view(TestRenderer.pattern(fixture.vulkan(), pattern(i))));
        }
        Stage first = show(Fx.call(() -> new HBox(views.get(0), views.get(1))), 0);
        show(Fx.call(() -> new HBox(views.get(2), views.get(3))), 320);
        for (int i = 0; i < 4; i++) {
            awaitPattern(views.get(i), pattern(i));
        }
        Fx.run(first::hide);
        assertResting(renderer);
        awaitFrames(views.get(2), 5); // the other window's go on
        awaitFrames(views.get(3), 5);
        Fx.run(first::show);
        awaitPattern(views.get(1), pattern(1));
        awaitFrames(views.get(1), 3);
    }

    @ParameterizedTest
    @EnumSource(names = {"EVERY_PULSE", "ON_DEMAND"})
    void a_view_in_a_sub_scene(FrameRate rate) {
        view.setFrameRate(rate);
        SubScene inner = Fx.call(() -> new SubScene(new StackPane(view), 120, 100));
        Pane root = Fx.call(() -> new StackPane(inner));
        show(root, 0);
        assertGoesOn(rate);
        Fx.run(() -> root.getChildren().clear());
        assertResting(renderer);
        Fx.run(() -> root.getChildren().add(inner));
        assertGoesOn(rate);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONTINUOUS", "ON_DEMAND"})
    void a_view_in_a_tab_rests_while_another_is_selected(FrameRate rate) {
        view.setFrameRate(rate);
        TabPane tabs = Fx.call(() -> {
            TabPane pane = new TabPane(new Tab("view", new StackPane(view)), new Tab("other", new Button("other")));
            pane.setStyle("-fx-open-tab-animation: none; -fx-close-tab-animation: none;");
            return pane;
        });
        show(Fx.call(() -> new StackPane(tabs)), 0);
        assertGoesOn(rate);
        Fx.run(() -> tabs.getSelectionModel().select(1));
        assertResting(renderer);
        Fx.run(() -> tabs.getSelectionModel().select(0));
        assertGoesOn(rate);
    }

    @Test
    void a_view_scrolls_with_its_pane() {
        view.setFrameRate(FrameRate.ON_DEMAND);
        ScrollPane pane = Fx.call(() -> {
            Pane content = new Pane(view);
            content.setMinSize(1000, 1000);
            view.relocate(40, 30);
            return new ScrollPane(content);
        });
        show(Fx.call(() -> new StackPane(pane)), 0);
        awaitPattern(view, pattern(0));
        double onScreen = Fx.call(() -> view.localToScreen(0, 0).getY());
        Fx.run(() -> pane.setVvalue(0.02));
        awaitPattern(view, pattern(0));
        assertThat(Fx.call(() -> view.localToScreen(0, 0).getY())).isLessThan(onScreen - 10);
        Fx.run(() -> pane.setVvalue(1));
        Fx.pulses(3);
        Fx.run(() -> pane.setVvalue(0));
        awaitPattern(view, pattern(0));
    }

    @Test
    void views_in_a_split_pane_follow_its_divider() {
        VulkanView right = view(TestRenderer.pattern(fixture.vulkan(), pattern(1)));
        SplitPane pane = Fx.call(() -> new SplitPane(view, right));
        for (VulkanView each : List.of(view, right)) {
            each.setFrameRate(FrameRate.ON_DEMAND);
            each.setMinSize(0, 0);
            each.setMaxSize(Double.MAX_VALUE, Double.MAX_VALUE);
        }
        show(Fx.call(() -> new StackPane(pane)), 0);
        for (double position : new double[]{0.5, 0.3, 0.81, 0.1, 0.6}) {
            Fx.run(() -> pane.setDividerPositions(position));
            Fx.pulses(2); // of layout
            awaitPattern(view, pattern(0));
            awaitPattern(right, pattern(1));
            assertThat(view.getWidth() / (view.getWidth() + right.getWidth())).isBetween(position - 0.05,
                    position + 0.05);
        }
    }

    @Test
    void views_in_cells_that_are_recycled_go_on() {
        List<ListCell<Integer>> cells = new ArrayList<>();
        List<VulkanView> views = new ArrayList<>(List.of(view));
        List<TestRenderer> renderers = new ArrayList<>(List.of(renderer));
        for (int i = 1; i < 8; i++) {
            renderers.add(TestRenderer.pattern(fixture.vulkan(), pattern(i)));
            views.add(view(renderers.get(i)));
        }
        ListView<Integer> list = Fx.call(() -> {
            ListView<Integer> made = new ListView<>();
            made.setFixedCellSize(66);
            for (int i = 0; i < 50; i++) {
                made.getItems().add(i);
            }
            made.setCellFactory(_ -> {
                VulkanView own = views.get(cells.size());
                ListCell<Integer> cell = new ListCell<>() {
                    @Override
                    protected void updateItem(Integer item, boolean empty) {
                        super.updateItem(item, empty);
                        setGraphic(empty ? null : own);
                    }
                };
                cells.add(cell);
                return cell;
            });
            return made;
        });
        show(Fx.call(() -> new StackPane(list)), 0);
        for (int top : new int[]{0, 20, 47, 3}) {
            Fx.run(() -> list.scrollTo(top));
            Fx.pulses(2); // of layout
            int whole = 0;
            for (int i = 0; i < cells.size(); i++) {
                ListCell<Integer> cell = cells.get(i);
                Bounds area = cell.localToScreen(cell.getLayoutBounds());
                if (area == null || !cell.isVisible() || cell.isEmpty()) {
                    assertResting(renderers.get(i));
                } else if (list.localToScreen(list.getLayoutBounds()).contains(area)) {
                    awaitPattern(views.get(i), pattern(i));
                    awaitFrames(views.get(i), 3);
                    whole++;
                }
            }
            assertThat(whole).as("cells wholly visible").isGreaterThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EVERY_PULSE", "ON_DEMAND"})
    void a_view_in_a_popup(FrameRate rate) {
        view.setFrameRate(rate);
        Stage stage = show(Fx.call(StackPane::new), 0);
        Popup popup = Fx.call(() -> {
            Popup made = new Popup();
            made.getContent().add(new Group(view));
            return made;
        });
        for (int i = 0; i < 2; i++) {
            Fx.run(() -> popup.show(stage, 30, 20));
            assertGoesOn(rate);
            Fx.run(popup::hide);
            assertResting(renderer);
        }
    }

    @Test
    void a_view_in_a_dialog() {
        Stage stage = show(Fx.call(StackPane::new), 0);
        Dialog<ButtonType> dialog = Fx.call(() -> {
            Dialog<ButtonType> made = new Dialog<>();
            made.initOwner(stage);
            made.setX(40); // whole pixels: centred it may lie between two
            made.setY(30);
            made.getDialogPane().setContent(new StackPane(view)); // the content gets a padding
            made.getDialogPane().getButtonTypes().add(ButtonType.CLOSE);
            return made;
        });
        for (int i = 0; i < 2; i++) {
            Fx.run(dialog::show);
            assertGoesOn(FrameRate.EVERY_PULSE);
            Fx.run(dialog::close);
            assertResting(renderer);
        }
    }
}
