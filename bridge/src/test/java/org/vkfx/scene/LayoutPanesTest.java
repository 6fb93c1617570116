package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javafx.geometry.BoundingBox;
import javafx.geometry.Bounds;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.Group;
import javafx.scene.Node;
import javafx.scene.SubScene;
import javafx.scene.control.ListView;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SplitPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.control.TitledPane;
import javafx.scene.layout.AnchorPane;
import javafx.scene.layout.Background;
import javafx.scene.layout.BackgroundFill;
import javafx.scene.layout.Border;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.BorderStroke;
import javafx.scene.layout.BorderStrokeStyle;
import javafx.scene.layout.BorderWidths;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.RowConstraints;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.TilePane;
import javafx.scene.layout.VBox;
import javafx.scene.paint.Color;
import javafx.stage.Stage;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.vkfx.scene.Fx.Pixels;

/** In every pane a view shows its pixels one by one where layout puts it, and nothing outside. */
@Tag("pixels")
@Needs({Machine.VULKAN, Machine.WINDOW})
class LayoutPanesTest {
    private static final int WIDTH = 200;
    private static final int HEIGHT = 160;

    /** A pane of WIDTH x HEIGHT with a view, and where in it the pixels are to be; null: where the node says. */
    private record Case(String name, Bounds place, Function<VulkanView, Region> pane) {
    }

    private static final List<Case> CASES = List.of(
            new Case("StackPane", place(0, 0, WIDTH, HEIGHT), StackPane::new),
            new Case("StackPane with margins", place(40, 10, 140, 120), view -> {
                StackPane.setMargin(view, new Insets(10, 20, 30, 40));
                return new StackPane(view);
            }),
            new Case("StackPane, smaller", place(150, 120, 50, 40), view -> {
                view.setMaxSize(50, 40);
                StackPane.setAlignment(view, Pos.BOTTOM_RIGHT);
                return new StackPane(view);
            }),
            new Case("StackPane, centred between pixels", place(75, 60, 51, 41), view -> {
                view.setMaxSize(51, 41);
                return new StackPane(view);
            }),
            new Case("BorderPane",
                    place(30, 20, 170, 140), view -> new BorderPane(view, box(9, 20), null, null, box(30, 9))),
            new Case("HBox", place(60, 0, 140, HEIGHT), view -> {
                HBox.setHgrow(view, Priority.ALWAYS);
                view.setPrefWidth(1);
                return new HBox(box(60, 9), view);
            }),
            new Case("HBox, snapping to pixels", place(41, 0, 70, 50), view -> {
                fix(view, 70, 50);
                return new HBox(10.6, box(30, 9), view);
            }),
            new Case("VBox", place(0, 60, WIDTH, 100), view -> {
                VBox.setVgrow(view, Priority.ALWAYS);
                view.setPrefHeight(1);
                return new VBox(box(9, 60), view);
            }),
            new Case("GridPane", place(50, 80, 150, 80), view -> {
                GridPane pane = new GridPane();
                for (int percent : new int[]{25, 75}) {
                    ColumnConstraints column = new ColumnConstraints();
                    column.setPercentWidth(percent);
                    pane.getColumnConstraints().add(column);
                    RowConstraints row = new RowConstraints();
                    row.setPercentHeight(50);
                    pane.getRowConstraints().add(row);
                }
                pane.add(view, 1, 1);
                return pane;
            }),
            new Case("FlowPane", place(0, 54, 100, 60), view -> {
                fix(view, 100, 60);
                return new FlowPane(3, 4, box(120, 50), view);
            }),
            new Case("TilePane", place(60, 0, 60, 50), view -> {
                TilePane pane = new TilePane(box(10, 10), view);
                pane.setPrefTileWidth(60);
                pane.setPrefTileHeight(50);
                return pane;
            }),
            new Case("AnchorPane", place(44, 11, 134, 116), view -> {
                AnchorPane.setTopAnchor(view, 11.0);
                AnchorPane.setRightAnchor(view, 22.0);
                AnchorPane.setBottomAnchor(view, 33.0);
                AnchorPane.setLeftAnchor(view, 44.0);
                return new AnchorPane(view);
            }),
            new Case("Pane", place(13, 7, 90, 60), view -> {
                view.setPrefSize(90, 60);
                view.relocate(13, 7);
                return new Pane(view);
            }),
            new Case("Pane, partly outside", place(-13, 130, 90, 60), view -> {
                view.setPrefSize(90, 60);
                view.relocate(-13, 130);
                return new Pane(view);
            }),
            new Case("a padded view", place(9, 3, 186, 150), view -> {
                view.setPadding(new Insets(3, 5, 7, 9));
                return new StackPane(view);
            }),
            new Case("a view with a border, a background and padding", place(10, 10, 180, 140), view -> {
                view.setBorder(new Border(
                        new BorderStroke(Color.RED, BorderStrokeStyle.SOLID, null, new BorderWidths(4))));
                view.setBackground(new Background(new BackgroundFill(Color.YELLOW, null, null)));
                view.setPadding(new Insets(6));
                return new StackPane(view);
            }),
            new Case("SplitPane", null, view -> new SplitPane(box(9, 9), view)),
            new Case("ScrollPane, scrolled", null, view -> {
                view.setPrefSize(400, 300);
                ScrollPane pane = new ScrollPane(view);
                pane.setHvalue(0.37);
                pane.setVvalue(1);
                return pane;
            }),
            new Case("TabPane", null, view -> new TabPane(new Tab("tab", view), new Tab("other"))),
            new Case("TitledPane", null, view -> {
                TitledPane pane = new TitledPane("title", view);
                pane.setAnimated(false);
                return pane;
            }),
            new Case("ListCell", null, view -> {
                fix(view, 120, 40);
                ListView<Node> list = new ListView<>();
                list.getItems().addAll(box(20, 20), view, box(20, 20));
                return list;
            }),
            new Case("SubScene", place(20, 15, 150, 120), view -> {
                SubScene scene = new SubScene(new StackPane(view), 150, 120);
                scene.relocate(20, 15);
                return new Pane(scene);
            }));

