package org.vkfx.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A piece of Java in a page or in Javadoc. As it stands it is a whole file. A comment on the line before makes it less:
 * {@code <!-- sample: in a class -->} are members, {@code <!-- sample: in a method with (VulkanView view) -->} are
 * statements, with what they take for granted.
 *
 * @param file where it is written
 * @param line its first line there, from 1
 * @param context the comment's text, or "" for a whole file
 * @param code the lines
 */
record Sample(Path file, int line, String context, List<String> code) {
    private static final Pattern CONTEXT = Pattern.compile("<!-- sample: (in a class|in a method with \\(.*\\)) -->");
    private static final Pattern JAVADOC_LINE = Pattern.compile("^\\s*\\* ?");
    private static final String IMPORTS = "import java.time.*; import java.util.*; import java.util.concurrent.*; import java.util.function.*;"
            + " import javafx.application.*; import javafx.application.Platform; import javafx.geometry.*; import javafx.scene.*;"
            + " import javafx.scene.control.*; import javafx.scene.layout.*; import javafx.stage.*;"
            + " import org.lwjgl.system.*; import org.lwjgl.vulkan.*; import static org.lwjgl.vulkan.VK12.*;"
            + " import org.vkfx.*; import org.vkfx.Swapchain.*; import org.vkfx.scene.*; ";

    /** The blocks marked as java. */
    static List<Sample> inPage(Path file, String text) {
        return find(file, text.lines().toList(), Pattern.compile("```java"), Pattern.compile("```"));
    }

    /** The preformatted code. */
    static List<Sample> inJavadoc(Path file, String text) {
        return find(file, text.lines().map(line -> JAVADOC_LINE.matcher(line).replaceFirst("")).toList(),
                Pattern.compile("<pre>\\{@code"), Pattern.compile("}</pre>"));
    }

    private static List<Sample> find(Path file, List<String> lines, Pattern begin, Pattern end) {
        List<Sample> samples = new ArrayList<>();
        String context = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            Matcher comment = CONTEXT.matcher(line);
            if (line.startsWith("<!-- sample:")) {
                if (!comment.matches()) {
                    throw new IllegalArgumentException(file + ":" + (i + 1) + ": not understood: " + line);
                }
                context = comment.group(1);
            } else if (begin.matcher(line).matches()) {
                int first = i + 1;
                while (i < lines.size() && (i < first || !end.matcher(lines.get(i)).matches())) {
                    i++;
                }
                samples.add(new Sample(file, first + 1, context, lines.subList(first, i)));
                context = "";
            } else if (!line.isEmpty()) {
                context = "";
            }
        }
        return samples;
    }

    /** The source to compile: what is put around the sample is on the line before it, so that lines stay the same. */
    String source() {
        String before = "";
        String after = "";
        if (!context.isEmpty()) {
            before = IMPORTS + "class Sample" + line + " { ";
            after = "}";
        }
        if (context.startsWith("in a method")) {
            before += "void method" + context.substring(context.indexOf('(')) + " throws Exception { ";
            after += "}";
        }
        return "\n".repeat(line - 2) + before + "\n" + String.join("\n", code) + "\n" + after;
    }
}
