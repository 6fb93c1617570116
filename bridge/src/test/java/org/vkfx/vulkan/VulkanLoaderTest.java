package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.invoke.MethodType.methodType;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;
import org.vkfx.VulkanDevice;

class VulkanLoaderTest {
    @Test
    @Needs(Machine.VULKAN)
    void findsTheLoader() {
        VulkanLoader loader = VulkanLoader.open();
        assertThat(loader.address()).isNotZero();
        assertThat(VulkanLoader.of(0).address()).isEqualTo(loader.address());
        assertThat(VulkanLoader.of(4711).address()).isEqualTo(4711);
        assertThat(loader.vkEnumerateInstanceVersion()).isGreaterThanOrEqualTo(VulkanDevice.version(1, 1));
        assertThat(loader.vkEnumerateInstanceExtensionProperties()).contains("VK_KHR_surface");
    }

    /** The one table in which the bridge names systems; none of them has to be there. */
    @ParameterizedTest
    @CsvSource({"Linux, libvulkan.so.1 libvulkan.so", "FreeBSD, libvulkan.so.1 libvulkan.so",
            "Mac OS X, /sdk/lib/libvulkan.1.dylib /sdk/lib/libMoltenVK.dylib libvulkan.1.dylib libMoltenVK.dylib"
                    + " /opt/homebrew/lib/libvulkan.1.dylib /opt/homebrew/lib/libMoltenVK.dylib"
                    + " /usr/local/lib/libvulkan.1.dylib /usr/local/lib/libMoltenVK.dylib",
            "Windows 11, vulkan-1.dll", "Windows Server 2025, vulkan-1.dll"})
    void knowsTheUsualNames(String os, String names) {
        assertThat(VulkanLoader.usualNames(os, "/sdk")).containsExactly(names.split(" "));
        assertThat(VulkanLoader.usualNames(os, null)).doesNotHaveDuplicates()
                .containsExactlyElementsOf(Stream.of(names.split(" ")).filter(n -> !n.startsWith("/sdk")).toList());
    }

    /** Stand-ins for the functions of macOS's dynamic linker. */
    static int imageCount() {
        return images.size();
    }

    static MemorySegment imageName(int index) {
        return images.get(index);
    }

    private static List<MemorySegment> images = List.of();

    private static SymbolLookup systemWith(String... loaded) throws Exception {
        images = Stream.of(loaded).map(Arena.global()::allocateFrom).toList();
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MemorySegment count = Linker.nativeLinker().upcallStub(
                lookup.findStatic(VulkanLoaderTest.class, "imageCount", methodType(int.class)),
                FunctionDescriptor.of(JAVA_INT), Arena.global());
        MemorySegment name = Linker.nativeLinker().upcallStub(
                lookup.findStatic(VulkanLoaderTest.class, "imageName", methodType(MemorySegment.class, int.class)),
                FunctionDescriptor.of(ADDRESS, JAVA_INT), Arena.global());
        return symbol -> Optional.ofNullable(
                Map.of("_dyld_image_count", count, "_dyld_get_image_name", name).get(symbol));
    }

    @Test
    void aLibraryThatIsLoadedAlreadyIsFoundOnMacOs() throws Exception {
        assertThat(VulkanLoader.loadedImages(systemWith("/usr/lib/libSystem.B.dylib", "/tmp/lwjgl/libMoltenVK.dylib",
                "/opt/sdk/lib/libvulkan.1.4.dylib", "/opt/libvulkanic.framework/other")))
                .containsExactly("/opt/sdk/lib/libvulkan.1.4.dylib", "/tmp/lwjgl/libMoltenVK.dylib");
        assertThat(VulkanLoader.loadedImages(symbol -> Optional.empty())).isEmpty();
    }

    /** As on a Mac where LWJGL has loaded its own MoltenVK, the application keeps another, and an SDK is installed. */
    @Test
    @Needs(Machine.VULKAN)
    @EnabledOnOs(value = OS.LINUX, disabledReason = "What is loaded is read from /proc.")
    void aSecondOneIsNotLoadedOnMacOs(@TempDir Path folder) throws Exception {
        VulkanLoader.open();
        Path real = Path.of(loaded("/libvulkan.so").getFirst());
        Path first = copy(real, folder.resolve("lwjgl/3.4.3/arm64/libMoltenVK.dylib"));
        Path packaged = copy(real, folder.resolve("app/libMoltenVK.dylib"));
        Path sdk = copy(real, folder.resolve("sdk/lib/libvulkan.1.dylib")).getParent().getParent();
        SymbolLookup opened = SymbolLookup.libraryLookup(first, Arena.global());
        VulkanLoader loader = VulkanLoader.open(VulkanLoader.names("Mac OS X", systemWith(first.toString()),
                List.of(packaged.toString()), sdk.toString()));
        assertThat(loader.address()).isEqualTo(opened.find("vkGetInstanceProcAddr").orElseThrow().address());
        assertThat(loaded(folder.toString())).containsExactly(first.toString());
        assertThat(VulkanLoader.names("Mac OS X", systemWith(), List.of(packaged.toString()), sdk.toString()))
                .startsWith(packaged.toString(), sdk + "/lib/libvulkan.1.dylib");
    }

