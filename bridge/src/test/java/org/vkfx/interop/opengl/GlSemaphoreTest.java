package org.vkfx.interop.opengl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import javafx.scene.layout.StackPane;
import javafx.scene.shape.Rectangle;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK12;
import org.lwjgl.vulkan.VkSubmitInfo;
import org.lwjgl.vulkan.VkTimelineSemaphoreSubmitInfo;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.FrameRate;
import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport.Finding;
import org.vkfx.Swapchain;
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
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.TimelineSemaphore;
import org.vkfx.vulkan.ValidatedVulkan;

/**
 * JavaFX's GPU waits for Vulkan's semaphores. Neither Debian 12's software Vulkan nor its software GL shares any; both
 * are the machine's here, and what is added is only taken down, but that a binary semaphore is really waited for, by
 * Vulkan instead of GL. What a driver makes of them, a GPU must show.
 */
@SuppressWarnings("restricted") // reads the structures that the bridge passes
@Needs({Machine.VULKAN, Machine.OPAQUE_FD, Machine.WINDOW, Machine.OPENGL})
class GlSemaphoreTest {
    private static final int OPAQUE_FD = 1;
    private static final int EXPORT_CREATE_INFO = 1000077000; // VkExportSemaphoreCreateInfo
    private static final long P_NEXT = 8;
    private static final long AFTER_P_NEXT = 16;

    /** The timeline's value that is signalled with a binary semaphore. */
    private record Signal(long timeline, long value) {
    }

