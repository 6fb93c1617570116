package org.vkfx.vulkan;

/** Names of the extensions that the bridge knows; those it enables, it enables where they exist. */
public final class Extensions {
    /** Instance extension: MoltenVK's devices are listed only with it and its flag. */
    public static final String PORTABILITY_ENUMERATION = "VK_KHR_portability_enumeration";
    /** Device extension: must be enabled on a device that has it. */
    public static final String PORTABILITY_SUBSET = "VK_KHR_portability_subset";
    /** Device extension: timeline semaphores before Vulkan 1.2. */
    public static final String TIMELINE_SEMAPHORE = "VK_KHR_timeline_semaphore";
    /** Device extension, not enabled: whose driver it is, before Vulkan 1.2. */
    public static final String DRIVER_PROPERTIES = "VK_KHR_driver_properties";
    /** Device extension: memory as a file descriptor. */
    public static final String EXTERNAL_MEMORY_FD = "VK_KHR_external_memory_fd";
    /** Device extension: semaphores as file descriptors. */
    public static final String EXTERNAL_SEMAPHORE_FD = "VK_KHR_external_semaphore_fd";
    /** Device extension: memory as a Metal object. */
    public static final String EXTERNAL_MEMORY_METAL = "VK_EXT_external_memory_metal";
    /** Device extension: semaphores as Metal objects. */
    public static final String METAL_OBJECTS = "VK_EXT_metal_objects";

    private Extensions() {
    }
}
