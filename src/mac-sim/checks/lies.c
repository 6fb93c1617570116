/* What a test has told to fail, see sim.h. */
#include "../sim.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the list */
static struct lie {
    struct lie *next;
    int32_t how;
    char function[];
} *lies;

void sim_fail(const char *function, int32_t how) {
    pthread_mutex_lock(&lock);
    struct lie *lie = lies;
    while (lie && strcmp(lie->function, function)) {
        lie = lie->next;
    }
    if (!lie) {
        lie = malloc(sizeof *lie + strlen(function) + 1);
        strcpy(lie->function, function);
        lie->next = lies;
        lies = lie;
    }
    lie->how = how;
    pthread_mutex_unlock(&lock);
}

int32_t sim_failing(const char *function) {
    int32_t how = 0;
    pthread_mutex_lock(&lock);
    for (struct lie *lie = lies; lie; lie = lie->next) {
        how += strcmp(lie->function, function) ? 0 : lie->how;
    }
    pthread_mutex_unlock(&lock);
    return how;
}

__attribute__((constructor)) static void fail_by_environment(void) { /* MACSIM_FAIL="function=how function=how" */
    const char *value = getenv("MACSIM_FAIL");
    char *copy = strdup(value ? value : ""), *at = copy; /* a method's name has a blank in it */
    for (char *equals = strchr(at, '='); equals; equals = strchr(at, '=')) {
        *equals = 0;
        int32_t how = (int32_t)strtol(equals + 1, &equals, 10);
        sim_fail(at, how);
        at = equals + strspn(equals, " ");
    }
    free(copy);
}
