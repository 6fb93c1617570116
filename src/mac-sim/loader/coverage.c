/*
 * Which of the vendors' functions ran. Every function that LC_FUNCTION_STARTS names begins with a breakpoint; the first
 * thread that meets it puts the instruction back, so a function costs one signal in all.
 *
 * Threads may meet one breakpoint at once: each of them goes back to the function's start, where the right byte is by
 * then, and writing that byte twice changes nothing. A thread that blocks SIGTRAP would be killed: ours do not, and
 * the JVM's neither. MACSIM_COVERAGE=0 turns this off.
 */
#include "image.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum { BREAKPOINT = 0xcc };

static struct sigaction previous;
static bool off;
static pthread_once_t installed = PTHREAD_ONCE_INIT;

struct function_start *macho_function(const struct macho *image, uint64_t offset) {
    size_t from = 0, to = image->function_count; /* the last start at or before the offset is before to */
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (image->functions[middle].offset <= offset) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from ? &image->functions[from - 1] : NULL;
}

/* ---- the signal: nothing here but loads and stores */

/* A breakpoint that is not ours: as if this handler were not there. */
static void pass_on(int signal, siginfo_t *info, void *context) {
    if (previous.sa_flags & SA_SIGINFO) {
        previous.sa_sigaction(signal, info, context);
    } else if (previous.sa_handler == SIG_DFL) {
        sigaction(signal, &previous, NULL);
        raise(signal);
    } else if (previous.sa_handler != SIG_IGN) {
        previous.sa_handler(signal);
    }
}

static void trapped(int signal, siginfo_t *info, void *context) {
    int error = errno;
    greg_t *instruction = &((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
    uint8_t *breakpoint = (uint8_t *)*instruction - 1;
    const struct macho *image = macho_at(breakpoint);
    uint64_t offset = image ? (uint64_t)(breakpoint - image->base) : 0;
    struct function_start *function = image ? macho_function(image, offset) : NULL;
    if (function && function->offset == offset && function->watched) {
        __atomic_store_n(breakpoint, function->first, __ATOMIC_SEQ_CST);
        atomic_store_explicit(&function->ran, true, memory_order_relaxed);
        *instruction = (greg_t)(uintptr_t)breakpoint;
    } else {
        pass_on(signal, info, context);
    }
    errno = error;
}

/* SA_NODEFER: a handler before us may leave by longjmp, and the next breakpoint must not meet a blocked signal. */
static void install(void) {
    const char *wanted = getenv("MACSIM_COVERAGE");
    off = wanted && !strcmp(wanted, "0");
    if (off) {
        return;
    }
    struct sigaction action = {.sa_sigaction = trapped, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTRAP, &action, &previous);
}

/* ---- the breakpoints */

static void read_starts(struct macho *image) {
    const struct data_command *command = image->function_starts;
    if (!command) {
        return;
    }
    image->functions = calloc(command->data_size, sizeof *image->functions); /* each takes a byte or more */
    struct opcodes stream = macho_opcodes(image, command->offset, command->data_size);
    uint64_t offset = 0;
    while (stream.at < stream.end) {
        uint64_t further = macho_uleb(&stream);
        offset += further;
        if (!further || offset >= image->span) { /* the end, and what pads it */
            break;
        }
        image->functions[image->function_count++].offset = (uint32_t)offset;
    }
}

static bool is_data(const struct macho *image, uint32_t offset) {
    const struct data_command *command = image->data_in_code;
    size_t count = command ? command->data_size / sizeof(struct data_in_code) : 0;
    const struct data_in_code *data = command ? macho_bytes(image, command->offset, command->data_size) : NULL;
    for (size_t i = 0; i < count; i++) {
        if (offset - data[i].offset < data[i].length) {
            return true;
        }
    }
    return false;
}

void macho_watch(struct macho *image) {
    pthread_once(&installed, install);
    read_starts(image);
    const struct section *text = macho_section(image, "__TEXT", "__text");
    for (size_t i = 0; i < image->function_count && text && !off; i++) {
        struct function_start *f = &image->functions[i];
        if (f->offset - text->address < text->size && !is_data(image, f->offset)) {
            f->first = image->base[f->offset];
            f->watched = f->first != BREAKPOINT;
            image->base[f->offset] = BREAKPOINT;
        }
    }
}

/* ---- the report */

struct names {
    const struct macho *image;
    char **of; /* by function; NULL: none */
};

static void note_name(void *context, const char *name, uint64_t offset) {
    struct names *names = context;
    const struct function_start *function = macho_function(names->image, offset);
    if (function && function->offset == offset) {
        char **slot = &names->of[function - names->image->functions];
        *slot = *slot ? *slot : strdup(name);
    }
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int by_name(const void *a, const void *b) {
    return strcmp((*(struct macho *const *)a)->name, (*(struct macho *const *)b)->name);
}

static int32_t report_image(FILE *file, const struct macho *image) {
    struct names names = {image, calloc(image->function_count + 1, sizeof *names.of)};
    macho_each_symbol(image, note_name, &names);
    char **lines = calloc(image->function_count + 1, sizeof *lines);
    size_t ran = 0, methods = 0;
    for (size_t i = 0; i < image->function_count; i++) {
        const struct function_start *f = &image->functions[i];
        char method[512], place[64];
        bool is_method = objc_method_at(image->base + f->offset, method, sizeof method);
        methods += is_method;
        if (f->ran) {
            snprintf(place, sizeof place, "function at 0x%lx", (unsigned long)f->offset);
            lines[ran++] = strdup(is_method ? method : names.of[i] ? names.of[i] : place);
        }
    }
    qsort(lines, ran, sizeof *lines, by_text);
    fprintf(file, "%s has %zu functions, of which %zu are methods\n", image->name, image->function_count, methods);
    for (size_t i = 0; i < ran; i++) {
        fprintf(file, "%s: %s\n", image->name, lines[i]);
        free(lines[i]);
    }
    for (size_t i = 0; i < image->function_count; i++) {
        free(names.of[i]);
    }
    free(names.of);
    free(lines);
    return (int32_t)ran;
}

int32_t macho_report(FILE *file) {
    size_t count = 0;
    for (struct macho *i = macho_images(); i; i = __atomic_load_n(&i->next, __ATOMIC_ACQUIRE)) {
        count++;
    }
    struct macho **images = calloc(count + 1, sizeof *images);
    struct macho *image = macho_images();
    for (size_t i = 0; i < count; i++) {
        images[i] = image;
        image = __atomic_load_n(&image->next, __ATOMIC_ACQUIRE);
    }
    qsort(images, count, sizeof *images, by_name);
    if (off) {
        fprintf(file, "MACSIM_COVERAGE=0: which functions ran is not known\n");
    }
    int32_t ran = 0;
    for (size_t i = 0; i < count; i++) {
        ran += report_image(file, images[i]);
    }
    free(images);
    return ran;
}
