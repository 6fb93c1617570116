package org.vkfx.interop.opengl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import javafx.scene.layout.StackPane;
import javafx.scene.shape.Rectangle;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK12;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.FrameRate;
import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport.Finding;
import org.vkfx.VulkanDevice;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.opengl.SemaphoreGl.Await;
import org.vkfx.prism.RenderThread;
import org.vkfx.scene.Fx;
import org.vkfx.scene.Interop;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;
import org.vkfx.scene.TestRenderer;
import org.vkfx.scene.ViewFixture;
import org.vkfx.scene.VulkanView;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;

/**
 * JavaFX's GPU waits for Vulkan's timeline semaphores. Neither Mesa's software Vulkan nor its software GL has them; both are
 * the machine's here, to which semaphores are added that are only taken down. What a driver makes of them, a GPU must show.
 */
@SuppressWarnings("restricted") // reads the structures that the bridge passes
@Needs({Machine.VULKAN, Machine.OPAQUE_FD, Machine.WINDOW, Machine.OPENGL})
class GlSemaphoreTest {
    private static final int OPAQUE_FD = 1;
    private static final long P_NEXT = 8;
    private static final long AFTER_P_NEXT = 16;

    private final FaultyVulkan faulty = new FaultyVulkan();
    private final Map<Integer, Long> exported = new ConcurrentHashMap<>(); // VkSemaphore by descriptor
    private final AtomicInteger descriptors = new AtomicInteger(10_000); // no real ones
    private ValidatedVulkan vulkan;
    private SemaphoreGl semaphores;
    private GlContext original;

    @BeforeEach
    void addSemaphores() {
        Fx.snapshot(Fx.call(() -> new Rectangle(5, 5))); // from then on JavaFX has a GL context
        faulty.alter("vkGetPhysicalDeviceExternalSemaphoreProperties",
                arguments -> faulty.memory(arguments[2], 32).set(JAVA_INT, 24, 1));
        faulty.prepare("vkCreateSemaphore", this::leaveExportOut);
        faulty.replaceAll("vkGetSemaphoreFdKHR", this::export);
        vulkan = new ValidatedVulkan(faulty.address(), "VK_KHR_external_semaphore_fd");
        semaphores = new SemaphoreGl(this::reached);
        original = Fx.get(GlContext.get());
        GlContext.instance = onRenderThread(semaphores::context);
    }

    @AfterEach
    void removeSemaphores() {
        GlContext.instance = original;
        onRenderThread(() -> null); // behind what is deleted there
        assertThat(semaphores.mistakes()).isEmpty();
        assertThat(semaphores.live()).as("semaphores left in GL").isZero();
        faulty.assertBalanced();
    }

    /** The driver does not know what semaphores are to be exported as. */
    private void leaveExportOut(Object[] arguments) {
        MemorySegment type = faulty.memory(arguments[1], 24).get(ADDRESS, P_NEXT).reinterpret(32);
        MemorySegment export = type.get(ADDRESS, P_NEXT);
        if (!export.equals(MemorySegment.NULL)) {
            assertThat(export.reinterpret(24).get(JAVA_INT, AFTER_P_NEXT)).isEqualTo(OPAQUE_FD);
            type.set(ADDRESS, P_NEXT, MemorySegment.NULL);
        }
    }

    private int export(Object[] arguments) {
        MemorySegment info = faulty.memory(arguments[1], 32);
        assertThat(info.get(JAVA_INT, AFTER_P_NEXT + 8)).isEqualTo(OPAQUE_FD);
        int fd = descriptors.incrementAndGet();
        exported.put(fd, info.get(JAVA_LONG, AFTER_P_NEXT));
        faulty.memory(arguments[2], 4).set(JAVA_INT, 0, fd);
        return 0;
    }

