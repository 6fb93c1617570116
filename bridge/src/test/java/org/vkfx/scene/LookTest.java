package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javafx.geometry.Insets;
import javafx.geometry.NodeOrientation;
import javafx.scene.CacheHint;
import javafx.scene.Group;
import javafx.scene.Node;
import javafx.scene.PerspectiveCamera;
import javafx.scene.SceneAntialiasing;
import javafx.scene.SubScene;
import javafx.scene.effect.Blend;
import javafx.scene.effect.BlendMode;
import javafx.scene.effect.BoxBlur;
import javafx.scene.effect.ColorAdjust;
import javafx.scene.effect.ColorInput;
import javafx.scene.effect.DropShadow;
import javafx.scene.effect.Effect;
import javafx.scene.effect.GaussianBlur;
import javafx.scene.effect.InnerShadow;
import javafx.scene.effect.PerspectiveTransform;
import javafx.scene.effect.Reflection;
import javafx.scene.effect.SepiaTone;
import javafx.scene.image.ImageView;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import javafx.scene.shape.Circle;
import javafx.scene.shape.Rectangle;
import javafx.scene.transform.Affine;
import javafx.scene.transform.Rotate;
import javafx.scene.transform.Scale;
import javafx.scene.transform.Shear;
import javafx.scene.transform.Transform;
import javafx.scene.transform.Translate;
import javafx.stage.Stage;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.vkfx.AlphaMode;
import org.vkfx.FrameRate;
import org.vkfx.InteropKind;
import org.vkfx.scene.Fx.Pixels;

/**
 * Whatever JavaFX does to a node, it does to a view as to an ImageView of the same image: transforms, clips, effects,
 * blending and caches, with and without depth, left to right and right to left.
 */
@Tag("pixels")
@Needs({Machine.VULKAN, Machine.WINDOW})
class LookTest {
    private static final int WIDTH = 64;
    private static final int HEIGHT = 48;
    private static final int CELL_WIDTH = 140;
    private static final int CELL_HEIGHT = 110;
    /** Of a channel, where JavaFX draws into a texture first, and so rounds once more for a view than for an image. */
    private static final int ROUNDING = 2;

    /**
     * Coordinates that are no whole numbers are mirrored there and back, at other nodes for a view than for an image,
     * and so rounded elsewhere: inner pixels of a soft image vary by so much, and in software so many of its edge are
     * drawn or not.
     */
    private static final int MIRRORED = 2;
    private static final int MIRRORED_EDGE = 20;

    /**
     * JavaFX draws a perspective in one of two ways, a fraction of a pixel apart, an ImageView's, too: inner pixels of
     * a soft image vary by so much, and so many of its edge are drawn or not.
     */
    private static final int PERSPECTIVE = 12;
    private static final int PERSPECTIVE_EDGE = 40;
    private static final IntBinaryOperator SOFT = (x, y) -> 0xff000000 | x * 3 << 16 | y * 5 << 8 | x + y;

