/* Timeline semaphores and their shared events. */
#include "questions.h"

#include <time.h>

static VkResult make_semaphore(bool timeline, uint64_t value, uint32_t export, VkSemaphore *semaphore) {
    struct export_object_create_info exported = {(VkStructureType)TYPE_EXPORT_OBJECT_CREATE, NULL, export};
    VkSemaphoreTypeCreateInfo type = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO};
    type.pNext = export ? &exported : NULL;
    type.semaphoreType = timeline ? VK_SEMAPHORE_TYPE_TIMELINE : VK_SEMAPHORE_TYPE_BINARY;
    type.initialValue = value;
    VkSemaphoreCreateInfo info = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, .pNext = &type};
    return vkCreateSemaphore(device, &info, NULL, semaphore);
}

static id exported_event(VkSemaphore semaphore) {
    struct export_shared_event_info event = {(VkStructureType)TYPE_EXPORT_SHARED_EVENT, NULL, semaphore, VK_NULL_HANDLE,
                                             NULL};
    export_into(&event);
    return event.shared_event;
}

static uint64_t value_of(VkSemaphore semaphore) {
    uint64_t value = 0;
    must(vkGetSemaphoreCounterValue(device, semaphore, &value), "vkGetSemaphoreCounterValue");
    return value;
}

static void say_values(const char *when, VkSemaphore semaphore, id event) {
    say_number(key("event.%s.semaphore", when), value_of(semaphore));
    say_number(key("event.%s.signaledValue", when), ask(event, "signaledValue"));
}

static void set_value(id event, uint64_t value) {
    objc_msgSend(event, sel_registerName("setSignaledValue:"), value);
}

/* A value that the GPU signals comes in time. */
static bool reaches(VkSemaphore semaphore, uint64_t value) {
    for (int i = 0; i < 10000; i++) {
        if (value_of(semaphore) >= value) {
            return true;
        }
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    return false;
}

static VkResult submit(VkSemaphore wait, uint64_t wait_value, VkSemaphore signal, uint64_t signal_value) {
    VkTimelineSemaphoreSubmitInfo values = {.sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO};
    values.waitSemaphoreValueCount = wait ? 1 : 0;
    values.pWaitSemaphoreValues = &wait_value;
    values.signalSemaphoreValueCount = 1;
    values.pSignalSemaphoreValues = &signal_value;
    VkPipelineStageFlags stage = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
    VkSubmitInfo info = {.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO, .pNext = &values};
    info.waitSemaphoreCount = wait ? 1 : 0;
    info.pWaitSemaphores = &wait;
    info.pWaitDstStageMask = &stage;
    info.signalSemaphoreCount = 1;
    info.pSignalSemaphores = &signal;
    return vkQueueSubmit(queue, 1, &info, VK_NULL_HANDLE);
}

static VkResult wait_for(VkSemaphore semaphore, uint64_t value, uint64_t timeout) {
    VkSemaphoreWaitInfo info = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO};
    info.semaphoreCount = 1;
    info.pSemaphores = &semaphore;
    info.pValues = &value;
    return vkWaitSemaphores(device, &info, timeout);
}

static VkResult signal_to(VkSemaphore semaphore, uint64_t value) {
    VkSemaphoreSignalInfo info = {VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO, NULL, semaphore, value};
    return vkSignalSemaphore(device, &info);
}

