/*
 * The "GPU": a thread for each queue executes committed buffers in commit order. It outlives its queue just long enough
 * to notice.
 */
#include "gpu.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

pthread_mutex_t gpu_lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t gpu_changed = PTHREAD_COND_INITIALIZER;
static int32_t least_delay, max_delay, steps, patience = 10000, stuck; /* these too under the lock */
static bool held;
static int64_t pending;
static uint64_t seed = 1;

extern void *objc_autoreleasePoolPush(void);
extern void objc_autoreleasePoolPop(void *token);

void gpu_wake(void) {
    pthread_mutex_lock(&gpu_lock);
    pthread_cond_broadcast(&gpu_changed);
    pthread_mutex_unlock(&gpu_lock);
}

void gpu_wait_for_change(void) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&gpu_changed, &gpu_lock, &until);
}

int64_t gpu_millis(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool gpu_impatient(int64_t since) {
    return gpu_millis() - since > patience;
}

/* ---- execution */

void gpu_free_commands(struct buffer *b) {
    while (b->commands) {
        struct command *c = b->commands;
        b->commands = c->next;
        if (c->done) {
            c->done(c->argument);
        }
        free(c);
    }
    while (b->uses) {
        struct use *u = b->uses;
        b->uses = u->next;
        if (u->read) {
            ((struct mtl_texture *)u->object)->readers--;
        }
        if (!b->unretained) {
            sim_release(u->object);
        }
        free(u);
    }
}

static void await(struct command *c) {
    bool reported = false;
    int64_t since = gpu_millis();
    while (sim_alive(c->event, "waiting command buffer") && mtl_event_value(c->event) < c->value) {
        pthread_mutex_lock(&gpu_lock);
        if (held) { /* who would signal may be held, too */
            since = gpu_millis();
        }
        bool late = !reported && gpu_impatient(since);
        stuck += late;
        gpu_wait_for_change();
        pthread_mutex_unlock(&gpu_lock);
        if (late) {
            reported = true;
            sim_offence("a command buffer waits for value %lu of MTLSharedEvent %p, which has only %lu",
                        (unsigned long)c->value, (void *)c->event, (unsigned long)mtl_event_value(c->event));
        }
    }
    pthread_mutex_lock(&gpu_lock);
    stuck -= reported;
    pthread_mutex_unlock(&gpu_lock);
}

static void execute(struct buffer *b) {
    for (struct use *u = b->uses; u; u = u->next) {
        sim_alive(u->object, "executing command buffer");
    }
    for (struct command *c = b->commands; c; c = c->next) {
        if (c->run) {
            c->run(c->argument);
        } else if (c->wait) {
            await(c);
        } else if (c->event && sim_alive(c->event, "signalling command buffer")) {
            mtl_event_signal(c->event, c->value);
        }
    }
}

/* Under the lock; the next buffer to execute, or NULL when the queue has ended. */
static struct buffer *next_buffer(struct engine *e) {
    while (!e->ended && (!e->committed || (held && !steps))) {
        pthread_cond_wait(&gpu_changed, &gpu_lock);
    }
    struct buffer *b = e->committed;
    if (b) {
        steps -= held && steps;
        e->committed = b->next;
        e->last_committed = b->next ? e->last_committed : &e->committed;
    }
    return b;
}

static uint32_t random_delay(struct engine *e) {
    e->random ^= e->random << 13;
    e->random ^= e->random >> 7;
    e->random ^= e->random << 17;
    return max_delay > 0 ? (uint32_t)(e->random >> 32) % (uint32_t)max_delay : 0;
}

static void *gpu(void *argument) {
    struct engine *e = argument;
    pthread_mutex_lock(&gpu_lock);
    for (struct buffer *b; (b = next_buffer(e));) {
        uint32_t delay = random_delay(e);
        pthread_mutex_unlock(&gpu_lock);
        if (delay) {
            usleep(delay);
        }
        void *pool = objc_autoreleasePoolPush();
        execute(b);
        gpu_free_commands(b);
        objc_autoreleasePoolPop(pool);
        pthread_mutex_lock(&gpu_lock);
        b->status = COMPLETED;
        e->buffers--;
        pending--;
        pthread_cond_broadcast(&gpu_changed);
        pthread_mutex_unlock(&gpu_lock);
        sim_release(&b->object); /* maybe the queue's last owner: then e has ended */
        pthread_mutex_lock(&gpu_lock);
    }
    pthread_mutex_unlock(&gpu_lock);
    free(e);
    return NULL;
}

struct engine *gpu_new_engine(void) {
    struct engine *e = calloc(1, sizeof *e);
    e->last_committed = &e->committed;
    pthread_mutex_lock(&gpu_lock);
    e->random = seed++ * 0x9e3779b97f4a7c15u;
    pthread_mutex_unlock(&gpu_lock);
    pthread_t thread;
    if (pthread_create(&thread, NULL, gpu, e)) {
        perror("metal-sim: no thread for a queue");
        abort();
    }
    pthread_detach(thread);
    return e;
}

void gpu_end(struct engine *e) {
    pthread_mutex_lock(&gpu_lock);
    e->ended = true;
    pthread_cond_broadcast(&gpu_changed);
    pthread_mutex_unlock(&gpu_lock);
}

void gpu_open(struct engine *e, struct buffer *b) {
    pthread_mutex_lock(&gpu_lock);
    b->next = e->open;
    e->open = b;
    pthread_mutex_unlock(&gpu_lock);
}

/* Under the lock. */
static void take_from_open(struct engine *e, struct buffer *b) {
    struct buffer **at = &e->open;
    while (*at != b) {
        at = &(*at)->next;
    }
    *at = b->next;
    b->next = NULL;
}

void gpu_close(struct engine *e, struct buffer *b) {
    pthread_mutex_lock(&gpu_lock);
    take_from_open(e, b);
    e->buffers--;
    pthread_cond_broadcast(&gpu_changed);
    pthread_mutex_unlock(&gpu_lock);
}

void gpu_commit(struct engine *e, struct buffer *b) {
    pthread_mutex_lock(&gpu_lock);
    take_from_open(e, b);
    b->status = COMMITTED;
    *e->last_committed = b;
    e->last_committed = &b->next;
    pending++;
    pthread_cond_broadcast(&gpu_changed);
    pthread_mutex_unlock(&gpu_lock);
}

/* ---- the test's control */

void mtl_gpu_delay(int32_t max_micros) {
    pthread_mutex_lock(&gpu_lock);
    max_delay = max_micros > least_delay ? max_micros : least_delay;
    pthread_mutex_unlock(&gpu_lock);
}

__attribute__((constructor)) static void run_by_environment(void) {
    const char *delay = getenv("METALSIM_DELAY"), *start = getenv("METALSIM_SEED");
    least_delay = delay ? atoi(delay) : 0;
    mtl_gpu_delay(0);
    mtl_gpu_seed(start ? strtoull(start, NULL, 10) : 1);
}

void mtl_gpu_hold(bool hold) {
    pthread_mutex_lock(&gpu_lock);
    held = hold;
    steps = 0;
    pthread_cond_broadcast(&gpu_changed);
    pthread_mutex_unlock(&gpu_lock);
}

void mtl_gpu_step(int32_t buffers) {
    pthread_mutex_lock(&gpu_lock);
    steps += buffers;
    pthread_cond_broadcast(&gpu_changed);
    pthread_mutex_unlock(&gpu_lock);
}

int64_t mtl_gpu_pending(void) {
    pthread_mutex_lock(&gpu_lock);
    int64_t result = pending;
    pthread_mutex_unlock(&gpu_lock);
    return result;
}

void mtl_gpu_seed(uint64_t value) {
    pthread_mutex_lock(&gpu_lock);
    seed = value ? value : 1;
    pthread_mutex_unlock(&gpu_lock);
}

void mtl_gpu_patience(int32_t value) {
    pthread_mutex_lock(&gpu_lock);
    patience = value;
    pthread_mutex_unlock(&gpu_lock);
}

__attribute__((destructor)) static void at_exit(void) {
    if (pthread_mutex_trylock(&gpu_lock) == 0) { /* else a "GPU" thread is at work */
        if (stuck) {
            fprintf(stderr, "metal-sim: %d command buffers still wait for an event at exit\n", stuck);
        }
        pthread_mutex_unlock(&gpu_lock);
    }
}
