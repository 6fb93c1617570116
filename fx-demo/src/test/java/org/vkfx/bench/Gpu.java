package org.vkfx.bench;

import static org.lwjgl.vulkan.VK12.*;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.lwjgl.PointerBuffer;
import org.lwjgl.system.Configuration;
import org.lwjgl.system.FunctionProvider;
import org.lwjgl.system.Library;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK;
import org.lwjgl.vulkan.VkApplicationInfo;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkDeviceCreateInfo;
import org.lwjgl.vulkan.VkInstance;
import org.lwjgl.vulkan.VkInstanceCreateInfo;
import org.lwjgl.vulkan.VkMemoryAllocateInfo;
import org.lwjgl.vulkan.VkMemoryRequirements;
import org.lwjgl.vulkan.VkPhysicalDevice;
import org.lwjgl.vulkan.VkPhysicalDeviceDriverProperties;
import org.lwjgl.vulkan.VkPhysicalDeviceMemoryProperties;
import org.lwjgl.vulkan.VkPhysicalDeviceProperties2;
import org.lwjgl.vulkan.VkQueue;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.VulkanDevice;
import org.vkfx.scene.Interop;

/**
 * A device that suits JavaFX, made by the bridge, with LWJGL's functions for it; copies are counted for both. LWJGL has
 * one loader a process, so there is one of these.
 */
final class Gpu implements AutoCloseable {
    private final VulkanDevice owned;
    private final long created;
    private final CopiedBytes copied;
    private final VulkanDevice device;
    private final VkDevice vk;
    private final VkQueue queue;
    private final String name;
    private final String driver;

    /** Makes a device whose copies are counted. Any thread, after JavaFX has started. */
    Gpu() {
        this(createDevice(), true);
    }

