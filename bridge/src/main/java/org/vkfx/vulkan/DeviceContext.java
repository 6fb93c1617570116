package org.vkfx.vulkan;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.VulkanDevice;

/**
 * A {@link VulkanDevice} with its functions and its physical device: what everything else in this package is made from.
 * Owns nothing; valid as long as the VkDevice. Thread-safe.
 */
public final class DeviceContext {
    private final VulkanDevice device;
    private final PhysicalDevice physicalDevice;
    private final DeviceFunctions functions;
    private TransferFunctions transferFunctions; // guarded by this, like the next; null until needed
    private DeviceQueue queue;

    private DeviceContext(VulkanDevice device, PhysicalDevice physicalDevice, DeviceFunctions functions) {
        this.device = device;
        this.physicalDevice = physicalDevice;
        this.functions = functions;
    }

    /**
     * Loads the functions of a device and reads its properties.
     *
     * @param device a live device
     * @return its context
     * @throws BridgeException NO_VULKAN_LOADER, MISSING_CAPABILITY when a function is missing, or INVALID_ARGUMENT when
     *     the physical device has no such queue family
     */
    public static DeviceContext of(VulkanDevice device) {
        VulkanLoader loader = VulkanLoader.of(device.getInstanceProcAddr());
        InstanceFunctions instance = new InstanceFunctions(loader, device.instance());
        PhysicalDevice physicalDevice = new PhysicalDevice(instance, device.physicalDevice());
        int families = physicalDevice.queueFamilies();
        if (device.queueFamily() >= families) {
            throw new BridgeException(Reason.INVALID_ARGUMENT, "The queue family index is " + device.queueFamily()
                    + ", but " + physicalDevice.name() + " has families 0 to " + (families - 1)
                    + ". Pass the index that the VkQueue was created with to VulkanDevice.wrap().queue(queue, family).");
        }
        return new DeviceContext(device, physicalDevice,
                new DeviceFunctions(instance, device.device(), device.apiVersion(), device.enabledExtensions()));
    }

    /**
     * Returns the device.
     *
     * @return the device that this was made for
     */
    public VulkanDevice device() {
        return device;
    }

    /**
     * Returns the physical device.
     *
     * @return the device's physical device
     */
    public PhysicalDevice physicalDevice() {
        return physicalDevice;
    }

    /**
     * Checks that an extension was enabled.
     *
     * @param extension name of an instance or device extension
     * @throws BridgeException MISSING_CAPABILITY when it was not
     */
    public void require(String extension) {
        if (!device.enabledExtensions().contains(extension)) {
            throw new BridgeException(Reason.MISSING_CAPABILITY, "The extension " + extension
                    + " is not enabled on this device. Enable it when creating the VkDevice on " + physicalDevice.name()
                    + ", and say so by VulkanDevice.wrap().enabledExtensions(…).");
        }
    }

    DeviceFunctions functions() {
        return functions;
    }

    /**
     * The queue; its function is loaded by the first call: where the bridge submits nothing, it does not ask for it.
     */
    synchronized DeviceQueue queue() {
        if (queue == null) {
            queue = new DeviceQueue(functions, device);
        }
        return queue;
    }

    /** The functions that copy; loaded by the first call. */
    synchronized TransferFunctions transferFunctions() {
        if (transferFunctions == null) {
            transferFunctions = new TransferFunctions(functions, device.device());
        }
        return transferFunctions;
    }
}
