package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

import javafx.geometry.Point2D;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.FrameRenderer;
import org.vkfx.FrameStatistics;
import org.vkfx.InteropDiagnosis;
import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;
import org.vkfx.InteropReport.Finding;
import org.vkfx.PixelFormat;
import org.vkfx.Swapchain;
import org.vkfx.SwapchainImages;
import org.vkfx.VulkanDevice;

/**
 * Null, where a description does not allow it, is an INVALID_ARGUMENT that names the argument: in every public method.
 */
@Needs(Machine.WINDOW)
class NullArgumentTest {
    /** All public types that have methods with arguments. */
    private static final List<Class<?>> TYPES = List.of(BridgeException.class, Frame.class, FrameRenderer.class,
            FrameStatistics.class, InteropReport.class, Finding.class, InteropDiagnosis.class, Check.class,
            PixelFormat.class, Swapchain.class,
            Swapchain.Ready.class, SwapchainImages.class, SwapchainImages.Image.class, VulkanDevice.class,
            VulkanDevice.Builder.class, Interop.class, VulkanView.class);
    /** Called by the bridge, not by applications, or null is allowed. */
    private static final Set<String> ALLOWED = Set.of("FrameRenderer.imagesChanged SwapchainImages",
            "FrameRenderer.render Frame", "VulkanView.setDevice VulkanDevice", "VulkanView.setRenderer FrameRenderer",
            "BridgeException.requireArgument Object,String,String");

    private record Call(String signature, String argument, ThrowingCallable call) {
        @Override
        public String toString() {
            return signature + ": " + argument;
        }
    }

    private static Call call(String signature, String argument, ThrowingCallable call) {
        return new Call(signature, argument, call);
    }

    private static Call onView(String signature, String argument, Consumer<VulkanView> action) {
        return call("VulkanView." + signature, argument, () -> {
            VulkanView view = Fx.call(VulkanView::new);
            Fx.run(() -> action.accept(view));
        });
    }

    private static Call onSwapchain(String signature, String argument, Consumer<Swapchain> action) {
        return call("Swapchain." + signature, argument, () -> {
            try (ViewFixture fixture = new ViewFixture()) {
                action.accept(fixture.view(null).getSwapchain());
            }
        });
    }

