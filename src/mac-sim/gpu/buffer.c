/* Command buffers, from when they are made until they are committed. */
#include "buffer.h"

#include <stdlib.h>

enum { MAX_BUFFERS = 64 }; /* of a queue, made and not completed: -commandBuffer blocks until there are fewer */

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

void gpu_free_handlers(struct handler **list) {
    while (*list) {
        struct handler *handler = *list;
        *list = handler->next;
        _Block_release(handler->run);
        free(handler);
    }
}

void gpu_free_commands(struct gpu_buffer *buffer) {
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
    gpu_free_commands(buffer);
    gpu_free_handlers(&buffer->scheduled);
    gpu_free_handlers(&buffer->completed);
    free(buffer);
}

enum gpu_status gpu_status(struct gpu_buffer *buffer) {
    pthread_mutex_lock(&gpu_lock);
    enum gpu_status status = buffer->status;
    if (status == GPU_COMPLETED && !gpu_handling) {
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
 * JavaFX waits for its buffers for ever, so a wait may only be for what is sure to come. And a signal tells the other
 * queue that what was encoded here has been read: so that has to be committed first.
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
            sim_offence("commit: signals value %lu of MTLSharedEvent %p before another command buffer of the queue,"
                        " which reads what another queue has written, has been committed",
                        (unsigned long)c->value, (void *)c->event->object);
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
    gpu_pending++;
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
