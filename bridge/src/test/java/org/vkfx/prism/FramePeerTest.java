package org.vkfx.prism;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import javafx.scene.layout.StackPane;
import javafx.scene.shape.Rectangle;

import com.sun.javafx.scene.NodeHelper;
import com.sun.javafx.scene.SceneHelper;
import com.sun.prism.Graphics;
import com.sun.prism.GraphicsPipeline;
import com.sun.prism.PixelFormat;
import com.sun.prism.RTTexture;
import com.sun.prism.Texture;

import org.junit.jupiter.api.Test;
import org.vkfx.FrameRate;
import org.vkfx.scene.Fx;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;
import org.vkfx.scene.PixelPrinter;
import org.vkfx.scene.TestRenderer;
import org.vkfx.scene.ViewFixture;
import org.vkfx.scene.VulkanView;

@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class FramePeerTest {
    private static final int RED = 0xffff0000;

    /**
     * A paint that is aborted after the view must not leave the view's draw with Prism, behind the mark of its epoch.
     */
    @Test
    void a_draw_is_submitted_before_the_mark_of_its_epoch_and_without_waiting_for_the_gpu() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()));
            fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 2);
            Fx.run(() -> view.setFrameRate(FrameRate.ON_DEMAND)); // no paint in between
            Fx.pulses(5);
            FramePeer node = peer(view);
            Consumer<Graphics> peer = painter(view);
            AtomicReference<Map<String, Long>> submitted = new AtomicReference<>();
            Fx.get(RenderThread.call(() -> {
                RTTexture target = GraphicsPipeline.getDefaultResourceFactory().createRTTexture(100, 100,
                        Texture.WrapMode.CLAMP_NOT_NEEDED);
                Graphics g = target.createGraphics();
                g.clear();
                peer.accept(g); // and nothing else: the paint is aborted here
                submitted.set(GlCalls.snapshot());
                return null;
            }));
            node.clock().hurry();
            Fx.get(RenderThread.call(() -> { // behind the job that ends the epoch
                var after = GlCalls.snapshot();
                assertThat(GlCalls.between(submitted.get(), after, "nDrawIndexedQuads")).isEqualTo(1);
                assertThat(GlCalls.between(submitted.get(), after, "nFinish")).isZero();
                return null;
            }));
            view.requestFrame();
            ViewFixture.awaitFrames(view, 1);
        }
    }

    /** Neither when JavaFX is ending, nor when something else keeps its render thread: then nothing is printed. */
    @Test
    void a_page_does_not_wait_for_ever_for_the_render_thread() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()));
            StackPane root = new StackPane(view);
            root.setStyle("-fx-background-color: white"); // whatever stylesheet other tests have loaded
            fixture.show(root, 100, 100);
            ViewFixture.awaitFrames(view, 2);
            CompletableFuture<Void> end = new CompletableFuture<>();
            CompletionStage<Void> kept = RenderThread.call(end::get);
            try {
                assertThat(PixelPrinter.print(root, 100, 100).argb()).containsOnly(0xffffffff);
            } finally {
                end.complete(null);
            }
            Fx.get(kept);
            assertThat(PixelPrinter.print(root, 100, 100).argb()).doesNotContain(0xffffffff);
        }
    }

    @Test
    void a_page_announces_its_read_as_a_paint_does() {
        List<Long> epochs = new CopyOnWriteArrayList<>();
        List<Long> marked = new CopyOnWriteArrayList<>();
        ReadClock clock = new ReadClock(new ReadClock.Marks() {
            @Override
            public boolean areCheapWhilePainting() {
                return true;
            }

            @Override
            public void set(long epoch) {
                marked.add(epoch);
            }

            @Override
            public void submit() {
                // nothing to submit to
            }

            @Override
            public long reached() {
                return marked.getLast();
            }
        });
        FrameSource source = new FrameSource() {
            @Override
            public boolean latch() {
                return false;
            }

            @Override
            public ExternalTexture read(long epoch) {
                epochs.add(epoch);
                return null;
            }

            @Override
            public void failed(Throwable e) {
                throw new AssertionError(e);
            }
        };
        FrameNode node = Fx.call(() -> new FrameNode(source, clock));
        Fx.run(() -> node.setPrefSize(9, 9));
        for (int page = 1; page <= 2; page++) {
            Fx.call(() -> PixelPrinter.print(node, 9, 9));
            clock.hurry(); // as whoever waits for the image
            Fx.get(RenderThread.call(() -> null));
        }
        assertThat(epochs).containsExactly(1L, 2L);
        assertThat(marked).containsExactly(1L, 2L);
    }

    /** What becomes visible by being acquired is what is drawn. */
    @Test
    void an_image_is_acquired_before_it_is_drawn() {
        Fx.snapshot(Fx.call(() -> new Rectangle(5, 5))); // from then on JavaFX has a GL context
        int[] pixels = Fx.get(RenderThread.call(() -> {
            Texture memory = GraphicsPipeline.getDefaultResourceFactory().createTexture(PixelFormat.INT_ARGB_PRE,
                    Texture.Usage.DYNAMIC, Texture.WrapMode.CLAMP_TO_EDGE, 8, 8);
            ExternalTexture image = new ExternalTexture(8, 8, 1, 1) {
                @Override
                Texture wrap(Graphics g) {
                    return memory;
                }

                @Override
                public void acquire() {
                    int[] red = new int[64];
                    Arrays.fill(red, RED);
                    memory.update(IntBuffer.wrap(red), PixelFormat.INT_ARGB_PRE, 0, 0, 0, 0, 8, 8, 8 * Integer.BYTES,
                            false);
                }
            };
            try {
                return image.sample();
            } finally {
                image.dispose();
            }
        }));
        assertThat(pixels).hasSize(64).containsOnly(RED);
    }

    /**
     * Returns what calls the view's peer as a paint does. Names the peer in no signature: where JavaFX's packages are
     * not exported, this class is looked at too.
     */
    static Consumer<Graphics> painter(VulkanView view) {
        FramePeer peer = peer(view);
        return peer::renderContent;
    }

    private static FramePeer peer(VulkanView view) {
        return Fx.call(() -> {
            SceneHelper.setAllowPGAccess(true);
            try {
                return NodeHelper.<FramePeer>getPeer(view.getChildrenUnmodifiable().getFirst());
            } finally {
                SceneHelper.setAllowPGAccess(false);
            }
        });
    }
}
