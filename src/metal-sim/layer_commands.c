/*
 * What is recorded and submitted, as far as it concerns images that are MTLTextures: nobody may read what is written, nor
 * write what is read. MoltenVK orders nothing between its queue and JavaFX's.
 */
#include "layer.h"

#include <pthread.h>
#include <stdlib.h>

enum { MOST_IMAGES = 16 }; /* of one command buffer; more are not looked at */

struct recording { /* of a command buffer since it was begun */
    struct recording *next;
    struct layer_device *device;
    VkCommandBuffer buffer;
    int count;
    VkImage written[MOST_IMAGES];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the list and what is in it */
static struct recording *recordings;

/* Under the lock. */
static struct recording *recording(VkCommandBuffer buffer) {
    struct recording *r = recordings;
    while (r && r->buffer != buffer) {
        r = r->next;
    }
    return r;
}

static void write_to(VkCommandBuffer buffer, VkImage image) {
    pthread_mutex_lock(&lock);
    struct recording *r = recording(buffer);
    bool known = !r;
    for (int i = 0; r && i < r->count; i++) {
        known |= r->written[i] == image;
    }
    if (!known && r->count < MOST_IMAGES) {
        r->written[r->count++] = image;
    }
    pthread_mutex_unlock(&lock);
}

static VkResult BeginCommandBuffer(VkCommandBuffer buffer, const VkCommandBufferBeginInfo *info) {
    struct layer_device *d = layer_device(buffer);
    pthread_mutex_lock(&lock);
    struct recording *r = recording(buffer);
    if (!r) {
        r = calloc(1, sizeof *r);
        *r = (struct recording){.next = recordings, .buffer = buffer};
        recordings = r;
    }
    r->device = d;
    r->count = 0;
    pthread_mutex_unlock(&lock);
    return d->BeginCommandBuffer(buffer, info);
}

/* ---- commands that write; attachments are seen by the barrier that releases them */

static bool writes(VkImageLayout old, VkFlags64 access) {
    return old == VK_IMAGE_LAYOUT_UNDEFINED
           || access & (VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT | VK_ACCESS_SHADER_WRITE_BIT
                        | VK_ACCESS_MEMORY_WRITE_BIT);
}

static void CmdPipelineBarrier(VkCommandBuffer buffer, VkPipelineStageFlags from, VkPipelineStageFlags to,
                               VkDependencyFlags flags, uint32_t memories, const VkMemoryBarrier *memory,
                               uint32_t buffers, const VkBufferMemoryBarrier *of_buffers, uint32_t count,
                               const VkImageMemoryBarrier *images) {
    for (uint32_t i = 0; i < count; i++) {
        if (writes(images[i].oldLayout, images[i].srcAccessMask | images[i].dstAccessMask)) {
            write_to(buffer, images[i].image);
        }
    }
    layer_device(buffer)->CmdPipelineBarrier(buffer, from, to, flags, memories, memory, buffers, of_buffers, count,
                                             images);
}

static void CmdPipelineBarrier2(VkCommandBuffer buffer, const VkDependencyInfo *info) {
    for (uint32_t i = 0; i < info->imageMemoryBarrierCount; i++) {
        const VkImageMemoryBarrier2 *image = info->pImageMemoryBarriers + i;
        if (writes(image->oldLayout, image->srcAccessMask | image->dstAccessMask)) {
            write_to(buffer, image->image);
        }
    }
    layer_device(buffer)->CmdPipelineBarrier2(buffer, info);
}

static void CmdClearColorImage(VkCommandBuffer buffer, VkImage image, VkImageLayout layout, const VkClearColorValue *to,
                               uint32_t count, const VkImageSubresourceRange *ranges) {
    write_to(buffer, image);
    layer_device(buffer)->CmdClearColorImage(buffer, image, layout, to, count, ranges);
}

static void CmdCopyImage(VkCommandBuffer buffer, VkImage from, VkImageLayout from_layout, VkImage to,
                         VkImageLayout to_layout, uint32_t count, const VkImageCopy *regions) {
    write_to(buffer, to);
    layer_device(buffer)->CmdCopyImage(buffer, from, from_layout, to, to_layout, count, regions);
}

static void CmdBlitImage(VkCommandBuffer buffer, VkImage from, VkImageLayout from_layout, VkImage to,
                         VkImageLayout to_layout, uint32_t count, const VkImageBlit *regions, VkFilter filter) {
    write_to(buffer, to);
    layer_device(buffer)->CmdBlitImage(buffer, from, from_layout, to, to_layout, count, regions, filter);
}

static void CmdCopyBufferToImage(VkCommandBuffer buffer, VkBuffer from, VkImage to, VkImageLayout layout,
                                 uint32_t count, const VkBufferImageCopy *regions) {
    write_to(buffer, to);
    layer_device(buffer)->CmdCopyBufferToImage(buffer, from, to, layout, count, regions);
}

/* ---- submissions */

/* The images of a command buffer will be rendered when the semaphore, if there is one, has the value. */
static void submitted(struct layer_device *d, VkCommandBuffer buffer, VkSemaphore semaphore, uint64_t value) {
    struct recording copy = {0};
    pthread_mutex_lock(&lock);
    struct recording *r = recording(buffer);
    if (r) {
        copy = *r;
    }
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < copy.count; i++) {
        layer_image_submitted(d, copy.written[i], semaphore, value);
    }
}

