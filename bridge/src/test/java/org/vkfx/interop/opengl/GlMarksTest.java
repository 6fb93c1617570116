package org.vkfx.interop.opengl;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import javafx.scene.shape.Rectangle;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.vkfx.prism.RenderThread;
import org.vkfx.scene.Fx;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;

import com.sun.prism.Graphics;
import com.sun.prism.GraphicsPipeline;
import com.sun.prism.RTTexture;
import com.sun.prism.Texture.WrapMode;
import com.sun.prism.ps.ShaderGraphics;

/** Marks in the commands of JavaFX's GL. */
@Needs({Machine.WINDOW, Machine.OPENGL})
class GlMarksTest {
    private static final int SIZE = 2048;
    private static final int FILLS = 60; // a good part of a second for llvmpipe, a few milliseconds for a GPU

    @BeforeAll
    static void draw() {
        Fx.snapshot(Fx.call(() -> new Rectangle(5, 5))); // from then on JavaFX has a GL context
    }

    @Test
    void a_mark_is_reached_when_the_gpu_has_done_what_came_before_it() {
        GlMarks marks = onRenderThread(() -> new GlMarks(Gl.load()));
        RTTexture source = texture();
        RTTexture target = texture();
        assertThat(onRenderThread(marks::reached)).isZero();
        long atOnce = onRenderThread(() -> {
            fill(target, source);
            marks.set(1);
            marks.submit();
            return marks.reached();
        });
        assertThat(atOnce).as("reached while the GPU is busy").isZero();
        Fx.awaitQuietly("the mark", () -> onRenderThread(marks::reached) == 1);
        onRenderThread(() -> {
            source.dispose();
            target.dispose();
            return null;
        });
    }

    @Test
    void many_marks_are_reached_in_their_order_and_their_fences_deleted() {
        GlMarks marks = onRenderThread(() -> new GlMarks(Gl.load()));
        long[] fences = onRenderThread(() -> {
            for (int epoch = 1; epoch <= 100; epoch++) {
                marks.set(epoch);
            }
            marks.submit();
            return marks.pending();
        });
        assertThat(fences).hasSize(100).doesNotHaveDuplicates();
        List<Long> reached = new ArrayList<>();
        Fx.awaitQuietly("the last mark", () -> {
            reached.add(onRenderThread(marks::reached));
            return reached.getLast() == 100;
        });
        assertThat(reached).isSorted();
        assertThat(GlNames.fences(fences)).as("fences of 100 that are left").isZero();
    }

    /** What GL returns once its context is lost: GL_WAIT_FAILED. */
    private int glClientWaitSync(long sync, int flags, long timeout) {
        return 0x911D;
    }

    @Test
    void marks_of_a_lost_context_count_as_reached() {
        FaultyGl faulty = new FaultyGl();
        faulty.replace("glClientWaitSync", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG),
                MethodHandles.lookup(), this);
        GlMarks marks = onRenderThread(() -> new GlMarks(faulty.gl()));
        assertThat(onRenderThread(() -> {
            marks.set(7);
            return marks.reached();
        })).isEqualTo(7);
        assertThat(onRenderThread(marks::pending)).isEmpty();
    }

    private static RTTexture texture() {
        return onRenderThread(() -> GraphicsPipeline.getDefaultResourceFactory().createRTTexture(SIZE, SIZE,
                WrapMode.CLAMP_NOT_NEEDED));
    }

    private static void fill(RTTexture target, RTTexture source) {
        Graphics g = target.createGraphics();
        for (int i = 0; i < FILLS; i++) {
            g.drawTexture(source, 0, 0, SIZE, SIZE);
        }
        ((ShaderGraphics) g).setExternalShader(null); // has Prism submit what it holds back
    }

    private static <T> T onRenderThread(Callable<T> call) {
        return Fx.get(RenderThread.call(call));
    }
}
