package org.vkfx.demo;

import java.util.Optional;
import java.util.regex.Pattern;

/** Who on macOS prints what to standard error when debugging is switched on; or the simulated Mac, for all of them. */
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

    private final String check;
    private final Pattern pattern;

    DebugLine(String check, String pattern) {
        this.check = check;
        this.pattern = Pattern.compile(pattern);
    }

    /** The name of the check that is about these. */
    String check() {
        return check;
    }

    /** It has said that Metal validates. */
    static boolean isGreeting(String line) {
        return ENABLED.matcher(line).find();
    }

    /** Tells who has printed a line, if any of these. */
    static Optional<DebugLine> of(String line) {
        if (isGreeting(line)) {
            return Optional.empty();
        }
        for (DebugLine one : values()) {
            if (one.pattern.matcher(line).find()) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }
}
