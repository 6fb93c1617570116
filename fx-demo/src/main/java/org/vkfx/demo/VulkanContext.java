package org.vkfx.demo;

import static org.lwjgl.vulkan.EXTDebugUtils.*;
import static org.lwjgl.vulkan.KHRPortabilityEnumeration.*;
import static org.lwjgl.vulkan.VK12.*;

import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK;
import org.lwjgl.vulkan.VkApplicationInfo;
import org.lwjgl.vulkan.VkDebugUtilsMessengerCallbackDataEXT;
import org.lwjgl.vulkan.VkDebugUtilsMessengerCallbackEXT;
import org.lwjgl.vulkan.VkDebugUtilsMessengerCreateInfoEXT;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkDeviceCreateInfo;
import org.lwjgl.vulkan.VkDeviceQueueCreateInfo;
import org.lwjgl.vulkan.VkExtensionProperties;
import org.lwjgl.vulkan.VkInstance;
import org.lwjgl.vulkan.VkInstanceCreateInfo;
import org.lwjgl.vulkan.VkPhysicalDevice;
import org.lwjgl.vulkan.VkPhysicalDeviceDriverProperties;
import org.lwjgl.vulkan.VkPhysicalDeviceIDProperties;
import org.lwjgl.vulkan.VkPhysicalDeviceProperties;
import org.lwjgl.vulkan.VkPhysicalDeviceProperties2;
import org.lwjgl.vulkan.VkPhysicalDeviceVulkan12Features;
import org.lwjgl.vulkan.VkQueue;
import org.lwjgl.vulkan.VkQueueFamilyProperties;
import org.vkfx.InteropReport;
import org.vkfx.VulkanDevice;
import org.vkfx.scene.Interop;

/**
 * Instance, device and one graphics queue, made by LWJGL as any application would, and wrapped for the bridge. All are
 * destroyed when the wrapped device has closed.
 */
final class VulkanContext {
    private static final String VALIDATION = "VK_LAYER_KHRONOS_validation";

    /** A physical device that suits. */
    private record Gpu(VkPhysicalDevice handle, String name, String driver, String uuid, OptionalLong luid, int type,
            int queueFamily) {
        /** Real GPUs before virtual ones before processors. */
        int rank() {
            return switch (type) {
                case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU -> 0;
                case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU -> 1;
                case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU -> 2;
                default -> 3;
            };
        }
    }

    private final Cleanup cleanup = new Cleanup();
    private final Set<String> extensions = new HashSet<>();
    private final VkInstance instance;
    private final Gpu gpu;
    private final VkDevice vkDevice;
    private final VkQueue queue;
    private final VulkanDevice device;

