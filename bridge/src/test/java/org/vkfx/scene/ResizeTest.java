package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.Random;
import java.util.function.IntBinaryOperator;

import javafx.scene.layout.StackPane;
import javafx.stage.Stage;

import org.junit.jupiter.api.Test;
import org.vkfx.PresentMode;
import org.vkfx.interop.opengl.GlNames;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;

@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class ResizeTest {
    private static final int RESIZES = 200;

    /** What a process has of everything a resize could leak. */
    private record Possessions(int descriptors, int vulkanObjects, int textures, int memoryObjects, long threads) {
        static Possessions now(FaultyVulkan vulkan) {
            System.gc(); // JavaFX frees the targets of snapshots and windows with their wrappers
            Fx.pulses(3);
            String[] descriptors = new File("/proc/self/fd").list();
            return new Possessions(descriptors == null ? 0 : descriptors.length, vulkan.live(), GlNames.textures(),
                    GlNames.memoryObjects(), bridgeThreads());
        }

        static long bridgeThreads() {
            return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("vkfx")).count();
        }
    }

    @Test
    void two_hundred_resizes_leave_nothing_behind() {
        IntBinaryOperator pattern = (x, y) -> 0xff000000 | (x * 31 + y * 17 & 0xffff);
        FaultyVulkan counted = new FaultyVulkan();
        Random random = new Random(1);
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(counted.address()))) {
            Possessions beforeAll = Possessions.now(counted);
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), pattern);
            VulkanView view = fixture.view(renderer);
            view.setPresentMode(PresentMode.FIFO); // every image gets displayed, and so wrapped
            Stage stage = fixture.show(new StackPane(view), 300, 200);
            ViewFixture.awaitSize(view, renderer, 300, 200);
            Possessions before = Possessions.now(counted);
            for (int i = 0; i < RESIZES; i++) {
                int width = 1 + random.nextInt(500);
                int height = 1 + random.nextInt(400);
                resize(stage, width, height);
                if (i % 20 == 0) { // the others are overtaken by the next one, in whatever state they are
                    ViewFixture.awaitSize(view, renderer, width, height);
                    PixelTest.assertPattern(Fx.snapshot(view), pattern);
                } else {
                    Fx.pulses(random.nextInt(4));
                }
            }
            resize(stage, 300, 200);
            ViewFixture.awaitSize(view, renderer, 300, 200);
            ViewFixture.awaitFrames(view, 10);
            assertThat(renderer.images().generation()).isGreaterThan(50);
            assertThat(Possessions.now(counted)).isEqualTo(before);
            Fx.run(view::close);
            Fx.get(view.whenClosed());
            Fx.run(stage::close);
            Possessions afterAll = Possessions.now(counted);
            assertThat(afterAll.vulkanObjects()).isEqualTo(beforeAll.vulkanObjects());
            assertThat(afterAll.memoryObjects()).isEqualTo(beforeAll.memoryObjects());
            Fx.await("the bridge's threads ended", () -> Possessions.bridgeThreads() == beforeAll.threads());
        }
        counted.assertBalanced();
    }

    private static void resize(Stage stage, int width, int height) {
        Fx.run(() -> {
            stage.setWidth(width);
            stage.setHeight(height);
        });
    }
}
