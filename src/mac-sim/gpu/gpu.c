#include "gpu.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_BUFFERS = 64 }; /* of a queue, made and not completed: -commandBuffer blocks until there are fewer */

struct command { /* a block, or a wait for or signal of an event */
    struct command *next;
    void (^run)(void);
    struct gpu_event *event;
    uint64_t value;
    bool wait;
};

struct use {
    struct use *next;
    id object;
    struct gpu_texture *read; /* or NULL */
};

struct handler {
    struct handler *next;
    void (^run)(id);
};

struct gpu_buffer {
    struct gpu_buffer *next; /* of the queue's open or committed ones; under the lock */
    struct gpu_queue *queue;
    id object;
    bool unretained;
    bool finished; /* completed, and its handlers have run; these under the lock */
    enum gpu_status status;
    struct command *commands, **last_command;
    struct use *uses;
    struct handler *scheduled, *completed;
    struct gpu_clock clock; /* what who committed it knew; once completed, what the queue knew */
};

struct gpu_queue { /* freed by its thread */
    struct gpu_buffer *committed, **last_committed;
    struct gpu_buffer *open; /* made and not committed */
    int buffers; /* made and not completed */
    uint64_t random;
    bool ended;
    int slot;
    struct gpu_clock clock;
    char name[64];
};

pthread_mutex_t gpu_lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t gpu_changed = PTHREAD_COND_INITIALIZER;
_Thread_local struct gpu_executing *gpu_executing;
static _Thread_local bool handling; /* this thread runs a buffer's handlers, by which nobody orders textures: see order.c */
static int32_t least_delay, max_delay, steps, patience = 10000, stuck; /* these too under the lock */
static bool held;
static int64_t pending;
static uint64_t seed = 1;

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

bool gpu_held(void) {
    return held;
}

/* ---- command buffers */

struct gpu_buffer *gpu_new_buffer(struct gpu_queue *queue, id object, bool unretained) {
    int64_t since = gpu_millis();
    bool reported = false;
    pthread_mutex_lock(&gpu_lock);
    while (queue->buffers >= MAX_BUFFERS) {
        if (!reported && gpu_impatient(since)) {
            reported = true;
            pthread_mutex_unlock(&gpu_lock);
            sim_offence("-commandBuffer blocks: %d buffers of its queue have not completed", MAX_BUFFERS);
            pthread_mutex_lock(&gpu_lock);
        }
        gpu_wait_for_change();
    }
    queue->buffers++;
    struct gpu_buffer *buffer = calloc(1, sizeof *buffer);
    buffer->queue = queue;
    buffer->object = object;
    buffer->unretained = unretained;
    buffer->last_command = &buffer->commands;
    buffer->next = queue->open;
    queue->open = buffer;
    pthread_mutex_unlock(&gpu_lock);
    return buffer;
}

/* Under the lock. */
static void take_from_open(struct gpu_buffer *buffer) {
    struct gpu_buffer **at = &buffer->queue->open;
    while (*at != buffer) {
        at = &(*at)->next;
    }
    *at = buffer->next;
    buffer->next = NULL;
}

static void free_handlers(struct handler **list) {
    while (*list) {
        struct handler *handler = *list;
        *list = handler->next;
        _Block_release(handler->run);
        free(handler);
    }
}

static void free_commands(struct gpu_buffer *buffer) {
    while (buffer->commands) {
        struct command *command = buffer->commands;
        buffer->commands = command->next;
        _Block_release(command->run);
        free(command);
    }
    while (buffer->uses) {
        struct use *use = buffer->uses;
        buffer->uses = use->next;
        if (!buffer->unretained) {
            objc_release(use->object);
        }
        free(use);
    }
}

void gpu_free_buffer(struct gpu_buffer *buffer) {
    pthread_mutex_lock(&gpu_lock);
    if (buffer->status == GPU_NOT_ENQUEUED) {
        take_from_open(buffer);
        buffer->queue->buffers--;
        pthread_cond_broadcast(&gpu_changed);
    }
    pthread_mutex_unlock(&gpu_lock);
    free_commands(buffer);
    free_handlers(&buffer->scheduled);
    free_handlers(&buffer->completed);
    free(buffer);
}

enum gpu_status gpu_status(struct gpu_buffer *buffer) {
    pthread_mutex_lock(&gpu_lock);
    enum gpu_status status = buffer->status;
    if (status == GPU_COMPLETED && !handling) {
        gpu_clock_join(&gpu_cpu_clock, &buffer->clock);
    }
    pthread_mutex_unlock(&gpu_lock);
    return status;
}

static void append(struct gpu_buffer *buffer, struct command command) {
    struct command *copy = malloc(sizeof *copy);
    *copy = command;
    *buffer->last_command = copy;
    buffer->last_command = &copy->next;
}

void gpu_encode(struct gpu_buffer *buffer, void (^command)(void)) {
    append(buffer, (struct command){.run = _Block_copy(command)});
}

