package org.vkfx.scene;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import javafx.application.Platform;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropDiagnosis;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;
import org.vkfx.VulkanDevice;
import org.vkfx.interop.Background;
import org.vkfx.interop.BackendChoice;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.Diagnosis;
import org.vkfx.interop.InteropBackend;
import org.vkfx.interop.host.HostBackend;
import org.vkfx.interop.metal.MetalBackend;
import org.vkfx.interop.opengl.OpenGlBackend;
import org.vkfx.objc.AutoreleasePool;
import org.vkfx.vulkan.DeviceFactory;
import org.vkfx.vulkan.VulkanLoader;

/**
 * What a Vulkan instance and device need so that JavaFX can show their images, and which way that will be. Thread-safe.
 */
public final class Interop {
    private static final Set<String> INSTANCE_EXTENSIONS = Set.of("VK_KHR_portability_enumeration");
    private static final Set<String> DEVICE_EXTENSIONS = Set.of("VK_KHR_timeline_semaphore",
            "VK_KHR_portability_subset");
    private static final Duration TOOLKIT_PATIENCE = Duration.ofMinutes(1);
    private static final Duration TOOLKIT_PAUSE = Duration.ofMillis(2);
    private static final Executor BACKGROUND = Background.threads("vkfx-probe");
    /** In the order of preference. */
    static final List<InteropBackend> BACKENDS = List.of(new MetalBackend(), new OpenGlBackend(), new HostBackend());

    private Interop() {
    }

    /**
     * Returns which of the available instance extensions to enable. If VK_KHR_portability_enumeration is among them,
     * set VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR too.
     *
     * @param available names from vkEnumerateInstanceExtensionProperties
     * @return names, all of them available
     */
    public static Set<String> requiredInstanceExtensions(Collection<String> available) {
        return intersection(INSTANCE_EXTENSIONS,
                available(available, "vkEnumerateInstanceExtensionProperties"));
    }

    /**
     * Returns which of the available instance extensions to enable, asking the Vulkan loader what is available.
     *
     * @return names
     * @throws BridgeException with {@link Reason#NO_VULKAN_LOADER} when there is no Vulkan loader, with
     *     {@link Reason#REFUSED} when it fails
     */
    public static Set<String> requiredInstanceExtensions() {
        return requiredInstanceExtensions(VulkanLoader.open().vkEnumerateInstanceExtensionProperties());
    }

    /**
     * Returns which of the available device extensions to enable: what any backend can use, and
     * VK_KHR_portability_subset, which must be enabled where it exists. Besides, enable the feature timelineSemaphore.
     *
     * @param available names from vkEnumerateDeviceExtensionProperties
     * @return names, all of them available
     */
    public static Set<String> requiredDeviceExtensions(Collection<String> available) {
        return intersection(deviceExtensions(), available(available, "vkEnumerateDeviceExtensionProperties"));
    }

    private static Collection<String> available(Collection<String> names, String function) {
        return BridgeException.requireArgument(names, "available", "Pass the names that " + function + " returns.");
    }

    private static Set<String> deviceExtensions() {
        Set<String> wanted = new TreeSet<>(DEVICE_EXTENSIONS);
        BACKENDS.forEach(backend -> wanted.addAll(backend.deviceExtensions()));
        return wanted;
    }

