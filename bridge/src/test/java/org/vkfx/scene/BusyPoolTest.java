package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Semaphore;

import javafx.scene.layout.StackPane;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vkfx.InteropKind;
import org.vkfx.VulkanDevice;

/** The common pool is the application's: nothing of the bridge waits while it is busy. */
@Timeout(120)
@Needs({Machine.VULKAN, Machine.WINDOW})
class BusyPoolTest {
    private final CountDownLatch free = new CountDownLatch(1);

    @BeforeEach
    void fillThePool() throws InterruptedException {
        Fx.start();
        int threads = ForkJoinPool.getCommonPoolParallelism();
        Semaphore busy = new Semaphore(0);
        for (int i = 0; i < threads; i++) {
            ForkJoinPool.commonPool().execute(() -> {
                busy.release();
                try {
                    free.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        busy.acquire(threads);
    }

    @AfterEach
    void emptyThePool() {
        free.countDown();
    }

    @Test
    void devices_are_made_probed_and_diagnosed() {
        VulkanDevice device = Interop.createDevice(); // not on the JavaFX thread
        assertThat(Fx.get(Interop.probe()).selected()).isPresent();
        assertThat(Fx.get(Interop.probe(device)).selected()).isPresent();
        assertThat(Fx.get(Interop.diagnose(device, InteropKind.HOST)).checks()).isNotEmpty();
        device.close();
        Fx.get(device.whenClosed());
    }

    @Test
    void views_are_shown_resized_and_closed() {
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            var stage = fixture.show(new StackPane(view), 60, 60);
            ViewFixture.awaitSize(view, renderer, 60, 60);
            Fx.run(() -> stage.setWidth(80));
            ViewFixture.awaitSize(view, renderer, 80, 60);
        }
    }
}
