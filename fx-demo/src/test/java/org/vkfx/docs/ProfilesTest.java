package org.vkfx.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.model.building.DefaultModelBuilderFactory;
import org.apache.maven.model.building.DefaultModelBuildingRequest;
import org.apache.maven.model.building.ModelBuildingException;
import org.apache.maven.model.building.ModelBuildingRequest;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the profiles make of the build on each system, by Maven's own model builder. */
class ProfilesTest {
    /** Where Maven keeps what it has downloaded: JavaFX's own POM is there. */
    private static final Path REPOSITORY = Path.of(System.getProperty("vkfx.test.repository"));
    private static final Map<String, String> WITHOUT_ROCOCOA = Map.of("vkfx.rococoa", "false");
    private static final String CENTRAL = "https://repo.maven.apache.org/maven2";

    /** What Java says of a system, and what is published for it. */
    enum Machine {
        MAC_ARM64("Mac OS X", "aarch64", "mac-aarch64", "natives-macos-arm64"), MAC_X64("Mac OS X", "x86_64", "mac",
                "natives-macos"), LINUX_ARM64("Linux", "aarch64", "linux-aarch64", "natives-linux-arm64"), LINUX_X64(
                        "Linux", "amd64", "linux",
                        "natives-linux"), WINDOWS("Windows 11", "amd64", "win", "natives-windows");

        private final String os;
        private final String arch;
        final String javafx;
        final String lwjgl;

        Machine(String os, String arch, String javafx, String lwjgl) {
            this.os = os;
            this.arch = arch;
            this.javafx = javafx;
            this.lwjgl = lwjgl;
        }

        boolean isMac() {
            return name().startsWith("MAC");
        }

        /** Reads a POM as Maven there does: profiles, parents, properties. */
        Model model(Path pom, Map<String, String> options) {
            Properties system = new Properties();
            system.putAll(Map.of("os.name", os, "os.arch", arch, "os.version", "15.5", "java.version", "25.0.1"));
            Properties user = new Properties();
            user.putAll(options);
            try {
                return new DefaultModelBuilderFactory().newInstance()
                        .build(new DefaultModelBuildingRequest().setPomFile(pom.toFile()).setSystemProperties(system)
                                .setUserProperties(user).setTwoPhaseBuilding(true) // the second would download
                                .setValidationLevel(ModelBuildingRequest.VALIDATION_LEVEL_MINIMAL))
                        .getEffectiveModel();
            } catch (ModelBuildingException e) {
                throw new AssertionError(e);
            }
        }

        Model model(String pom) {
            return model(Repository.ROOT.resolve(pom), Map.of());
        }
    }

    private static Plugin plugin(Model model, String name) {
        return model.getBuild().getPluginsAsMap().get("org.apache.maven.plugins:" + name);
    }

    /** What the tests' JVM is started with, by default and by each execution that says so. */
    private static Stream<String> argumentLines(Model bridge) {
        Plugin surefire = plugin(bridge, "maven-surefire-plugin");
        return Stream.concat(Stream.of(surefire.getConfiguration()),
                surefire.getExecutions().stream().map(PluginExecution::getConfiguration))
                .map(configuration -> ((Xpp3Dom) configuration).getChild("argLine").getValue());
    }

    private static String argumentLine(Model bridge) {
        return argumentLines(bridge).findFirst().orElseThrow();
    }

    private static List<String> repositories(Model model) {
        return model.getRepositories().stream().map(repository -> repository.getUrl()).toList();
    }

    private static Optional<PluginExecution> librococoa(Model model) {
        return Optional.ofNullable(plugin(model, "maven-dependency-plugin"))
                .map(plugin -> plugin.getExecutionsAsMap().get("librococoa"));
    }

