/* Queues, whose threads execute command buffers in the order of commits; and the test's control of them. */
#include "buffer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

pthread_mutex_t gpu_lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t gpu_changed = PTHREAD_COND_INITIALIZER;
_Thread_local struct gpu_executing *gpu_executing;
_Thread_local bool gpu_handling;
int64_t gpu_pending;
static int32_t least_delay, max_delay, steps, patience = 10000, stuck; /* these under the lock */
static bool held;
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
    gpu_handling = true;
    for (struct handler *handler = *list; handler; handler = handler->next) {
        handler->run(object);
    }
    gpu_handling = false;
    gpu_free_handlers(list);
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
    gpu_free_commands(buffer);
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
        gpu_pending--;
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
    gpu_name_queue(queue, NULL);
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
    pthread_mutex_lock(&gpu_lock);
    snprintf(queue->name, sizeof queue->name, "%s", name ? name : "a queue");
    pthread_mutex_unlock(&gpu_lock);
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
    int64_t result = gpu_pending;
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
