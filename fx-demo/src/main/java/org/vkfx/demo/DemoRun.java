package org.vkfx.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import javafx.application.Platform;

import org.vkfx.FrameStatistics;
import org.vkfx.InteropReport;
import org.vkfx.SwapchainImages;
import org.vkfx.scene.Interop;

/** One run of the demo, on the main thread: start, wait for the end, report. Only the user may take any time. */
final class DemoRun {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration FRAME = Duration.ofSeconds(60);

    private final Options options;
    private final PrintWriter out;
    private final PrintWriter err;
    private InteropReport report;
    private CopyCounter counter;
    private VulkanContext context;
    private SceneRenderer renderer;
    private DemoWindow window;
    private Progress progress;

    DemoRun(Options options, PrintWriter out, PrintWriter err) {
        this.options = options;
        this.out = out;
        this.err = err;
    }

    /** Runs and reports; returns the exit status. */
    int run() {
        String problem;
        try {
            startToolkit();
            report = await(Interop.probe(), START, "JavaFX's graphics pipeline did not answer.");
            if (options.doctor) {
                return doctor();
            }
            problem = show();
        } catch (Exception | LinkageError e) {
            problem = describe(e);
        }
        Figures figures = figures();
        String closing = close();
        if (problem == null) {
            problem = closing == null && figures.statistics().displayed() == 0 ? "No frame was displayed." : closing;
        }
        if (options.json) {
            out.println(figures.withError(problem).json());
        } else if (renderer != null) {
            out.println(figures);
        }
        complain(problem);
        return problem == null ? OK : FAILED;
    }

    /** Reports on JavaFX with the Vulkan device that the demo would use, or on JavaFX alone when there is none. */
    private int doctor() {
        String problem = null;
        try {
            openDevice();
            report = await(Interop.probe(context.device()), START, "The Vulkan device did not answer.");
        } catch (Exception | LinkageError e) {
            problem = describe(e);
        }
        String closing = close();
        problem = problem == null ? closing : problem;
        out.println(options.json ? Figures.json(report, problem) : report.toString());
        complain(problem);
        return problem == null && report.selected().isPresent() ? OK : FAILED;
    }

    private void complain(String problem) {
        if (problem != null) {
            err.println("demo: " + problem.strip().replaceAll("\\s*\\R\\s*", " "));
        }
    }

    private void openDevice() {
        counter = CopyCounter.install();
        // The messenger's lines must not break the JSON on standard output.
        Consumer<String> validation = m -> err.println("validation: " + m);
        context = new VulkanContext(counter, report,
                Boolean.getBoolean("vkfx.demo.validation") ? validation : null);
    }

    /** Opens the window and waits until the run is over; returns the problem or null. */
    private String show() throws Exception {
        openDevice();
        renderer = new SceneRenderer(context, options.time);
        window = onFxThread(() -> new DemoWindow(options, context, renderer, counter));
        progress = new Progress(() -> window.view().getFrameStatistics().displayed(), options, FRAME);
        onFxThread(() -> {
            window.show(progress);
            return null;
        });
        String problem = progress.whenOver().get();
        if (problem == null) {
            onFxThread(this::takePictures);
        }
        return problem;
    }

    private Void takePictures() throws IOException {
        if (options.snapshot != null) {
            Png.write(window.snapshotOfView(), options.snapshot);
        }
        if (options.screenshot != null) {
            Png.write(window.snapshotOfContent(), options.screenshot);
        }
        return null;
    }

    private Figures figures() {
        SwapchainImages images = renderer == null ? null : renderer.images();
        FrameStatistics statistics = window == null ? FrameStatistics.NONE : window.view().getFrameStatistics();
        InteropReport latest = window == null || window.report() == null ? report : window.report();
        return new Figures(window == null ? null : window.interop(), latest, context == null ? "" : context.gpuName(),
                context == null ? "" : context.gpuUuid(), images == null ? 0 : images.width(),
                images == null ? 0 : images.height(), statistics, counter == null ? 0 : counter.count(),
                progress == null ? 0 : progress.seconds(), renderer == null ? 0 : renderer.frameTimes().medianMillis(),
                null);
    }

    /** Gives everything back; returns the problem or null. */
    private String close() {
        try {
            if (progress != null) {
                progress.close();
            }
            if (window != null) {
                onFxThread(() -> {
                    window.close();
                    return null;
                });
                await(window.view().whenClosed(), ANSWER, "The view did not close.");
            }
            if (context != null) {
                context.device().close();
                await(context.device().whenClosed(), ANSWER, "The Vulkan device did not close.");
            }
            return null;
        } catch (Exception e) {
            return describe(e);
        }
    }

    private static void startToolkit() throws Exception {
        if (System.getProperty("os.name").equals("Linux") && System.getenv().getOrDefault("DISPLAY", "").isEmpty()
                && System.getProperty("glass.platform") == null) {
            // JavaFX would print pages about it.
            throw new IllegalStateException(
                    "There is no display: DISPLAY is not set. src/bin/demo brings a virtual screen.");
        }
        CompletableFuture<Void> started = new CompletableFuture<>();
        try {
            Platform.startup(() -> started.complete(null));
        } catch (RuntimeException e) {
            throw new IllegalStateException("JavaFX did not start: " + e.getMessage(), e);
        }
        Platform.setImplicitExit(false);
        await(started, START, "JavaFX did not start.");
    }

    private static <T> T onFxThread(Callable<T> action) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        Platform.runLater(() -> {
            try {
                result.complete(action.call());
            } catch (Exception | LinkageError e) {
                result.completeExceptionally(e);
            }
        });
        return await(result, ANSWER, "The JavaFX thread did not answer.");
    }

    private static <T> T await(CompletionStage<T> stage, Duration limit, String late) throws Exception {
        try {
            return stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(late + " (" + limit.toSeconds() + " seconds)", e);
        }
    }

    private static String describe(Throwable e) {
        Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        if (Demo.TRACE) {
            cause.printStackTrace();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
