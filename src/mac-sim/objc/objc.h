/*
 * The Objective-C runtime as the other parts of the simulator see it, from C and from Objective-C. Apple's public
 * functions (objc_msgSend, objc_retain, …) have Apple's names and behaviour.
 *
 *   classes.c    images, classes, methods: reads Apple's objc2 metadata, of our own code and of the vendors' alike
 *   selectors.c  names of methods
 *   messages.c   objc_msgSend and its kin
 *   objects.c    allocation, retain and release, zombies, who owns what
 *   pools.c      autorelease pools
 *   blocks.c     blocks
 *   support.c    what compiled code calls besides
 *
 * Objects are never given back: a freed one is a zombie, and what is not an object at all is told by its address.
 */
#ifndef MACSIM_OBJC_H
#define MACSIM_OBJC_H

#include "../sim.h"

#include <stdio.h>

/* ---- who calls: by the return address. What is neither a vendor's nor the simulator's is the bridge's, unless a
 * vendor's function that was entered from outside is still on this thread's stack (a tail call leaves no return address
 * of its own). */

enum caller { CALLER_BRIDGE, CALLER_SIMULATOR, CALLER_VENDOR };
enum caller objc_caller(const void *return_address);

/* After a sentence: the status of offenders. Not by exit, which would run the libraries' and the JVM's ends. */
void objc_end_process(void) __attribute__((noreturn));

/* ---- images, made known by the loader once they are bound */

struct objc_image {
    const char *name;
    bool vendor;
    void **classes, **categories, **protocols, **selector_references;
    size_t class_count, category_count, protocol_count, selector_count;
};

/* Interns selectors, registers classes and categories, sends +load. The image must stay. */
void objc_add_image(struct objc_image *image);
/* What OBJC_CLASS_$_NAME and OBJC_METACLASS_$_NAME mean; NULL when there is no such class. */
void *objc_class_symbol(const char *symbol);
/* The vendors' method that begins at an address, as "-[MetalTexture getTexture]"; false when there is none. */
bool objc_method_at(const void *address, char *text, size_t size);

/* ---- objects */

EXPORT id objc_allocate(Class class, size_t extra);    /* retain count 1, rest zero */
const char *objc_class_name(id object);
Class objc_superclass(Class class);
bool objc_responds(Class class, SEL selector);
bool objc_is_kind_of(id object, Class class);
bool objc_is_vendors(Class class); /* declared in a vendor's image */
/* True for what may be sent messages; otherwise an offence that names the action. */
bool objc_alive(id object, const char *action);
bool objc_in_range(const void *object); /* whether objc_allocate made it, be it freed or not */
bool objc_is_freed(id object);          /* one of these that has been freed */

/* What -retain, -release, -autorelease of NSObject do, for a caller. The last release sends -dealloc. */
id objc_retain_for(id object, const void *return_address);
void objc_release_for(id object, const void *return_address);
id objc_autorelease_for(id object, const void *return_address);
/* What -[NSObject dealloc] does: releases the ivars that synthesized properties retain, and makes a zombie. */
void objc_free(id object);
bool sim_give_up(id object); /* one of the bridge's retains becomes another's; false when it has none */

/* ---- Apple's functions, as far as other parts call them */

#define KNOWS_CALLER __attribute__((noinline)) /* by its return address */
EXPORT KNOWS_CALLER id objc_retain(id object);
EXPORT KNOWS_CALLER void objc_release(id object);
EXPORT KNOWS_CALLER id objc_autorelease(id object);
EXPORT void *objc_autoreleasePoolPush(void);
EXPORT void objc_autoreleasePoolPop(void *pool);
EXPORT SEL sel_registerName(const char *name);
EXPORT const char *sel_getName(SEL selector);
EXPORT Class object_getClass(id object);
EXPORT const char *class_getName(Class class);
EXPORT Class objc_getClass(const char *name);
EXPORT void *_Block_copy(const void *block);
EXPORT void _Block_release(const void *block);
#ifndef __OBJC__
EXPORT uint64_t objc_msgSend(id self, SEL selector, ...);
#endif

#endif