    private static Dependency managed(Model model, String artifact) {
        return model.getDependencyManagement().getDependencies().stream()
                .filter(dependency -> dependency.getArtifactId().equals(artifact)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void the_natives_are_those_of_the_machine(Machine machine) {
        for (String module : List.of("bridge/pom.xml", "fx-demo/pom.xml")) {
            List<String> classifiers = machine.model(module).getDependencies().stream()
                    .filter(dependency -> dependency.getGroupId().equals("org.lwjgl"))
                    .map(Dependency::getClassifier).filter(classifier -> classifier != null).distinct().toList();
            assertThat(classifiers).as(module).containsExactly(machine.lwjgl);
        }
    }

    /** By JavaFX's own POM, of which each of its modules is a child. */
    @ParameterizedTest
    @EnumSource
    void javafx_is_that_of_the_machine(Machine machine) {
        String version = System.getProperty("vkfx.test.javafx");
        Path pom = REPOSITORY.resolve("org/openjfx/javafx/" + version + "/javafx-" + version + ".pom");
        assertThat(machine.model(pom, Map.of()).getProperties()).containsEntry("javafx.platform", machine.javafx);
        assertThat(managed(machine.model("pom.xml"), "javafx-graphics").getVersion()).isEqualTo(version);
    }

    @ParameterizedTest
    @EnumSource
    void the_demo_brings_moltenvk_on_macos_only(Machine machine) {
        assertThat(machine.model("fx-demo/pom.xml").getDependencies().stream()
                .anyMatch(dependency -> dependency.getArtifactId().equals("lwjgl-vulkan")
                        && dependency.getClassifier() != null))
                .isEqualTo(machine.isMac());
    }

    @ParameterizedTest
    @EnumSource
    void the_simulator_is_for_the_tests_on_linux_only(Machine machine) {
        Model bridge = machine.model("bridge/pom.xml");
        String line = argumentLine(bridge);
        assertThat(line).contains("META-INF/vkfx/module-path.args");
        assertThat(line.contains("-Dvkfx.objc.library=")).isEqualTo(line.contains("mac-sim"))
                .isEqualTo(machine.name().startsWith("LINUX"));
        assertThat(line.contains("-Djna.library.path=")).isEqualTo(machine != Machine.WINDOWS);
        // Those of the Metal path have it in any case: Maven skips them, as the next test says.
        assertThat(argumentLines(bridge).filter(l -> !l.contains("-Dglass.platform=Sim"))
                .filter(l -> !l.contains("Headless")))
                .hasSizeGreaterThan(4).allMatch(l -> l.startsWith(line));
    }

    /** Java splits a path at blanks unless it is quoted. */
    @ParameterizedTest
    @EnumSource(names = "MAC.*", mode = EnumSource.Mode.MATCH_ANY)
    void on_macos_the_tests_find_rococoas_native_half_and_try_metal_first(Machine machine) {
        Model bridge = machine.model("bridge/pom.xml");
        String natives = bridge.getBuild().getDirectory() + "/natives";
        assertThat(argumentLine(bridge)).contains("\"-Djna.library.path=" + natives + "\"",
                "META-INF/vkfx/module-path-macos.args\"", "-Dvkfx.test.interop=metal")
                .doesNotContain("prism.order", "es2");
        PluginExecution copy = librococoa(bridge).orElseThrow();
        assertThat(copy.getPhase()).as("before the tests").isEqualTo("generate-test-resources");
        Xpp3Dom what = (Xpp3Dom) copy.getConfiguration();
        assertThat(what.getChild("outputDirectory").getValue()).isEqualTo(natives);
        Xpp3Dom item = what.getChild("artifactItems").getChild(0);
        assertThat(item.getChild("version").getValue()).isEqualTo("0.9.1");
        assertThat(item.getChild("destFileName").getValue()).isEqualTo("librococoa.dylib");
        Model demo = machine.model("fx-demo/pom.xml");
        assertThat(((Xpp3Dom) librococoa(demo).orElseThrow().getConfiguration()).getChild("outputDirectory").getValue())
                .as("as src/bin/demo says").isEqualTo(demo.getBuild().getDirectory() + "/natives");
    }

    @ParameterizedTest
    @EnumSource
    void the_vendors_repository_is_asked_on_macos_only_and_last(Machine machine) {
        for (String module : List.of("pom.xml", "bridge/pom.xml", "fx-demo/pom.xml")) {
            Model model = machine.model(module);
            assertThat(managed(model, "rococoa-core").getVersion()).isEqualTo(machine.isMac() ? "0.9.1" : "0.5");
            assertThat(repositories(model)).first().isEqualTo(CENTRAL);
            assertThat(repositories(model)).hasSize(machine.isMac() ? 2 : 1);
            assertThat(librococoa(model).isPresent()).isEqualTo(machine.isMac());
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_switch_builds_from_maven_central_alone(Machine machine) {
        for (String module : List.of("pom.xml", "bridge/pom.xml", "fx-demo/pom.xml")) {
            Model model = machine.model(Repository.ROOT.resolve(module), WITHOUT_ROCOCOA);
            assertThat(managed(model, "rococoa-core").getVersion()).isEqualTo("0.5");
            assertThat(repositories(model)).containsExactly(CENTRAL);
            assertThat(librococoa(model)).isEmpty();
        }
        Model demo = machine.model(Repository.ROOT.resolve("fx-demo/pom.xml"), WITHOUT_ROCOCOA);
        assertThat(demo.getDependencies().stream().filter(d -> machine.lwjgl.equals(d.getClassifier()))
                .map(Dependency::getArtifactId)).as("MoltenVK stays").contains("lwjgl", "lwjgl-shaderc")
                .hasSize(machine.isMac() ? 3 : 2);
    }

    /**
     * As one of Rococoa's dependencies it would be in module paths; javadoc refuses what is neither a folder nor a jar.
     */
    @Test
    void rococoas_native_half_is_no_dependency() {
        assertThat(managed(Machine.MAC_ARM64.model("pom.xml"), "rococoa-core").getExclusions())
                .anySatisfy(exclusion -> assertThat(exclusion.getArtifactId()).isEqualTo("librococoa"));
    }

    /** Ant's names of systems are those of Java, in lower case. */
    @Test
    void what_runs_on_the_simulator_is_skipped_on_other_systems_though_its_files_be_there() {
        Model bridge = Machine.MAC_ARM64.model("bridge/pom.xml");
        for (PluginExecution execution : plugin(bridge, "maven-surefire-plugin").getExecutions()) {
            Xpp3Dom configuration = (Xpp3Dom) execution.getConfiguration();
            if (configuration.getChild("argLine").getValue().contains("-Dglass.platform=Sim")) {
                assertThat(configuration.getChild("skip").getValue()).as(execution.getId()).isEqualTo("${metal.skip}");
            }
        }
        Xpp3Dom target = ((Xpp3Dom) plugin(bridge, "maven-antrun-plugin").getExecutionsAsMap().get("mac-sim")
                .getConfiguration()).getChild("target");
        assertThat(target.getChild("exec").getAttribute("os")).isEqualTo("Linux");
        Xpp3Dom condition = Stream.of(target.getChildren("condition"))
                .filter(child -> child.getAttribute("property").equals("metal.skip")).findFirst().orElseThrow();
        assertThat(condition.getAttribute("else")).isEqualTo("true");
        assertThat(condition.getChild("and").getChild("os").getAttribute("name").toLowerCase(Locale.ROOT))
                .isEqualTo("linux");
    }
}
