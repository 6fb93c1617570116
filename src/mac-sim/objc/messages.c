/*
 * Messages. A method is jumped to, so that it returns to the sender, except where the bridge sends: then it is called,
 * with the arguments in registers and at most 16 words on the stack, so that what it does is known to be the bridge's,
 * and what it gives as well.
 */
#include "../loader/macho.h"
#include "../system/shim.h"
#include "runtime.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 16384 };

struct lookup { /* a method that was looked up for a class */
    struct lookup *next;
    Class class;
    SEL selector;
    IMP imp;
    bool vendors;
    _Atomic int64_t sent;
};

static _Atomic(struct lookup *) lookups[BUCKETS];
static struct lookup *forgotten; /* keeps what it counted; under the lock */

void objc_forget_lookups(void) {
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct lookup *l = atomic_exchange(&lookups[i], NULL), *next; l; l = next) {
            struct lookup *copy = malloc(sizeof *copy); /* others may still read the original */
            copy->class = l->class;
            copy->selector = l->selector;
            copy->sent = l->sent;
            copy->next = forgotten;
            forgotten = copy;
            next = l->next;
        }
    }
}

static int64_t sum_sent(const struct lookup *list, const char *class, const char *selector) {
    int64_t sent = 0;
    for (const struct lookup *l = list; l; l = l->next) {
        bool counts = !strcmp(l->class->info->name, class) && !strcmp(sel_getName(l->selector), selector);
        sent += counts ? l->sent : 0;
    }
    return sent;
}

int64_t sim_sent(const char *class, const char *selector) {
    objc_lock();
    int64_t sent = sum_sent(forgotten, class, selector);
    for (size_t i = 0; i < BUCKETS; i++) {
        sent += sum_sent(lookups[i], class, selector);
    }
    objc_unlock();
    return sent;
}

/* ---- lookup */

void objc_answer_nothing(void);
__asm__(".text\n"
        ".type objc_answer_nothing, @function\n"
        "objc_answer_nothing:\n"
        "  xorl %eax, %eax\n"
        "  xorl %edx, %edx\n"
        "  xorps %xmm0, %xmm0\n"
        "  xorps %xmm1, %xmm1\n"
        "  ret\n");

static struct lookup *look_up(Class class, SEL selector) {
    size_t hash = ((uintptr_t)class / 8 ^ (uintptr_t)selector / 16) % BUCKETS;
    for (struct lookup *l = lookups[hash]; l; l = l->next) {
        if (l->class == class && l->selector == selector) {
            return l;
        }
    }
    struct lookup *l = NULL;
    objc_lock(); /* an image that comes meanwhile moves methods, and makes lookups be forgotten */
    struct method *method = objc_find_method(class, selector);
    if (method) {
        l = calloc(1, sizeof *l);
        l->class = class;
        l->selector = selector;
        l->imp = method->imp;
        l->vendors = method->image->vendor;
        l->next = lookups[hash];
        lookups[hash] = l; /* twice the same does no harm */
    }
    objc_unlock();
    return l;
}

struct target { /* in two registers: where to go, and how */
    IMP imp;
    uint64_t call; /* 0: jump; else call: 1, or 2 a vendor's */
};
enum { JUMP, CALL, CALL_VENDOR };

static struct target target(id object, Class class, SEL selector, const void *return_address) {
    static const struct target NOTHING = {objc_answer_nothing, JUMP};
    bool in_range = objc_in_range(object);
    bool bridge = objc_caller(return_address) == CALLER_BRIDGE;
    if (bridge && !objc_is_selector(selector)) {
        sim_offence("message to %p: %p is not a selector", (void *)object, (const void *)selector);
        return NOTHING;
    }
    /* a vendor's pointers to what is no object would crash a Mac, too; the bridge deserves a sentence */
    if ((in_range ? header_of(object)->freed : bridge) && !objc_alive(object, sel_getName(selector))) {
        return NOTHING;
    }
    struct lookup *l = look_up(class ? class : object->isa, selector);
    if (!l) {
        const struct class_info *info = (class ? class : object->isa)->info;
        char where[256];
        macho_describe(return_address, where, sizeof where);
        sim_offence("%c[%s %s]: unrecognized selector sent to instance %p by %s", info->meta ? '+' : '-', info->name,
                    sel_getName(selector), (void *)object, where);
        return NOTHING;
    }
    atomic_fetch_add_explicit(&l->sent, 1, memory_order_relaxed);
    if (!bridge) {
        return (struct target){l->imp, JUMP};
    }
    if (l->vendors) {
        macho_entered();
    }
    return (struct target){l->imp, l->vendors ? CALL_VENDOR : CALL};
}

