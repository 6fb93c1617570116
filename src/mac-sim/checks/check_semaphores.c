/* Timeline semaphores, the export of Metal's objects, and what applications do wrong with both and with memory. */
#include "check_vulkan.h"

#include <unistd.h>

/* ---- vkExportMetalObjectsEXT */

static void export(void *info) {
    typedef void (*export_metal_objects)(VkDevice, void *);
    export_metal_objects function = (export_metal_objects)vkGetDeviceProcAddr(device, "vkExportMetalObjectsEXT");
    check(function, "no vkExportMetalObjectsEXT");
    VkBaseOutStructure head = {TYPE_EXPORT_OBJECTS, info};
    function(device, &head);
}

id export_device(void) {
    struct export_device_info info = {TYPE_EXPORT_DEVICE, NULL, NULL};
    export(&info);
    return info.device;
}

id export_queue(void) {
    struct export_command_queue_info info = {TYPE_EXPORT_COMMAND_QUEUE, NULL, queue, NULL};
    export(&info);
    return info.command_queue;
}

id export_texture(VkImage image) {
    struct export_texture_info info = {TYPE_EXPORT_TEXTURE, NULL, image, NULL, NULL, VK_IMAGE_ASPECT_PLANE_0_BIT, NULL};
    export(&info);
    return info.texture;
}

id export_event(VkSemaphore semaphore) {
    struct export_shared_event_info info = {TYPE_EXPORT_SHARED_EVENT, NULL, semaphore, NULL, NULL};
    export(&info);
    return info.shared_event;
}

/* ---- timelines */

VkSemaphore new_timeline(uint64_t value, bool shared) {
    struct export_object_create_info shares = {TYPE_EXPORT_OBJECT_CREATE, NULL, EXPORT_SHARED_EVENT};
    VkSemaphoreTypeCreateInfo type = {VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO, shared ? &shares : NULL,
                                      VK_SEMAPHORE_TYPE_TIMELINE, value};
    VkSemaphoreCreateInfo info = {VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, &type, 0};
    VkSemaphore semaphore;
    check(vkCreateSemaphore(device, &info, NULL, &semaphore) == VK_SUCCESS, "vkCreateSemaphore");
    return semaphore;
}

static VkResult wait(VkSemaphore semaphore, uint64_t value, uint64_t millis) {
    VkSemaphoreWaitInfo info = {VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO, NULL, 0, 1, &semaphore, &value};
    return vkWaitSemaphores(device, &info, millis * 1000000);
}

/* Vulkan signals 5, for which Metal waits, who signals 6, for which Vulkan waits. */
static void check_timeline(void) {
    void *pool = objc_autoreleasePoolPush();
    VkSemaphore semaphore = new_timeline(3, true);
    id event = export_event(semaphore), metal_queue = export_queue();
    check(event && msg(event, "signaledValue") == 3, "the event has not the semaphore's value");
    check(export_device() == mtl_system_device(), "export of the MTLDevice");
    check(metal_queue && (id)msg(metal_queue, "device") == mtl_system_device(), "export of the MTLCommandQueue");
    VkImage image;
    VkDeviceMemory memory;
    make_exportable(&image, &memory);
    id own_queue = new_queue("ours"), buffer = (id)msg(own_queue, "commandBuffer");
    clear_image(image, semaphore, 5, true);
    msg(buffer, "encodeWaitForEvent:value:", event, 5ul);
    msg(buffer, "encodeSignalEvent:value:", event, 6ul);
    msg(buffer, "commit");
    check(wait(semaphore, 6, 2000) == VK_SUCCESS, "Vulkan does not see Metal's signal");
    msg(buffer, "waitUntilCompleted");
    uint64_t value = 0;
    vkGetSemaphoreCounterValue(device, semaphore, &value);
    check(value == 6 && msg(event, "signaledValue") == 6, "the value is %lu", (unsigned long)value);
    check_no_offence();
    objc_retain(event);
    objc_autoreleasePoolPop(pool);
    vkDestroySemaphore(device, semaphore, NULL);
    msg(event, "setSignaledValue:", 8ul);
    check(msg(event, "signaledValue") == 8, "an event does not outlive its semaphore");
    objc_release(event);
    objc_release(own_queue);
    vkDestroyImage(device, image, NULL);
    vkFreeMemory(device, memory, NULL);
    sim_fail("vkCreateSemaphore", VK_ERROR_OUT_OF_HOST_MEMORY);
    VkSemaphoreCreateInfo info = {VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, NULL, 0};
    check(vkCreateSemaphore(device, &info, NULL, &semaphore) == VK_ERROR_OUT_OF_HOST_MEMORY,
          "vkCreateSemaphore does not fail");
    sim_fail("vkCreateSemaphore", 0);
    check_no_offence();
}

