package org.vkfx.vulkan;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;

/** VkResult: its names, and what is thrown for it. */
final class Results {
    static final int VK_SUCCESS = 0;
    static final int VK_TIMEOUT = 2;
    static final int VK_INCOMPLETE = 5;
    static final int VK_ERROR_OUT_OF_HOST_MEMORY = -1;
    static final int VK_ERROR_OUT_OF_DEVICE_MEMORY = -2;
    static final int VK_ERROR_INITIALIZATION_FAILED = -3;
    static final int VK_ERROR_DEVICE_LOST = -4;
    static final int VK_ERROR_MEMORY_MAP_FAILED = -5;
    static final int VK_ERROR_LAYER_NOT_PRESENT = -6;
    static final int VK_ERROR_EXTENSION_NOT_PRESENT = -7;
    static final int VK_ERROR_FEATURE_NOT_PRESENT = -8;
    static final int VK_ERROR_INCOMPATIBLE_DRIVER = -9;
    static final int VK_ERROR_TOO_MANY_OBJECTS = -10;
    static final int VK_ERROR_FORMAT_NOT_SUPPORTED = -11;
    static final int VK_ERROR_FRAGMENTED_POOL = -12;
    static final int VK_ERROR_UNKNOWN = -13;
    static final int VK_ERROR_VALIDATION_FAILED = -1000011001;
    static final int VK_ERROR_IMAGE_USAGE_NOT_SUPPORTED_KHR = -1000023000;
    static final int VK_ERROR_VIDEO_PICTURE_LAYOUT_NOT_SUPPORTED_KHR = -1000023001;
    static final int VK_ERROR_VIDEO_PROFILE_OPERATION_NOT_SUPPORTED_KHR = -1000023002;
    static final int VK_ERROR_VIDEO_PROFILE_FORMAT_NOT_SUPPORTED_KHR = -1000023003;
    static final int VK_ERROR_VIDEO_PROFILE_CODEC_NOT_SUPPORTED_KHR = -1000023004;
    static final int VK_ERROR_INVALID_EXTERNAL_HANDLE = -1000072003;
    static final int VK_ERROR_INVALID_OPAQUE_CAPTURE_ADDRESS = -1000257000;
    static final int VK_ERROR_INVALID_VIDEO_STD_PARAMETERS_KHR = -1000299000;
    static final int VK_ERROR_COMPRESSION_EXHAUSTED_EXT = -1000338000;

    static final String INSTALL_DRIVER = "Install one (Debian: apt install mesa-vulkan-drivers, or the GPU maker's"
            + " driver; macOS: the Vulkan SDK or MoltenVK) and check it with vulkaninfo --summary; where VK_DRIVER_FILES is set, it"
            + " must name one.";

    private Results() {
    }

    /**
     * Throws unless a call succeeded.
     *
     * @throws BridgeException with reason DEVICE_LOST, NO_DEVICE (no driver) or REFUSED
     */
    static void check(String function, int result) {
        if (result != VK_SUCCESS) {
            throw exception(function, result);
        }
    }

    static BridgeException exception(String function, int result) {
        Reason reason = switch (result) {
            case VK_ERROR_DEVICE_LOST -> Reason.DEVICE_LOST;
            case VK_ERROR_INCOMPATIBLE_DRIVER -> Reason.NO_DEVICE;
            default -> Reason.REFUSED;
        };
        return new BridgeException(reason, function + " returned " + name(result) + ". " + remedy(result));
    }

    static String name(int result) {
        return switch (result) {
            case VK_SUCCESS -> "VK_SUCCESS";
            case VK_TIMEOUT -> "VK_TIMEOUT";
            case VK_INCOMPLETE -> "VK_INCOMPLETE";
            case VK_ERROR_OUT_OF_HOST_MEMORY -> "VK_ERROR_OUT_OF_HOST_MEMORY";
            case VK_ERROR_OUT_OF_DEVICE_MEMORY -> "VK_ERROR_OUT_OF_DEVICE_MEMORY";
            case VK_ERROR_INITIALIZATION_FAILED -> "VK_ERROR_INITIALIZATION_FAILED";
            case VK_ERROR_DEVICE_LOST -> "VK_ERROR_DEVICE_LOST";
            case VK_ERROR_MEMORY_MAP_FAILED -> "VK_ERROR_MEMORY_MAP_FAILED";
            case VK_ERROR_LAYER_NOT_PRESENT -> "VK_ERROR_LAYER_NOT_PRESENT";
            case VK_ERROR_EXTENSION_NOT_PRESENT -> "VK_ERROR_EXTENSION_NOT_PRESENT";
            case VK_ERROR_FEATURE_NOT_PRESENT -> "VK_ERROR_FEATURE_NOT_PRESENT";
            case VK_ERROR_INCOMPATIBLE_DRIVER -> "VK_ERROR_INCOMPATIBLE_DRIVER";
            case VK_ERROR_TOO_MANY_OBJECTS -> "VK_ERROR_TOO_MANY_OBJECTS";
            case VK_ERROR_FORMAT_NOT_SUPPORTED -> "VK_ERROR_FORMAT_NOT_SUPPORTED";
            case VK_ERROR_FRAGMENTED_POOL -> "VK_ERROR_FRAGMENTED_POOL";
            case VK_ERROR_UNKNOWN -> "VK_ERROR_UNKNOWN";
            case VK_ERROR_VALIDATION_FAILED -> "VK_ERROR_VALIDATION_FAILED";
            case VK_ERROR_IMAGE_USAGE_NOT_SUPPORTED_KHR -> "VK_ERROR_IMAGE_USAGE_NOT_SUPPORTED_KHR";
            case VK_ERROR_VIDEO_PICTURE_LAYOUT_NOT_SUPPORTED_KHR -> "VK_ERROR_VIDEO_PICTURE_LAYOUT_NOT_SUPPORTED_KHR";
            case VK_ERROR_VIDEO_PROFILE_OPERATION_NOT_SUPPORTED_KHR ->
                "VK_ERROR_VIDEO_PROFILE_OPERATION_NOT_SUPPORTED_KHR";
            case VK_ERROR_VIDEO_PROFILE_FORMAT_NOT_SUPPORTED_KHR -> "VK_ERROR_VIDEO_PROFILE_FORMAT_NOT_SUPPORTED_KHR";
            case VK_ERROR_VIDEO_PROFILE_CODEC_NOT_SUPPORTED_KHR -> "VK_ERROR_VIDEO_PROFILE_CODEC_NOT_SUPPORTED_KHR";
            case VK_ERROR_INVALID_EXTERNAL_HANDLE -> "VK_ERROR_INVALID_EXTERNAL_HANDLE";
            case VK_ERROR_INVALID_OPAQUE_CAPTURE_ADDRESS -> "VK_ERROR_INVALID_OPAQUE_CAPTURE_ADDRESS";
            case VK_ERROR_INVALID_VIDEO_STD_PARAMETERS_KHR -> "VK_ERROR_INVALID_VIDEO_STD_PARAMETERS_KHR";
            case VK_ERROR_COMPRESSION_EXHAUSTED_EXT -> "VK_ERROR_COMPRESSION_EXHAUSTED_EXT";
            default -> "VkResult " + result;
        };
    }

