/*
 * Asks a Vulkan driver what the bridge and its users can ask of MoltenVK, and prints "key: answer", a line for each
 * question. LavapipeLayerTest runs it on MoltenVK and on lavapipe's dress, and compares. Some questions are misuse on
 * purpose: how many offences that was is an answer, too. Says nothing else on stdout; ends with status 0.
 */
#include "questions.h"

#include <stdarg.h>

VkInstance instance;
VkPhysicalDevice gpu;
VkDevice device;
VkQueue queue;

/* ---- answers */

static void say_all(const char *format, va_list arguments) {
    printf(": ");
    vprintf(format, arguments);
    printf("\n");
}

void say(const char *key, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("%s", key);
    say_all(format, arguments);
    va_end(arguments);
}

void say_of(const char *prefix, const char *part, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("%s.%s", prefix, part);
    say_all(format, arguments);
    va_end(arguments);
}

void say_number(const char *key, uint64_t number) {
    say(key, "%llu", (unsigned long long)number);
}

void say_number_of(const char *prefix, const char *part, uint64_t number) {
    say_of(prefix, part, "%llu", (unsigned long long)number);
}

void say_version(const char *key, uint32_t version) {
    say(key, "%u.%u.%u", VK_API_VERSION_MAJOR(version), VK_API_VERSION_MINOR(version), VK_API_VERSION_PATCH(version));
}

void say_offences(const char *prefix) {
    say_of(prefix, "offences", "%d", sim_offences());
    sim_forget();
}

void say_result(const char *prefix, VkResult result) {
    say_of(prefix, "result", "%d", result);
    say_offences(prefix);
}

const char *key(const char *format, ...) {
    char *result = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&result, format, arguments) < 0) {
        abort();
    }
    va_end(arguments);
    return result;
}

void must(VkResult result, const char *what) {
    if (result != VK_SUCCESS) {
        fprintf(stderr, "%s: VkResult %d\n", what, result);
        exit(1);
    }
}

/* ---- instances */

static VkResult make_instance(bool portability, uint32_t version, VkInstance *made) {
    VkApplicationInfo application = {.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO};
    application.apiVersion = version;
    const char *extension = VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME;
    struct export_object_create_info devices = {(VkStructureType)TYPE_EXPORT_OBJECT_CREATE, NULL, EXPORT_DEVICE};
    struct export_object_create_info queues = {(VkStructureType)TYPE_EXPORT_OBJECT_CREATE, &devices,
                                               EXPORT_COMMAND_QUEUE};
    VkInstanceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, .pNext = &queues};
    info.flags = portability ? VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR : 0;
    info.pApplicationInfo = &application;
    info.enabledExtensionCount = portability ? 1 : 0;
    info.ppEnabledExtensionNames = &extension;
    return vkCreateInstance(&info, NULL, made);
}

/* What the device says when the application asks for a version. */
static void ask_version(const char *name, uint32_t version) {
    VkInstance other;
    must(make_instance(true, version, &other), "vkCreateInstance");
    uint32_t one = 1;
    VkPhysicalDevice physical = NULL;
    vkEnumeratePhysicalDevices(other, &one, &physical);
    VkPhysicalDeviceProperties properties;
    vkGetPhysicalDeviceProperties(physical, &properties);
    say_version(key("instance.for-%s.apiVersion", name), properties.apiVersion);
    vkDestroyInstance(other, NULL);
}

static void ask_instance(void) {
    static const char *const names[] = {
        "VK_EXT_debug_utils", "VK_KHR_device_group_creation", "VK_KHR_external_fence_capabilities",
        "VK_KHR_external_memory_capabilities", "VK_KHR_external_semaphore_capabilities",
        "VK_KHR_get_physical_device_properties2", "VK_KHR_portability_enumeration",
    };
    uint32_t version = 0, count = 0;
    must(vkEnumerateInstanceVersion(&version), "vkEnumerateInstanceVersion");
    say("instance.version", "%u.%u", VK_API_VERSION_MAJOR(version), VK_API_VERSION_MINOR(version));
    must(vkEnumerateInstanceExtensionProperties(NULL, &count, NULL), "vkEnumerateInstanceExtensionProperties");
    VkExtensionProperties *all = calloc(count, sizeof *all);
    must(vkEnumerateInstanceExtensionProperties(NULL, &count, all), "vkEnumerateInstanceExtensionProperties");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bool found = false;
        for (uint32_t j = 0; j < count; j++) {
            found = found || !strcmp(all[j].extensionName, names[i]);
        }
        say(key("instance.extension.%s", names[i]), "%d", found);
    }
    free(all);
    VkInstance other = NULL;
    VkResult result = make_instance(false, VK_API_VERSION_1_2, &other);
    say_result("instance.without-portability-enumeration", result);
    if (result == VK_SUCCESS) {
        vkDestroyInstance(other, NULL);
    }
    ask_version("none", 0);
    ask_version("1.0", VK_API_VERSION_1_0);
    ask_version("1.1", VK_API_VERSION_1_1);
    ask_version("1.3", VK_API_VERSION_1_3);
    must(make_instance(true, VK_API_VERSION_1_2, &instance), "vkCreateInstance");
    must(vkEnumeratePhysicalDevices(instance, &count, NULL), "vkEnumeratePhysicalDevices");
    say("instance.physical-devices", "%u", count);
    count = 1;
    VkResult first = vkEnumeratePhysicalDevices(instance, &count, &gpu);
    must(first == VK_INCOMPLETE ? VK_SUCCESS : first, "vkEnumeratePhysicalDevices");
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0); /* a crash does not eat what was said before */
    void *pool = objc_autoreleasePoolPush();
    ask_instance();
    ask_extensions();
    ask_properties();
    ask_limits();
    ask_features();
    ask_queues_and_memory();
    ask_formats();
    ask_external();
    ask_devices();
    ask_image_requirements();
    ask_buffer_requirements();
    ask_allocations();
    ask_exported_images();
    ask_shared_event();
    ask_timed_out_waits();
    ask_plain_semaphores();
    ask_left_behind();
    vkDestroyInstance(instance, NULL);
    objc_autoreleasePoolPop(pool);
    say_offences("end");
    return 0;
}