    /**
     * Takes a device over that the bridge has made.
     *
     * @param counted whether copies are counted, by a detour that costs time
     */
    Gpu(VulkanDevice made, boolean counted) {
        owned = made;
        created = System.nanoTime();
        copied = counted ? new CopiedBytes(owned.getInstanceProcAddr()) : null;
        device = counted ? VulkanDevice.wrap().getInstanceProcAddr(copied.getInstanceProcAddr())
                .instance(owned.instance()).physicalDevice(owned.physicalDevice()).device(owned.device())
                .queue(owned.queue(), owned.queueFamily()).apiVersion(owned.apiVersion())
                .enabledExtensions(owned.enabledExtensions()).timelineSemaphore(true).queueLock(owned.queueLock())
                .build() : owned;
        Configuration.VULKAN_EXPLICIT_INIT.set(true);
        FunctionProvider first = function -> device.getInstanceProcAddr(); // all others come through it
        VK.create(first);
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer extensions = names(stack, owned.enabledExtensions());
            VkInstance instance = new VkInstance(owned.instance(),
                    VkInstanceCreateInfo.calloc(stack).sType$Default()
                            .pApplicationInfo(
                                    VkApplicationInfo.calloc(stack).sType$Default().apiVersion(owned.apiVersion()))
                            .ppEnabledExtensionNames(extensions));
            VkPhysicalDevice gpu = new VkPhysicalDevice(owned.physicalDevice(), instance);
            vk = new VkDevice(owned.device(), gpu,
                    VkDeviceCreateInfo.calloc(stack).sType$Default().ppEnabledExtensionNames(extensions));
            queue = new VkQueue(owned.queue(), vk);
            VkPhysicalDeviceDriverProperties of = VkPhysicalDeviceDriverProperties.calloc(stack).sType$Default();
            VkPhysicalDeviceProperties2 all = VkPhysicalDeviceProperties2.calloc(stack).sType$Default()
                    .pNext(of.address());
            vkGetPhysicalDeviceProperties2(gpu, all);
            name = all.properties().deviceNameString();
            driver = (of.driverNameString() + " " + of.driverInfoString()).strip();
        }
    }

    private static VulkanDevice createDevice() {
        try {
            return Interop.createDevice();
        } catch (BridgeException e) {
            if (e.reason() != Reason.NO_VULKAN_LOADER) {
                throw e;
            }
            // For macOS LWJGL brings MoltenVK along; the bridge finds what is loaded.
            Library.loadNative(VK.class, "org.lwjgl.vulkan", "MoltenVK", true);
            return Interop.createDevice();
        }
    }

    /** Before JavaFX has started, too. */
    static CompletionStage<VulkanDevice> createDeviceAsync() {
        return Interop.createDeviceAsync().exceptionallyCompose(e -> {
            if (!(e instanceof BridgeException known) || known.reason() != Reason.NO_VULKAN_LOADER) {
                return CompletableFuture.failedStage(e);
            }
            Library.loadNative(VK.class, "org.lwjgl.vulkan", "MoltenVK", true);
            return Interop.createDeviceAsync();
        });
    }

    /** Loads the larger part of LWJGL's binding, for which no device is needed. */
    static void load() {
        Configuration.VULKAN_EXPLICIT_INIT.set(true);
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkInstanceCreateInfo.calloc(stack).sType$Default().pApplicationInfo(
                    VkApplicationInfo.calloc(stack).sType$Default());
            VkDeviceCreateInfo.calloc(stack).sType$Default();
        }
        Stream.of(VkDevice.class, VkCommandBuffer.class, FrameScene.class).forEach(type -> {
            try {
                Class.forName(type.getName(), true, type.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static PointerBuffer names(MemoryStack stack, Collection<String> names) {
        PointerBuffer pointers = stack.mallocPointer(names.size());
        names.forEach(n -> pointers.put(stack.UTF8(n)));
        return pointers.flip();
    }

    /** When the device was there, on System.nanoTime's scale, and LWJGL not yet. */
    long created() {
        return created;
    }

    VulkanDevice device() {
        return device;
    }

    VkDevice vk() {
        return vk;
    }

    CopiedBytes copied() {
        return copied;
    }

    String name() {
        return name;
    }

    String driver() {
        return driver;
    }

    /** Submits; allocates nothing. */
    void submit(long pSubmit, long fence) {
        device.queueLock().lock();
        try {
            check(nvkQueueSubmit(queue, 1, pSubmit, fence), "vkQueueSubmit");
        } finally {
            device.queueLock().unlock();
        }
    }

    /** Allocates memory of a type with the needed properties and as many of the wished ones as possible. */
    long allocate(VkMemoryRequirements needs, int needed, int wished) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkPhysicalDeviceMemoryProperties memory = VkPhysicalDeviceMemoryProperties.malloc(stack);
            vkGetPhysicalDeviceMemoryProperties(vk.getPhysicalDevice(), memory);
            int best = -1;
            int bestHits = -1;
            for (int i = 0; i < memory.memoryTypeCount(); i++) {
                int flags = memory.memoryTypes(i).propertyFlags();
                int hits = Integer.bitCount(flags & wished);
                if ((needs.memoryTypeBits() >>> i & 1) != 0 && (flags & needed) == needed && hits > bestHits) {
                    best = i;
                    bestHits = hits;
                }
            }
            if (best < 0) {
                throw new IllegalStateException("The GPU has no memory type with the properties " + needed + ".");
            }
            var handle = stack.mallocLong(1);
            check(vkAllocateMemory(vk, VkMemoryAllocateInfo.calloc(stack).sType$Default().allocationSize(needs.size())
                    .memoryTypeIndex(best), null, handle), "vkAllocateMemory");
            return handle.get(0);
        }
    }

    static void check(int result, String call) {
        if (result < VK_SUCCESS) {
            throw new IllegalStateException(call + " failed: VkResult " + result);
        }
    }

    @Override
    public void close() {
        device.close();
        device.whenClosed().thenRun(owned::close).toCompletableFuture().join();
        owned.whenClosed().toCompletableFuture().join();
    }
}
