/* What ends the process, with a sentence and status 86; each is run as a process of its own. */
#include "check_vulkan.h"

#include <stdlib.h>
#include <string.h>

VkResult vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version);
void objc_enumerationMutation(id object);

/* ---- at exit */

static void leak(void) {
    new_object("NSObject");
}

static void offend(void) {
    id object = new_object("NSObject");
    objc_release(object);
    msg(object, "hash");
}

/* ---- the vendors' code */

/* An import that nobody has simulated: MoltenVK asks an IOSurface for its width. */
static void unresolved(void) {
    struct { /* VkImportMetalIOSurfaceInfoEXT */
        int32_t type;
        const void *next;
        id io_surface;
    } import = {TYPE_IMPORT_IO_SURFACE, NULL, new_object("NSObject")};
    VkImageCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO, .pNext = &import, .imageType = VK_IMAGE_TYPE_2D,
        .format = VK_FORMAT_B8G8R8A8_UNORM, .extent = {WIDTH, HEIGHT, 1}, .mipLevels = 1, .arrayLayers = 1,
        .samples = VK_SAMPLE_COUNT_1_BIT, .usage = VK_IMAGE_USAGE_SAMPLED_BIT,
    };
    VkImage image;
    open_instance(false, 0);
    open_device(physical);
    vkCreateImage(device, &info, NULL, &image);
}

/* SPIRV-Cross, inside of MoltenVK, throws where a shader is no SPIR-V but for its first word. */
static void cxx_exception(void) {
    static const uint32_t words[] = {0x07230203, 0x00010000, 0, 1, 0, 0};
    open_instance(false, 0);
    open_device(physical);
    VkShaderModuleCreateInfo module_info = {VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO, NULL, 0, sizeof words, words};
    VkShaderModule module;
    check(vkCreateShaderModule(device, &module_info, NULL, &module) == VK_SUCCESS, "vkCreateShaderModule");
    VkPipelineLayoutCreateInfo layout_info = {.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
    VkPipelineLayout layout;
    check(vkCreatePipelineLayout(device, &layout_info, NULL, &layout) == VK_SUCCESS, "vkCreatePipelineLayout");
    VkComputePipelineCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
        .stage = {.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO, .stage = VK_SHADER_STAGE_COMPUTE_BIT,
                  .module = module, .pName = "main"},
        .layout = layout,
    };
    VkPipeline pipeline;
    vkCreateComputePipelines(device, VK_NULL_HANDLE, 1, &info, NULL, &pipeline);
}

static void load_moltenvk(const char *path) {
    uint32_t version = 5;
    setenv("MACSIM_MOLTENVK", path, 1);
    vk_icdNegotiateLoaderICDInterfaceVersion(&version);
}

static void absent(void) {
    load_moltenvk("/nowhere/libMoltenVK.dylib");
}

static void no_macho(void) {
    load_moltenvk("/proc/self/exe");
}

/* ---- exceptions of Foundation, which nobody catches */

static void nil_object(void) {
    msg(new_object("NSMutableArray"), "addObject:", NULL);
}

static void nil_key(void) {
    msg(new_object("NSMutableDictionary"), "setObject:forKey:", new_object("NSObject"), NULL);
}

static void no_element(void) {
    msg(new_object("NSMutableArray"), "objectAtIndex:", 5ul);
}

static void null_string(void) {
    msg(msg(objc_getClass("NSString"), "alloc"), "initWithUTF8String:", NULL);
}

static void mutation(void) {
    objc_enumerationMutation(new_object("NSMutableArray"));
}

static void assertion(void) {
    void *pool = objc_autoreleasePoolPush();
    id handler = (id)msg(objc_getClass("NSAssertionHandler"), "currentHandler");
    msg(handler, "handleFailureInMethod:object:file:lineNumber:description:", sel_registerName("draw"),
        new_object("NSObject"), string("file.m"), 7ul, string("it is so"));
    objc_autoreleasePoolPop(pool);
}

static void second_lock(void) {
    id lock = new_object("NSLock");
    msg(lock, "lock");
    msg(lock, "lock");
}

static void block_dealloc(void) {
    static struct {
        Class isa;
        int64_t rest[4];
    } block;
    block.isa = objc_getClass("NSStackBlock");
    msg(&block, "dealloc");
}

static void many_queues(void) {
    objc_autoreleasePoolPush(); /* for their labels */
    for (int i = 0; i < 100; i++) {
        new_queue("one of many");
    }
}

/* ---- what debugging variables make a Mac say */

static void let_go(void *texture) {
    objc_release(texture);
}

static void missing_pools(void) {
    void *pool = objc_autoreleasePoolPush();
    on_thread("JavaFX Applicat", let_go, new_texture(2, 2, 5, MTL_STORAGE_PRIVATE));
    on_thread("QuantumRenderer", let_go, new_texture(2, 2, 5, MTL_STORAGE_PRIVATE));
    objc_autoreleasePoolPop(pool);
}

static const struct {
    const char *how;
    void (*function)(void);
} ENDS[] = {
    {"leak", leak},           {"offend", offend},           {"unresolved", unresolved},
    {"absent", absent},       {"no-macho", no_macho},       {"cxx-exception", cxx_exception},
    {"nil-object", nil_object}, {"nil-key", nil_key},       {"no-element", no_element},
    {"null-string", null_string}, {"mutation", mutation},   {"assertion", assertion},
    {"second-lock", second_lock}, {"block-dealloc", block_dealloc}, {"many-queues", many_queues},
    {"missing-pools", missing_pools}, {"scissor", draw_beyond_target},
};

bool check_end(const char *how) {
    for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++) {
        if (!strcmp(ENDS[i].how, how)) {
            ENDS[i].function();
            return true;
        }
    }
    return false;
}