    /**
     * Makes everything.
     *
     * @param counter the source of Vulkan's functions
     * @param javaFx names the GPU to use; null for the best one
     * @param validation takes what the validation layer has to say, or null to do without the layer
     */
    VulkanContext(CopyCounter counter, InteropReport javaFx, Consumer<String> validation) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            instance = makeInstance(stack, validation);
            gpu = chooseGpu(javaFx);
            vkDevice = makeDevice(stack);
            PointerBuffer handle = stack.mallocPointer(1);
            vkGetDeviceQueue(vkDevice, gpu.queueFamily, 0, handle);
            queue = new VkQueue(handle.get(0), vkDevice);
            device = VulkanDevice.wrap().getInstanceProcAddr(counter.getInstanceProcAddr())
                    .instance(instance.address()).physicalDevice(gpu.handle.address()).device(vkDevice.address())
                    .queue(queue.address(), gpu.queueFamily).apiVersion(VK_API_VERSION_1_2)
                    .enabledExtensions(extensions).timelineSemaphore(true).onClose(cleanup::close).build();
        } catch (RuntimeException e) {
            cleanup.close();
            throw e;
        }
    }

    VulkanDevice device() {
        return device;
    }

    VkDevice vkDevice() {
        return vkDevice;
    }

    VkQueue queue() {
        return queue;
    }

    String gpuName() {
        return gpu.name;
    }

    /** The driver's name and version, as "MoltenVK 1.4.2". */
    String driver() {
        return gpu.driver;
    }

    GpuNature gpuNature() {
        return GpuNature.of(gpu.name, gpu.type);
    }

    /** The deviceUUID, 32 hexadecimal digits. */
    String gpuUuid() {
        return gpu.uuid;
    }

    private VkInstance makeInstance(MemoryStack stack, Consumer<String> validation) {
        if (VK.getInstanceVersionSupported() < VK_API_VERSION_1_2) {
            throw new IllegalStateException("The Vulkan loader is older than 1.2: update it.");
        }
        Set<String> available = instanceExtensions(stack);
        Set<String> enabled = new HashSet<>(Interop.requiredInstanceExtensions(available));
        VkInstanceCreateInfo info = VkInstanceCreateInfo.calloc(stack).sType$Default()
                .pApplicationInfo(VkApplicationInfo.calloc(stack).sType$Default()
                        .pApplicationName(stack.UTF8("VkFX demo")).apiVersion(VK_API_VERSION_1_2));
        VkDebugUtilsMessengerCreateInfoEXT messenger = null;
        if (validation != null) {
            enabled.add(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
            messenger = messenger(stack, validation);
            info.ppEnabledLayerNames(stack.pointers(stack.UTF8(VALIDATION))).pNext(messenger.address());
        }
        if (enabled.contains(VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME)) {
            info.flags(VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR);
        }
        info.ppEnabledExtensionNames(names(stack, enabled));
        PointerBuffer handle = stack.mallocPointer(1);
        Vk.check(vkCreateInstance(info, null, handle), "vkCreateInstance");
        VkInstance made = new VkInstance(handle.get(0), info);
        cleanup.add(() -> vkDestroyInstance(made, null));
        extensions.addAll(enabled);
        if (messenger != null) {
            long debug = Vk.make("vkCreateDebugUtilsMessengerEXT", messenger,
                    (m, p) -> vkCreateDebugUtilsMessengerEXT(made, m, null, p));
            cleanup.add(() -> vkDestroyDebugUtilsMessengerEXT(made, debug, null));
        }
        return made;
    }

    private VkDebugUtilsMessengerCreateInfoEXT messenger(MemoryStack stack, Consumer<String> validation) {
        VkDebugUtilsMessengerCallbackEXT callback = VkDebugUtilsMessengerCallbackEXT
                .create((severity, types, data, user) -> {
                    validation.accept(VkDebugUtilsMessengerCallbackDataEXT.create(data).pMessageString());
                    return VK_FALSE;
                });
        cleanup.add(callback::free);
        return VkDebugUtilsMessengerCreateInfoEXT.calloc(stack).sType$Default()
                .messageSeverity(VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT
                        | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT)
                .messageType(
                        VK_DEBUG_UTILS_MESSAGE_TYPE_GENERAL_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT)
                .pfnUserCallback(callback);
    }

    private Gpu chooseGpu(InteropReport javaFx) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer count = stack.mallocInt(1);
            Vk.check(vkEnumeratePhysicalDevices(instance, count, null), "vkEnumeratePhysicalDevices");
            PointerBuffer handles = stack.mallocPointer(count.get(0));
            Vk.check(vkEnumeratePhysicalDevices(instance, count, handles), "vkEnumeratePhysicalDevices");
            List<Gpu> suitable = new ArrayList<>();
            for (int i = 0; i < handles.capacity(); i++) {
                Gpu candidate = inspect(new VkPhysicalDevice(handles.get(i), instance));
                if (candidate.queueFamily >= 0) {
                    suitable.add(candidate);
                }
            }
            // Without the GPU that JavaFX uses there is no zero-copy path, but any other still serves the host path.
            return suitable.stream().filter(g -> javaFx != null && javaFx.isGpuOfJavaFx(g.uuid, g.luid)).findFirst()
                    .or(() -> suitable.stream().min((a, b) -> Integer.compare(a.rank(), b.rank())))
                    .orElseThrow(() -> new IllegalStateException("No Vulkan 1.2 GPU with a graphics queue was found."));
        }
    }

    private static Gpu inspect(VkPhysicalDevice handle) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkPhysicalDeviceIDProperties id = VkPhysicalDeviceIDProperties.calloc(stack).sType$Default();
            VkPhysicalDeviceDriverProperties driver = VkPhysicalDeviceDriverProperties.calloc(stack).sType$Default()
                    .pNext(id.address());
            VkPhysicalDeviceProperties2 all = VkPhysicalDeviceProperties2.calloc(stack).sType$Default()
                    .pNext(driver.address());
            vkGetPhysicalDeviceProperties2(handle, all);
            VkPhysicalDeviceProperties properties = all.properties();
            byte[] uuid = new byte[VK_UUID_SIZE];
            id.deviceUUID().get(uuid);
            OptionalLong luid = id.deviceLUIDValid()
                    ? OptionalLong.of(id.deviceLUID().order(ByteOrder.BIG_ENDIAN).getLong(0)) : OptionalLong.empty();
            int family = properties.apiVersion() < VK_API_VERSION_1_2 ? -1 : graphicsFamily(handle, stack);
            return new Gpu(handle, properties.deviceNameString(),
                    (driver.driverNameString() + " " + driver.driverInfoString()).strip(),
                    HexFormat.of().formatHex(uuid), luid, properties.deviceType(), family);
        }
    }

    private static int graphicsFamily(VkPhysicalDevice handle, MemoryStack stack) {
        IntBuffer count = stack.mallocInt(1);
        vkGetPhysicalDeviceQueueFamilyProperties(handle, count, null);
        VkQueueFamilyProperties.Buffer families = VkQueueFamilyProperties.malloc(count.get(0), stack);
        vkGetPhysicalDeviceQueueFamilyProperties(handle, count, families);
        for (int i = 0; i < families.capacity(); i++) {
            if ((families.get(i).queueFlags() & VK_QUEUE_GRAPHICS_BIT) != 0) {
                return i;
            }
        }
        return -1;
    }

    private VkDevice makeDevice(MemoryStack stack) {
        Set<String> enabled = Interop.requiredDeviceExtensions(deviceExtensions(stack));
        VkDeviceCreateInfo info = VkDeviceCreateInfo.calloc(stack).sType$Default()
                .pNext(VkPhysicalDeviceVulkan12Features.calloc(stack).sType$Default().timelineSemaphore(true).address())
                .pQueueCreateInfos(VkDeviceQueueCreateInfo.calloc(1, stack).sType$Default()
                        .queueFamilyIndex(gpu.queueFamily).pQueuePriorities(stack.floats(1)))
                .ppEnabledExtensionNames(names(stack, enabled));
        PointerBuffer handle = stack.mallocPointer(1);
        Vk.check(vkCreateDevice(gpu.handle, info, null, handle), "vkCreateDevice");
        VkDevice made = new VkDevice(handle.get(0), gpu.handle, info);
        cleanup.add(() -> vkDestroyDevice(made, null));
        extensions.addAll(enabled);
        return made;
    }

    private static Set<String> instanceExtensions(MemoryStack stack) {
        IntBuffer count = stack.mallocInt(1);
        Vk.check(vkEnumerateInstanceExtensionProperties((String) null, count, null),
                "vkEnumerateInstanceExtensionProperties");
        try (VkExtensionProperties.Buffer all = VkExtensionProperties.malloc(count.get(0))) {
            Vk.check(vkEnumerateInstanceExtensionProperties((String) null, count, all),
                    "vkEnumerateInstanceExtensionProperties");
            return names(all);
        }
    }

    private Set<String> deviceExtensions(MemoryStack stack) {
        IntBuffer count = stack.mallocInt(1);
        Vk.check(vkEnumerateDeviceExtensionProperties(gpu.handle, (String) null, count, null),
                "vkEnumerateDeviceExtensionProperties");
        try (VkExtensionProperties.Buffer all = VkExtensionProperties.malloc(count.get(0))) {
            Vk.check(vkEnumerateDeviceExtensionProperties(gpu.handle, (String) null, count, all),
                    "vkEnumerateDeviceExtensionProperties");
            return names(all);
        }
    }

    private static Set<String> names(VkExtensionProperties.Buffer all) {
        Set<String> names = new HashSet<>();
        all.forEach(e -> names.add(e.extensionNameString()));
        return names;
    }

    private static PointerBuffer names(MemoryStack stack, Collection<String> names) {
        PointerBuffer pointers = stack.mallocPointer(names.size());
        names.forEach(n -> pointers.put(stack.UTF8(n)));
        return pointers.flip();
    }
}
