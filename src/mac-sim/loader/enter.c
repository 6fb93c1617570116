/*
 * Calls from outside into the vendors' code. An entry is a few instructions that name a function and jump to
 * macho_enter, which calls that function with whatever arguments there are, those on the stack too. For that the stack
 * must stay as it is: the return address is replaced by macho_leave, and the true one waits on a stack of our own, a
 * thread's.
 */
#include "image.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct frame {
    void *return_address;
    void **slot; /* where on the thread's stack it was */
};

static _Thread_local struct {
    struct frame *frames;
    size_t count, capacity;
    int others; /* macho_entered without macho_left */
} shadow;

static pthread_once_t prepared = PTHREAD_ONCE_INIT;
static pthread_key_t key; /* frees the frames of a thread that ends */

static void free_frames(void *frames) {
    free(frames);
    memset(&shadow, 0, sizeof shadow);
}

static void prepare(void) {
    pthread_key_create(&key, free_frames);
}

int macho_depth(void) {
    return (int)shadow.count + shadow.others;
}

void macho_entered(void) {
    shadow.others++;
}

void macho_left(void) {
    shadow.others--;
}

/* ---- called by the assembly below */

void macho_push(void **slot) __attribute__((visibility("hidden"), used));
void *macho_pop(void **slot) __attribute__((visibility("hidden"), used));

void macho_push(void **slot) {
    if (shadow.count == shadow.capacity) {
        size_t capacity = shadow.capacity ? 2 * shadow.capacity : 64;
        struct frame *frames = realloc(shadow.frames, capacity * sizeof *frames);
        if (!frames) {
            macho_refuse("no memory for calls of the vendors' functions");
        }
        pthread_once(&prepared, prepare);
        pthread_setspecific(key, frames);
        shadow.frames = frames;
        shadow.capacity = capacity;
    }
    shadow.frames[shadow.count++] = (struct frame){*slot, slot};
}

/* Frames that were left by longjmp lie deeper, and are dropped. */
void *macho_pop(void **slot) {
    while (shadow.count && shadow.frames[shadow.count - 1].slot < slot) {
        shadow.count--;
    }
    if (!shadow.count || shadow.frames[shadow.count - 1].slot != slot) {
        macho_refuse("a vendor's function returns to where nobody called it");
    }
    return shadow.frames[--shadow.count].return_address;
}

/*
 * macho_enter: %r11 is the function; all else is as its caller has left it, %rax (how many vector registers) and %r10
 * (the static chain) too. The caller's %rsp is 16-aligned but for the return address, so after the push it is aligned.
 *
 * macho_leave: what a function returns is in %rax, %rdx, %xmm0, %xmm1 and on the x87 stack, which no C function here
 * touches. Nothing can be unwound through it: there the stack ends for unwinders, who look one byte before a return
 * address, hence nop.
 */
