package org.vkfx.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.vkfx.BridgeException;

/** What the pages name is there: files, links, options, messages, reasons. */
class PagesTest {
    private static final Path TROUBLESHOOTING = Repository.SITE.resolve("troubleshooting.md");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");

    /** What a pattern's first group finds in all pages, that does not pass the test: each with its page. */
    private static List<String> wrong(String pattern, Function<Path, java.util.function.Predicate<String>> right) {
        List<String> wrong = new ArrayList<>();
        for (Path page : Repository.pages()) {
            Pattern.compile(pattern, Pattern.MULTILINE).matcher(Repository.read(page)).results()
                    .map(m -> m.group(1)).filter(right.apply(page).negate())
                    .forEach(text -> wrong.add(page.getFileName() + ": " + text));
        }
        return wrong;
    }

    private static Set<String> anchors(Path page) {
        return Pattern.compile("^#+ (.*)$", Pattern.MULTILINE).matcher(Repository.read(page)).results()
                .map(m -> m.group(1).toLowerCase(java.util.Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void links_lead_to_files_and_headings() {
        assertThat(wrong("\\]\\(([^)]+)\\)", page -> link -> {
            if (link.startsWith("https://")) {
                return true;
            }
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
            return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
        })).isEmpty();
    }

    @Test
    void named_files_exist() {
        assertThat(wrong("(?<![\\w/.$}])((?:src|bridge|fx-demo|META-INF/vkfx)/[\\w./*-]*\\w)",
                page -> name -> {
                    String path = name.replaceAll("/\\*.*", "");
                    return path.contains("/target/")
                            || Files.exists(Repository.ROOT.resolve(path.startsWith("META-INF/")
                                    ? "bridge/src/main/resources/" + path
                                    : path));
                })).isEmpty();
    }

    @Test
    void named_options_of_the_commands_exist() {
        Map<String, String> options = Map.of("demo", Repository.read("src/bin/demo")
                + Repository.read("fx-demo/src/main/java/org/vkfx/demo/Options.java"), "test",
                Repository.read("src/bin/test"), "bench", Repository.read("src/bin/bench")
                        + Repository.read("fx-demo/src/test/java/org/vkfx/bench/Plan.java")
                        + Repository.read("fx-demo/src/test/java/org/vkfx/bench/Bench.java"));
        assertThat(wrong("src/bin/((?:demo|test|bench)(?: +--?[\\w-]+)+)", page -> command -> Arrays
                .stream(command.split(" +")).skip(1)
                .allMatch(option -> options.get(command.split(" ")[0])
                        .matches("(?s).*[\"\\s]" + Pattern.quote(option) + "[\"\\s=)].*"))))
                .isEmpty();
    }

    @Test
    void named_properties_of_the_bridge_exist() {
        String code = Repository.files(Repository.BRIDGE, ".java").map(Repository::read).collect(Collectors.joining());
        String build = Repository.read("pom.xml");
        assertThat(wrong("-D(vkfx\\.[\\w.]*\\w)", page -> name -> code.contains('"' + name + '"')
                || build.contains("<name>" + name + "</name>"))).isEmpty();
    }

    /** The texts in a source: what is put together from constants is one text. */
    private static String texts(String source) {
        return LITERAL.matcher(JOINED.matcher(source).replaceAll("")).results()
                .map(m -> m.group(1).replace("\\\"", "\"")).collect(Collectors.joining("\0"));
    }

    private static boolean isOf(String quoted, String texts) {
        return Stream.of(quoted.split("…")).map(String::strip).filter(part -> part.length() > 2)
                .allMatch(texts::contains);
    }

    /** Only the stable parts of a message, between the dots, have to be in one source file. */
    @Test
    void quoted_messages_are_in_the_code() {
        List<String> sources = Repository.files(Repository.BRIDGE, ".java").map(Repository::read)
                .map(PagesTest::texts).toList();
        assertThat(Repository.read(TROUBLESHOOTING)).contains("\n> ");
        assertThat(wrong("^> (.+)$", page -> quoted -> sources.stream().anyMatch(texts -> isOf(quoted, texts))))
                .isEmpty();
    }

    @Test
    void a_message_that_is_not_in_the_code_is_found() {
        String texts = texts("""
                throw new X("There is no " + name + ": " + source + " returned null"
                        + " for \\"it\\".");""");
        assertThat(isOf("There is no …: … returned null for \"it\".", texts)).isTrue();
        assertThat(isOf("There is no …: … returned 0 for it.", texts)).isFalse();
    }

    @Test
    void every_reason_has_its_section() {
        assertThat(Repository.read(TROUBLESHOOTING).lines().filter(line -> line.startsWith("### "))
                .map(line -> line.substring(4)))
                .containsSubsequence(Arrays.stream(BridgeException.Reason.values()).map(Enum::name).toList());
    }
}
