/*
 * Autorelease pools, strings, and the functions of CoreFoundation and librococoa that Rococoa loads: libFoundation.so
 * and librococoa.so are links to this library, so that all share one runtime.
 */
#include "runtime.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- autorelease pools: one stack a thread */

struct pooled { /* an object to release, or the beginning of a pool */
    id object;
    uintptr_t token;
};

enum { MOST_POOLS = 32 }; /* within each other: nobody needs so many */

struct stack {
    struct pooled *items;
    size_t count, capacity, pools;
};

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Atomic uintptr_t tokens;

static void pop_to(struct stack *stack, size_t count) {
    while (stack->count > count) {
        struct pooled last = stack->items[--stack->count];
        if (last.object) {
            sim_release(last.object);
        } else {
            stack->pools--;
        }
    }
}

static void thread_ends(void *argument) { /* as Apple's, a thread that ends drains its pools */
    struct stack *stack = argument;
    pop_to(stack, 0);
    free(stack->items);
    free(stack);
}

static void make_key(void) {
    pthread_key_create(&key, thread_ends);
}

static struct stack *this_stack(void) {
    pthread_once(&once, make_key);
    struct stack *stack = pthread_getspecific(key);
    if (!stack) {
        stack = calloc(1, sizeof *stack);
        pthread_setspecific(key, stack);
    }
    return stack;
}

static void push(struct stack *stack, struct pooled item) {
    if (stack->count == stack->capacity) {
        stack->capacity = stack->capacity ? 2 * stack->capacity : 32;
        stack->items = realloc(stack->items, stack->capacity * sizeof *stack->items);
    }
    stack->items[stack->count++] = item;
}

EXPORT void *objc_autoreleasePoolPush(void) {
    struct stack *stack = this_stack();
    uintptr_t token = ++tokens;
    push(stack, (struct pooled){NULL, token});
    if (++stack->pools == MOST_POOLS) {
        sim_offence("objc_autoreleasePoolPush: %d pools of this thread were never popped", MOST_POOLS);
    }
    return (void *)token;
}

EXPORT void objc_autoreleasePoolPop(void *token) {
    struct stack *stack = this_stack();
    size_t i = stack->count;
    while (i && stack->items[i - 1].token != (uintptr_t)token) {
        i--;
    }
    if (!i || !token) {
        sim_offence("objc_autoreleasePoolPop: %p is no pool of this thread", token);
        return;
    }
    pop_to(stack, i - 1);
}

id sim_autorelease(id object) {
    if (!object || !sim_alive(object, "autorelease")) {
        return object;
    }
    struct stack *stack = this_stack();
    if (!stack->pools) {
        sim_offence("%s %p autoreleased with no pool in place: it leaks", object->isa->name, (void *)object);
        return object;
    }
    push(stack, (struct pooled){object, 0});
    return object;
}

id objc_retain(id object) {
    return sim_own(sim_retain(object));
}

/* False, an offence, where the caller has no retain: what it takes is JavaFX's or Vulkan's. */
static bool is_ours(id object, const char *action) {
    if (!object || !sim_alive(object, action)) {
        return false;
    }
    bool ours = sim_give_up(object);
    if (!ours) {
        sim_offence("%s: %s %p is over-released: its %ld owners are others", action, object->isa->name, (void *)object,
                    (long)object->retains);
    }
    return ours;
}

void objc_release(id object) {
    if (is_ours(object, "release")) {
        sim_release(object);
    }
}

id objc_autorelease(id object) {
    return is_ours(object, "autorelease") ? sim_autorelease(object) : object;
}

struct pool_object { /* NSAutoreleasePool, which Rococoa uses */
    struct sim_object object;
    void *token;
};

static const struct sim_class ns_autorelease_pool;

static uint64_t m_pool_new(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    id pool = sim_new(&ns_autorelease_pool);
    ((struct pool_object *)pool)->token = objc_autoreleasePoolPush();
    return (uintptr_t)pool;
}

static void pool_dealloc(id self) {
    objc_autoreleasePoolPop(((struct pool_object *)self)->token);
}

static uint64_t m_drain(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    objc_release(self);
    return 0;
}

static const struct sim_method pool_methods[] = {{"+new", m_pool_new}, {"drain", m_drain}, {0}};

static const struct sim_class ns_autorelease_pool = {"NSAutoreleasePool", sizeof(struct pool_object), pool_dealloc,
                                                     pool_methods};

/* ---- strings, kept as UTF-8 */

struct string {
    struct sim_object object;
    char *utf8;
};

id ns_string_new(const char *utf8, size_t bytes) {
    id string = sim_new(&ns_string);
    ((struct string *)string)->utf8 = strndup(utf8, bytes);
    return string;
}

id ns_string_format(const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return sim_autorelease(ns_string_new(text, strlen(text)));
}

