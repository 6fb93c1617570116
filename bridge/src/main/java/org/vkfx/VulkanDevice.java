package org.vkfx;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.vkfx.BridgeException.Reason;

/**
 * A Vulkan device of the application's, as raw handles from any binding. The bridge does not own the handles: the
 * application keeps them alive until {@link #whenClosed()} completes. A device made by {@code Interop.createDevice()}
 * destroys its handles itself by then.
 *
 * <p>Any number of views may use one device. {@link #close()} says that the application wants to be rid of it; it takes
 * effect when the last view on it has let go. Thread-safe.
 *
 * <p>Every use of the queue, the bridge's and the application's, happens inside {@link #queueLock()}.
 *
 * @see <a href="https://docs.vulkan.org/spec/latest/chapters/fundamentals.html#fundamentals-threadingbehavior">
 *     Vulkan: external synchronisation</a>
 */
public final class VulkanDevice implements AutoCloseable {
    private final long getInstanceProcAddr;
    private final long instance;
    private final long physicalDevice;
    private final long device;
    private final long queue;
    private final int queueFamily;
    private final int apiVersion;
    private final Set<String> extensions;
    private final Lock queueLock;
    private final Runnable onClose;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile Executor closeSurround = Runnable::run;
    private int users; // guarded by this
    private boolean closing; // guarded by this

    private VulkanDevice(Builder b) {
        getInstanceProcAddr = b.getInstanceProcAddr;
        instance = b.instance;
        physicalDevice = b.physicalDevice;
        device = b.device;
        queue = b.queue;
        queueFamily = b.queueFamily;
        apiVersion = b.apiVersion;
        extensions = b.extensions;
        queueLock = b.queueLock;
        onClose = b.onClose;
    }

    /**
     * Begins to describe a device. Vulkan cannot tell what was enabled on a device, so the description says it. All of
     * it is needed except what is called optional.
     *
     * @return an empty description
     */
    public static Builder wrap() {
        return new Builder();
    }

    /** A description of a device; {@link #build()} checks it. Not thread-safe. */
    public static final class Builder {
        private static final int TIMELINE_IN_CORE = version(1, 2);
        private long getInstanceProcAddr;
        private long instance;
        private long physicalDevice;
        private long device;
        private long queue;
        private int queueFamily = -1;
        private int apiVersion;
        private boolean timelineSemaphore;
        private Set<String> extensions = Set.of();
        private Lock queueLock = new ReentrantLock();
        private Runnable onClose = () -> {
        };

        private Builder() {
        }

        /**
         * Optional: where Vulkan's functions come from, when the application has loaded Vulkan itself. Without it the
         * bridge opens the Vulkan loader under its usual names.
         *
         * @param address address of vkGetInstanceProcAddr, or 0
         * @return this
         */
        public Builder getInstanceProcAddr(long address) {
            getInstanceProcAddr = address;
            return this;
        }

        /**
         * The instance that the device was found with.
         *
         * @param vkInstance the VkInstance
         * @return this
         */
        public Builder instance(long vkInstance) {
            instance = vkInstance;
            return this;
        }

        /**
         * The physical device that the device was made from.
         *
         * @param vkPhysicalDevice the VkPhysicalDevice
         * @return this
         */
        public Builder physicalDevice(long vkPhysicalDevice) {
            physicalDevice = vkPhysicalDevice;
            return this;
        }

        /**
         * The device.
         *
         * @param vkDevice the VkDevice
         * @return this
         */
        public Builder device(long vkDevice) {
            device = vkDevice;
            return this;
        }

        /**
         * The queue that renderers submit to; it must support graphics or compute (and with that transfer).
         *
         * @param vkQueue the VkQueue
         * @param family index of its family
         * @return this
         */
        public Builder queue(long vkQueue, int family) {
            queue = vkQueue;
            queueFamily = family;
            return this;
        }

        /**
         * The version in use: the lower of VkApplicationInfo.apiVersion and the physical device's, encoded by
         * VK_MAKE_API_VERSION.
         *
         * @param version the encoded version, see {@link #version}
         * @return this
         */
        public Builder apiVersion(int version) {
            apiVersion = version;
            return this;
        }

        /**
         * All instance and device extensions that were enabled. {@code Interop.requiredDeviceExtensions} says which the
         * bridge needs.
         *
         * @param names extension names
         * @return this
         */
        public Builder enabledExtensions(Collection<String> names) {
            BridgeException.requireArgument(names, "enabledExtensions", "Use Set.of() where none was enabled.");
            names.forEach(name -> BridgeException.requireArgument(name, "A name among enabledExtensions",
                    "Name the extensions as VkInstanceCreateInfo and VkDeviceCreateInfo did."));
            extensions = Set.copyOf(names);
            return this;
        }

