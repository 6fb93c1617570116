package org.vkfx.prism;

import java.util.function.Consumer;

import javafx.scene.layout.StackPane;

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
import com.sun.prism.RTTexture;
import com.sun.prism.Texture;

/** As {@link FramePeerTest}, on Metal: the simulator punishes a signal before JavaFX's own command buffer. */
@Tag("metal")
@Needs({Machine.VULKAN, Machine.WINDOW})
class MetalPeerTest {
    @BeforeAll
    static void simulator() {
        MacSim.assumeBuilt();
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
