/*
 * libSystem: what the vendors' libraries import of it. First what Linux has just so, then what differs in name, layout,
 * constants or meaning. machine.c has clocks and what there is of the machine.
 */
#include "../loader/image.h"
#include "shim.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- the same: signatures of integers and pointers of the same width, nothing of the host's layout or constants */

SAME(malloc);
SAME(calloc);
SAME(free);
SAME(posix_memalign); /* ENOMEM and EINVAL are the same */
SAME(memchr);
SAME(memcmp);
SAME(memcpy);
SAME(memmove);
SAME(memset);
SAME(strchr);
SAME(strcmp);
SAME(strcpy);
SAME(strlen);
SAME(strncmp);
SAME(strncpy);
SAME(strerror); /* of the host's errno, as __error gives it */
SAME(strtod);
SAME(strtoll); /* ERANGE is the same */
SAME(strtoull);
SAME(wcslen); /* wchar_t is of 4 bytes in both */
SAME(wmemchr);
SAME(qsort);
SAME(arc4random);
SAME(cos);
SAME(modff);
SAME(remainder);

/* FILE is opaque to its users; off_t is of 8 bytes, SEEK_* and va_list are the same. */
SAME(fopen);
SAME(fclose);
SAME(fflush);
SAME(fread);
SAME(fwrite);
SAME(fseek);
SAME(fseeko);
SAME(ftell);
SAME(ftello);
SAME(rewind);
SAME(fputs);
SAME(setbuf);
SAME(printf);
SAME(fprintf);
SAME(snprintf);
SAME(sprintf);
SAME(sscanf);
SAME(vsnprintf);

SAME(read);
SAME(unlink);
SAME(mktemp);
SAME(pthread_self); /* opaque */
SAME(pthread_getname_np);

/* ---- files */

static int mac_open(const char *path, int flags, mode_t mode) {
    static const struct {
        int mac, linux_;
    } known[] = {
        {0x4, O_NONBLOCK}, {0x8, O_APPEND},     {0x100, O_NOFOLLOW},    {0x200, O_CREAT},        {0x400, O_TRUNC},
        {0x800, O_EXCL},   {0x20000, O_NOCTTY}, {0x100000, O_DIRECTORY}, {0x1000000, O_CLOEXEC},
    };
    int translated = flags & O_ACCMODE, rest = flags & ~O_ACCMODE;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        translated |= flags & known[i].mac ? known[i].linux_ : 0;
        rest &= ~known[i].mac;
    }
    if (rest) {
        sim_offence("open: flags 0x%x are not simulated", rest);
    }
    return open(path, translated, mode & 07777);
}
SHIM(open, mac_open);

/* mode_t is of 2 bytes there: what lies above is undefined. */
static int mac_mkdir(const char *path, uint16_t mode) {
    return mkdir(path, mode);
}
SHIM(mkdir, mac_mkdir);

static int mac_mkfifo(const char *path, uint16_t mode) {
    return mkfifo(path, mode);
}
SHIM(mkfifo, mac_mkfifo);

static FILE *mac_stderr; /* at a constructor, before any library is bound */
SHIM(__stderrp, &mac_stderr);

static int *mac_error(void) {
    return &errno;
}
SHIM(__error, mac_error);

/* ---- memory and strings */

static void mac_bzero(void *memory, size_t size) {
    memset(memory, 0, size);
}
SHIM(__bzero, mac_bzero);

static void mac_memset_pattern16(void *memory, const void *pattern, size_t size) {
    for (size_t done = 0; done < size; done += 16) {
        memcpy((char *)memory + done, pattern, size - done < 16 ? size - done : 16);
    }
}
SHIM(memset_pattern16, mac_memset_pattern16);

/* glibc has it from 2.38 on, Debian 12 has 2.36. */
static size_t mac_strlcpy(char *to, const char *from, size_t size) {
    size_t length = strlen(from);
    if (size) {
        size_t copied = length < size ? length : size - 1;
        memcpy(to, from, copied);
        to[copied] = 0;
    }
    return length;
}
SHIM(strlcpy, mac_strlcpy);

static const struct {
    float columns[4][4];
} mac_matrix_identity __attribute__((aligned(16))) = {{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}};
SHIM(matrix_identity_float4x4, &mac_matrix_identity);

/* ---- characters: isdigit and its kin are compiled as looks into this table, of Apple's layout, for the C locale */

static struct {
    char magic[8], encoding[32];
    void *get_rune, *put_rune;
    int32_t invalid;
    uint32_t type[256];
    int32_t lower[256], upper[256];
    uint8_t rest[160]; /* of characters beyond 255, and of nobody's who was compiled into a library */
} mac_runes = {.magic = "RuneMagA", .encoding = "NONE"};
SHIM(_DefaultRuneLocale, &mac_runes);

