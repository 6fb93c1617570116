/*
 * libc++ is Debian's, but for what system/locks.c replaces, and for this: exceptions cannot be thrown, as Linux's
 * unwinder reads no compact unwind information, which is what the vendors' libraries have. And what hands on a
 * position in a file, std::fpos, cannot be called, as it contains mbstate_t: 128 bytes there and 8 here.
 */
#include "../loader/image.h"
#include "shim.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

/* ---- exceptions */

struct type { /* std::type_info, and abi::__si_class_type_info where the class has one base */
    const void *const *functions;
    const char *name;
    const struct type *base;
};

static void *libcxxabi(const char *name) {
    static void *library; /* bind.c has loaded it before any code of the vendors' runs */
    library = library ? library : dlopen("libc++abi.so.1", RTLD_NOW | RTLD_LOCAL);
    return library ? dlsym(library, name) : NULL;
}

static void demangle(const char *mangled, char *text, size_t size) {
    char *(*demangler)(const char *, char *, size_t *, int *) = libcxxabi("__cxa_demangle");
    char *plain = demangler ? demangler(mangled, NULL, NULL, NULL) : NULL;
    snprintf(text, size, "%s", plain ? plain : mangled);
    free(plain);
}

/* By single inheritance, as all of the standard library's are: then what() is the third virtual function. */
static bool is_exception(const struct type *type) {
    const char *single = libcxxabi("_ZTVN10__cxxabiv120__si_class_type_infoE");
    while (strcmp(type->name, "St9exception")) {
        if (!single || (const char *)type->functions != single + 2 * sizeof(void *)) {
            return false;
        }
        type = type->base;
    }
    return true;
}

static const char *what(const void *exception) {
    const char *(*const *functions)(const void *) = *(const char *(*const *const *)(const void *))exception;
    return functions[2](exception);
}

/* A call that does not return may be a function's last instruction: its return address is in the next one then. */
static void describe_call(const void *return_address, char *text, size_t size) {
    macho_describe((const char *)return_address - 1, text, size);
}

static void mac_throw(void *exception, const struct type *type, void (*destructor)(void *)) {
    char name[256], where[256];
    (void)destructor;
    demangle(type->name, name, sizeof name);
    describe_call(__builtin_return_address(0), where, sizeof where);
    bool known = is_exception(type);
    macho_refuse("a C++ exception is thrown, which src/mac-sim cannot unwind: %s%s%s%s, in %s", name,
                 known ? ": \"" : "", known ? what(exception) : "", known ? "\"" : "", where);
}
SHIM(__cxa_throw, mac_throw);

static _Noreturn void unwinding(const char *function, const void *return_address) {
    char where[256];
    describe_call(return_address, where, sizeof where);
    macho_refuse("%s is called, though src/mac-sim unwinds no exceptions, in %s", function, where);
}

#define UNWINDING(name)                                                                                                \
    static void unwinding_##name(void) {                                                                               \
        unwinding(#name, __builtin_return_address(0));                                                                 \
    }                                                                                                                  \
    SHIM(name, unwinding_##name)

UNWINDING(__cxa_rethrow);
UNWINDING(__cxa_bad_typeid);
UNWINDING(_Unwind_Resume);
UNWINDING(__objc_personality_v0);
UNWINDING(_ZSt9terminatev);

/* ---- positions in files: a std::fpos is returned in memory there, in registers here. MoltenVK reads shaders of GLSL
 * so. */

#define POSITION(symbol, name)                                                                                         \
    static void position_##symbol(void) {                                                                              \
        macho_refuse("%s is called, whose std::fpos has another layout on Linux", name);                               \
    }                                                                                                                  \
    SHIM(symbol, position_##symbol)

POSITION(_ZNSt3__113basic_istreamIcNS_11char_traitsIcEEE5tellgEv, "std::istream::tellg");
POSITION(_ZNSt3__113basic_istreamIcNS_11char_traitsIcEEE5seekgExNS_8ios_base7seekdirE, "std::istream::seekg");
