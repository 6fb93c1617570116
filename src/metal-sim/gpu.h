/* What the "GPU" threads of gpu.c and the objects of command_buffer.c know of each other. */
#ifndef VKFX_GPU_H
#define VKFX_GPU_H

#include "metal.h"

#include <pthread.h>

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
    bool read; /* a texture whose pixels are read */
};

struct buffer {
    struct sim_object object;
    id queue, label;
    bool unretained;
    enum status status; /* under the lock */
    struct command *commands, **last_command;
    struct use *uses;
    struct buffer *next; /* of the queue's committed or, before, its open buffers; under the lock */
};

struct engine { /* of a queue, for its thread, which frees it */
    struct buffer *committed, **last_committed;
    struct buffer *open; /* made and not committed; not owned */
    int buffers; /* made and not completed */
    uint64_t random;
    bool ended;
};

/* Of every engine and every status; gpu_changed says that one of them, or maybe an event, has changed. */
extern pthread_mutex_t gpu_lock;
extern pthread_cond_t gpu_changed;

struct engine *gpu_new_engine(void);
void gpu_end(struct engine *engine);                             /* nobody will commit to it */
void gpu_open(struct engine *engine, struct buffer *buffer);     /* a new buffer, until it is committed or closed */
void gpu_close(struct engine *engine, struct buffer *buffer);
void gpu_commit(struct engine *engine, struct buffer *buffer);   /* takes over a retain of the buffer */
void gpu_free_commands(struct buffer *buffer);
void gpu_wait_for_change(void);    /* under the lock; at most a millisecond, as linked events change without a wake */
bool gpu_impatient(int64_t since); /* under the lock */
int64_t gpu_millis(void);

#endif
