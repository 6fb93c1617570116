/*
 * Shared events. What notifyListener: leaves on an event stays until the value comes, as nothing takes it away: so a
 * wait by a listener that gives up leaves its block behind, and who made it has to live as long.
 */
#import "Metal.h"

#include <stdlib.h>

@interface MTLSharedEventListener : NSObject
OBJECT_PROPERTY(dispatchQueue)
@end

@implementation MTLSharedEventListener
- (id)init {
    self.dispatchQueue = [dispatch_new_queue("MTLSharedEventListener") autorelease];
    return self;
}

- (id)initWithDispatchQueue:(id)queue {
    self.dispatchQueue = queue;
    return self;
}
@end

struct note {
    struct note *next;
    uint64_t value;
    void (^block)(id, uint64_t);
    MTLSharedEventListener *listener; /* owned */
    uint64_t wait;                    /* number of the vkWaitSemaphores that made it; 0 when none did */
    uint64_t semaphore;               /* a VkSemaphore that it waits for */
    bool destroyed;                   /* the semaphore was */
};

static pthread_mutex_t notes_lock = PTHREAD_MUTEX_INITIALIZER;

/* Every event that has notes, for the questions of the Vulkan driver's side; under the lock. */
static MTLSharedEvent *noted[1024];
static size_t noted_count;

static _Thread_local struct {
    uint64_t number; /* 0 outside */
    uint32_t count, noted;
    const uint64_t *semaphores;
} waiting;

/* Under the lock. */
static void remember(MTLSharedEvent *event) {
    for (size_t i = 0; i < noted_count; i++) {
        if (noted[i] == event) {
            return;
        }
    }
    if (noted_count < sizeof noted / sizeof *noted) {
        noted[noted_count++] = event;
    } else {
        sim_offence("more than %zu events with listeners: what waits leave on the others is not known", noted_count);
    }
}

/* Under the lock. */
static void forget(MTLSharedEvent *event) {
    for (size_t i = 0; i < noted_count; i++) {
        if (noted[i] == event) {
            noted[i] = noted[--noted_count];
            return;
        }
    }
}

static void free_note(struct note *note) {
    _Block_release(note->block);
    [note->listener release];
    free(note);
}

static void fire(MTLSharedEvent *event, struct note *note, uint64_t value) {
    if (note->destroyed) {
        sim_offence("a block that vkWaitSemaphores left on MTLSharedEvent %p fires after its VkSemaphore was destroyed",
                    (void *)event);
    }
    void (^block)(id, uint64_t) = note->block;
    dispatch_block(note->listener.dispatchQueue, (void *)^{
        gpu_event_value(&event->gpu); /* the CPU knows now */
        block(event, value);
    });
    free_note(note);
}

static void signalled(id object, uint64_t value) {
    MTLSharedEvent *event = object;
    struct note *due = NULL;
    pthread_mutex_lock(&notes_lock);
    for (struct note **at = &event->notes; *at;) {
        struct note *note = *at;
        if (note->value <= value) {
            *at = note->next;
            note->next = due;
            due = note;
        } else {
            at = &note->next;
        }
    }
    if (!event->notes) {
        forget(event);
    }
    pthread_mutex_unlock(&notes_lock);
    while (due) {
        struct note *note = due;
        due = note->next;
        fire(event, note, value);
    }
}

@implementation MTLSharedEvent
- (id)init {
    gpu.object = self;
    gpu.signalled = signalled;
    return self;
}

- (uint64_t)signaledValue {
    return gpu_event_value(&gpu);
}

- (void)setSignaledValue:(uint64_t)value {
    gpu_event_signal(&gpu, value);
}

- (BOOL)waitUntilSignaledValue:(uint64_t)value timeoutMS:(uint64_t)millis {
    return gpu_event_await(&gpu, value, millis > INT64_MAX ? -1 : (int64_t)millis);
}

- (void)notifyListener:(MTLSharedEventListener *)listener
               atValue:(uint64_t)value
                 block:(void (^)(id, uint64_t))block {
    struct note *note = calloc(1, sizeof *note);
    note->value = value;
    note->block = _Block_copy(block);
    note->listener = [listener retain];
    if (waiting.number) {
        note->wait = waiting.number;
        note->semaphore = waiting.noted < waiting.count ? waiting.semaphores[waiting.noted++] : 0;
    }
    pthread_mutex_lock(&notes_lock);
    note->next = notes;
    notes = note;
    remember(self);
    pthread_mutex_unlock(&notes_lock);
    uint64_t reached = gpu_event_value(&gpu);
    if (reached >= value) {
        signalled(self, reached);
    }
}

- (id)device {
    return device;
}

- (void)dealloc {
    pthread_mutex_lock(&notes_lock);
    forget(self);
    pthread_mutex_unlock(&notes_lock);
    while (notes) {
        struct note *note = notes;
        notes = note->next;
        free_note(note);
    }
    if (drop) {
        drop();
        _Block_release(drop);
    }
    [super dealloc];
}
@end

id mtl_make_event(id device) {
    MTLSharedEvent *event = [MTLSharedEvent new];
    event->device = device;
    return event;
}

id mtl_new_event(void) {
    return mtl_make_event(mtl_system_device());
}

id mtl_new_linked_event(void *context, uint64_t (*get)(void *), void (*set)(void *, uint64_t), void (*drop)(void *)) {
    MTLSharedEvent *event = mtl_new_event();
    event->gpu.context = context;
    event->gpu.get = get;
    event->gpu.set = set;
    event->drop = _Block_copy(^{
        drop(context);
    });
    return event;
}

/* ---- what vkWaitSemaphores leaves */

void mtl_wait_begins(uint32_t count, const uint64_t *semaphores) {
    static _Atomic uint64_t numbers;
    waiting.number = ++numbers;
    waiting.count = count;
    waiting.noted = 0;
    waiting.semaphores = semaphores;
}

void mtl_wait_ends(bool timed_out) {
    uint64_t number = waiting.number;
    void *left_on = NULL;
    waiting.number = 0;
    pthread_mutex_lock(&notes_lock);
    for (size_t i = 0; timed_out && i < noted_count && !left_on; i++) {
        for (struct note *note = noted[i]->notes; note && !left_on; note = note->next) {
            left_on = note->wait == number ? noted[i] : NULL;
        }
    }
    pthread_mutex_unlock(&notes_lock);
    if (left_on) {
        sim_offence("vkWaitSemaphores that timed out leaves a listener and its block on MTLSharedEvent %p", left_on);
    }
}

void mtl_semaphore_destroyed(uint64_t semaphore) {
    pthread_mutex_lock(&notes_lock);
    for (size_t i = 0; i < noted_count; i++) {
        for (struct note *note = noted[i]->notes; note; note = note->next) {
            note->destroyed |= note->semaphore && note->semaphore == semaphore;
        }
    }
    pthread_mutex_unlock(&notes_lock);
}
