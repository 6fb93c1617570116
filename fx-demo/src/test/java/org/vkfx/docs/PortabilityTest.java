package org.vkfx.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** What is true of Linux only is in the opengl backend and in the scripts. */
class PortabilityTest {
    private static final List<Path> CODE = Stream.of("bridge/src/main/java", "fx-demo/src/main/java", "src/examples")
            .map(Repository.ROOT::resolve).toList();
    private static final String LINUX_ONLY = "org/vkfx/interop/opengl/";

    /** What code says that assumes a system, and why it matters. */
    private static final Map<String, Pattern> ASSUMPTIONS = Map.of(
            "asks for the system by name", Pattern.compile("\"os\\.(name|arch)\"|Platform\\.get\\(\\)"),
            "names a library file", Pattern.compile("\\blib\\w+\\.(so|dylib)|\\w\\.dll\\b|-1\"}"),
            "names a path of Unix", Pattern.compile("\"(/(proc|sys|tmp|dev|etc|run|usr|var|home|opt)\\b)"),
            "knows X11 or Wayland", Pattern.compile("\\bDISPLAY\\b|X11|[wW]ayland|\\bglX|GLX"),
            "uses C's long or size_t, which differ in size", Pattern.compile("canonicalLayouts|\\bC_LONG\\b|size_t"),
            "splits at a separator of Unix",
            Pattern.compile("split\\(\"[:/]\"\\)|\"line\\.separator\"|\"file\\.encoding\""),
            "calls another program", Pattern.compile("ProcessBuilder|\\.exec\\("));

    /** The documented exceptions. */
    private static final Map<String, Set<String>> EXCEPTIONS = Map.of(
            // The table of the loader's names: VulkanLoaderTest knows it for every system.
            "VulkanLoader.java", Set.of("asks for the system by name", "names a library file", "names a path of Unix"),
            // The same for LWJGL.
            "VulkanLibrary.java",
            Set.of("asks for the system by name", "names a library file", "names a path of Unix"),
            // macOS has one Objective-C runtime, at one place.
            "ObjC.java", Set.of("names a path of Unix"),
            // Says in one line what JavaFX on Linux takes pages for.
            "Fx.java", Set.of("asks for the system by name", "knows X11 or Wayland"),
            // Runs the self-test once more, with nothing to read: it knows what that is called on either kind of system.
            "DebugRun.java", Set.of("calls another program", "names a path of Unix"),
            // Only tells it.
            "SelfTestReport.java", Set.of("asks for the system by name"));

    @Test
    void nothing_assumes_linux_but_the_opengl_backend_and_documented_exceptions() {
        Map<String, Set<String>> found = new TreeMap<>();
        CODE.stream().flatMap(folder -> Repository.files(folder, ".java")).filter(file -> !isOfLinux(file))
                .forEach(file -> {
                    Set<String> assumed = assumptions(Repository.read(file));
                    if (!assumed.isEmpty()) {
                        found.put(file.getFileName().toString(), assumed);
                    }
                });
        assertThat(found).containsExactlyInAnyOrderEntriesOf(EXCEPTIONS);
    }

    @Test
    void assumptions_are_found_in_code_and_not_in_comments() {
        assertThat(assumptions("""
                /* X11 */ String a = "/proc/self"; // DISPLAY
                String b = "http://x"; Object c = "libGL.so.1"; var d = linker.canonicalLayouts().get("long");
                """)).containsExactlyInAnyOrder("names a path of Unix", "names a library file",
                "uses C's long or size_t, which differ in size");
        assertThat(Repository.files(Repository.BRIDGE, ".java").filter(PortabilityTest::isOfLinux)
                .flatMap(file -> assumptions(Repository.read(file)).stream())).contains("names a library file");
    }

    /** On macOS LWJGL opens its own MoltenVK, whatever the bridge has opened; the bridge takes one that is open. */
    @Test
    void in_the_examples_lwjgl_opens_vulkan_before_the_bridge_does() {
        Pattern bridge = Pattern.compile("Interop\\s*\\.(createDevice|requiredInstanceExtensions)\\(\\)");
        List<String> openers = Repository.files(Repository.ROOT.resolve("src/examples"), ".java").map(Repository::read)
                .map(PortabilityTest::withoutComments).filter(code -> bridge.matcher(code).find()).toList();
        assertThat(openers).hasSize(2).allSatisfy(code -> assertThat(code.indexOf("VK.getFunctionProvider()"))
                .isBetween(0, bridge.matcher(code).results().findFirst().orElseThrow().start()));
    }

    private static boolean isOfLinux(Path file) {
        return file.toString().replace('\\', '/').contains(LINUX_ONLY);
    }

    private static Set<String> assumptions(String source) {
        String code = withoutComments(source);
        Set<String> found = new TreeSet<>();
        ASSUMPTIONS.forEach((what, pattern) -> {
            if (pattern.matcher(code).find()) {
                found.add(what);
            }
        });
        return found;
    }

    /** Keeps strings, also those that look like comments. */
    private static String withoutComments(String source) {
        return Pattern.compile("(\"(?:[^\"\\\\\\n]|\\\\.)*\")|/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL).matcher(source)
                .replaceAll(m -> m.group(1) == null ? "" : java.util.regex.Matcher.quoteReplacement(m.group(1)));
    }
}
