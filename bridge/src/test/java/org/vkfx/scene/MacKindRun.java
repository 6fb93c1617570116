package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntBinaryOperator;

import javafx.scene.layout.StackPane;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;
import org.vkfx.VulkanDevice;
import org.vkfx.objc.MacSim;
import org.vkfx.vulkan.DeviceContext;

/** Macs that are not like Apple silicon, each in a JVM of its own: MACSIM_MAC of src/mac-sim/metal/mac.h. */
@Tag("mac")
class MacKindRun {
    private static final IntBinaryOperator PATTERN = (x, y) -> 0xff000000 | (x * 7 & 255) << 16 | (y * 5 & 255) << 8
            | (x ^ y) & 255;

    @BeforeAll
    static void simulator() {
        MacSim.assumeBuilt();
    }

    @AfterEach
    void end() {
        MacSim.judge();
    }

    private static void assertShown(ViewFixture fixture, InteropKind kind) {
        TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), PATTERN);
        VulkanView view = fixture.view(renderer);
        fixture.show(new StackPane(view), 90, 60);
        ViewFixture.awaitSize(view, renderer, 90, 60);
        assertThat(view.getInterop()).isEqualTo(kind);
        PixelTest.assertPattern(Fx.snapshot(view), PATTERN);
        PixelTest.assertPattern(Fx.screen(0, 0, 90, 60), PATTERN);
    }

    // --- two GPUs: JavaFX draws with the Intel Mac's own, which Vulkan lists last

    @Test
    @Tag("two-gpus")
    void a_device_on_the_other_gpu_takes_the_host_path_and_the_report_names_both() {
        try (ViewFixture fixture = new ViewFixture()) { // takes the first
            assertShown(fixture, InteropKind.HOST);
            InteropReport report = Fx.get(Interop.probe(fixture.vulkan().device()));
            assertThat(report.finding(InteropKind.METAL).orElseThrow().toString())
                    .contains("Vulkan renders on AMD Radeon RX (simulated) (deviceLUID 0x100000b02)")
                    .contains("JavaFX on Intel UHD Graphics (simulated) (registryID 0x100000b01)");
        }
    }

    @Test
    @Tag("two-gpus")
    void a_device_on_the_other_gpu_is_refused_where_metal_is_forced() {
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()), InteropKind.METAL);
            fixture.show(new StackPane(view), 64, 48);
            Fx.await("the error", () -> view.getError() != null);
            assertThat(view.getError().reason()).isEqualTo(Reason.NO_DEVICE);
            assertThat(view.getError()).hasMessageContaining("registryID 0x100000b01");
        }
    }

    /** On memory that is not unified. */
    @Test
    @Tag("two-gpus")
    void the_device_that_the_bridge_makes_is_on_javafxs_gpu_and_shares_textures() {
        Fx.start();
        VulkanDevice device = Interop.createDevice();
        assertThat(DeviceContext.of(device).physicalDevice().name()).isEqualTo("Intel UHD Graphics (simulated)");
        InteropReport report = Fx.get(Interop.probe(device));
        assertThat(report.selected()).contains(InteropKind.METAL);
        assertThat(Fx.get(Interop.diagnose(device, InteropKind.METAL)).checks())
                .allSatisfy(check -> assertThat(check.state()).as(check.toString())
                        .isEqualTo(org.vkfx.InteropDiagnosis.State.PASSED));
        device.close();
        Fx.get(device.whenClosed());
    }

    // --- two MTLDevice objects, one GPU

    @Test
    @Tag("two-devices")
    void textures_of_another_object_for_the_same_gpu_are_shared() {
        try (ViewFixture fixture = new ViewFixture()) {
            assertShown(fixture, InteropKind.METAL);
            assertThat(MacSim.live("MTLDevice")).isEqualTo(2);
        }
    }

    // --- a virtual Mac: JavaFX's Metal pipeline asks for MTLGPUFamilyMac2

    @Test
    @Tag("virtual")
    void where_javafxs_metal_refuses_another_pipeline_draws_by_the_host_path() {
        try (ViewFixture fixture = new ViewFixture()) {
            assertShown(fixture, InteropKind.HOST);
            InteropReport report = Fx.get(Interop.probe(fixture.vulkan().device()));
            assertThat(report.pipeline()).isEqualTo("sw");
            assertThat(System.getProperty("prism.order")).as("the argument file's own").isEqualTo("mtl,es2,sw");
            assertThat(report.finding(InteropKind.METAL).orElseThrow())
                    .hasToString("metal: no. JavaFX uses its pipeline"
                            + " \"sw\", not mtl (Metal), though mtl was to be tried first: JavaFX's Metal pipeline refused this Mac."
                            + " It needs a GPU of MTLGPUFamilyMac2, which virtual Macs lack (JDK-8375466): use another Mac.");
        }
    }
}