static void use(struct gpu_buffer *buffer, id object, struct gpu_texture *read) {
    if (!object || !objc_alive(object, "use by a command buffer")) {
        return;
    }
    struct use *use = malloc(sizeof *use);
    *use = (struct use){buffer->uses, buffer->unretained ? object : objc_retain(object), read};
    pthread_mutex_lock(&gpu_lock); /* another thread's commit looks at open buffers */
    buffer->uses = use;
    pthread_mutex_unlock(&gpu_lock);
}

void gpu_use(struct gpu_buffer *buffer, id object) {
    use(buffer, object, NULL);
}

void gpu_will_read(struct gpu_buffer *buffer, struct gpu_texture *texture) {
    use(buffer, texture->object, texture);
}

void gpu_signal(struct gpu_buffer *buffer, struct gpu_event *event, uint64_t value) {
    gpu_use(buffer, event->object);
    append(buffer, (struct command){.event = event, .value = value});
}

void gpu_wait(struct gpu_buffer *buffer, struct gpu_event *event, uint64_t value) {
    gpu_use(buffer, event->object);
    append(buffer, (struct command){.event = event, .value = value, .wait = true});
}

static void add_handler(struct handler **list, void (^run)(id)) {
    struct handler *handler = malloc(sizeof *handler);
    *handler = (struct handler){NULL, _Block_copy(run)};
    while (*list) {
        list = &(*list)->next;
    }
    *list = handler;
}

void gpu_when_scheduled(struct gpu_buffer *buffer, void (^run)(id)) {
    add_handler(&buffer->scheduled, run);
}

void gpu_when_completed(struct gpu_buffer *buffer, void (^run)(id)) {
    add_handler(&buffer->completed, run);
}

/* Under the lock: whether a buffer of the queue that was not committed reads what another queue has written. */
static bool has_open_reads(const struct gpu_buffer *except) {
    const struct gpu_queue *queue = except->queue;
    for (const struct gpu_buffer *b = queue->open; b; b = b->next) {
        for (const struct use *use = b != except ? b->uses : NULL; use; use = use->next) {
            if (use->read && gpu_is_others(use->read, queue->slot)) {
                return true;
            }
        }
    }
    return false;
}

/*
 * JavaFX waits for its buffers for ever, so a wait may only be for what is sure to come. And a signal tells the other queue that
 * what was encoded here has been read: so that has to be committed first.
 */
static void judge_events(struct gpu_buffer *buffer) {
    for (struct command *c = buffer->commands; c; c = c->next) {
        if (!c->event) {
            continue;
        }
        pthread_mutex_lock(&gpu_lock);
        bool hopeless = c->wait && !c->event->get && c->event->promised < c->value && c->event->value < c->value;
        bool early = !c->wait && has_open_reads(buffer);
        if (!c->wait && c->event->promised < c->value) {
            c->event->promised = c->value;
        }
        pthread_mutex_unlock(&gpu_lock);
        if (hopeless) {
            sim_offence("commit: waits for value %lu of MTLSharedEvent %p, which no committed work signals",
                        (unsigned long)c->value, (void *)c->event->object);
        }
        if (early) {
            sim_offence("commit: signals value %lu of MTLSharedEvent %p before another command buffer of the queue, which"
                        " reads what another queue has written, has been committed", (unsigned long)c->value,
                        (void *)c->event->object);
        }
    }
}

void gpu_commit(struct gpu_buffer *buffer) {
    judge_events(buffer);
    objc_retain(buffer->object); /* the queue's */
    struct gpu_queue *queue = buffer->queue;
    pthread_mutex_lock(&gpu_lock);
    take_from_open(buffer);
    buffer->status = GPU_COMMITTED;
    buffer->clock = gpu_cpu_clock;
    *queue->last_committed = buffer;
    queue->last_committed = &buffer->next;
    pending++;
    pthread_cond_broadcast(&gpu_changed);
    pthread_mutex_unlock(&gpu_lock);
}

void gpu_await(struct gpu_buffer *buffer) {
    pthread_mutex_lock(&gpu_lock);
    while (!buffer->finished) {
        pthread_cond_wait(&gpu_changed, &gpu_lock);
    }
    gpu_clock_join(&gpu_cpu_clock, &buffer->clock);
    pthread_mutex_unlock(&gpu_lock);
}

/* ---- execution */

static void await_event(const struct command *command) {
    struct gpu_event *event = command->event;
    bool reported = false;
    int64_t since = gpu_millis();
    while (objc_alive(event->object, "waiting command buffer") && gpu_event_value(event) < command->value) {
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
                        (unsigned long)command->value, (void *)event->object, (unsigned long)gpu_event_value(event));
        }
    }
    pthread_mutex_lock(&gpu_lock);
    stuck -= reported;
    pthread_mutex_unlock(&gpu_lock);
}