    private static Path copy(Path library, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        return Files.copy(library, to);
    }

    private static List<String> loaded(String part) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream().filter(line -> line.contains(part))
                .map(line -> line.substring(line.indexOf('/'))).distinct().toList();
    }

    @Test
    void aLibraryThatAPackagedApplicationKeepsIsFound(@TempDir Path folder) throws IOException {
        Path contents = folder.resolve("App.app/Contents");
        Path frameworks = Files.createDirectories(contents.resolve("Frameworks"));
        Path natives = Files.createDirectories(folder.resolve("natives"));
        Path inBundle = Files.createFile(frameworks.resolve("libMoltenVK.dylib"));
        Path besideJars = Files.createFile(natives.resolve("libvulkan.1.dylib"));
        assertThat(VulkanLoader.packagedNames("/no/such/folder" + File.pathSeparator + natives,
                contents.resolve("MacOS/App").toString())).containsExactly(inBundle.toString(), besideJars.toString());
        assertThat(VulkanLoader.packagedNames("", null)).isEmpty();
    }

    @Test
    void aMissingLoaderComesWithARemedy() {
        assertThatExceptionOfType(BridgeException.class)
                .isThrownBy(() -> VulkanLoader.open(List.of("libno-such-vulkan.so", "libc.so.6")))
                .withMessageContainingAll("libno-such-vulkan.so or libc.so.6", "apt install libvulkan1", "MoltenVK",
                        "VULKAN_SDK", "LWJGL", "-Dvkfx.vulkan.library")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NO_VULKAN_LOADER));
    }

    @Test
    @Needs(Machine.VULKAN)
    void thePropertyNamesTheOnlyLibrary() {
        String before = System.setProperty(VulkanLoader.LIBRARY_PROPERTY, "/no/such/library");
        try {
            assertThatExceptionOfType(BridgeException.class).isThrownBy(VulkanLoader::open)
                    .withMessageContaining("found as /no/such/library.");
            System.setProperty(VulkanLoader.LIBRARY_PROPERTY,
                    VulkanLoader.usualNames(System.getProperty("os.name"), null).getFirst());
            assertThat(VulkanLoader.open().address()).isNotZero();
        } finally {
            System.clearProperty(VulkanLoader.LIBRARY_PROPERTY);
            if (before != null) {
                System.setProperty(VulkanLoader.LIBRARY_PROPERTY, before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vkGetPhysicalDeviceProperties2", "vkGetDeviceProcAddr", "vkCreateImage",
            "vkWaitSemaphores", "vkGetMemoryFdKHR"})
    @Needs({Machine.VULKAN, Machine.OPAQUE_FD})
    void aMissingFunctionIsNamed(String function) {
        FaultyVulkan faulty = new FaultyVulkan();
        try (ValidatedVulkan vulkan = new ValidatedVulkan(faulty.address())) {
            faulty.hide(function);
            assertThatExceptionOfType(BridgeException.class).isThrownBy(() -> DeviceContext.of(vulkan.device()))
                    .withMessageContaining("There is no " + function + ": vkGet")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.MISSING_CAPABILITY));
        }
    }

    @Test
    @Needs(Machine.VULKAN)
    void vulkan10HasNoVersionFunction() {
        FaultyVulkan faulty = new FaultyVulkan();
        faulty.hide("vkEnumerateInstanceVersion");
        VulkanLoader loader = VulkanLoader.of(faulty.address());
        assertThat(loader.vkEnumerateInstanceVersion()).isEqualTo(VulkanDevice.version(1, 0));
        assertThatExceptionOfType(BridgeException.class).isThrownBy(() -> new VulkanInstance(loader, List.of()))
                .withMessageContaining("Vulkan 1.0 only")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NO_DEVICE));
    }
}
