package org.vkfx.vulkan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lwjgl.system.Struct;
import org.lwjgl.vulkan.EXTExternalMemoryMetal;
import org.lwjgl.vulkan.EXTImageCompressionControl;
import org.lwjgl.vulkan.EXTMetalObjects;
import org.lwjgl.vulkan.KHRExternalMemoryFd;
import org.lwjgl.vulkan.KHRExternalSemaphoreFd;
import org.lwjgl.vulkan.KHRPortabilityEnumeration;
import org.lwjgl.vulkan.KHRPortabilitySubset;
import org.lwjgl.vulkan.KHRTimelineSemaphore;
import org.lwjgl.vulkan.KHRVideoEncodeQueue;
import org.lwjgl.vulkan.KHRVideoQueue;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VK11;
import org.lwjgl.vulkan.VK12;
import org.vkfx.PixelFormat;

/**
 * Holds every structure layout, sType and constant of this package against LWJGL's, which are generated from the
 * registry.
 */
class LayoutTest {
    /** Every class of the package that has a constant of type StructLayout. */
    static Stream<Class<?>> structs() throws Exception {
        return classes().stream().filter(type -> layouts(type).findAny().isPresent());
    }

    private static List<Class<?>> classes() throws Exception {
        Path classes = Path.of(Structs.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Class<?>> found = new ArrayList<>();
        for (Path file : filesIn(classes.resolve("org/vkfx/vulkan"))) {
            found.add(Class.forName("org.vkfx.vulkan." + file.getFileName().toString().replace(".class", "")));
        }
        return found;
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
        }
    }

    private static Stream<Field> layouts(Class<?> type) {
        return Stream.of(type.getDeclaredFields())
                .filter(field -> field.getType() == StructLayout.class && Modifier.isStatic(field.getModifiers()));
    }

    @Test
    void everyLayoutIsFound() throws Exception {
        assertThat(structs().map(Class::getSimpleName)).hasSizeGreaterThan(40)
                .contains("VkMemoryDedicatedAllocateInfo", "VkSemaphoreWaitInfo", "VkPhysicalDeviceLimits");
    }