    private final FaultyVulkan faulty = new FaultyVulkan();
    private final Map<Integer, Long> exported = new ConcurrentHashMap<>(); // VkSemaphore by descriptor
    private final Map<Long, Signal> signals = new ConcurrentHashMap<>(); // of binary semaphores, not waited for
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
        faulty.prepare("vkQueueSubmit", this::submitted);
        semaphores = new SemaphoreGl(new SemaphoreGl.Vulkan() {
            @Override
            public boolean isSignalled(int fd) {
                Signal signal = signals.remove(exported.get(fd));
                return signal != null && counter(signal.timeline) >= signal.value;
            }

            @Override
            public void await(int fd) {
                vulkan.awaitOnGpu(exported.get(fd));
            }
        });
        Fx.get(Interop.probe(vulkan.device())); // proves the path before, so that its waits are not counted
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
        MemorySegment info = faulty.memory(arguments[1], 24);
        MemorySegment next = info.get(ADDRESS, P_NEXT);
        if (!next.equals(MemorySegment.NULL)
                && next.reinterpret(Integer.BYTES).get(JAVA_INT, 0) == EXPORT_CREATE_INFO) {
            assertThat(next.reinterpret(24).get(JAVA_INT, AFTER_P_NEXT)).isEqualTo(OPAQUE_FD);
            info.set(ADDRESS, P_NEXT, MemorySegment.NULL);
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

    private long counter(long timeline) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            var value = stack.mallocLong(1);
            VK12.vkGetSemaphoreCounterValue(vulkan.lwjglDevice(), timeline, value);
            return value.get(0);
        }
    }

    /** What the bridge submits signals a binary semaphore, then a timeline. */
    private void submitted(Object[] arguments) {
        VkSubmitInfo.Buffer infos = VkSubmitInfo.create(((MemorySegment) arguments[2]).address(), (int) arguments[1]);
        if (infos.remaining() == 2) {
            long binary = infos.get(0).pSignalSemaphores().get(0);
            assertThat(semaphores.outstanding()).as("signalled again before GL has waited")
                    .noneMatch(fd -> exported.get(fd) == binary);
            signals.put(binary, new Signal(infos.get(1).pSignalSemaphores().get(0),
                    VkTimelineSemaphoreSubmitInfo.create(infos.get(1).pNext()).pSignalSemaphoreValues().get(0)));
        }
    }

    @Test
    void every_displayed_frame_is_awaited_once_before_its_paint_and_never_for_long() {
        try (ViewFixture fixture = new ViewFixture(vulkan)) {
            VulkanView view = fixture.view(TestRenderer.slowNumbers(vulkan, 20));
            fixture.show(new StackPane(view), 320, 240);
            ViewFixture.awaitFrames(view, 60);
            assertFound(view, "Vulkan and JavaFX share memory and semaphores on ");
            Fx.run(() -> view.setFrameRate(FrameRate.ON_DEMAND));
            Fx.pulses(5);
            int displayed = (int) view.getFrameStatistics().displayed(); // first: more may follow
            int images = view.getImageCount() * (int) view.getFrameStatistics().reallocations();
            List<Await> awaits = semaphores.awaits();
            assertThat(awaits).hasSizeGreaterThanOrEqualTo(displayed);
            assertThat(awaits.stream().filter(Await::whilePainting)).as("of images that were not imported before")
                    .hasSizeLessThanOrEqualTo(images);
            assertThat(awaits.stream().map(Await::texture).distinct().count()).as("textures")
                    .isBetween(2L, (long) images);
            assertThat(semaphores.importsWhilePainting().getFirst()).as("the first image is imported within a paint")
                    .isFalse();
            assertThat(awaits.stream().map(await -> List.of(await.semaphore(), await.texture())).distinct())
                    .as("semaphores of one texture each")
                    .hasSameSizeAs(awaits.stream().map(Await::semaphore).distinct().toList())
                    .hasSameSizeAs(awaits.stream().map(Await::texture).distinct().toList());
            assertThat(exported).hasSizeBetween(2, images);
        } // the fixture closes the device
    }

    @Test
    void a_frame_is_shown_only_once_it_was_signalled() {
        try (ViewFixture fixture = new ViewFixture(vulkan);
                TimelineSemaphore released = new TimelineSemaphore(DeviceContext.of(vulkan.device()), 0)) {
            faulty.prepare("vkQueueSubmit", arguments -> {
                submitted(arguments);
                vulkan.submitWait(released.handle(), 1); // what the application has given to the queue
            });
            VulkanView view = fixture.view(TestRenderer.numbers(vulkan));
            fixture.show(new StackPane(view), 100, 100);
            try {
                Fx.await("the first signal", () -> faulty.calls("vkQueueSubmit") > 0);
                Fx.pulses(20);
                assertThat(view.getFrameStatistics().displayed()).as("displayed too early").isZero();
                assertThat(semaphores.awaits()).isEmpty();
            } finally {
                vulkan.signal(released.handle(), 1); // or nothing here would ever end
            }
            ViewFixture.awaitFrames(view, 5);
            Fx.run(view::close);
            Fx.get(view.whenClosed());
            vulkan.waitIdle();
        }
    }

    @Test
    void a_frame_is_shown_while_the_next_one_is_being_rendered() {
        try (ViewFixture fixture = new ViewFixture(vulkan);
                TimelineSemaphore released = new TimelineSemaphore(DeviceContext.of(vulkan.device()), 0)) {
            assumeFalse(vulkan.isNvidia(), "NVIDIA's GL does not paint while a Vulkan queue waits");
            VulkanView view = fixture.view(null);
            fixture.show(new StackPane(view), 100, 100);
            TestRenderer renderer = TestRenderer.numbers(vulkan);
            present(view, renderer);
            try {
                vulkan.submitWait(released.handle(), 1);
                present(view, renderer); // behind that
                Fx.await("the first frame", () -> view.getFrameStatistics().displayed() == 1);
            } finally {
                vulkan.signal(released.handle(), 1); // or nothing here would ever end
            }
            Fx.await("the second frame", () -> view.getFrameStatistics().displayed() == 2);
            end(view, renderer);
        }
    }

    @Test
    void an_image_that_is_latched_and_never_painted_is_kept_until_the_gpu_has_waited() {
        try (ViewFixture fixture = new ViewFixture(vulkan)) {
            VulkanView view = fixture.view(null);
            fixture.show(new StackPane(view), 100, 100);
            TestRenderer renderer = TestRenderer.numbers(vulkan);
            while (semaphores.awaits().size() < 3 * view.getImageCount()) {
                present(view, renderer); // all images are painted once, and imported
                Fx.pulses(1);
            }
            Fx.run(() -> view.setOpacity(0));
            Fx.pulses(2);
            long displayed = view.getFrameStatistics().displayed();
            int awaited = semaphores.awaits().size();
            while (semaphores.awaits().size() < awaited + 3 * view.getImageCount()) {
                present(view, renderer);
                Fx.pulses(1);
            }
            assertThat(view.getFrameStatistics().displayed()).as("painted").isEqualTo(displayed);
            end(view, renderer);
        }
    }

    /** Has the next frame rendered and presented, as a program with its own loop does. */
    private static void present(VulkanView view, TestRenderer renderer) {
        Swapchain swapchain = view.getSwapchain();
        while (true) {
            switch (swapchain.acquire(Duration.ofSeconds(10))) {
                case Swapchain.Resized _ -> renderer.imagesChanged(swapchain.images());
                case Swapchain.Ready(Frame frame) -> {
                    renderer.render(frame);
                    swapchain.present(frame);
                    return;
                }
                case Swapchain.Acquired other -> throw new AssertionError(other);
            }
        }
    }

    private void end(VulkanView view, TestRenderer renderer) {
        Fx.run(view::close);
        Fx.get(view.whenClosed());
        vulkan.waitIdle();
        renderer.close();
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
    void a_driver_that_exports_no_semaphores_is_not_asked_to() {
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
            faulty.fail("vkQueueSubmit", 1, -4);
            Fx.await("the error", () -> view.getError() != null);
            assertThat(view.getError().reason()).isEqualTo(Reason.DEVICE_LOST);
            assertThat(view.getError()).hasMessageContaining("vkQueueSubmit");
        }
    }

    @Test
    void a_semaphore_that_gl_refuses_is_reported_and_deleted() {
        semaphores.refuse();
        assertRefused("OpenGL refused a semaphore");
    }

    @Test
    void what_gl_makes_no_semaphore_for_is_not_exported() {
        semaphores.exhaust();
        assertRefused("OpenGL refused a semaphore");
        assertThat(exported).isEmpty();
    }

    @Test
    void a_semaphore_that_vulkan_does_not_export_is_reported() {
        faulty.replaceAll("vkGetSemaphoreFdKHR", arguments -> -1);
        assertRefused("vkGetSemaphoreFdKHR returned VK_ERROR_OUT_OF_HOST_MEMORY");
    }

    private void assertRefused(String message) {
        DeviceRuntime runtime = DeviceRuntime.retain(vulkan.device());
        try (GlSignal signal = GlSignal.of(runtime, GlContext.known())) {
            CompletableFuture<Void> signalled = new CompletableFuture<>();
            signal.submit();
            signal.completed(new Sender(signalled));
            Fx.get(signalled);
            assertThatExceptionOfType(BridgeException.class).isThrownBy(() -> onRenderThread(() -> {
                signal.await(1);
                return null;
            })).withMessageContaining(message).satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
            assertThat(semaphores.live()).isZero();
        } finally {
            runtime.release();
            vulkan.close();
        }
    }

    private record Sender(CompletableFuture<Void> done) implements GlSignal.Sender {
        @Override
        public void signalled() {
            done.complete(null);
        }

        @Override
        public void failed(BridgeException e) {
            done.completeExceptionally(e);
        }
    }

    @Test
    void a_view_goes_on_by_the_host_path_where_gl_refuses_the_semaphore() {
        semaphores.refuse();
        assertGoesOnByHost();
    }

    @Test
    void a_semaphore_that_cannot_be_made_leads_to_the_host_path_like_any_other_part_of_an_image() {
        // Before it there are the one that the first image's frames signal, and the one that tells of the signal.
        faulty.fail("vkCreateSemaphore", 3, -1);
        try (ViewFixture fixture = new ViewFixture(vulkan)) {
            VulkanView view = fixture.view(TestRenderer.numbers(vulkan));
            fixture.show(new StackPane(view), 100, 100);
            ViewFixture.awaitFrames(view, 3);
            assertThat(view.getInterop()).isEqualTo(InteropKind.HOST);
            assertThat(view.getInteropReport().finding(InteropKind.OPENGL).orElseThrow().reason())
                    .contains("vkCreateSemaphore");
        }
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
                assertThat(check.detail()).contains("a wait for a semaphore of Vulkan");
            });
            assertThat(semaphores.awaits()).hasSize(1);
            semaphores.refuse();
            assertThat(readSignal(fixture)).satisfies(check -> {
                assertThat(check.state()).isEqualTo(State.FAILED);
                assertThat(check.detail()).contains("OpenGL refused a semaphore");
            });
        }
    }

    private static Check readSignal(ViewFixture fixture) {
        return Fx.get(Interop.diagnose(fixture.vulkan().device(), InteropKind.OPENGL)).checks().stream()
                .filter(check -> check.name().equals("read signal")).findFirst().orElseThrow();
    }

    private static void assertFound(VulkanView view, String beginning) {
        assertThat(view.getInteropReport().findings()).filteredOn(Finding::available).first()
                .satisfies(found -> assertThat(found.reason()).startsWith(beginning));
    }

    private static <T> T onRenderThread(Callable<T> call) {
        return Fx.get(RenderThread.call(call));
    }
}
