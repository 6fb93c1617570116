package org.vkfx.scene;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;

import org.vkfx.BridgeException;
import org.vkfx.InteropKind;
import org.vkfx.VulkanDevice;
import org.vkfx.vulkan.ValidatedVulkan;

/**
 * A small application, run by {@link EnvironmentTest} in JVMs of their own. Uses the public API; prints what it sees.
 */
public final class EnvironmentMain {
    private static final List<FileInputStream> OPEN = new ArrayList<>(); // a collected one would be closed

    private EnvironmentMain() {
    }

    /** Runs one of the methods below: the first argument names it. */
    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "beforeToolkit" -> beforeToolkit();
            case "createDevice" -> createDevice();
            case "createDeviceAsync" -> createDeviceAsync();
            case "createView" -> attempt("createView", VulkanView::new);
            case "afterExit" -> afterExit();
            case "show" -> show();
            case "closeAfterExit" -> exit(true, true);
            case "closeBeforeExit" -> exit(false, true);
            case "exitWhileChoosing" -> exit(true, false);
            case "manyViews" -> manyViews();
            case "manyImages" -> manyImages(Integer.parseInt(arguments[1]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.exit(0);
    }

    private static void print(String what, Object value) {
        System.out.println(what + "=" + value);
    }

    /** Does something and prints how it failed. */
    private static void attempt(String what, Runnable action) {
        try {
            action.run();
            print(what, "done");
        } catch (BridgeException e) {
            print(what, e.reason() + ": " + e.getMessage());
        }
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof BridgeException known ? known : e;
        }
    }

    private static void beforeToolkit() {
        VulkanDevice device = VulkanDevice.wrap().instance(1).physicalDevice(2).device(3).queue(4, 0)
                .apiVersion(VulkanDevice.version(1, 2)).timelineSemaphore(true).build();
        attempt("createDevice", Interop::createDevice);
        attempt("probe", () -> get(Interop.probe()));
        attempt("probe(device)", () -> get(Interop.probe(device)));
        VulkanView view = new VulkanView();
        attempt("setDevice", () -> view.setDevice(device));
        attempt("close", view::close);
        attempt("closed", () -> get(view.whenClosed()));
        device.close();
        attempt("device closed", () -> get(device.whenClosed()));
    }

    private static void startToolkit() {
        CompletableFuture<Void> started = new CompletableFuture<>();
        Platform.startup(() -> started.complete(null));
        get(started);
        Platform.setImplicitExit(false);
    }

    private static void createDevice() {
        startToolkit();
        attempt("createDevice", () -> Interop.createDevice().close());
        CompletableFuture<Void> onFxThread = new CompletableFuture<>();
        Platform.runLater(() -> {
            attempt("on the JavaFX thread", () -> Interop.createDevice().close());
            onFxThread.complete(null);
        });
        get(onFxThread);
        attempt("extensions", Interop::requiredInstanceExtensions);
    }

    /** Begun before JavaFX has started. */
    private static void createDeviceAsync() {
        CompletionStage<VulkanDevice> early = Interop.createDeviceAsync();
        startToolkit();
        attempt("early", () -> get(early).close());
        attempt("late", () -> get(Interop.createDeviceAsync()).close());
    }

    private static void afterExit() throws InterruptedException {
        CompletableFuture<Thread> fxThread = new CompletableFuture<>();
        Platform.startup(() -> fxThread.complete(Thread.currentThread()));
        attempt("probe while starting", () -> get(Interop.probe()));
        Platform.exit();
        get(fxThread).join();
        attempt("probe", () -> get(Interop.probe()));
        attempt("createDevice", () -> close(new VulkanView(), Interop.createDevice()));
    }

    private static void show() {
        startToolkit();
        VulkanDevice device = Interop.createDevice();
        VulkanView view = new VulkanView();
        CompletableFuture<Void> chosen = new CompletableFuture<>();
        Platform.runLater(() -> {
            view.errorProperty().subscribe(e -> {
                if (e != null) {
                    print("error", e.reason() + ": " + e.getMessage());
                    chosen.complete(null);
                }
            });
            view.interopReportProperty().subscribe(report -> {
                if (report != null) {
                    print("selected", report.selected().orElseThrow());
                    print("report", report.toString().replace("\n", " | "));
                    chosen.complete(null);
                }
            });
            view.setDevice(device);
        });
        get(chosen);
        close(view, device);
    }