__attribute__((used, visibility("hidden"))) struct target objc_lookup(id self, SEL selector, const void *address) {
    return target(self, NULL, selector, address);
}

__attribute__((used, visibility("hidden"))) struct target objc_lookup_super(void **receiver, SEL selector,
                                                                             const void *address) {
    Class superclass = ((Class)receiver[1])->superclass;
    struct target t = target(receiver[0], superclass, selector, address);
    if (t.call == CALL_VENDOR) {
        macho_left();
    }
    t.call = JUMP; /* compiled code only: never the bridge's */
    return t;
}

/* Results in memory: compiled code's on x86-64. Rococoa looks the function up, and the bridge may not use it. */
__attribute__((used, visibility("hidden"))) struct target objc_lookup_stret(id self, SEL selector,
                                                                             const void *address) {
    if (objc_caller(address) == CALLER_BRIDGE) {
        sim_offence("objc_msgSend_stret to %p: does not exist on Apple silicon", (void *)self);
        return (struct target){objc_answer_nothing, JUMP};
    }
    return target(self, NULL, selector, address);
}

/* Objective-C answers 0, but what is not done for nil stays undone: only giving up and describing may go there. */
__attribute__((used, visibility("hidden"))) void objc_to_nil(SEL selector, const void *address) {
    static const char *const HARMLESS[] = {"retain", "release", "autorelease", "description", "UTF8String", "length"};
    if (objc_caller(address) != CALLER_BRIDGE) {
        return;
    }
    for (size_t i = 0; i < sizeof HARMLESS / sizeof *HARMLESS; i++) {
        if (!strcmp(HARMLESS[i], sel_getName(selector))) {
            return;
        }
    }
    sim_offence("-%s was sent to nil", sel_getName(selector));
}

/* The families of selectors whose result the sender owns. */
static bool gives_ownership(const char *selector) {
    return !strncmp(selector, "new", 3) || !strcmp(selector, "alloc") || !strcmp(selector, "copy")
           || !strcmp(selector, "mutableCopy");
}

/* After a call for the bridge. */
__attribute__((used, visibility("hidden"))) void objc_called(id result, SEL selector, uint64_t call) {
    if (call == CALL_VENDOR) {
        macho_left();
    }
    if (gives_ownership(sel_getName(selector))) {
        sim_own(result);
    }
}

/*
 * The frame: rdi -8, rsi -16, rdx -24, rcx -32, r8 -40, r9 -48, rax -56 (the number of vector arguments), r10 -64, how
 * to go -72, xmm0 to xmm7 -96 to -208.
 */
#define ENTER                                                                                                          \
    "  push %rbp\n"                                                                                                    \
    "  mov %rsp, %rbp\n"                                                                                               \
    "  sub $0xd0, %rsp\n"                                                                                              \
    "  mov %rdi, -8(%rbp)\n  mov %rsi, -16(%rbp)\n  mov %rdx, -24(%rbp)\n  mov %rcx, -32(%rbp)\n"                      \
    "  mov %r8, -40(%rbp)\n  mov %r9, -48(%rbp)\n  mov %rax, -56(%rbp)\n  mov %r10, -64(%rbp)\n"                       \
    "  movaps %xmm0, -96(%rbp)\n  movaps %xmm1, -112(%rbp)\n  movaps %xmm2, -128(%rbp)\n  movaps %xmm3, -144(%rbp)\n"  \
    "  movaps %xmm4, -160(%rbp)\n  movaps %xmm5, -176(%rbp)\n  movaps %xmm6, -192(%rbp)\n  movaps %xmm7, -208(%rbp)\n"
