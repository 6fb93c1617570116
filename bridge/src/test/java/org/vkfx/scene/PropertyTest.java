package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vkfx.scene.ViewFixture.KIND;
import static org.vkfx.scene.ViewFixture.awaitFrames;
import static org.vkfx.scene.ViewFixture.awaitPattern;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javafx.beans.property.ObjectProperty;
import javafx.beans.property.Property;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.layout.HBox;
import javafx.stage.Stage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.FrameRate;
import org.vkfx.FrameStatistics;
import org.vkfx.InteropKind;
import org.vkfx.PixelFormat;
import org.vkfx.PresentMode;
import org.vkfx.VulkanDevice;

/** Properties are set, bound and exchanged, at any time and in any order. */
@Tag("node")
@Needs({Machine.VULKAN, Machine.WINDOW})
class PropertyTest {
    private static int tests;

    /** Another one in each test: JavaFX's headless screen keeps what closed windows showed. */
    private final IntBinaryOperator pattern = patternOf(++tests);
    private final ViewFixture fixture = new ViewFixture();
    private ViewFixture other; // closed last: views may have gone there

    @AfterEach
    void close() {
        fixture.close();
        if (other != null) {
            other.close();
        }
    }

    private static IntBinaryOperator patternOf(int test) {
        return (x, y) -> 0xff000000 | (x * 3 & 255) << 16 | (y * 3 & 255) << 8 | test & 255;
    }

    private TestRenderer renderer() {
        return TestRenderer.pattern(fixture.vulkan(), pattern);
    }

    private Stage show(VulkanView... views) {
        for (VulkanView view : views) {
            view.setPrefSize(60, 50);
        }
        return fixture.show(Fx.call(() -> new HBox(views)), 60 * views.length, 50);
    }

    private static BridgeException awaitError(VulkanView view) {
        Fx.awaitQuietly("an error", () -> view.getError() != null);
        return view.getError();
    }

    @Test
    void defaults_are_the_documented_ones() {
        VulkanView view = Fx.call(VulkanView::new);
        assertThat(view.getDevice()).isNull();
        assertThat(view.getRenderer()).isNull();
        assertThat(view.getPresentMode()).isEqualTo(PresentMode.MAILBOX);
        assertThat(view.getPixelFormat()).isEqualTo(PixelFormat.BGRA8);
        assertThat(view.getAlphaMode()).isEqualTo(AlphaMode.OPAQUE);
        assertThat(view.isStorage()).isFalse();
        assertThat(view.getFrameRate()).isEqualTo(FrameRate.EVERY_PULSE);
        assertThat(view.getInteropKind()).isEqualTo(
                System.getProperty("vkfx.interop", "auto").equals("host") ? InteropKind.HOST : InteropKind.AUTO);
        assertThat(view.getImageCount()).isEqualTo(4);
        assertThat(view.getResolutionScale()).isEqualTo(1);
        assertThat(view.isSmooth()).isTrue();
        assertThat(view.getInterop()).isNull();
        assertThat(view.getInteropReport()).isNull();
        assertThat(view.getError()).isNull();
        assertThat(view.getFrameStatistics()).isEqualTo(FrameStatistics.NONE);
        assertThat(view.getSwapchain()).isNull();
    }

    static Stream<Arguments> properties() {
        return Stream.of(change(VulkanView::presentModeProperty, PresentMode.FIFO),
                change(VulkanView::pixelFormatProperty, PixelFormat.RGBA8),
                change(VulkanView::alphaModeProperty, AlphaMode.PREMULTIPLIED),
                change(VulkanView::storageProperty, true),
                change(VulkanView::frameRateProperty, FrameRate.CONTINUOUS),
                change(VulkanView::interopKindProperty, InteropKind.METAL), change(VulkanView::imageCountProperty, 7),
                change(VulkanView::resolutionScaleProperty, 0.5), change(VulkanView::smoothProperty, false));
    }

