package org.vkfx.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.lwjgl.system.Configuration;
import org.lwjgl.system.Library;
import org.lwjgl.system.Platform;
import org.lwjgl.system.SharedLibrary;
import org.lwjgl.vulkan.VK;

/**
 * Where LWJGL finds Vulkan. The bridge is given the functions of what it has opened, so that no second library is: two
 * MoltenVKs in a process know nothing of each other's objects.
 */
final class VulkanLibrary {
    /** The function that all others come from. */
    static final String ENTRY = "vkGetInstanceProcAddr";

    private static final String MODULE = "org.lwjgl.vulkan";
    /** The bridge's property: users name one library for both. */
    private static final String PROPERTY = "vkfx.vulkan.library";

    /**
     * A library that may be there.
     *
     * @param name a path, or a name to search the system for
     * @param bundled whether LWJGL looks into its own jar first
     */
    record Candidate(String name, boolean bundled) {
        /** Returns null, or fails with what the system says, when it cannot be opened. */
        private SharedLibrary open() {
            return bundled || Path.of(name).isAbsolute() ? Library.loadNative(VK.class, MODULE, name, bundled)
                    // This variant does not print advice when there is none.
                    : Library.loadNative(VK.class, MODULE, null, () -> null, name);
        }
    }

    private VulkanLibrary() {
    }

    /** Opens the first that is there and is Vulkan; it stays open. */
    static SharedLibrary open() {
        String named = Configuration.VULKAN_LIBRARY_NAME.get(System.getProperty(PROPERTY));
        return open(candidates(Platform.get(), named, System.getenv("VULKAN_SDK")));
    }

    static SharedLibrary open(List<Candidate> candidates) {
        List<Throwable> failures = new ArrayList<>();
        for (Candidate candidate : candidates) {
            try {
                SharedLibrary library = candidate.open();
                if (library != null && library.getFunctionAddress(ENTRY) != 0) {
                    return library;
                }
            } catch (UnsatisfiedLinkError e) {
                failures.add(e);
            }
        }
        UnsatisfiedLinkError none = new UnsatisfiedLinkError("No Vulkan was found as "
                + candidates.stream().map(Candidate::name).collect(Collectors.joining(" or "))
                + ". Name the library by -D" + PROPERTY + "=/path/to/it.");
        failures.forEach(none::addSuppressed);
        throw none;
    }

    /**
     * Where to look, in this order.
     *
     * @param named the one that the user names, and no other; or null
     * @param sdk the Vulkan SDK's folder, or null
     */
    static List<Candidate> candidates(Platform platform, String named, String sdk) {
        if (named != null) {
            return List.of(new Candidate(named, false));
        }
        return switch (platform) {
            case MACOSX -> Stream.concat(Stream.of(new Candidate("MoltenVK", true)),
                    // The folders by name: the system does not search Homebrew's, nor any for a java with entitlements.
                    Stream.of(sdk == null ? "" : sdk + "/lib/", "", "/opt/homebrew/lib/", "/usr/local/lib/").distinct()
                            .flatMap(folder -> Stream.of("libvulkan.1.dylib", "libMoltenVK.dylib")
                                    .map(file -> new Candidate(folder + file, false))))
                    .toList();
            case WINDOWS -> List.of(new Candidate("vulkan-1", false));
            default -> List.of(new Candidate("libvulkan.so.1", false));
        };
    }
}
