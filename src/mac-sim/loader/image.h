/* What the files of loader/ know of each other; and how a vendor's code comes to its end. */
#ifndef MACSIM_IMAGE_H
#define MACSIM_IMAGE_H

#include "macho.h"

#include <stdatomic.h>

/* ---- Mach-O, as far as we read it */

enum {
    MACHO_MAGIC_64 = 0xfeedfacf,
    MACHO_CPU_X86_64 = 0x01000007,
    MACHO_DYLIB = 6,
};
enum {
    LC_SYMTAB = 0x2,
    LC_SEGMENT_64 = 0x19,
    LC_DYLD_INFO = 0x22,
    LC_FUNCTION_STARTS = 0x26,
    LC_DATA_IN_CODE = 0x29,
    LC_DYLD_INFO_ONLY = (int)0x80000022,
    LC_DYLD_EXPORTS_TRIE = (int)0x80000033,
    LC_DYLD_CHAINED_FIXUPS = (int)0x80000034,
};

struct macho_header {
    uint32_t magic, cpu_type, cpu_subtype, file_type, command_count, command_bytes, flags, reserved;
};

struct load_command {
    uint32_t command, size;
};

struct segment_command {
    uint32_t command, size;
    char name[16];
    uint64_t address, memory_size, file_offset, file_size;
    uint32_t greatest_protection, protection, section_count, flags;
};

struct section {
    char name[16], segment[16];
    uint64_t address, size;
    uint32_t offset, alignment, relocation_offset, relocation_count, flags, reserved[3];
};

struct symtab_command {
    uint32_t command, size, symbol_offset, symbol_count, string_offset, string_size;
};

struct dyld_info_command {
    uint32_t command, size;
    uint32_t rebase_offset, rebase_size, bind_offset, bind_size, weak_offset, weak_size, lazy_offset, lazy_size;
    uint32_t export_offset, export_size;
};

struct data_command { /* of LC_FUNCTION_STARTS and LC_DATA_IN_CODE */
    uint32_t command, size, offset, data_size;
};

struct data_in_code {
    uint32_t offset; /* from the header */
    uint16_t length, kind;
};

struct symbol {
    uint32_t name; /* in the string table */
    uint8_t type, section;
    uint16_t description;
    uint64_t address;
};

/* ---- an image; complete before it is published, and then never changed, apart from what its own code writes */

enum { MOST_SEGMENTS = 16 };

struct function_start {
    uint32_t offset; /* from the base */
    uint8_t first;   /* the byte that the breakpoint stands for; see coverage.c */
    bool watched;
    atomic_bool ran;
};

struct macho {
    struct macho *next;
    const char *name;
    const uint8_t *file; /* mapped for ever: names point into it */
    size_t file_size;
    uint8_t *base; /* of address 0 */
    size_t span;
    const struct segment_command *segments[MOST_SEGMENTS];
    int segment_count;
    const struct dyld_info_command *info;
    const struct symtab_command *symtab;
    const struct data_command *function_starts, *data_in_code;
    struct function_start *functions; /* sorted */
    size_t function_count;
    uint32_t rebases, binds, weak_binds, lazy_binds, missing;
    struct objc_image objc;
};

/* A sentence on stderr, as an offence; then the process ends with status 86, whatever else runs in it. */
_Noreturn void macho_refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- macho.c */

struct macho *macho_images(void); /* the first that was published, then by next; lock-free */
const struct section *macho_section(const struct macho *image, const char *segment, const char *name);
/* Bytes of the file; refuses what lies outside of it. */
const void *macho_bytes(const struct macho *image, uint64_t offset, uint64_t size);
bool macho_verbose(void); /* MACSIM_VERBOSE is set */

struct opcodes { /* a stream of rebase or bind opcodes, or of numbers */
    const struct macho *image;
    const uint8_t *at, *end;
};

struct opcodes macho_opcodes(const struct macho *image, uint32_t offset, uint32_t size);
uint8_t macho_byte(struct opcodes *stream);
uint64_t macho_uleb(struct opcodes *stream);
int64_t macho_sleb(struct opcodes *stream);
const char *macho_string(struct opcodes *stream);
/* Where a pointer of an image is to be changed; refuses what lies outside of it. */
void **macho_pointer(const struct macho *image, uint64_t offset);
/* The offset of opcode SET_SEGMENT_AND_OFFSET. */
uint64_t macho_segment_offset(const struct macho *image, uint32_t segment, uint64_t offset);

/* ---- bind.c */

void macho_bind(struct macho *image);
/* What dlsym(RTLD_DEFAULT) of a Mac finds, named without the underscore; NULL when there is none. */
void *macho_system_symbol(const char *name);

/* ---- exports.c */

/* Visits the exports and then the symbol table; names are without the underscore, some come twice. */
void macho_each_symbol(const struct macho *image, void (*visit)(void *context, const char *name, uint64_t offset),
                       void *context);
void *macho_export(const struct macho *image, const char *name); /* of the trie only */

/* ---- coverage.c */

void macho_watch(struct macho *image); /* before any of its code runs */
/* The function that an offset lies in; NULL before the first, or without LC_FUNCTION_STARTS. */
struct function_start *macho_function(const struct macho *image, uint64_t offset);

#endif
