package org.vkfx.vulkan;

import java.util.Optional;

/** What an image's memory is exported as: VkExternalMemoryHandleTypeFlagBits. */
public enum MemoryHandleType {
    /** It is not exported. */
    NONE(0, null),
    /** A POSIX file descriptor that only Vulkan and OpenGL of the same driver understand. */
    OPAQUE_FD(0x1, Extensions.EXTERNAL_MEMORY_FD),
    /** An MTLTexture. */
    MTLTEXTURE(0x20000, Extensions.EXTERNAL_MEMORY_METAL);

    private final int bit;
    private final String extension;

    MemoryHandleType(int bit, String extension) {
        this.bit = bit;
        this.extension = extension;
    }

    /**
     * Returns the type in Vulkan's terms.
     *
     * @return the bit, or 0 for NONE
     */
    public int bit() {
        return bit;
    }

    /**
     * Returns the device extension that exporting needs.
     *
     * @return its name, or empty for NONE
     */
    public Optional<String> extension() {
        return Optional.ofNullable(extension);
    }
}
