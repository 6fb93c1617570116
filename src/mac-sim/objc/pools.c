/*
 * Autorelease pools: one stack a thread. On a thread without a pool objects stay until it ends, as on a Mac, which
 * tells that with OBJC_DEBUG_MISSING_POOLS=YES.
 */
#include "../system/shim.h"
#include "runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_POOLS = 32 }; /* within each other: nobody needs so many */

struct pooled { /* an object to release, or the beginning of a pool */
    id object;
    uintptr_t token;
};

struct stack {
    struct pooled *items;
    size_t count, capacity, pools;
};

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Atomic uintptr_t tokens;
static char no_pool; /* the token of one that was not made, see sim.h: objc_autoreleasePoolPush */

static void pop_to(struct stack *stack, size_t count) {
    while (stack->count > count) {
        struct pooled last = stack->items[--stack->count];
        if (last.object) {
            objc_release(last.object);
        } else {
            stack->pools--;
        }
    }
}

static void thread_ends(void *argument) { /* as Apple's, a thread that ends drains its pools */
    struct stack *stack = argument;
    pthread_setspecific(key, stack); /* what is released may want it */
    pop_to(stack, 0);
    pthread_setspecific(key, NULL);
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

void *objc_autoreleasePoolPush(void) {
    if (sim_failing("objc_autoreleasePoolPush") && objc_caller(__builtin_return_address(0)) == CALLER_BRIDGE) {
        return &no_pool;
    }
    struct stack *stack = this_stack();
    uintptr_t token = ++tokens;
    push(stack, (struct pooled){NULL, token});
    if (++stack->pools == MOST_POOLS) {
        sim_offence("objc_autoreleasePoolPush: %d pools of this thread were never popped", MOST_POOLS);
    }
    return (void *)token;
}

void objc_autoreleasePoolPop(void *token) {
    if (token == &no_pool) {
        return;
    }
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

/* As libobjc says it. JavaFX's application thread is the main thread on a Mac, and has the pool of its event loop. */
static void tell_missing_pool(id object, const char *thread) {
    const char *wanted = getenv("OBJC_DEBUG_MISSING_POOLS");
    if (wanted && !strcmp(wanted, "YES") && strncmp(thread, "JavaFX Applicat", 15)) {
        fprintf(stderr,
                "objc[%d]: MISSING POOLS: (%p) Object %p of class %s autoreleased with no pool in place - just leaking - "
                "break on objc_autoreleaseNoPool() to debug\n",
                (int)getpid(), (void *)pthread_self(), (void *)object, objc_class_name(object));
    }
}

/*
 * Whose fault it is that there is no pool: the bridge's where it sends the message, and on its own threads, whoever
 * does. What JavaFX's render thread autoreleases outside of the bridge's pools is JavaFX's; other threads are the
 * application's.
 */
static void judge_missing_pool(id object, const void *return_address) {
    char thread[16] = "";
    pthread_getname_np(pthread_self(), thread, sizeof thread);
    tell_missing_pool(object, thread);
    if (objc_caller(return_address) == CALLER_BRIDGE || !strncmp(thread, "vkfx-", 5)) {
        sim_offence("%s %p autoreleased with no pool in place on thread %s: it leaks", objc_class_name(object),
                    (void *)object, thread);
    } else if (!strncmp(thread, "QuantumRenderer", 15)) {
        sim_habit("JavaFX autoreleases on its render thread, which has no pool", "%s %p", objc_class_name(object),
                  (void *)object);
    }
}

void objc_put_into_pool(id object, const void *return_address) {
    struct stack *stack = this_stack();
    if (!stack->pools) {
        judge_missing_pool(object, return_address);
    }
    push(stack, (struct pooled){object, 0});
}

/* Where a method has a retain, release or autorelease of its own, it is sent; and it may be a block. */
static bool is_plain(id object) {
    return objc_in_range(object);
}

static id send(id object, const char *selector) {
    return ((id (*)(id, SEL))objc_msgSend)(object, sel_registerName(selector));
}

id objc_retain(id object) {
    return is_plain(object) ? objc_retain_for(object, __builtin_return_address(0)) : send(object, "retain");
}

void objc_release(id object) {
    if (is_plain(object)) {
        objc_release_for(object, __builtin_return_address(0));
    } else {
        send(object, "release");
    }
}

id objc_autorelease(id object) {
    return is_plain(object) ? objc_autorelease_for(object, __builtin_return_address(0)) : send(object, "autorelease");
}

SHIM(objc_autoreleasePoolPush, objc_autoreleasePoolPush);
SHIM(objc_autoreleasePoolPop, objc_autoreleasePoolPop);
SHIM(objc_retain, objc_retain);
SHIM(objc_release, objc_release);
SHIM(objc_autorelease, objc_autorelease);
