package org.vkfx.demo;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;

/** What the self-test has found so far: told as it comes, or all at the end as JSON. One thread. */
final class SelfTestReport {
    /** What a line about a failed check begins with. */
    static final String FAILED = "FAIL";
    /** And one about a check that was not made. */
    static final String NOT_APPLICABLE = "n/a";

    private final PrintWriter out;
    private final boolean json;
    private final List<Check> checks = new ArrayList<>();
    private final long start = System.nanoTime();
    private InteropKind kind;
    private InteropReport javaFx;
    private String gpu = "";
    private GpuNature nature;

    /**
     * Makes an empty report.
     *
     * @param out where it is told
     * @param json whether as one JSON object, at the end
     */
    SelfTestReport(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** Adds a check, and tells it. */
    void add(Check check) {
        checks.add(check);
        if (!json) {
            out.println(line(check));
            out.flush();
        }
    }

    /** A check in one line, for people. */
    static String line(Check check) {
        String state = switch (check.state()) {
            case PASSED -> "ok";
            case FAILED -> FAILED;
            case NOT_APPLICABLE -> NOT_APPLICABLE;
        };
        return String.format("%-4s  %-18s  %s", state, check.name(), oneLine(check.detail()));
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** Notes what JavaFX draws with. */
    void javaFx(InteropReport report) {
        javaFx = report;
    }

    /** Notes what Vulkan renders with. */
    void gpu(String name, GpuNature what) {
        gpu = name;
        nature = what;
    }

    /** Notes which kind is checked. */
    void kind(InteropKind checked) {
        kind = checked;
    }

    boolean passed() {
        return count(State.PASSED) > 0 && count(State.FAILED) == 0;
    }

    /** Tells what it comes to. */
    void conclude() {
        out.println(json ? json() : verdict());
        out.flush();
    }

    private long count(State state) {
        return checks.stream().filter(check -> check.state() == state).count();
    }

    private String verdict() {
        StringBuilder text = new StringBuilder("Verdict: ").append(passed() ? "passed" : "FAILED");
        if (kind != null) {
            text.append(" by ").append(Figures.text(kind));
        }
        if (nature != null) {
            text.append(" on ").append(gpu).append(", ").append(nature);
        }
        return text.append(String.format(Locale.ROOT, ": %d passed, %d failed, %d not applicable, %.1f seconds.",
                count(State.PASSED), count(State.FAILED), count(State.NOT_APPLICABLE), seconds())).toString();
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    private String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("verdict", passed() ? "passed" : "failed");
        all.put("interop", kind == null ? null : Figures.text(kind));
        all.put("pipeline", javaFx == null ? null : javaFx.pipeline());
        all.put("javaFxDevice", javaFx == null ? null : javaFx.device());
        all.put("device", gpu);
        all.put("gpu", nature == null ? null : nature.name().toLowerCase(Locale.ROOT));
        all.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        all.put("java", System.getProperty("java.runtime.version"));
        all.put("javaFx", System.getProperty("javafx.runtime.version"));
        all.put("passed", count(State.PASSED));
        all.put("failed", count(State.FAILED));
        all.put("notApplicable", count(State.NOT_APPLICABLE));
        all.put("seconds", Math.round(seconds() * 10) / 10.0);
        all.put("checks", checks.stream().map(check -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", check.name());
            one.put("state", check.state().name().toLowerCase(Locale.ROOT).replace('_', ' '));
            one.put("detail", oneLine(check.detail()));
            return one;
        }).toList());
        return Json.of(all);
    }
}