    private long reached(int fd) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            var value = stack.mallocLong(1);
            VK12.vkGetSemaphoreCounterValue(vulkan.lwjglDevice(), exported.get(fd), value);
            return value.get(0);
        }
    }

    @Test
    void every_displayed_frame_is_awaited_once_before_its_paint_and_never_for_long() {
        try (ViewFixture fixture = new ViewFixture(vulkan)) {
            VulkanView view = fixture.view(TestRenderer.slowNumbers(vulkan, 20));
            fixture.show(new StackPane(view), 320, 240);
            ViewFixture.awaitFrames(view, 60);
            assertFound(view, "Vulkan and JavaFX share memory and timeline semaphores on ");
            Fx.run(() -> view.setFrameRate(FrameRate.ON_DEMAND));
            Fx.pulses(5);
            int displayed = (int) view.getFrameStatistics().displayed(); // first: more may follow
            int images = view.getImageCount() * (int) view.getFrameStatistics().reallocations();
            List<Await> awaits = semaphores.awaits();
            assertThat(awaits).doesNotHaveDuplicates()
                    .hasSizeGreaterThanOrEqualTo(displayed);
            assertThat(awaits.stream().filter(Await::whilePainting)).as("of images that were not imported before")
                    .hasSizeLessThanOrEqualTo(images);
            assertThat(awaits.stream().map(Await::texture).distinct().count()).as("textures")
                    .isBetween(2L, (long) images);
            assertThat(semaphores.importsWhilePainting().getFirst()).as("the first image is imported within a paint")
                    .isFalse();
            assertThat(awaits.stream().map(Await::semaphore).distinct()).as("semaphores of one device").hasSize(1);
            assertThat(exported).hasSize(1);
        } // the fixture closes the device
    }

    @Test
    void without_the_extension_on_the_device_nothing_is_exported_or_awaited() {
        vulkan.close();
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address(),
                VulkanDevice.version(1, 2), List.of("VK_KHR_external_memory_fd")))) {
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()));
            fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 5);
            assertFound(view, "Vulkan and JavaFX share memory on ");
        }
        assertThat(exported).isEmpty();
        assertThat(semaphores.awaits()).isEmpty();
    }

    @Test
    void a_driver_that_exports_no_timelines_is_not_asked_to() {
        faulty.alter("vkGetPhysicalDeviceExternalSemaphoreProperties",
                arguments -> faulty.memory(arguments[2], 32).set(JAVA_INT, 24, 0));
        try (ViewFixture fixture = new ViewFixture(vulkan)) {
            VulkanView view = fixture.view(TestRenderer.numbers(vulkan));
            fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 5);
        }
        assertThat(exported).isEmpty();
        assertThat(semaphores.awaits()).isEmpty();
    }

    @Test
    void a_frame_whose_completion_cannot_be_signalled_is_an_error_of_the_view() {
        try (ViewFixture fixture = new ViewFixture(vulkan)) {
            VulkanView view = fixture.view(TestRenderer.numbers(vulkan));
            fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 5);
            faulty.fail("vkSignalSemaphore", 1, -4);
            Fx.await("the error", () -> view.getError() != null);
            assertThat(view.getError().reason()).isEqualTo(Reason.DEVICE_LOST);
            assertThat(view.getError()).hasMessageContaining("vkSignalSemaphore");
        }
    }

    @Test
    void a_semaphore_that_gl_refuses_is_reported_and_deleted() {
        semaphores.refuse();
        withTimeline((timeline, context) -> assertRefused(timeline, context, "OpenGL refused a timeline semaphore"));
    }

    @Test
    void a_semaphore_that_vulkan_does_not_export_is_reported() {
        faulty.replaceAll("vkGetSemaphoreFdKHR", arguments -> -1);
        withTimeline((timeline, context) -> assertRefused(timeline, context,
                "vkGetSemaphoreFdKHR returned VK_ERROR_OUT_OF_HOST_MEMORY"));
    }

    private void assertRefused(GlTimeline timeline, GlContext context, String message) {
        long value = timeline.signal();
        assertThatExceptionOfType(BridgeException.class).isThrownBy(() -> onRenderThread(() -> {
            timeline.await(context.gl(), value, 1);
            return null;
        })).withMessageContaining(message).satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
        assertThat(semaphores.live()).isZero();
    }

    @Test
    void a_view_goes_on_by_the_host_path_where_gl_refuses_the_semaphore() {
        semaphores.refuse();
        assertGoesOnByHost();
    }

    @Test
    void a_view_goes_on_by_the_host_path_where_vulkan_makes_no_semaphore_to_export() {
        faulty.fail("vkCreateSemaphore", 1, -1); // those of the images come later
        assertGoesOnByHost();
    }

    private void assertGoesOnByHost() {
        try (ViewFixture fixture = new ViewFixture(vulkan)) {
            VulkanView view = fixture.view(TestRenderer.numbers(vulkan), InteropKind.AUTO);
            fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 5);
            Fx.await("the host path", () -> view.getInteropReport().selected().equals(Optional.of(InteropKind.HOST)));
            ViewFixture.awaitFrames(view, 5);
        }
    }

    @Test
    void the_self_test_has_javafx_wait_for_a_semaphore_and_names_a_refusal() {
        try (ViewFixture fixture = new ViewFixture(vulkan)) {
            assertThat(readSignal(fixture)).satisfies(check -> {
                assertThat(check.state()).isEqualTo(State.PASSED);
                assertThat(check.detail()).contains("a wait for a timeline semaphore of Vulkan");
            });
            assertThat(semaphores.awaits()).hasSize(1);
            semaphores.refuse();
            assertThat(readSignal(fixture)).satisfies(check -> {
                assertThat(check.state()).isEqualTo(State.FAILED);
                assertThat(check.detail()).contains("OpenGL refused a timeline semaphore");
            });
        }
    }

    private static Check readSignal(ViewFixture fixture) {
        return Fx.get(Interop.diagnose(fixture.vulkan().device(), InteropKind.OPENGL)).checks().stream()
                .filter(check -> check.name().equals("read signal")).findFirst().orElseThrow();
    }

    private void withTimeline(BiConsumer<GlTimeline, GlContext> test) {
        DeviceRuntime runtime = DeviceRuntime.retain(vulkan.device());
        try {
            GlTimeline timeline = GlTimeline.of(runtime, GlContext.known());
            assertThat(GlTimeline.of(runtime, GlContext.known())).isSameAs(timeline);
            timeline.prepare(runtime.context());
            test.accept(timeline, GlContext.known());
        } finally {
            runtime.release();
            vulkan.close();
        }
    }

    private static void assertFound(VulkanView view, String beginning) {
        assertThat(view.getInteropReport().findings()).filteredOn(Finding::available).first()
                .satisfies(found -> assertThat(found.reason()).startsWith(beginning));
    }

    private static <T> T onRenderThread(Callable<T> call) {
        return Fx.get(RenderThread.call(call));
    }
}
