/*
 * What compiled Objective-C calls besides: short cuts for messages, properties, @synchronized; and exceptions, which
 * end the process, as nobody could unwind the vendors' frames.
 */
#include "../loader/macho.h"
#include "../system/shim.h"
#include "runtime.h"

#include <string.h>
#include <unistd.h>

void objc_end_process(void) {
    fflush(NULL);
    _exit(SIM_STATUS_OF_OFFENDERS);
}

static id send(id object, const char *selector) {
    return ((id (*)(id, SEL))objc_msgSend)(object, sel_registerName(selector));
}

/* ---- ownership, as the functions without these long names */

#define CALLER __builtin_return_address(0)

EXPORT KNOWS_CALLER id objc_retainAutorelease(id object);
id objc_retainAutorelease(id object) {
    return objc_autorelease_for(objc_retain_for(object, CALLER), CALLER);
}

EXPORT KNOWS_CALLER id objc_retainAutoreleasedReturnValue(id object);
id objc_retainAutoreleasedReturnValue(id object) {
    return objc_retain_for(object, CALLER);
}

EXPORT KNOWS_CALLER id objc_autoreleaseReturnValue(id object);
id objc_autoreleaseReturnValue(id object) {
    return objc_autorelease_for(object, CALLER);
}

static void replace(id *variable, id object, const void *caller) {
    id old = *variable;
    *variable = objc_in_range(object) ? objc_retain_for(object, caller) : objc_retain(object);
    if (objc_in_range(old)) {
        objc_release_for(old, caller);
    } else {
        objc_release(old);
    }
}

EXPORT KNOWS_CALLER void objc_storeStrong(id *variable, id object);
void objc_storeStrong(id *variable, id object) {
    replace(variable, object, CALLER);
}

/* ---- properties */

static id *property(id self, ptrdiff_t offset) {
    return (id *)(void *)((char *)self + offset);
}

EXPORT id objc_getProperty(id self, SEL selector, ptrdiff_t offset, bool atomic);
id objc_getProperty(id self, SEL selector, ptrdiff_t offset, bool atomic) {
    (void)selector;
    (void)atomic;
    return *property(self, offset);
}

EXPORT KNOWS_CALLER void objc_setProperty_nonatomic(id self, SEL selector, id object, ptrdiff_t offset);
void objc_setProperty_nonatomic(id self, SEL selector, id object, ptrdiff_t offset) {
    (void)selector;
    replace(property(self, offset), object, CALLER);
}

EXPORT void objc_setProperty_nonatomic_copy(id self, SEL selector, id object, ptrdiff_t offset);
void objc_setProperty_nonatomic_copy(id self, SEL selector, id object, ptrdiff_t offset) {
    (void)selector;
    id *variable = property(self, offset), old = *variable;
    *variable = send(object, "copy");
    objc_release(old);
}

EXPORT void objc_copyStruct(void *to, const void *from, ptrdiff_t size, bool atomic, bool strong);
void objc_copyStruct(void *to, const void *from, ptrdiff_t size, bool atomic, bool strong) {
    (void)atomic;
    (void)strong;
    memcpy(to, from, (size_t)size);
}

/* ---- short cuts */

EXPORT id objc_alloc(id class);
id objc_alloc(id class) {
    return send(class, "alloc");
}

EXPORT id objc_alloc_init(id class);
id objc_alloc_init(id class) {
    return send(send(class, "alloc"), "init");
}

EXPORT id objc_opt_new(id class);
id objc_opt_new(id class) {
    return send(class, "new");
}

EXPORT id objc_opt_class(id object);
id objc_opt_class(id object) {
    return send(object, "class");
}

EXPORT bool objc_opt_isKindOfClass(id object, Class class);
bool objc_opt_isKindOfClass(id object, Class class) {
    return objc_is_kind_of(object, class);
}

EXPORT bool objc_opt_respondsToSelector(id object, SEL selector);
bool objc_opt_respondsToSelector(id object, SEL selector) {
    return object && objc_alive(object, "respondsToSelector:") && objc_responds(object->isa, selector);
}

/* ---- @synchronized: one lock for all objects is enough here */

static int synchronize(id object) {
    (void)object;
    objc_lock();
    return 0;
}

static int end_synchronized(id object) {
    (void)object;
    objc_unlock();
    return 0;
}

/* ---- exceptions and other ends */

static void fail(const char *what, id object, const void *caller) {
    char where[256];
    macho_describe(caller, where, sizeof where);
    sim_offence("%s%s%s at %s", what, object ? " of a " : "", object ? objc_class_name(object) : "", where);
    objc_end_process();
}

static void enumeration_mutation(id object) {
    fail("a collection is changed while it is enumerated: an exception", object, CALLER);
}

static void exception_throw(id exception) {
    fail("an Objective-C exception is thrown", exception, CALLER);
}

static void exception_caught(void) {
    fail("an Objective-C exception is handled", NULL, CALLER);
}

EXPORT void objc_enumerationMutation(id object);
void objc_enumerationMutation(id object) {
    enumeration_mutation(object);
}

EXPORT char _objc_empty_cache[64];
char _objc_empty_cache[64];

extern struct objc_class constant_string __asm__("OBJC_CLASS_$_NSConstantString") __attribute__((visibility("hidden")));
SHIM(__CFConstantStringClassReference, &constant_string);

SHIM(objc_retainAutorelease, objc_retainAutorelease);
SHIM(objc_retainAutoreleasedReturnValue, objc_retainAutoreleasedReturnValue);
SHIM(objc_autoreleaseReturnValue, objc_autoreleaseReturnValue);
SHIM(objc_retainAutoreleaseReturnValue, objc_retainAutorelease);
SHIM(objc_storeStrong, objc_storeStrong);
SHIM(objc_getProperty, objc_getProperty);
SHIM(objc_setProperty_nonatomic, objc_setProperty_nonatomic);
SHIM(objc_setProperty_nonatomic_copy, objc_setProperty_nonatomic_copy);
SHIM(objc_copyStruct, objc_copyStruct);
SHIM(objc_alloc, objc_alloc);
SHIM(objc_alloc_init, objc_alloc_init);
SHIM(objc_opt_new, objc_opt_new);
SHIM(objc_opt_class, objc_opt_class);
SHIM(objc_opt_isKindOfClass, objc_opt_isKindOfClass);
SHIM(objc_opt_respondsToSelector, objc_opt_respondsToSelector);
SHIM(objc_sync_enter, synchronize);
SHIM(objc_sync_exit, end_synchronized);
SHIM(objc_enumerationMutation, enumeration_mutation);
SHIM(objc_exception_throw, exception_throw);
SHIM(objc_exception_rethrow, exception_caught);
SHIM(objc_begin_catch, exception_caught);
SHIM(objc_end_catch, exception_caught);
SHIM(objc_terminate, exception_caught);
SHIM(_objc_empty_cache, _objc_empty_cache);
