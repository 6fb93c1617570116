/* Loads a library: one anonymous mapping of all its segments, rebased, bound, protected and initialised. */
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { THREAD_LOCAL_FIRST = 0x11, THREAD_LOCAL_LAST = 0x15, SECTION_TYPE = 0xff }; /* S_THREAD_LOCAL_… */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of loading */
static _Atomic(struct macho *) first;

void macho_refuse(const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sim_offence("%s", text);
    objc_end_process();
}

bool macho_verbose(void) {
    return getenv("MACSIM_VERBOSE") != NULL;
}

/* ---- images */

struct macho *macho_images(void) {
    return first;
}

/* At the end of the list, under the lock: an earlier library's weak definitions go first, as in dyld. */
static void publish(struct macho *image) {
    struct macho *last = first;
    while (last && last->next) {
        last = last->next;
    }
    if (last) {
        __atomic_store_n(&last->next, image, __ATOMIC_RELEASE);
    } else {
        first = image;
    }
}

const struct macho *macho_at(const void *address) {
    for (struct macho *i = first; i; i = __atomic_load_n(&i->next, __ATOMIC_ACQUIRE)) {
        if ((uintptr_t)address - (uintptr_t)i->base < i->span) {
            return i;
        }
    }
    return NULL;
}

const char *macho_name(const struct macho *image) {
    return image->name;
}

/* ---- reading */

const void *macho_bytes(const struct macho *image, uint64_t offset, uint64_t size) {
    if (offset > image->file_size || size > image->file_size - offset) {
        macho_refuse("%s is damaged: it has only %zu bytes", image->name, image->file_size);
    }
    return image->file + offset;
}

struct opcodes macho_opcodes(const struct macho *image, uint32_t offset, uint32_t size) {
    const uint8_t *at = macho_bytes(image, offset, size);
    return (struct opcodes){image, at, at + size};
}

uint8_t macho_byte(struct opcodes *stream) {
    if (stream->at == stream->end) {
        macho_refuse("%s is damaged: its fixups or exports have no end", stream->image->name);
    }
    return *stream->at++;
}

uint64_t macho_uleb(struct opcodes *stream) {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
        uint8_t byte = macho_byte(stream);
        value |= shift < 64 ? (uint64_t)(byte & 0x7f) << shift : 0;
        if (!(byte & 0x80)) {
            return value;
        }
    }
}

int64_t macho_sleb(struct opcodes *stream) {
    uint64_t value = 0;
    for (int shift = 0;;) {
        uint8_t byte = macho_byte(stream);
        value |= shift < 64 ? (uint64_t)(byte & 0x7f) << shift : 0;
        shift += 7;
        if (!(byte & 0x80)) {
            return (int64_t)(byte & 0x40 && shift < 64 ? value | ~(uint64_t)0 << shift : value);
        }
    }
}

const char *macho_string(struct opcodes *stream) {
    const char *string = (const char *)stream->at;
    while (macho_byte(stream)) {
    }
    return string;
}

void **macho_pointer(const struct macho *image, uint64_t offset) {
    if (offset > image->span - sizeof(void *)) {
        macho_refuse("%s is damaged: a fixup at 0x%lx is outside of it", image->name, (unsigned long)offset);
    }
    return (void **)(void *)(image->base + offset);
}

uint64_t macho_segment_offset(const struct macho *image, uint32_t segment, uint64_t offset) {
    if (segment >= (uint32_t)image->segment_count) {
        macho_refuse("%s is damaged: it has no segment %u", image->name, segment);
    }
    return image->segments[segment]->address + offset;
}

static bool is_named(const char name[16], const char *wanted) {
    return !strncmp(name, wanted, 16);
}

const struct section *macho_section(const struct macho *image, const char *segment, const char *name) {
    for (int i = 0; i < image->segment_count; i++) {
        const struct section *sections = (const void *)(image->segments[i] + 1);
        for (uint32_t s = 0; s < image->segments[i]->section_count; s++) {
            if (is_named(sections[s].name, name) && (!segment || is_named(sections[s].segment, segment))) {
                return &sections[s];
            }
        }
    }
    return NULL;
}

/* ---- load commands */