void ask_shared_event(void) {
    VkSemaphore semaphore, other;
    must(make_semaphore(true, 3, EXPORT_SHARED_EVENT, &semaphore), "vkCreateSemaphore");
    must(make_semaphore(true, 0, 0, &other), "vkCreateSemaphore");
    id event = exported_event(semaphore);
    say("event.nil", "%d", !event);
    say("event.is-stable", "%d", exported_event(semaphore) == event);
    say("event.class", "%s", class_getName(object_getClass(event)));
    say_number("event.retainCount", ask(event, "retainCount"));
    say_values("initially", semaphore, event);
    say_result("event.vkSignalSemaphore", signal_to(semaphore, 5));
    say_values("after-vkSignalSemaphore", semaphore, event);
    set_value(event, 8);
    say_values("after-setSignaledValue", semaphore, event);
    say_result("event.submit", submit(VK_NULL_HANDLE, 0, semaphore, 10));
    say("event.submit.reached", "%d", reaches(semaphore, 10));
    say_values("after-submit", semaphore, event);
    say_result("event.submit-that-waits", submit(semaphore, 12, other, 1));
    say_number("event.submit-that-waits.value", value_of(other));
    set_value(event, 12);
    say("event.submit-that-waits.reached", "%d", reaches(other, 1));
    say_values("after-the-wait", semaphore, event);
    say_result("event.wait-reached", wait_for(semaphore, 12, 0));
    say_result("event.wait-reached-in-time", wait_for(semaphore, 12, 1000000));
    say_result("event.vkDeviceWaitIdle", vkDeviceWaitIdle(device));
    id kept = objc_retain(event);
    void *pool = objc_autoreleasePoolPush();
    vkDestroySemaphore(device, semaphore, NULL);
    say_offences("event.vkDestroySemaphore");
    say_number("event.kept.retains", sim_retains(kept));
    say_number("event.kept.signaledValue", ask(kept, "signaledValue"));
    set_value(kept, 20);
    say_number("event.kept.signaledValue-after-set", ask(kept, "signaledValue"));
    vkDestroySemaphore(device, other, NULL);
    objc_release(kept);
    objc_autoreleasePoolPop(pool);
    say_number("event.kept.retains-afterwards", sim_retains(kept));
    say_offences("event.all");
}

/* Waits that time out leave something on the event. */
void ask_timed_out_waits(void) {
    VkSemaphore semaphore;
    must(make_semaphore(true, 0, EXPORT_SHARED_EVENT, &semaphore), "vkCreateSemaphore");
    id event = exported_event(semaphore);
    say_result("timed-out.at-once", wait_for(semaphore, 1, 0));
    say_result("timed-out.in-time", wait_for(semaphore, 2, 1000000));
    say_result("timed-out.signal", signal_to(semaphore, 1));
    objc_retain(event);
    void *pool = objc_autoreleasePoolPush();
    vkDestroySemaphore(device, semaphore, NULL);
    say_number("timed-out.destroyed.retains", sim_retains(event));
    set_value(event, 2);
    say_offences("timed-out.signal-when-destroyed");
    objc_release(event);
    objc_autoreleasePoolPop(pool);
}

void ask_plain_semaphores(void) {
    VkSemaphore semaphore;
    must(make_semaphore(true, 0, 0, &semaphore), "vkCreateSemaphore");
    say_result("timeline.wait-unreached", wait_for(semaphore, 1, 0));
    say_result("timeline.wait-unreached-in-time", wait_for(semaphore, 1, 1000000));
    say_result("timeline.vkSignalSemaphore", signal_to(semaphore, 2));
    say_number("timeline.value", value_of(semaphore));
    say_result("timeline.wait-reached", wait_for(semaphore, 2, 0));
    id event = exported_event(semaphore);
    say("timeline.event-that-was-not-to-be-exported.nil", "%d", !event);
    say_offences("timeline.event-that-was-not-to-be-exported");
    vkDestroySemaphore(device, semaphore, NULL);
    say_offences("timeline.vkDestroySemaphore");
    VkResult result = make_semaphore(false, 0, EXPORT_SHARED_EVENT, &semaphore);
    say_result("binary.as-SHARED_EVENT", result);
    if (result == VK_SUCCESS) {
        id of_binary = exported_event(semaphore);
        say("binary.as-SHARED_EVENT.nil", "%d", !of_binary);
        vkDestroySemaphore(device, semaphore, NULL);
    }
    result = make_semaphore(false, 0, 0, &semaphore);
    say_result("binary.plain", result);
    vkDestroySemaphore(device, semaphore, NULL);
    result = make_semaphore(true, 0, EXPORT_TEXTURE, &semaphore);
    say_result("timeline.as-METAL_TEXTURE", result);
    if (result == VK_SUCCESS) {
        vkDestroySemaphore(device, semaphore, NULL);
    }
    say_offences("semaphores");
}
