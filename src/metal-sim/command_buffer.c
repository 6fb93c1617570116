/*
 * MTLCommandQueue and MTLCommandBuffer. A buffer owns its queue and, until it has completed, what it uses (except one
 * with unretained references); the queue owns a committed buffer until it has completed.
 */
#include "gpu.h"

#include <stdlib.h>

enum { MAX_BUFFERS = 64 }; /* of a queue, made and not completed: -commandBuffer blocks until there are fewer */

struct queue {
    struct sim_object object;
    struct engine *engine;
};

static const struct sim_class queue_class, buffer_class;

/* ---- MTLCommandQueue */

static struct engine *engine(id queue) {
    return ((struct queue *)queue)->engine;
}

static void queue_dealloc(id self) {
    gpu_end(engine(self));
}

id mtl_new_queue(void) {
    struct queue *q = (struct queue *)sim_new(&queue_class);
    q->engine = gpu_new_engine();
    return &q->object;
}

static id make_buffer(id queue, bool unretained) {
    if (!sim_is(queue, &queue_class)) {
        sim_offence("-commandBuffer: %p is not an MTLCommandQueue", (void *)queue);
        return NULL;
    }
    struct engine *e = engine(queue);
    int64_t since = gpu_millis();
    bool reported = false;
    pthread_mutex_lock(&gpu_lock);
    while (e->buffers >= MAX_BUFFERS) {
        if (!reported && gpu_impatient(since)) {
            reported = true;
            pthread_mutex_unlock(&gpu_lock);
            sim_offence("-commandBuffer blocks: %d buffers of its queue have not completed", MAX_BUFFERS);
            pthread_mutex_lock(&gpu_lock);
        }
        gpu_wait_for_change();
    }
    e->buffers++;
    pthread_mutex_unlock(&gpu_lock);
    struct buffer *b = (struct buffer *)sim_new(&buffer_class);
    b->queue = sim_retain(queue);
    b->unretained = unretained;
    b->last_command = &b->commands;
    gpu_open(e, b);
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
    pthread_mutex_lock(&gpu_lock);
    enum status status = b->status;
    pthread_mutex_unlock(&gpu_lock);
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

static void use(id buffer, id object, bool read) {
    struct buffer *b = encodable(buffer, "use");
    if (!b || !object || !sim_alive(object, "use by a command buffer")) {
        return;
    }
    struct use *u = malloc(sizeof *u);
    *u = (struct use){b->uses, b->unretained ? object : sim_retain(object), read};
    if (read) {
        ((struct mtl_texture *)object)->readers++;
    }
    pthread_mutex_lock(&gpu_lock); /* another thread's commit looks at open buffers */
    b->uses = u;
    pthread_mutex_unlock(&gpu_lock);
}

void mtl_use(id buffer, id object) {
    use(buffer, object, false);
}

void mtl_read(id buffer, struct mtl_texture *texture) {
    use(buffer, &texture->object, true);
    if (texture->rendered && !texture->rendered(texture)) {
        sim_offence("MTLTexture %p is read while Vulkan renders into it", (void *)texture);
    }
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

/* Whether a buffer of the queue that was not committed reads a Vulkan image. */
static bool has_open_reads(id queue, const struct buffer *except) {
    bool reads = false;
    pthread_mutex_lock(&gpu_lock);
    for (struct buffer *b = engine(queue)->open; b; b = b->next) {
        for (struct use *u = b != except ? b->uses : NULL; u; u = u->next) {
            reads |= u->read && ((struct mtl_texture *)u->object)->rendered;
        }
    }
    pthread_mutex_unlock(&gpu_lock);
    return reads;
}

/* JavaFX waits for its buffers for ever, so a wait may only be for what is sure to come. */
static void judge_events(struct buffer *b) {
    for (struct command *c = b->commands; c; c = c->next) {
        if (c->event && c->wait) {
            if (!mtl_event_promised(c->event, c->value)) {
                sim_offence("commit: waits for value %lu of MTLSharedEvent %p, which no committed work signals",
                            (unsigned long)c->value, (void *)c->event);
            }
        } else if (c->event) {
            if (has_open_reads(b->queue, b)) {
                sim_offence("commit: signals value %lu of MTLSharedEvent %p before JavaFX's own command buffer, which reads "
                            "Vulkan's image, has been committed", (unsigned long)c->value, (void *)c->event);
            }
            mtl_event_promise(c->event, c->value);
        }
    }
}

void mtl_commit(id buffer) {
    struct buffer *b = encodable(buffer, "commit");
    if (!b) {
        return;
    }
    judge_events(b);
    sim_retain(buffer); /* the queue's */
    gpu_commit(engine(b->queue), b);
}

void mtl_wait_until_completed(id buffer) {
    if (!sim_is(buffer, &buffer_class)) {
        sim_offence("waitUntilCompleted: %p is not a live MTLCommandBuffer", (void *)buffer);
        return;
    }
    struct buffer *b = (struct buffer *)sim_retain(buffer);
    pthread_mutex_lock(&gpu_lock);
    bool committed = b->status != NOT_ENQUEUED;
    while (committed && b->status != COMPLETED) {
        pthread_cond_wait(&gpu_changed, &gpu_lock);
    }
    pthread_mutex_unlock(&gpu_lock);
    if (!committed) {
        sim_offence("waitUntilCompleted: MTLCommandBuffer %p has not been committed", (void *)buffer);
    }
    sim_release(buffer);
}

static void buffer_dealloc(id self) {
    struct buffer *b = (struct buffer *)self;
    if (status(b) == NOT_ENQUEUED) {
        gpu_close(engine(b->queue), b);
        gpu_free_commands(b);
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

static const struct sim_class buffer_class = {"MTLCommandBuffer", sizeof(struct buffer), buffer_dealloc,
                                              buffer_methods};
