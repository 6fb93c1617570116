package org.vkfx.prism;

import static org.assertj.core.api.Assertions.assertThat;

import javafx.scene.layout.StackPane;

import com.sun.javafx.scene.NodeHelper;
import com.sun.javafx.scene.SceneHelper;
import com.sun.prism.Graphics;
import com.sun.prism.GraphicsPipeline;
import com.sun.prism.RTTexture;
import com.sun.prism.Texture;

import org.junit.jupiter.api.Test;
import org.vkfx.scene.Fx;
import org.vkfx.scene.TestRenderer;
import org.vkfx.scene.ViewFixture;
import org.vkfx.scene.VulkanView;

class FramePeerTest {
    /** A paint that is aborted after the view must not leave the view's draw with Prism, behind the mark of its epoch. */
    @Test
    void a_draw_is_submitted_to_gl_at_once_and_without_waiting_for_the_gpu() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()));
            fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 2);
            FramePeer peer = peer(view);
            Fx.get(RenderThread.call(() -> {
                RTTexture target = GraphicsPipeline.getDefaultResourceFactory().createRTTexture(100, 100,
                        Texture.WrapMode.CLAMP_NOT_NEEDED);
                Graphics g = target.createGraphics();
                g.clear();
                peer.renderContent(g); // leaves nothing with Prism but what is behind its draw
                var before = GlCalls.snapshot();
                peer.renderContent(g);
                var after = GlCalls.snapshot();
                assertThat(GlCalls.between(before, after, "nDrawIndexedQuads")).as("what was behind, and the draw")
                        .isEqualTo(2);
                assertThat(GlCalls.between(before, after, "nFinish")).isZero();
                target.dispose();
                return null;
            }));
            ViewFixture.awaitFrames(view, 2);
        }
    }

    static FramePeer peer(VulkanView view) {
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
