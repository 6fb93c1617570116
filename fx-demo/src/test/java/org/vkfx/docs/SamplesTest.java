package org.vkfx.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import javafx.fxml.FXMLLoader;
import javafx.scene.layout.BorderPane;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vkfx.AlphaMode;
import org.vkfx.FrameRate;
import org.vkfx.PresentMode;
import org.vkfx.scene.VulkanView;

/** What the pages and the Javadoc show as Java is Java. */
class SamplesTest {
    /** The class of the reader's that samples speak of. */
    private static final String READERS_OWN = "class MyRenderer implements org.vkfx.FrameRenderer {"
            + " MyRenderer(org.vkfx.VulkanDevice device) { }"
            + " public void imagesChanged(org.vkfx.SwapchainImages images) { }"
            + " public void render(org.vkfx.Frame frame) { frame.discard(); } }";

    @TempDir
    Path classes;

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(Path file, String text) {
            super(URI.create(file.toUri() + "#java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return !simpleName.endsWith("-info"); // a page is no .java file
        }
    }

    /** Returns what the compiler has to say, each with file and line. */
    private List<String> compile(Sample sample) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        compiler.getTask(null, null, found,
                List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none",
                        "-Xlint:deprecation,removal,unchecked,rawtypes"),
                null,
                List.of(new Source(sample.file(), sample.source()), new Source(Path.of("MyRenderer"), READERS_OWN)))
                .call();
        return found.getDiagnostics().stream().filter(d -> d.getKind() != Diagnostic.Kind.NOTE)
                .map(d -> sample.file() + ":" + d.getLineNumber() + ": " + d.getMessage(Locale.ROOT)).toList();
    }

    private static List<Sample> samples() {
        Stream<Sample> pages = Repository.pages().stream()
                .flatMap(file -> Sample.inPage(file, Repository.read(file)).stream());
        Stream<Sample> javadoc = Stream.of("org/vkfx", "org/vkfx/scene").map(Repository.BRIDGE::resolve)
                .flatMap(folder -> Repository.files(folder, ".java").filter(file -> file.getParent().equals(folder)))
                .flatMap(file -> Sample.inJavadoc(file, Repository.read(file)).stream());
        return Stream.concat(pages, javadoc).toList();
    }

    @Test
    void every_sample_compiles() {
        List<Sample> samples = samples();
        assertThat(samples.stream().map(sample -> sample.file().getFileName().toString())).contains("README.md",
                "getting-started.md", "Swapchain.java");
        assertThat(samples.stream().flatMap(sample -> compile(sample).stream())).isEmpty();
    }

    @Test
    void a_broken_sample_is_reported_with_file_and_line() {
        Path page = Path.of("page.md");
        String text = """
                # Page

                <!-- sample: in a method with (VulkanView view) -->
                ```java
                view.requestFrame();
                view.requestFrames();
                ```

                ```java
                class Whole {
                    int number = "";
                }
                ```
                """;
        assertThat(Sample.inPage(page, text)).hasSize(2).flatExtracting(this::compile)
                .satisfiesExactly(first -> assertThat(first).startsWith("page.md:6: ").contains("requestFrames"),
                        second -> assertThat(second).startsWith("page.md:11: ").contains("incompatible types"));
    }

    @Test
    void a_broken_sample_in_javadoc_is_reported_with_file_and_line() {
        Path file = Path.of("Type.java");
        String text = """
                /**
                 * Text.
                 *
                 * <!-- sample: in a method with (Swapchain swapchain) -->
                 * <pre>{@code
                 * switch (swapchain.images().count()) {
                 *     case 1 -> swapchain.present();
                 *     default -> { }
                 * }
                 * }</pre>
                 */
                """;
        assertThat(Sample.inJavadoc(file, text)).flatExtracting(this::compile)
                .satisfiesExactly(first -> assertThat(first).startsWith("Type.java:7: "));
    }

    @Test
    void the_fxml_sample_loads() throws Exception {
        Matcher block = Pattern.compile("```xml\n(<\\?import.*?)```", Pattern.DOTALL)
                .matcher(Repository.read(Repository.SITE.resolve("getting-started.md")));
        assertThat(block.find()).isTrue();
        FXMLLoader loader = new FXMLLoader();
        BorderPane root = loader.load(new ByteArrayInputStream(block.group(1).getBytes(StandardCharsets.UTF_8)));
        VulkanView view = (VulkanView) root.getCenter();
        assertThat(loader.getNamespace()).containsAllEntriesOf(Map.of("view", view));
        assertThat(view.getPresentMode()).isEqualTo(PresentMode.FIFO);
        assertThat(view.getFrameRate()).isEqualTo(FrameRate.ON_DEMAND);
        assertThat(view.getAlphaMode()).isEqualTo(AlphaMode.PREMULTIPLIED);
        assertThat(view.getImageCount()).isEqualTo(3);
    }
}
