package org.vkfx.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vkfx.interop.metal.MetalBackend;
import org.vkfx.objc.Message;
import org.vkfx.objc.ObjC;
import org.vkfx.vulkan.MemoryHandleType;

/** What the bridge uses of Vulkan and Metal is in MoltenVK as LWJGL publishes it. */
class MoltenVkContractTest {
    private static final String LIBRARY = "libMoltenVK.dylib";
    private static final Pattern VULKAN_FUNCTION = Pattern.compile("vk[A-Z][A-Za-z0-9]+");
    /** Integers of 64 bits, objects and pointers; the numbers are offsets. */
    private static final Pattern INTEGERS_ONLY = Pattern.compile("(v|Q|@|r\\*)\\d+@0:8([Q@]\\d+)*");

    static Stream<Artifact> artifacts() {
        return Stream.of("lwjgl-vulkan-3.4.3-natives-macos-arm64", "lwjgl-vulkan-3.4.3-natives-macos")
                .map(Artifact::new);
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    void knows_every_selector_that_is_sent(Artifact artifact) {
        MachO library = artifact.library(LIBRARY);
        Set<String> selectors = library.strings("__objc_methname");
        Map<String, Map<String, String>> protocols = library.protocols();
        for (Message message : messages()) {
            artifact.assertContains("selector", selectors, message.selector());
            Map<String, String> declared = protocols.get(message.type());
            if (declared != null) {
                artifact.assertEncoding(message.type(), declared, message.selector(), message.encoding());
            }
        }
    }

    /** All but those to JavaFX's own objects, see {@link JavaFxContractTest}. */
    private static List<Message> messages() {
        return Stream.of(Message.values()).filter(message -> message != Message.WRAPPER_TEXTURE).toList();
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    void declares_the_protocols_whose_encodings_are_compared(Artifact artifact) {
        assertThat(artifact.library(LIBRARY).protocols()).as(artifact.toString()).containsKeys("MTLDevice",
                "MTLCommandQueue");
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    void exports_every_function_that_the_bridge_names(Artifact artifact) throws Exception {
        MachO library = artifact.library(LIBRARY);
        Set<String> functions = functions();
        assertThat(functions).contains("vkGetMemoryMetalHandleEXT", "vkGetMemoryMetalHandlePropertiesEXT",
                "vkExportMetalObjectsEXT", "vkWaitSemaphores");
        functions.removeAll(Set.of("vkGetMemoryFdKHR", "vkGetSemaphoreFdKHR")); // of the OpenGL path
        functions.forEach(function -> artifact.assertExports(library, function));
    }

    /** All strings in the class files of org.vkfx.vulkan that look like functions. */
    private static Set<String> functions() throws Exception {
        Set<String> functions = new TreeSet<>();
        Path classes = Path.of(MemoryHandleType.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.list(classes.resolve("org/vkfx/vulkan"))) {
            for (Path file : files.filter(f -> f.getFileName().toString().matches(".*(Functions|Loader).class"))
                    .toList()) {
                for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
                    if (entry instanceof Utf8Entry utf8 && VULKAN_FUNCTION.matcher(utf8.stringValue()).matches()) {
                        functions.add(utf8.stringValue());
                    }
                }
            }
        }
        return functions;
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    void names_the_extensions_of_the_metal_path(Artifact artifact) {
        Set<String> strings = artifact.library(LIBRARY).strings("__cstring");
        new MetalBackend().deviceExtensions()
                .forEach(extension -> artifact.assertContains("extension", strings, extension));
    }

    @ParameterizedTest
    @EnumSource(Message.class)
    void arguments_and_results_are_integers_and_pointers_only(Message message) {
        assertThat(message.encoding()).matches(INTEGERS_ONLY);
        long arguments = message.selector().chars().filter(c -> c == ':').count();
        assertThat(message.encoding()).matches(".*:8([^:]\\d+){" + arguments + "}");
    }

    /** What macOS exports is not published; but it must export what MoltenVK was linked against. */
    @ParameterizedTest
    @MethodSource("artifacts")
    void is_linked_against_the_functions_of_the_runtime_that_are_called(Artifact artifact) {
        Set<String> imports = artifact.library(LIBRARY).imports();
        ObjC.SYMBOLS.stream().filter(symbol -> !symbol.equals("sel_registerName"))
                .forEach(symbol -> artifact.assertContains("import", imports, "_" + symbol));
    }

    /** Rococoa sends what its bindings' methods are called. */
    @Test
    void rococoas_bindings_have_the_same_messages() throws Exception {
        for (Message message : Message.values()) {
            if (!message.selector().contains(":") && message.type().startsWith("MTL")
                    && !Set.of(Message.DEVICE_NAME, Message.BUFFER_COMMIT).contains(message)) {
                Class<?> result = Class.forName("org.vkfx.objc." + message.type()).getMethod(message.selector())
                        .getReturnType();
                assertThat(result.getSimpleName()).as(message.toString())
                        .isEqualTo(message.encoding().startsWith("@") ? "ID" : "long");
            }
        }
    }

    @Test
    void a_broken_contract_names_artifact_and_member() {
        Artifact artifact = artifacts().findFirst().orElseThrow();
        MachO library = artifact.library(LIBRARY);
        assertThatThrownBy(() -> artifact.assertContains("selector", library.strings("__objc_methname"), "goneAway"))
                .hasMessageContaining("lwjgl-vulkan-3.4.3-natives-macos-arm64 has the selector goneAway");
        assertThatThrownBy(() -> artifact.assertExports(library, "vkGoneEXT"))
                .hasMessageContaining("lwjgl-vulkan-3.4.3-natives-macos-arm64 exports the symbol vkGoneEXT");
        assertThatThrownBy(() -> artifact.assertEncoding("MTLDevice", library.protocols().get("MTLDevice"),
                "registryID", "@16@0:8")).hasMessageContaining("-[MTLDevice registryID]");
    }
}
