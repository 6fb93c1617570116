/*
 * libdispatch, as far as the vendors import it, and for Metal's listeners: queues and data; the rest is in
 * dispatch_wait.m.
 *
 * A serial queue has a thread of its own, from its first block to its end, which takes the blocks in order. It ends
 * when the queue is freed and all blocks are done. Blocks of the global queue have a thread each. There is no main
 * queue: nothing here runs an NSApplication.
 */
#import "../foundation/Foundation.h"
#include "shim.h"

#include <stdlib.h>
#include <string.h>

typedef void (^block_t)(void);

/* ---- what a serial queue does; it outlives the queue until its thread ends */

struct work { /* freed by the queue's thread */
    struct work *next;
    void *block;     /* a copy; NULL: of dispatch_sync, whose caller runs it while the queue stands still */
    bool came, done; /* of dispatch_sync: its turn */
};

struct executor {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* whatever of all below */
    struct work *first, **last;
    bool started, ending;
    char name[16]; /* of the thread, at most what Linux takes */
};

static __thread struct executor *current; /* whose thread this is */

static void free_executor(struct executor *executor) {
    pthread_cond_destroy(&executor->changed);
    pthread_mutex_destroy(&executor->lock);
    free(executor);
}

static void run_block(void *block) {
    @autoreleasepool {
        ((block_t)block)();
    }
    _Block_release(block);
}

/* Under the lock, which is free meanwhile. */
static void run(struct executor *executor, struct work *work) {
    if (work->block) {
        pthread_mutex_unlock(&executor->lock);
        run_block(work->block);
        pthread_mutex_lock(&executor->lock);
    } else {
        work->came = true;
        pthread_cond_broadcast(&executor->changed);
        while (!work->done) {
            pthread_cond_wait(&executor->changed, &executor->lock);
        }
    }
    free(work);
}

static void *run_all(void *argument) {
    struct executor *executor = argument;
    pthread_setname_np(pthread_self(), executor->name);
    current = executor;
    pthread_mutex_lock(&executor->lock);
    while (executor->first || !executor->ending) {
        struct work *work = executor->first;
        if (!work) {
            pthread_cond_wait(&executor->changed, &executor->lock);
            continue;
        }
        executor->first = work->next;
        if (!executor->first) {
            executor->last = &executor->first;
        }
        run(executor, work);
    }
    pthread_mutex_unlock(&executor->lock);
    free_executor(executor);
    return NULL;
}

static void start_thread(void *(*function)(void *), void *argument) {
    pthread_t thread;
    int error = pthread_create(&thread, NULL, function, argument);
    if (error) {
        foundation_raise("no thread for a dispatch queue: %s", strerror(error));
    }
    pthread_detach(thread);
}

/* Under the lock. */
static struct work *add_work(struct executor *executor, void *block) {
    struct work *work = calloc(1, sizeof *work);
    work->block = block;
    *executor->last = work;
    executor->last = &work->next;
    if (!executor->started) {
        executor->started = true;
        start_thread(run_all, executor);
    }
    pthread_cond_broadcast(&executor->changed);
    return work;
}

/* ---- queues */

@interface OS_dispatch_queue : NSObject
@end

@interface OS_dispatch_queue (Running) /* what each kind has */
- (void)async:(void *)block;
- (void)sync:(void *)block;
@end

@implementation OS_dispatch_queue
@end

@interface OS_dispatch_queue_serial : OS_dispatch_queue {
    struct executor *executor;
}
- (instancetype)initWithLabel:(const char *)label;
@end

@implementation OS_dispatch_queue_serial

- (instancetype)initWithLabel:(const char *)label {
    executor = calloc(1, sizeof *executor);
    pthread_mutex_init(&executor->lock, NULL);
    pthread_cond_init(&executor->changed, NULL);
    executor->last = &executor->first;
    snprintf(executor->name, sizeof executor->name, "%s", label && *label ? label : "dispatch queue");
    return self;
}

- (void)dealloc {
    pthread_mutex_lock(&executor->lock);
    bool started = executor->started;
    executor->ending = true;
    pthread_cond_broadcast(&executor->changed);
    pthread_mutex_unlock(&executor->lock);
    if (!started) {
        free_executor(executor);
    }
    [super dealloc];
}

- (void)async:(void *)block {
    pthread_mutex_lock(&executor->lock);
    add_work(executor, _Block_copy(block));
    pthread_mutex_unlock(&executor->lock);
}