/* What MoltenVK leaves behind, as nothing takes a listener away; lavapipe's dress only says so. */
static void check_waits(bool moltenvk) {
    VkSemaphore semaphore = new_timeline(0, true);
    id event = export_event(semaphore);
    check(wait(semaphore, 1, 5) == VK_TIMEOUT, "a wait for what does not come");
    check_offence(moltenvk ? "vkWaitSemaphores that timed out leaves a listener and its block on MTLSharedEvent"
                           : "vkWaitSemaphores that timed out: MoltenVK leaves a listener and its block");
    msg(event, "setSignaledValue:", 1ul);
    check(wait(semaphore, 1, 1000) == VK_SUCCESS, "a wait for what is there");
    usleep(10000);
    check_no_offence(); /* it fires while the semaphore is there */
    check(wait(semaphore, 2, 5) == VK_TIMEOUT, "a wait for what does not come");
    check_offence("leaves a listener");
    objc_retain(event);
    vkDestroySemaphore(device, semaphore, NULL);
    check_no_offence();
    msg(event, "setSignaledValue:", 2ul);
    if (moltenvk) {
        check_offence("fires after its VkSemaphore was destroyed");
    }
    objc_release(event);
    check_no_offence();
}

/* MoltenVK's queue writes, ours reads once it has, in a command buffer that was committed before and waits for none. */
static void read_blindly(id own_queue, VkImage image, id texture, id target) {
    _Atomic bool done = false, *written = &done;
    void *pool = objc_autoreleasePoolPush();
    id buffer = (id)msg(own_queue, "commandBuffer");
    msg(buffer, "addScheduledHandler:", ^(id scheduled) {
        while (!*written) {
            usleep(100);
        }
    });
    msg(buffer, "commit");
    read_texture(own_queue, texture, target, NULL);
    clear_image(image, VK_NULL_HANDLE, 0, false);
    for (int i = 0; i < 10000 && mtl_gpu_pending() > 2; i++) {
        usleep(100);
    }
    done = true;
    await_offence("is read by \"ours\" without an order after it was written by");
    await_gpu();
    objc_autoreleasePoolPop(pool);
}

static void check_queues(void) {
    void *pool = objc_autoreleasePoolPush();
    id own_queue = new_queue("ours"), target = new_buffer(4ul * WIDTH * HEIGHT);
    VkSemaphore semaphore = new_timeline(0, true);
    id event = export_event(semaphore);
    VkImage image;
    VkDeviceMemory memory;
    make_exportable(&image, &memory);
    id texture = metal_handle(memory, HANDLE_MTLTEXTURE);
    clear_image(image, semaphore, 1, false);
    id buffer = (id)msg(own_queue, "commandBuffer");
    msg(buffer, "encodeWaitForEvent:value:", event, 1ul);
    msg(buffer, "commit");
    read_texture(own_queue, texture, target, NULL);
    await_gpu();
    check_no_offence();
    clear_image(image, semaphore, 2, false);
    await_offence("is written by"); /* after our read, which nobody has told it of */
    await_gpu();
    vkDestroyImage(device, image, NULL);
    vkFreeMemory(device, memory, NULL);
    make_exportable(&image, &memory);
    read_blindly(own_queue, image, metal_handle(memory, HANDLE_MTLTEXTURE), target);
    vkDestroyImage(device, image, NULL);
    vkFreeMemory(device, memory, NULL);
    vkDestroySemaphore(device, semaphore, NULL);
    objc_release(target);
    objc_release(own_queue);
    objc_autoreleasePoolPop(pool);
    check_no_offence();
}

void check_semaphores(bool moltenvk) {
    check_timeline();
    check_waits(moltenvk);
}

/* ---- what applications do wrong; without validation, and the instance allows no exports */

static void check_exports(void) {
    export_device();
    check_offence("the VkInstance was not made for export of its MTLDevice");
    export_queue();
    check_offence("the VkInstance was not made for export of its MTLCommandQueue");
    VkSemaphore semaphore = new_timeline(0, false);
    export_event(semaphore);
    check_offence("a semaphore that was not made for SHARED_EVENT");
    vkDestroySemaphore(device, semaphore, NULL);

    semaphore = new_timeline(9, true);
    msg(export_event(semaphore), "setSignaledValue:", 4ul);
    check_offence("goes back from 9 to 4");
    vkDestroySemaphore(device, semaphore, NULL);
}

static void check_memory(void) {
    VkImage image;
    VkDeviceMemory memory, other = VK_NULL_HANDLE;
    check(make_image(HANDLE_MTLTEXTURE, &image) == VK_SUCCESS, "vkCreateImage");
    check(allocate(image, true, HANDLE_MTLTEXTURE, 1, &memory) == VK_SUCCESS, "export of host-visible memory");
    check_offence("the MTLTexture is private, but the memory type is host-visible");
    metal_handle(memory, HANDLE_MTLBUFFER);
    check_offence("the memory was not exported as type 0x10000");
    vkFreeMemory(device, memory, NULL);
    vkDestroyImage(device, image, NULL);
    check(make_image(0, &image) == VK_SUCCESS && allocate(image, false, 0, 0, &other) == VK_SUCCESS, "an image");
    metal_handle(other, HANDLE_MTLTEXTURE);
    check_offence("the memory was not exported as type 0x20000");
    vkFreeMemory(device, other, NULL);
    vkDestroyImage(device, image, NULL);
}

