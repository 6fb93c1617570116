package org.vkfx.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** The packages of JavaFX that have to be exported are written down in several places, and are the same in all. */
class FlagsTest {
    /** Opened, not exported, and in JavaFX for macOS only. */
    private static final String METAL = "com.sun.prism.mtl";
    /** Alone, mtl leaves JavaFX without a pipeline on virtual Macs, and it does not start. */
    private static final String ORDER = "-Dprism.order=mtl,es2,sw";
    private static final Set<String> PACKAGES = of("bridge/src/main/java/org/vkfx/prism/PrismAccess.java",
            "\"(com\\.sun\\.[\\w.]+)\"", "");

    static {
        assertThat(PACKAGES.remove(METAL)).isTrue();
    }

    private static Set<String> of(String file, String pattern, String target) {
        return Pattern.compile(pattern + target).matcher(Repository.read(file)).results().map(m -> m.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> exports(String file, String target) {
        return of(file, "javafx\\.graphics/([\\w.]+)=", target + "(?![\\w.])");
    }

    /** Every line that exports anything exports to this target. */
    private static void assertExportsOnlyTo(String file, String target) {
        assertThat(Repository.read(file).lines().filter(line -> line.contains("--add-exports")))
                .allMatch(line -> line.endsWith("=" + target));
    }

    @Test
    void what_is_asked_for_is_what_the_code_uses() {
        Set<String> imported = Repository.files(Repository.BRIDGE, ".java").map(Repository::read)
                .flatMap(text -> Pattern.compile("import (com\\.sun\\.[a-z.0-9]+[a-z0-9])\\.[A-Z]").matcher(text)
                        .results())
                .map(m -> m.group(1)).collect(Collectors.toCollection(TreeSet::new));
        assertThat(PACKAGES).isNotEmpty().containsAll(imported);
    }

    @Test
    void the_argument_files_export_them() {
        String modulePath = "bridge/src/main/resources/META-INF/vkfx/module-path.args";
        assertThat(exports(modulePath, "org\\.vkfx\\.bridge")).isEqualTo(PACKAGES);
        assertExportsOnlyTo(modulePath, "org.vkfx.bridge");
        assertThat(Repository.read(modulePath)).contains("\n--enable-native-access=org.vkfx.bridge,javafx.graphics");
        String classPath = "bridge/src/main/resources/META-INF/vkfx/class-path.args";
        assertThat(exports(classPath, "ALL-UNNAMED")).isEqualTo(PACKAGES);
        assertExportsOnlyTo(classPath, "ALL-UNNAMED");
        assertThat(Repository.read(classPath)).contains("\n--enable-native-access=ALL-UNNAMED,javafx.graphics");
    }

    @Test
    void the_argument_files_for_macos_open_the_metal_pipeline() {
        for (String path : List.of("module-path=org.vkfx.bridge", "class-path=ALL-UNNAMED")) {
            String[] parts = path.split("=");
            assertThat(Repository.read("bridge/src/main/resources/META-INF/vkfx/" + parts[0] + "-macos.args"))
                    .contains("\n--add-opens javafx.graphics/" + METAL + "=" + parts[1] + "\n")
                    .contains("\n" + ORDER + "\n");
        }
        assertThat(Repository.read("README.md")).contains("--add-opens javafx.graphics/" + METAL + "=org.vkfx.bridge");
    }

    @Test
    void wherever_metal_comes_first_other_pipelines_follow() throws IOException {
        List<Path> files = new ArrayList<>(Repository.pages());
        for (String folder : List.of("bridge", "fx-demo/pom.xml", "fx-demo/src", "src", "pom.xml", ".ci", ".github")) {
            try (Stream<Path> all = Files.walk(Repository.ROOT.resolve(folder))) {
                all.filter(file -> !file.toString().contains("target") && file.toString()
                        .matches(".*\\.(java|xml|args|sh|yml|md)|.*/(src/bin|src/mac-sim|\\.ci)/[\\w-]+"))
                        .filter(Files::isRegularFile).forEach(files::add);
            }
        }
        files.removeIf(file -> file.endsWith("FlagsTest.java"));
        List<String> orders = files.stream().flatMap(file -> Pattern.compile("prism\\.order=mtl[\\w,]*")
                .matcher(Repository.read(file)).results().map(m -> file.getFileName() + ": -D" + m.group())).toList();
        assertThat(orders).hasSizeGreaterThan(5).allMatch(order -> order.endsWith(": " + ORDER));
        assertThat(Repository.read("src/bin/demo").lines().map(String::strip)
                .filter(line -> line.startsWith("order=mtl"))).hasSize(2).containsOnly("order=mtl,es2,sw");
    }

    @Test
    void the_readme_exports_them() {
        Set<String> named = exports("README.md", "org\\.vkfx\\.bridge");
        assertThat(named.remove(METAL)).isTrue();
        assertThat(named).isEqualTo(PACKAGES);
    }

    @Test
    void the_build_exports_them_to_the_compiler_and_to_javadoc() {
        String pom = Repository.read("bridge/pom.xml");
        for (String form : List.of("<arg>javafx.graphics/%s=org.vkfx.bridge</arg>",
                "<additionalOption>--add-exports javafx.graphics/%s=org.vkfx.bridge</additionalOption>")) {
            String[] parts = form.split("%s");
            assertThat(Arrays.stream(pom.split("\n")).map(String::strip)
                    .filter(line -> line.startsWith(parts[0]) && line.endsWith(parts[1]))
                    .map(line -> line.substring(parts[0].length(), line.length() - parts[1].length())))
                    .containsExactlyInAnyOrderElementsOf(PACKAGES);
        }
    }

    @Test
    void the_pages_name_the_version_that_is_built() {
        String version = Pattern.compile("<artifactId>vkfx-parent</artifactId>\\s*<version>([^<]+)")
                .matcher(Repository.read("pom.xml")).results().findFirst().orElseThrow().group(1);
        Stream<String> named = Repository.pages().stream().map(Repository::read).flatMap(text -> Pattern
                .compile("vkfx-bridge-([\\w.-]+?)\\.jar|<artifactId>vkfx-bridge</artifactId>\\s*<version>([^<]+)")
                .matcher(text).results().map(m -> m.group(1) == null ? m.group(2) : m.group(1)));
        assertThat(named).isNotEmpty().allMatch(version::equals);
    }
}