    /** What to do about it. Codes that no function of the bridge's returns by the specification share one remedy. */
    static String remedy(int result) {
        return switch (result) {
            case VK_ERROR_OUT_OF_HOST_MEMORY -> "Free memory, or allow the process more of it or more open files.";
            case VK_ERROR_OUT_OF_DEVICE_MEMORY -> "Free GPU memory, or use smaller or fewer images (the"
                    + " view's resolutionScale and imageCount).";
            case VK_ERROR_INITIALIZATION_FAILED ->
                "The driver could not set up what was asked for: update it, and check it with"
                        + " vulkaninfo --summary.";
            case VK_ERROR_MEMORY_MAP_FAILED ->
                "Free address space, or allow the process more of it (ulimit -v), or use smaller or"
                        + " fewer images (the view's resolutionScale and imageCount).";
            case VK_ERROR_LAYER_NOT_PRESENT ->
                "A layer is not installed: install it, or take its name out of the environment"
                        + " variable VK_INSTANCE_LAYERS and of what the application enables.";
            case VK_ERROR_TOO_MANY_OBJECTS -> "Use fewer Vulkan objects: the driver limits how many exist at a time.";
            case VK_ERROR_DEVICE_LOST -> "The GPU stopped working on this VkDevice (hang, crash, reset or removal)."
                    + " Destroy it, make a new one, and set it on the view with a new renderer.";
            case VK_ERROR_INCOMPATIBLE_DRIVER -> "No Vulkan driver was found. " + INSTALL_DRIVER;
            case VK_ERROR_EXTENSION_NOT_PRESENT, VK_ERROR_FEATURE_NOT_PRESENT, VK_ERROR_FORMAT_NOT_SUPPORTED,
                    VK_ERROR_IMAGE_USAGE_NOT_SUPPORTED_KHR ->
                "The driver cannot do what was asked for: update it, or use another device.";
            case VK_ERROR_VALIDATION_FAILED -> "The validation layer says why.";
            case VK_ERROR_INVALID_EXTERNAL_HANDLE -> "The driver cannot share this memory: update it, or set the view's"
                    + " interopKind to HOST.";
            case VK_ERROR_INVALID_OPAQUE_CAPTURE_ADDRESS ->
                "Only a tool that captures or replays Vulkan asks for addresses: replay"
                        + " on the device and driver of the capture, or start without the tool.";
            case VK_ERROR_COMPRESSION_EXHAUSTED_EXT ->
                "The GPU has no room for another compressed image: use fewer, or start"
                        + " without the layer that asks for compression.";
            case VK_ERROR_VIDEO_PICTURE_LAYOUT_NOT_SUPPORTED_KHR, VK_ERROR_VIDEO_PROFILE_OPERATION_NOT_SUPPORTED_KHR,
                    VK_ERROR_VIDEO_PROFILE_FORMAT_NOT_SUPPORTED_KHR, VK_ERROR_VIDEO_PROFILE_CODEC_NOT_SUPPORTED_KHR,
                    VK_ERROR_INVALID_VIDEO_STD_PARAMETERS_KHR ->
                "Nobody here asks for video: start without the layer that does (VK_LOADER_LAYERS_DISABLE=~all~ disables them all), or"
                        + " update the driver.";
            case VK_ERROR_UNKNOWN -> "The driver does not say why: update it, or start with"
                    + " VK_INSTANCE_LAYERS=VK_LAYER_KHRONOS_validation in the environment to see whether it was called wrongly.";
            default -> "Start with VK_INSTANCE_LAYERS=VK_LAYER_KHRONOS_validation in the environment to learn more.";
        };
    }
}