    /** A property of a view. */
    private interface PropertyOf<T> {
        Property<T> of(VulkanView view);
    }

    private static <T> Arguments change(PropertyOf<T> property, Object value) {
        return Arguments.of(property, value);
    }

    @ParameterizedTest
    @MethodSource("properties")
    <T> void a_property_is_bound_and_unbound_in_one_direction_and_in_both(PropertyOf<T> of, T value) {
        Fx.run(() -> {
            VulkanView view = new VulkanView();
            Property<T> property = of.of(view);
            assertThat(property.getBean()).isSameAs(view);
            T initial = property.getValue();
            ObjectProperty<T> model = new SimpleObjectProperty<>(value);
            property.bind(model);
            assertThat(property.getValue()).isEqualTo(value);
            property.unbind();
            property.setValue(initial);
            assertThat(model.get()).isEqualTo(value);
            property.bindBidirectional(new SimpleObjectProperty<>(initial));
            VulkanView second = new VulkanView();
            Property<T> twin = of.of(second);
            twin.bindBidirectional(property);
            twin.setValue(value);
            assertThat(property.getValue()).isEqualTo(value);
            twin.unbindBidirectional(property);
            property.setValue(initial);
            assertThat(twin.getValue()).isEqualTo(value);
        });
    }

    static Stream<Arguments> impossibleValues() {
        return Stream.of(impossible(VulkanView::presentModeProperty, null, "presentMode"),
                impossible(VulkanView::pixelFormatProperty, null, "pixelFormat"),
                impossible(VulkanView::alphaModeProperty, null, "alphaMode"),
                impossible(VulkanView::frameRateProperty, null, "frameRate"),
                impossible(VulkanView::interopKindProperty, null, "interopKind"),
                impossible(VulkanView::imageCountProperty, 1, "Use 2 to 16"),
                impossible(VulkanView::resolutionScaleProperty, Double.NaN, "over 0"),
                impossible(VulkanView::resolutionScaleProperty, -1.0, "over 0"),
                impossible(VulkanView::resolutionScaleProperty, 16.5, "at most 16"));
    }

    private static <T> Arguments impossible(PropertyOf<T> property, Object value, String message) {
        return Arguments.of(property, value, message);
    }

    @ParameterizedTest
    @MethodSource("impossibleValues")
    <T> void an_impossible_bound_value_is_an_error_until_it_is_possible_again(PropertyOf<T> of, T value,
            String message) {
        TestRenderer renderer = renderer();
        VulkanView view = fixture.view(renderer);
        view.setFrameRate(FrameRate.ON_DEMAND); // what is idle has to notice, too
        show(view);
        awaitPattern(view, pattern);
        Property<T> property = of.of(view);
        ObjectProperty<T> model = Fx.call(() -> new SimpleObjectProperty<>(property.getValue()));
        T possible = model.get();
        Fx.run(() -> property.bind(model));
        Fx.run(() -> model.set(value));
        BridgeException error = awaitError(view);
        assertThat(error.reason()).isEqualTo(Reason.INVALID_ARGUMENT);
        assertThat(error).hasMessageContaining(message);
        Fx.pulses(3);
        assertThat(view.getError()).as("told once").isSameAs(error);
        Fx.run(() -> model.set(possible));
        Fx.awaitQuietly("no error", () -> view.getError() == null);
        view.requestFrame();
        awaitFrames(view, 1);
        awaitPattern(view, pattern);
    }

    @ParameterizedTest
    @MethodSource("impossibleValues")
    <T> void an_impossible_value_bound_before_the_device_is_set_is_an_error_too(PropertyOf<T> of, T value,
            String message) {
        VulkanView view = fixture.view(renderer());
        ObjectProperty<T> model = new SimpleObjectProperty<>(value);
        T possible = of.of(view).getValue();
        Fx.run(() -> {
            view.setDevice(null);
            of.of(view).bind(model);
            view.setRenderer(renderer());
            view.setDevice(fixture.vulkan().device());
            model.set(possible); // and back in the same pulse
            model.set(value);
        });
        show(view);
        assertThat(awaitError(view)).hasMessageContaining(message);
        Fx.run(() -> model.set(possible));
        Fx.awaitQuietly("no error", () -> view.getError() == null);
        awaitPattern(view, pattern);
    }