    /** What is done to a node, which may end up in others. */
    private record Look(String name, int tolerance, int strays, double resolution, IntBinaryOperator colours,
            UnaryOperator<Node> place) {
        static Look of(String name, int tolerance, UnaryOperator<Node> place) {
            return new Look(name, tolerance, 0, 1, PixelTest.NOISE, place);
        }

        static Look exact(String name, Consumer<Node> change) {
            return rounded(name, 0, change);
        }

        static Look rounded(String name, Consumer<Node> change) {
            return rounded(name, ROUNDING, change);
        }

        private static Look rounded(String name, int tolerance, Consumer<Node> change) {
            return of(name, tolerance, node -> {
                change.accept(node);
                return node;
            });
        }

        static Look inDepth(String name, int tolerance, int strays, Transform... transforms) {
            return new Look(name, tolerance, strays, 1, SOFT, node -> {
                node.getTransforms().addAll(transforms);
                SubScene scene = new SubScene(new Group(node), WIDTH, HEIGHT, true, SceneAntialiasing.DISABLED);
                scene.setCamera(new PerspectiveCamera());
                return scene;
            });
        }

        /** Only a view is given the orientation: an ImageView that is set to another than its own is mirrored. */
        static Look oriented(String name, int tolerance, NodeOrientation itself, NodeOrientation parent,
                UnaryOperator<Node> place) {
            int strays = tolerance == 0 ? 0 : MIRRORED_EDGE;
            IntBinaryOperator colours = tolerance == 0 ? PixelTest.NOISE : SOFT;
            return new Look(name + ", " + itself + " in " + parent, tolerance, strays, 1, colours, node -> {
                if (node instanceof VulkanView) {
                    node.setNodeOrientation(itself);
                }
                Group group = new Group(place.apply(node));
                group.setNodeOrientation(parent);
                return group;
            });
        }

        /** Has so many pixels of the image per unit. */
        Look at(double otherResolution) {
            return new Look(name + " at resolution " + otherResolution, tolerance, strays, otherResolution, colours,
                    place);
        }

        IntBinaryOperator pattern(AlphaMode mode) {
            return mode == AlphaMode.OPAQUE ? colours : (x, y) -> {
                int alpha = x * 4 + y & 255;
                int colour = colours.applyAsInt(x, y);
                return alpha << 24 | (colour >> 16 & 255) * alpha / 255 << 16 | (colour >> 8 & 255) * alpha / 255 << 8
                        | (colour & 255) * alpha / 255;
            };
        }

        /** An opaque view's alpha may be anything. */
        TestRenderer renderer(ViewFixture fixture, AlphaMode mode) {
            IntBinaryOperator pattern = pattern(mode);
            return TestRenderer.pattern(fixture.vulkan(), mode == AlphaMode.OPAQUE
                    ? (x, y) -> pattern.applyAsInt(x, y) & 0xffffff | x * y << 24
                    : pattern);
        }

        VulkanView view(ViewFixture fixture, TestRenderer renderer, AlphaMode mode) {
            VulkanView view = fixture.view(renderer);
            view.setAlphaMode(mode);
            view.setResolutionScale(resolution);
            view.setPrefSize(WIDTH, HEIGHT);
            return view;
        }

        ImageView twin(AlphaMode mode) {
            ImageView twin = new ImageView(
                    Fx.image((int) (WIDTH * resolution), (int) (HEIGHT * resolution), pattern(mode)));
            twin.setFitWidth(WIDTH);
            twin.setFitHeight(HEIGHT);
            return twin;
        }

        /** In the middle of a cell, over two colours. */
        Node cell(Node node) {
            Group middle = new Group(place.apply(node));
            middle.relocate((CELL_WIDTH - WIDTH) / 2, (CELL_HEIGHT - HEIGHT) / 2);
            return new Group(new Rectangle(CELL_WIDTH, CELL_HEIGHT, Color.web("#508030")),
                    new Rectangle(CELL_WIDTH / 2, CELL_HEIGHT, Color.web("#c07090")), middle);
        }
    }

    private static List<Look> looks() {
        List<Look> looks = flatLooks();
        looks.add(Look.inDepth("in depth", 0, 0));
        looks.add(Look.inDepth("turned in depth", PERSPECTIVE, PERSPECTIVE_EDGE,
                new Rotate(40, WIDTH / 2, 0, 0, Rotate.Y_AXIS),
                new Translate(0, 0, 9)));
        return looks;
    }

    private static List<Look> flatLooks() {
        Look plain = Look.exact("plain", node -> {
        });
        List<Look> looks = new ArrayList<>(List.of(plain, plain.at(0.5), plain.at(2),
                Look.exact("between pixels", node -> node.relocate(10.3, 7.6)),
                Look.exact("clipped by a rectangle", node -> node.setClip(new Rectangle(7, 9, 31, 22))),
                Look.exact("upside down", node -> node.setRotate(180)),
                Look.exact("upright", node -> node.setRotate(90)),
                Look.exact("mirrored", node -> node.setScaleX(-1)),
                Look.exact("rotated", node -> node.setRotate(30)),
                Look.exact("rotated", node -> node.setRotate(30)).at(1.5),
                Look.exact("twice as large", node -> node.getTransforms().add(new Scale(2, 2))),
                Look.exact("half as large", node -> node.getTransforms().add(new Scale(0.5, 0.5))),
                Look.exact("stretched", node -> node.getTransforms().add(new Scale(1.37, 0.81))),
                Look.exact("sheared", node -> node.getTransforms().add(new Shear(0.3, 0.1))),
                Look.exact("transformed", node -> node.getTransforms().add(new Affine(0.9, 0.4, 3.3, -0.2, 1.1, 6.7))),
                Look.exact("moved, rotated, scaled", node -> node.getTransforms().addAll(new Translate(9.5, 0),
                        new Rotate(12, 5, 5), new Scale(0.7, 1.2))),
                Look.rounded("half opaque", node -> node.setOpacity(0.5)),
                Look.rounded("clipped by a circle", node -> node.setClip(new Circle(30, 20, 17.5))),
                Look.rounded("half opaque with a shadow", node -> {
                    node.setOpacity(0.5);
                    node.setEffect(new DropShadow());
                }), //
                Look.rounded("rotated, half opaque, clipped, with a shadow", node -> {
                    node.setRotate(15);
                    node.setOpacity(0.5);
                    node.setClip(new Circle(30, 20, 20));
                    node.setEffect(new DropShadow());
                }), //
                Look.of("in half opaque parents", ROUNDING, node -> {
                    Group parent = new Group(node);
                    parent.setOpacity(0.5);
                    Group grandparent = new Group(parent);
                    grandparent.setOpacity(0.5);
                    return grandparent;
                }), //
                Look.of("in a clipped and blurred parent", ROUNDING, node -> {
                    Group parent = new Group(node);
                    parent.setClip(new Rectangle(5.5, 5.5, 40, 30));
                    parent.setEffect(new GaussianBlur(3));
                    return parent;
                })));
        for (Effect effect : List.of(new DropShadow(8, 5, 5, Color.BLACK), new InnerShadow(), new GaussianBlur(4),
                new BoxBlur(5, 3, 2), new ColorAdjust(0.3, -0.2, 0.1, 0.2), new SepiaTone(), new Reflection(),
                new Blend(BlendMode.MULTIPLY, null, new ColorInput(0, 0, 40, 30, Color.ORANGE)),
                new PerspectiveTransform(0, 0, 60, 9, 55, 40, 5, 48))) {
            looks.add(Look.rounded("with " + effect.getClass().getSimpleName(), node -> node.setEffect(effect)));
        }
        for (CacheHint hint : CacheHint.values()) {
            looks.add(Look.rounded("cached for " + hint, node -> {
                node.setCache(true);
                node.setCacheHint(hint);
                node.setRotate(20);
                node.setScaleX(1.2);
            }));
        }
        for (BlendMode mode : BlendMode.values()) {
            looks.add(Look.rounded("blended by " + mode, node -> node.setBlendMode(mode)));
        }
        return looks;
    }

