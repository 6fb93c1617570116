/*
 * The GPU: what Metal's objects (metal/) hand to it, and the threads that execute it. C; any thread unless it is said.
 *
 *   gpu.c      queues: a thread for each executes command buffers in the order of commits
 *   buffer.c   command buffers, as they are encoded and committed
 *   event.c    shared events
 *   order.c    who may know of what: two queues that use a texture without an order between them are an offence
 *   draw.c     JavaFX's draws: from buffers and argument buffers to what raster.c wants
 *   raster.c   quads into pixels
 *   shade.c    which program a fragment function's name means, Prism's own programs, sampling
 *   shade_effects.c   the programs of effects
 */
#ifndef MACSIM_GPU_H
#define MACSIM_GPU_H

#include "../objc/objc.h"

#include <pthread.h>

/* ---- order: how far each queue has come, as far as somebody can know */

enum { GPU_QUEUES = 64 }; /* at a time */

struct gpu_clock {
    uint64_t at[GPU_QUEUES];
};

struct gpu_event;
struct gpu_history; /* of a texture: who wrote and read it last */

/* ---- textures */

enum {
    MTL_PIXEL_FORMAT_A8 = 1,
    MTL_PIXEL_FORMAT_RGBA8 = 70,
    MTL_PIXEL_FORMAT_BGRA8 = 80,
    MTL_PIXEL_FORMAT_RGBA32F = 125
};
enum { MTL_USAGE_SHADER_READ = 1, MTL_USAGE_SHADER_WRITE = 2, MTL_USAGE_RENDER_TARGET = 4 };
enum { MTL_STORAGE_SHARED = 0, MTL_STORAGE_MANAGED = 1, MTL_STORAGE_PRIVATE = 2, MTL_STORAGE_MEMORYLESS = 3 };

struct gpu_texture {
    id object; /* the MTLTexture */
    struct gpu_texture *root; /* whose memory this is: itself, or that of which it is a view */
    uint32_t width, height, pixel_format, usage, storage_mode;
    size_t pixel_bytes, row_bytes, slice_bytes, bytes;
    uint8_t *pixels;          /* row 0 on top; touched in the order of commands only, unless the storage is shared */
    _Atomic uint64_t sampled; /* how often shaders have fetched from it */
    struct gpu_history *history; /* of a root; NULL until it is used */
};

/* By commands as they are executed: who uses a texture. */
void gpu_reads(struct gpu_texture *texture);
void gpu_writes(struct gpu_texture *texture);
bool gpu_is_others(const struct gpu_texture *texture, int slot); /* last written by another queue; under the lock */
void gpu_forget_history(struct gpu_texture *texture); /* when the texture goes */

/* ---- queues and command buffers */

/* MTLCommandBufferStatus */
enum gpu_status { GPU_NOT_ENQUEUED = 0, GPU_COMMITTED = 2, GPU_SCHEDULED = 3, GPU_COMPLETED = 4 };

struct gpu_queue;
struct gpu_buffer;

struct gpu_queue *gpu_new_queue(void);
void gpu_name_queue(struct gpu_queue *queue, const char *name); /* for messages; NULL: none */
void gpu_end_queue(struct gpu_queue *queue);                    /* nobody will commit to it */

/* Blocks while too many of the queue have not completed. The object is the MTLCommandBuffer, which owns it. */
struct gpu_buffer *gpu_new_buffer(struct gpu_queue *queue, id object, bool unretained);
void gpu_free_buffer(struct gpu_buffer *buffer);
enum gpu_status gpu_status(struct gpu_buffer *buffer);
void gpu_encode(struct gpu_buffer *buffer, void (^command)(void));
/* Keeps an object alive until the buffer has completed; not where references are unretained: then it has to live. */
void gpu_use(struct gpu_buffer *buffer, id object);
/* As it is encoded: a texture will be read. A signal may not be committed before this buffer is. */
void gpu_will_read(struct gpu_buffer *buffer, struct gpu_texture *texture);
void gpu_signal(struct gpu_buffer *buffer, struct gpu_event *event, uint64_t value);
void gpu_wait(struct gpu_buffer *buffer, struct gpu_event *event, uint64_t value);
void gpu_when_scheduled(struct gpu_buffer *buffer, void (^handler)(id));
void gpu_when_completed(struct gpu_buffer *buffer, void (^handler)(id));
void gpu_commit(struct gpu_buffer *buffer); /* retains the object until the buffer has completed */
void gpu_await(struct gpu_buffer *buffer);  /* until its handlers have run */

/* ---- shared events */

struct gpu_event {
    id object;
    uint64_t value, promised; /* promised: the greatest that work committed so far will signal */
    struct gpu_clock clock;   /* what who signalled it knew */
    void (*signalled)(id object, uint64_t value); /* called after a change */
    /* where the value is kept elsewhere, by a Vulkan timeline */
    void *context;
    uint64_t (*get)(void *context);
    void (*set)(void *context, uint64_t value);
};

uint64_t gpu_event_value(struct gpu_event *event); /* whoever asks knows then what had happened before */
void gpu_event_signal(struct gpu_event *event, uint64_t value); /* by the CPU or, when executing, by the queue */
bool gpu_event_await(struct gpu_event *event, uint64_t value, int64_t millis); /* by the CPU; negative: for ever */

/* ---- shared by the files of this folder */

extern pthread_mutex_t gpu_lock; /* of every queue, buffer, event and clock */
extern pthread_cond_t gpu_changed;
void gpu_wait_for_change(void);    /* under the lock; at most a millisecond, as linked events change without a wake */
bool gpu_impatient(int64_t since); /* under the lock */
int64_t gpu_millis(void);

/* Under the lock: what the thread that calls knows, the executing queue's or else the CPU's. */
struct gpu_clock *gpu_clock_here(void);
void gpu_clock_join(struct gpu_clock *clock, const struct gpu_clock *other);
extern struct gpu_clock gpu_cpu_clock;
int gpu_take_slot(void);
void gpu_give_slot(int slot, const struct gpu_clock *clock);

struct gpu_executing { /* of this thread; NULL outside of commands */
    int slot;
    struct gpu_clock *clock;
    const char *queue_name;
};
extern _Thread_local struct gpu_executing *gpu_executing;

/* ---- draws */

struct gpu_program; /* what a fragment function's name means, and where its arguments are */

/* Of JavaFX's shader library; the same for the same name; NULL, an offence, for one that is not simulated. */
const struct gpu_program *gpu_program_named(const char *name);
/* JavaFX's own tables of the arguments of its shaders: NSDictionary *f(NSString *name). */
void gpu_use_tables(id (*prism)(id name), id (*decora)(id name));

struct gpu_pass { /* a render encoder's, for its commands */
    struct gpu_texture *target;
    id *resident; /* what useResource has named so far */
    size_t resident_count, resident_capacity;
};
void gpu_make_resident(struct gpu_pass *pass, id resource);

struct gpu_draw {
    struct gpu_pass *pass;
    const struct gpu_program *program;
    int32_t x, y, width, height; /* the scissor */
    float matrix[16];
    int source_factor, destination_factor; /* MTLBlendFactor */
    int32_t quads;
    const uint8_t *vertices, *colors, *arguments; /* in buffers: read when it is executed */
    struct {
        bool linear;
        int wrap;
    } samplers[4];
};
void gpu_draw(const struct gpu_draw *draw);
/* Within the scissor, without blending: what clearFF does, and a load action. */
void gpu_fill(struct gpu_texture *target, int32_t x, int32_t y, int32_t width, int32_t height, const double color[4]);

#endif
