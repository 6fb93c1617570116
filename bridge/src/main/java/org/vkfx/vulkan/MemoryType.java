package org.vkfx.vulkan;

import java.util.StringJoiner;

/**
 * A type of a physical device's memory.
 *
 * @param index its index, from 0
 * @param flags its VkMemoryPropertyFlags
 */
public record MemoryType(int index, int flags) {
    private static final String[] NAMES = {"DEVICE_LOCAL", "HOST_VISIBLE", "HOST_COHERENT", "HOST_CACHED"};

    /**
     * Tells whether it is the GPU's own.
     *
     * @return whether it is DEVICE_LOCAL
     */
    public boolean isDeviceLocal() {
        return (flags & MemoryTypes.DEVICE_LOCAL) != 0;
    }

    /**
     * Tells whether the CPU can map it.
     *
     * @return whether it is HOST_VISIBLE
     */
    public boolean isHostVisible() {
        return (flags & MemoryTypes.HOST_VISIBLE) != 0;
    }

    /** Returns its index and flags by their names in Vulkan. */
    @Override
    public String toString() {
        StringJoiner names = new StringJoiner(" | ");
        for (int i = 0; i < NAMES.length; i++) {
            if ((flags & 1 << i) != 0) {
                names.add(NAMES[i]);
            }
        }
        return "type " + index + ", " + (names.length() == 0 ? "no flags" : names);
    }
}