    /** Every orientation of a node in a parent of every orientation. */
    private static List<Look> orientedLooks() {
        List<Look> looks = new ArrayList<>();
        for (NodeOrientation itself : NodeOrientation.values()) {
            for (NodeOrientation parent : NodeOrientation.values()) {
                looks.add(Look.oriented("plain", 0, itself, parent, UnaryOperator.identity()));
                looks.add(Look.oriented("rotated, scaled", MIRRORED, itself, parent, node -> {
                    node.setRotate(30);
                    node.setScaleX(0.8);
                    return node;
                }));
                looks.add(Look.oriented("transformed", MIRRORED, itself, parent, node -> {
                    node.getTransforms().add(new Affine(0.9, 0.4, 3.3, -0.2, 1.1, 6.7));
                    return node;
                }));
                looks.add(Look.oriented("clipped", 0, itself, parent, node -> {
                    node.setClip(new Rectangle(7, 9, 31, 22));
                    return node;
                }));
                looks.add(Look.oriented("padded", 0, itself, parent, node -> inBox(node, new Insets(3, 5, 7, 21), 0)));
                looks.add(Look.oriented("a fraction of a pixel larger", 0, itself, parent,
                        node -> inBox(node, Insets.EMPTY, 0.4)));
            }
        }
        return looks;
    }

    /** An image, which has no padding and is as large as it is, gets a parent that has, and is larger. */
    private static Node inBox(Node node, Insets padding, double more) {
        Region region = node instanceof Region view ? view : new Pane(node);
        if (region != node) {
            region.setNodeOrientation(NodeOrientation.LEFT_TO_RIGHT);
            node.relocate(padding.getLeft(), padding.getTop());
        }
        region.setPadding(padding);
        region.setPrefSize(padding.getLeft() + WIDTH + padding.getRight() + more,
                padding.getTop() + HEIGHT + padding.getBottom() + more);
        return region;
    }

    @TestFactory
    Stream<DynamicTest> an_opaque_view_looks_like_an_image() {
        return compare(AlphaMode.OPAQUE, looks(), NodeOrientation.INHERIT, false);
    }

    @TestFactory
    Stream<DynamicTest> a_translucent_view_looks_like_an_image() {
        return compare(AlphaMode.PREMULTIPLIED, looks(), NodeOrientation.INHERIT, false);
    }

    @TestFactory
    Stream<DynamicTest> a_view_is_mirrored_as_little_as_an_image() {
        return Stream.of(NodeOrientation.values())
                .flatMap(scene -> compare(AlphaMode.OPAQUE, orientedLooks(), scene, false));
    }

    @TestFactory
    Stream<DynamicTest> an_opaque_view_is_printed_as_an_image() {
        return compare(AlphaMode.OPAQUE, flatLooks(), NodeOrientation.INHERIT, true);
    }

    @TestFactory
    Stream<DynamicTest> a_translucent_view_is_printed_as_an_image() {
        return compare(AlphaMode.PREMULTIPLIED, flatLooks(), NodeOrientation.INHERIT, true);
    }

