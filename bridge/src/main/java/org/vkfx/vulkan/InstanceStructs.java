package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.vkfx.vulkan.Structs.array;
import static org.vkfx.vulkan.Structs.bytes;
import static org.vkfx.vulkan.Structs.chained;
import static org.vkfx.vulkan.Structs.int32;
import static org.vkfx.vulkan.Structs.int64;
import static org.vkfx.vulkan.Structs.offset;
import static org.vkfx.vulkan.Structs.pointer;
import static org.vkfx.vulkan.Structs.struct;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/** The structures of instances, of what physical devices tell about themselves, and of device creation. */
final class InstanceStructs {
    private InstanceStructs() {
    }

    static final class VkApplicationInfo {
        static final int STYPE = 0;
        static final StructLayout LAYOUT = chained("VkApplicationInfo", pointer("pApplicationName"),
                int32("applicationVersion"), pointer("pEngineName"), int32("engineVersion"), int32("apiVersion"));
        static final long ENGINE_NAME = offset(LAYOUT, "pEngineName");
        static final long API_VERSION = offset(LAYOUT, "apiVersion");
    }

    static final class VkInstanceCreateInfo {
        static final int STYPE = 1;
        static final StructLayout LAYOUT = chained("VkInstanceCreateInfo", int32("flags"), pointer("pApplicationInfo"),
                int32("enabledLayerCount"), pointer("ppEnabledLayerNames"), int32("enabledExtensionCount"),
                pointer("ppEnabledExtensionNames"));
        static final long FLAGS = offset(LAYOUT, "flags");
        static final long APPLICATION_INFO = offset(LAYOUT, "pApplicationInfo");
        static final long EXTENSION_COUNT = offset(LAYOUT, "enabledExtensionCount");
        static final long EXTENSION_NAMES = offset(LAYOUT, "ppEnabledExtensionNames");
    }

    static final class VkExtensionProperties {
        static final StructLayout LAYOUT = struct("VkExtensionProperties", bytes("extensionName", 256),
                int32("specVersion"));
        static final long EXTENSION_NAME = offset(LAYOUT, "extensionName");
    }

    static final class VkPhysicalDeviceLimits {
        private static final long SIZE = 504;
        static final StructLayout LAYOUT = MemoryLayout.structLayout(int32("maxImageDimension1D"),
                int32("maxImageDimension2D"), MemoryLayout.paddingLayout(SIZE - 8))
                .withByteAlignment(8).withName("VkPhysicalDeviceLimits");
    }

    static final class VkPhysicalDeviceProperties {
        static final StructLayout LAYOUT = struct("VkPhysicalDeviceProperties", int32("apiVersion"),
                int32("driverVersion"), int32("vendorID"), int32("deviceID"), int32("deviceType"),
                bytes("deviceName", 256), bytes("pipelineCacheUUID", 16),
                VkPhysicalDeviceLimits.LAYOUT.withName("limits"), array("sparseProperties", 5, JAVA_INT));
    }

    static final class VkPhysicalDeviceProperties2 {
        static final int STYPE = 1000059001;
        static final StructLayout LAYOUT = chained("VkPhysicalDeviceProperties2",
                VkPhysicalDeviceProperties.LAYOUT.withName("properties"));
        static final long API_VERSION = offset(LAYOUT, "properties", "apiVersion");
        static final long DEVICE_TYPE = offset(LAYOUT, "properties", "deviceType");
        static final long DEVICE_NAME = offset(LAYOUT, "properties", "deviceName");
        static final long MAX_IMAGE_DIMENSION_2D = offset(LAYOUT, "properties", "limits", "maxImageDimension2D");
    }

