package org.vkfx.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;

/** Who on macOS prints what to standard error when debugging is switched on; or the simulated Metal, for all of them. */
enum DebugLine {
    /** NSZombieEnabled: a message to an object that was freed. */
    ZOMBIES("zombies",
            "message sent to deallocated instance|mac-sim: .*(freed|zombie|over-release|has been released)"),
    /** OBJC_DEBUG_MISSING_POOLS: an autoreleased object that nobody will release. */
    MISSING_POOLS("autorelease pools", "MISSING POOLS|autoreleased with no pool in place"),
    /** MTL_DEBUG_LAYER: a call that Metal does not allow. */
    VALIDATION("Metal validation", "failed assertion|MTLDebug|Metal.*Validation.*(?i:error|warning)|mac-sim: ");

    /** The validation layer's greeting. */
    private static final Pattern ENABLED = Pattern.compile("Metal (API|GPU) Validation Enabled");
    /** Addresses, numbers, process and time differ where the line is the same. */
    private static final Pattern VARIABLE = Pattern
            .compile("0x[0-9a-f]+|number \\d+|\\[[0-9:]+\\]|^[0-9-]{10} [0-9:.]+");
    private static final int MOST = 20;

    private final String check;
    private final Pattern pattern;

    DebugLine(String check, String pattern) {
        this.check = check;
        this.pattern = Pattern.compile(pattern);
    }

    /** Tells who has printed a line, if any of these. */
    static Optional<DebugLine> of(String line) {
        if (ENABLED.matcher(line).find()) {
            return Optional.empty();
        }
        for (DebugLine one : values()) {
            if (one.pattern.matcher(line).find()) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    /** What came of it: one check for each that is silent, one for each different line of the others. */
    static List<Check> checks(List<String> lines) {
        List<Check> checks = new ArrayList<>();
        for (DebugLine one : values()) {
            Map<String, Integer> counts = new LinkedHashMap<>();
            Map<String, String> first = new LinkedHashMap<>();
            lines.stream().filter(line -> of(line).orElse(null) == one).forEach(line -> {
                String same = VARIABLE.matcher(line).replaceAll("");
                counts.merge(same, 1, Integer::sum);
                first.putIfAbsent(same, line.strip());
            });
            if (counts.isEmpty()) {
                checks.add(one.silent(lines));
            }
            counts.entrySet().stream().limit(MOST).forEach(e -> checks.add(new Check(one.check, State.FAILED,
                    first.get(e.getKey()) + (e.getValue() == 1 ? "" : " (" + e.getValue() + " times)"))));
            if (counts.size() > MOST) {
                checks.add(new Check(one.check, State.FAILED,
                        "And " + (counts.size() - MOST) + " more different lines."));
            }
        }
        return checks;
    }

    private Check silent(List<String> lines) {
        boolean on = this != VALIDATION || lines.stream().anyMatch(line -> ENABLED.matcher(line).find());
        return on ? new Check(check, State.PASSED, "It was on, and nothing was said.")
                : new Check(check, State.NOT_APPLICABLE,
                        "Nothing was said, but Metal did not say either that its validation is on.");
    }
}
