package org.vkfx.demo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;

/**
 * What macOS has printed about a process, and what of that is JavaFX's own: whatever a {@link ControlRun} says too, and
 * whatever is said before the bridge and Vulkan begin.
 *
 * <p>A line is the same without its addresses, numbers and times. But an object without a pool is told by its class and
 * its thread's address only, and the driver autoreleases the device for JavaFX and for the bridge alike; so the same
 * class on JavaFX's thread and on any other are two. JavaFX's threads are those of which something was said while it
 * was alone.
 */
final class DebugLines {
    /** A line of the process itself: until here JavaFX was alone. */
    static final String ALONE = "VkFX: until here JavaFX was alone";

    private static final Pattern VARIABLE = Pattern
            .compile("0x[0-9a-f]+|\\[[0-9:]+\\]|^[0-9-]{10} [0-9:.+]+|\\b\\d+(\\.\\d+)?\\b");
    private static final Pattern THREAD = Pattern.compile("MISSING POOLS: \\((0x[0-9a-f]+)\\)");
    /** Metal's assertions have more than one line, up to a quotation mark. */
    private static final Pattern OPEN = Pattern.compile("failed assertion `[^']*$");
    private static final int MOST_OPEN = 8;
    private static final int MOST = 20;

    /** Lines that are the same. */
    private static final class Saying {
        private final DebugLine author;
        private final String first;
        private boolean alone; // said while JavaFX was alone
        private int count;

        Saying(DebugLine author, String first) {
            this.author = author;
            this.first = first;
        }

        String told() {
            return first + (count == 1 ? "" : " (" + count + " times)");
        }
    }

    private final Map<String, Saying> sayings = new LinkedHashMap<>();
    private final Set<String> javaFxsThreads = new HashSet<>();
    private final boolean validated;
    private String deadly; // the last one that may have ended the process, and what is the same in it; null: none
    private String deadlySame;

    /** Reads what was printed to standard error. */
    DebugLines(List<String> printed) {
        List<String> lines = whole(printed);
        int alone = lines.indexOf(ALONE);
        lines.subList(0, Math.max(alone, 0)).stream().map(THREAD::matcher).filter(Matcher::find)
                .forEach(thread -> javaFxsThreads.add(thread.group(1)));
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            DebugLine author = DebugLine.of(line).orElse(null);
            if (author != null) {
                add(line, author, i < alone);
            }
        }
        validated = lines.stream().anyMatch(DebugLine::isGreeting);
    }

    private static List<String> whole(List<String> printed) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < printed.size(); i++) {
            StringBuilder line = new StringBuilder(printed.get(i));
            for (int more = 0; more < MOST_OPEN && i + 1 < printed.size() && OPEN.matcher(line).find(); more++) {
                line.append(' ').append(printed.get(++i).strip());
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private void add(String line, DebugLine author, boolean alone) {
        String same = same(line);
        Saying saying = sayings.computeIfAbsent(same, s -> new Saying(author, line));
        saying.count++;
        saying.alone |= alone;
        if (author != DebugLine.MISSING_POOLS) {
            deadly = line;
            deadlySame = same;
        }
    }

    private String same(String line) {
        Matcher thread = THREAD.matcher(line);
        String whose = thread.find() && javaFxsThreads.contains(thread.group(1)) ? "JavaFX's thread: " : "";
        return whose + VARIABLE.matcher(line).replaceAll("");
    }

    /** What has ended the process, if it was ended: an assertion of Metal's or a message to a zombie. */
    Optional<String> deadly() {
        return Optional.ofNullable(deadly);
    }

    /** It was the same as has ended another process. */
    boolean diesAs(DebugLines other) {
        return deadly != null && deadlySame.equals(other.deadlySame);
    }

    /** How many different lines there are. */
    int different() {
        return sayings.size();
    }

    private boolean isJavaFxs(String same, DebugLines control) {
        return control.sayings.containsKey(same) || sayings.get(same).alone;
    }

    /**
     * What came of it: for each who prints, one check that passes when all is JavaFX's own, or one for each different
     * line that is not; and one for each that is, which tells it.
     *
     * @param control what was printed without a view
     */
    List<Check> checks(DebugLines control) {
        List<Check> checks = new ArrayList<>();
        for (DebugLine author : DebugLine.values()) {
            List<Check> own = new ArrayList<>();
            List<Check> others = new ArrayList<>();
            sayings.forEach((same, saying) -> {
                if (saying.author != author) {
                    return;
                }
                if (isJavaFxs(same, control)) {
                    Saying there = control.sayings.get(same);
                    own.add(new Check(author.check(), State.NOT_APPLICABLE, "JavaFX's own, without a view too ("
                            + saying.count + " times here, " + (there == null ? 0 : there.count) + " there): "
                            + saying.first));
                } else {
                    others.add(new Check(author.check(), State.FAILED, saying.told()));
                }
            });
            tell(checks, own, State.NOT_APPLICABLE);
            tell(checks, others, State.FAILED);
            if (others.isEmpty()) {
                checks.add(silent(author, own.isEmpty(), control));
            }
        }
        return checks;
    }

    private static void tell(List<Check> checks, List<Check> more, State state) {
        more.stream().limit(MOST).forEach(checks::add);
        if (more.size() > MOST) {
            checks.add(new Check(more.getFirst().name(), state,
                    "And " + (more.size() - MOST) + " more different lines."));
        }
    }

    /** Silence is worth something where it is known that something would have been said. */
    private Check silent(DebugLine author, boolean entirely, DebugLines control) {
        String said = entirely ? "Nothing was said" : "Nothing was said but what is JavaFX's own";
        return switch (author) {
            case ZOMBIES -> new Check(author.check(), State.PASSED, said + ".");
            case MISSING_POOLS -> silent(author, said, speaks(author) || control.speaks(author),
                    "not even about JavaFX's render thread, which has no pool: so perhaps nobody looked.");
            case VALIDATION -> silent(author, said, validated, "not even that Metal validates.");
        };
    }

    private static Check silent(DebugLine author, String said, boolean shown, String lacking) {
        return shown ? new Check(author.check(), State.PASSED, said + ", and it was on.")
                : new Check(author.check(), State.NOT_APPLICABLE, said + ", " + lacking);
    }

    private boolean speaks(DebugLine author) {
        return sayings.values().stream().anyMatch(saying -> saying.author == author);
    }
}