    private static Bounds place(double x, double y, double width, double height) {
        return new BoundingBox(x, y, width, height);
    }

    private static Region box(double width, double height) {
        Region box = new Region();
        fix(box, width, height);
        return box;
    }

    private static void fix(Region region, double width, double height) {
        region.setMinSize(width, height);
        region.setPrefSize(width, height);
        region.setMaxSize(width, height);
    }

    private static IntBinaryOperator pattern(int index) {
        return (x, y) -> PixelTest.NOISE.applyAsInt(x + 41 * index, y + 17 * index);
    }

    @TestFactory
    Stream<DynamicTest> pixels_are_where_the_pane_puts_the_view() {
        try (ViewFixture fixture = new ViewFixture()) {
            List<VulkanView> views = new ArrayList<>();
            Sheet sheet = Fx.call(() -> {
                List<Region> panes = new ArrayList<>();
                for (Case each : CASES) {
                    views.add(fixture.view(TestRenderer.pattern(fixture.vulkan(), pattern(views.size()))));
                    panes.add(each.pane.apply(views.getLast()));
                }
                panes.forEach(pane -> fix(pane, WIDTH, HEIGHT));
                return new Sheet(WIDTH, HEIGHT, panes);
            });
            fixture.show(sheet, sheet.width(), sheet.height());
            fixture.awaitFrames(views.getFirst().getImageCount() + 1); // sizes change while panes lay out
            Pixels screen = sheet.screen();
            List<Bounds> places = Fx.call(() -> views.stream().map(LayoutPanesTest::place).toList());
            List<Bounds> visible = Fx.call(() -> views.stream().map(LayoutPanesTest::visiblePlace).toList());
            Fx.run(() -> views.forEach(view -> view.getChildrenUnmodifiable().getFirst().setVisible(false)));
            Fx.pulses(2);
            Pixels without = sheet.screen();
            return IntStream.range(0, CASES.size()).mapToObj(i -> dynamicTest(CASES.get(i).name(), () -> {
                if (CASES.get(i).place() instanceof Bounds place) {
                    assertThat(places.get(i)).isEqualTo(place(sheet.left(i) + place.getMinX(),
                            sheet.top(i) + place.getMinY(), place.getWidth(), place.getHeight()));
                }
                assertThat(visible.get(i).getWidth() * visible.get(i).getHeight()).isGreaterThan(1000);
                Bounds at = places.get(i);
                IntBinaryOperator pattern = pattern(i);
                PixelTest.assertPattern(sheet.cell(screen, i), (x, y) -> {
                    double sceneX = sheet.left(i) + x;
                    double sceneY = sheet.top(i) + y;
                    return visible.get(i).contains(sceneX + 0.5, sceneY + 0.5)
                            ? pattern.applyAsInt((int) (sceneX - at.getMinX()), (int) (sceneY - at.getMinY()))
                            : without.at((int) sceneX, (int) sceneY);
                });
            }));
        }
    }