#define RESTORE                                                                                                        \
    "  mov %rax, %r11\n  mov %rdx, -72(%rbp)\n"                                                                        \
    "  mov -8(%rbp), %rdi\n  mov -16(%rbp), %rsi\n  mov -24(%rbp), %rdx\n  mov -32(%rbp), %rcx\n"                      \
    "  mov -40(%rbp), %r8\n  mov -48(%rbp), %r9\n  mov -64(%rbp), %r10\n"                                              \
    "  movaps -96(%rbp), %xmm0\n  movaps -112(%rbp), %xmm1\n  movaps -128(%rbp), %xmm2\n  movaps -144(%rbp), %xmm3\n"  \
    "  movaps -160(%rbp), %xmm4\n  movaps -176(%rbp), %xmm5\n  movaps -192(%rbp), %xmm6\n  movaps -208(%rbp), %xmm7\n" \
    "  cmpq $0, -72(%rbp)\n"                                                                                           \
    "  mov -56(%rbp), %rax\n"
#define FUNCTION(name) ".globl " #name "\n.type " #name ", @function\n" #name ":\n"

__asm__(".text\n"
        FUNCTION(objc_msgSend)
        "  test %rdi, %rdi\n"
        "  je 2f\n"
        ENTER
        "  mov 8(%rbp), %rdx\n"
        "  call objc_lookup\n"
        RESTORE
        "  jne 1f\n"
        "  leave\n"
        "  jmp *%r11\n"
        "1:\n"
        "  .set word, 136\n" /* behind the saved %rbp and the return address: the last of 16 words */
        "  .rept 16\n"
        "  push word(%rbp)\n"
        "  .set word, word - 8\n"
        "  .endr\n"
        "  call *%r11\n"
        ".globl objc_called_by_bridge\n.hidden objc_called_by_bridge\n"
        "objc_called_by_bridge:\n"
        "  mov %rax, -24(%rbp)\n"
        "  mov %rdx, -32(%rbp)\n"
        "  mov %rax, %rdi\n"
        "  mov -16(%rbp), %rsi\n"
        "  mov -72(%rbp), %rdx\n"
        "  movaps %xmm0, -96(%rbp)\n"
        "  movaps %xmm1, -112(%rbp)\n"
        "  call objc_called\n"
        "  mov -24(%rbp), %rax\n"
        "  mov -32(%rbp), %rdx\n"
        "  movaps -96(%rbp), %xmm0\n"
        "  movaps -112(%rbp), %xmm1\n"
        "  leave\n"
        "  ret\n"
        "2:\n"
        "  mov %rsi, %rdi\n"
        "  mov (%rsp), %rsi\n"
        "  sub $8, %rsp\n"
        "  call objc_to_nil\n"
        "  add $8, %rsp\n"
        "  jmp objc_answer_nothing\n"

        /* The result's address comes first. */
        FUNCTION(objc_msgSend_stret)
        "  test %rsi, %rsi\n"
        "  je 1f\n"
        ENTER
        "  mov %rsi, %rdi\n"
        "  mov -24(%rbp), %rsi\n"
        "  mov 8(%rbp), %rdx\n"
        "  call objc_lookup_stret\n"
        RESTORE
        "  leave\n"
        "  jmp *%r11\n"
        "1:\n"
        "  mov %rdi, %rax\n"
        "  ret\n"

        ".hidden objc_msgSendSuper2\n"
        FUNCTION(objc_msgSendSuper2)
        ENTER
        "  mov 8(%rbp), %rdx\n"
        "  call objc_lookup_super\n"
        RESTORE
        "  mov (%rdi), %rdi\n"
        "  leave\n"
        "  jmp *%r11\n"

        ".hidden objc_msgSendSuper2_stret\n"
        FUNCTION(objc_msgSendSuper2_stret)
        ENTER
        "  mov %rsi, %rdi\n"
        "  mov -24(%rbp), %rsi\n"
        "  mov 8(%rbp), %rdx\n"
        "  call objc_lookup_super\n"
        RESTORE
        "  mov (%rsi), %rsi\n"
        "  leave\n"
        "  jmp *%r11\n");

extern void objc_msgSend_stret(void), objc_msgSendSuper2(void), objc_msgSendSuper2_stret(void);

SHIM(objc_msgSend, objc_msgSend);
SHIM(objc_msgSend_fpret, objc_msgSend); /* results in st(0): a jump leaves them there */
SHIM(objc_msgSend_stret, objc_msgSend_stret);
SHIM(objc_msgSendSuper2, objc_msgSendSuper2);
SHIM(objc_msgSendSuper2_stret, objc_msgSendSuper2_stret);
