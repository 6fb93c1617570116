package org.vkfx.prism;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import javafx.scene.layout.StackPane;

import com.sun.javafx.scene.NodeHelper;
import com.sun.javafx.scene.SceneHelper;
import com.sun.prism.Graphics;
import com.sun.prism.GraphicsPipeline;
import com.sun.prism.RTTexture;
import com.sun.prism.Texture;

import org.junit.jupiter.api.Test;
import org.vkfx.FrameRate;
import org.vkfx.scene.Fx;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;
import org.vkfx.scene.TestRenderer;
import org.vkfx.scene.ViewFixture;
import org.vkfx.scene.VulkanView;

@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class FramePeerTest {
    /** A paint that is aborted after the view must not leave the view's draw with Prism, behind the mark of its epoch. */
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

    /**
     * Returns what calls the view's peer as a paint does. Names the peer in no signature: where JavaFX's packages are not
     * exported, this class is looked at too.
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
