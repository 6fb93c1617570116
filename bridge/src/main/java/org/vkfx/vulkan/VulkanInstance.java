package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.VulkanDevice;
import org.vkfx.vulkan.InstanceStructs.VkApplicationInfo;
import org.vkfx.vulkan.InstanceStructs.VkInstanceCreateInfo;

/**
 * A VkInstance of the bridge's own, for looking at physical devices. Owned until {@link #close()}. Any thread, one at a
 * time.
 */
public final class VulkanInstance implements AutoCloseable {
    private static final int VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR = 0x1;
    private static final int PATCH = 0xfff;

    private final VulkanLoader loader;
    private final int apiVersion;
    private final Set<String> extensions;
    private final long handle;
    private final InstanceFunctions functions;
    private boolean closed;

    /**
     * Makes an instance for the loader's version of Vulkan, with portability enumeration where it exists.
     *
     * @param loader the loader
     * @param wanted names of instance extensions; those that do not exist are left out
     * @throws BridgeException NO_DEVICE when there is no driver or none for Vulkan 1.1, REFUSED by Vulkan
     */
    public VulkanInstance(VulkanLoader loader, Collection<String> wanted) {
        this.loader = loader;
        apiVersion = loader.vkEnumerateInstanceVersion() & ~PATCH;
        if (apiVersion < VulkanDevice.version(1, 1)) {
            throw new BridgeException(Reason.NO_DEVICE, "The Vulkan loader knows Vulkan 1.0 only; the bridge needs 1.2,"
                    + " or 1.1 with VK_KHR_timeline_semaphore. Update the Vulkan loader and the driver.");
        }
        extensions = new LinkedHashSet<>(wanted);
        extensions.add(Extensions.PORTABILITY_ENUMERATION);
        extensions.retainAll(loader.vkEnumerateInstanceExtensionProperties());
        handle = vkCreateInstance();
        functions = functionsOf(loader, handle);
    }

    // Without its functions the instance can hardly be destroyed: the one that can is tried alone.
    private static InstanceFunctions functionsOf(VulkanLoader loader, long handle) {
        try {
            return new InstanceFunctions(loader, handle);
        } catch (BridgeException e) {
            long destroy = loader.vkGetInstanceProcAddr(handle, "vkDestroyInstance");
            if (destroy != 0) {
                Calls.run(MemorySegment.ofAddress(destroy), handle, MemorySegment.NULL);
            }
            throw e;
        }
    }

    private long vkCreateInstance() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment application = Structs.allocate(arena, VkApplicationInfo.LAYOUT, VkApplicationInfo.STYPE);
            application.set(ADDRESS, VkApplicationInfo.ENGINE_NAME, arena.allocateFrom("VkFX"));
            application.set(JAVA_INT, VkApplicationInfo.API_VERSION, apiVersion);
            MemorySegment info = Structs.allocate(arena, VkInstanceCreateInfo.LAYOUT, VkInstanceCreateInfo.STYPE);
            info.set(JAVA_INT, VkInstanceCreateInfo.FLAGS, extensions.contains(Extensions.PORTABILITY_ENUMERATION)
                    ? VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR : 0);
            info.set(ADDRESS, VkInstanceCreateInfo.APPLICATION_INFO, application);
            info.set(JAVA_INT, VkInstanceCreateInfo.EXTENSION_COUNT, extensions.size());
            info.set(ADDRESS, VkInstanceCreateInfo.EXTENSION_NAMES, Structs.strings(arena, extensions));
            MemorySegment instance = arena.allocate(ADDRESS);
            Results.check("vkCreateInstance", loader.vkCreateInstance(info, instance));
            return instance.get(JAVA_LONG, 0);
        }
    }

    /**
     * Asks for the physical devices.
     *
     * @return the devices, in the loader's order; they are valid as long as this instance
     * @throws BridgeException REFUSED by Vulkan
     */
    public List<PhysicalDevice> vkEnumeratePhysicalDevices() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment devices = Structs.enumerate(arena, "vkEnumeratePhysicalDevices", JAVA_LONG,
                    functions::vkEnumeratePhysicalDevices);
            return devices.elements(JAVA_LONG)
                    .map(device -> new PhysicalDevice(functions, device.get(JAVA_LONG, 0))).toList();
        }
    }

    /**
     * Returns the handle.
     *
     * @return the VkInstance
     */
    public long handle() {
        return handle;
    }

    /**
     * Returns the version asked for.
     *
     * @return VkApplicationInfo.apiVersion, encoded as by {@link VulkanDevice#version}
     */
    public int apiVersion() {
        return apiVersion;
    }

    /**
     * Returns the extensions in use.
     *
     * @return names of the enabled instance extensions
     */
    public Set<String> enabledExtensions() {
        return Set.copyOf(extensions);
    }

    VulkanLoader loader() {
        return loader;
    }

    InstanceFunctions functions() {
        return functions;
    }

    /** Destroys the instance; idempotent. Devices made from it must be destroyed before. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            functions.vkDestroyInstance();
        }
    }
}
