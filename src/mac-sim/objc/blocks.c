/* Blocks: copied to the heap by _Block_copy, and what they capture kept and let go of by their own helpers. */
#include "../system/shim.h"
#include "runtime.h"

#include <stdlib.h>
#include <string.h>

enum { HAS_HELPERS = 1 << 25, NEEDS_FREE = 1 << 24 };
enum { FIELD_OBJECT = 3, FIELD_BLOCK = 7, FIELD_BYREF = 8, FIELD_KINDS = 0x8f };
enum { BYREF_COUNTS = 0xffff, BYREF_ONE = 2 };

struct block_descriptor {
    unsigned long reserved, size;
    void (*copy)(void *to, const void *from);
    void (*dispose)(const void *block);
};

struct block {
    Class isa;
    int32_t flags;
    _Atomic int32_t retains; /* of one on the heap */
    void (*invoke)(void);
    struct block_descriptor *descriptor;
};

struct byref { /* a __block variable */
    Class isa;
    struct byref *forwarding;
    _Atomic int32_t flags;
    uint32_t size;
    void (*keep)(struct byref *to, struct byref *from);
    void (*destroy)(struct byref *);
};

extern struct objc_class stack_block __asm__("OBJC_CLASS_$_NSStackBlock") __attribute__((visibility("hidden")));
extern struct objc_class malloc_block __asm__("OBJC_CLASS_$_NSMallocBlock") __attribute__((visibility("hidden")));
extern struct objc_class global_block __asm__("OBJC_CLASS_$_NSGlobalBlock") __attribute__((visibility("hidden")));

void *_Block_copy(const void *original) {
    struct block *block = (struct block *)(uintptr_t)original;
    if (!block || block->isa == &global_block) {
        return block;
    }
    if (block->isa == &malloc_block) {
        block->retains++;
        return block;
    }
    struct block *copy = malloc(block->descriptor->size);
    memcpy((void *)copy, block, block->descriptor->size);
    copy->isa = &malloc_block;
    copy->retains = 1;
    copy->flags |= NEEDS_FREE;
    if (copy->flags & HAS_HELPERS) {
        copy->descriptor->copy(copy, block);
    }
    malloc_block.info->live++;
    malloc_block.info->made++;
    return copy;
}

void _Block_release(const void *original) {
    struct block *block = (struct block *)(uintptr_t)original;
    if (!block || block->isa != &malloc_block || --block->retains) {
        return;
    }
    if (block->flags & HAS_HELPERS) {
        block->descriptor->dispose(block);
    }
    malloc_block.info->live--;
    free(block);
}

static struct byref *copy_byref(struct byref *variable) {
    if (variable->forwarding != variable || variable->flags & NEEDS_FREE) { /* it has moved already */
        variable->forwarding->flags += BYREF_ONE;
        return variable->forwarding;
    }
    struct byref *copy = malloc(variable->size);
    memcpy((void *)copy, variable, variable->size);
    copy->flags = (variable->flags & ~BYREF_COUNTS) | NEEDS_FREE | 2 * BYREF_ONE; /* the stack's and the block's */
    copy->forwarding = copy;
    variable->forwarding = copy;
    if (variable->flags & HAS_HELPERS) {
        variable->keep(copy, variable);
    }
    return copy;
}

static void release_byref(struct byref *variable) {
    struct byref *there = variable->forwarding;
    if (!(there->flags & NEEDS_FREE) || ((there->flags -= BYREF_ONE) & BYREF_COUNTS)) {
        return;
    }
    if (there->flags & HAS_HELPERS) {
        there->destroy(there);
    }
    free(there);
}

EXPORT void _Block_object_assign(void *to, const void *object, int flags);
void _Block_object_assign(void *to, const void *object, int flags) {
    const void **variable = to;
    switch (flags & FIELD_KINDS) {
    case FIELD_OBJECT:
        *variable = objc_retain((id)(uintptr_t)object);
        break;
    case FIELD_BLOCK:
        *variable = _Block_copy(object);
        break;
    case FIELD_BYREF:
        *variable = copy_byref((struct byref *)(uintptr_t)object);
        break;
    default:
        *variable = object; /* a __block variable's or a weak one: not owned */
    }
}

EXPORT void _Block_object_dispose(const void *object, int flags);
void _Block_object_dispose(const void *object, int flags) {
    switch (flags & FIELD_KINDS) {
    case FIELD_OBJECT:
        objc_release((id)(uintptr_t)object);
        break;
    case FIELD_BLOCK:
        _Block_release(object);
        break;
    case FIELD_BYREF:
        release_byref((struct byref *)(uintptr_t)object);
        break;
    }
}

SHIM(_Block_copy, _Block_copy);
SHIM(_Block_release, _Block_release);
SHIM(_Block_object_assign, _Block_object_assign);
SHIM(_Block_object_dispose, _Block_object_dispose);
SHIM(_NSConcreteStackBlock, &stack_block);
SHIM(_NSConcreteMallocBlock, &malloc_block);
SHIM(_NSConcreteGlobalBlock, &global_block);