    private static Pixels picture(Sheet sheet, boolean printed) {
        if (!printed) {
            return sheet.screen();
        }
        // JavaFX's effects are not for two threads at a time, that of printing and that of painting
        Fx.run(() -> sheet.lookupAll(".vulkan-view")
                .forEach(view -> ((VulkanView) view).setFrameRate(FrameRate.ON_DEMAND)));
        Fx.pulses(5);
        return Fx.call(() -> PixelPrinter.print(sheet, sheet.width(), sheet.height()));
    }

    private static Stream<DynamicTest> compare(AlphaMode mode, List<Look> looks, NodeOrientation orientation,
            boolean printed) {
        try (ViewFixture fixture = new ViewFixture()) {
            Sheet sheet = sheet(looks, look -> look.view(fixture, look.renderer(fixture, mode), mode));
            Stage stage = fixture.show(sheet, sheet.width(), sheet.height());
            Fx.run(() -> stage.getScene().setNodeOrientation(orientation));
            fixture.awaitFrames(3);
            Pixels actual = picture(sheet, printed);
            // in the same place, so that it is for the view that something looks different
            // and printed in a parent: effects of an ImageView itself JavaFX prints otherwise than those of other nodes
            Pixels expected = picture(shown(stage,
                    sheet(looks, look -> printed ? new Pane(look.twin(mode)) : look.twin(mode))), printed);
            Pixels empty = picture(shown(stage, sheet(looks, look -> new Group())), printed);
            return IntStream.range(0, looks.size()).mapToObj(i -> {
                Look look = looks.get(i);
                boolean mirrored = orientation == NodeOrientation.RIGHT_TO_LEFT;
                int at = mirrored ? sheet.mirrored(i) : i;
                return dynamicTest(look.name() + (mirrored ? ", in a right-to-left scene" : ""), () -> {
                    sheet.cell(actual, at).assertLike(sheet.cell(expected, at), look.tolerance(), look.strays());
                    assertThat(sheet.cell(actual, at).differing(sheet.cell(empty, at), 0)).as("what is seen at all")
                            .isGreaterThan(200);
                });
            });
        }
    }

    private static Sheet sheet(List<Look> looks, Function<Look, Node> node) {
        return Fx.call(() -> new Sheet(CELL_WIDTH, CELL_HEIGHT,
                looks.stream().map(look -> look.cell(node.apply(look))).toList()));
    }

    private static Sheet shown(Stage stage, Sheet sheet) {
        Fx.run(() -> stage.getScene().setRoot(sheet));
        Fx.pulses(3);
        return sheet;
    }

    @Test
    void every_look_is_of_the_newest_frame() {
        List<Look> looks = looks();
        try (ViewFixture fixture = new ViewFixture()) {
            Sheet sheet = sheet(looks,
                    look -> look.view(fixture, TestRenderer.numbers(fixture.vulkan()), AlphaMode.OPAQUE));
            fixture.show(sheet, sheet.width(), sheet.height());
            fixture.awaitFrames(3);
            Pixels before = sheet.screen();
            fixture.awaitFrames(3);
            Pixels after = sheet.screen();
            assertThat(IntStream.range(0, looks.size())
                    .filter(i -> sheet.cell(after, i).differing(sheet.cell(before, i), 0) < 200)
                    .mapToObj(i -> looks.get(i).name())).as("those that have not changed").isEmpty();
        }
    }

    @Test
    void pixels_are_squares_when_not_smooth() {
        assumeTrue(ViewFixture.KIND != InteropKind.HOST, "an ImageView is always smooth (JDK-8127343)");
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), PixelTest.NOISE);
            VulkanView view = fixture.view(renderer);
            view.setResolutionScale(0.25);
            view.setSmooth(false);
            fixture.show(new StackPane(view), 4 * WIDTH, 4 * HEIGHT);
            ViewFixture.awaitSize(view, renderer, WIDTH, HEIGHT);
            IntBinaryOperator squares = (x, y) -> PixelTest.NOISE.applyAsInt(x / 4, y / 4);
            PixelTest.assertPattern(Fx.screen(0, 0, 4 * WIDTH, 4 * HEIGHT), squares);
            Fx.run(() -> view.setSmooth(true));
            ViewFixture.awaitFrames(view, 2);
            Pixels smooth = Fx.screen(0, 0, 4 * WIDTH, 4 * HEIGHT);
            assertThat(smooth.differing(Fx.call(() -> Pixels.of(Fx.image(4 * WIDTH, 4 * HEIGHT, squares))), 8))
                    .isGreaterThan(10_000);
        }
    }
}
