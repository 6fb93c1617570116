package org.vkfx.prism;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

import javafx.scene.layout.StackPane;
import javafx.scene.shape.Rectangle;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.FrameRate;
import org.vkfx.objc.MacSim;
import org.vkfx.scene.Fx;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;
import org.vkfx.scene.TestRenderer;
import org.vkfx.scene.ViewFixture;
import org.vkfx.scene.VulkanView;

import com.sun.prism.Graphics;
import com.sun.prism.GraphicsPipeline;
import com.sun.prism.PixelFormat;
import com.sun.prism.RTTexture;
import com.sun.prism.Texture;

/** As {@link FramePeerTest}, on Metal: the simulated Mac punishes a signal before JavaFX's own command buffer. */
@Tag("metal")
@Needs({Machine.VULKAN, Machine.WINDOW})
class MetalPeerTest {
    @BeforeAll
    static void simulator() {
        MacSim.assumeBuilt();
    }

    /** JavaFX's Metal pipeline reads its textures as a whole only. */
    @Test
    void what_javafx_draws_of_an_image_can_be_read_back() {
        Fx.start();
        Fx.snapshot(Fx.call(() -> new Rectangle(5, 5))); // from then on JavaFX has a context
        int[] pixels = Fx.get(RenderThread.call(() -> {
            Texture memory = GraphicsPipeline.getDefaultResourceFactory().createTexture(PixelFormat.INT_ARGB_PRE,
                    Texture.Usage.DYNAMIC, Texture.WrapMode.CLAMP_TO_EDGE, 8, 8);
            int[] red = new int[64];
            Arrays.fill(red, 0xffff0000);
            memory.update(IntBuffer.wrap(red), PixelFormat.INT_ARGB_PRE, 0, 0, 0, 0, 8, 8, 8 * Integer.BYTES, false);
            ExternalTexture image = new ExternalTexture(8, 8, 1, 1) {
                @Override
                Texture wrap(Graphics g) {
                    return memory;
                }
            };
            try {
                return image.sample();
            } finally {
                image.dispose();
            }
        }));
        assertThat(pixels).hasSize(64).containsOnly(0xffff0000);
    }

    @Test
    void what_an_aborted_paint_has_encoded_is_committed_before_the_mark_of_its_epoch() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()));
            fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 2);
            Fx.run(() -> view.setFrameRate(FrameRate.ON_DEMAND)); // no paint in between
            Fx.pulses(5);
            Consumer<Graphics> peer = FramePeerTest.painter(view);
            RTTexture target = Fx.get(RenderThread.call(() -> {
                RTTexture made = GraphicsPipeline.getDefaultResourceFactory().createRTTexture(100, 100,
                        Texture.WrapMode.CLAMP_NOT_NEEDED);
                Graphics g = made.createGraphics();
                g.clear();
                peer.accept(g); // and nothing else: the paint is aborted here
                return made;
            }));
            Fx.get(RenderThread.call(() -> { // behind the job that ends the epoch
                target.dispose();
                return null;
            }));
            view.requestFrame();
            ViewFixture.awaitFrames(view, 1);
        }
    }
}