    private static Set<String> intersection(Set<String> wanted, Collection<String> available) {
        return wanted.stream().filter(available::contains).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Looks at JavaFX's side: which pipeline, which GPU, which kinds of interop are possible with a suitable Vulkan
     * device. Any thread; does not wait.
     *
     * @return the report, on any thread; fails with a BridgeException ({@link Reason#ILLEGAL_STATE}) before the JavaFX
     *     toolkit has started
     */
    public static CompletionStage<InteropReport> probe() {
        return report(afterToolkit().thenComposeAsync(
                started -> BackendChoice.of(BACKENDS, InteropKind.AUTO, Optional.empty()), BACKGROUND));
    }

    /**
     * Looks at a device: which kinds of interop are possible with it. A kind that shares memory is possible when a
     * small test image has arrived in JavaFX as Vulkan wrote it, which is tried once for each device. Any thread; does
     * not wait. Keeps the device from closing until it is done.
     *
     * @param device a live device
     * @return the report, on any thread; fails with a BridgeException ({@link Reason#ILLEGAL_STATE}) before the JavaFX
     *     toolkit has started, or when the device was closed
     */
    public static CompletionStage<InteropReport> probe(VulkanDevice device) {
        BridgeException.requireArgument(device, "device", "Call probe() to ask without a device.");
        return report(afterToolkit().thenComposeAsync(started -> {
            DeviceRuntime runtime = DeviceRuntime.retain(device);
            return BackendChoice.of(BACKENDS, InteropKind.AUTO, Optional.of(runtime))
                    .whenComplete((choice, e) -> runtime.release());
        }, BACKGROUND));
    }

    /**
     * Checks a kind of interop on a device, step by step, on a small image that is made for it and handed over like a
     * view's: same GPU, type of memory, export, one memory on both sides, a signal that crosses, nothing left
     * afterwards. Takes some time (about 0.1 s). Any thread; does not wait. Keeps the device from closing until it is
     * done.
     *
     * @param device a live device
     * @param kind the kind; AUTO for the zero-copy kind of JavaFX's pipeline, or HOST where it has none: so unlike a
     *     view's, this AUTO does not go round what does not work
     * @return the diagnosis, on any thread; fails with a BridgeException ({@link Reason#ILLEGAL_STATE}) before the
     *     JavaFX toolkit has started, or when the device was closed
     */
    public static CompletionStage<InteropDiagnosis> diagnose(VulkanDevice device, InteropKind kind) {
        BridgeException.requireArgument(device, "device", "Pass the device that renders.");
        BridgeException.requireArgument(kind, "kind", "Use a constant of InteropKind.");
        return unwrapped(afterToolkit().thenComposeAsync(started -> {
            DeviceRuntime runtime = DeviceRuntime.retain(device);
            return Diagnosis.of(BACKENDS, kind, runtime).whenComplete((diagnosis, e) -> runtime.release());
        }, BACKGROUND));
    }

    private static CompletionStage<InteropReport> report(CompletionStage<BackendChoice> choosing) {
        return unwrapped(choosing.thenApply(BackendChoice::report));
    }

    /** The same result, or the BridgeException itself, which stages wrap. */
    private static <T> CompletionStage<T> unwrapped(CompletionStage<T> stage) {
        CompletableFuture<T> result = new CompletableFuture<>();
        stage.whenComplete((value, e) -> {
            if (e == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(e instanceof CompletionException ? e.getCause() : e);
            }
        });
        return result;
    }

    private static CompletionStage<Void> afterToolkit() {
        try {
            checkToolkit();
            return CompletableFuture.completedStage(null);
        } catch (BridgeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /**
     * Fails before the JavaFX toolkit has started. While it is starting, runLater waits; after its end it does nothing.
     */
    static void checkToolkit() {
        try {
            Platform.runLater(() -> {
            });
        } catch (IllegalStateException e) {
            throw new BridgeException(Reason.ILLEGAL_STATE,
                    "The JavaFX toolkit has not started. Do this from Application.start, or after Platform.startup.",
                    e);
        }
    }

    /**
     * Makes an instance and a device that suit JavaFX's pipeline, for programs that have none: Vulkan 1.2 or later, one
     * queue for graphics, compute and transfer, what the bridge needs enabled and nothing else. {@link
     * VulkanDevice#close()} destroys both. Takes some time (0.1 s to 0.4 s); may be called on any thread, after the
     * JavaFX toolkit has started. Where no suitable device is the GPU that JavaFX renders with, it takes another; then
     * views take the host path.
     *
     * @return the device; the caller closes it
     * @throws BridgeException with {@link Reason#NO_VULKAN_LOADER} or {@link Reason#NO_DEVICE} when there is none, with
     *     {@link Reason#REFUSED} when Vulkan refuses to make it, with {@link Reason#ILLEGAL_STATE} before the toolkit
     *     has started
     */
    public static VulkanDevice createDevice() {
        checkToolkit();
        CompletableFuture<BackendChoice> javaFx = lookAtJavaFx();
        return AutoreleasePool.call(() -> makeDevice(javaFx::join));
    }

    /**
     * Makes a device as {@link #createDevice()} does, in the background. Any thread, also before the JavaFX toolkit has
     * started: most of the time goes into Vulkan's instance, which needs no JavaFX. So a program that calls this first
     * of all, in its main method, shows its first frame sooner. The JavaFX thread must not wait for it: it may be
     * needed.
     *
     * @return the device, on another thread; the caller closes it. Fails with a BridgeException: as createDevice
     *     throws, with {@link Reason#ILLEGAL_STATE} when the toolkit has not started within a minute
     */
    public static CompletionStage<VulkanDevice> createDeviceAsync() {
        return unwrapped(CompletableFuture.supplyAsync(() -> makeDevice(() -> {
            awaitToolkit();
            lookAtJavaFx().join();
        }), BACKGROUND));
    }

    private static CompletableFuture<BackendChoice> lookAtJavaFx() {
        return BackendChoice.of(BACKENDS, InteropKind.AUTO, Optional.empty()).toCompletableFuture();
    }

    /** Nothing tells when it starts. */
    private static void awaitToolkit() {
        long begin = System.nanoTime();
        while (true) {
            try {
                checkToolkit();
                return;
            } catch (BridgeException e) {
                if (System.nanoTime() - begin > TOOLKIT_PATIENCE.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(TOOLKIT_PAUSE.toNanos());
            }
        }
    }

    /** Waits for what is known of JavaFX when there is an instance. */
    private static VulkanDevice makeDevice(Runnable lookAtJavaFx) {
        VulkanLoader loader = VulkanLoader.open();
        VulkanDevice device = DeviceFactory.create(loader, () -> {
            lookAtJavaFx.run();
            return gpu -> BACKENDS.stream().anyMatch(b -> b.isGpuOfJavaFx(gpu));
        }, requiredInstanceExtensions(loader.vkEnumerateInstanceExtensionProperties()), deviceExtensions());
        device.surroundClose(AutoreleasePool::run); // also when no view ever uses it
        probe(device); // proves the path while the application prepares
        return device;
    }
}
