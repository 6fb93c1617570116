/*
 * Loads the vendors' x86-64 macOS libraries (Mach-O, classic dyld info) into this process and says what of them ran.
 *
 *   macho.c      loads: segments, rebases, initialisers
 *   bind.c       binds imports: what is ours, what is Linux's, what is unknown
 *   exports.c    the export trie and the symbol table
 *   coverage.c   which functions ran: LC_FUNCTION_STARTS, a breakpoint on each until it is met
 *   enter.c      calls from outside into a vendor's function
 */
#ifndef MACSIM_MACHO_H
#define MACSIM_MACHO_H

#include "../objc/objc.h"

struct macho;

/* Loads a library; ends the process with a sentence where it cannot. Libraries stay loaded. */
struct macho *macho_load(const char *path);
/* Of an exported symbol, named without the leading underscore; NULL when there is none. */
void *macho_symbol(struct macho *image, const char *name);
const char *macho_name(const struct macho *image); /* "libMoltenVK.dylib" */
/* The image that an address lies in; NULL when it is no vendor's. Lock-free. */
const struct macho *macho_at(const void *address);
/* "-[MetalTexture getTexture]+0x12 of libprism_mtl.dylib", or whatever else is known of an address. */
void macho_describe(const void *address, char *text, size_t size);

/* ---- calls from outside
 *
 * macho_entry makes a function that calls the given one of a vendor's, with whatever arguments, and keeps account that
 * this thread is inside of a vendor's code until that returns. The result lives for ever; the same function gives the
 * same entry.
 */

void *macho_entry(void *function);
int macho_depth(void); /* how many such calls are on this thread's stack */
/* For calls that the simulator itself makes on behalf of the bridge. */
void macho_entered(void);
void macho_left(void);

/* ---- the report: "LIBRARY has N functions, of which M are methods", and "LIBRARY: FUNCTION" for each that ran */

int32_t macho_report(FILE *file); /* how many ran */

#endif
