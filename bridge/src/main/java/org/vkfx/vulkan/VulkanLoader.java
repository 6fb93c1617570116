package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.VulkanDevice;
import org.vkfx.vulkan.InstanceStructs.VkExtensionProperties;

/** Where Vulkan's functions come from: vkGetInstanceProcAddr, and the functions that need no instance. Thread-safe. */
public final class VulkanLoader {
    /** System property: name or path of the one library to open, instead of the loader's usual names. */
    public static final String LIBRARY_PROPERTY = "vkfx.vulkan.library";

    private static final List<String> MAC_FILES = List.of("libvulkan.1.dylib", "libMoltenVK.dylib");
    private static final String ENTRY = "vkGetInstanceProcAddr";

    private final MemorySegment vkGetInstanceProcAddr;

    private VulkanLoader(MemorySegment vkGetInstanceProcAddr) {
        this.vkGetInstanceProcAddr = vkGetInstanceProcAddr;
    }

    /**
     * Uses a vkGetInstanceProcAddr that the application has found.
     *
     * @param getInstanceProcAddr its address, or 0 for {@link #open()}
     * @return the loader
     * @throws BridgeException as {@link #open()}
     */
    public static VulkanLoader of(long getInstanceProcAddr) {
        requireNativeAccess();
        return getInstanceProcAddr == 0 ? open() : new VulkanLoader(MemorySegment.ofAddress(getInstanceProcAddr));
    }

    /**
     * Opens the Vulkan loader: the library that {@value #LIBRARY_PROPERTY} names, otherwise on macOS one that is loaded
     * already (a second MoltenVK would know nothing of the first one's objects) or that a packaged application keeps,
     * otherwise the first of its usual names, on macOS in the Vulkan SDK ($VULKAN_SDK), Homebrew's folders and
     * /usr/local/lib too. It stays loaded until the process ends.
     *
     * @return the loader
     * @throws BridgeException NO_VULKAN_LOADER when there is none, NOT_EXPORTED when native access is denied
     */
    public static VulkanLoader open() {
        String library = System.getProperty(LIBRARY_PROPERTY);
        if (library != null) {
            return open(List.of(library));
        }
        return open(names(System.getProperty("os.name"), Linker.nativeLinker().defaultLookup(),
                packagedNames(System.getProperty("java.library.path", ""), System.getProperty("jpackage.app-path")),
                System.getenv("VULKAN_SDK")));
    }

    /**
     * Where to look when nobody names the library, in this order.
     *
     * @param system has the functions of macOS's dynamic linker
     * @param packaged what a packaged application for macOS keeps
     * @param sdk the Vulkan SDK's folder, or null
     */
    static List<String> names(String osName, SymbolLookup system, List<String> packaged, String sdk) {
        List<String> names = new ArrayList<>();
        if (isMac(osName)) {
            names.addAll(loadedImages(system));
            names.addAll(packaged);
        }
        names.addAll(usualNames(osName, sdk));
        return names;
    }

    private static boolean isMac(String osName) {
        return osName.startsWith("Mac");
    }

    /** Paths of the Vulkan libraries that macOS's dynamic linker has loaded into this process; loaders first. */
    @SuppressWarnings("restricted")
    static List<String> loadedImages(SymbolLookup system) {
        MemorySegment count = system.find("_dyld_image_count").orElse(MemorySegment.NULL);
        MemorySegment name = system.find("_dyld_get_image_name").orElse(MemorySegment.NULL);
        if (count.equals(MemorySegment.NULL) || name.equals(MemorySegment.NULL)) {
            return List.of();
        }
        List<String> images = new ArrayList<>();
        for (int i = 0; i < Calls.call(count); i++) {
            long address = Calls.address(name, i);
            if (address != 0) { // unloaded meanwhile
                images.add(MemorySegment.ofAddress(address).reinterpret(Long.MAX_VALUE).getString(0));
            }
        }
        return Stream.of("libvulkan", "libMoltenVK").flatMap(library -> images.stream()
                .filter(image -> image.substring(image.lastIndexOf('/') + 1).startsWith(library))).toList();
    }

    /** Where an application for macOS keeps libraries: beside its jars, or in the bundle's Frameworks. */
    static List<String> packagedNames(String libraryPath, String launcher) {
        Stream<Path> folders = Stream.of(libraryPath.split(File.pathSeparator)).filter(folder -> !folder.isEmpty())
                .map(Path::of);
        if (launcher != null) { // …/Name.app/Contents/MacOS/Name
            Path contents = Path.of(launcher).resolve("../..").normalize();
            folders = Stream.concat(Stream.of(contents.resolve("Frameworks"), contents.resolve("app")), folders);
        }
        return folders.flatMap(folder -> MAC_FILES.stream().map(folder::resolve))
                .filter(Files::exists).map(Path::toString).toList();
    }