static VkResult QueueSubmit(VkQueue queue, uint32_t count, const VkSubmitInfo *infos, VkFence fence) {
    struct layer_device *d = layer_device(queue);
    for (uint32_t i = 0; i < count; i++) {
        const VkTimelineSemaphoreSubmitInfo *timeline =
            layer_find(infos + i, VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO);
        VkSemaphore semaphore = VK_NULL_HANDLE;
        uint64_t value = 0;
        for (uint32_t s = 0; timeline && s < timeline->signalSemaphoreValueCount; s++) {
            semaphore = infos[i].pSignalSemaphores[s];
            value = timeline->pSignalSemaphoreValues[s];
            layer_semaphore_promised(d, semaphore, value);
        }
        for (uint32_t b = 0; b < infos[i].commandBufferCount; b++) {
            submitted(d, infos[i].pCommandBuffers[b], semaphore, value);
        }
    }
    return d->QueueSubmit(queue, count, infos, fence);
}

static VkResult QueueSubmit2(VkQueue queue, uint32_t count, const VkSubmitInfo2 *infos, VkFence fence) {
    struct layer_device *d = layer_device(queue);
    for (uint32_t i = 0; i < count; i++) {
        VkSemaphore semaphore = VK_NULL_HANDLE;
        uint64_t value = 0;
        for (uint32_t s = 0; s < infos[i].signalSemaphoreInfoCount; s++) {
            semaphore = infos[i].pSignalSemaphoreInfos[s].semaphore;
            value = infos[i].pSignalSemaphoreInfos[s].value; /* 0 when it is a binary one */
            layer_semaphore_promised(d, semaphore, value);
        }
        for (uint32_t b = 0; b < infos[i].commandBufferInfoCount; b++) {
            submitted(d, infos[i].pCommandBufferInfos[b].commandBuffer, value ? semaphore : VK_NULL_HANDLE, value);
        }
    }
    return d->QueueSubmit2(queue, count, infos, fence);
}

void layer_forget_commands(struct layer_device *device) {
    pthread_mutex_lock(&lock);
    for (struct recording **at = &recordings; *at;) {
        struct recording *r = *at;
        if (r->device == device) {
            *at = r->next;
            free(r);
        } else {
            at = &r->next;
        }
    }
    pthread_mutex_unlock(&lock);
}

static const struct layer_function functions[] = {
    FUNCTION(BeginCommandBuffer),
    FUNCTION(CmdPipelineBarrier),
    FUNCTION_AND(CmdPipelineBarrier2, "KHR"),
    FUNCTION(CmdClearColorImage),
    FUNCTION(CmdCopyImage),
    FUNCTION(CmdBlitImage),
    FUNCTION(CmdCopyBufferToImage),
    FUNCTION(QueueSubmit),
    FUNCTION_AND(QueueSubmit2, "KHR"),
    {0},
};

PFN_vkVoidFunction layer_command_function(const char *name) {
    return layer_lookup(functions, name);
}
