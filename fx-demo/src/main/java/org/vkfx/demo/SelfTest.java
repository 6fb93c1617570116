package org.vkfx.demo;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import org.vkfx.InteropDiagnosis;
import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;
import org.vkfx.InteropReport.Finding;
import org.vkfx.scene.Interop;

/**
 * Checks the chain from Vulkan to JavaFX on this machine: step by step on one image, then with views in windows, and on
 * Metal all that once more in another process under Metal's own checks, told apart from what JavaFX does alone. Main
 * thread.
 */
final class SelfTest {
    private static final int OK = 0;
    private static final int FAILED = 1;

    private final Options options;
    private final PrintWriter err;
    private final SelfTestReport report;
    private InteropReport javaFx;
    private CopyCounter counter;
    private VulkanContext context;

    SelfTest(Options options, PrintWriter out, PrintWriter err) {
        this.options = options;
        this.err = err;
        report = new SelfTestReport(out, options.json);
    }

    /** Runs all checks and tells what they found; returns the exit status. */
    int run() {
        if (check("JavaFX", this::startJavaFx) && check("Vulkan", this::openDevice)) {
            checkChain();
        }
        report.conclude();
        return report.passed() ? OK : FAILED;
    }

    private boolean check(String name, Callable<String> look) {
        Check check;
        try {
            check = new Check(name, State.PASSED, look.call());
        } catch (Exception | LinkageError e) {
            check = new Check(name, State.FAILED, Fx.describe(e));
        }
        report.add(check);
        return check.state() == State.PASSED;
    }

    private String startJavaFx() throws Exception {
        Fx.start();
        if (Boolean.getBoolean(DebugRun.PROPERTY)) {
            ControlRun.begin(err);
        }
        javaFx = Fx.await(Interop.probe(), Fx.START, "JavaFX's graphics pipeline did not answer.");
        report.javaFx(javaFx);
        return "JavaFX " + System.getProperty("javafx.runtime.version") + ", pipeline "
                + (javaFx.pipeline().isEmpty() ? "unknown" : javaFx.pipeline())
                + (javaFx.device().isEmpty() ? "." : " on " + javaFx.device() + ".");
    }

    private String openDevice() {
        counter = CopyCounter.install();
        context = new VulkanContext(counter, javaFx,
                Boolean.getBoolean("vkfx.demo.validation") ? m -> err.println("validation: " + m) : null);
        report.gpu(context.gpuName(), context.gpuNature());
        return context.gpuName() + ": " + context.gpuNature() + ". Driver: " + context.driver() + ".";
    }

    /** The kind that was asked for, or that of JavaFX's pipeline. Closes the device. */
    private void checkChain() {
        long memory = counter.memory();
        InteropDiagnosis diagnosis;
        try {
            diagnosis = Fx.await(Interop.diagnose(context.device(), options.interop), Fx.START,
                    "The check of an image did not end.");
        } catch (Exception | LinkageError e) {
            report.add(new Check("interop", State.FAILED, Fx.describe(e)));
            return;
        }
        report.kind(diagnosis.kind());
        diagnosis.checks().forEach(report::add);
        if (options.interop == InteropKind.AUTO && diagnosis.kind() == InteropKind.HOST) {
            notApplicable("zero copies", javaFx.findings().stream().filter(f -> f.kind() != InteropKind.HOST)
                    .map(Finding::toString).collect(Collectors.joining(" ")));
        }
        if (hasHandedOver(diagnosis)) {
            checkViews(diagnosis.kind(), memory);
        } else {
            notApplicable("views", "Not looked at, as no image could be handed over.");
            context.device().close();
        }
        if (diagnosis.kind() != InteropKind.METAL) {
            notApplicable("debug run", "Metal's own checks are for the Metal path.");
        } else if (diagnosis.checks().getFirst().state() == State.FAILED) {
            notApplicable("debug run", "Not made, as no image could be made.");
        } else {
            new DebugRun(options.interop).checks().forEach(report::add);
        }
    }

    private void checkViews(InteropKind kind, long memory) {
        try {
            ViewChecks views = new ViewChecks(context, kind, counter);
            check("snapshot pixels", views::pixels);
            check("moved, clipped", views::movedPixels);
            check("synchronisation", views::synchronisation);
            check("100 resizes", views::resizes);
            check("closing", () -> views.closing(memory));
        } catch (Exception e) {
            report.add(new Check("views", State.FAILED, Fx.describe(e)));
        }
    }

    private void notApplicable(String name, String why) {
        report.add(new Check(name, State.NOT_APPLICABLE, why));
    }

    /** What came after the image was handed over has been looked at. */
    private static boolean hasHandedOver(InteropDiagnosis diagnosis) {
        return diagnosis.checks().stream()
                .anyMatch(c -> c.name().equals("handle identity") && c.state() != State.NOT_APPLICABLE);
    }
}
