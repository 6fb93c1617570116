package org.vkfx.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropDiagnosis;
import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport.Finding;
import org.vkfx.interop.InteropBackend.Probe;

/** Checks a backend, or says why there is nothing to check. */
public final class Diagnosis {
    private static final Executor THREAD = Background.threads("vkfx-check");

    private Diagnosis() {
    }

    /**
     * Checks a kind of interop. Any thread; does not wait.
     *
     * @param backends all there are, in the order of preference
     * @param kind the kind, or AUTO for the first that is meant for JavaFX's pipeline here, whether it works or not
     * @param device the device that renders; in use until the stage has completed
     * @return the diagnosis, on any thread
     */
    public static CompletionStage<InteropDiagnosis> of(List<InteropBackend> backends, InteropKind kind,
            DeviceRuntime device) {
        List<InteropBackend> candidates = BackendChoice.candidates(backends, kind);
        List<CompletableFuture<Probe>> probes = candidates.stream()
                .map(b -> BackendChoice.probe(b, Optional.of(device))).toList();
        return CompletableFuture.allOf(probes.toArray(CompletableFuture[]::new)).thenApplyAsync(done -> {
            int chosen = 0;
            while (chosen < candidates.size() - 1 && !isMeant(probes.get(chosen).join())) {
                chosen++;
            }
            InteropBackend backend = candidates.get(chosen);
            return new InteropDiagnosis(backend.kind(), checks(backend, probes.get(chosen).join(), device));
        }, THREAD);
    }

    /** Not merely for another pipeline: what is missing can be had. */
    private static boolean isMeant(Probe probe) {
        return probe.finding().available() || probe.reason() != Reason.INTEROP_UNAVAILABLE;
    }

    private static List<Check> checks(InteropBackend backend, Probe probe, DeviceRuntime device) {
        List<Check> checks = new ArrayList<>();
        Finding finding = probe.finding();
        if (finding.available()) {
            checks.add(new Check("interop", State.PASSED, finding.reason()));
            checks.addAll(backend.check(device).run());
        } else {
            String name = probe.reason() == Reason.NO_DEVICE ? BackendCheck.DEVICE_MATCH : "interop";
            checks.add(new Check(name, State.FAILED, (finding.reason() + " " + finding.remedy()).strip()));
        }
        return checks;
    }
}
