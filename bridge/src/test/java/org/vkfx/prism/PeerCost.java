package org.vkfx.prism;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

import javafx.scene.layout.StackPane;

import com.sun.prism.Graphics;
import com.sun.prism.GraphicsPipeline;
import com.sun.prism.PixelFormat;
import com.sun.prism.RTTexture;
import com.sun.prism.Texture;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vkfx.FrameRate;
import org.vkfx.scene.Fx;
import org.vkfx.scene.TestRenderer;
import org.vkfx.scene.ViewFixture;
import org.vkfx.scene.VulkanView;

/**
 * What the peer's draw costs beside an ordinary Prism texture of equal size drawn in the same place, in one run, in
 * turns. No test: run it by {@code src/bin/test --only PeerCost} and read the output file.
 */
class PeerCost {
    private static final int ROUNDS = 2000;

    @ParameterizedTest
    @CsvSource({"640, 480", "1920, 1080", "3840, 2160"})
    void compare(int width, int height) {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            fixture.show(new StackPane(view), width, height);
            ViewFixture.awaitSize(view, renderer, width, height);
            Fx.run(() -> view.setFrameRate(FrameRate.ON_DEMAND));
            Consumer<Graphics> peer = FramePeerTest.painter(view);
            long[] ours = new long[ROUNDS];
            long[] ordinary = new long[ROUNDS];
            Texture texture = Fx.get(RenderThread.call(() -> ordinaryTexture(width, height)));
            for (int i = 0; i < ROUNDS; i++) {
                int round = i;
                boolean oursFirst = i % 2 == 0; // each job is a paint of its own, as in a window
                Fx.get(RenderThread.call(() -> measure(round, width, height, oursFirst ? peer : null, texture,
                        oursFirst ? ours : ordinary)));
                Fx.get(RenderThread.call(() -> measure(round, width, height, oursFirst ? null : peer, texture,
                        oursFirst ? ordinary : ours)));
            }
            double a = median(ours);
            double b = median(ordinary);
            System.out.printf(Locale.ROOT, "%dx%d: peer %.1f us, ordinary texture %.1f us, ratio %.2f%n", width, height,
                    a, b, a / b);
        }
    }

    private static Texture ordinaryTexture(int width, int height) {
        Texture texture = GraphicsPipeline.getDefaultResourceFactory().createTexture(PixelFormat.INT_ARGB_PRE,
                Texture.Usage.DYNAMIC, Texture.WrapMode.CLAMP_TO_EDGE,
                width, height);
        texture.makePermanent();
        return texture;
    }

    private static Void measure(int round, int width, int height, Consumer<Graphics> peer, Texture texture,
            long[] times) {
        RTTexture target = GraphicsPipeline.getDefaultResourceFactory().createRTTexture(640, 480,
                Texture.WrapMode.CLAMP_NOT_NEEDED);
        Graphics g = target.createGraphics();
        g.clear();
        g.fillQuad(0, 0, 100, 100); // a window's background
        long start = System.nanoTime();
        if (peer != null) {
            peer.accept(g);
        } else {
            g.drawTexture(texture, 0, 0, width, height, 0, 0, width, height);
        }
        times[round] = System.nanoTime() - start;
        target.dispose();
        return null;
    }

    private static double median(long[] times) {
        long[] sorted = Arrays.stream(times).skip(ROUNDS / 10).sorted().toArray();
        return sorted[sorted.length / 2] / 1e3;
    }
}
