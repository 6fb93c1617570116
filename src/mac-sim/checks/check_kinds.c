/* The kinds of Mac, which MACSIM_MAC names, as JavaFX and Vulkan see them; on MoltenVK. */
#include "check_vulkan.h"

#include <stdlib.h>
#include <string.h>

enum { FAMILY_MAC2 = 2002 };

static bool is_kind(const char *kind) {
    const char *wanted = getenv("MACSIM_MAC");
    return !strcmp(wanted && *wanted ? wanted : "apple-silicon", kind);
}

/* Memory of the GPU that the CPU shares; what is managed, on an Intel Mac, is not coherent. */
static bool shares_memory(VkPhysicalDevice of) {
    const VkMemoryPropertyFlags both = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    VkPhysicalDeviceMemoryProperties memory;
    vkGetPhysicalDeviceMemoryProperties(of, &memory);
    bool has = false;
    for (uint32_t i = 0; i < memory.memoryTypeCount; i++) {
        has |= (memory.memoryTypes[i].propertyFlags & both) == both;
    }
    return has;
}

/* JavaFX's device, and what MoltenVK exports of each of its own. */
void check_kind(void) {
    bool two_gpus = is_kind("two-gpus"), virtual = is_kind("virtual"), two_devices = is_kind("two-devices");
    void *pool = objc_autoreleasePoolPush();
    id javafxs = MTLCreateSystemDefaultDevice();
    check(yes(javafxs, "hasUnifiedMemory") == !two_gpus, "unified memory");
    check(yes(javafxs, "supportsFamily:", (uint64_t)FAMILY_MAC2) == !virtual, "MTLGPUFamilyMac2");
    uint8_t (*supports)(void *, void *) =
        (uint8_t(*)(void *, void *))prism("Java_com_sun_prism_mtl_MTLPipeline_nSupportsMTL");
    check(supports(NULL, NULL) == !virtual, "JavaFX supports Metal here: %d", supports(NULL, NULL));

    open_instance(false, EXPORT_DEVICE);
    VkPhysicalDevice all[3];
    uint32_t count = 3, javafxs_count = 0;
    check(vkEnumeratePhysicalDevices(instance, &count, all) == VK_SUCCESS && count == (two_gpus ? 2 : 1),
          "Vulkan has %u devices", count);
    for (uint32_t i = 0; i < count; i++) {
        open_device(all[i]);
        id vulkans = export_device();
        check(vulkans && luid(all[i]) == msg(vulkans, "registryID"), "LUID of device %u is not its registryID", i);
        check(yes(vulkans, "hasUnifiedMemory") == !two_gpus, "unified memory of device %u", i);
        check(shares_memory(all[i]) == !two_gpus, "memory types of device %u", i);
        if (msg(vulkans, "registryID") == msg(javafxs, "registryID")) {
            javafxs_count++;
            check((vulkans == javafxs) == !two_devices, "JavaFX's MTLDevice is Vulkan's: %d", vulkans == javafxs);
        }
        vkDestroyDevice(device, NULL);
        device = NULL;
    }
    check(javafxs_count == 1, "JavaFX's GPU is %u of Vulkan's", javafxs_count);
    check(!two_gpus || luid(all[0]) != msg(javafxs, "registryID"), "JavaFX's GPU is Vulkan's first");
    check(count < 2 || luid(all[0]) != luid(all[1]), "two GPUs with one LUID");
    close_vulkan();
    objc_release(javafxs);
    objc_autoreleasePoolPop(pool);
}
