/*
 * Usage: stubs LIBRARY.dylib: prints the assembly of a library for Linux that has the natives of one for macOS, which
 * are its exports that begin with Java_. Each is a jump to a slot, which prism_load of libmacsim.so fills; see prism.h.
 *
 * That is done by JNI_OnLoad, not by a constructor: the dynamic linker's lock is held while constructors run, and
 * another thread may be waiting for it in the midst of loading MoltenVK, which this one would wait for in turn.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC_64 = 0xfeedfacf, CPU_X86_64 = 0x01000007, JNI_VERSION = 0x00010008 };
enum { COMMAND_DYLD_INFO = 0x22, COMMAND_DYLD_INFO_ONLY = (int)0x80000022 };
enum { HEADER_BYTES = 32, HEADER_CPU = 4, HEADER_COMMANDS = 16, INFO_EXPORTS = 40, INFO_EXPORT_BYTES = 44 };
enum { MOST_NATIVES = 1000, LONGEST_NAME = 1000 };

static const char *path;
static uint8_t *file;
static size_t file_size;
static const uint8_t *trie;
static size_t trie_size;
static char *natives[MOST_NATIVES];
static int native_count;

static _Noreturn void fail(const char *why) {
    fprintf(stderr, "stubs: %s %s\n", path, why);
    exit(1);
}

static uint32_t word(size_t offset) {
    uint32_t value;
    if (offset + sizeof value > file_size) {
        fail("is damaged");
    }
    memcpy(&value, file + offset, sizeof value);
    return value;
}

static void read_file(void) {
    FILE *f = fopen(path, "rb");
    if (!f) {
        fail("cannot be read");
    }
    fseek(f, 0, SEEK_END);
    file_size = (size_t)ftell(f);
    rewind(f);
    file = malloc(file_size + 1);
    if (fread(file, 1, file_size, f) != file_size) {
        fail("cannot be read");
    }
    fclose(f);
}

static void find_trie(void) {
    if (file_size < HEADER_BYTES || word(0) != MAGIC_64 || word(HEADER_CPU) != CPU_X86_64) {
        fail("is no Mach-O library for x86-64");
    }
    size_t at = HEADER_BYTES;
    for (uint32_t i = word(HEADER_COMMANDS); i; i--) {
        int command = (int)word(at);
        if (command == COMMAND_DYLD_INFO || command == COMMAND_DYLD_INFO_ONLY) {
            size_t offset = word(at + INFO_EXPORTS);
            trie_size = word(at + INFO_EXPORT_BYTES);
            if (offset + trie_size > file_size) {
                fail("is damaged");
            }
            trie = file + offset;
            return;
        }
        at += word(at + 4);
    }
    fail("has no exports (LC_DYLD_INFO)");
}

/* ---- the export trie: a node has what its name exports, of a size, then its children, by what they add to the name */

static uint8_t byte(size_t *at) {
    if (*at >= trie_size) {
        fail("has exports without an end");
    }
    return trie[(*at)++];
}

static uint64_t number(size_t *at) {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
        uint8_t next = byte(at);
        value |= shift < 64 ? (uint64_t)(next & 0x7f) << shift : 0;
        if (!(next & 0x80)) {
            return value;
        }
    }
}

static void walk(size_t at, char *name, size_t length) {
    static const char wanted[] = "_Java_";
    size_t exported = number(&at);
    if (exported && !strncmp(name, wanted, strlen(wanted))) {
        if (native_count == MOST_NATIVES) {
            fail("has too many natives");
        }
        natives[native_count++] = strdup(name + 1);
    }
    at += exported;
    for (uint8_t children = byte(&at); children; children--) {
        size_t end = length;
        do {
            if (end == LONGEST_NAME) {
                fail("has an export without an end");
            }
            name[end] = (char)byte(&at);
        } while (name[end++]);
        walk(number(&at), name, end - 1);
    }
    name[length] = 0;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* ---- the assembly */

static void print_function(int index) {
    const char *name = natives[index];
    printf("    .globl %s\n    .type %s, @function\n%s:\n", name, name, name);
    printf("    jmp *slots+%d(%%rip)\n    .size %s, . - %s\n", 8 * index, name, name);
}

static void print_tables(void) {
    printf("    .bss\n    .balign 8\n    .type slots, @object\n    .size slots, %d\n", 8 * native_count);
    printf("slots:\n    .zero %d\n", 8 * native_count);
    printf("    .section .rodata\n");
    for (int i = 0; i < native_count; i++) {
        printf("name%d:\n    .string \"%s\"\n", i, natives[i]);
    }
    printf("    .section .data.rel.ro, \"aw\"\n    .balign 8\nnames:\n");
    for (int i = 0; i < native_count; i++) {
        printf("    .quad name%d\n", i);
    }
    printf("    .quad 0\n    .section .note.GNU-stack, \"\", @progbits\n");
}

int main(int count, char **arguments) {
    static char name[LONGEST_NAME + 1];
    if (count != 2) {
        fprintf(stderr, "usage: stubs LIBRARY.dylib\n");
        return 2;
    }
    path = arguments[1];
    read_file();
    find_trie();
    walk(0, name, 0);
    if (!native_count) {
        fail("has no natives");
    }
    qsort(natives, (size_t)native_count, sizeof *natives, by_text);
    printf("# Made by src/mac-sim/loader/stubs.c of libprism_mtl.dylib\n    .text\n");
    for (int i = 0; i < native_count; i++) {
        print_function(i);
    }
    printf("    .globl JNI_OnLoad\n    .type JNI_OnLoad, @function\nJNI_OnLoad:\n    sub $8, %%rsp\n");
    printf("    lea names(%%rip), %%rdi\n    lea slots(%%rip), %%rsi\n    call prism_load@PLT\n");
    printf("    mov $0x%x, %%eax\n    add $8, %%rsp\n    ret\n    .size JNI_OnLoad, . - JNI_OnLoad\n", JNI_VERSION);
    print_tables();
    return 0;
}
