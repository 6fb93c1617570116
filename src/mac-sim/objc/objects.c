#include "../loader/macho.h"
#include "../system/shim.h"
#include "runtime.h"

#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum { ALIGNMENT = 16 };
static const size_t RANGE = (size_t)16 << 30; /* of addresses; memory is used as objects are made */

static char *range;
static _Atomic size_t range_used;
static _Atomic uint64_t serials;
static _Atomic int64_t ours_in_all;
static pthread_once_t once = PTHREAD_ONCE_INIT;

_Static_assert(sizeof(struct header) % ALIGNMENT == 0, "objects are aligned");

static void reserve(void) {
    range = mmap(NULL, RANGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED) {
        perror("mac-sim: no address space for objects");
        objc_end_process();
    }
}

id objc_allocate(Class class, size_t extra) {
    pthread_once(&once, reserve);
    size_t size = (sizeof(struct header) + class->info->size + extra + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    size_t at = (range_used += size) - size;
    if (at + size > RANGE) {
        fprintf(stderr, "mac-sim: too many objects in the life of a process\n");
        objc_end_process();
    }
    struct header *header = (struct header *)(void *)(range + at);
    id object = (id)(void *)(header + 1);
    object->isa = class;
    header->serial = ++serials;
    header->retains = 1;
    header->size = (uint32_t)size; /* last: sim_leaks goes by it */
    class->info->live++;
    class->info->made++;
    return object;
}

bool objc_in_range(const void *object) {
    const char *at = object;
    return range && at >= range + sizeof(struct header) && at < range + range_used && (uintptr_t)at % ALIGNMENT == 0;
}

/* ---- what is an object */

/* Reads a word that may not be there. */
static const void *word_at(const void *address) {
    const void *word = NULL;
    struct iovec here = {&word, sizeof word}, there = {(void *)(uintptr_t)address, sizeof word};
    return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == sizeof word ? word : NULL;
}

/* Classes, constant strings and blocks are objects, too, that nobody allocated. */
static bool is_static_object(const void *object) {
    if ((uintptr_t)object % sizeof(void *)) {
        return false;
    }
    const void *isa = macho_at(object) ? *(const void *const *)object : word_at(object);
    return isa && objc_is_class(isa);
}

bool objc_alive(id object, const char *action) {
    if (!objc_in_range(object)) {
        bool is_object = is_static_object(object);
        if (!is_object) {
            sim_offence("%s: %p is not an object", action, (void *)object);
        }
        return is_object;
    }
    struct header *header = header_of(object);
    if (header->freed) {
        sim_offence("%s: %s %p (number %lu) has been freed", action, objc_class_name(object), (void *)object,
                    (unsigned long)header->serial);
        return false;
    }
    return true;
}

bool objc_is_freed(id object) {
    return objc_in_range(object) && header_of(object)->freed;
}

/* ---- who calls */

static const char *code_begin, *code_end; /* the simulator's own */

static int find_code(struct dl_phdr_info *library, size_t size, void *address) {
    (void)size;
    for (int i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = library->dlpi_phdr + i;
        const char *begin = (const char *)library->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_LOAD && (const char *)address >= begin
            && (const char *)address < begin + segment->p_memsz) {
            code_begin = begin;
            code_end = begin + segment->p_memsz;
            return 1;
        }
    }
    return 0;
}

__attribute__((constructor(101))) static void find_own_code(void) {
    dl_iterate_phdr(find_code, (void *)(uintptr_t)find_code);
}

enum caller objc_caller(const void *return_address) {
    const char *at = return_address;
    if (at == objc_called_by_bridge) {
        return CALLER_BRIDGE;
    }
    if (at >= code_begin && at < code_end) {
        return CALLER_SIMULATOR;
    }
    return macho_at(at) || macho_depth() ? CALLER_VENDOR : CALLER_BRIDGE;
}

id sim_own(id object) {
    if (object && objc_in_range(object) && objc_alive(object, "ownership")) {
        header_of(object)->ours++;
        ours_in_all++;
    }
    return object;
}

bool sim_give_up(id object) {
    if (!objc_in_range(object)) {
        return true; /* nobody counts */
    }
    struct header *header = header_of(object);
    int64_t before = header->ours;
    while (before > 0 && !atomic_compare_exchange_weak(&header->ours, &before, before - 1)) {
    }
    ours_in_all -= before > 0;
    return before > 0;
}

/* ---- retain and release */

id objc_retain_for(id object, const void *return_address) {
    if (!object || !objc_in_range(object) || !objc_alive(object, "retain")) {
        return object;
    }
    if (header_of(object)->retains++ == 0) {
        sim_offence("retain: %s %p is being freed", objc_class_name(object), (void *)object);
    }
    if (objc_caller(return_address) == CALLER_BRIDGE) {
        sim_own(object);
    }
    return object;
}