    /** Tries what everything else here needs; denied by --illegal-native-access=deny, the default of later Javas. */
    @SuppressWarnings("restricted")
    private static void requireNativeAccess() {
        try {
            Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid());
        } catch (IllegalCallerException e) {
            Module self = VulkanLoader.class.getModule();
            throw new BridgeException(Reason.NOT_EXPORTED, "The bridge may not call native code. Start java with"
                    + " --enable-native-access=" + (self.isNamed() ? self.getName() : "ALL-UNNAMED")
                    + " (several modules are separated by commas).", e);
        }
    }

    @SuppressWarnings("restricted")
    static VulkanLoader open(List<String> names) {
        requireNativeAccess();
        for (String name : names) {
            try {
                SymbolLookup library = SymbolLookup.libraryLookup(name, Arena.global());
                var entry = library.find(ENTRY);
                if (entry.isPresent()) {
                    return new VulkanLoader(entry.get());
                }
            } catch (IllegalArgumentException e) {
                // Not there: the next name.
            }
        }
        throw new BridgeException(Reason.NO_VULKAN_LOADER, "No Vulkan loader was found as " + String.join(" or ", names)
                + ". Debian: apt install libvulkan1 and a driver such as mesa-vulkan-drivers; macOS: install the"
                + " Vulkan SDK (VULKAN_SDK names its folder) or MoltenVK, or load the one that LWJGL brings along"
                + " before; Windows: update the GPU's driver. Or name the library by"
                + " -D" + LIBRARY_PROPERTY + "=/path/to/it.");
    }

    static List<String> usualNames(String osName, String sdk) {
        if (osName.startsWith("Windows")) {
            return List.of("vulkan-1.dll");
        }
        if (isMac(osName)) {
            // The folders by name: dlopen does not search Homebrew's, nor any for a java with entitlements.
            return Stream.of(sdk == null ? "" : sdk + "/lib/", "", "/opt/homebrew/lib/", "/usr/local/lib/").distinct()
                    .flatMap(folder -> MAC_FILES.stream().map(folder::concat)).toList();
        }
        return List.of("libvulkan.so.1", "libvulkan.so");
    }

    /**
     * Returns where the functions come from.
     *
     * @return address of vkGetInstanceProcAddr
     */
    public long address() {
        return vkGetInstanceProcAddr.address();
    }

    /**
     * Asks for the version of the loader (of the driver, where there is no loader).
     *
     * @return the version, encoded as by {@link VulkanDevice#version}; 1.0 where the function is missing, as Vulkan 1.0
     *     had none
     * @throws BridgeException REFUSED when the call fails
     */
    public int vkEnumerateInstanceVersion() {
        long function = vkGetInstanceProcAddr(0, "vkEnumerateInstanceVersion");
        if (function == 0) {
            return VulkanDevice.version(1, 0);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(JAVA_INT);
            Results.check("vkEnumerateInstanceVersion", Calls.call(MemorySegment.ofAddress(function), version));
            return version.get(JAVA_INT, 0);
        }
    }

    /**
     * Asks for the instance extensions of loader, drivers and implicit layers.
     *
     * @return their names
     * @throws BridgeException REFUSED when the call fails
     */
    public Set<String> vkEnumerateInstanceExtensionProperties() {
        String name = "vkEnumerateInstanceExtensionProperties";
        MemorySegment function = require(0, name);
        try (Arena arena = Arena.ofConfined()) {
            return names(Structs.enumerate(arena, name, VkExtensionProperties.LAYOUT,
                    (count, array) -> Calls.call(function, MemorySegment.NULL, count, array)));
        }
    }

    /** The names in an array of VkExtensionProperties. */
    static Set<String> names(MemorySegment extensions) {
        Set<String> names = new HashSet<>();
        extensions.elements(VkExtensionProperties.LAYOUT)
                .forEach(extension -> names.add(extension.getString(VkExtensionProperties.EXTENSION_NAME)));
        return names;
    }

    int vkCreateInstance(MemorySegment createInfo, MemorySegment instance) {
        return Calls.call(require(0, "vkCreateInstance"), createInfo, MemorySegment.NULL, instance);
    }

    /** Address of a function, or 0. */
    long vkGetInstanceProcAddr(long instance, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return Calls.address(vkGetInstanceProcAddr, instance, arena.allocateFrom(name));
        }
    }

    /** A function that must be there. */
    MemorySegment require(long instance, String name) {
        return present(vkGetInstanceProcAddr(instance, name), name, ENTRY);
    }

    static MemorySegment present(long address, String name, String source) {
        if (address == 0) {
            throw new BridgeException(Reason.MISSING_CAPABILITY, "There is no " + name + ": " + source
                    + " returned null for it. Update the Vulkan driver, or pass the right apiVersion and the extensions"
                    + " really enabled to VulkanDevice.wrap().");
        }
        return MemorySegment.ofAddress(address);
    }
}
