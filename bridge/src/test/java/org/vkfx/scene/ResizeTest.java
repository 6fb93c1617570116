package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntBinaryOperator;

import javafx.scene.layout.StackPane;
import javafx.stage.Stage;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.PresentMode;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;

@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class ResizeTest {
    private static final int RESIZES = LongRun.count("resizes", 200);

    @Test
    @Tag("long")
    void hundreds_of_resizes_leave_nothing_behind() {
        IntBinaryOperator pattern = (x, y) -> 0xff000000 | (x * 31 + y * 17 & 0xffff);
        FaultyVulkan counted = new FaultyVulkan();
        Random random = new Random(1);
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(counted.address()));
                LongRun run = new LongRun("resizes")) {
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
                run.step();
            }
            resize(stage, 300, 200);
            ViewFixture.awaitSize(view, renderer, 300, 200);
            ViewFixture.awaitFrames(view, 10);
            assertThat(renderer.images().generation()).isGreaterThan(RESIZES / 4);
            Possessions.assertAgain(before, counted);
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

    /** GL owns a file descriptor from its import on: closed once more, it would be somebody else's by then. */
    @Test
    void file_descriptors_of_others_are_left_alone() throws Exception {
        AtomicBoolean end = new AtomicBoolean();
        CompletableFuture<Integer> others = CompletableFuture.supplyAsync(() -> openAndRead(end));
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setPresentMode(PresentMode.FIFO); // every image gets displayed, and so imported
            Stage stage = fixture.show(new StackPane(view), 64, 64);
            for (int size = 65; size < 105; size++) {
                resize(stage, size, size);
                ViewFixture.awaitSize(view, renderer, size, size);
            }
        } finally {
            end.set(true);
        }
        assertThat(others.get()).as("files opened meanwhile").isGreaterThan(10_000);
    }

    /**
     * Opens files as fast as it can, so that one gets each number that becomes free, and reads what it opened before.
     */
    private static int openAndRead(AtomicBoolean end) {
        Deque<RandomAccessFile> open = new ArrayDeque<>();
        int count = 0;
        try {
            while (!end.get()) {
                open.add(new RandomAccessFile("/dev/zero", "r"));
                count++;
                if (open.size() > 32) {
                    try (RandomAccessFile oldest = open.remove()) {
                        assertThat(oldest.read()).isZero();
                    }
                }
            }
            for (RandomAccessFile file : open) {
                file.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    private static void resize(Stage stage, int width, int height) {
        Fx.run(() -> {
            stage.setWidth(width);
            stage.setHeight(height);
        });
    }
}
