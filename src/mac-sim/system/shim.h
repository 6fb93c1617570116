/*
 * What macOS gives its processes in place of Linux's, symbol by symbol. The loader binds a vendor's import to
 *
 *   SHIM(symbol, value)       ours: a function or the address of a variable
 *   SAME(symbol)              Linux's of the same name, which has the same signature, layouts and constants
 *   objc/ and blocks/         what the Objective-C runtime exports, by SHIM as well
 *   libc++                    C++ symbols (Debian's, with the ABI of Apple's), unless a SHIM has it otherwise
 *
 * Any other function ends the process with a sentence when it is called. Symbols are written without the underscore
 * that Mach-O puts before each.
 */
#ifndef MACSIM_SHIM_H
#define MACSIM_SHIM_H

struct shim {
    const char *symbol;
    void *value; /* NULL: Linux's of the same name */
};

#define SHIM_CAT2(a, b) a##b
#define SHIM_CAT(a, b) SHIM_CAT2(a, b)
#define SHIM_ENTRY(symbol, value)                                                                                      \
    __attribute__((used, section("shims"))) static const struct shim SHIM_CAT(shim_, __COUNTER__) = {symbol, value}
#define SHIM(symbol, value) SHIM_ENTRY(#symbol, (void *)(value))
#define SAME(symbol) SHIM_ENTRY(#symbol, 0)

#endif