static void execute(struct gpu_buffer *buffer) {
    for (struct use *use = buffer->uses; use; use = use->next) {
        objc_alive(use->object, "executing command buffer");
    }
    for (struct command *command = buffer->commands; command; command = command->next) {
        if (command->run) {
            command->run();
        } else if (command->wait) {
            await_event(command);
        } else if (objc_alive(command->event->object, "signalling command buffer")) {
            gpu_event_signal(command->event, command->value);
        }
    }
}

/* Each is let go of as it has run, before anybody learns that all have. */
static void run_handlers(struct handler **list, id object) {
    handling = true;
    for (struct handler *handler = *list; handler; handler = handler->next) {
        handler->run(object);
    }
    handling = false;
    free_handlers(list);
}

static void set_status(struct gpu_buffer *buffer, enum gpu_status status) {
    pthread_mutex_lock(&gpu_lock);
    buffer->status = status;
    if (status == GPU_COMPLETED) {
        buffer->clock = buffer->queue->clock;
    }
    pthread_cond_broadcast(&gpu_changed);
    pthread_mutex_unlock(&gpu_lock);
}

static void complete(struct gpu_buffer *buffer) {
    struct gpu_queue *queue = buffer->queue;
    struct gpu_executing executing = {queue->slot, &queue->clock, queue->name};
    void *pool = objc_autoreleasePoolPush();
    set_status(buffer, GPU_SCHEDULED);
    run_handlers(&buffer->scheduled, buffer->object);
    pthread_mutex_lock(&gpu_lock);
    gpu_clock_join(&queue->clock, &buffer->clock);
    queue->clock.at[queue->slot]++;
    pthread_mutex_unlock(&gpu_lock);
    gpu_executing = &executing;
    execute(buffer);
    gpu_executing = NULL;
    set_status(buffer, GPU_COMPLETED);
    free_commands(buffer);
    run_handlers(&buffer->completed, buffer->object);
    objc_autoreleasePoolPop(pool);
}

/* Under the lock; the next buffer to execute, or NULL when the queue has ended. */
static struct gpu_buffer *next_buffer(struct gpu_queue *queue) {
    while (!queue->ended && (!queue->committed || (held && !steps))) {
        pthread_cond_wait(&gpu_changed, &gpu_lock);
    }
    struct gpu_buffer *buffer = queue->committed;
    if (buffer) {
        steps -= held && steps;
        queue->committed = buffer->next;
        queue->last_committed = buffer->next ? queue->last_committed : &queue->committed;
    }
    return buffer;
}

static uint32_t random_delay(struct gpu_queue *queue) {
    queue->random ^= queue->random << 13;
    queue->random ^= queue->random >> 7;
    queue->random ^= queue->random << 17;
    return max_delay > 0 ? (uint32_t)(queue->random >> 32) % (uint32_t)max_delay : 0;
}

static void *run_queue(void *argument) {
    struct gpu_queue *queue = argument;
    pthread_setname_np(pthread_self(), "GPU");
    pthread_mutex_lock(&gpu_lock);
    for (struct gpu_buffer *buffer; (buffer = next_buffer(queue));) {
        uint32_t delay = random_delay(queue);
        pthread_mutex_unlock(&gpu_lock);
        if (delay) {
            usleep(delay);
        }
        complete(buffer);
        pthread_mutex_lock(&gpu_lock);
        buffer->finished = true;
        queue->buffers--;
        pending--;
        pthread_cond_broadcast(&gpu_changed);
        pthread_mutex_unlock(&gpu_lock);
        objc_release(buffer->object); /* maybe the queue's last owner: then it has ended */
        pthread_mutex_lock(&gpu_lock);
    }
    gpu_give_slot(queue->slot, &queue->clock);
    pthread_mutex_unlock(&gpu_lock);
    free(queue);
    return NULL;
}

struct gpu_queue *gpu_new_queue(void) {
    struct gpu_queue *queue = calloc(1, sizeof *queue);
    queue->last_committed = &queue->committed;
    strcpy(queue->name, "a queue");
    pthread_mutex_lock(&gpu_lock);
    queue->random = seed++ * 0x9e3779b97f4a7c15u;
    queue->slot = gpu_take_slot();
    queue->clock = gpu_cpu_clock;
    pthread_mutex_unlock(&gpu_lock);
    pthread_t thread;
    if (pthread_create(&thread, NULL, run_queue, queue)) {
        perror("mac-sim: no thread for a queue");
        abort();
    }
    pthread_detach(thread);
    return queue;
}

void gpu_name_queue(struct gpu_queue *queue, const char *name) {
    snprintf(queue->name, sizeof queue->name, "%s", name);
}

void gpu_end_queue(struct gpu_queue *queue) {
    pthread_mutex_lock(&gpu_lock);
    queue->ended = true;
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
    const char *delay = getenv("MACSIM_DELAY"), *start = getenv("MACSIM_SEED");
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
    if (pthread_mutex_trylock(&gpu_lock) == 0) { /* else a queue's thread is at work */
        if (stuck) {
            fprintf(stderr, "mac-sim: %d command buffers still wait for an event at exit\n", stuck);
        }
        pthread_mutex_unlock(&gpu_lock);
    }
}
