package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

import javafx.scene.layout.StackPane;
import javafx.stage.Stage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.FrameRenderer;
import org.vkfx.InteropKind;
import org.vkfx.PresentMode;
import org.vkfx.VulkanDevice;
import org.vkfx.objc.MacSim;
import org.vkfx.prism.RenderThread;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;

/**
 * Autorelease pools on the bridge's threads, and around what it does on JavaFX's: here every function of Vulkan that
 * the bridge calls autoreleases something, as drivers may; without a pool the simulator punishes that.
 */
@Tag("metal")
@Needs({Machine.VULKAN, Machine.WINDOW})
class MetalPoolTest {
    private final FaultyVulkan vulkan = new FaultyVulkan();
    private final Set<String> threads = new ConcurrentSkipListSet<>();
    private final Thread test = Thread.currentThread(); // what the test itself asks of Vulkan is not the bridge's
    private long before;

    @BeforeAll
    static void simulator() {
        MacSim.assumeBuilt();
    }

    private void begin() {
        Fx.start();
        before = MacSim.live("MTLSharedEvent");
        vulkan.always(this::autorelease);
    }

    @AfterEach
    void end() {
        MacSim.judge();
    }

    private void autorelease() {
        if (Thread.currentThread() != test) {
            MacSim.autorelease(MacSim.newEvent());
            threads.add(Thread.currentThread().getName());
        }
    }

    @Test
    void every_thread_of_a_views_life_has_a_pool() {
        begin();
        try (ViewFixture fixture = new ViewFixture(ValidatedVulkan.withoutLayer(vulkan.address()))) {
            TestRenderer numbers = TestRenderer.numbers(fixture.vulkan());
            FrameRenderer renderer = numbers.around(this::autorelease, this::autorelease);
            VulkanView view = fixture.view(renderer);
            view.setPresentMode(PresentMode.FIFO);
            Stage stage = fixture.show(new StackPane(view), 64, 48);
            ViewFixture.awaitSize(view, numbers, 64, 48);
            assertThat(view.getInterop()).isEqualTo(InteropKind.METAL);
            Fx.run(() -> stage.setWidth(80)); // images go, others come
            ViewFixture.awaitSize(view, numbers, 80, 48);
            Fx.await("nothing autoreleased that is kept, but by the frames under way",
                    () -> MacSim.live("MTLSharedEvent") - before < 100);
            ViewFixture.awaitFrames(view, 20);
            assertThat(MacSim.live("MTLSharedEvent") - before).as("pools are drained").isLessThan(100);
            Fx.get(RenderThread.call(() -> {
                autorelease(); // as the driver does when a texture goes, see MTLTexture.m
                return null;
            }));
            Fx.get(Interop.diagnose(fixture.vulkan().device(), InteropKind.METAL));
            Fx.run(() -> view.setInteropKind(InteropKind.HOST));
            Fx.await("the host path", () -> view.getInterop() == InteropKind.HOST);
            ViewFixture.awaitFrames(view, 5);
        }
        assertThat(threads).contains("vkfx-render", "vkfx-waiter", "vkfx-start", "vkfx-check", "QuantumRenderer-0");
        Fx.await("all that was autoreleased to go", () -> MacSim.live("MTLSharedEvent") <= before);
    }

    @Test
    void a_device_is_made_and_destroyed_in_a_pool() {
        begin();
        VulkanDevice made = Interop.createDevice();
        made.close();
        Fx.get(made.whenClosed());
        try (ValidatedVulkan handles = new ValidatedVulkan(vulkan.address())) {
            VulkanDevice template = handles.device();
            VulkanDevice device = VulkanDevice.wrap().getInstanceProcAddr(vulkan.address())
                    .instance(template.instance()).physicalDevice(template.physicalDevice()).device(template.device())
                    .queue(template.queue(), template.queueFamily()).apiVersion(template.apiVersion())
                    .enabledExtensions(template.enabledExtensions()).timelineSemaphore(true)
                    .queueLock(template.queueLock()).onClose(this::autorelease).build();
            Fx.get(Interop.probe(device));
            device.close();
            Fx.get(device.whenClosed());
        }
        assertThat(threads).contains("vkfx-close");
    }
}