    @Test
    void setters_refuse_null() {
        VulkanView view = Fx.call(VulkanView::new);
        List<Consumer<VulkanView>> setters = List.of(v -> v.setPresentMode(null), v -> v.setPixelFormat(null),
                v -> v.setAlphaMode(null), v -> v.setFrameRate(null), v -> v.setInteropKind(null));
        for (Consumer<VulkanView> setter : setters) {
            assertThatThrownBy(() -> setter.accept(view)).isInstanceOf(BridgeException.class)
                    .hasMessageContaining("Use a constant of");
        }
        view.setDevice(null);
        view.setRenderer(null);
    }

    static Stream<Consumer<VulkanView>> changesOfImages() {
        return Stream.of(v -> v.setPixelFormat(PixelFormat.RGBA8), v -> v.setAlphaMode(AlphaMode.PREMULTIPLIED),
                v -> v.setStorage(true),
                v -> v.setImageCount(3), v -> v.setResolutionScale(2));
    }

    @ParameterizedTest
    @MethodSource("changesOfImages")
    void other_images_come_at_once_also_to_an_idle_view(Consumer<VulkanView> change) {
        TestRenderer renderer = renderer();
        VulkanView view = fixture.view(renderer);
        view.setFrameRate(FrameRate.ON_DEMAND);
        show(view);
        awaitPattern(view, pattern);
        Fx.run(() -> change.accept(view));
        Fx.awaitQuietly("new images", () -> renderer.images().generation() == 2);
        long before = view.getFrameStatistics().displayed();
        Fx.awaitQuietly("a frame in them", () -> view.getFrameStatistics().displayed() >= before);
        assertThat(view.getError()).isNull();
    }

    @Test
    void an_idle_view_on_demand_causes_no_pulses() {
        TestRenderer renderer = renderer();
        VulkanView view = fixture.view(renderer);
        Stage stage = show(view);
        awaitFrames(view, 3);
        Duration rest = Duration.ofMillis(400);
        assertThat(Fx.pulsesIn(stage.getScene(), rest)).as("at every pulse").isGreaterThan(4);
        Fx.run(() -> view.setFrameRate(FrameRate.ON_DEMAND));
        Fx.pulses(5);
        int before = renderer.rendered();
        assertThat(Fx.pulsesIn(stage.getScene(), rest)).as("on demand").isLessThanOrEqualTo(2);
        assertThat(renderer.rendered()).isEqualTo(before);
        Fx.run(() -> view.setFrameRate(FrameRate.CONTINUOUS));
        Fx.awaitQuietly("continuous frames", () -> renderer.rendered() > before + 10);
    }

    @Test
    void frames_are_requested_from_any_thread() {
        VulkanView view = fixture.view(null);
        Fx.run(() -> view.setFrameRate(FrameRate.ON_DEMAND));
        Fx.run(() -> view.setDevice(null));
        view.requestFrame(); // of nobody
        TestRenderer renderer = renderer();
        Fx.run(() -> {
            view.setDevice(fixture.vulkan().device());
            view.setRenderer(renderer);
        });
        show(view);
        awaitPattern(view, pattern);
        Fx.pulses(5);
        int before = renderer.rendered();
        CompletableFuture<?>[] threads = IntStream.range(0, 4)
                .mapToObj(_ -> CompletableFuture.runAsync(view::requestFrame, task -> new Thread(task).start()))
                .toArray(CompletableFuture[]::new);
        Fx.get(CompletableFuture.allOf(threads));
        Fx.awaitQuietly("a frame", () -> renderer.rendered() > before);
        Fx.pulses(5);
        assertThat(renderer.rendered()).as("frames for four requests").isLessThanOrEqualTo(before + 4);
    }

