package org.vkfx.interop.opengl;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

import javafx.animation.AnimationTimer;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.shape.Rectangle;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.AlphaMode;
import org.vkfx.FrameRate;
import org.vkfx.PixelFormat;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.prism.Es2Pipeline;
import org.vkfx.prism.RenderThread;
import org.vkfx.scene.Fx;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;
import org.vkfx.scene.TestRenderer;
import org.vkfx.scene.ViewFixture;
import org.vkfx.scene.VulkanView;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ImageUpload;
import org.vkfx.vulkan.ValidatedVulkan;

import com.sun.prism.GraphicsPipeline;

/**
 * JavaFX's GL context is not current between paints: since JavaFX 27 nothing promises it, and others may take it away.
 */
@Tag("opengl")
@Needs({Machine.VULKAN, Machine.OPAQUE_FD, Machine.WINDOW, Machine.OPENGL})
class GlContextTest {
    private static final ImageSpec SPEC = new ImageSpec(64, 48, 1, 1, PixelFormat.BGRA8, AlphaMode.OPAQUE,
            ImageSpec.MIN_COUNT, true);
    private static final int COLOUR = 0xff3366cc;

    private Gl gl;

    @BeforeEach
    void start() {
        Fx.snapshot(Fx.call(() -> new Rectangle(5, 5))); // from then on JavaFX has a GL context
        gl = Fx.get(GlContext.get()).gl();
    }

    /** No context is current any more, and Prism knows of none. Render thread. */
    private void takeAway() {
        assertThat(gl.currentContext()).as("the context in a job").isNotZero();
        assertThat(gl.makeCurrent(gl.currentDisplay(), 0, 0)).isTrue();
        assertThat(gl.currentContext()).isZero();
        try {
            Object context = value(GraphicsPipeline.getDefaultResourceFactory(), "context");
            Field current = context.getClass().getDeclaredField("currentDrawable");
            current.setAccessible(true);
            current.set(context, null);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object value(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    @Test
    void an_image_is_imported_drawn_and_freed_although_no_context_is_current_between_the_jobs() {
        try (ValidatedVulkan vulkan = new ValidatedVulkan()) {
            DeviceRuntime runtime = DeviceRuntime.retain(vulkan.device());
            GlImage image = new GlImage(runtime, gl, () -> null, SPEC);
            int[] pixels = new int[SPEC.width() * SPEC.height()];
            Arrays.fill(pixels, COLOUR);
            ImageUpload.fill(DeviceContext.of(vulkan.device()), image.exportable(), pixels, Duration.ofSeconds(10));
            int textures = GlNames.textures();
            int memoryObjects = GlNames.memoryObjects();
            RenderThread.run(this::takeAway);
            assertThat(onRenderThread(() -> image.texture().sample())).containsOnly(COLOUR);
            assertThat(GlNames.memoryObjects()).isEqualTo(memoryObjects + 1);
            RenderThread.run(this::takeAway);
            onRenderThread(() -> {
                image.texture().dispose();
                return null;
            });
            assertThat(GlNames.memoryObjects()).as("memory objects").isEqualTo(memoryObjects);
            assertThat(GlNames.textures()).as("textures").isEqualTo(textures);
            image.closeVulkan();
            runtime.release();
        }
    }

    @Test
    void a_mark_is_a_fence_although_no_context_was_current_before_its_job() {
        GlMarks marks = onRenderThread(() -> new GlMarks(gl));
        RenderThread.run(this::takeAway);
        long[] fences = onRenderThread(() -> {
            marks.set(1);
            marks.submit();
            return marks.pending();
        });
        assertThat(fences).hasSize(1).doesNotContain(0);
        RenderThread.run(this::takeAway);
        Fx.awaitQuietly("the mark", () -> onRenderThread(marks::reached) == 1);
        assertThat(GlNames.fences(fences)).isZero();
    }

    @Test
    void a_view_goes_on_while_the_context_is_taken_away_before_every_paint() {
        int memoryObjects = GlNames.memoryObjects();
        Queue<CompletionStage<?>> thefts = new ConcurrentLinkedQueue<>();
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()));
            AnimationTimer thief = Fx.call(() -> new AnimationTimer() {
                @Override
                public void handle(long now) {
                    thefts.add(RenderThread.call(Executors.callable(GlContextTest.this::takeAway)));
                }
            });
            Fx.run(thief::start);
            fixture.show(new StackPane(view), 320, 240);
            ViewFixture.awaitFrames(view, 60);
            assertThat(view.getError()).isNull();
            Fx.run(view::close);
            Fx.get(view.whenClosed());
            Fx.run(thief::stop);
            thefts.forEach(Fx::get);
            assertThat(thefts).hasSizeGreaterThan(20);
        }
        assertThat(GlNames.memoryObjects()).as("memory objects").isEqualTo(memoryObjects);
    }

