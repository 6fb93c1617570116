/*
 * MTLCommandQueue and MTLCommandBuffer. A "GPU" thread for each queue executes committed buffers in commit order.
 *
 * A buffer owns its queue and, until it has completed, what it uses (except one with unretained references); the queue
 * owns a committed buffer until it has completed. The thread outlives its queue just long enough to notice.
 */
#include "metal.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { MAX_BUFFERS = 64 }; /* of a queue, made and not completed: -commandBuffer blocks until there are fewer */
enum status { NOT_ENQUEUED = 0, COMMITTED = 2, COMPLETED = 4 };

struct command { /* a call of run, or a wait for or signal of an event */
    struct command *next;
    void (*run)(void *);
    void (*done)(void *);
    void *argument;
    id event;
    uint64_t value;
    bool wait;
};

struct use {
    struct use *next;
    id object;
};

struct buffer {
    struct sim_object object;
    id queue, label;
    bool unretained;
    enum status status; /* under the lock */
    struct command *commands, **last_command;
    struct use *uses;
    struct buffer *next; /* of the queue's committed buffers */
};

struct engine { /* of a queue, for its thread, which frees it */
    struct buffer *committed, **last_committed;
    int buffers; /* made and not completed */
    uint64_t random;
    bool ended;
};

struct queue {
    struct sim_object object;
    struct engine *engine;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all below, every engine and every status */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int32_t max_delay, steps, patience = 10000, stuck;
static bool held;
static int64_t pending;
static uint64_t seed = 1;

static const struct sim_class queue_class, buffer_class;

extern void *objc_autoreleasePoolPush(void);
extern void objc_autoreleasePoolPop(void *token);

void gpu_wake(void) {
    pthread_mutex_lock(&lock);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

/* Under the lock; at most a millisecond, as linked events change without a wake. */
static void wait_for_change(void) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&changed, &lock, &until);
}

static int64_t millis(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- execution */

static void free_commands(struct buffer *b) {
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
        if (!b->unretained) {
            sim_release(u->object);
        }
        free(u);
    }
}

static void await(struct command *c) {
    bool reported = false;
    int64_t since = millis();
    while (sim_alive(c->event, "waiting command buffer") && mtl_event_value(c->event) < c->value) {
        pthread_mutex_lock(&lock);
        if (held) { /* who would signal may be held, too */
            since = millis();
        }
        bool late = !reported && millis() - since > patience;
        stuck += late;
        wait_for_change();
        pthread_mutex_unlock(&lock);
        if (late) {
            reported = true;
            sim_offence("a command buffer waits for value %lu of MTLSharedEvent %p, which has only %lu",
                        (unsigned long)c->value, (void *)c->event, (unsigned long)mtl_event_value(c->event));
        }
    }
    pthread_mutex_lock(&lock);
    stuck -= reported;
    pthread_mutex_unlock(&lock);
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
        pthread_cond_wait(&changed, &lock);
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
    pthread_mutex_lock(&lock);
    for (struct buffer *b; (b = next_buffer(e));) {
        uint32_t delay = random_delay(e);
        pthread_mutex_unlock(&lock);
        if (delay) {
            usleep(delay);
        }
        void *pool = objc_autoreleasePoolPush();
        execute(b);
        free_commands(b);
        objc_autoreleasePoolPop(pool);
        pthread_mutex_lock(&lock);
        b->status = COMPLETED;
        e->buffers--;
        pending--;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
        sim_release(&b->object); /* maybe the queue's last owner: then e has ended */
        pthread_mutex_lock(&lock);
    }
    pthread_mutex_unlock(&lock);
    free(e);
    return NULL;
}

/* ---- MTLCommandQueue */

static struct engine *engine(id queue) {
    return ((struct queue *)queue)->engine;
}