    @Test
    void statistics_grow_as_a_property_too_and_are_none_without_a_device() {
        VulkanView view = fixture.view(renderer());
        FrameStatistics[] seen = {FrameStatistics.NONE};
        Fx.run(() -> view.frameStatisticsProperty().subscribe(now -> {
            if (now != FrameStatistics.NONE) {
                assertThat(now.presented()).isGreaterThanOrEqualTo(seen[0].presented());
                assertThat(now.displayed()).isBetween(seen[0].displayed(), now.presented());
                seen[0] = now;
            }
        }));
        show(view);
        Fx.await("counts in the property", () -> seen[0].displayed() > 10);
        Fx.run(() -> {
            view.setDevice(null);
            assertThat(view.frameStatisticsProperty().get()).isEqualTo(FrameStatistics.NONE);
            assertThat(view.getFrameStatistics()).isEqualTo(FrameStatistics.NONE);
        });
    }

    // ---- the kind of interop

    @Test
    void another_kind_takes_effect_while_the_view_runs() {
        InteropKind another = KIND == InteropKind.HOST ? InteropKind.AUTO : InteropKind.HOST;
        TestRenderer renderer = renderer();
        VulkanView view = fixture.view(renderer, KIND);
        show(view);
        awaitPattern(view, pattern);
        assertThat(view.getInterop()).isEqualTo(KIND);
        for (InteropKind kind : List.of(another, KIND, another, KIND)) {
            int generation = renderer.images().generation();
            Fx.run(() -> view.setInteropKind(kind));
            Fx.awaitQuietly("images of the other kind", () -> renderer.images().generation() > generation);
            awaitPattern(view, pattern);
            awaitFrames(view, 3);
            if (kind != InteropKind.AUTO) {
                assertThat(view.getInterop()).isEqualTo(kind);
            }
            assertThat(view.getInteropReport().selected()).contains(view.getInterop());
        }
        assertThat(renderer.isClosed()).isFalse();
    }

    @Test
    void an_impossible_kind_is_an_error_until_there_is_another() {
        TestRenderer renderer = renderer();
        VulkanView view = fixture.view(renderer, KIND);
        show(view);
        awaitPattern(view, pattern);
        Fx.run(() -> view.setInteropKind(InteropKind.METAL));
        assertThat(awaitError(view).reason()).isEqualTo(Reason.INTEROP_UNAVAILABLE);
        assertThat(view.getInterop()).isNull();
        ViewFixture.assertResting(renderer);
        Fx.run(() -> view.setInteropKind(KIND));
        awaitPattern(view, pattern);
        assertThat(view.getInterop()).isEqualTo(KIND);
        assertThat(view.getError()).isNull();
        awaitFrames(view, 3);
    }

    @RepeatedTest(5)
    void kinds_changed_faster_than_chosen_end_with_the_last_and_close_waits_for_them() {
        VulkanView view = Fx.call(VulkanView::new);
        Fx.run(() -> {
            view.setDevice(fixture.vulkan().device());
            view.setRenderer(renderer());
            view.setInteropKind(InteropKind.METAL);
            view.setInteropKind(KIND);
            view.setInteropKind(InteropKind.AUTO);
            view.setInteropKind(KIND);
        });
        Stage stage = show(view);
        awaitPattern(view, pattern);
        assertThat(view.getInterop()).isEqualTo(KIND);
        Fx.run(() -> {
            view.setInteropKind(InteropKind.HOST);
            view.setInteropKind(InteropKind.METAL);
            view.setInteropKind(InteropKind.HOST);
            view.close();
            view.setInteropKind(KIND); // of no importance any more
        });
        Fx.get(view.whenClosed());
        assertThat(view.getError()).isNull();
        Fx.run(stage::close);
    }

    // ---- device and renderer

