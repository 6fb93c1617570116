/* What the files of objc/ know of each other. Layouts are Apple's objc2, as compilers write them. */
#ifndef MACSIM_RUNTIME_H
#define MACSIM_RUNTIME_H

#include "objc.h"

#include <pthread.h>
#include <stdatomic.h>

typedef void (*IMP)(void);

struct objc_object {
    Class isa;
};

struct objc_class {
    struct objc_object object;
    Class superclass;
    struct class_info *info; /* the first of two words that belong to the runtime; the compiler fills in a constant */
    void *unused;
    uintptr_t data; /* struct class_data, with flags in the low bits */
};

struct class_data {
    uint32_t flags, instance_start, instance_size, reserved;
    const uint8_t *ivar_layout;
    const char *name;
    void *methods, *protocols, *ivars;
    const uint8_t *weak_ivar_layout;
    void *properties;
};

struct ivar {
    int32_t *offset;
    const char *name, *type;
    uint32_t alignment, size;
};

struct ivar_list {
    uint32_t entry_size, count;
    struct ivar ivars[];
};

struct method {
    SEL selector;
    IMP imp;
    const char *types;
    const struct objc_image *image;
};

struct class_info { /* of a class, or of a metaclass */
    struct class_info *next;
    Class class;
    const char *name;
    const struct objc_image *image;
    bool meta;
    struct method *methods;
    size_t method_count;
    size_t size; /* of an instance */
    _Atomic int64_t live, made;
};

struct header { /* before each object that objc_allocate made */
    _Atomic int64_t retains;
    _Atomic int64_t ours; /* those of them that are the bridge's */
    uint64_t serial;      /* unique */
    uint32_t size;        /* of header and object */
    _Atomic bool freed;
};

static inline struct header *header_of(id object) {
    return (struct header *)(void *)object - 1;
}

static inline struct class_data *class_data(Class class) {
    return (struct class_data *)(class->data & ~(uintptr_t)7);
}

/* One lock of all that is registered; recursive, as +load may send messages. */
void objc_lock(void);
void objc_unlock(void);

extern struct class_info *objc_infos; /* under the lock; what is in it stays */
bool objc_is_class(const void *address);
struct method *objc_find_method(Class class, SEL selector); /* in superclasses too; NULL when there is none */
bool objc_is_selector(SEL selector);
void objc_forget_lookups(void); /* after classes or methods came; under the lock */

void objc_put_into_pool(id object, const void *return_address); /* takes over a retain */

extern char objc_called_by_bridge[]; /* the return address of methods that objc_msgSend calls for the bridge */

#endif
