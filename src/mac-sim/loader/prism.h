/*
 * libprism_mtl.so, as JavaFX loads it: an assembly file that stubs.c makes of libprism_mtl.dylib, with a function for
 * each native, which jumps to where prism.c says, and JNI_OnLoad, which asks prism.c to say so.
 */
#ifndef MACSIM_PRISM_H
#define MACSIM_PRISM_H

#include "macho.h"

/* Loads libprism_mtl.dylib from the folder of the library that slots lies in, or from MACSIM_PRISM, and fills the
 * slots with the functions of the names; a NULL ends these. Once. */
EXPORT void prism_load(const char *const *names, void **slots);

/* ---- provided by metal/: JavaFX's library has been loaded; no native has run */

void prism_loaded(struct macho *image);

#endif
