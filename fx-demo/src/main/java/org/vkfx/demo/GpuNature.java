package org.vkfx.demo;

import static org.lwjgl.vulkan.VK10.VK_PHYSICAL_DEVICE_TYPE_CPU;
import static org.lwjgl.vulkan.VK10.VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU;

import java.util.regex.Pattern;

/** What stands behind a Vulkan device. */
enum GpuNature {
    /** A GPU of the machine's own. */
    REAL("a real GPU"),
    /** A virtual machine's. */
    VIRTUAL("a virtual GPU"),
    /** The processor. */
    SOFTWARE("software, no GPU");

    /** MoltenVK tells Apple's virtual GPU from an integrated one by its name only. */
    private static final Pattern VIRTUAL_NAME = Pattern.compile("(?i)paravirtual|virtio|virgl|venus|vmware|svga3d");
    private static final Pattern SOFTWARE_NAME = Pattern
            .compile("(?i)llvmpipe|lavapipe|softpipe|swiftshader|basic render|simulated");

    private final String words;

    GpuNature(String words) {
        this.words = words;
    }

    /**
     * Tells by what Vulkan says.
     *
     * @param name deviceName
     * @param type VkPhysicalDeviceType
     */
    static GpuNature of(String name, int type) {
        if (type == VK_PHYSICAL_DEVICE_TYPE_CPU || SOFTWARE_NAME.matcher(name).find()) {
            return SOFTWARE;
        }
        return type == VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU || VIRTUAL_NAME.matcher(name).find() ? VIRTUAL : REAL;
    }

    @Override
    public String toString() {
        return words;
    }
}
