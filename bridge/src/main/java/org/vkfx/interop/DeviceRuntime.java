package org.vkfx.interop;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import org.vkfx.VulkanDevice;
import org.vkfx.objc.AutoreleasePool;
import org.vkfx.swapchain.RenderLoop;
import org.vkfx.vulkan.CompletionWaiter;
import org.vkfx.vulkan.DeviceContext;

/**
 * What the bridge keeps for a device while any view uses it: functions, render thread, waiter thread. Retains the
 * device. Thread-safe.
 */
public final class DeviceRuntime {
    private static final Map<VulkanDevice, DeviceRuntime> RUNTIMES = new HashMap<>(); // guarded by itself

    private final VulkanDevice device;
    private final Map<Class<?>, AutoCloseable> shared = new HashMap<>(); // guarded by itself
    private DeviceContext context; // these three: guarded by this until started, then constant
    private CompletionWaiter waiter;
    private RenderLoop loop; // null until started
    private int users; // guarded by RUNTIMES

    private DeviceRuntime(VulkanDevice device) {
        this.device = device;
        device.retain();
        device.surroundClose(AutoreleasePool::run);
    }

    /**
     * Returns the device's runtime, made when there is none. Calls Vulkan: not on the JavaFX thread.
     *
     * @param device the device
     * @return the runtime, which the caller releases
     */
    public static DeviceRuntime retain(VulkanDevice device) {
        DeviceRuntime runtime;
        synchronized (RUNTIMES) {
            runtime = RUNTIMES.computeIfAbsent(device, DeviceRuntime::new);
            runtime.users++;
        }
        try {
            // Outside the lock: a slow driver keeps nobody waiting but its own device's users.
            AutoreleasePool.run(runtime::start);
            return runtime;
        } catch (RuntimeException | Error e) {
            runtime.release();
            throw e;
        }
    }

    private synchronized void start() {
        if (loop == null) {
            context = DeviceContext.of(device);
            waiter = CompletionWaiter.start(context, AutoreleasePool::run);
            loop = new RenderLoop("vkfx-render", AutoreleasePool::run);
        }
    }

    private synchronized void end() {
        if (loop != null) {
            loop.close();
            waiter.close(); // nothing is pending, so its thread calls Vulkan no more
        }
        closeShared();
        device.release();
    }

    /**
     * Undoes one {@link #retain}; the last ends the threads and lets go of the device. Nothing of the caller's is left
     * on it.
     */
    public void release() {
        synchronized (RUNTIMES) {
            if (--users > 0) {
                return;
            }
            RUNTIMES.remove(device);
        }
        AutoreleasePool.run(this::end);
    }

    /**
     * Returns what a backend keeps for this device, made on first use and closed with the runtime. Any thread.
     *
     * @param type its class, of which there is one
     * @param maker makes it; calls neither Vulkan nor this
     * @param <T> its class
     * @return the one object
     */
    public <T extends AutoCloseable> T shared(Class<T> type, Supplier<T> maker) {
        synchronized (shared) {
            return type.cast(shared.computeIfAbsent(type, key -> maker.get()));
        }
    }

    private void closeShared() {
        synchronized (shared) {
            for (AutoCloseable resource : shared.values()) {
                try {
                    resource.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            shared.clear();
        }
    }

    /**
     * Returns the device's functions and properties.
     *
     * @return the context
     */
    public DeviceContext context() {
        return context;
    }

    /**
     * Returns the thread that waits for the GPU and destroys what is not needed any more.
     *
     * @return the waiter
     */
    public CompletionWaiter waiter() {
        return waiter;
    }

    /**
     * Returns the render thread.
     *
     * @return the loop
     */
    public RenderLoop loop() {
        return loop;
    }
}
