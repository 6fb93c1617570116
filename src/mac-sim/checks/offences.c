/* What a Mac would punish: counted, printed and kept for the test. Any thread. */
#include "../sim.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char **texts;
static int32_t count, capacity;

static void keep(const char *text) {
    fprintf(stderr, "mac-sim: %s\n", text);
    pthread_mutex_lock(&lock);
    if (count == capacity) {
        capacity = capacity ? 2 * capacity : 16;
        texts = realloc(texts, (size_t)capacity * sizeof *texts);
    }
    texts[count++] = strdup(text);
    pthread_mutex_unlock(&lock);
}

void sim_offence(const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    keep(text);
}

int32_t sim_offences(void) {
    pthread_mutex_lock(&lock);
    int32_t result = count;
    pthread_mutex_unlock(&lock);
    return result;
}

int32_t sim_offence_text(int32_t index, char *text, int32_t size) {
    int32_t length = -1;
    pthread_mutex_lock(&lock);
    if (index >= 0 && index < count) {
        length = (int32_t)strlen(texts[index]);
        snprintf(text, (size_t)size, "%s", texts[index]);
    }
    pthread_mutex_unlock(&lock);
    return length;
}

void sim_forget(void) {
    pthread_mutex_lock(&lock);
    while (count) {
        free(texts[--count]);
    }
    pthread_mutex_unlock(&lock);
}

__attribute__((destructor)) static void judge_at_exit(void) {
    char leaks[4000];
    const char *report = getenv("MACSIM_REPORT");
    if (report && *report) {
        sim_report(report);
    }
    if (sim_leaks(leaks, sizeof leaks)) {
        fprintf(stderr, "mac-sim: leaked at exit: %s\n", leaks);
    } else if (!sim_offences()) {
        return;
    }
    fflush(NULL);
    _exit(SIM_STATUS_OF_OFFENDERS);
}
