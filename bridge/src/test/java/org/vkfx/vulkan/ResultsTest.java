package org.vkfx.vulkan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.StringEntry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every error that Vulkan can return to the bridge has a name and says what to do. */
class ResultsTest {
    private static final Pattern FUNCTION = Pattern.compile("^vk[A-Z]\\w*");
    private static final int UNHEARD_OF = -4711;
    /** Any function may return these; the registry's table leaves them out. */
    private static final List<String> OF_EVERY_FUNCTION = List.of("UNKNOWN", "VALIDATION_FAILED");

    /**
     * Vulkan 1.4.359: each function that the bridge loads and the VK_ERRORs that the registry (vk.xml) lists for it, if
     * any.
     */
    private static final String REGISTRY = """
            vkAllocateCommandBuffers OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY
            vkAllocateMemory OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY INVALID_EXTERNAL_HANDLE INVALID_OPAQUE_CAPTURE_ADDRESS
            vkBeginCommandBuffer OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY
            vkBindBufferMemory OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY INVALID_OPAQUE_CAPTURE_ADDRESS
            vkBindImageMemory OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY
            vkCmdBlitImage
            vkCmdCopyBufferToImage
            vkCmdCopyImageToBuffer
            vkCmdPipelineBarrier
            vkCreateBuffer OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY INVALID_OPAQUE_CAPTURE_ADDRESS
            vkCreateCommandPool OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY
            vkCreateDevice OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY INITIALIZATION_FAILED EXTENSION_NOT_PRESENT \
                FEATURE_NOT_PRESENT TOO_MANY_OBJECTS DEVICE_LOST
            vkCreateImage OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY COMPRESSION_EXHAUSTED_EXT INVALID_OPAQUE_CAPTURE_ADDRESS
            vkCreateImageView OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY INVALID_OPAQUE_CAPTURE_ADDRESS
            vkCreateInstance OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY INITIALIZATION_FAILED LAYER_NOT_PRESENT \
                EXTENSION_NOT_PRESENT INCOMPATIBLE_DRIVER
            vkCreateSemaphore OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY
            vkDestroyBuffer
            vkDestroyCommandPool
            vkDestroyDevice
            vkDestroyImage
            vkDestroyImageView
            vkDestroyInstance
            vkDestroySemaphore
            vkDeviceWaitIdle OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY DEVICE_LOST
            vkEndCommandBuffer OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY INVALID_VIDEO_STD_PARAMETERS_KHR
            vkEnumerateDeviceExtensionProperties OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY LAYER_NOT_PRESENT
            vkEnumerateInstanceExtensionProperties OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY LAYER_NOT_PRESENT
            vkEnumerateInstanceVersion OUT_OF_HOST_MEMORY
            vkEnumeratePhysicalDevices OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY INITIALIZATION_FAILED
            vkExportMetalObjectsEXT
            vkFreeMemory
            vkGetBufferMemoryRequirements
            vkGetDeviceProcAddr
            vkGetDeviceQueue
            vkGetImageMemoryRequirements
            vkGetInstanceProcAddr
            vkGetMemoryFdKHR TOO_MANY_OBJECTS OUT_OF_HOST_MEMORY
            vkGetMemoryMetalHandleEXT TOO_MANY_OBJECTS OUT_OF_HOST_MEMORY
            vkGetMemoryMetalHandlePropertiesEXT OUT_OF_HOST_MEMORY INVALID_EXTERNAL_HANDLE
            vkGetPhysicalDeviceExternalSemaphoreProperties
            vkGetPhysicalDeviceFeatures2
            vkGetPhysicalDeviceFormatProperties
            vkGetPhysicalDeviceImageFormatProperties2 OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY FORMAT_NOT_SUPPORTED \
                IMAGE_USAGE_NOT_SUPPORTED_KHR VIDEO_PICTURE_LAYOUT_NOT_SUPPORTED_KHR VIDEO_PROFILE_OPERATION_NOT_SUPPORTED_KHR \
                VIDEO_PROFILE_FORMAT_NOT_SUPPORTED_KHR VIDEO_PROFILE_CODEC_NOT_SUPPORTED_KHR
            vkGetPhysicalDeviceMemoryProperties
            vkGetPhysicalDeviceProperties2
            vkGetPhysicalDeviceQueueFamilyProperties
            vkGetSemaphoreCounterValue OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY DEVICE_LOST
            vkGetSemaphoreFdKHR TOO_MANY_OBJECTS OUT_OF_HOST_MEMORY
            vkMapMemory OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY MEMORY_MAP_FAILED
            vkQueueSubmit OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY DEVICE_LOST
            vkWaitSemaphores OUT_OF_HOST_MEMORY OUT_OF_DEVICE_MEMORY DEVICE_LOST
            """;

    private static Map<String, List<String>> errors() {
        Map<String, List<String>> errors = new TreeMap<>();
        REGISTRY.lines().map(line -> List.of(line.split(" +")))
                .forEach(words -> errors.put(words.getFirst(), words.subList(1, words.size())));
        return errors;
    }

    static Set<String> codes() {
        Set<String> codes = new TreeSet<>(OF_EVERY_FUNCTION);
        errors().values().forEach(codes::addAll);
        return codes;
    }

    @ParameterizedTest
    @MethodSource("codes")
    void an_error_of_a_function_that_is_called_has_a_name_and_a_remedy_of_its_own(String code) throws Exception {
        String name = "VK_ERROR_" + code;
        int result = (int) LayoutTest.constant(name);
        assertThat(Results.name(result)).isEqualTo(name);
        assertThat(Results.remedy(result)).isNotEqualTo(Results.remedy(UNHEARD_OF));
        assertThat(Results.exception("vkAnything", result)).hasMessage(
                "vkAnything returned " + name + ". " + Results.remedy(result));
    }

    @Test
    void the_table_has_the_functions_that_the_bridge_loads_and_no_others() throws Exception {
        assertThat(loaded()).isEqualTo(errors().keySet());
    }

    /** Names of functions are constants of the package's classes, alone or as the beginning of a message. */
    private static Set<String> loaded() throws IOException, URISyntaxException {
        Path classes = Path.of(Results.class.getResource("Results.class").toURI()).getParent();
        Set<String> names = new TreeSet<>();
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(classes)) {
            all.filter(file -> file.toString().endsWith(".class")).forEach(files::add);
        }
        for (Path file : files) {
            StreamSupport.stream(ClassFile.of().parse(file).constantPool().spliterator(), false)
                    .filter(StringEntry.class::isInstance)
                    .map(entry -> FUNCTION.matcher(((StringEntry) entry).stringValue()))
                    .filter(Matcher::find).map(Matcher::group).forEach(names::add);
        }
        return names;
    }
}
