/*
 * What JavaFX and MoltenVK do by themselves, without the bridge, though a Mac would punish it. The list is complete and
 * each entry is true: MacControlRun runs them without the bridge and finds just these.
 */
#include "../sim.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct habit {
    const char *name;
    _Atomic int64_t count;
} habits[] = {
    /* MetalShader.m: jStringToNSString and the labels of argument buffers; MetalTexture.m: getBufferAndOffset; and the
     * device, which drivers autorelease as a texture goes */
    {"JavaFX autoreleases on its render thread, which has no pool", 0},
    /* MetalContext.m, setClipRect, in 26: the far edge is computed before the near one is clamped */
    {"JavaFX sets a scissor beyond its render target (JDK-8369348)", 0},
};

enum { COUNT = sizeof habits / sizeof *habits };

static struct habit *find(const char *name) {
    for (int i = 0; i < COUNT; i++) {
        if (!strcmp(habits[i].name, name)) {
            return &habits[i];
        }
    }
    return NULL;
}

void sim_habit(const char *name, const char *format, ...) {
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct habit *habit = find(name);
    if (!habit) {
        sim_offence("%s: %s", name, text);
        return;
    }
    if (habit->count++ == 0 && getenv("MACSIM_VERBOSE")) {
        fprintf(stderr, "mac-sim: %s: %s\n", name, text);
    }
}

int64_t sim_habits(const char *name) {
    struct habit *habit = find(name);
    return habit ? habit->count : -1;
}

int32_t sim_habit_name(int32_t index, char *text, int32_t size) {
    if (index < 0 || index >= COUNT) {
        return -1;
    }
    snprintf(text, (size_t)size, "%s", habits[index].name);
    return (int32_t)strlen(habits[index].name);
}