    static final class VkPhysicalDeviceIDProperties {
        static final int STYPE = 1000071004;
        static final StructLayout LAYOUT = chained("VkPhysicalDeviceIDProperties", bytes("deviceUUID", 16),
                bytes("driverUUID", 16), bytes("deviceLUID", 8), int32("deviceNodeMask"), int32("deviceLUIDValid"));
        static final long DEVICE_UUID = offset(LAYOUT, "deviceUUID");
        static final long DRIVER_UUID = offset(LAYOUT, "driverUUID");
        static final long DEVICE_LUID = offset(LAYOUT, "deviceLUID");
        static final long DEVICE_LUID_VALID = offset(LAYOUT, "deviceLUIDValid");
    }

    static final class VkPhysicalDeviceDriverProperties {
        static final int STYPE = 1000196000;
        static final StructLayout LAYOUT = chained("VkPhysicalDeviceDriverProperties", int32("driverID"),
                bytes("driverName", 256), bytes("driverInfo", 256), bytes("conformanceVersion", 4));
        static final long DRIVER_ID = offset(LAYOUT, "driverID");
    }

    static final class VkMemoryType {
        static final StructLayout LAYOUT = struct("VkMemoryType", int32("propertyFlags"), int32("heapIndex"));
        static final long PROPERTY_FLAGS = offset(LAYOUT, "propertyFlags");
    }

    static final class VkMemoryHeap {
        static final StructLayout LAYOUT = struct("VkMemoryHeap", int64("size"), int32("flags"));
    }

    static final class VkPhysicalDeviceMemoryProperties {
        static final StructLayout LAYOUT = struct("VkPhysicalDeviceMemoryProperties", int32("memoryTypeCount"),
                array("memoryTypes", 32, VkMemoryType.LAYOUT), int32("memoryHeapCount"),
                array("memoryHeaps", 16, VkMemoryHeap.LAYOUT));
        static final long MEMORY_TYPE_COUNT = offset(LAYOUT, "memoryTypeCount");
        static final long MEMORY_TYPES = offset(LAYOUT, "memoryTypes");
    }

    static final class VkFormatProperties {
        static final StructLayout LAYOUT = struct("VkFormatProperties", int32("linearTilingFeatures"),
                int32("optimalTilingFeatures"), int32("bufferFeatures"));
        static final long OPTIMAL_TILING_FEATURES = offset(LAYOUT, "optimalTilingFeatures");
    }

    static final class VkPhysicalDeviceImageFormatInfo2 {
        static final int STYPE = 1000059004;
        static final StructLayout LAYOUT = chained("VkPhysicalDeviceImageFormatInfo2", int32("format"), int32("type"),
                int32("tiling"), int32("usage"), int32("flags"));
        static final long FORMAT = offset(LAYOUT, "format");
        static final long TYPE = offset(LAYOUT, "type");
        static final long USAGE = offset(LAYOUT, "usage");
        static final long FLAGS = offset(LAYOUT, "flags");
    }

    static final class VkPhysicalDeviceExternalImageFormatInfo {
        static final int STYPE = 1000071000;
        static final StructLayout LAYOUT = chained("VkPhysicalDeviceExternalImageFormatInfo", int32("handleType"));
        static final long HANDLE_TYPE = offset(LAYOUT, "handleType");
    }

    static final class VkExtent3D {
        static final StructLayout LAYOUT = struct("VkExtent3D", int32("width"), int32("height"), int32("depth"));
    }

    static final class VkImageFormatProperties {
        static final StructLayout LAYOUT = struct("VkImageFormatProperties", VkExtent3D.LAYOUT.withName("maxExtent"),
                int32("maxMipLevels"), int32("maxArrayLayers"), int32("sampleCounts"), int64("maxResourceSize"));
    }

    static final class VkImageFormatProperties2 {
        static final int STYPE = 1000059003;
        static final StructLayout LAYOUT = chained("VkImageFormatProperties2",
                VkImageFormatProperties.LAYOUT.withName("imageFormatProperties"));
        static final long MAX_WIDTH = offset(LAYOUT, "imageFormatProperties", "maxExtent", "width");
        static final long MAX_HEIGHT = offset(LAYOUT, "imageFormatProperties", "maxExtent", "height");
    }

