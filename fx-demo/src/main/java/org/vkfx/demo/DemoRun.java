package org.vkfx.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Consumer;

import org.vkfx.FrameStatistics;
import org.vkfx.InteropReport;
import org.vkfx.SwapchainImages;
import org.vkfx.scene.Interop;

/** One run of the demo, on the main thread: start, wait for the end, report. Only the user may take any time. */
final class DemoRun {
    private static final int OK = 0;
    private static final int FAILED = 1;
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
            Fx.start();
            report = Fx.await(Interop.probe(), Fx.START, "JavaFX's graphics pipeline did not answer.");
            if (options.doctor) {
                return doctor();
            }
            problem = show();
        } catch (Exception | LinkageError e) {
            problem = Fx.describe(e);
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
            report = Fx.await(Interop.probe(context.device()), Fx.START, "The Vulkan device did not answer.");
        } catch (Exception | LinkageError e) {
            problem = Fx.describe(e);
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
        window = Fx.call(() -> new DemoWindow(options, context, renderer));
        progress = new Progress(() -> window.view().getFrameStatistics().displayed(), options, FRAME);
        Fx.call(() -> {
            window.show(progress);
            return null;
        });
        String problem = progress.whenOver().get();
        if (problem == null) {
            Fx.call(this::takePictures);
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
                Fx.call(() -> {
                    window.close();
                    return null;
                });
                Fx.await(window.view().whenClosed(), Fx.ANSWER, "The view did not close.");
            }
            if (context != null) {
                context.device().close();
                Fx.await(context.device().whenClosed(), Fx.ANSWER, "The Vulkan device did not close.");
            }
            return null;
        } catch (Exception e) {
            return Fx.describe(e);
        }
    }
}
