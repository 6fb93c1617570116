package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.vulkan.InstanceStructs.VkMemoryType;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceMemoryProperties;

/**
 * Which memory the host path takes, on other machines than this. Flags: 1 device-local, 2 host-visible, 4 coherent, 8
 * cached, 16 lazily allocated, 32 protected, 64 and 128 AMD's.
 */
class HostMemoryTest {
    private static final int ALL = -1;

    @ParameterizedTest
    @CsvSource({"'1, 6, 14', -1, 2, cached", "'14, 6', -1, 0, cached", "'1, 6, 10', -1, 1, coherent before cached",
            "'7, 6', -1, 1, not on the card", "'15, 14', -1, 1, cached and not on the card",
            "'7, 15', -1, 1, shared memory", "'7', -1, 0, nothing else", "'1, 14, 6', 5, 2, as allowed",
            "'1, 78, 14', -1, 2, no device-coherent memory"})
    void takes_the_memory_that_is_read_fastest(String flags, int typeBits, int expected, String why) {
        assertThat(HostBuffer.memoryType(types(flags), typeBits)).as(why).isEqualTo(expected);
    }

    /** Memory types in the orders in which drivers list them: where frames are copied to, and where images are. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"NVIDIA for Windows, '0, 1, 6, 14, 7', 3, 1", //
            "'NVIDIA for Windows, older', '0, 0, 0, 0, 0, 0, 0, 1, 1, 6, 14', 10, 7",
            "AMD for Windows, '1, 6, 7, 14, 193, 198, 199, 206', 3, 0", //
            "'Mesa on Direct3D 12', '6, 14, 1', 1, 2", //
            "Intel for Windows, '1, 7, 15', 2, 0", //
            "'Intel for Windows, older', '7, 15', 1, 0", //
            "lavapipe, '15', 0, 0", //
            "MoltenVK, '1, 15, 11, 17', 1, 0"})
    void takes_cached_memory_of_the_host_and_puts_images_on_the_card(String driver, String flags, int copy,
            int image) {
        MemoryTypes types = types(flags);
        assertThat(HostBuffer.memoryType(types, ALL)).as("copied to").isEqualTo(copy);
        assertThat(types.find(ALL, MemoryTypes.DEVICE_LOCAL, MemoryTypes.HOST_VISIBLE)).as("images").isEqualTo(image);
    }

    @ParameterizedTest
    @CsvSource({"'1, 6, 14, 7', 2, 1", "'1, 6, 14, 7', 8, 3", "'1, 6, 14, 7', 10, 1", "'1, 6, 14, 7', 1, -1",
            "'1, 10', -1, -1", "'22, 38, 70, 134', -1, -1", "'', -1, -1"})
    void a_type_is_allowed_coherent_and_ordinary_or_none(String flags, int typeBits, int expected) {
        assertThat(HostBuffer.memoryType(types(flags), typeBits)).isEqualTo(expected);
    }

    @Test
    void the_last_of_all_types_is_found() {
        MemoryTypes types = types("0, ".repeat(31) + "6");
        assertThat(HostBuffer.memoryType(types, 1 << 31)).isEqualTo(31);
        assertThat(types.isHostVisible(31)).isTrue();
        assertThat(types.isHostVisible(30)).isFalse();
    }

    /** Rows have no gaps, whatever alignment a GPU likes. */
    @ParameterizedTest
    @CsvSource({"1, 1, 4", "17, 5, 340", "1919, 1079, 8282404", "32768, 16383, 2147352576"})
    void rows_follow_each_other(int width, int height, int bytes) {
        assertThat(ReadbackBuffer.size(width, height)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"32768, 16384", "65536, 65536", "2147483647, 2147483647"})
    void images_too_large_for_a_byte_buffer_are_refused(int width, int height) {
        assertThatExceptionOfType(BridgeException.class).isThrownBy(() -> ReadbackBuffer.size(width, height))
                .withMessageContainingAll(width + " x " + height + " pixels is too large", "2 GiB")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_ARGUMENT));
    }

    private static MemoryTypes types(String flags) {
        String[] types = flags.isEmpty() ? new String[0] : flags.split(", ");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment properties = arena.allocate(VkPhysicalDeviceMemoryProperties.LAYOUT);
            properties.set(JAVA_INT, VkPhysicalDeviceMemoryProperties.MEMORY_TYPE_COUNT, types.length);
            for (int i = 0; i < types.length; i++) {
                properties.set(JAVA_INT, VkPhysicalDeviceMemoryProperties.MEMORY_TYPES
                        + i * VkMemoryType.LAYOUT.byteSize() + VkMemoryType.PROPERTY_FLAGS, Integer.parseInt(types[i]));
            }
            return new MemoryTypes(properties);
        }
    }
}
