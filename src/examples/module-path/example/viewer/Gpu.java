package example.viewer;

import static org.lwjgl.vulkan.KHRPortabilityEnumeration.*;
import static org.lwjgl.vulkan.VK12.*;

import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.Set;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.FunctionProvider;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK;
import org.lwjgl.vulkan.VkApplicationInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkDeviceCreateInfo;
import org.lwjgl.vulkan.VkDeviceQueueCreateInfo;
import org.lwjgl.vulkan.VkExtensionProperties;
import org.lwjgl.vulkan.VkInstance;
import org.lwjgl.vulkan.VkInstanceCreateInfo;
import org.lwjgl.vulkan.VkPhysicalDevice;
import org.lwjgl.vulkan.VkPhysicalDeviceIDProperties;
import org.lwjgl.vulkan.VkPhysicalDeviceProperties2;
import org.lwjgl.vulkan.VkPhysicalDeviceVulkan12Features;
import org.lwjgl.vulkan.VkQueue;
import org.lwjgl.vulkan.VkQueueFamilyProperties;
import org.vkfx.InteropReport;
import org.vkfx.VulkanDevice;
import org.vkfx.scene.Interop;

/** An instance, a device and a queue, made by LWJGL and wrapped for the bridge. */
final class Gpu {
    private final VkInstance instance;
    private final VkPhysicalDevice physicalDevice;
    private final VkDevice vkDevice;
    private final VkQueue queue;
    private final VulkanDevice device;

    /** Takes the GPU that JavaFX renders with, or the first when Vulkan has none such. */
    Gpu(InteropReport javaFx) {
        FunctionProvider vulkan = VK.getFunctionProvider(); // opens Vulkan: on macOS the bridge takes what is open
        Set<String> enabled = new HashSet<>();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            instance = createInstance(enabled, stack);
            physicalDevice = choose(javaFx, stack);
            int family = graphicsFamily(stack);
            vkDevice = createDevice(family, enabled, stack);
            PointerBuffer handle = stack.mallocPointer(1);
            vkGetDeviceQueue(vkDevice, family, 0, handle);
            queue = new VkQueue(handle.get(0), vkDevice);
            device = VulkanDevice.wrap() //
                    .getInstanceProcAddr(vulkan.getFunctionAddress("vkGetInstanceProcAddr"))
                    .instance(instance.address()).physicalDevice(physicalDevice.address()).device(vkDevice.address())
                    .queue(queue.address(), family).apiVersion(VK_API_VERSION_1_2) // as in VkApplicationInfo
                    .enabledExtensions(enabled).timelineSemaphore(true) // Vulkan cannot tell what was enabled
                    .onClose(this::destroy).build();
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

    /** Called when device() was closed and the bridge has let go of it. */
    private void destroy() {
        vkDestroyDevice(vkDevice, null);
        vkDestroyInstance(instance, null);
    }

    private static VkInstance createInstance(Set<String> enabled, MemoryStack stack) {
        Set<String> extensions = Interop.requiredInstanceExtensions();
        VkInstanceCreateInfo info = VkInstanceCreateInfo.calloc(stack).sType$Default()
                .pApplicationInfo(VkApplicationInfo.calloc(stack).sType$Default().apiVersion(VK_API_VERSION_1_2))
                .ppEnabledExtensionNames(strings(extensions, stack));
        if (extensions.contains(VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME)) {
            info.flags(VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR);
        }
        PointerBuffer handle = stack.mallocPointer(1);
        check(vkCreateInstance(info, null, handle));
        enabled.addAll(extensions);
        return new VkInstance(handle.get(0), info);
    }

    private VkPhysicalDevice choose(InteropReport javaFx, MemoryStack stack) {
        IntBuffer count = stack.mallocInt(1);
        check(vkEnumeratePhysicalDevices(instance, count, null));
        PointerBuffer handles = stack.mallocPointer(count.get(0));
        check(vkEnumeratePhysicalDevices(instance, count, handles));
        for (int i = 0; i < handles.capacity(); i++) {
            VkPhysicalDevice candidate = new VkPhysicalDevice(handles.get(i), instance);
            VkPhysicalDeviceIDProperties id = VkPhysicalDeviceIDProperties.calloc(stack).sType$Default();
            vkGetPhysicalDeviceProperties2(candidate,
                    VkPhysicalDeviceProperties2.calloc(stack).sType$Default().pNext(id));
            byte[] uuid = new byte[VK_UUID_SIZE];
            id.deviceUUID().get(uuid);
            OptionalLong luid = id.deviceLUIDValid()
                    ? OptionalLong.of(id.deviceLUID().order(ByteOrder.BIG_ENDIAN).getLong(0))
                    : OptionalLong.empty();
            if (javaFx.isGpuOfJavaFx(HexFormat.of().formatHex(uuid), luid)) {
                return candidate;
            }
        }
        return new VkPhysicalDevice(handles.get(0), instance);
    }

    private int graphicsFamily(MemoryStack stack) {
        IntBuffer count = stack.mallocInt(1);
        vkGetPhysicalDeviceQueueFamilyProperties(physicalDevice, count, null);
        VkQueueFamilyProperties.Buffer families = VkQueueFamilyProperties.malloc(count.get(0), stack);
        vkGetPhysicalDeviceQueueFamilyProperties(physicalDevice, count, families);
        for (int i = 0; i < families.capacity(); i++) {
            if ((families.get(i).queueFlags() & VK_QUEUE_GRAPHICS_BIT) != 0) {
                return i;
            }
        }
        throw new IllegalStateException("This GPU has no graphics queue.");
    }

    private VkDevice createDevice(int family, Set<String> enabled, MemoryStack stack) {
        Set<String> extensions = Interop.requiredDeviceExtensions(availableExtensions(stack));
        VkDeviceCreateInfo info = VkDeviceCreateInfo.calloc(stack).sType$Default()
                .pNext(VkPhysicalDeviceVulkan12Features.calloc(stack).sType$Default().timelineSemaphore(true))
                .pQueueCreateInfos(VkDeviceQueueCreateInfo.calloc(1, stack).sType$Default().queueFamilyIndex(family)
                        .pQueuePriorities(stack.floats(1)))
                .ppEnabledExtensionNames(strings(extensions, stack));
        PointerBuffer handle = stack.mallocPointer(1);
        check(vkCreateDevice(physicalDevice, info, null, handle));
        enabled.addAll(extensions);
        return new VkDevice(handle.get(0), physicalDevice, info);
    }

    private Set<String> availableExtensions(MemoryStack stack) {
        IntBuffer count = stack.mallocInt(1);
        check(vkEnumerateDeviceExtensionProperties(physicalDevice, (String) null, count, null));
        try (VkExtensionProperties.Buffer all = VkExtensionProperties.malloc(count.get(0))) {
            check(vkEnumerateDeviceExtensionProperties(physicalDevice, (String) null, count, all));
            Set<String> names = new HashSet<>();
            all.forEach(extension -> names.add(extension.extensionNameString()));
            return names;
        }
    }

    private static PointerBuffer strings(Collection<String> strings, MemoryStack stack) {
        PointerBuffer pointers = stack.mallocPointer(strings.size());
        strings.forEach(string -> pointers.put(stack.UTF8(string)));
        return pointers.flip();
    }

    static void check(int result) {
        if (result != VK_SUCCESS) {
            throw new IllegalStateException("VkResult " + result);
        }
    }
}