static void queue_dealloc(id self) {
    pthread_mutex_lock(&lock);
    engine(self)->ended = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

id mtl_new_queue(void) {
    struct queue *q = (struct queue *)sim_new(&queue_class);
    struct engine *e = q->engine = calloc(1, sizeof *e);
    e->last_committed = &e->committed;
    pthread_mutex_lock(&lock);
    e->random = seed++ * 0x9e3779b97f4a7c15u;
    pthread_mutex_unlock(&lock);
    pthread_t thread;
    if (pthread_create(&thread, NULL, gpu, e)) {
        perror("metal-sim: no thread for a queue");
        abort();
    }
    pthread_detach(thread);
    return &q->object;
}

static id make_buffer(id queue, bool unretained) {
    if (!sim_is(queue, &queue_class)) {
        sim_offence("-commandBuffer: %p is not an MTLCommandQueue", (void *)queue);
        return NULL;
    }
    struct engine *e = engine(queue);
    int64_t since = millis();
    bool reported = false;
    pthread_mutex_lock(&lock);
    while (e->buffers >= MAX_BUFFERS) {
        if (!reported && millis() - since > patience) {
            reported = true;
            pthread_mutex_unlock(&lock);
            sim_offence("-commandBuffer blocks: %d buffers of its queue have not completed", MAX_BUFFERS);
            pthread_mutex_lock(&lock);
        }
        wait_for_change();
    }
    e->buffers++;
    pthread_mutex_unlock(&lock);
    struct buffer *b = (struct buffer *)sim_new(&buffer_class);
    b->queue = sim_retain(queue);
    b->unretained = unretained;
    b->last_command = &b->commands;
    return sim_autorelease(&b->object);
}

id mtl_command_buffer(id queue) {
    return make_buffer(queue, false);
}

static uint64_t m_command_buffer(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)make_buffer(self, false);
}

static uint64_t m_unretained(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)make_buffer(self, true);
}

static const struct sim_method queue_methods[] = {
    {"device", mtl_m_device},
    {"commandBuffer", m_command_buffer},
    {"commandBufferWithUnretainedReferences", m_unretained},
    {0},
};

static const struct sim_class queue_class = {"MTLCommandQueue", sizeof(struct queue), queue_dealloc, queue_methods};

/* ---- MTLCommandBuffer */

static enum status status(struct buffer *b) {
    pthread_mutex_lock(&lock);
    enum status status = b->status;
    pthread_mutex_unlock(&lock);
    return status;
}

static struct buffer *encodable(id buffer, const char *action) {
    if (!sim_is(buffer, &buffer_class)) {
        sim_offence("%s: %p is not a live MTLCommandBuffer", action, (void *)buffer);
        return NULL;
    }
    struct buffer *b = (struct buffer *)buffer;
    if (status(b) != NOT_ENQUEUED) {
        sim_offence("%s: MTLCommandBuffer %p has been committed", action, (void *)buffer);
        return NULL;
    }
    return b;
}

static void append(struct buffer *b, struct command command) {
    struct command *c = malloc(sizeof *c);
    *c = command;
    *b->last_command = c;
    b->last_command = &c->next;
}

void mtl_encode(id buffer, void (*run)(void *), void (*done)(void *), void *argument) {
    struct buffer *b = encodable(buffer, "encode");
    if (b) {
        append(b, (struct command){.run = run, .done = done, .argument = argument});
    } else if (done) {
        done(argument);
    }
}

void mtl_use(id buffer, id object) {
    struct buffer *b = encodable(buffer, "use");
    if (!b || !object || !sim_alive(object, "use by a command buffer")) {
        return;
    }
    struct use *u = malloc(sizeof *u);
    *u = (struct use){b->uses, b->unretained ? object : sim_retain(object)};
    b->uses = u;
}

static void encode_event(id buffer, id event, uint64_t value, bool wait) {
    const char *action = wait ? "encodeWaitForEvent" : "encodeSignalEvent";
    struct buffer *b = encodable(buffer, action);
    if (b && !mtl_is_event(event)) {
        sim_offence("%s: %p is not a live MTLSharedEvent", action, (void *)event);
    } else if (b) {
        mtl_use(buffer, event);
        append(b, (struct command){.event = event, .value = value, .wait = wait});
    }
}

void mtl_encode_signal(id buffer, id event, uint64_t value) {
    encode_event(buffer, event, value, false);
}

void mtl_encode_wait(id buffer, id event, uint64_t value) {
    encode_event(buffer, event, value, true);
}

