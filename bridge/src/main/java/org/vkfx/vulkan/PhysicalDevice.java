package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

import org.vkfx.BridgeException;
import org.vkfx.PixelFormat;
import org.vkfx.VulkanDevice;
import org.vkfx.vulkan.InstanceStructs.VkExtensionProperties;
import org.vkfx.vulkan.InstanceStructs.VkExternalImageFormatProperties;
import org.vkfx.vulkan.InstanceStructs.VkExternalSemaphoreProperties;
import org.vkfx.vulkan.InstanceStructs.VkFormatProperties;
import org.vkfx.vulkan.InstanceStructs.VkImageFormatProperties2;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceDriverProperties;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceExternalImageFormatInfo;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceExternalSemaphoreInfo;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceFeatures2;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceIDProperties;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceImageFormatInfo2;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceMemoryProperties;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceProperties2;
import org.vkfx.vulkan.InstanceStructs.VkPhysicalDeviceTimelineSemaphoreFeatures;
import org.vkfx.vulkan.InstanceStructs.VkQueueFamilyProperties;

/**
 * What a VkPhysicalDevice tells about itself. Owns nothing; valid as long as its instance. Thread-safe: what accessors
 * return was read at construction, the other methods ask the driver.
 */
public final class PhysicalDevice {
    private static final int VK_IMAGE_TYPE_2D = 1;
    private static final int VK_DRIVER_ID_MOLTENVK = 14;
    private static final int VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT = 0x1;
    private static final int VK_FORMAT_FEATURE_STORAGE_IMAGE_BIT = 0x2;
    private static final int VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BIT = 0x80;
    private static final int VK_FORMAT_FEATURE_TRANSFER_SRC_BIT = 0x4000;
    private static final int VK_FORMAT_FEATURE_TRANSFER_DST_BIT = 0x8000;
    private static final int VK_IMAGE_USAGE_TRANSFER_SRC_BIT = 0x1;
    private static final int VK_IMAGE_USAGE_TRANSFER_DST_BIT = 0x2;
    private static final int VK_IMAGE_USAGE_SAMPLED_BIT = 0x4;
    private static final int VK_IMAGE_USAGE_STORAGE_BIT = 0x8;
    private static final int VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT = 0x10;
    private static final int VK_IMAGE_USAGE_INPUT_ATTACHMENT_BIT = 0x80;
    private static final int VK_EXTERNAL_MEMORY_FEATURE_DEDICATED_ONLY_BIT = 0x1;
    private static final int VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT = 0x2;
    private static final int VK_EXTERNAL_SEMAPHORE_FEATURE_EXPORTABLE_BIT = 0x1;
    private static final int VK_QUEUE_GRAPHICS_BIT = 0x1;
    private static final int GRAPHICS_AND_COMPUTE = VK_QUEUE_GRAPHICS_BIT | 0x2;

    /** VkPhysicalDeviceType, in the order in which devices are preferred. */
    public enum Type {
        /** A graphics card. */
        DISCRETE,
        /** Part of the processor's package. */
        INTEGRATED,
        /** A virtual machine's. */
        VIRTUAL,
        /** Software. */
        CPU,
        /** None of these. */
        OTHER;

        private static Type of(int vkPhysicalDeviceType) {
            return switch (vkPhysicalDeviceType) {
                case 1 -> INTEGRATED;
                case 2 -> DISCRETE;
                case 3 -> VIRTUAL;
                case 4 -> CPU;
                default -> OTHER;
            };
        }
    }

    /**
     * What a device can do with images of some format, usage and memory handle type.
     *
     * @param supported whether such images can be made at all; if not, the other components say nothing
     * @param exportable whether their memory can be exported
     * @param dedicatedOnly whether exported memory must be dedicated to one image
     * @param maxWidth largest width in pixels
     * @param maxHeight largest height in pixels
     */
    public record ImageSupport(boolean supported, boolean exportable, boolean dedicatedOnly, int maxWidth,
            int maxHeight) {
    }

    private final InstanceFunctions functions;
    private final long handle;
    private final String name;
    private final int apiVersion;
    private final Type type;
    private final String deviceUuid;
    private final String driverUuid;
    private final OptionalLong deviceLuid;
    private final int maxImageDimension2D;
    private final MemoryTypes memoryTypes;
    private final boolean exportsSemaphoreFds;
    private final boolean moltenVk;

