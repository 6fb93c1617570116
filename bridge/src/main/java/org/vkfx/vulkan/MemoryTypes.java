package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

import org.vkfx.vulkan.InstanceStructs.VkMemoryType;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceMemoryProperties;

/** A physical device's memory types. Immutable. */
final class MemoryTypes {
    static final int DEVICE_LOCAL = 0x1;
    static final int HOST_VISIBLE = 0x2;
    static final int HOST_COHERENT = 0x4;
    static final int HOST_CACHED = 0x8;
    // Lazily allocated, protected, and AMD's device-coherent and -uncached: usable only with features not enabled here.
    private static final int SPECIAL = 0x10 | 0x20 | 0x40 | 0x80;

    private final int[] flags;

    /** Copies a VkPhysicalDeviceMemoryProperties. */
    MemoryTypes(MemorySegment properties) {
        flags = new int[properties.get(JAVA_INT, VkPhysicalDeviceMemoryProperties.MEMORY_TYPE_COUNT)];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = properties.get(JAVA_INT, VkPhysicalDeviceMemoryProperties.MEMORY_TYPES
                    + i * VkMemoryType.LAYOUT.byteSize() + VkMemoryType.PROPERTY_FLAGS);
        }
    }

    /**
     * Finds the first type among those allowed by a bit mask that has all required properties, preferring one without
     * the avoided ones.
     *
     * @return its index, or -1
     */
    int find(int typeBits, int required, int avoided) {
        int found = first(typeBits, required, avoided | SPECIAL);
        return found >= 0 ? found : first(typeBits, required, SPECIAL);
    }

    /** Whether the host can map memory of a type. */
    boolean isHostVisible(int type) {
        return (flags[type] & HOST_VISIBLE) != 0;
    }

    /** A type and what it is. */
    MemoryType type(int index) {
        return new MemoryType(index, flags[index]);
    }

    private int first(int typeBits, int required, int excluded) {
        for (int i = 0; i < flags.length; i++) {
            if ((typeBits >>> i & 1) != 0 && (flags[i] & required) == required && (flags[i] & excluded) == 0) {
                return i;
            }
        }
        return -1;
    }
}
