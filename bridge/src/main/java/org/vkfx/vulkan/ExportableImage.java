package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.Set;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.PixelFormat;
import org.vkfx.vulkan.DeviceStructs.VkExportMemoryAllocateInfo;
import org.vkfx.vulkan.DeviceStructs.VkExternalMemoryImageCreateInfo;
import org.vkfx.vulkan.DeviceStructs.VkImageCreateInfo;
import org.vkfx.vulkan.DeviceStructs.VkImageViewCreateInfo;
import org.vkfx.vulkan.DeviceStructs.VkMemoryAllocateInfo;
import org.vkfx.vulkan.DeviceStructs.VkMemoryDedicatedAllocateInfo;
import org.vkfx.vulkan.DeviceStructs.VkMemoryGetFdInfoKHR;
import org.vkfx.vulkan.DeviceStructs.VkMemoryGetMetalHandleInfoEXT;
import org.vkfx.vulkan.DeviceStructs.VkMemoryMetalHandlePropertiesEXT;
import org.vkfx.vulkan.DeviceStructs.VkMemoryRequirements;

/**
 * A VkImage with memory of its own (dedicated, device-local, exportable if so wanted) and a VkImageView: 2D, one layer,
 * one level, one sample, optimal tiling, exclusive. Owns all three until {@link #close()}. Any thread.
 */
public final class ExportableImage implements AutoCloseable {
    /** What every image can be used for at least: COLOR_ATTACHMENT | SAMPLED | TRANSFER_SRC | TRANSFER_DST. */
    public static final int USAGE = 0x10 | 0x4 | 0x1 | 0x2;
    /** STORAGE, where it is asked for, and the format and the export allow it. */
    public static final int USAGE_STORAGE = 0x8;

    private static final int VK_IMAGE_CREATE_MUTABLE_FORMAT_BIT = 0x8;
    private static final int VK_IMAGE_TYPE_2D = 1;
    private static final int VK_IMAGE_VIEW_TYPE_2D = 1;
    private static final int VK_IMAGE_ASPECT_COLOR_BIT = 1;

    /**
     * What an image can be used for.
     *
     * @param flags VkImageCreateFlags
     * @param usage VkImageUsageFlags
     */
    private record Use(int flags, int usage) {
        PhysicalDevice.ImageSupport support(PhysicalDevice gpu, PixelFormat format, MemoryHandleType handleType) {
            return gpu.vkGetPhysicalDeviceImageFormatProperties2(format, flags, usage, handleType);
        }
    }

    private final DeviceContext context;
    private final DeviceFunctions functions;
    private final int width;
    private final int height;
    private final PixelFormat format;
    private final MemoryHandleType handleType;
    private final Use use;
    private final long memorySize;
    private MemoryType memoryType; // null until allocated
    private long image; // 0 when destroyed, like the next two
    private long memory;
    private long view;

    /**
     * Makes an image. When it fails, nothing is left behind.
     *
     * @param context the device
     * @param width width in pixels
     * @param height height in pixels
     * @param format the format
     * @param handleType what the memory is to be exported as
     * @param storage whether to ask for usage STORAGE: on Metal it costs BGRA8 its lossless compression
     * @throws BridgeException INVALID_ARGUMENT for a size outside the device's limits, MISSING_CAPABILITY when the
     *     extension for the export is not enabled, REFUSED or DEVICE_LOST by Vulkan
     */
    public ExportableImage(DeviceContext context, int width, int height, PixelFormat format,
            MemoryHandleType handleType, boolean storage) {
        this.context = context;
        this.functions = context.functions();
        this.width = width;
        this.height = height;
        this.format = format;
        this.handleType = handleType;
        checkLimits(context.physicalDevice().maxImageDimension2D(), context.physicalDevice().maxImageDimension2D());
        handleType.extension().ifPresent(context::require);
        use = use(storage);
        try (Arena arena = Arena.ofConfined()) {
            image = vkCreateImage(arena);
            MemorySegment requirements = arena.allocate(VkMemoryRequirements.LAYOUT);
            functions.vkGetImageMemoryRequirements(image, requirements);
            memorySize = requirements.get(JAVA_LONG, VkMemoryRequirements.SIZE);
            memory = vkAllocateMemory(arena, requirements.get(JAVA_INT, VkMemoryRequirements.MEMORY_TYPE_BITS));
            Results.check("vkBindImageMemory", functions.vkBindImageMemory(image, memory, 0));
            view = vkCreateImageView(arena);
        } catch (Throwable t) {
            close();
            throw t;
        }
    }

