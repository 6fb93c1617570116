/*
 * Binds a library's imports, lazy ones at once: to the simulator's symbols, to Linux's where they are said to be the
 * same, to libc++'s, or to something that ends the process with a sentence when it is used. system/shim.h says more.
 */
#include "../system/shim.h"
#include "image.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum table { TABLE_BIND, TABLE_WEAK, TABLE_LAZY };
enum { FLAG_WEAK_IMPORT = 1, TYPE_POINTER = 1 };

/* ---- the shims by name */

extern const struct shim __start_shims[] __attribute__((visibility("hidden")));
extern const struct shim __stop_shims[] __attribute__((visibility("hidden")));

static const struct shim **shims; /* open addressing */
static size_t shim_mask;
static void *libcxx, *libcxxabi, *libm;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;

static size_t hash(const char *name) {
    size_t h = 5381;
    while (*name) {
        h = h * 33 + (unsigned char)*name++;
    }
    return h;
}

static void add_shim(const struct shim *shim) {
    size_t at = hash(shim->symbol) & shim_mask;
    while (shims[at]) {
        if (!strcmp(shims[at]->symbol, shim->symbol)) {
            macho_refuse("two shims provide %s", shim->symbol);
        }
        at = (at + 1) & shim_mask;
    }
    shims[at] = shim;
}

static void *open_library(const char *name) {
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        macho_refuse("the vendors' code needs %s (Debian's packages: libc++1, libc++abi1): %s", name, dlerror());
    }
    return library;
}

static void prepare(void) {
    size_t count = (size_t)(__stop_shims - __start_shims), size = 64;
    while (size < 2 * count) {
        size *= 2;
    }
    shims = calloc(size, sizeof *shims);
    shim_mask = size - 1;
    for (const struct shim *s = __start_shims; s < __stop_shims; s++) {
        add_shim(s);
    }
    libcxxabi = open_library("libc++abi.so.1");
    libcxx = open_library("libc++.so.1");
    libm = open_library("libm.so.6");
}

static const struct shim *find_shim(const char *name) {
    size_t at = hash(name) & shim_mask;
    while (shims[at] && strcmp(shims[at]->symbol, name)) {
        at = (at + 1) & shim_mask;
    }
    return shims[at];
}

/* ---- what is missing */

static bool begins(const char *name, const char *with) {
    return !strncmp(name, with, strlen(with));
}

static bool is_cxx(const char *name) {
    return begins(name, "_Z") || begins(name, "__cxa") || begins(name, "__gxx") || begins(name, "__dynamic_cast");
}

/* Apple's constants have such names; functions do not. */
static bool is_variable(const char *name) {
    static const char *const endings[] = {
        "Key", "ErrorDomain", "Notification", "Timestamp", "ClassReference", "_empty_cache", "Block", "_main_q", NULL,
    };
    name += strspn(name, "_");
    if (name[0] == 'k' && name[1] >= 'A' && name[1] <= 'Z') {
        return true;
    }
    size_t length = strlen(name);
    for (const char *const *e = endings; *e; e++) {
        if (length > strlen(*e) && !strcmp(name + length - strlen(*e), *e)) {
            return true;
        }
    }
    return false;
}

static _Noreturn void missing_called(const struct macho *image, const char *name) {
    macho_refuse("%s called _%s, which is not simulated", image->name, name);
}

enum { STUB_BYTES = 40, STUBS_BYTES = 1 << 16 };

static uint8_t *put(uint8_t *at, const void *bytes, size_t count) {
    memcpy(at, bytes, count);
    return at + count;
}