    /** Opens so many files that few more can be opened, and keeps them open. */
    private static void leaveDescriptors(int count) throws IOException {
        try {
            while (true) {
                OPEN.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            for (FileInputStream last : OPEN.subList(OPEN.size() - count, OPEN.size())) {
                last.close();
            }
        }
    }

    /** Nine views with four images each, all of which show frames, by whatever path. */
    private static void manyViews() throws IOException {
        startToolkit();
        ValidatedVulkan vulkan = ValidatedVulkan.withoutLayer(0);
        List<VulkanView> views = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            // Loads classes, from files of their own here.
            InteropKind kind = i == 0 ? InteropKind.HOST : InteropKind.AUTO;
            if (i == 1) {
                leaveDescriptors(24);
            }
            CompletableFuture<VulkanView> shown = new CompletableFuture<>();
            Platform.runLater(() -> {
                VulkanView view = new VulkanView();
                view.setInteropKind(kind);
                Stage stage = new Stage();
                stage.setScene(new Scene(new StackPane(view), 50, 50));
                stage.show();
                view.frameStatisticsProperty().subscribe(statistics -> {
                    if (statistics.displayed() > 3) {
                        shown.complete(view);
                    }
                });
                view.errorProperty().subscribe(e -> {
                    if (e != null) {
                        shown.completeExceptionally(e);
                    }
                });
                view.setDevice(vulkan.device());
                view.setRenderer(TestRenderer.numbers(vulkan));
            });
            views.add(get(shown));
        }
        views.forEach(view -> print("kind", view.getInterop()));
        views.stream().skip(1).filter(view -> view.getInterop() == InteropKind.HOST).findFirst()
                .ifPresent(view -> print("report", view.getInteropReport().toString().replace("\n", " | ")));
        views.forEach(VulkanView::close);
        views.forEach(view -> get(view.whenClosed()));
        vulkan.close();
        print("device", "closed");
    }

    /** Shows views of 16 images each until so many file descriptors are open. */
    private static void manyImages(int descriptors) throws IOException {
        startToolkit();
        ValidatedVulkan vulkan = new ValidatedVulkan();
        FlowPane pane = new FlowPane();
        CompletableFuture<Stage> shown = new CompletableFuture<>();
        Platform.runLater(() -> {
            Stage stage = new Stage();
            stage.setScene(new Scene(pane, 400, 400));
            stage.show();
            shown.complete(stage);
        });
        get(shown);
        int open = descriptors();
        while (open < descriptors) {
            CompletableFuture<Void> displayed = new CompletableFuture<>();
            Platform.runLater(() -> {
                VulkanView view = new VulkanView();
                view.setPrefSize(9, 9);
                view.setImageCount(16);
                view.setDevice(vulkan.device());
                view.setRenderer(TestRenderer.numbers(vulkan));
                view.errorProperty().subscribe(e -> {
                    if (e != null) {
                        displayed.completeExceptionally(e);
                    }
                });
                view.frameStatisticsProperty().subscribe(statistics -> {
                    if (statistics.displayed() > 0) {
                        displayed.complete(null);
                    }
                });
                pane.getChildren().add(view);
            });
            get(displayed);
            open = descriptors();
            print("views of 16", pane.getChildren().size() + ", descriptors " + open);
        }
    }

    private static int descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return (int) open.count();
        }
    }

    private static void close(VulkanView view, VulkanDevice device) {
        view.close();
        get(view.whenClosed());
        print("view", "closed");
        device.close();
        get(device.whenClosed());
        print("device", "closed");
    }

    /** JavaFX ends before the view is closed, or right behind it; when frames are shown, or while nothing is chosen. */
    private static void exit(boolean first, boolean shown) throws InterruptedException {
        startToolkit();
        ValidatedVulkan vulkan = new ValidatedVulkan();
        TestRenderer renderer = TestRenderer.numbers(vulkan);
        VulkanView view = new VulkanView();
        CompletableFuture<Thread> fxThread = new CompletableFuture<>();
        Platform.runLater(() -> {
            fxThread.complete(Thread.currentThread());
            Stage stage = new Stage();
            stage.setScene(new Scene(new StackPane(view), 50, 50));
            stage.show();
            view.frameStatisticsProperty().subscribe(statistics -> {
                if (statistics.displayed() > 3) {
                    if (!first) {
                        view.close();
                    }
                    Platform.exit();
                }
            });
            view.setDevice(vulkan.device());
            view.setRenderer(renderer);
            if (!shown) {
                Platform.exit();
            }
        });
        get(fxThread).join();
        close(view, vulkan.device());
        print("renderer", renderer.isClosed() ? "closed" : "open");
        vulkan.close(); // fails where something is left, or was destroyed too early
    }
}