    private void checkLimits(int maxWidth, int maxHeight) {
        if (width <= 0 || height <= 0 || width > maxWidth || height > maxHeight) {
            throw new BridgeException(Reason.INVALID_ARGUMENT, "An image of " + width + " x " + height
                    + " pixels is impossible: on " + context.physicalDevice().name() + " sizes from 1 x 1 to "
                    + maxWidth + " x " + maxHeight
                    + " (maxImageDimension2D) are allowed. Make the view smaller, or lower its resolutionScale.");
        }
    }

    /**
     * Asks whether such images can be made.
     *
     * @param gpu the device
     * @param format the format
     * @param handleType what their memory is to be exported as
     * @return true when there is some use for which a driver makes and exports them
     * @throws BridgeException REFUSED by Vulkan
     */
    public static boolean isPossible(PhysicalDevice gpu, PixelFormat format, MemoryHandleType handleType) {
        return uses(gpu, format, handleType, true).stream()
                .anyMatch(use -> isPossible(use.support(gpu, format, handleType), handleType));
    }

    private static boolean isPossible(PhysicalDevice.ImageSupport support, MemoryHandleType handleType) {
        return support.supported() && (handleType == MemoryHandleType.NONE || support.exportable());
    }

    /**
     * The uses to ask for, the best one first.
     *
     * <p>An image that GL is to see as its own must be made as GL makes images: with all usages that the format
     * supports, and, for GL's texture views, with a mutable format (GL_EXT_external_objects, issues 13 and 17). A
     * driver may lay its memory out by these, so that GL reads garbage where they differ. Where a driver makes no such
     * image, STORAGE is given up first: it is the one that formats and exports lack most often, and JavaFX never writes
     * to an image. Then the flag is: all usages without it say more about the layout than the flag does with fewer.
     * What is promised to renderers comes last, and is the least.
     */
    private static Set<Use> uses(PhysicalDevice gpu, PixelFormat format, MemoryHandleType handleType, boolean storage) {
        int supported = gpu.usages(format);
        int allowed = storage ? supported : supported & ~USAGE_STORAGE;
        Set<Use> uses = new LinkedHashSet<>();
        if (handleType == MemoryHandleType.OPAQUE_FD) {
            int all = USAGE | allowed;
            int withoutStorage = all & ~USAGE_STORAGE;
            uses.add(new Use(VK_IMAGE_CREATE_MUTABLE_FORMAT_BIT, all));
            uses.add(new Use(VK_IMAGE_CREATE_MUTABLE_FORMAT_BIT, withoutStorage));
            uses.add(new Use(0, all));
            uses.add(new Use(0, withoutStorage));
        } else {
            uses.add(new Use(0, USAGE | allowed & USAGE_STORAGE));
        }
        uses.add(new Use(0, USAGE));
        return uses;
    }

    private Use use(boolean storage) {
        PhysicalDevice gpu = context.physicalDevice();
        for (Use one : uses(gpu, format, handleType, storage)) {
            PhysicalDevice.ImageSupport support = one.support(gpu, format, handleType);
            if (isPossible(support, handleType)) {
                checkLimits(support.maxWidth(), support.maxHeight());
                return one;
            }
        }
        throw new BridgeException(Reason.REFUSED,
                "vkGetPhysicalDeviceImageFormatProperties2: " + gpu.name() + " makes no "
                        + format + " images"
                        + (handleType == MemoryHandleType.NONE ? "" : " whose memory can be exported as " + handleType)
                        + ". Use another pixelFormat or another device"
                        + (handleType == MemoryHandleType.NONE ? "." : ", or set the view's interopKind to HOST."));
    }

    private long vkCreateImage(Arena arena) {
        MemorySegment info = Structs.allocate(arena, VkImageCreateInfo.LAYOUT, VkImageCreateInfo.STYPE);
        info.set(JAVA_INT, VkImageCreateInfo.FLAGS, use.flags());
        info.set(JAVA_INT, VkImageCreateInfo.IMAGE_TYPE, VK_IMAGE_TYPE_2D);
        info.set(JAVA_INT, VkImageCreateInfo.FORMAT, format.vkFormat());
        info.set(JAVA_INT, VkImageCreateInfo.WIDTH, width);
        info.set(JAVA_INT, VkImageCreateInfo.HEIGHT, height);
        info.set(JAVA_INT, VkImageCreateInfo.DEPTH, 1);
        info.set(JAVA_INT, VkImageCreateInfo.MIP_LEVELS, 1);
        info.set(JAVA_INT, VkImageCreateInfo.ARRAY_LAYERS, 1);
        info.set(JAVA_INT, VkImageCreateInfo.SAMPLES, 1);
        info.set(JAVA_INT, VkImageCreateInfo.USAGE, use.usage());
        if (handleType != MemoryHandleType.NONE) {
            MemorySegment external = Structs.allocate(arena, VkExternalMemoryImageCreateInfo.LAYOUT,
                    VkExternalMemoryImageCreateInfo.STYPE);
            external.set(JAVA_INT, VkExternalMemoryImageCreateInfo.HANDLE_TYPES, handleType.bit());
            Structs.chain(info, external);
        }
        MemorySegment result = arena.allocate(JAVA_LONG);
        Results.check("vkCreateImage", functions.vkCreateImage(info, result));
        return result.get(JAVA_LONG, 0);
    }

