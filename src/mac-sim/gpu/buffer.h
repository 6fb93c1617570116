/* What gpu.c and buffer.c know of queues and command buffers. */
#ifndef MACSIM_BUFFER_H
#define MACSIM_BUFFER_H

#include "gpu.h"

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

/* This thread runs a buffer's handlers, by which nobody orders textures: see order.c. */
extern _Thread_local bool gpu_handling;
extern int64_t gpu_pending; /* committed, not completed; under the lock */

void gpu_free_commands(struct gpu_buffer *buffer); /* and what they use */
void gpu_free_handlers(struct handler **list);

#endif
