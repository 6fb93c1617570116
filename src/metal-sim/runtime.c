/*
 * The Objective-C runtime: objects, classes, selectors, messages.
 *
 * Objects lie in one reserved range of addresses and are never given back: a freed one is a zombie, and what is not an
 * object at all is told by its address.
 */
#include "runtime.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGNMENT = 16 };
static const size_t RANGE = (size_t)4 << 30;
static const int64_t IMMORTAL = INT64_MAX / 2;

struct sim_selector {
    struct sim_selector *next;
    char name[];
};

struct known_class { /* a class that has, or had, instances or was registered */
    struct known_class *next;
    const struct sim_class *class;
    id object; /* what -class and objc_getClass return */
    bool found; /* by objc_getClass */
    int64_t live;
    int64_t made;
};

struct class_object {
    struct sim_object object;
    const struct sim_class *describes;
};

struct entry { /* a method of a class that was looked up */
    struct entry *next;
    const struct sim_class *class;
    SEL selector;
    IMP imp; /* NULL: there is none */
    int64_t sent;
};

static char *range;
static _Atomic size_t range_used;
static _Atomic uint64_t serials;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all below */
static struct sim_selector *selectors;
static struct known_class *classes;
static struct entry *entries[1024];

static const struct sim_class class_class;

static void reserve(void) {
    range = mmap(NULL, RANGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED) {
        perror("metal-sim: no address space for objects");
        abort();
    }
}