    static final class VkExternalMemoryProperties {
        static final StructLayout LAYOUT = struct("VkExternalMemoryProperties", int32("externalMemoryFeatures"),
                int32("exportFromImportedHandleTypes"), int32("compatibleHandleTypes"));
    }

    static final class VkExternalImageFormatProperties {
        static final int STYPE = 1000071001;
        static final StructLayout LAYOUT = chained("VkExternalImageFormatProperties",
                VkExternalMemoryProperties.LAYOUT.withName("externalMemoryProperties"));
        static final long FEATURES = offset(LAYOUT, "externalMemoryProperties", "externalMemoryFeatures");
    }

    static final class VkPhysicalDeviceExternalSemaphoreInfo {
        static final int STYPE = 1000076000;
        static final StructLayout LAYOUT = chained("VkPhysicalDeviceExternalSemaphoreInfo", int32("handleType"));
        static final long HANDLE_TYPE = offset(LAYOUT, "handleType");
    }

    static final class VkExternalSemaphoreProperties {
        static final int STYPE = 1000076001;
        static final StructLayout LAYOUT = chained("VkExternalSemaphoreProperties",
                int32("exportFromImportedHandleTypes"), int32("compatibleHandleTypes"),
                int32("externalSemaphoreFeatures"));
        static final long FEATURES = offset(LAYOUT, "externalSemaphoreFeatures");
    }

    static final class VkQueueFamilyProperties {
        static final StructLayout LAYOUT = struct("VkQueueFamilyProperties", int32("queueFlags"), int32("queueCount"),
                int32("timestampValidBits"), VkExtent3D.LAYOUT.withName("minImageTransferGranularity"));
        static final long QUEUE_FLAGS = offset(LAYOUT, "queueFlags");
    }

    static final class VkPhysicalDeviceFeatures2 {
        static final int STYPE = 1000059000;
        static final StructLayout LAYOUT = chained("VkPhysicalDeviceFeatures2", array("features", 55, JAVA_INT));
    }

    static final class VkPhysicalDeviceTimelineSemaphoreFeatures {
        static final int STYPE = 1000207000;
        static final StructLayout LAYOUT = chained("VkPhysicalDeviceTimelineSemaphoreFeatures",
                int32("timelineSemaphore"));
        static final long TIMELINE_SEMAPHORE = offset(LAYOUT, "timelineSemaphore");
    }

    static final class VkDeviceQueueCreateInfo {
        static final int STYPE = 2;
        static final StructLayout LAYOUT = chained("VkDeviceQueueCreateInfo", int32("flags"), int32("queueFamilyIndex"),
                int32("queueCount"), pointer("pQueuePriorities"));
        static final long QUEUE_FAMILY_INDEX = offset(LAYOUT, "queueFamilyIndex");
        static final long QUEUE_COUNT = offset(LAYOUT, "queueCount");
        static final long QUEUE_PRIORITIES = offset(LAYOUT, "pQueuePriorities");
    }

    static final class VkDeviceCreateInfo {
        static final int STYPE = 3;
        static final StructLayout LAYOUT = chained("VkDeviceCreateInfo", int32("flags"), int32("queueCreateInfoCount"),
                pointer("pQueueCreateInfos"), int32("enabledLayerCount"), pointer("ppEnabledLayerNames"),
                int32("enabledExtensionCount"), pointer("ppEnabledExtensionNames"), pointer("pEnabledFeatures"));
        static final long QUEUE_CREATE_INFO_COUNT = offset(LAYOUT, "queueCreateInfoCount");
        static final long QUEUE_CREATE_INFOS = offset(LAYOUT, "pQueueCreateInfos");
        static final long EXTENSION_COUNT = offset(LAYOUT, "enabledExtensionCount");
        static final long EXTENSION_NAMES = offset(LAYOUT, "ppEnabledExtensionNames");
    }
}