        /**
         * Whether the feature timelineSemaphore was enabled (VkPhysicalDeviceVulkan12Features, or
         * VK_KHR_timeline_semaphore's own structure). The bridge needs it: without it {@link #build()} throws.
         *
         * @param enabled true if it was
         * @return this
         */
        public Builder timelineSemaphore(boolean enabled) {
            timelineSemaphore = enabled;
            return this;
        }

        /**
         * Optional: the lock that the application holds around every use of the queue. Without it the device makes one,
         * a ReentrantLock. One that is not reentrant must not be held when presenting. Devices that share a VkQueue
         * share its lock. The bridge holds it only while it uses the queue itself.
         *
         * @param lock the lock
         * @return this
         */
        public Builder queueLock(Lock lock) {
            queueLock = BridgeException.requireArgument(lock, "queueLock",
                    "Pass the lock that guards the queue, or leave the call out.");
            return this;
        }

        /**
         * Optional: what destroys the device. Runs once, after {@link VulkanDevice#close()}, when the bridge has let
         * go, on a thread of its own: it may wait. What it throws, {@link VulkanDevice#whenClosed()} tells.
         *
         * @param action the action
         * @return this
         */
        public Builder onClose(Runnable action) {
            onClose = BridgeException.requireArgument(action, "onClose",
                    "Pass what destroys the device, or leave the call out.");
            return this;
        }

        /**
         * Checks the description.
         *
         * @return the device
         * @throws BridgeException with {@link Reason#INVALID_ARGUMENT} when a handle is 0 or the queue family was not
         *     given, with {@link Reason#MISSING_CAPABILITY} when the version is too low or timeline semaphores are not
         *     enabled; the message says what to add
         */
        public VulkanDevice build() {
            require(instance, "VkInstance", "instance");
            require(physicalDevice, "VkPhysicalDevice", "physicalDevice");
            require(device, "VkDevice", "device");
            require(queue, "VkQueue", "queue");
            if (queueFamily < 0) {
                throw new BridgeException(Reason.INVALID_ARGUMENT, "The queue family index is " + queueFamily
                        + ". Pass the index that the VkQueue was created with to VulkanDevice.wrap().queue(queue, family).");
            }
            if (apiVersion == 0) {
                throw new BridgeException(Reason.INVALID_ARGUMENT, "No Vulkan version was given. Pass the lower of"
                        + " VkApplicationInfo.apiVersion and the physical device's to"
                        + " VulkanDevice.wrap().apiVersion(…), such as VulkanDevice.version(1, 2).");
            }
            if (apiVersion < version(1, 1)) {
                throw new BridgeException(Reason.MISSING_CAPABILITY, "The device is used with Vulkan "
                        + text(apiVersion)
                        + "; the bridge needs 1.2, or 1.1 with VK_KHR_timeline_semaphore. Raise VkApplicationInfo.apiVersion"
                        + " or update the driver, and pass the version to VulkanDevice.wrap().apiVersion(…).");
            }
            if (apiVersion < TIMELINE_IN_CORE && !extensions.contains("VK_KHR_timeline_semaphore")) {
                throw new BridgeException(Reason.MISSING_CAPABILITY,
                        "The device is used with Vulkan " + text(apiVersion)
                                + " without VK_KHR_timeline_semaphore. Enable that extension and name it in"
                                + " VulkanDevice.wrap().enabledExtensions(…), or use Vulkan 1.2.");
            }
            if (!timelineSemaphore) {
                throw new BridgeException(Reason.MISSING_CAPABILITY,
                        "The feature timelineSemaphore is not enabled. Enable it in"
                                + " VkPhysicalDeviceVulkan12Features (or VkPhysicalDeviceTimelineSemaphoreFeatures) when creating the"
                                + " device, and say so by VulkanDevice.wrap().timelineSemaphore(true).");
            }
            return new VulkanDevice(this);
        }

        private static void require(long handle, String type, String method) {
            if (handle == 0) {
                throw new BridgeException(Reason.INVALID_ARGUMENT,
                        "The " + type + " is 0 (VK_NULL_HANDLE). Pass the handle of a"
                                + " live object to VulkanDevice.wrap()." + method + "(…).");
            }
        }

        private static String text(int version) {
            return (version >>> 22 & 0x7f) + "." + (version >>> 12 & 0x3ff);
        }
    }