    private long vkAllocateMemory(Arena arena, int memoryTypeBits) {
        // Not host-visible where there is a choice: on macOS exported textures are always private to the GPU.
        MemoryTypes types = context.physicalDevice().memoryTypes();
        int type = types.find(memoryTypeBits, MemoryTypes.DEVICE_LOCAL, MemoryTypes.HOST_VISIBLE);
        if (type < 0 || handleType == MemoryHandleType.MTLTEXTURE && types.isHostVisible(type)) {
            throw new BridgeException(Reason.REFUSED,
                    "vkGetImageMemoryRequirements: no device-local memory type"
                            + (type < 0 ? "" : " that the host cannot see") + " of "
                            + context.physicalDevice().name() + " suits a " + format + " image. Use another device.");
        }
        memoryType = types.type(type);
        MemorySegment dedicated = Structs.allocate(arena, VkMemoryDedicatedAllocateInfo.LAYOUT,
                VkMemoryDedicatedAllocateInfo.STYPE);
        dedicated.set(JAVA_LONG, VkMemoryDedicatedAllocateInfo.IMAGE, image);
        MemorySegment info = Structs.allocate(arena, VkMemoryAllocateInfo.LAYOUT, VkMemoryAllocateInfo.STYPE);
        info.set(JAVA_LONG, VkMemoryAllocateInfo.ALLOCATION_SIZE, memorySize);
        info.set(JAVA_INT, VkMemoryAllocateInfo.MEMORY_TYPE_INDEX, type);
        Structs.chain(info, dedicated);
        if (handleType != MemoryHandleType.NONE) {
            MemorySegment export = Structs.allocate(arena, VkExportMemoryAllocateInfo.LAYOUT,
                    VkExportMemoryAllocateInfo.STYPE);
            export.set(JAVA_INT, VkExportMemoryAllocateInfo.HANDLE_TYPES, handleType.bit());
            Structs.chain(dedicated, export);
        }
        MemorySegment result = arena.allocate(JAVA_LONG);
        Results.check("vkAllocateMemory (" + memorySize + " bytes for " + width + " x " + height + " pixels)",
                functions.vkAllocateMemory(info, result));
        return result.get(JAVA_LONG, 0);
    }

    private long vkCreateImageView(Arena arena) {
        MemorySegment info = Structs.allocate(arena, VkImageViewCreateInfo.LAYOUT, VkImageViewCreateInfo.STYPE);
        info.set(JAVA_LONG, VkImageViewCreateInfo.IMAGE, image);
        info.set(JAVA_INT, VkImageViewCreateInfo.VIEW_TYPE, VK_IMAGE_VIEW_TYPE_2D);
        info.set(JAVA_INT, VkImageViewCreateInfo.FORMAT, format.vkFormat());
        info.set(JAVA_INT, VkImageViewCreateInfo.ASPECT_MASK, VK_IMAGE_ASPECT_COLOR_BIT);
        info.set(JAVA_INT, VkImageViewCreateInfo.LEVEL_COUNT, 1);
        info.set(JAVA_INT, VkImageViewCreateInfo.LAYER_COUNT, 1);
        MemorySegment result = arena.allocate(JAVA_LONG);
        Results.check("vkCreateImageView", functions.vkCreateImageView(info, result));
        return result.get(JAVA_LONG, 0);
    }

