/* Names of a library's own: its export trie and its symbol table, which may have been stripped. */
#include "image.h"

#include <dlfcn.h>
#include <string.h>

enum { EXPORT_RE_EXPORT = 8, EXPORT_STUB = 16 };
enum { SYMBOL_DEBUG = 0xe0, SYMBOL_TYPE = 0x0e, SYMBOL_IN_SECTION = 0x0e };
enum { LONGEST_NAME = 4096 };

/* ---- the trie: each node has what its name exports, if anything, and then its children, by what they add to it */

static struct opcodes node_at(const struct macho *image, uint64_t offset) {
    struct opcodes stream = macho_opcodes(image, image->info->export_offset, image->info->export_size);
    if (offset > (uint64_t)(stream.end - stream.at)) {
        macho_refuse("%s is damaged: its exports lead nowhere", image->name);
    }
    stream.at += offset;
    return stream;
}

/* Reads what a node exports, and leaves the stream at its children; false when it is not an address of this library. */
static bool exported(struct opcodes *node, uint64_t *offset) {
    uint64_t size = macho_uleb(node);
    struct opcodes own = *node;
    if (size > (uint64_t)(node->end - node->at)) {
        macho_refuse("%s is damaged: its exports have no end", node->image->name);
    }
    node->at += size;
    if (!size || macho_uleb(&own) & (EXPORT_RE_EXPORT | EXPORT_STUB)) {
        return false;
    }
    *offset = macho_uleb(&own);
    return *offset < node->image->span;
}

void *macho_export(const struct macho *image, const char *name) {
    if (!image->info->export_size) {
        return NULL;
    }
    struct opcodes node = node_at(image, 0);
    char rest_of[LONGEST_NAME];
    snprintf(rest_of, sizeof rest_of, "_%s", name);
    for (const char *rest = rest_of;;) {
        uint64_t offset = 0;
        bool is = exported(&node, &offset);
        if (!*rest) {
            return is ? image->base + offset : NULL;
        }
        bool found = false;
        for (uint8_t children = macho_byte(&node); children && !found; children--) {
            const char *edge = macho_string(&node);
            uint64_t child = macho_uleb(&node);
            if (!strncmp(rest, edge, strlen(edge))) {
                rest += strlen(edge);
                node = node_at(image, child);
                found = true;
            }
        }
        if (!found) {
            return NULL;
        }
    }
}

struct walk {
    const struct macho *image;
    void (*visit)(void *context, const char *name, uint64_t offset);
    void *context;
    char name[LONGEST_NAME];
};

static const char *without_underscore(const char *name) {
    return name + (name[0] == '_');
}

static void walk_trie(struct walk *walk, uint64_t at, size_t length) {
    struct opcodes node = node_at(walk->image, at);
    uint64_t offset = 0;
    if (exported(&node, &offset)) {
        walk->visit(walk->context, without_underscore(walk->name), offset);
    }
    for (uint8_t children = macho_byte(&node); children; children--) {
        const char *edge = macho_string(&node);
        size_t added = strlen(edge);
        uint64_t child = macho_uleb(&node);
        if (length + added >= sizeof walk->name || !added) {
            macho_refuse("%s is damaged: an export without an end", walk->image->name);
        }
        memcpy(walk->name + length, edge, added + 1);
        walk_trie(walk, child, length + added);
        walk->name[length] = 0;
    }
}

/* ---- the symbol table */

/* The next symbol that is an address of the library; NULL after the last. */
static const char *next_symbol(const struct macho *image, uint32_t *index, uint64_t *offset) {
    const struct symtab_command *table = image->symtab;
    const struct symbol *symbols = table ? macho_bytes(image, table->symbol_offset, 0) : NULL;
    while (table && *index < table->symbol_count) {
        const struct symbol *s = &symbols[(*index)++];
        bool here = !(s->type & SYMBOL_DEBUG) && (s->type & SYMBOL_TYPE) == SYMBOL_IN_SECTION;
        if (here && s->name < table->string_size && s->address < image->span) {
            *offset = s->address;
            return (const char *)image->file + table->string_offset + s->name;
        }
    }
    return NULL;
}

void macho_each_symbol(const struct macho *image, void (*visit)(void *context, const char *name, uint64_t offset),
                       void *context) {
    if (image->info->export_size) {
        struct walk walk = {image, visit, context, ""};
        walk_trie(&walk, 0, 0);
    }
    uint64_t offset;
    uint32_t index = 0;
    for (const char *name; (name = next_symbol(image, &index, &offset));) {
        visit(context, without_underscore(name), offset);
    }
}

void *macho_symbol(struct macho *image, const char *name) {
    return macho_export(image, name);
}

/* ---- what an address is */

struct nearest {
    uint64_t of, offset;
    char name[512];
};

static void keep_nearest(void *context, const char *name, uint64_t offset) {
    struct nearest *nearest = context;
    if (offset <= nearest->of && (!nearest->name[0] || offset > nearest->offset)) {
        nearest->offset = offset;
        snprintf(nearest->name, sizeof nearest->name, "%s", name);
    }
}

static void describe(const char *name, uint64_t further, const char *library, char *text, size_t size) {
    if (further) {
        snprintf(text, size, "%s+0x%lx of %s", name, (unsigned long)further, library);
    } else {
        snprintf(text, size, "%s of %s", name, library);
    }
}

static void describe_ours(const void *address, char *text, size_t size) {
    Dl_info info;
    if (!dladdr(address, &info)) {
        snprintf(text, size, "%p", address);
        return;
    }
    const char *slash = strrchr(info.dli_fname, '/');
    const void *from = info.dli_sname ? info.dli_saddr : info.dli_fbase;
    const char *name = info.dli_sname ? info.dli_sname : "code";
    const char *library = slash ? slash + 1 : info.dli_fname;
    describe(name, (uint64_t)((const char *)address - (const char *)from), library, text, size);
}

void macho_describe(const void *address, char *text, size_t size) {
    const struct macho *image = macho_at(address);
    if (!image) {
        describe_ours(address, text, size);
        return;
    }
    uint64_t offset = (uint64_t)((const uint8_t *)address - image->base);
    const struct function_start *function = macho_function(image, offset);
    struct nearest nearest = {.of = offset};
    if (function && objc_method_at(image->base + function->offset, nearest.name, sizeof nearest.name)) {
        nearest.offset = function->offset;
    } else {
        macho_each_symbol(image, keep_nearest, &nearest);
        if (function && (!nearest.name[0] || nearest.offset < function->offset)) {
            nearest.offset = function->offset; /* stripped: the nearest name is another function's */
            snprintf(nearest.name, sizeof nearest.name, "function at 0x%x", function->offset);
        }
    }
    if (nearest.name[0]) {
        describe(nearest.name, offset - nearest.offset, image->name, text, size);
    } else {
        snprintf(text, size, "0x%lx of %s", (unsigned long)offset, image->name);
    }
}
