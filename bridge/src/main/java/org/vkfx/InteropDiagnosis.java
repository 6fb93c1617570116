package org.vkfx;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What came of checking one kind of interop step by step, on one image made for it. {@link #toString()} is for people;
 * the wording may change.
 *
 * @param kind the kind that was checked, never AUTO
 * @param checks the checks in the order in which they were made, the same for every kind: one that does not apply says
 *     so
 */
public record InteropDiagnosis(InteropKind kind, List<Check> checks) {
    /** What a check found. */
    public enum State {
        /** It is as it must be. */
        PASSED,
        /** It is not; the detail says what is wrong. */
        FAILED,
        /** There is nothing to check: by its nature with this kind, or because an earlier check failed. */
        NOT_APPLICABLE
    }

    /**
     * One check.
     *
     * @param name what was looked at, a word or two
     * @param state what was found
     * @param detail what was seen, or what is wrong and what would help: in one line
     */
    public record Check(String name, State state, String detail) {
        /** Checks that nothing is null. */
        public Check {
            BridgeException.requireArgument(name, "name", "Say what was looked at.");
            BridgeException.requireArgument(state, "state", "Use a constant of State.");
            BridgeException.requireArgument(detail, "detail", "Say what was seen.");
        }

        @Override
        public String toString() {
            return name + ": " + state.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ". " + detail;
        }
    }

    /** Checks that nothing is null and copies the list. */
    public InteropDiagnosis {
        BridgeException.requireArgument(kind, "kind", "Use the kind that was checked.");
        checks = List.copyOf(BridgeException.requireArgument(checks, "checks", "Use a list, which may be empty."));
    }

    /**
     * Tells whether all is well.
     *
     * @return whether no check failed
     */
    public boolean passed() {
        return checks.stream().noneMatch(check -> check.state() == State.FAILED);
    }

    /** Returns a text of one line for each check. */
    @Override
    public String toString() {
        return checks.stream().map(Check::toString).collect(Collectors.joining("\n"));
    }
}
