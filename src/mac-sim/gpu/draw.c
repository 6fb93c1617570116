/*
 * JavaFX's draws. Fragment functions are known by their names; where their arguments are, JavaFX's own tables say
 * (getPRISMDict and getDECORADict in its library): the number of each uniform in the argument buffer. An argument takes
 * 16 bytes here: a texture's address, or a constant's floats; arrays go on behind it. The k-th texture has the k-th
 * sampler.
 */
#include "shade.h"

#include "../metal/bridge.h"

#include <stdlib.h>
#include <string.h>

enum { ARGUMENT_BYTES = 16, MOST_ARGUMENTS = 64 };
enum { FACTOR_ZERO = 0, FACTOR_ONE = 1, FACTOR_ONE_MINUS_SOURCE_ALPHA = 5 };

struct argument {
    int number;       /* in the argument buffer */
    int texture;      /* T_…; or -1: a constant */
    bool integer;     /* a constant of one int, which raster.c wants as a float */
    size_t at, bytes; /* of the constant */
};

struct gpu_program {
    struct gpu_program *next;
    char name[96];
    struct program program;
    int argument_count;
    struct argument arguments[MOST_ARGUMENTS];
};

static const char *const TEXTURE_NAMES[] = {
#define AS_NAME(name) #name,
    TEXTURES(AS_NAME)};

static const struct {
    const char *name;
    size_t at, bytes;
} CONSTANT_FIELDS[] = {
#define AS_CONSTANT(name, floats) {#name, offsetof(struct constants, name), floats * sizeof(float)},
    CONSTANTS(AS_CONSTANT)};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the list */
static struct gpu_program *programs;
static id (*prism_table)(id), (*decora_table)(id);

void gpu_use_tables(id (*prism)(id), id (*decora)(id)) {
    prism_table = prism;
    decora_table = decora;
}

/* ---- programs */

static uint64_t send(id object, const char *selector, id argument) {
    return objc_msgSend(object, sel_registerName(selector), argument);
}

static void add_argument(struct gpu_program *program, const char *name, int number) {
    struct argument argument = {.number = number, .texture = -1, .integer = !strcmp(name, "count")};
    for (int i = 0; i < TEXTURE_COUNT; i++) {
        argument.texture = strcmp(TEXTURE_NAMES[i], name) ? argument.texture : i;
    }
    for (size_t i = 0; i < sizeof CONSTANT_FIELDS / sizeof *CONSTANT_FIELDS; i++) {
        if (!strcmp(CONSTANT_FIELDS[i].name, name)) {
            argument.at = CONSTANT_FIELDS[i].at;
            argument.bytes = CONSTANT_FIELDS[i].bytes;
        }
    }
    if (argument.texture < 0 && !argument.bytes && strcmp(name, "UNUSED")) {
        sim_offence("the argument %s of the fragment function %s is not simulated", name, program->name);
    } else if (program->argument_count < MOST_ARGUMENTS) {
        program->arguments[program->argument_count++] = argument;
    }
}

static int by_number(const void *a, const void *b) {
    return ((const struct argument *)a)->number - ((const struct argument *)b)->number;
}

/* An array ends where the next argument begins. */
static void limit_arrays(struct gpu_program *program) {
    qsort(program->arguments, (size_t)program->argument_count, sizeof *program->arguments, by_number);
    for (int i = 0; i + 1 < program->argument_count; i++) {
        struct argument *a = program->arguments + i;
        size_t room = (size_t)(a[1].number - a->number) * ARGUMENT_BYTES;
        a->bytes = a->bytes < room ? a->bytes : room;
    }
}

static void read_table(struct gpu_program *program) {
    void *pool = objc_autoreleasePoolPush();
    id name = (id)send((id)objc_getClass("NSString"), "stringWithUTF8String:", (id)(void *)program->name);
    id table = prism_table ? prism_table(name) : NULL;
    table = table || !decora_table ? table : decora_table(name);
    id keys = table ? (id)send(table, "allKeys", NULL) : NULL;
    uint64_t count = keys ? send(keys, "count", NULL) : 0;
    for (uint64_t i = 0; i < count; i++) {
        id key = (id)send(keys, "objectAtIndex:", (id)i);
        id number = (id)send(table, "objectForKey:", key);
        add_argument(program, (const char *)send(key, "UTF8String", NULL), (int)send(number, "intValue", NULL));
    }
    limit_arrays(program);
    objc_autoreleasePoolPop(pool);
}