const char *ns_string_utf8(id string) {
    if (!sim_is(string, &ns_string)) {
        sim_offence("%p is not a string", (void *)string);
        return "";
    }
    return ((struct string *)string)->utf8;
}

void ns_string_replace(id *variable, id string) {
    const char *utf8 = string ? ns_string_utf8(string) : NULL;
    id copy = utf8 ? ns_string_new(utf8, strlen(utf8)) : NULL;
    sim_release(*variable);
    *variable = copy;
}

static uint64_t utf16_length(const char *utf8) {
    uint64_t length = 0;
    for (; *utf8; utf8++) {
        length += (*utf8 & 0xc0) != 0x80;
        length += (*utf8 & 0xf8) == 0xf0; /* outside the BMP: two */
    }
    return length;
}

static void string_dealloc(id self) {
    free(((struct string *)self)->utf8);
}

static uint64_t m_utf8(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)((struct string *)self)->utf8;
}

static uint64_t m_length(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return utf16_length(((struct string *)self)->utf8);
}

static uint64_t m_description(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)self;
}

static uint64_t m_is_equal(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    id other = (id)a;
    return sim_is(other, &ns_string) && !strcmp(((struct string *)self)->utf8, ((struct string *)other)->utf8);
}

static uint64_t m_empty(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)ns_string_new("", 0);
}

static uint64_t m_with_utf8(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    const char *utf8 = (const char *)a;
    return (uintptr_t)sim_autorelease(ns_string_new(utf8, strlen(utf8)));
}

static const struct sim_method string_methods[] = {
    {"UTF8String", m_utf8},
    {"length", m_length},
    {"description", m_description},
    {"isEqual:", m_is_equal},
    {"+new", m_empty},
    {"+stringWithUTF8String:", m_with_utf8},
    {0},
};

const struct sim_class ns_string = {"NSString", sizeof(struct string), string_dealloc, string_methods};

/* ---- CoreFoundation: unlike messages, its functions do not take NULL */

enum { UTF16LE = 0x14000100, UTF8 = 0x08000100, ASCII = 0x0600 };

EXPORT id CFRetain(id object) {
    return sim_alive(object, "CFRetain") ? objc_retain(object) : object;
}

EXPORT void CFRelease(id object) {
    if (sim_alive(object, "CFRelease")) {
        objc_release(object);
    }
}

EXPORT int64_t CFGetRetainCount(id object) {
    return sim_alive(object, "CFGetRetainCount") ? object->retains : 0;
}

EXPORT int64_t CFStringGetLength(id string) {
    return (int64_t)utf16_length(ns_string_utf8(string));
}

EXPORT uint8_t CFStringGetCString(id string, char *buffer, int64_t size, uint32_t encoding) {
    const char *utf8 = ns_string_utf8(string);
    if ((encoding != UTF8 && encoding != ASCII) || (int64_t)strlen(utf8) >= size) {
        return 0;
    }
    strcpy(buffer, utf8);
    return 1;
}

EXPORT id CFStringCreateWithBytes(id allocator, const uint8_t *bytes, int64_t count, uint32_t encoding, uint8_t bom) {
    if (encoding == UTF8 || encoding == ASCII) {
        return sim_own(ns_string_new((const char *)bytes, (size_t)count));
    }
    if (encoding != UTF16LE) {
        return NULL;
    }
    char *utf8 = malloc((size_t)count * 2 + 1), *end = utf8;
    for (int64_t i = 0; i + 1 < count; i += 2) {
        uint32_t u = bytes[i] | (uint32_t)bytes[i + 1] << 8;
        if (u >= 0xd800 && u < 0xdc00 && i + 3 < count) {
            u = 0x10000 + ((u & 0x3ff) << 10 | ((bytes[i + 2] | (uint32_t)bytes[i + 3] << 8) & 0x3ff));
            i += 2;
        }
        if (u < 0x80) {
            *end++ = (char)u;
        } else {
            int more = u < 0x800 ? 1 : u < 0x10000 ? 2 : 3;
            *end++ = (char)(0xff << (7 - more) | u >> 6 * more);
            while (more--) {
                *end++ = (char)(0x80 | (u >> 6 * more & 0x3f));
            }
        }
    }
    id string = ns_string_new(utf8, (size_t)(end - utf8));
    free(utf8);
    return sim_own(string);
}

/* ---- librococoa: VkFX has no use for it beyond its existence */

EXPORT void callOnMainThread(void *callback, uint8_t wait) {
    sim_offence("librococoa: callOnMainThread was used");
}

EXPORT id proxyForJavaObject(void *invoked, void *signature) {
    sim_offence("librococoa: proxyForJavaObject was used");
    return NULL;
}

__attribute__((constructor)) static void register_classes(void) {
    sim_register(&ns_object);
    sim_register(&ns_string);
    sim_register(&ns_autorelease_pool);
}