    /**
     * Encodes a version as VK_MAKE_API_VERSION does, with variant and patch 0.
     *
     * @param major the major version
     * @param minor the minor version
     * @return the encoded version
     */
    public static int version(int major, int minor) {
        return major << 22 | minor << 12;
    }

    /**
     * Returns the source of Vulkan's functions.
     *
     * @return address of vkGetInstanceProcAddr, or 0 when the bridge finds the loader itself
     */
    public long getInstanceProcAddr() {
        return getInstanceProcAddr;
    }

    /**
     * Returns the instance.
     *
     * @return the VkInstance
     */
    public long instance() {
        return instance;
    }

    /**
     * Returns the physical device.
     *
     * @return the VkPhysicalDevice
     */
    public long physicalDevice() {
        return physicalDevice;
    }

    /**
     * Returns the device.
     *
     * @return the VkDevice
     */
    public long device() {
        return device;
    }

    /**
     * Returns the queue; use it inside {@link #queueLock()} only.
     *
     * @return the VkQueue
     */
    public long queue() {
        return queue;
    }

    /**
     * Returns the family of the queue.
     *
     * @return index of the family
     */
    public int queueFamily() {
        return queueFamily;
    }

    /**
     * Returns the Vulkan version in use.
     *
     * @return the version, encoded by VK_MAKE_API_VERSION
     */
    public int apiVersion() {
        return apiVersion;
    }

    /**
     * Returns the enabled extensions.
     *
     * @return names of instance and device extensions, unmodifiable
     */
    public Set<String> enabledExtensions() {
        return extensions;
    }

    /**
     * Returns the lock around every use of the queue, the bridge's and the application's (Vulkan: VkQueue is externally
     * synchronised). The bridge takes it on threads of its own, from the time that a view or a probe uses the device,
     * and in {@link Swapchain#present} where it submits something for each frame: the host path's copy, a signal to the
     * GL driver. So do not wait inside it for the bridge, as in {@link Swapchain#acquire} with a time-out.
     *
     * @return the lock
     */
    public Lock queueLock() {
        return queueLock;
    }

    /**
     * Keeps the device from closing until {@link #release()}. Views do this; so may programs that use the handles for
     * work of their own. Does not wait.
     *
     * @throws BridgeException with {@link Reason#ILLEGAL_STATE} after {@link #close()}
     */
    public synchronized void retain() {
        if (closing) {
            throw new BridgeException(Reason.ILLEGAL_STATE,
                    "This VulkanDevice was closed. Make a new one by VulkanDevice.wrap() or Interop.createDevice().");
        }
        users++;
    }

    /**
     * Undoes one {@link #retain()}. Does not wait.
     *
     * @throws BridgeException with {@link Reason#ILLEGAL_STATE} when nothing is retained
     */
    public void release() {
        boolean last;
        synchronized (this) {
            if (users == 0) {
                throw new BridgeException(Reason.ILLEGAL_STATE,
                        "VulkanDevice.release() without retain(). Call it once for each.");
            }
            users--;
            last = closing && users == 0;
        }
        if (last) {
            end();
        }
    }

    /**
     * Ends the device's use; idempotent, does not wait: see {@link #whenClosed()}. Views that show it go on until
     * closed.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            if (users > 0) {
                return;
            }
        }
        end();
    }

    /**
     * Completes when the device was closed and the bridge uses its handles no more. Then the application may destroy
     * them; a device made by the bridge is destroyed by then.
     *
     * @return the stage; it completes exceptionally when the action given to {@link Builder#onClose} threw
     */
    public CompletionStage<Void> whenClosed() {
        return closed.minimalCompletionStage();
    }

    /**
     * Says what the action given to {@link Builder#onClose} runs in. The bridge does, for every device that it uses: on
     * macOS a thread that calls Vulkan needs an Objective-C autorelease pool. Applications need not call this. The last
     * call counts.
     *
     * @param surround runs what it is given at once, on the calling thread
     */
    public void surroundClose(Executor surround) {
        closeSurround = BridgeException.requireArgument(surround, "surround", "Use Runnable::run for nothing.");
    }

    /** On a thread that keeps the process alive, so that a program that ends now still destroys its device. */
    private void end() {
        Thread.ofPlatform().name("vkfx-close").start(() -> {
            try {
                closeSurround.execute(onClose);
                closed.complete(null);
            } catch (Throwable e) { // checked ones too, which Kotlin and others throw undeclared
                closed.completeExceptionally(e);
            }
        });
    }
}