static uint32_t rune_type(int c) {
    return (isalpha(c) ? 0x100u : 0) | (iscntrl(c) ? 0x200u : 0) | (isdigit(c) ? 0x400u : 0) |
           (isgraph(c) ? 0x800u : 0) | (islower(c) ? 0x1000u : 0) | (ispunct(c) ? 0x2000u : 0) |
           (isspace(c) ? 0x4000u : 0) | (isupper(c) ? 0x8000u : 0) | (isxdigit(c) ? 0x10000u : 0) |
           (isblank(c) ? 0x20000u : 0) | (isprint(c) ? 0x40000u : 0);
}

static int mac_maskrune(int c, unsigned long mask) {
    return c >= 0 && c < 256 ? (int)(mac_runes.type[c] & mask) : 0;
}
SHIM(__maskrune, mac_maskrune);

static int mac_toupper(int c) {
    return c >= 0 && c < 256 ? mac_runes.upper[c] : c;
}
SHIM(__toupper, mac_toupper);

static char *mac_nl_langinfo(int item) {
    static char codeset[] = "US-ASCII", radix[] = ".", none[] = "";
    enum { MAC_CODESET = 0, MAC_RADIXCHAR = 50, MAC_THOUSEP = 51 };
    switch (item) {
    case MAC_CODESET:
        return codeset;
    case MAC_RADIXCHAR:
        return radix;
    case MAC_THOUSEP:
        return none;
    default:
        sim_offence("nl_langinfo: item %d is not simulated", item);
        return none;
    }
}
SHIM(nl_langinfo, mac_nl_langinfo);

/* ---- threads */

static uint64_t thread_number(pthread_t thread) {
    if (thread && thread != pthread_self()) {
        sim_offence("pthread_threadid_np: only this thread's number is simulated");
    }
    return (uint64_t)syscall(SYS_gettid);
}

static int mac_threadid(pthread_t thread, uint64_t *number) {
    *number = thread_number(thread);
    return 0;
}
SHIM(pthread_threadid_np, mac_threadid);

static uint32_t mac_mach_thread(pthread_t thread) {
    return (uint32_t)thread_number(thread);
}
SHIM(pthread_mach_thread_np, mac_mach_thread);

/* ---- dyld and what the compiler calls */

/* JavaFX has it from the compiler's @available, for a macOS older than 10.15: it looks for functions of
 * CoreFoundation. */
static void *mac_dlsym(void *library, const char *name) {
    enum { MAC_RTLD_DEFAULT = -2 };
    if ((intptr_t)library != MAC_RTLD_DEFAULT) {
        sim_offence("dlsym: %s in the library %p: only RTLD_DEFAULT is simulated", name, library);
        return NULL;
    }
    return macho_system_symbol(name);
}
SHIM(dlsym, mac_dlsym);

static void mac_stub_binder(void) {
    macho_refuse("dyld_stub_binder was called, though all is bound when a library is loaded");
}
SHIM(dyld_stub_binder, mac_stub_binder);

static uint64_t mac_stack_guard = 0x595e9fbd94fda700; /* a zero byte stops strings */
SHIM(__stack_chk_guard, &mac_stack_guard);

static void mac_stack_check_failed(void) {
    char where[256];
    macho_describe((const char *)__builtin_return_address(0) - 1, where, sizeof where);
    macho_refuse("the stack was overwritten in %s", where);
}
SHIM(__stack_chk_fail, mac_stack_check_failed);

static void mac_assert(const char *function, const char *file, int line, const char *expression) {
    macho_refuse("assertion %s failed in %s, %s:%d", expression, function ? function : "?", file, line);
}
SHIM(__assert_rtn, mac_assert);

/* Touches the pages of a large frame on a Mac, and leaves every register as it is. Linux's stacks need no touching. */
__asm__(".text\n"
        ".hidden mac_check_stack\n"
        ".globl mac_check_stack\n"
        ".type mac_check_stack,@function\n"
        "mac_check_stack:\n"
        "    ret\n"
        ".size mac_check_stack, . - mac_check_stack\n");
void mac_check_stack(void) __attribute__((visibility("hidden")));
SHIM(___chkstk_darwin, mac_check_stack);

/* Libraries stay loaded, and threads may be in them until the process ends: their destructors do not run. */
static int mac_atexit(void (*destructor)(void *), void *argument, void *library) {
    (void)destructor;
    (void)argument;
    (void)library;
    return 0;
}
SHIM(__cxa_atexit, mac_atexit);

__attribute__((constructor)) static void prepare(void) {
    mac_stderr = stderr;
    for (int c = 0; c < 256; c++) {
        mac_runes.type[c] = c < 128 ? rune_type(c) : 0;
        mac_runes.lower[c] = c < 128 ? tolower(c) : c;
        mac_runes.upper[c] = c < 128 ? toupper(c) : c;
    }
}
