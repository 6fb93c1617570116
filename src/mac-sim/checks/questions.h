/*
 * What the files of `questions` share.
 *
 *   questions.c             main, answers, instances
 *   questions_device.c      what a physical device says of itself; devices and their functions
 *   questions_formats.c     formats of images, and handles outside of Vulkan
 *   questions_images.c      images and buffers, and what memory they want
 *   questions_memory.c      memory, and what is exported of it
 *   questions_semaphores.c  timeline semaphores and their shared events
 */
#ifndef MACSIM_QUESTIONS_H
#define MACSIM_QUESTIONS_H

#define VK_ENABLE_BETA_EXTENSIONS
#include <vulkan/vulkan.h>

#include "../objc/objc.h"
#include "../vulkan/metal_structs.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 60, HEIGHT = 33 };
enum {
    USAGE = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT
            | VK_IMAGE_USAGE_TRANSFER_DST_BIT
};

extern VkInstance instance;
extern VkPhysicalDevice gpu;
extern VkDevice device;
extern VkQueue queue;
/* Of the device's extensions. */
extern VkResult (*get_metal_handle)(VkDevice, const struct memory_get_metal_handle_info *, id *);
extern VkResult (*get_metal_handle_properties)(VkDevice, uint32_t, id, struct memory_metal_handle_properties *);
extern void (*export_objects)(VkDevice, void *);

/* ---- answers: "key: answer", or "prefix.part: answer" */

void say(const char *key, const char *format, ...) __attribute__((format(printf, 2, 3)));
void say_of(const char *prefix, const char *part, const char *format, ...) __attribute__((format(printf, 3, 4)));
void say_number(const char *key, uint64_t number);
void say_number_of(const char *prefix, const char *part, uint64_t number);
void say_version(const char *key, uint32_t version);
void say_offences(const char *prefix); /* how many there were; forgets them */
void say_result(const char *prefix, VkResult result);
/* A key from its parts; kept until the end. */
const char *key(const char *format, ...) __attribute__((format(printf, 1, 2)));
void must(VkResult result, const char *what); /* ends the program unless it is a success */

/* ---- what several files ask for */

enum { FORMAT_COUNT = 4, HANDLE_COUNT = 11 };
struct named {
    const char *name;
    uint32_t value;
};
extern const struct named FORMATS[FORMAT_COUNT]; /* VkFormat */
extern const struct named HANDLES[HANDLE_COUNT]; /* VkExternalMemoryHandleTypeFlags; the first is none */

struct image_wish {
    VkFormat format;
    VkImageUsageFlags usage;
    uint32_t handles, mips, layers;
    VkSampleCountFlagBits samples;
    VkImageTiling tiling;
};
extern const struct image_wish PLAIN;
struct image_wish exportable(VkFormat format);
VkResult make_image(const struct image_wish *wish, VkImage *image);

/* The structure's object is vkExportMetalObjectsEXT's answer. */
void export_into(void *structure);
uint64_t ask(id object, const char *selector); /* sends a message */

/* ---- the questions, in their order */

void ask_extensions(void);
void ask_properties(void);
void ask_limits(void);
void ask_features(void);
void ask_queues_and_memory(void);
void ask_formats(void);
void ask_external(void);
void ask_devices(void); /* makes the one that the others use */
void ask_image_requirements(void);
void ask_buffer_requirements(void);
void ask_allocations(void);
void ask_exported_images(void);
void ask_shared_event(void);
void ask_timed_out_waits(void);
void ask_plain_semaphores(void);
void ask_left_behind(void); /* destroys the device */

#endif