    /** Where layout puts the pixels in the scene. */
    private static Bounds place(VulkanView view) {
        Node content = view.getChildrenUnmodifiable().getFirst();
        return content.localToScene(content.getLayoutBounds(), true);
    }

    /** What its parents' clips leave of it. */
    private static Bounds visiblePlace(VulkanView view) {
        Bounds visible = place(view);
        for (Node node = view; node != null; node = node.getParent()) {
            if (node.getClip() != null) {
                Bounds clip = node.localToScene(node.getClip().getBoundsInParent(), true);
                double left = Math.max(visible.getMinX(), clip.getMinX());
                double top = Math.max(visible.getMinY(), clip.getMinY());
                visible = place(left, top, Math.min(visible.getMaxX(), clip.getMaxX()) - left,
                        Math.min(visible.getMaxY(), clip.getMaxY()) - top);
            }
        }
        return visible;
    }

    @Test
    void sizes_are_those_of_a_region_with_a_preferred_size_and_no_limits() {
        VulkanView view = Fx.call(VulkanView::new);
        Fx.run(() -> {
            new Group(view);
            view.setPadding(new Insets(1, 2, 3, 4));
        });
        assertThat(List.of(view.minWidth(-1), view.minHeight(-1))).containsExactly(6.0, 4.0);
        assertThat(List.of(view.prefWidth(-1), view.prefHeight(-1))).containsExactly(646.0, 484.0);
        assertThat(List.of(view.maxWidth(-1), view.maxHeight(-1))).containsOnly(Double.MAX_VALUE);
        Fx.run(() -> {
            view.setMinSize(10, 11);
            view.setPrefSize(20, 21);
            view.setMaxSize(30, 31);
        });
        assertThat(List.of(view.minWidth(-1), view.prefWidth(-1), view.maxWidth(-1))).containsExactly(10.0, 20.0, 30.0);
        assertThat(List.of(view.minHeight(-1), view.prefHeight(-1), view.maxHeight(-1)))
                .containsExactly(11.0, 21.0, 31.0);
    }

    /** What is shown while resizing is the last image, stretched, and never a part of the window without one. */
    @Test
    void a_view_covers_its_place_while_it_is_resized() {
        try (ViewFixture fixture = new ViewFixture()) {
            IntBinaryOperator light = (x, y) -> 0xffc00000 | x * y & 0x3fffff;
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), light);
            VulkanView view = fixture.view(renderer);
            StackPane root = new StackPane(view);
            Stage stage = fixture.show(root, 100, 80);
            ViewFixture.awaitSize(view, renderer, 100, 80);
            for (int i = 1; i <= 20; i++) {
                int width = 100 + i * 13;
                int height = 80 + i % 5 * 31;
                Fx.run(() -> {
                    stage.setWidth(width);
                    stage.setHeight(height);
                });
                Fx.pulses(i % 3);
                Pixels now = Fx.snapshot(root);
                assertThat(IntStream.of(now.argb()).filter(argb -> (argb >>> 16) < 0xffc0)).isEmpty();
            }
            ViewFixture.awaitSize(view, renderer, 360, 80);
            PixelTest.assertPattern(Fx.snapshot(root), light);
        }
    }
}