/* A function that jumps to missing_called(image, name). Under the lock of loading. */
static void *missing_function(struct macho *image, const char *name) {
    static uint8_t *stubs;
    static size_t used = STUBS_BYTES;
    if (used + STUB_BYTES > STUBS_BYTES) {
        stubs = mmap(NULL, STUBS_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        used = 0;
        if (stubs == MAP_FAILED) {
            macho_refuse("no memory for stubs");
        }
    }
    uint8_t *stub = stubs + used, *at = stub;
    used += STUB_BYTES;
    const void *target = missing_called;
    at = put(at, "\x48\xbf", 2); /* movabs $image, %rdi */
    at = put(at, &image, sizeof image);
    at = put(at, "\x48\xbe", 2); /* movabs $name, %rsi */
    at = put(at, &name, sizeof name);
    at = put(at, "\x48\xb8", 2); /* movabs $missing_called, %rax */
    at = put(at, &target, sizeof target);
    put(at, "\xff\xe0", 2); /* jmp *%rax */
    return stub;
}

/* Memory that nobody can read: whoever uses the variable faults there. */
static void *missing_variable(const struct macho *image, const char *name) {
    static void *page;
    if (!page) {
        page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    if (macho_verbose()) {
        fprintf(stderr, "mac-sim: %s imports the variable _%s, which is not simulated: it is at %p\n", image->name,
                name, page);
    }
    return page;
}

/* ---- what a name means */

void *macho_system_symbol(const char *name) {
    pthread_once(&prepared, prepare);
    if (begins(name, "OBJC_CLASS_$_") || begins(name, "OBJC_METACLASS_$_")) {
        return objc_class_symbol(name);
    }
    const struct shim *shim = find_shim(name);
    if (shim && shim->value) {
        return shim->value;
    }
    if (shim) {
        void *value = dlsym(RTLD_DEFAULT, name); /* as libc++ finds it, so they share one malloc */
        value = value ? value : dlsym(libm, name);
        if (!value) {
            macho_refuse("%s is said to be the same as Linux's, but Linux has none", name);
        }
        return value;
    }
    if (is_cxx(name)) {
        void *value = dlsym(libcxx, name);
        return value ? value : dlsym(libcxxabi, name);
    }
    return NULL;
}

/* A definition of the vendors' own, of this library or one loaded before. */
static void *vendors_symbol(const struct macho *image, const char *name) {
    for (const struct macho *i = macho_images(); i; i = i->next) {
        void *value = macho_export(i, name);
        if (value) {
            return value;
        }
    }
    return macho_export(image, name);
}

static void *resolve(struct macho *image, const char *name, enum table table, int flags) {
    /* Weak ones are coalesced: one definition for all. Allocation has no definition of the vendors': it is libc++'s,
     * for MoltenVK as for what libc++ allocates and MoltenVK deletes. */
    void *value = table == TABLE_WEAK ? vendors_symbol(image, name) : NULL;
    value = value ? value : macho_system_symbol(name);
    if (value || table == TABLE_WEAK || flags & FLAG_WEAK_IMPORT) {
        return value;
    }
    image->missing++;
    if (begins(name, "OBJC_CLASS_$_") || begins(name, "OBJC_METACLASS_$_")) {
        macho_refuse("%s needs the class %s, which is not simulated", image->name, strstr(name, "_$_") + 3);
    }
    if (table == TABLE_BIND && is_variable(name)) {
        return missing_variable(image, name);
    }
    if (macho_verbose()) {
        fprintf(stderr, "mac-sim: %s imports _%s, which is not simulated\n", image->name, name);
    }
    return missing_function(image, name);
}

/* ---- the opcodes */

struct binding {
    const char *name; /* with the underscore */
    int flags;
    int64_t addend;
    uint64_t at;
    const char *resolved; /* the name whose value this is */
    void *value;
};

static void bind(struct macho *image, struct binding *b, enum table table, uint64_t count, uint64_t skip) {
    if (!b->name) {
        macho_refuse("%s is damaged: a bind without a name", image->name);
    }
    if (b->resolved != b->name) {
        b->value = resolve(image, b->name + (b->name[0] == '_'), table, b->flags);
        b->resolved = b->name;
    }
    for (uint64_t i = 0; i < count; i++) {
        void **pointer = macho_pointer(image, b->at);
        if (b->value) {
            *pointer = (uint8_t *)b->value + b->addend;
        } else if (table != TABLE_WEAK) { /* a weak one keeps its library's own definition, or what it was bound to */
            *pointer = NULL;
        }
        b->at += sizeof(void *) + skip;
        switch (table) {
        case TABLE_BIND:
            image->binds++;
            break;
        case TABLE_WEAK:
            image->weak_binds++;
            break;
        case TABLE_LAZY:
            image->lazy_binds++;
            break;
        }
    }
}

static void bind_table(struct macho *image, uint32_t offset, uint32_t size, enum table table) {
    struct opcodes stream = macho_opcodes(image, offset, size);
    struct binding b = {0};
    while (stream.at < stream.end) {
        uint8_t opcode = macho_byte(&stream), low = opcode & 0x0f;
        uint64_t count, skip;
        switch (opcode & 0xf0) {
        case 0x00: /* DONE; of lazy binds it is the end of each */
            if (table != TABLE_LAZY) {
                return;
            }
            break;
        case 0x10: /* SET_DYLIB_ORDINAL; names are enough */
        case 0x30: /* SET_DYLIB_SPECIAL */
            break;
        case 0x20: /* SET_DYLIB_ORDINAL */
            macho_uleb(&stream);
            break;
        case 0x40: /* SET_SYMBOL */
            b.flags = low;
            b.name = macho_string(&stream);
            break;
        case 0x50: /* SET_TYPE */
            if (low != TYPE_POINTER) {
                macho_refuse("%s: binds of type %u are unknown to src/mac-sim", image->name, low);
            }
            break;
        case 0x60: /* SET_ADDEND */
            b.addend = macho_sleb(&stream);
            break;
        case 0x70: /* SET_SEGMENT_AND_OFFSET */
            b.at = macho_segment_offset(image, low, macho_uleb(&stream));
            break;
        case 0x80: /* ADD_ADDRESS */
            b.at += macho_uleb(&stream);
            break;
        case 0x90: /* DO_BIND */
            bind(image, &b, table, 1, 0);
            break;
        case 0xa0: /* DO_BIND_ADD_ADDRESS */
            skip = macho_uleb(&stream);
            bind(image, &b, table, 1, skip);
            break;
        case 0xb0: /* DO_BIND_ADD_ADDRESS_SCALED */
            bind(image, &b, table, 1, low * sizeof(void *));
            break;
        case 0xc0: /* DO_BIND_TIMES_SKIPPING */
            count = macho_uleb(&stream);
            skip = macho_uleb(&stream);
            bind(image, &b, table, count, skip);
            break;
        default: /* 0xd0: threaded, of arm64e */
            macho_refuse("%s: bind opcode 0x%02x is unknown to src/mac-sim", image->name, opcode);
        }
    }
}

void macho_bind(struct macho *image) {
    pthread_once(&prepared, prepare);
    const struct dyld_info_command *info = image->info;
    bind_table(image, info->bind_offset, info->bind_size, TABLE_BIND);
    bind_table(image, info->weak_offset, info->weak_size, TABLE_WEAK);
    bind_table(image, info->lazy_offset, info->lazy_size, TABLE_LAZY);
}
