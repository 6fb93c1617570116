package org.vkfx.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.classfile.ClassModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lwjgl.system.Platform;
import org.lwjgl.vulkan.VK;
import org.rococoa.Rococoa;

import com.sun.jna.Native;

/**
 * Each library and resource that Java code asks for on a Mac is in the published jar, at the place where it is looked
 * for.
 */
class ResourceContractTest {
    /** The demo's: what it has of LWJGL, and the class and module that asks for a library by which name. */
    private record LwjglLibrary(String jar, String owner, String module, String name) {
    }

    private static final List<LwjglLibrary> LWJGL = List.of(
            new LwjglLibrary("lwjgl", "org.lwjgl.system.Library", "org.lwjgl", "lwjgl"),
            new LwjglLibrary("lwjgl-vulkan", "org.lwjgl.vulkan.VK", "org.lwjgl.vulkan", "MoltenVK"),
            new LwjglLibrary("lwjgl-shaderc", "org.lwjgl.util.shaderc.Shaderc", "org.lwjgl.shaderc", "shaderc"));
    /** JavaFX looks for them in the root of its jar. */
    private static final Map<String, String> JAVAFX = new TreeMap<>(Map.of(
            "com.sun.prism.mtl.MTLPipeline", "prism_mtl", "com.sun.prism.es2.ES2Pipeline", "prism_es2",
            "com.sun.prism.sw.SWPipeline", "prism_sw", "com.sun.glass.ui.Application", "glass",
            "com.sun.javafx.font.PrismFontFactory", "javafx_font", "com.sun.javafx.font.coretext.OS", "javafx_font",
            "com.sun.javafx.iio.jpeg.JPEGImageLoader", "javafx_iio",
            "com.sun.scenario.effect.impl.sw.sse.SSERendererDelegate", "decora_sse"));

    /** What LWJGL's own code says when it believes to be on a Mac: it reads the system's name once in a process. */
    static final class AsOnMacOs {
        public static void main(String[] paths) throws ReflectiveOperationException {
            Method bundled = Platform.class.getDeclaredMethod("mapLibraryPathBundled", String.class);
            bundled.setAccessible(true);
            System.out.println(Platform.get() + " " + bundled.invoke(null, paths[0]));
        }
    }