static id allocate(const struct sim_class *class, int64_t retains) {
    pthread_once(&once, reserve);
    size_t size = (class->size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    size_t at = (range_used += size) - size;
    if (at + size > RANGE) {
        fprintf(stderr, "metal-sim: too many objects in the life of a process\n");
        abort();
    }
    id object = (id)(range + at);
    object->isa = class;
    object->serial = ++serials;
    object->retains = retains;
    return object;
}

/* Under the lock. */
static struct known_class *known(const struct sim_class *class) {
    struct known_class *k = classes;
    while (k && k->class != class) {
        k = k->next;
    }
    if (!k) {
        k = calloc(1, sizeof *k);
        k->class = class;
        k->next = classes;
        classes = k;
    }
    return k;
}

static bool in_range(id object) {
    size_t at = (size_t)((char *)object - range);
    return range && (char *)object >= range && at < range_used && at % ALIGNMENT == 0 && object->isa;
}

bool sim_alive(id object, const char *action) {
    if (!in_range(object)) {
        sim_offence("%s: %p is not an object", action, (void *)object);
        return false;
    }
    if (object->retains <= 0) {
        sim_offence("%s: %s %p (number %lu) has been freed", action, object->isa->name, (void *)object,
                    (unsigned long)object->serial);
        return false;
    }
    return true;
}

id sim_new(const struct sim_class *class) {
    id object = allocate(class, 1);
    pthread_mutex_lock(&lock);
    struct known_class *k = known(class);
    k->live++;
    k->made++;
    pthread_mutex_unlock(&lock);
    return object;
}

id sim_own(id object) {
    if (object && sim_alive(object, "ownership")) {
        object->ours++;
    }
    return object;
}

bool sim_give_up(id object) {
    int64_t before = object->ours;
    while (before > 0 && !atomic_compare_exchange_weak(&object->ours, &before, before - 1)) {
    }
    return before > 0;
}

id sim_retain(id object) {
    if (object && sim_alive(object, "retain")) {
        object->retains++;
    }
    return object;
}

void sim_release(id object) {
    if (!object || !sim_alive(object, "release")) {
        return;
    }
    int64_t before = object->retains--;
    if (before <= 0) { /* lost a race with the release that freed it */
        object->retains++;
        sim_offence("release: %s %p has been freed", object->isa->name, (void *)object);
    } else if (before == 1) {
        if (object->isa->dealloc) {
            object->isa->dealloc(object);
        }
        pthread_mutex_lock(&lock);
        known(object->isa)->live--;
        pthread_mutex_unlock(&lock);
    }
}

int64_t sim_retains(id object) {
    return object->retains;
}

bool sim_is(id object, const struct sim_class *class) {
    return object && in_range(object) && object->retains > 0 && object->isa == class;
}

int32_t sim_leaks(char *text, int32_t size) {
    int32_t leaks = 0;
    size_t written = 0;
    *text = 0;
    for (size_t at = 0; at < range_used;) {
        id object = (id)(range + at);
        if (!object->isa) {
            break; /* being made this moment */
        }
        if (object->ours > 0 && object->retains > 0) {
            leaks++;
            int more = snprintf(text + written, (size_t)size - written, "%s%s %p (number %lu, %ld of %ld retains)",
                                leaks > 1 ? ", " : "", object->isa->name, (void *)object,
                                (unsigned long)object->serial, (long)object->ours, (long)object->retains);
            written = written + (size_t)more < (size_t)size ? written + (size_t)more : (size_t)size - 1;
        }
        at += (object->isa->size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    return leaks;
}

int64_t sim_live(const char *class) {
    int64_t live = 0;
    pthread_mutex_lock(&lock);
    for (struct known_class *k = classes; k; k = k->next) {
        live += strcmp(k->class->name, class) ? 0 : k->live;
    }
    pthread_mutex_unlock(&lock);
    return live;
}

int64_t sim_made(const char *class) {
    int64_t made = 0;
    pthread_mutex_lock(&lock);
    for (struct known_class *k = classes; k; k = k->next) {
        made += strcmp(k->class->name, class) ? 0 : k->made;
    }
    pthread_mutex_unlock(&lock);
    return made;
}

int64_t sim_sent(const char *class, const char *selector) {
    int64_t sent = 0;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        for (struct entry *e = entries[i]; e; e = e->next) {
            sent += strcmp(e->class->name, class) || strcmp(e->selector->name, selector) ? 0 : e->sent;
        }
    }
    pthread_mutex_unlock(&lock);
    return sent;
}

/* ---- classes */

id sim_class_object(const struct sim_class *class) {
    pthread_mutex_lock(&lock);
    struct known_class *k = known(class);
    if (!k->object) {
        k->object = allocate(&class_class, IMMORTAL);
        ((struct class_object *)k->object)->describes = class;
    }
    id object = k->object;
    pthread_mutex_unlock(&lock);
    return object;
}

void sim_register(const struct sim_class *class) {
    pthread_mutex_lock(&lock);
    known(class)->found = true;
    pthread_mutex_unlock(&lock);
}

EXPORT id objc_getClass(const char *name) {
    const struct sim_class *class = NULL;
    pthread_mutex_lock(&lock);
    for (struct known_class *k = classes; k && !class; k = k->next) {
        class = k->found && !strcmp(k->class->name, name) ? k->class : NULL;
    }
    pthread_mutex_unlock(&lock);
    return class ? sim_class_object(class) : NULL;
}

EXPORT id object_getClass(id object) {
    return object && sim_alive(object, "object_getClass") ? sim_class_object(object->isa) : NULL;
}

EXPORT const char *class_getName(id class) {
    if (!class) {
        return "nil"; /* as Apple's */
    }
    if (!sim_is(class, &class_class)) {
        sim_offence("class_getName: %p is not a class", (void *)class);
        return "";
    }
    return ((struct class_object *)class)->describes->name;
}

/* ---- selectors */

EXPORT SEL sel_registerName(const char *name) {
    pthread_mutex_lock(&lock);
    struct sim_selector *s = selectors;
    while (s && strcmp(s->name, name)) {
        s = s->next;
    }
    if (!s) {
        s = malloc(sizeof *s + strlen(name) + 1);
        strcpy(s->name, name);
        s->next = selectors;
        selectors = s;
    }
    pthread_mutex_unlock(&lock);
    return s;
}

EXPORT const char *sel_getName(SEL selector) {
    return selector ? selector->name : "<null selector>"; /* as Apple's */
}

/* Under the lock. */
static bool registered(SEL selector) {
    SEL s = selectors;
    while (s && s != selector) {
        s = s->next;
    }
    return s;
}

/* ---- messages */

static IMP method(const struct sim_method *methods, const char *selector) {
    for (; methods && methods->selector; methods++) {
        if (!strcmp(methods->selector, selector)) {
            return methods->imp;
        }
    }
    return NULL;
}

static IMP method_of(const struct sim_class *class, const char *selector) {
    IMP imp = method(class->methods, selector);
    return imp ? imp : method(ns_object.methods, selector);
}

/* Under the lock; NULL when the selector was never registered. */
static struct entry *entry(const struct sim_class *class, SEL selector) {
    size_t hash = ((uintptr_t)class / 8 ^ (uintptr_t)selector / 16) % (sizeof entries / sizeof *entries);
    struct entry *e = entries[hash];
    while (e && (e->class != class || e->selector != selector)) {
        e = e->next;
    }
    if (!e && registered(selector)) {
        e = calloc(1, sizeof *e);
        *e = (struct entry){entries[hash], class, selector, method_of(class, selector->name), 0};
        entries[hash] = e;
    }
    return e;
}

/* Objective-C answers 0, but what is not done for nil stays undone: only giving up and describing may go there. */
static bool harmless_to_nil(const char *selector) {
    static const char *const harmless[] = {"retain", "release", "autorelease", "description", "UTF8String", "length"};
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        if (!strcmp(harmless[i], selector)) {
            return true;
        }
    }
    return false;
}

/* The families of selectors whose result the sender owns. */
static bool gives_ownership(const char *selector) {
    return !strncmp(selector, "new", 3) || !strcmp(selector, "alloc") || !strcmp(selector, "copy");
}

EXPORT uint64_t objc_msgSend(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    if (!self) {
        if (!harmless_to_nil(sel_getName(selector))) {
            sim_offence("-%s was sent to nil", sel_getName(selector));
        }
        return 0;
    }
    pthread_mutex_lock(&lock);
    struct entry *e = in_range(self) ? entry(self->isa, selector) : NULL;
    IMP imp = e ? e->imp : NULL;
    bool known_selector = e || registered(selector);
    if (e && self->retains > 0) {
        e->sent++;
    }
    pthread_mutex_unlock(&lock);
    if (!known_selector) {
        sim_offence("message to %p: %p is not a selector", (void *)self, (const void *)selector);
        return 0;
    }
    if (!sim_alive(self, selector->name)) {
        return 0;
    }
    if (!imp) {
        sim_offence("-[%s %s]: unrecognized selector sent to instance %p", self->isa->name, selector->name,
                    (void *)self);
        return 0;
    }
    uint64_t result = imp(self, selector, a, b, c, d);
    if (gives_ownership(selector->name)) {
        sim_own((id)result);
    }
    return result;
}

/* Nothing here returns a struct. Rococoa looks it up when it starts. */
EXPORT void objc_msgSend_stret(void *result, id self, SEL selector) {
    sim_offence("objc_msgSend_stret to %p: does not exist on Apple silicon", (void *)self);
}

/* ---- what every object understands */

static uint64_t m_retain(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)objc_retain(self);
}