/* What the layer over lavapipe does not simulate, it says. */
static void check_layer(void) {
    VkImage image;
    VkDeviceMemory memory;
    check(make_image(0x20001, &image) == VK_ERROR_FEATURE_NOT_PRESENT, "combined handle types are accepted");
    check(make_image(0x1, &image) == VK_ERROR_FEATURE_NOT_PRESENT, "OPAQUE_FD is accepted");
    check(make_image(0, &image) == VK_SUCCESS, "vkCreateImage");
    check(allocate(image, false, HANDLE_MTLTEXTURE, 0, &memory) == VK_ERROR_INITIALIZATION_FAILED,
          "an export that is not dedicated");
    check_no_offence();
    export_texture(image);
    check_offence("only images exported as MTLTEXTURE are simulated");
    VkBaseOutStructure io_surface = {TYPE_EXPORT_IO_SURFACE, NULL};
    export(&io_surface);
    check_offence("structure 1000311008 is not simulated");
    vkDestroyImage(device, image, NULL);

    VkExternalMemoryImageCreateInfo external = {VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO, NULL,
                                                HANDLE_MTLTEXTURE};
    VkImageCreateInfo layers = {
        .sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO, .pNext = &external, .imageType = VK_IMAGE_TYPE_2D,
        .format = VK_FORMAT_B8G8R8A8_UNORM, .extent = {WIDTH, HEIGHT, 1}, .mipLevels = 1, .arrayLayers = 2,
        .samples = VK_SAMPLE_COUNT_1_BIT, .usage = VK_IMAGE_USAGE_SAMPLED_BIT,
    };
    check(vkCreateImage(device, &layers, NULL, &image) == VK_SUCCESS
              && allocate(image, true, HANDLE_MTLTEXTURE, 0, &memory) == VK_SUCCESS,
          "an image of two layers");
    check_offence("only plain 2D images of BGRA8 or RGBA8 are simulated");
    vkDestroyImage(device, image, NULL);
    vkFreeMemory(device, memory, NULL);

    VkBufferCreateInfo buffer_info = {.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO, .size = 256,
                                      .usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT};
    VkBuffer buffer;
    check(vkCreateBuffer(device, &buffer_info, NULL, &buffer) == VK_SUCCESS, "vkCreateBuffer");
    VkMemoryDedicatedAllocateInfo dedicated = {VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO, NULL, NULL, buffer};
    VkExportMemoryAllocateInfo export_info = {VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO, &dedicated,
                                              HANDLE_MTLBUFFER};
    VkMemoryAllocateInfo memory_info = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, &export_info, 256, 0};
    check(vkAllocateMemory(device, &memory_info, NULL, &memory) != VK_SUCCESS, "export of a buffer");
    check_offence("vkAllocateMemory: export of a buffer is not simulated");
    vkDestroyBuffer(device, buffer, NULL);

    VkBaseOutStructure import = {TYPE_IMPORT_TEXTURE, NULL};
    VkImageCreateInfo image_info = {.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO, .pNext = &import};
    check(vkCreateImage(device, &image_info, NULL, &image) != VK_SUCCESS, "import of a texture");
    check_offence("vkCreateImage: import of Metal objects is not simulated");
    import.sType = TYPE_IMPORT_BUFFER;
    memory_info.pNext = &import;
    check(vkAllocateMemory(device, &memory_info, NULL, &memory) != VK_SUCCESS, "import of a buffer");
    check_offence("vkAllocateMemory: import of Metal objects is not simulated");
    import.sType = TYPE_IMPORT_SHARED_EVENT;
    VkSemaphoreCreateInfo semaphore_info = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, .pNext = &import};
    VkSemaphore semaphore;
    check(vkCreateSemaphore(device, &semaphore_info, NULL, &semaphore) != VK_SUCCESS, "import of an event");
    check_offence("import of an MTLSharedEvent is not simulated");

    make_exportable(&image, &memory);
    void *data;
    check(vkMapMemory(device, memory, 0, VK_WHOLE_SIZE, 0, &data) == VK_ERROR_MEMORY_MAP_FAILED, "private memory maps");
    vkDestroyImage(device, image, NULL);
    vkFreeMemory(device, memory, NULL);
}

void check_misuse(bool moltenvk) {
    check_exports();
    check_memory();
    if (moltenvk) {
        check_queues();
    } else {
        check_layer();
    }
    VkImage image;
    VkDeviceMemory memory;
    make_exportable(&image, &memory);
    metal_handle(memory, HANDLE_MTLTEXTURE);
    vkDestroyImage(device, image, NULL);
    vkDestroyDevice(device, NULL);
    check_offence("vkDestroyDevice: memory exported as MTLTexture 0x");
    device = NULL;
}