    @ParameterizedTest
    @MethodSource("structs")
    void sizeAndOffsetsAreThoseOfTheRegistry(Class<?> type) throws Exception {
        for (Field field : layouts(type).toList()) {
            field.setAccessible(true);
            StructLayout layout = (StructLayout) field.get(null);
            String name = layout.name().orElseThrow();
            assertThat(name).isEqualTo(type.getSimpleName());
            Class<?> oracle = Class.forName("org.lwjgl.vulkan." + name);
            assertThat(layout.byteSize()).as(name).isEqualTo(oracle.getField("SIZEOF").getInt(null));
            assertThat(layout.byteAlignment()).as(name).isEqualTo(oracle.getField("ALIGNOF").getInt(null));
            for (MemoryLayout member : layout.memberLayouts()) {
                if (member.name().isPresent()) {
                    String memberName = member.name().get();
                    assertThat(layout.byteOffset(PathElement.groupElement(memberName))).as(name + "." + memberName)
                            .isEqualTo(oracle.getField(memberName.toUpperCase(java.util.Locale.ROOT)).getInt(null));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("structs")
    void structureTypeIsThatOfTheRegistry(Class<?> type) throws Exception {
        StructLayout layout = (StructLayout) accessible(type.getDeclaredField("LAYOUT")).get(null);
        boolean typed = layout.memberLayouts().getFirst().name().orElse("").equals("sType");
        if (typed) {
            Class<?> oracle = Class.forName("org.lwjgl.vulkan." + type.getSimpleName());
            Struct<?> struct = (Struct<?>) oracle.getMethod("create").invoke(null);
            oracle.getMethod("sType$Default").invoke(struct);
            assertThat(accessible(type.getDeclaredField("STYPE")).getInt(null))
                    .isEqualTo(oracle.getMethod("sType").invoke(struct));
        } else {
            assertThat(type.getDeclaredFields()).extracting(Field::getName).doesNotContain("STYPE");
        }
    }

    private static Field accessible(Field field) {
        field.setAccessible(true);
        return field;
    }

    @Test
    void resultsAreThoseOfTheRegistry() throws Exception {
        for (Field field : Results.class.getDeclaredFields()) {
            if (field.getName().startsWith("VK_")) {
                int result = accessible(field).getInt(null);
                assertThat(Results.name(result)).isEqualTo(field.getName());
                assertThat(result).as(field.getName()).isEqualTo(constant(field.getName()));
            }
        }
        assertThat(Results.name(-77)).isEqualTo("VkResult -77");
    }

    @Test
    void constantsOfEveryClassAreThoseOfTheRegistry() throws Exception {
        List<String> checked = new ArrayList<>();
        for (Class<?> type : classes()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().startsWith("VK_") && type != Results.class) {
                    assertThat(((Number) accessible(field).get(null)).longValue()).as(type + ": " + field.getName())
                            .isEqualTo(constant(field.getName()));
                    checked.add(field.getName());
                }
            }
        }
        assertThat(checked).hasSizeGreaterThan(20).contains("VK_WHOLE_SIZE", "VK_ACCESS_HOST_READ_BIT");
    }

    /** The registry's number for a name. */
    static long constant(String name) throws ReflectiveOperationException {
        for (Class<?> type : List.of(VK10.class, VK11.class, VK12.class, KHRPortabilityEnumeration.class,
                EXTMetalObjects.class, org.lwjgl.vulkan.EXTValidationCache.class,
                org.lwjgl.vulkan.EXTDebugReport.class, KHRVideoQueue.class, KHRVideoEncodeQueue.class,
                EXTImageCompressionControl.class)) {
            try {
                return ((Number) type.getField(name).get(null)).longValue();
            } catch (NoSuchFieldException e) {
                // The next one.
            }
        }
        // Not an LWJGL constant of the core: the registry's number.
        return switch (name) {
            case "VK_ERROR_VALIDATION_FAILED" -> -1000011001;
            default -> throw new AssertionError(name);
        };
    }

    @Test
    void constantsAreThoseOfTheRegistry() {
        assertThat(Extensions.EXTERNAL_MEMORY_FD)
                .isEqualTo(KHRExternalMemoryFd.VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME);
        assertThat(Extensions.EXTERNAL_SEMAPHORE_FD)
                .isEqualTo(KHRExternalSemaphoreFd.VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME);
        assertThat(Extensions.TIMELINE_SEMAPHORE)
                .isEqualTo(KHRTimelineSemaphore.VK_KHR_TIMELINE_SEMAPHORE_EXTENSION_NAME);
        assertThat(Extensions.PORTABILITY_SUBSET)
                .isEqualTo(KHRPortabilitySubset.VK_KHR_PORTABILITY_SUBSET_EXTENSION_NAME);
        assertThat(Extensions.PORTABILITY_ENUMERATION)
                .isEqualTo(KHRPortabilityEnumeration.VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME);
        assertThat(MemoryHandleType.OPAQUE_FD.bit()).isEqualTo(VK11.VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT);
        assertThat(Extensions.EXTERNAL_MEMORY_METAL)
                .isEqualTo(EXTExternalMemoryMetal.VK_EXT_EXTERNAL_MEMORY_METAL_EXTENSION_NAME);
        assertThat(Extensions.METAL_OBJECTS).isEqualTo(EXTMetalObjects.VK_EXT_METAL_OBJECTS_EXTENSION_NAME);
        assertThat(MemoryHandleType.MTLTEXTURE.bit())
                .isEqualTo(EXTExternalMemoryMetal.VK_EXTERNAL_MEMORY_HANDLE_TYPE_MTLTEXTURE_BIT_EXT);
        assertThat(MemoryHandleType.NONE.bit()).isZero();
        assertThat(PixelFormat.BGRA8.vkFormat()).isEqualTo(VK10.VK_FORMAT_B8G8R8A8_UNORM);
        assertThat(PixelFormat.RGBA8.vkFormat()).isEqualTo(VK10.VK_FORMAT_R8G8B8A8_UNORM);
        assertThat(ExportableImage.USAGE).isEqualTo(VK10.VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT
                | VK10.VK_IMAGE_USAGE_SAMPLED_BIT | VK10.VK_IMAGE_USAGE_TRANSFER_SRC_BIT
                | VK10.VK_IMAGE_USAGE_TRANSFER_DST_BIT);
        assertThat(ExportableImage.USAGE_STORAGE).isEqualTo(VK10.VK_IMAGE_USAGE_STORAGE_BIT);
        assertThat(MemoryTypes.DEVICE_LOCAL).isEqualTo(VK10.VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
        assertThat(MemoryTypes.HOST_VISIBLE).isEqualTo(VK10.VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT);
        assertThat(MemoryTypes.HOST_COHERENT).isEqualTo(VK10.VK_MEMORY_PROPERTY_HOST_COHERENT_BIT);
        assertThat(MemoryTypes.HOST_CACHED).isEqualTo(VK10.VK_MEMORY_PROPERTY_HOST_CACHED_BIT);
    }
}
