package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import javafx.geometry.Rectangle2D;
import javafx.scene.Node;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.AlphaMode;
import org.vkfx.FrameRate;
import org.vkfx.InteropKind;
import org.vkfx.scene.Fx.Pixels;

/** What a printer gets of a view. {@link LookTest} prints whatever JavaFX does to a view. */
@Tag("pixels")
@Needs({Machine.VULKAN, Machine.WINDOW})
class PrintTest {
    private static final int WIDTH = 120;
    private static final int HEIGHT = 90;
    /** Of a channel, where pixels are drawn over others: Java2D and a GPU round in their own ways. */
    private static final int ROUNDING = 1;
    /** So many pixels of the edges of rotated images are drawn or not, and the place of others is found so well. */
    private static final int EDGE = 400;
    private static final int PLACE = 8;

    @Test
    void a_page_shows_what_a_snapshot_shows() {
        assertPrinted(pane -> {
        }, ROUNDING, 0);
    }

    @Test
    void a_page_shows_a_rotated_view_as_a_snapshot_does() {
        assertPrinted(pane -> pane.getChildren().forEach(node -> node.setRotate(30)), PLACE, EDGE);
    }

    private static void assertPrinted(Consumer<Pane> change, int tolerance, int strays) {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView opaque = fixture.view(TestRenderer.pattern(fixture.vulkan(), PrintTest::soft));
            VulkanView glass = fixture.view(TestRenderer.pattern(fixture.vulkan(), PrintTest::softGlass));
            glass.setAlphaMode(AlphaMode.PREMULTIPLIED);
            HBox root = new HBox(40, opaque, glass);
            Fx.run(() -> {
                opaque.setPrefSize(WIDTH, HEIGHT);
                glass.setPrefSize(WIDTH, HEIGHT);
                change.accept(root);
            });
            fixture.show(new StackPane(root), 2 * WIDTH + 40, HEIGHT);
            fixture.awaitFrames(3);
            Pixels page = Fx.call(() -> PixelPrinter.print(root, 2 * WIDTH + 40, HEIGHT));
            page.assertLike(Fx.snapshot(root, how -> {
                how.setFill(Color.WHITE);
                how.setViewport(new Rectangle2D(0, 0, 2 * WIDTH + 40, HEIGHT));
            }), tolerance, strays);
        }
    }

    private static int soft(int x, int y) {
        return 0xff000000 | x * 2 << 16 | y * 2 << 8 | x + y;
    }

    private static int softGlass(int x, int y) {
        int alpha = x + y;
        return alpha << 24 | alpha / 2 << 16 | alpha / 3 << 8 | alpha;
    }

    @Test
    void every_page_is_of_one_frame_and_later_ones_of_later_frames() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()));
            view.setFrameRate(FrameRate.CONTINUOUS);
            Node root = new StackPane(view);
            fixture.show(new StackPane(root), WIDTH, HEIGHT);
            fixture.awaitFrames(2);
            Set<Integer> colours = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                if (ViewFixture.KIND == InteropKind.HOST) { // a PixelBuffer changes while Java reads it
                    Fx.run(() -> view.setFrameRate(FrameRate.ON_DEMAND));
                    Fx.pulses(5);
                }
                Pixels page = i % 2 == 0
                        ? Fx.call(() -> PixelPrinter.print(root, WIDTH, HEIGHT))
                        : PixelPrinter.print(root, WIDTH, HEIGHT); // JavaFX prints on other threads, too
                assertThat(IntStream.of(page.argb()).distinct().count()).as("colours on a page").isEqualTo(1);
                colours.add(page.at(0, 0));
                Fx.run(() -> view.setFrameRate(FrameRate.CONTINUOUS));
                ViewFixture.awaitFrames(view, 1);
            }
            assertThat(colours).hasSizeGreaterThan(5).doesNotContain(0xffffffff);
        }
    }
}
