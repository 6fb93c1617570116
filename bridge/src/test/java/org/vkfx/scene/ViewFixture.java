package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntBinaryOperator;

import javafx.geometry.Bounds;
import javafx.scene.Parent;
import javafx.scene.robot.Robot;
import javafx.scene.paint.Color;
import javafx.stage.Stage;
import javafx.stage.StageStyle;

import org.junit.jupiter.api.condition.OS;
import org.vkfx.FrameRenderer;
import org.vkfx.InteropKind;
import org.vkfx.scene.Fx.Pixels;
import org.vkfx.objc.MacSim;
import org.vkfx.prism.PrismAccess;
import org.vkfx.vulkan.ValidatedVulkan;

/** A device under the validation layer with views and windows on it; closing it checks that nothing is left. */
public final class ViewFixture implements AutoCloseable {
    /** The kind of interop that views use in this JVM, as the build says that started it. */
    static final InteropKind KIND = kind(
            InteropKind.valueOf(System.getProperty("vkfx.test.interop", "opengl").toUpperCase(Locale.ROOT)));

    private final ValidatedVulkan vulkan;
    private final List<VulkanView> views = new ArrayList<>();
    private final List<Stage> stages = new ArrayList<>();

    /** Where JavaFX's Metal pipeline refuses a Mac, as a virtual one, views go by the host path. */
    private static InteropKind kind(InteropKind wanted) {
        if (wanted == InteropKind.METAL && OS.MAC.isCurrentOs()) {
            Fx.start();
            return PrismAccess.pipeline().equals("mtl") ? wanted : InteropKind.HOST;
        }
        return wanted;
    }

    public ViewFixture() {
        this(new ValidatedVulkan());
    }

    /** Waits until the path is proven, by calls that tests then need not count. */
    public ViewFixture(ValidatedVulkan vulkan) {
        this(vulkan, true);
    }

    private ViewFixture(ValidatedVulkan vulkan, boolean proven) {
        this.vulkan = vulkan;
        Fx.start();
        if (proven) {
            Fx.get(Interop.probe(vulkan.device()).handle((report, e) -> report)); // tests look at what fails
        }
    }

    /** The same, but the path is proven when a view first goes by it. */
    static ViewFixture unproven(ValidatedVulkan vulkan) {
        return new ViewFixture(vulkan, false);
    }

    public ValidatedVulkan vulkan() {
        return vulkan;
    }

    /** Makes a view on the device, of the default kind. */
    public VulkanView view(FrameRenderer renderer) {
        return view(renderer, null);
    }

    /** Makes a view on the device; a kind of null is the default. */
    public VulkanView view(FrameRenderer renderer, InteropKind kind) {
        VulkanView view = Fx.call(() -> {
            VulkanView made = new VulkanView();
            if (kind != null) {
                made.setInteropKind(kind);
            }
            made.setDevice(vulkan.device());
            made.setRenderer(renderer);
            return made;
        });
        views.add(view);
        return view;
    }

    /** Shows a root in a window of its own. */
    public Stage show(Parent root, double width, double height) {
        return show(StageStyle.UNDECORATED, Color.BLACK, root, width, height);
    }

    /** Shows a root in a window of its own. */
    public Stage show(StageStyle style, Color fill, Parent root, double width, double height) {
        Stage stage = Fx.show(style, fill, root, width, height);
        stages.add(stage);
        return stage;
    }

    /** Waits until a view has displayed some more frames. */
    public static void awaitFrames(VulkanView view, int more) {
        long goal = view.getFrameStatistics().displayed() + more;
        Fx.await(more + " more frames displayed", () -> {
            if (view.getError() != null) {
                throw view.getError();
            }
            return view.getFrameStatistics().displayed() >= goal;
        });
    }

    /** Waits until every view has displayed some more frames. */
    public void awaitFrames(int more) {
        Map<VulkanView, Long> goals = new HashMap<>();
        views.forEach(view -> goals.put(view, view.getFrameStatistics().displayed() + more));
        Fx.await(more + " more frames displayed by each of " + views.size() + " views", () -> {
            goals.keySet().removeIf(view -> {
                if (view.getError() != null) {
                    throw view.getError();
                }
                return view.getFrameStatistics().displayed() >= goals.get(view);
            });
            return goals.isEmpty();
        });
    }

    /** Waits until what is shown has this many pixels. */
    public static void awaitSize(VulkanView view, TestRenderer renderer, int width, int height) {
        Fx.await("images of " + width + "x" + height, () -> {
            if (view.getError() != null) {
                throw view.getError();
            }
            return renderer.images() != null && renderer.images().width() == width
                    && renderer.images().height() == height;
        });
        awaitFrames(view, view.getImageCount() + 1); // the last is of the new images, in FIFO too
    }

    private static Pixels screen(Bounds area) {
        return Pixels.of(new Robot().getScreenCapture(null, Math.round(area.getMinX()), Math.round(area.getMinY()),
                Math.round(area.getWidth()), Math.round(area.getHeight()), false));
    }

    /** Waits until the screen shows a pattern where a view is, all of it. Causes no pulses. */
    public static void awaitPattern(VulkanView view, IntBinaryOperator pattern) {
        Object[] seen = {null};
        Fx.awaitQuietly(() -> "the view's pixels on screen: " + seen[0], () -> {
            if (view.getError() != null) {
                throw view.getError();
            }
            Bounds area = view.localToScreen(view.getLayoutBounds()); // null in no window
            seen[0] = area;
            return area != null && area.getWidth() > 0 && area.getHeight() > 0 && screen(area).isAll(pattern);
        });
    }

    /** Checks that a renderer is not called any more, however many pulses there are. */
    public static void assertResting(TestRenderer renderer) {
        Fx.pulses(4); // what was under way
        int before = renderer.rendered();
        Fx.pulses(5);
        assertThat(renderer.rendered()).as("frames rendered while nobody can see them").isEqualTo(before);
    }

    @Override
    public void close() {
        Fx.run(() -> stages.forEach(Stage::hide));
        for (VulkanView view : views) {
            view.close();
            Fx.get(view.whenClosed());
        }
        vulkan.close();
        MacSim.judge();
        // Its part follows.
        Fx.run(() -> assertThat(views).allSatisfy(view -> assertThat(view.getSwapchain()).isNull()));
    }
}