/* Whether nobody but the bridge owns it. Where the bridge retains or releases meanwhile, both are read again. */
static bool is_all_ours(const struct header *header) {
    int64_t ours, retains;
    do {
        ours = header->ours;
        retains = header->retains;
    } while (ours != header->ours);
    return ours > 0 && retains <= ours;
}

/* False, an offence, where the caller takes what is another's. */
static bool may_give_up(id object, const void *return_address, const char *action) {
    struct header *header = header_of(object);
    bool bridge = objc_caller(return_address) == CALLER_BRIDGE;
    if (bridge && !sim_give_up(object)) {
        sim_offence("%s: %s %p is over-released: its %ld owners are others", action, objc_class_name(object),
                    (void *)object, (long)header->retains);
        return false;
    }
    if (!bridge && is_all_ours(header)) {
        char where[256];
        macho_describe(return_address, where, sizeof where);
        sim_offence("%s: %s %p is over-released by %s: its %ld owners are the bridge", action, objc_class_name(object),
                    (void *)object, where, (long)header->retains);
        return false;
    }
    return true;
}

static void release(id object) {
    struct header *header = header_of(object);
    int64_t before = header->retains--;
    if (before <= 0) { /* lost a race with the release that freed it */
        header->retains++;
        sim_offence("release: %s %p has been freed", objc_class_name(object), (void *)object);
    } else if (before == 1) {
        static SEL dealloc;
        dealloc = dealloc ? dealloc : sel_registerName("dealloc");
        ((void (*)(id, SEL))objc_msgSend)(object, dealloc);
    }
}

void objc_release_for(id object, const void *return_address) {
    if (object && objc_in_range(object) && objc_alive(object, "release")
        && may_give_up(object, return_address, "release")) {
        release(object);
    }
}

id objc_autorelease_for(id object, const void *return_address) {
    if (object && objc_in_range(object) && objc_alive(object, "autorelease")
        && may_give_up(object, return_address, "autorelease")) {
        objc_put_into_pool(object, return_address);
    }
    return object;
}

/* Ivars named _like_this are of synthesized properties, which own their objects. */
static void release_properties(id object) {
    for (Class class = object->isa; class; class = class->superclass) {
        const struct ivar_list *list = class_data(class)->ivars;
        for (uint32_t i = 0; !objc_is_vendors(class) && list && i < list->count; i++) {
            const struct ivar *ivar = list->ivars + i;
            if (ivar->name[0] == '_' && ivar->type[0] == '@') {
                id *variable = (id *)(void *)((char *)object + *ivar->offset);
                id old = *variable;
                *variable = NULL;
                objc_release(old);
            }
        }
    }
}

void objc_free(id object) {
    struct header *header = header_of(object);
    release_properties(object);
    object->isa->info->live--;
    ours_in_all -= atomic_exchange(&header->ours, 0);
    header->retains = 0;
    header->freed = true;
}

/* ---- questions of the tests */

int64_t sim_retains(id object) {
    if (!objc_in_range(object)) {
        return objc_alive(object, "counting owners") ? INT64_MAX : 0; /* nobody counts */
    }
    return header_of(object)->freed ? 0 : header_of(object)->retains;
}

int32_t sim_leaks(char *text, int32_t size) {
    int32_t leaks = 0;
    size_t written = 0;
    *text = 0;
    for (size_t at = 0; ours_in_all > 0 && at < range_used;) {
        struct header *header = (struct header *)(void *)(range + at);
        id object = (id)(void *)(header + 1);
        if (!header->size) {
            break; /* being made this moment */
        }
        if (header->ours > 0 && !header->freed) {
            leaks++;
            int more = snprintf(text + written, (size_t)size - written, "%s%s %p (number %lu, %ld of %ld retains)",
                                leaks > 1 ? ", " : "", objc_class_name(object), (void *)object,
                                (unsigned long)header->serial, (long)header->ours, (long)header->retains);
            written = written + (size_t)more < (size_t)size ? written + (size_t)more : (size_t)size - 1;
        }
        at += header->size;
    }
    return leaks;
}

static int64_t sum(const char *class, size_t offset) {
    int64_t result = 0;
    objc_lock();
    for (struct class_info *info = objc_infos; info; info = info->next) {
        if (!info->meta && !strcmp(info->name, class)) {
            result += *(_Atomic int64_t *)(void *)((char *)info + offset);
        }
    }
    objc_unlock();
    return result;
}

int64_t sim_live(const char *class) {
    return sum(class, offsetof(struct class_info, live));
}

int64_t sim_made(const char *class) {
    return sum(class, offsetof(struct class_info, made));
}