static void read_segment(struct macho *image, const struct segment_command *segment) {
    if (image->segment_count == MOST_SEGMENTS ||
        segment->size < sizeof *segment + segment->section_count * sizeof(struct section)) {
        macho_refuse("%s has more segments or sections than src/mac-sim reads", image->name);
    }
    macho_bytes(image, segment->file_offset, segment->file_size);
    if (segment->file_size > segment->memory_size || segment->address > UINT32_MAX ||
        segment->memory_size > UINT32_MAX) {
        macho_refuse("%s has a segment %.16s of a size that src/mac-sim does not load", image->name, segment->name);
    }
    const struct section *sections = (const void *)(segment + 1);
    for (uint32_t s = 0; s < segment->section_count; s++) {
        uint32_t type = sections[s].flags & SECTION_TYPE;
        if (type >= THREAD_LOCAL_FIRST && type <= THREAD_LOCAL_LAST) {
            macho_refuse("%s has thread-local variables, which src/mac-sim does not provide", image->name);
        }
    }
    image->segments[image->segment_count++] = segment;
    size_t end = segment->address + segment->memory_size;
    image->span = end > image->span ? end : image->span;
}

static void read_commands(struct macho *image) {
    const struct macho_header *header = macho_bytes(image, 0, sizeof *header);
    if (header->magic != MACHO_MAGIC_64 || header->cpu_type != MACHO_CPU_X86_64 || header->file_type != MACHO_DYLIB) {
        macho_refuse("%s is no Mach-O library for x86-64", image->name);
    }
    uint64_t at = sizeof *header;
    for (uint32_t i = 0; i < header->command_count; i++) {
        const struct load_command *command = macho_bytes(image, at, sizeof *command);
        macho_bytes(image, at, command->size);
        switch ((int)command->command) {
        case LC_SEGMENT_64:
            read_segment(image, (const void *)command);
            break;
        case LC_SYMTAB:
            image->symtab = (const void *)command;
            macho_bytes(image, image->symtab->symbol_offset, image->symtab->symbol_count * sizeof(struct symbol));
            macho_bytes(image, image->symtab->string_offset, image->symtab->string_size);
            break;
        case LC_DYLD_INFO:
        case LC_DYLD_INFO_ONLY:
            image->info = (const void *)command;
            break;
        case LC_FUNCTION_STARTS:
            image->function_starts = (const void *)command;
            break;
        case LC_DATA_IN_CODE:
            image->data_in_code = (const void *)command;
            break;
        case LC_DYLD_CHAINED_FIXUPS:
        case LC_DYLD_EXPORTS_TRIE:
            macho_refuse("%s has chained fixups, which src/mac-sim does not read", image->name);
        default:
            break;
        }
        at += command->size;
    }
    if (!image->info || !image->span) {
        macho_refuse("%s has no fixups (LC_DYLD_INFO) or no segments", image->name);
    }
}

/* ---- memory */

static void map_file(struct macho *image, const char *path) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (descriptor < 0 || fstat(descriptor, &status)) {
        macho_refuse("%s cannot be read: %s", path, strerror(errno));
    }
    image->file_size = (size_t)status.st_size;
    image->file = mmap(NULL, image->file_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    close(descriptor);
    if (image->file == MAP_FAILED) {
        macho_refuse("%s cannot be read: %s", path, strerror(errno));
    }
}

