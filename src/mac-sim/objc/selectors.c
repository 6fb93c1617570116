/* Selectors: as Apple's, pointers to unique names; in one range of addresses, so that others are told by theirs. */
#include "../system/shim.h"
#include "runtime.h"

#include <string.h>
#include <sys/mman.h>

enum { SELECTOR_RANGE = 8 << 20, SELECTOR_ALIGNMENT = 16, SELECTOR_BUCKETS = 4096 };
static const uint64_t SELECTOR_MARK = 0x726f7463656c6573; /* "selector" */

struct selector {
    struct selector *next;
    uint64_t mark;
    char name[];
};

static char *selector_range;
static size_t selector_range_used;
static struct selector *selectors[SELECTOR_BUCKETS];

static unsigned hash(const char *text) {
    unsigned h = 5381;
    for (; *text; text++) {
        h = h * 33 ^ (unsigned char)*text;
    }
    return h;
}

/* Under the lock. */
static struct selector *new_selector(const char *name) {
    if (!selector_range) {
        selector_range = mmap(NULL, SELECTOR_RANGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    size_t size = (sizeof(struct selector) + strlen(name) + SELECTOR_ALIGNMENT) & ~(size_t)(SELECTOR_ALIGNMENT - 1);
    if (selector_range == MAP_FAILED || selector_range_used + size > SELECTOR_RANGE) {
        fprintf(stderr, "mac-sim: too many selectors\n");
        objc_end_process();
    }
    struct selector *selector = (struct selector *)(void *)(selector_range + selector_range_used);
    selector_range_used += size;
    selector->mark = SELECTOR_MARK;
    strcpy(selector->name, name);
    return selector;
}

SEL sel_registerName(const char *name) {
    struct selector **bucket = &selectors[hash(name) % SELECTOR_BUCKETS];
    objc_lock();
    struct selector *selector = *bucket;
    while (selector && strcmp(selector->name, name)) {
        selector = selector->next;
    }
    if (!selector) {
        selector = new_selector(name);
        selector->next = *bucket;
        *bucket = selector;
    }
    objc_unlock();
    return (SEL)(void *)selector->name;
}

bool objc_is_selector(SEL selector) {
    const char *name = (const char *)selector;
    return selector_range && name >= selector_range + sizeof(struct selector)
           && name < selector_range + selector_range_used
           && (uintptr_t)name % SELECTOR_ALIGNMENT == 0
           && ((const struct selector *)(const void *)(name - offsetof(struct selector, name)))->mark == SELECTOR_MARK;
}

const char *sel_getName(SEL selector) {
    return selector ? (const char *)selector : "<null selector>"; /* as Apple's */
}

SHIM(sel_registerName, sel_registerName);
SHIM(sel_getUid, sel_registerName);
SHIM(sel_getName, sel_getName);
