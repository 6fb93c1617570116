/*
 * Who may know of what. Each queue counts its command buffers; a clock says of each queue how far somebody knows it to
 * have come. A queue knows what the CPU knew when the buffer was committed, what an event knew that it waited for, and
 * its own past. The CPU knows what an event knew whose value it asked for, and what a buffer knew that it waited for;
 * not what completed handlers could tell it: nobody orders textures by them here.
 *
 * So a queue that uses a texture must know the last write by another, and a queue that writes it the last reads as
 * well.
 */
#include "gpu.h"

#include <stdlib.h>

struct gpu_history {
    int writer; /* a slot; -1 when nobody has written it */
    uint64_t written;
    uint64_t read[GPU_QUEUES];
    char writer_name[64];
    bool reported;
};

struct gpu_clock gpu_cpu_clock;
static bool taken[GPU_QUEUES];

int gpu_take_slot(void) {
    for (int i = 0; i < GPU_QUEUES; i++) {
        if (!taken[i]) {
            taken[i] = true;
            return i;
        }
    }
    fprintf(stderr, "mac-sim: more than %d queues at a time\n", GPU_QUEUES);
    objc_end_process();
}

/* Who lets go of a queue knows that it has done its work. */
void gpu_give_slot(int slot, const struct gpu_clock *clock) {
    taken[slot] = false;
    gpu_clock_join(&gpu_cpu_clock, clock);
}

void gpu_clock_join(struct gpu_clock *clock, const struct gpu_clock *other) {
    for (int i = 0; i < GPU_QUEUES; i++) {
        clock->at[i] = other->at[i] > clock->at[i] ? other->at[i] : clock->at[i];
    }
}

struct gpu_clock *gpu_clock_here(void) {
    return gpu_executing ? gpu_executing->clock : &gpu_cpu_clock;
}

/* Under the lock. */
static struct gpu_history *history(struct gpu_texture *root) {
    if (!root->history) {
        root->history = calloc(1, sizeof *root->history);
        root->history->writer = -1;
    }
    return root->history;
}

static bool knows(int slot, uint64_t when) {
    return slot == gpu_executing->slot || gpu_executing->clock->at[slot] >= when;
}

static void report(const struct gpu_texture *texture, const char *does, const char *before, const char *who) {
    sim_offence("MTLTexture %p of %u x %u is %s by \"%s\" without an order after it was %s by %s",
                (void *)texture->object, texture->width, texture->height, does, gpu_executing->queue_name, before, who);
}

/* Whether the last write is known; each texture is reported once. */
static bool judge_write(struct gpu_history *h, char *who, size_t size) {
    bool right = h->writer < 0 || knows(h->writer, h->written) || h->reported;
    if (!right) {
        h->reported = true;
        snprintf(who, size, "\"%s\"", h->writer_name);
    }
    return right;
}

void gpu_reads(struct gpu_texture *texture) {
    char who[80] = "";
    pthread_mutex_lock(&gpu_lock);
    struct gpu_history *h = history(texture->root);
    bool right = judge_write(h, who, sizeof who);
    h->read[gpu_executing->slot] = gpu_executing->clock->at[gpu_executing->slot];
    pthread_mutex_unlock(&gpu_lock);
    if (!right) {
        report(texture, "read", "written", who);
    }
}

void gpu_writes(struct gpu_texture *texture) {
    char who[80] = "";
    bool read_before = true;
    pthread_mutex_lock(&gpu_lock);
    struct gpu_history *h = history(texture->root);
    bool right = judge_write(h, who, sizeof who);
    for (int i = 0; i < GPU_QUEUES; i++) {
        read_before &= !h->read[i] || knows(i, h->read[i]) || h->reported;
    }
    h->reported |= !read_before;
    h->writer = gpu_executing->slot;
    h->written = gpu_executing->clock->at[h->writer];
    snprintf(h->writer_name, sizeof h->writer_name, "%s", gpu_executing->queue_name);
    pthread_mutex_unlock(&gpu_lock);
    if (!right) {
        report(texture, "written", "written", who);
    } else if (!read_before) {
        report(texture, "written", "read", "another queue");
    }
}

bool gpu_is_others(const struct gpu_texture *texture, int slot) {
    const struct gpu_history *h = texture->root->history;
    return h && h->writer >= 0 && h->writer != slot;
}

void gpu_forget_history(struct gpu_texture *texture) {
    pthread_mutex_lock(&gpu_lock); /* a commit looks at what open buffers read, and need not retain */
    free(texture->history);
    texture->history = NULL;
    pthread_mutex_unlock(&gpu_lock);
}