const struct gpu_program *gpu_program_named(const char *name) {
    pthread_mutex_lock(&lock);
    struct gpu_program *program = programs;
    while (program && strcmp(program->name, name)) {
        program = program->next;
    }
    pthread_mutex_unlock(&lock);
    if (program) {
        return program;
    }
    program = calloc(1, sizeof *program);
    snprintf(program->name, sizeof program->name, "%s", name);
    if (!program_find(name, &program->program)) {
        sim_offence("the fragment function %s is not simulated", name);
        free(program);
        return NULL;
    }
    read_table(program);
    pthread_mutex_lock(&lock);
    program->next = programs;
    programs = program;
    pthread_mutex_unlock(&lock);
    return program;
}

/* ---- residency */

void gpu_make_resident(struct gpu_pass *pass, id resource) {
    if (pass->resident_count == pass->resident_capacity) {
        pass->resident_capacity = pass->resident_capacity ? 2 * pass->resident_capacity : 16;
        pass->resident = realloc(pass->resident, pass->resident_capacity * sizeof *pass->resident);
    }
    pass->resident[pass->resident_count++] = resource;
}

static bool is_resident(const struct gpu_pass *pass, id resource) {
    for (size_t i = pass->resident_count; i > 0; i--) { /* the last is the likeliest */
        if (pass->resident[i - 1] == resource) {
            return true;
        }
    }
    return false;
}

/* ---- draws */

/* The texture that an argument buffer names, if a shader may fetch from it. */
static struct gpu_texture *sampled(const struct gpu_draw *draw, const struct argument *argument) {
    id object = *(id const *)(const void *)(draw->arguments + argument->number * ARGUMENT_BYTES);
    const char *name = draw->program->name;
    if (!object) {
        return NULL;
    }
    if (!is_resident(draw->pass, object)) {
        sim_offence("%s samples MTLTexture %p through an argument buffer without useResource", name, (void *)object);
        return NULL;
    }
    struct gpu_texture *texture = mtl_texture(object);
    /* JavaFX's own render targets and Glass's are managed and go without, which works on a Mac */
    if (texture && texture->storage_mode == MTL_STORAGE_PRIVATE && texture->usage
        && !(texture->usage & MTL_USAGE_SHADER_READ)) {
        sim_offence("%s samples a texture without the usage ShaderRead", name);
    }
    if (texture) {
        gpu_reads(texture);
    }
    return texture;
}

static void bind_constant(const struct argument *a, const uint8_t *bytes, struct constants *constants) {
    char *to = (char *)constants + a->at;
    if (a->integer) {
        int32_t value;
        memcpy(&value, bytes, sizeof value);
        *(float *)(void *)to = (float)value;
    } else {
        memcpy(to, bytes, a->bytes);
    }
}

static void bind_arguments(const struct gpu_draw *draw, struct arguments *arguments) {
    int unit = 0;
    for (int i = 0; i < draw->program->argument_count; i++) {
        const struct argument *a = draw->program->arguments + i;
        if (a->texture >= 0) {
            arguments->samplers[a->texture] =
                (struct sampler){sampled(draw, a), draw->samplers[unit].linear, draw->samplers[unit].wrap};
            unit += unit < 3;
        } else {
            bind_constant(a, draw->arguments + a->number * ARGUMENT_BYTES, &arguments->constants);
        }
    }
}

static int composite_mode(const struct gpu_draw *draw) {
    if (draw->destination_factor == FACTOR_ONE_MINUS_SOURCE_ALPHA) {
        return draw->source_factor == FACTOR_ONE ? COMPOSITE_SRC_OVER : COMPOSITE_DST_OUT;
    }
    if (draw->destination_factor == FACTOR_ONE) {
        return COMPOSITE_ADD;
    }
    return draw->source_factor == FACTOR_ONE ? COMPOSITE_SRC : COMPOSITE_CLEAR;
}

void gpu_draw(const struct gpu_draw *draw) {
    struct draw d = {
        .target = draw->pass->target,
        .scissor = {draw->x, draw->y, draw->width, draw->height},
        .composite_mode = composite_mode(draw),
        .program = draw->program->program,
        .vertices = draw->quads * 4,
        .colors = draw->colors,
        .coordinates = (const float *)(const void *)draw->vertices,
    };
    memcpy(d.matrix, draw->matrix, sizeof d.matrix);
    if (draw->arguments) {
        bind_arguments(draw, &d.arguments);
    }
    gpu_writes(d.target);
    raster_run(&d);
}

void gpu_fill(struct gpu_texture *target, int32_t x, int32_t y, int32_t width, int32_t height, const double color[4]) {
    gpu_writes(target);
    vec4 c = {color[0], color[1], color[2], color[3]};
    for (int32_t row = y; row < y + height; row++) {
        for (int32_t column = x; column < x + width; column++) {
            pixel_store(target, column, row, c);
        }
    }
}