void mtl_commit(id buffer) {
    struct buffer *b = encodable(buffer, "commit");
    if (!b) {
        return;
    }
    sim_retain(buffer); /* the queue's */
    struct engine *e = engine(b->queue);
    pthread_mutex_lock(&lock);
    b->status = COMMITTED;
    *e->last_committed = b;
    e->last_committed = &b->next;
    pending++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void mtl_wait_until_completed(id buffer) {
    if (!sim_is(buffer, &buffer_class)) {
        sim_offence("waitUntilCompleted: %p is not a live MTLCommandBuffer", (void *)buffer);
        return;
    }
    struct buffer *b = (struct buffer *)sim_retain(buffer);
    pthread_mutex_lock(&lock);
    bool committed = b->status != NOT_ENQUEUED;
    while (committed && b->status != COMPLETED) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
    if (!committed) {
        sim_offence("waitUntilCompleted: MTLCommandBuffer %p has not been committed", (void *)buffer);
    }
    sim_release(buffer);
}

static void buffer_dealloc(id self) {
    struct buffer *b = (struct buffer *)self;
    if (status(b) == NOT_ENQUEUED) {
        free_commands(b);
        pthread_mutex_lock(&lock);
        engine(b->queue)->buffers--;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    }
    sim_release(b->label);
    sim_release(b->queue);
}

static uint64_t m_queue(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)((struct buffer *)self)->queue;
}

static uint64_t m_commit(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    mtl_commit(self);
    return 0;
}

static uint64_t m_wait(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    mtl_wait_until_completed(self);
    return 0;
}

static uint64_t m_status(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return status((struct buffer *)self);
}

static uint64_t m_error(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return 0; /* nil */
}

static uint64_t m_encode_signal(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    mtl_encode_signal(self, (id)a, b);
    return 0;
}

static uint64_t m_encode_wait(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    mtl_encode_wait(self, (id)a, b);
    return 0;
}

static uint64_t m_label(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return (uintptr_t)((struct buffer *)self)->label;
}

static uint64_t m_set_label(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    ns_string_replace(&((struct buffer *)self)->label, (id)a);
    return 0;
}

static const struct sim_method buffer_methods[] = {
    {"device", mtl_m_device},
    {"commandQueue", m_queue},
    {"commit", m_commit},
    {"waitUntilCompleted", m_wait},
    {"status", m_status},
    {"error", m_error},
    {"encodeSignalEvent:value:", m_encode_signal},
    {"encodeWaitForEvent:value:", m_encode_wait},
    {"label", m_label},
    {"setLabel:", m_set_label},
    {0},
};

static const struct sim_class buffer_class = {"MTLCommandBuffer", sizeof(struct buffer), buffer_dealloc, buffer_methods};

/* ---- the test's control */

void mtl_gpu_delay(int32_t max_micros) {
    pthread_mutex_lock(&lock);
    max_delay = max_micros;
    pthread_mutex_unlock(&lock);
}

void mtl_gpu_hold(bool hold) {
    pthread_mutex_lock(&lock);
    held = hold;
    steps = 0;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void mtl_gpu_step(int32_t buffers) {
    pthread_mutex_lock(&lock);
    steps += buffers;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

int64_t mtl_gpu_pending(void) {
    pthread_mutex_lock(&lock);
    int64_t result = pending;
    pthread_mutex_unlock(&lock);
    return result;
}

void mtl_gpu_seed(uint64_t value) {
    pthread_mutex_lock(&lock);
    seed = value ? value : 1;
    pthread_mutex_unlock(&lock);
}

void mtl_gpu_patience(int32_t value) {
    pthread_mutex_lock(&lock);
    patience = value;
    pthread_mutex_unlock(&lock);
}

__attribute__((destructor)) static void at_exit(void) {
    if (pthread_mutex_trylock(&lock) == 0) { /* else a "GPU" thread is at work */
        if (stuck) {
            fprintf(stderr, "metal-sim: %d command buffers still wait for an event at exit\n", stuck);
        }
        pthread_mutex_unlock(&lock);
    }
}
