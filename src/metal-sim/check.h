/* What check.c and check_vulkan.c share. */
#ifndef VKFX_CHECK_H
#define VKFX_CHECK_H

#include "sim.h"

uint64_t objc_msgSend(id self, SEL selector, ...);
SEL sel_registerName(const char *name);
id objc_getClass(const char *name), object_getClass(id object);
const char *class_getName(id class);
void *objc_autoreleasePoolPush(void);
void objc_autoreleasePoolPop(void *pool);
id objc_retain(id), objc_autorelease(id), CFRetain(id);
void objc_release(id), CFRelease(id);
int64_t CFGetRetainCount(id), CFStringGetLength(id);
uint8_t CFStringGetCString(id, char *, int64_t, uint32_t);
id MTLCreateSystemDefaultDevice(void);

/* Ends the program with the sentence unless it is right. */
void check(bool right, const char *format, ...) __attribute__((format(printf, 2, 3)));
void check_offence(const char *part); /* that there has been one offence that says so, and no other */
void check_no_offence(void);
uint64_t msg(id object, const char *selector);
uint64_t msg1(id object, const char *selector, uint64_t a);
uint64_t msg2(id object, const char *selector, uint64_t a, uint64_t b);
void check_vulkan(void);

#endif