static void map_segments(struct macho *image) {
    image->base = mmap(NULL, image->span, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (image->base == MAP_FAILED) {
        macho_refuse("%s does not fit into memory: %s", image->name, strerror(errno));
    }
    for (int i = 0; i < image->segment_count; i++) {
        const struct segment_command *segment = image->segments[i];
        memcpy(image->base + segment->address, image->file + segment->file_offset, segment->file_size);
    }
}

/* The bits are the same as Linux's. Initially writable: what dyld makes read-only once it is bound. */
static void protect(const struct macho *image) {
    for (int i = 0; i < image->segment_count; i++) {
        const struct segment_command *segment = image->segments[i];
        int protection = (int)segment->protection;
        if (is_named(segment->name, "__DATA_CONST")) {
            protection = PROT_READ;
        } else if (is_named(segment->name, "__TEXT")) {
            protection = PROT_READ | PROT_WRITE | PROT_EXEC; /* for breakpoints: see coverage.c */
        }
        if (mprotect(image->base + segment->address, segment->memory_size, protection)) {
            macho_refuse("%s: its segment %.16s cannot be protected: %s", image->name, segment->name, strerror(errno));
        }
    }
}

static void rebase(struct macho *image) {
    struct opcodes stream = macho_opcodes(image, image->info->rebase_offset, image->info->rebase_size);
    uint64_t at = 0;
    while (stream.at < stream.end) {
        uint8_t opcode = macho_byte(&stream), low = opcode & 0x0f;
        uint64_t count = 0, skip = 0;
        switch (opcode & 0xf0) {
        case 0x00: /* DONE */
            return;
        case 0x10: /* SET_TYPE */
            if (low != 1) {
                macho_refuse("%s: rebases of type %u are unknown to src/mac-sim", image->name, low);
            }
            break;
        case 0x20: /* SET_SEGMENT_AND_OFFSET */
            at = macho_segment_offset(image, low, macho_uleb(&stream));
            break;
        case 0x30: /* ADD_ADDRESS */
            at += macho_uleb(&stream);
            break;
        case 0x40: /* ADD_ADDRESS_SCALED */
            at += low * sizeof(void *);
            break;
        case 0x50: /* DO_TIMES, of a count in the opcode */
            count = low;
            break;
        case 0x60: /* DO_TIMES */
            count = macho_uleb(&stream);
            break;
        case 0x70: /* DO_ADD_ADDRESS */
            count = 1;
            skip = macho_uleb(&stream);
            break;
        case 0x80: /* DO_TIMES_SKIPPING */
            count = macho_uleb(&stream);
            skip = macho_uleb(&stream);
            break;
        default:
            macho_refuse("%s: rebase opcode 0x%02x is unknown to src/mac-sim", image->name, opcode);
        }
        for (uint64_t i = 0; i < count; i++) {
            void **pointer = macho_pointer(image, at);
            *pointer = image->base + (uintptr_t)*pointer;
            at += sizeof(void *) + skip;
            image->rebases++;
        }
    }
}

/* ---- Objective-C and initialisers */

static void **pointers_of(const struct macho *image, const char *name, size_t *count) {
    const struct section *section = macho_section(image, NULL, name);
    *count = section ? section->size / sizeof(void *) : 0;
    return section ? (void **)(void *)(image->base + section->address) : NULL;
}

static void add_objc(struct macho *image) {
    struct objc_image *objc = &image->objc;
    objc->name = image->name;
    objc->vendor = true;
    objc->classes = pointers_of(image, "__objc_classlist", &objc->class_count);
    objc->categories = pointers_of(image, "__objc_catlist", &objc->category_count);
    objc->protocols = pointers_of(image, "__objc_protolist", &objc->protocol_count);
    objc->selector_references = pointers_of(image, "__objc_selrefs", &objc->selector_count);
    objc_add_image(objc);
}

static void initialise(const struct macho *image) {
    typedef void initialiser(int, char **, char **, char **, const void *);
    static char name[] = "java";
    static char *arguments[] = {name, NULL}, *none[] = {NULL};
    size_t count;
    initialiser **initialisers = (initialiser **)(void *)pointers_of(image, "__mod_init_func", &count);
    for (size_t i = 0; i < count; i++) {
        macho_entered();
        initialisers[i](1, arguments, none, none, NULL);
        macho_left();
    }
}

struct macho *macho_load(const char *path) {
    pthread_mutex_lock(&lock);
    struct macho *image = calloc(1, sizeof *image);
    const char *slash = strrchr(path, '/');
    image->name = strdup(slash ? slash + 1 : path);
    map_file(image, path);
    read_commands(image);
    map_segments(image);
    rebase(image);
    macho_bind(image);
    protect(image);
    macho_watch(image);
    publish(image);
    if (macho_verbose()) {
        fprintf(stderr, "mac-sim: %s at %p: %u rebases, %u binds, %u weak, %u lazy, %u missing; %zu functions\n",
                image->name, (void *)image->base, image->rebases, image->binds, image->weak_binds, image->lazy_binds,
                image->missing, image->function_count);
    }
    add_objc(image);
    initialise(image);
    pthread_mutex_unlock(&lock);
    return image;
}