    private static String placeOf(LwjglLibrary library, String architecture) throws Exception {
        String file = "lib" + library.name + ".dylib"; // System.mapLibraryName of macOS
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dos.name=Mac OS X", "-Dos.arch=" + architecture, "-cp", Path.of("target/test-classes")
                        + System.getProperty("path.separator") + Artifact.of(Platform.class).path(),
                AsOnMacOs.class.getName(), library.module.replace('.', '/') + "/" + file)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String said = new String(process.getInputStream().readAllBytes()).strip();
        assertThat(said).startsWith("MACOSX ");
        return said.substring(said.indexOf(' ') + 1);
    }

    @ParameterizedTest
    @CsvSource({"natives-macos-arm64, aarch64", "natives-macos, x86_64"})
    void lwjgl_has_its_libraries_where_it_looks_for_them(String classifier, String architecture) throws Exception {
        for (LwjglLibrary library : LWJGL) {
            new Artifact(library.jar + "-3.4.3-" + classifier).assertHasLibrary(placeOf(library, architecture),
                    architecture);
        }
    }

    /** As getting-started names them for java: nothing requires these modules. */
    @ParameterizedTest
    @CsvSource({"lwjgl, org.lwjgl.natives", "lwjgl-vulkan, org.lwjgl.vulkan.natives"})
    void lwjgls_natives_are_modules_of_these_names(String jar, String module) throws Exception {
        for (String classifier : List.of("natives-macos", "natives-macos-arm64")) {
            assertThat(ModuleFinder.of(new Artifact(jar + "-3.4.3-" + classifier).path()).findAll())
                    .extracting(found -> found.descriptor().name()).containsExactly(module);
        }
        assertThat(Path.of("../src/site/markdown/getting-started.md")).content()
                .contains("--add-modules org.lwjgl.natives,org.lwjgl.vulkan.natives");
    }

    @Test
    void lwjgls_classes_ask_for_these() throws Exception {
        for (LwjglLibrary library : LWJGL) {
            Artifact jar = switch (library.jar) {
                case "lwjgl" -> Artifact.of(Platform.class);
                case "lwjgl-vulkan" -> Artifact.of(VK.class);
                default -> new Artifact(library.jar + "-3.4.3");
            };
            jar.assertNames(library.owner, library.module, library.name);
        }
    }

    @ParameterizedTest
    @CsvSource({"26.0.2-mac-aarch64, aarch64", "26.0.2-mac, x86_64", "27-ea+11-mac-aarch64, aarch64",
            "27-ea+11-mac, x86_64"})
    void javafx_has_what_its_classes_ask_for(String version, String architecture) {
        Artifact jar = new Artifact("javafx-graphics-" + version);
        JAVAFX.forEach((owner, library) -> {
            jar.assertNames(owner, library);
            jar.assertHasLibrary("lib" + library + ".dylib", architecture);
        });
        Set<String> asked = new TreeSet<>();
        Stream.of("com/sun/prism/", "com/sun/scenario/", "com/sun/glass/", "com/sun/javafx/")
                .flatMap(folder -> jar.types(folder).stream()).forEach(type -> collect(type, asked));
        assertThat(asked).contains("com/sun/prism/mtl/msl/jfxshaders.metallib");
        assertThat(jar.entries()).as(jar.toString()).containsAll(asked)
                .contains("com/sun/javafx/tk/quantum/QuantumMessagesBundle.properties");
    }

    /** The constants that a class gives to getResource and getResourceAsStream of Class, as places in its jar. */
    private static void collect(ClassModel type, Set<String> asked) {
        String own = type.thisClass().asInternalName();
        type.methods().stream().flatMap(method -> method.code().stream()).forEach(code -> {
            String text = null;
            for (Object element : code) {
                if (element instanceof ConstantInstruction constant && constant.constantValue() instanceof String s) {
                    text = s;
                } else if (element instanceof InvokeInstruction call) {
                    if (text != null && call.owner().asInternalName().equals("java/lang/Class")
                            && call.name().stringValue().startsWith("getResource")
                            && !text.equals("NativeLibLoader.class")) { // it only asks where it came from itself
                        asked.add(text.startsWith("/") ? text.substring(1)
                                : own.substring(0, own.lastIndexOf('/') + 1) + text);
                    }
                    text = null;
                }
            }
        });
    }

    /** For all systems it is one jar. */
    @ParameterizedTest
    @CsvSource({"aarch64, aarch64", "x86_64, x86_64"})
    void jna_has_its_library_where_it_looks_for_it(String osArch, String architecture) throws Exception {
        Method prefix = com.sun.jna.Platform.class.getDeclaredMethod("getNativeLibraryResourcePrefix", int.class,
                String.class, String.class);
        prefix.setAccessible(true);
        Artifact.of(Native.class).assertHasLibrary("com/sun/jna/"
                + prefix.invoke(null, com.sun.jna.Platform.MAC, osArch, "Mac OS X") + "/libjnidispatch.jnilib",
                architecture);
    }

    /** The demo's build copies librococoa.dylib to where the demo's script lets JNA look. */
    @Test
    void rococoa_asks_jna_for_its_library() throws Exception {
        Artifact jar = Artifact.of(Rococoa.class); // 0.9.1 on macOS
        assertThat(jar.types("org/rococoa/")).as(jar.toString())
                .anyMatch(type -> Artifact.constants(type).contains("rococoa"));
    }

    @Test
    void a_broken_contract_names_artifact_and_place() throws Exception {
        Artifact jar = new Artifact("lwjgl-vulkan-3.4.3-natives-macos");
        assertThatThrownBy(() -> jar.assertHasLibrary("macos/arm64/org/lwjgl/vulkan/libMoltenVK.dylib", "aarch64"))
                .hasMessageContaining("lwjgl-vulkan-3.4.3-natives-macos has macos/arm64/");
        assertThatThrownBy(() -> jar.assertHasLibrary("macos/x64/org/lwjgl/vulkan/libMoltenVK.dylib", "aarch64"))
                .hasMessageContaining("architecture of macos/x64/");
        assertThatThrownBy(() -> Artifact.of(VK.class).assertNames("org.lwjgl.vulkan.VK", "vulkan-of-others"))
                .hasMessageContaining("lwjgl-vulkan-3.4.3.jar: org.lwjgl.vulkan.VK names");
    }
}