static uint64_t m_release(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    objc_release(self);
    return 0;
}

static uint64_t m_autorelease(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)objc_autorelease(self);
}

static uint64_t m_retain_count(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uint64_t)self->retains;
}

static uint64_t m_self(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)self;
}

static uint64_t m_description(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)ns_string_format("<%s: %p>", self->isa->name, (void *)self);
}

static uint64_t m_responds(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    SEL asked = (SEL)a;
    pthread_mutex_lock(&lock);
    bool is = registered(asked);
    pthread_mutex_unlock(&lock);
    return is && method_of(self->isa, asked->name);
}

static uint64_t m_class(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)sim_class_object(self->isa);
}

static uint64_t m_is_kind_of_class(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    id class = (id)a;
    if (!sim_is(class, &class_class)) {
        return 0;
    }
    const struct sim_class *asked = ((struct class_object *)class)->describes;
    return asked == self->isa || asked == &ns_object;
}

static uint64_t m_is_equal(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)self == a;
}

static const struct sim_method object_methods[] = {
    {"retain", m_retain},
    {"release", m_release},
    {"autorelease", m_autorelease},
    {"retainCount", m_retain_count},
    {"self", m_self},
    {"init", m_self},
    {"hash", m_self},
    {"description", m_description},
    {"respondsToSelector:", m_responds},
    {"class", m_class},
    {"isKindOfClass:", m_is_kind_of_class},
    {"isEqual:", m_is_equal},
    {0},
};

const struct sim_class ns_object = {"NSObject", sizeof(struct sim_object), NULL, object_methods};

/* ---- classes as receivers: +new, +alloc, and class methods, which are written "+name" in the class's list */

static uint64_t m_new(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    const struct sim_class *class = ((struct class_object *)self)->describes;
    IMP own = method(class->methods, "+new");
    return own ? own(self, selector, a, b, c, d) : (uintptr_t)sim_new(class);
}

static uint64_t m_with_utf8(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    IMP own = method(((struct class_object *)self)->describes->methods, "+stringWithUTF8String:");
    if (!own) {
        sim_offence("+[%s %s]: unrecognized selector", class_getName(self), selector->name);
        return 0;
    }
    return own(self, selector, a, b, c, d);
}

static uint64_t m_class_description(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)ns_string_format("%s", class_getName(self));
}

static const struct sim_method class_methods[] = {
    {"new", m_new},
    {"alloc", m_new},
    {"class", m_self},
    {"description", m_class_description},
    {"stringWithUTF8String:", m_with_utf8},
    {0},
};

static const struct sim_class class_class = {"Class", sizeof(struct class_object), NULL, class_methods};