    static Stream<Call> calls() {
        String exception = "BridgeException.<init> Reason,String";
        String report = "InteropReport.<init> Optional,String,String,String,OptionalLong,List";
        String finding = "Finding.<init> InteropKind,boolean,String,String";
        String check = "Check.<init> String,State,String";
        String images = "SwapchainImages.<init> int,int,int,double,PixelFormat,boolean,List";
        Optional<InteropKind> none = Optional.empty();
        OptionalLong noLuid = OptionalLong.empty();
        return Stream.of(call(exception, "reason", () -> new BridgeException(null, "text")),
                call(exception, "message", () -> new BridgeException(Reason.REFUSED, null)),
                call(exception + ",Throwable", "reason", () -> new BridgeException(null, "text", null)),
                call(exception + ",Throwable", "message", () -> new BridgeException(Reason.REFUSED, null, null)),
                call(report, "selected", () -> new InteropReport(null, "", "", "", noLuid, List.of())),
                call(report, "pipeline", () -> new InteropReport(none, null, "", "", noLuid, List.of())),
                call(report, "device", () -> new InteropReport(none, "", null, "", noLuid, List.of())),
                call(report, "deviceUuid", () -> new InteropReport(none, "", "", null, noLuid, List.of())),
                call(report, "deviceLuid", () -> new InteropReport(none, "", "", "", null, List.of())),
                call("InteropReport.isGpuOfJavaFx String,OptionalLong", "uuid",
                        () -> new InteropReport(none, "", "", "", noLuid, List.of()).isGpuOfJavaFx(null, noLuid)),
                call("InteropReport.isGpuOfJavaFx String,OptionalLong", "luid",
                        () -> new InteropReport(none, "", "", "", noLuid, List.of()).isGpuOfJavaFx("", null)),
                call(report, "findings", () -> new InteropReport(none, "", "", "", noLuid, null)),
                call("InteropReport.finding InteropKind", "kind",
                        () -> new InteropReport(none, "", "", "", noLuid, List.of()).finding(null)),
                call(finding, "kind", () -> new Finding(null, true, "", "")),
                call(finding, "reason", () -> new Finding(InteropKind.HOST, true, null, "")),
                call(finding, "remedy", () -> new Finding(InteropKind.HOST, true, "", null)),
                call(images, "format", () -> new SwapchainImages(1, 1, 1, 1, null, false, List.of())),
                call(images, "images", () -> new SwapchainImages(1, 1, 1, 1, PixelFormat.BGRA8, false, null)),
                call("Ready.<init> Frame", "frame", () -> new Swapchain.Ready(null)),
                onSwapchain("acquire Duration", "timeout", swapchain -> swapchain.acquire(null)),
                onSwapchain("present Frame", "frame", swapchain -> swapchain.present(null)),
                call("Builder.enabledExtensions Collection", "enabledExtensions",
                        () -> VulkanDevice.wrap().enabledExtensions(null)),
                call("Builder.enabledExtensions Collection", "A name among enabledExtensions",
                        () -> VulkanDevice.wrap().enabledExtensions(Arrays.asList("VK_one", null))),
                call("Builder.queueLock Lock", "queueLock", () -> VulkanDevice.wrap().queueLock(null)),
                call("Builder.onClose Runnable", "onClose", () -> VulkanDevice.wrap().onClose(null)),
                call("VulkanDevice.surroundClose Executor", "surround", () -> {
                    try (ViewFixture fixture = new ViewFixture()) {
                        fixture.vulkan().device().surroundClose(null);
                    }
                }),
                call("Interop.requiredInstanceExtensions Collection", "available",
                        () -> Interop.requiredInstanceExtensions(null)),
                call("Interop.requiredDeviceExtensions Collection", "available",
                        () -> Interop.requiredDeviceExtensions(null)),
                call("Interop.probe VulkanDevice", "device", () -> Interop.probe(null)),
                call("Interop.diagnose VulkanDevice,InteropKind", "device",
                        () -> Interop.diagnose(null, InteropKind.HOST)),
                call("Interop.diagnose VulkanDevice,InteropKind", "kind", () -> {
                    try (ViewFixture fixture = new ViewFixture()) {
                        Interop.diagnose(fixture.vulkan().device(), null);
                    }
                }),
                call("InteropDiagnosis.<init> InteropKind,List", "kind", () -> new InteropDiagnosis(null, List.of())),
                call("InteropDiagnosis.<init> InteropKind,List", "checks",
                        () -> new InteropDiagnosis(InteropKind.HOST, null)),
                call(check, "name", () -> new Check(null, State.PASSED, "")),
                call(check, "state", () -> new Check("", null, "")),
                call(check, "detail", () -> new Check("", State.PASSED, null)),
                onView("localToPixels Point2D", "local", view -> view.localToPixels((Point2D) null)),
                onView("pixelsToLocal Point2D", "pixels", view -> view.pixelsToLocal(null)),
                onView("setPresentMode PresentMode", "presentMode", view -> view.setPresentMode(null)),
                onView("setPixelFormat PixelFormat", "pixelFormat", view -> view.setPixelFormat(null)),
                onView("setAlphaMode AlphaMode", "alphaMode", view -> view.setAlphaMode(null)),
                onView("setFrameRate FrameRate", "frameRate", view -> view.setFrameRate(null)),
                onView("setInteropKind InteropKind", "interopKind", view -> view.setInteropKind(null)));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void null_is_refused_by_name_with_what_to_pass(Call call) {
        assertThatExceptionOfType(BridgeException.class).isThrownBy(call.call).satisfies(e -> {
            assertThat(e.reason()).isEqualTo(Reason.INVALID_ARGUMENT);
            assertThat(e.getMessage()).matches(call.argument + " is null\\. [A-Z].+\\.");
        });
    }

    @Test
    void no_public_method_with_an_argument_is_missing_here() {
        Set<String> covered = new TreeSet<>(ALLOWED);
        calls().forEach(call -> covered.add(call.signature));
        Set<String> existing = new TreeSet<>();
        for (Class<?> type : TYPES) {
            Stream.<Executable>concat(Arrays.stream(type.getDeclaredConstructors()),
                    Arrays.stream(type.getDeclaredMethods()))
                    .filter(e -> Modifier.isPublic(e.getModifiers()) && !e.isSynthetic())
                    .filter(e -> !e.getName().equals("equals") && !e.getName().equals("valueOf"))
                    .filter(e -> Arrays.stream(e.getParameterTypes()).anyMatch(p -> !p.isPrimitive()))
                    .forEach(e -> existing.add(signature(type, e)));
        }
        assertThat(covered).isEqualTo(existing);
    }

    private static String signature(Class<?> type, Executable e) {
        return type.getSimpleName() + "." + (e instanceof Constructor ? "<init>" : e.getName()) + " "
                + String.join(",", Arrays.stream(e.getParameterTypes()).map(Class::getSimpleName).toList());
    }

    @Test
    void null_devices_and_renderers_are_none() {
        VulkanView view = Fx.call(VulkanView::new);
        Fx.run(() -> {
            view.setDevice(null);
            view.setRenderer(null);
        });
        assertThat(view.getError()).isNull();
        assertThat(BridgeException.requireArgument("here", "it", "Say so.")).isEqualTo("here");
    }
}