    @Test
    void a_renderer_set_before_the_device_gets_that_device() {
        other = new ViewFixture();
        TestRenderer renderer = renderer();
        VulkanView view = fixture.view(null);
        Fx.run(() -> {
            view.setDevice(null);
            view.setRenderer(renderer);
            assertThat(view.getError()).isNull();
            view.setDevice(other.vulkan().device());
            view.setDevice(null);
        });
        assertThat(view.getError()).isNull();
        TestRenderer second = renderer();
        Fx.run(() -> {
            view.setRenderer(second);
            view.setDevice(fixture.vulkan().device());
        });
        show(view);
        awaitPattern(view, pattern);
        Fx.await("the one before closed", renderer::isClosed);
    }

    @ParameterizedTest
    @EnumSource
    void devices_and_renderers_are_exchanged_while_frames_are_shown(FrameRate rate) {
        other = new ViewFixture();
        VulkanView view = fixture.view(renderer());
        view.setFrameRate(rate);
        show(view);
        awaitPattern(view, pattern);
        TestRenderer overtaken = TestRenderer.pattern(other.vulkan(), (x, y) -> 0xffff0000);
        TestRenderer elsewhere = TestRenderer.pattern(other.vulkan(), (x, y) -> 0xff000000 | x * 2);
        Fx.run(() -> {
            view.setDevice(other.vulkan().device());
            view.setRenderer(overtaken);
            view.setRenderer(elsewhere); // twice in a row
        });
        awaitPattern(view, (x, y) -> 0xff000000 | x * 2);
        Fx.await("the overtaken one closed", overtaken::isClosed);
        Fx.run(() -> view.setRenderer(null));
        Fx.await("the renderer closed", elsewhere::isClosed);
        awaitPattern(view, (x, y) -> 0xff000000 | x * 2); // its last frame stays
        Fx.run(() -> view.setDevice(null));
        Fx.awaitQuietly("nothing", () -> view.getSwapchain() == null && view.getInterop() == null);
        TestRenderer back = renderer();
        Fx.run(() -> {
            for (VulkanDevice device : List.of(other.vulkan().device(), fixture.vulkan().device())) {
                view.setDevice(device); // twice in a row
            }
            view.setRenderer(back);
        });
        awaitPattern(view, pattern);
        assertThat(view.getError()).isNull();
        assertThat(back.isClosed()).isFalse();
    }

    @Test
    void a_device_that_several_views_use_stays_when_one_lets_go() {
        VulkanView first = fixture.view(renderer());
        VulkanView second = fixture.view(renderer());
        VulkanView third = fixture.view(renderer());
        show(first, second, third);
        for (VulkanView view : List.of(first, second, third)) {
            awaitPattern(view, pattern);
        }
        Fx.run(() -> first.setDevice(null));
        Fx.run(second::close);
        Fx.get(second.whenClosed());
        awaitFrames(third, 5);
        Fx.run(() -> {
            first.setDevice(third.getDevice());
            first.setRenderer(renderer());
        });
        awaitPattern(first, pattern);
        awaitFrames(third, 3);
    }

    @Test
    void a_bound_device_that_was_closed_is_an_error() {
        VulkanView view = fixture.view(null);
        ObjectProperty<VulkanDevice> model = new SimpleObjectProperty<>();
        try (ViewFixture closed = new ViewFixture()) {
            closed.vulkan().device().close();
            Fx.run(() -> {
                view.deviceProperty().bind(model);
                model.set(closed.vulkan().device());
            });
            assertThat(view.getError()).hasMessageContaining("was closed");
            TestRenderer renderer = renderer();
            Fx.run(() -> {
                model.set(fixture.vulkan().device());
                view.rendererProperty().bind(new SimpleObjectProperty<>(renderer));
            });
            show(view);
            awaitPattern(view, pattern);
            Fx.run(() -> {
                view.deviceProperty().unbind();
                view.rendererProperty().unbind();
            });
        }
    }
}