    /**
     * Exports the memory as a file descriptor, a new one with every call. The caller owns it: it must be closed, or
     * given to an API that takes ownership, also after this image was closed.
     *
     * @return the file descriptor
     * @throws BridgeException ILLEGAL_STATE after close or when the image was not made for OPAQUE_FD, REFUSED or
     *     DEVICE_LOST by Vulkan
     */
    public synchronized int exportFd() {
        checkExport(MemoryHandleType.OPAQUE_FD);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = Structs.allocate(arena, VkMemoryGetFdInfoKHR.LAYOUT, VkMemoryGetFdInfoKHR.STYPE);
            info.set(JAVA_LONG, VkMemoryGetFdInfoKHR.MEMORY, memory);
            info.set(JAVA_INT, VkMemoryGetFdInfoKHR.HANDLE_TYPE, handleType.bit());
            MemorySegment fd = arena.allocate(JAVA_INT);
            Results.check("vkGetMemoryFdKHR", functions.vkGetMemoryFdKHR(info, fd));
            return fd.get(JAVA_INT, 0);
        }
    }

    /**
     * Exports the memory as an MTLTexture, the same at every call. It is not retained: unless the caller retains it, it
     * lives as long as this image.
     *
     * @return the MTLTexture
     * @throws BridgeException ILLEGAL_STATE after close or when the image was not made for MTLTEXTURE, REFUSED or
     *     DEVICE_LOST by Vulkan
     */
    public synchronized long vkGetMemoryMetalHandleEXT() {
        checkExport(MemoryHandleType.MTLTEXTURE);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = Structs.allocate(arena, VkMemoryGetMetalHandleInfoEXT.LAYOUT,
                    VkMemoryGetMetalHandleInfoEXT.STYPE);
            info.set(JAVA_LONG, VkMemoryGetMetalHandleInfoEXT.MEMORY, memory);
            info.set(JAVA_INT, VkMemoryGetMetalHandleInfoEXT.HANDLE_TYPE, handleType.bit());
            MemorySegment handle = arena.allocate(JAVA_LONG);
            Results.check("vkGetMemoryMetalHandleEXT", functions.vkGetMemoryMetalHandleEXT(info, handle));
            long texture = handle.get(JAVA_LONG, 0);
            if (texture == 0) { // MoltenVK says VK_SUCCESS even so
                throw new BridgeException(Reason.REFUSED, "vkGetMemoryMetalHandleEXT gave no MTLTexture for a " + format
                        + " image of " + width + " x " + height
                        + " pixels: Metal could not make it. Use a smaller image or"
                        + " another pixel format, or set the view's interopKind to HOST.");
            }
            return texture;
        }
    }

    /**
     * Asks with which types of memory an MTLTexture could be imported.
     *
     * @param texture an MTLTexture that is alive
     * @return memoryTypeBits: bit i stands for memory type i
     * @throws BridgeException ILLEGAL_STATE after close or when the image was not made for MTLTEXTURE, REFUSED or
     *     DEVICE_LOST by Vulkan
     */
    public synchronized int vkGetMemoryMetalHandlePropertiesEXT(long texture) {
        checkExport(MemoryHandleType.MTLTEXTURE);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment properties = Structs.allocate(arena, VkMemoryMetalHandlePropertiesEXT.LAYOUT,
                    VkMemoryMetalHandlePropertiesEXT.STYPE);
            Results.check("vkGetMemoryMetalHandlePropertiesEXT",
                    functions.vkGetMemoryMetalHandlePropertiesEXT(handleType.bit(), texture, properties));
            return properties.get(JAVA_INT, VkMemoryMetalHandlePropertiesEXT.MEMORY_TYPE_BITS);
        }
    }

    private void checkExport(MemoryHandleType type) {
        if (memory == 0 || handleType != type) {
            throw new BridgeException(Reason.ILLEGAL_STATE, "This image has no memory to export as " + type + ": "
                    + (memory == 0 ? "it was closed." : "make it with MemoryHandleType." + type + "."));
        }
    }

    /**
     * Returns the image.
     *
     * @return the VkImage, or 0 after close
     */
    public synchronized long image() {
        return image;
    }

    /**
     * Returns the view of the whole image.
     *
     * @return the VkImageView, or 0 after close
     */
    public synchronized long view() {
        return view;
    }

    /**
     * Returns the memory.
     *
     * @return the VkDeviceMemory, or 0 after close
     */
    public synchronized long memory() {
        return memory;
    }

    /**
     * Returns how large the memory is; importing APIs need it.
     *
     * @return bytes
     */
    public long memorySize() {
        return memorySize;
    }

    /**
     * Returns what kind of memory it is.
     *
     * @return the type that was allocated from
     */
    public MemoryType memoryType() {
        return memoryType;
    }

    /**
     * Returns the width.
     *
     * @return pixels
     */
    public int width() {
        return width;
    }

    /**
     * Returns the height.
     *
     * @return pixels
     */
    public int height() {
        return height;
    }

    /**
     * Returns the format.
     *
     * @return the format
     */
    public PixelFormat format() {
        return format;
    }

    /**
     * Returns whether the image can be a storage image.
     *
     * @return true if usage includes STORAGE
     */
    public boolean storage() {
        return (use.usage() & USAGE_STORAGE) != 0;
    }

    /** Destroys view, image and memory; idempotent. The GPU must have finished with them. */
    @Override
    public synchronized void close() {
        if (view != 0) {
            functions.vkDestroyImageView(view);
            view = 0;
        }
        if (image != 0) {
            functions.vkDestroyImage(image);
            image = 0;
        }
        if (memory != 0) {
            functions.vkFreeMemory(memory);
            memory = 0;
        }
    }
}