    /** What JavaFX before 27 does after every paint, and later ones when they give up what they present in. */
    @Test
    void prism_has_its_own_drawable_current_when_it_was_asked_to() {
        long drawable = onRenderThread(gl::currentDrawable);
        CompletableFuture<Long> current = new CompletableFuture<>();
        Fx.run(() -> Es2Pipeline.makeCurrent(() -> current.complete(gl.currentDrawable())));
        assertThat(Fx.get(current)).isEqualTo(drawable).isNotZero();
        Fx.snapshot(Fx.call(() -> new Rectangle(5, 5))); // JavaFX goes on
    }

    private int resetStatus; // render thread

    private int glGetGraphicsResetStatus() {
        return resetStatus;
    }

    @Test
    void after_a_loss_idle_views_import_their_images_anew_and_show_the_same_frames() {
        GlContext known = GlContext.known();
        FaultyGl faultyGl = new FaultyGl();
        faultyGl.replace("glGetGraphicsResetStatus", FunctionDescriptor.of(JAVA_INT), MethodHandles.lookup(), this);
        Set<String> extensions = onRenderThread(gl::extensions);
        extensions.add("GL_KHR_robustness");
        GlContext.instance = onRenderThread(() -> new GlContext(faultyGl.gl(), extensions));
        FaultyVulkan faulty = new FaultyVulkan();
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address()))) {
            VulkanView one = fixture.view(TestRenderer.numbers(fixture.vulkan()));
            VulkanView other = fixture.view(TestRenderer.numbers(fixture.vulkan()));
            Fx.run(() -> List.of(one, other).forEach(view -> view.setPrefSize(100, 100)));
            fixture.show(new HBox(one, other), 320, 240);
            ViewFixture.awaitFrames(one, 5);
            ViewFixture.awaitFrames(other, 5);
            Fx.run(() -> List.of(one, other).forEach(view -> view.setFrameRate(FrameRate.ON_DEMAND)));
            Fx.pulses(20);
            int exports = faulty.calls("vkGetMemoryFdKHR");
            int memoryObjects = GlNames.memoryObjects();
            int submits = faulty.calls("vkQueueSubmit");
            resets(0x92bb); // PURGED_CONTEXT_RESET_NV
            Fx.await("both views' images imported anew", () -> faulty.calls("vkGetMemoryFdKHR") == exports + 2);
            Fx.pulses(5);
            assertThat(faulty.calls("vkGetMemoryFdKHR")).as("one loss, though its status lasts").isEqualTo(exports + 2);
            assertThat(GlNames.memoryObjects()).isEqualTo(memoryObjects);
            assertThat(faulty.calls("vkQueueSubmit")).as("frames rendered for it").isEqualTo(submits);
            assertThat(one.getError()).isNull();
            resets(0);
            resets(0x8253); // GUILTY_CONTEXT_RESET
            Fx.await("both again", () -> faulty.calls("vkGetMemoryFdKHR") == exports + 4);
        } finally {
            GlContext.instance = known;
        }
    }

    /** Has the driver tell a status; somebody looks. */
    private void resets(int status) {
        onRenderThread(() -> {
            resetStatus = status;
            return GlContext.known().gl().losses();
        });
    }

    private static <T> T onRenderThread(Callable<T> call) {
        return Fx.get(RenderThread.call(call));
    }
}