/* Runs on the caller's thread and in its pool, as Apple's does. */
- (void)sync:(void *)block {
    if (current == executor) {
        foundation_raise("dispatch_sync on the queue that it is called from: that would last for ever");
    }
    struct executor *mine = executor; /* should the block free the queue */
    pthread_mutex_lock(&mine->lock);
    struct work *work = add_work(mine, NULL);
    while (!work->came) {
        pthread_cond_wait(&mine->changed, &mine->lock);
    }
    pthread_mutex_unlock(&mine->lock);
    ((block_t)block)();
    pthread_mutex_lock(&mine->lock);
    work->done = true;
    pthread_cond_broadcast(&mine->changed);
    pthread_mutex_unlock(&mine->lock);
}

@end

/* The global one, which is concurrent and stays. */
@interface OS_dispatch_queue_global : OS_dispatch_queue
@end

static OS_dispatch_queue_global *global_queue;

static void *run_one(void *block) {
    pthread_setname_np(pthread_self(), "dispatch global");
    run_block(block);
    return NULL;
}

@implementation OS_dispatch_queue_global

+ (void)load {
    global_queue = [[self alloc] init];
}

- (void)async:(void *)block {
    start_thread(run_one, _Block_copy(block));
}

- (void)sync:(void *)block {
    ((block_t)block)();
}

@end

/* The main one: only its address is there to be imported. */
@interface OS_dispatch_queue_main : OS_dispatch_queue
@end

@implementation OS_dispatch_queue_main

- (void)async:(void *)block {
    foundation_raise("dispatch_async on the main queue: there is none");
}

- (void)sync:(void *)block {
    foundation_raise("dispatch_sync on the main queue: there is none");
}

@end

extern char main_queue_class[] __asm__("OBJC_CLASS_$_OS_dispatch_queue_main");
static void *main_queue[] = {main_queue_class};

static id queue_create(const char *label, const void *attributes) {
    if (attributes) {
        foundation_raise("dispatch_queue_create: only serial queues are simulated");
    }
    return [[OS_dispatch_queue_serial alloc] initWithLabel:label];
}

/* The attributes of a serial queue: its class of service makes no difference. */
static void *queue_attr_make_with_qos_class(const void *attributes, unsigned int qos, int priority) {
    if (attributes) {
        foundation_raise("dispatch_queue_attr_make_with_qos_class: only serial queues are simulated");
    }
    return NULL;
}

static id get_global_queue(intptr_t identifier, uintptr_t flags) {
    return global_queue;
}

id dispatch_new_queue(const char *label) {
    return queue_create(label, NULL);
}

void dispatch_block(id queue, void *block) {
    if (objc_alive(queue, "dispatch_async")) {
        [(OS_dispatch_queue *)queue async:block];
    }
}

static void queue_sync(id queue, void *block) {
    if (objc_alive(queue, "dispatch_sync")) {
        [(OS_dispatch_queue *)queue sync:block];
    }
}

SHIM(_dispatch_main_q, main_queue);
SHIM(dispatch_queue_create, queue_create);
SHIM(dispatch_queue_attr_make_with_qos_class, queue_attr_make_with_qos_class);
SHIM(dispatch_get_global_queue, get_global_queue);
SHIM(dispatch_async, dispatch_block);
SHIM(dispatch_sync, queue_sync);

/* ---- owners: unlike messages, these do not take NULL */

static void retain_object(id object) {
    if (object != global_queue && objc_alive(object, "dispatch_retain")) {
        objc_retain_for(object, __builtin_return_address(0));
    }
}

static void release_object(id object) {
    if (object != global_queue && objc_alive(object, "dispatch_release")) {
        objc_release_for(object, __builtin_return_address(0));
    }
}

SHIM(dispatch_retain, retain_object);
SHIM(dispatch_release, release_object);

/* ---- data: NSData to whoever asks */

@interface OS_dispatch_data : NSData {
    void *destructor; /* a block, or NULL where the bytes are a copy */
    id queue;
}
- (instancetype)initWithBytes:(const void *)from length:(NSUInteger)size queue:(id)where destructor:(void *)block;
@end

@implementation OS_dispatch_data

/* With a destructor the bytes stay the caller's until it is called. */
- (instancetype)initWithBytes:(const void *)from length:(NSUInteger)size queue:(id)where destructor:(void *)block {
    if (!block) {
        return [super initWithBytes:from length:size];
    }
    bytes = from;
    length = size;
    destructor = _Block_copy(block);
    queue = [where ? where : global_queue retain];
    return self;
}

- (void)dealloc {
    if (destructor) {
        bytes = NULL;
        dispatch_block(queue, destructor);
        _Block_release(destructor);
        [queue release];
    }
    [super dealloc];
}

@end

static id data_create(const void *bytes, size_t length, id queue, void *destructor) {
    return [[OS_dispatch_data alloc] initWithBytes:bytes length:length queue:queue destructor:destructor];
}

SHIM(dispatch_data_create, data_create);