__asm__(".text\n"
        ".globl macho_enter\n"
        ".hidden macho_enter\n"
        ".type macho_enter,@function\n"
        "macho_enter:\n"
        "    .cfi_startproc\n"
        "    push %rbp\n"
        "    .cfi_def_cfa_offset 16\n"
        "    .cfi_offset rbp, -16\n"
        "    mov %rsp, %rbp\n"
        "    .cfi_def_cfa_register rbp\n"
        "    sub $0xd0, %rsp\n"
        "    mov %rdi, 0x00(%rsp)\n"
        "    mov %rsi, 0x08(%rsp)\n"
        "    mov %rdx, 0x10(%rsp)\n"
        "    mov %rcx, 0x18(%rsp)\n"
        "    mov %r8, 0x20(%rsp)\n"
        "    mov %r9, 0x28(%rsp)\n"
        "    mov %rax, 0x30(%rsp)\n"
        "    mov %r10, 0x38(%rsp)\n"
        "    mov %r11, 0x40(%rsp)\n"
        "    movaps %xmm0, 0x50(%rsp)\n"
        "    movaps %xmm1, 0x60(%rsp)\n"
        "    movaps %xmm2, 0x70(%rsp)\n"
        "    movaps %xmm3, 0x80(%rsp)\n"
        "    movaps %xmm4, 0x90(%rsp)\n"
        "    movaps %xmm5, 0xa0(%rsp)\n"
        "    movaps %xmm6, 0xb0(%rsp)\n"
        "    movaps %xmm7, 0xc0(%rsp)\n"
        "    lea 8(%rbp), %rdi\n"
        "    call macho_push\n"
        "    lea macho_leave(%rip), %rax\n"
        "    mov %rax, 8(%rbp)\n"
        "    mov 0x00(%rsp), %rdi\n"
        "    mov 0x08(%rsp), %rsi\n"
        "    mov 0x10(%rsp), %rdx\n"
        "    mov 0x18(%rsp), %rcx\n"
        "    mov 0x20(%rsp), %r8\n"
        "    mov 0x28(%rsp), %r9\n"
        "    mov 0x30(%rsp), %rax\n"
        "    mov 0x38(%rsp), %r10\n"
        "    mov 0x40(%rsp), %r11\n"
        "    movaps 0x50(%rsp), %xmm0\n"
        "    movaps 0x60(%rsp), %xmm1\n"
        "    movaps 0x70(%rsp), %xmm2\n"
        "    movaps 0x80(%rsp), %xmm3\n"
        "    movaps 0x90(%rsp), %xmm4\n"
        "    movaps 0xa0(%rsp), %xmm5\n"
        "    movaps 0xb0(%rsp), %xmm6\n"
        "    movaps 0xc0(%rsp), %xmm7\n"
        "    leave\n"
        "    .cfi_def_cfa rsp, 8\n"
        "    jmp *%r11\n"
        "    .cfi_endproc\n"
        ".size macho_enter, . - macho_enter\n"
        ".type macho_leave,@function\n"
        "    .cfi_startproc\n"
        "    .cfi_undefined rip\n"
        "    nop\n"
        "macho_leave:\n"
        "    sub $0x30, %rsp\n"
        "    mov %rax, 0x00(%rsp)\n"
        "    mov %rdx, 0x08(%rsp)\n"
        "    movaps %xmm0, 0x10(%rsp)\n"
        "    movaps %xmm1, 0x20(%rsp)\n"
        "    lea 0x28(%rsp), %rdi\n" /* where the return address was: just below the caller's %rsp */
        "    call macho_pop\n"
        "    mov %rax, %r11\n"
        "    mov 0x00(%rsp), %rax\n"
        "    mov 0x08(%rsp), %rdx\n"
        "    movaps 0x10(%rsp), %xmm0\n"
        "    movaps 0x20(%rsp), %xmm1\n"
        "    add $0x30, %rsp\n"
        "    jmp *%r11\n"
        "    .cfi_endproc\n"
        ".size macho_leave, . - macho_leave\n");

void macho_enter(void) __attribute__((visibility("hidden")));

/* ---- entries */

enum { ENTRY_BYTES = 32, ENTRIES_BYTES = 1 << 16, FIRST_SLOTS = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all below */
static struct entry {
    void *function, *entry;
} *entries; /* open addressing, at most half full */
static size_t entry_count, entry_slots;
static uint8_t *code;
static size_t code_used = ENTRIES_BYTES;

static struct entry *find(void *function) {
    size_t at = ((uintptr_t)function >> 4) * 0x9e3779b97f4a7c15u & (entry_slots - 1);
    while (entries[at].function && entries[at].function != function) {
        at = (at + 1) & (entry_slots - 1);
    }
    return &entries[at];
}

static void grow(void) {
    struct entry *old = entries;
    size_t old_slots = entry_slots;
    entry_slots = old_slots ? 2 * old_slots : FIRST_SLOTS;
    entries = calloc(entry_slots, sizeof *entries);
    for (size_t i = 0; i < old_slots; i++) {
        if (old[i].function) {
            *find(old[i].function) = old[i];
        }
    }
    free(old);
}

static void *make_entry(const void *function) {
    if (code_used + ENTRY_BYTES > ENTRIES_BYTES) {
        code = mmap(NULL, ENTRIES_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        code_used = 0;
        if (code == MAP_FAILED) {
            macho_refuse("no memory for entries of the vendors' functions");
        }
    }
    uint8_t *entry = code + code_used;
    code_used += ENTRY_BYTES;
    const void *enter = macho_enter;
    memcpy(entry, "\x49\xbb", 2); /* movabs $function, %r11 */
    memcpy(entry + 2, &function, 8);
    memcpy(entry + 10, "\xff\x25\0\0\0\0", 6); /* jmp *(%rip): the address that follows */
    memcpy(entry + 16, &enter, 8);
    return entry;
}

void *macho_entry(void *function) {
    if (!function) {
        return NULL;
    }
    pthread_mutex_lock(&lock);
    if (2 * entry_count >= entry_slots) {
        grow();
    }
    struct entry *e = find(function);
    if (!e->function) {
        e->function = function;
        e->entry = make_entry(function);
        entry_count++;
    }
    void *entry = e->entry;
    pthread_mutex_unlock(&lock);
    return entry;
}