    PhysicalDevice(InstanceFunctions functions, long handle) {
        this.functions = functions;
        this.handle = handle;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment properties = Structs.allocate(arena, VkPhysicalDeviceProperties2.LAYOUT,
                    VkPhysicalDeviceProperties2.STYPE);
            MemorySegment ids = Structs.allocate(arena, VkPhysicalDeviceIDProperties.LAYOUT,
                    VkPhysicalDeviceIDProperties.STYPE);
            Structs.chain(properties, ids);
            functions.vkGetPhysicalDeviceProperties2(handle, properties);
            name = properties.getString(VkPhysicalDeviceProperties2.DEVICE_NAME);
            apiVersion = properties.get(JAVA_INT, VkPhysicalDeviceProperties2.API_VERSION);
            type = Type.of(properties.get(JAVA_INT, VkPhysicalDeviceProperties2.DEVICE_TYPE));
            maxImageDimension2D = properties.get(JAVA_INT, VkPhysicalDeviceProperties2.MAX_IMAGE_DIMENSION_2D);
            deviceUuid = hex(ids, VkPhysicalDeviceIDProperties.DEVICE_UUID);
            driverUuid = hex(ids, VkPhysicalDeviceIDProperties.DRIVER_UUID);
            // Big-endian: so it equals MTLDevice.registryID on MoltenVK.
            deviceLuid = ids.get(JAVA_INT, VkPhysicalDeviceIDProperties.DEVICE_LUID_VALID) == 0 ? OptionalLong.empty()
                    : OptionalLong.of(ids.get(JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN),
                            VkPhysicalDeviceIDProperties.DEVICE_LUID));
            MemorySegment memory = arena.allocate(VkPhysicalDeviceMemoryProperties.LAYOUT);
            functions.vkGetPhysicalDeviceMemoryProperties(handle, memory);
            memoryTypes = new MemoryTypes(memory);
            exportsSemaphoreFds = exportsSemaphoreFds(arena);
            moltenVk = driverId(arena) == VK_DRIVER_ID_MOLTENVK;
        }
    }

    /**
     * The VkDriverId, or 0 where nothing tells it. MoltenVK's devices have the version of their instance, so that the
     * extension matters: MVKPhysicalDevice::initProperties.
     */
    private int driverId(Arena arena) {
        if (apiVersion < VulkanDevice.version(1, 2)
                && !vkEnumerateDeviceExtensionProperties().contains(Extensions.DRIVER_PROPERTIES)) {
            return 0;
        }
        MemorySegment properties = Structs.allocate(arena, VkPhysicalDeviceProperties2.LAYOUT,
                VkPhysicalDeviceProperties2.STYPE);
        MemorySegment driver = Structs.allocate(arena, VkPhysicalDeviceDriverProperties.LAYOUT,
                VkPhysicalDeviceDriverProperties.STYPE);
        Structs.chain(properties, driver);
        functions.vkGetPhysicalDeviceProperties2(handle, properties);
        return driver.get(JAVA_INT, VkPhysicalDeviceDriverProperties.DRIVER_ID);
    }

    private boolean exportsSemaphoreFds(Arena arena) {
        MemorySegment info = Structs.allocate(arena, VkPhysicalDeviceExternalSemaphoreInfo.LAYOUT,
                VkPhysicalDeviceExternalSemaphoreInfo.STYPE);
        info.set(JAVA_INT, VkPhysicalDeviceExternalSemaphoreInfo.HANDLE_TYPE,
                BinarySemaphore.VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT);
        MemorySegment properties = Structs.allocate(arena, VkExternalSemaphoreProperties.LAYOUT,
                VkExternalSemaphoreProperties.STYPE);
        functions.vkGetPhysicalDeviceExternalSemaphoreProperties(handle, info, properties);
        return (properties.get(JAVA_INT, VkExternalSemaphoreProperties.FEATURES)
                & VK_EXTERNAL_SEMAPHORE_FEATURE_EXPORTABLE_BIT) != 0;
    }

    private static String hex(MemorySegment struct, long offset) {
        return HexFormat.of().formatHex(struct.asSlice(offset, 16).toArray(JAVA_BYTE));
    }

    /**
     * Returns the handle.
     *
     * @return the VkPhysicalDevice
     */
    public long handle() {
        return handle;
    }

    /**
     * Returns the name.
     *
     * @return deviceName
     */
    public String name() {
        return name;
    }

    /**
     * Returns the version that the device supports.
     *
     * @return the version, encoded as by {@link VulkanDevice#version}
     */
    public int apiVersion() {
        return apiVersion;
    }

    /**
     * Returns the kind of device.
     *
     * @return the type
     */
    public Type type() {
        return type;
    }

    /**
     * Returns what identifies the device across APIs and processes.
     *
     * @return deviceUUID, 32 hexadecimal digits in lower case
     */
    public String deviceUuid() {
        return deviceUuid;
    }

    /**
     * Returns what identifies the driver: memory is shared between equal drivers only.
     *
     * @return driverUUID, 32 hexadecimal digits in lower case
     */
    public String driverUuid() {
        return driverUuid;
    }

    /**
     * Returns what identifies the device to the operating system.
     *
     * @return deviceLUID read big-endian (on macOS the registryID of the MTLDevice), or empty when it is not valid
     */
    public OptionalLong deviceLuid() {
        return deviceLuid;
    }

    /**
     * Returns the limit of image sizes.
     *
     * @return largest width and height of 2D images in pixels
     */
    public int maxImageDimension2D() {
        return maxImageDimension2D;
    }

    /**
     * Whether binary semaphores can be exported as file descriptors, given {@link Extensions#EXTERNAL_SEMAPHORE_FD}.
     */
    boolean exportsSemaphoreFds() {
        return exportsSemaphoreFds;
    }

    /** Whether the driver is MoltenVK, whose vkWaitSemaphores is better not called: see {@link SemaphoreWait}. */
    boolean isMoltenVk() {
        return moltenVk;
    }

    MemoryTypes memoryTypes() {
        return memoryTypes;
    }

    /**
     * Asks for the device's extensions.
     *
     * @return their names
     * @throws BridgeException REFUSED when the call fails
     */
    public Set<String> vkEnumerateDeviceExtensionProperties() {
        try (Arena arena = Arena.ofConfined()) {
            return VulkanLoader.names(Structs.enumerate(arena, "vkEnumerateDeviceExtensionProperties",
                    VkExtensionProperties.LAYOUT,
                    (count, array) -> functions.vkEnumerateDeviceExtensionProperties(handle, count, array)));
        }
    }

    /**
     * Asks for all that colour images of optimal tiling can be used for.
     *
     * @param format the format
     * @return VkImageUsageFlags: those that need no extension
     */
    public int usages(PixelFormat format) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment properties = arena.allocate(VkFormatProperties.LAYOUT);
            functions.vkGetPhysicalDeviceFormatProperties(handle, format.vkFormat(), properties);
            int features = properties.get(JAVA_INT, VkFormatProperties.OPTIMAL_TILING_FEATURES);
            return usage(features, VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT, VK_IMAGE_USAGE_SAMPLED_BIT)
                    | usage(features, VK_FORMAT_FEATURE_STORAGE_IMAGE_BIT, VK_IMAGE_USAGE_STORAGE_BIT)
                    | usage(features, VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BIT,
                            VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_INPUT_ATTACHMENT_BIT)
                    | usage(features, VK_FORMAT_FEATURE_TRANSFER_SRC_BIT, VK_IMAGE_USAGE_TRANSFER_SRC_BIT)
                    | usage(features, VK_FORMAT_FEATURE_TRANSFER_DST_BIT, VK_IMAGE_USAGE_TRANSFER_DST_BIT);
        }
    }

    private static int usage(int features, int feature, int usage) {
        return (features & feature) != 0 ? usage : 0;
    }

    /**
     * Asks whether images of optimal tiling can be storage images.
     *
     * @param format the format
     * @return true if they can
     */
    public boolean supportsStorage(PixelFormat format) {
        return (usages(format) & VK_IMAGE_USAGE_STORAGE_BIT) != 0;
    }

    /**
     * Asks what can be done with 2D images of optimal tiling.
     *
     * @param format the format
     * @param flags VkImageCreateFlags
     * @param usage VkImageUsageFlags
     * @param handleType what their memory is to be exported as
     * @return the answer; not supported for VK_ERROR_FORMAT_NOT_SUPPORTED
     * @throws BridgeException REFUSED when the call fails otherwise
     */
    public ImageSupport vkGetPhysicalDeviceImageFormatProperties2(PixelFormat format, int flags, int usage,
            MemoryHandleType handleType) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = Structs.allocate(arena, VkPhysicalDeviceImageFormatInfo2.LAYOUT,
                    VkPhysicalDeviceImageFormatInfo2.STYPE);
            info.set(JAVA_INT, VkPhysicalDeviceImageFormatInfo2.FORMAT, format.vkFormat());
            info.set(JAVA_INT, VkPhysicalDeviceImageFormatInfo2.TYPE, VK_IMAGE_TYPE_2D);
            info.set(JAVA_INT, VkPhysicalDeviceImageFormatInfo2.USAGE, usage);
            info.set(JAVA_INT, VkPhysicalDeviceImageFormatInfo2.FLAGS, flags);
            MemorySegment properties = Structs.allocate(arena, VkImageFormatProperties2.LAYOUT,
                    VkImageFormatProperties2.STYPE);
            MemorySegment external = Structs.allocate(arena, VkExternalImageFormatProperties.LAYOUT,
                    VkExternalImageFormatProperties.STYPE);
            if (handleType != MemoryHandleType.NONE) {
                MemorySegment externalInfo = Structs.allocate(arena, VkPhysicalDeviceExternalImageFormatInfo.LAYOUT,
                        VkPhysicalDeviceExternalImageFormatInfo.STYPE);
                externalInfo.set(JAVA_INT, VkPhysicalDeviceExternalImageFormatInfo.HANDLE_TYPE, handleType.bit());
                Structs.chain(info, externalInfo);
                Structs.chain(properties, external);
            }
            int result = functions.vkGetPhysicalDeviceImageFormatProperties2(handle, info, properties);
            if (result == Results.VK_ERROR_FORMAT_NOT_SUPPORTED) {
                return new ImageSupport(false, false, false, 0, 0);
            }
            Results.check("vkGetPhysicalDeviceImageFormatProperties2", result);
            int features = external.get(JAVA_INT, VkExternalImageFormatProperties.FEATURES);
            return new ImageSupport(true, (features & VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT) != 0,
                    (features & VK_EXTERNAL_MEMORY_FEATURE_DEDICATED_ONLY_BIT) != 0,
                    properties.get(JAVA_INT, VkImageFormatProperties2.MAX_WIDTH),
                    properties.get(JAVA_INT, VkImageFormatProperties2.MAX_HEIGHT));
        }
    }

    /**
     * Asks for the feature timelineSemaphore.
     *
     * @return whether the device supports it
     */
    public boolean supportsTimelineSemaphore() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment features = Structs.allocate(arena, VkPhysicalDeviceFeatures2.LAYOUT,
                    VkPhysicalDeviceFeatures2.STYPE);
            MemorySegment timeline = Structs.allocate(arena, VkPhysicalDeviceTimelineSemaphoreFeatures.LAYOUT,
                    VkPhysicalDeviceTimelineSemaphoreFeatures.STYPE);
            Structs.chain(features, timeline);
            functions.vkGetPhysicalDeviceFeatures2(handle, features);
            return timeline.get(JAVA_INT, VkPhysicalDeviceTimelineSemaphoreFeatures.TIMELINE_SEMAPHORE) != 0;
        }
    }

    /** The first queue family with graphics and compute, which Vulkan makes capable of transfer too. */
    OptionalInt universalQueueFamily() {
        int[] flags = queueFlags();
        return IntStream.range(0, flags.length)
                .filter(i -> (flags[i] & GRAPHICS_AND_COMPUTE) == GRAPHICS_AND_COMPUTE).findFirst();
    }

    int queueFamilies() {
        return queueFlags().length;
    }

    /** Whether a queue family has graphics. */
    boolean hasGraphics(int family) {
        int[] flags = queueFlags();
        return family < flags.length && (flags[family] & VK_QUEUE_GRAPHICS_BIT) != 0;
    }

    /** VkQueueFlags of each family. */
    private int[] queueFlags() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            functions.vkGetPhysicalDeviceQueueFamilyProperties(handle, count, MemorySegment.NULL);
            MemorySegment families = arena.allocate(VkQueueFamilyProperties.LAYOUT, count.get(JAVA_INT, 0));
            functions.vkGetPhysicalDeviceQueueFamilyProperties(handle, count, families);
            return families.elements(VkQueueFamilyProperties.LAYOUT).limit(count.get(JAVA_INT, 0))
                    .mapToInt(family -> family.get(JAVA_INT, VkQueueFamilyProperties.QUEUE_FLAGS)).toArray();
        }
    }
}
