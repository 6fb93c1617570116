package org.vkfx.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;
import org.vkfx.InteropReport.Finding;
import org.vkfx.interop.InteropBackend.Probe;
import org.vkfx.log.Log;
import org.vkfx.prism.PrismAccess;

/**
 * Which backends can be used.
 *
 * @param backends the available ones, in the order of preference; the first is chosen
 * @param report what was found
 * @param reason why there is none, where there is none
 */
public record BackendChoice(List<InteropBackend> backends, InteropReport report, Reason reason) {
    /**
     * Looks at each backend, and proves the path of those that share memory. Any thread; does not wait.
     *
     * @param backends all there are, in the order of preference
     * @param kind AUTO, or the one to look at
     * @param device the device that would render, in use until the stage has completed; empty to ask about JavaFX's
     *     side alone
     * @return the choice, on any thread
     */
    public static CompletionStage<BackendChoice> of(List<InteropBackend> backends, InteropKind kind,
            Optional<DeviceRuntime> device) {
        List<InteropBackend> candidates = candidates(backends, kind);
        List<CompletableFuture<Probe>> probes = candidates.stream().map(b -> proven(b, device)).toList();
        return CompletableFuture.allOf(probes.toArray(CompletableFuture[]::new)).thenApply(
                done -> choice(candidates, probes.stream().map(CompletableFuture::join).toList()));
    }

    /** Those that a kind means. */
    static List<InteropBackend> candidates(List<InteropBackend> backends, InteropKind kind) {
        return backends.stream().filter(b -> kind == InteropKind.AUTO || b.kind() == kind).toList();
    }

    private static BackendChoice choice(List<InteropBackend> candidates, List<Probe> probes) {
        List<InteropBackend> available = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            if (probes.get(i).finding().available()) {
                available.add(candidates.get(i));
            }
        }
        Optional<Probe> gpu = probes.stream().filter(Probe::knowsGpu).findFirst();
        Reason reason = probes.isEmpty() ? Reason.INTEROP_UNAVAILABLE : probes.getFirst().reason();
        return new BackendChoice(available, new InteropReport(available.stream().findFirst().map(InteropBackend::kind),
                PrismAccess.pipeline(), gpu.map(Probe::gpu).orElse(""), gpu.map(Probe::gpuUuid).orElse(""),
                gpu.map(Probe::gpuLuid).orElse(OptionalLong.empty()), probes.stream().map(Probe::finding).toList()),
                reason);
    }

    /** What a backend finds. What its probe throws is a finding, too: others may be available all the same. */
    static CompletableFuture<Probe> probe(InteropBackend backend, Optional<DeviceRuntime> device) {
        CompletionStage<Probe> probe;
        try {
            probe = backend.probe(device.map(DeviceRuntime::context));
        } catch (RuntimeException | Error e) {
            probe = CompletableFuture.failedStage(e);
        }
        return probe.exceptionally(e -> thrown(backend.kind(), e)).toCompletableFuture();
    }

    private static CompletableFuture<Probe> proven(InteropBackend backend, Optional<DeviceRuntime> device) {
        return probe(backend, device).thenCompose(probe -> device.isEmpty() || !probe.finding().available()
                ? CompletableFuture.completedFuture(probe)
                : PathProof.of(backend, device.get()).handle((difference, e) -> e != null ? thrown(backend.kind(), e)
                        : difference.map(text -> refuted(backend.kind(), text)).orElse(probe))
                        .thenApply(proof -> proof.on(probe.gpu(), probe.gpuUuid(), probe.gpuLuid())))
                .exceptionally(e -> thrown(backend.kind(), e)); // as when no thread can be started
    }

    private static Probe thrown(InteropKind kind, Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        return cause instanceof BridgeException known
                ? new Probe(new Finding(kind, false, known.getMessage(), ""), known.reason())
                : new Probe(new Finding(kind, false, "Looking at it failed: " + Log.text(cause) + ".", ""),
                        Reason.REFUSED);
    }

    private static Probe refuted(InteropKind kind, String difference) {
        return new Probe(new Finding(kind, false, "A test image did not arrive as it was written: " + difference + ".",
                "Update the drivers of Vulkan and of JavaFX's pipeline, and report this line to VkFX."),
                Reason.INTEROP_UNAVAILABLE);
    }

    /**
     * Returns the choice when the chosen one has turned out not to work.
     *
     * @param e why not
     * @return what is left
     */
    BackendChoice without(BridgeException e) {
        List<InteropBackend> others = backends.subList(1, backends.size());
        List<Finding> findings = report.findings().stream().map(f -> f.kind() == backends.getFirst().kind()
                ? new Finding(f.kind(), false, e.getMessage(), "")
                : f).toList();
        return new BackendChoice(others, new InteropReport(others.stream().findFirst().map(InteropBackend::kind),
                report.pipeline(), report.device(), report.deviceUuid(), report.deviceLuid(), findings), reason);
    }
}
