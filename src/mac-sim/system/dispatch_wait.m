/* Of libdispatch: dispatch_once and semaphores. */
#import "../foundation/Foundation.h"
#include "shim.h"

#include <time.h>

/* ---- once */

enum { ONCE_NOT_YET = 0, ONCE_RUNNING = 1, ONCE_DONE = -1 }; /* done: compiled code looks for it by itself */

static pthread_mutex_t once_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t once_changed = PTHREAD_COND_INITIALIZER;

static void once_f(intptr_t *predicate, void *context, void (*function)(void *)) {
    if (__atomic_load_n(predicate, __ATOMIC_ACQUIRE) == ONCE_DONE) {
        return;
    }
    pthread_mutex_lock(&once_lock);
    while (*predicate == ONCE_RUNNING) {
        pthread_cond_wait(&once_changed, &once_lock);
    }
    if (*predicate == ONCE_NOT_YET) {
        __atomic_store_n(predicate, ONCE_RUNNING, __ATOMIC_RELAXED);
        pthread_mutex_unlock(&once_lock);
        function(context);
        pthread_mutex_lock(&once_lock);
        __atomic_store_n(predicate, ONCE_DONE, __ATOMIC_RELEASE);
        pthread_cond_broadcast(&once_changed);
    }
    pthread_mutex_unlock(&once_lock);
}

SHIM(dispatch_once_f, once_f);

/* ---- semaphores */

enum { TIMED_OUT = 49 }; /* Mach's KERN_OPERATION_TIMED_OUT */
static const uint64_t FOREVER = UINT64_MAX;

@interface OS_dispatch_semaphore : NSObject {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    intptr_t value, first_value, waiters;
}
- (instancetype)initWithValue:(intptr_t)first;
- (intptr_t)signal;
- (intptr_t)wait:(uint64_t)until;
@end

@implementation OS_dispatch_semaphore

- (instancetype)initWithValue:(intptr_t)first {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&lock, NULL);
    pthread_cond_init(&changed, &attributes);
    pthread_condattr_destroy(&attributes);
    value = first;
    first_value = first;
    return self;
}

- (void)dealloc {
    if (value < first_value) { /* libdispatch ends the process */
        sim_offence("semaphore %p was freed while in use: it is %ld, and was %ld at first", (void *)self, value,
                    first_value);
    }
    pthread_cond_destroy(&changed);
    pthread_mutex_destroy(&lock);
    [super dealloc];
}

- (intptr_t)signal {
    pthread_mutex_lock(&lock);
    value++;
    intptr_t woken = waiters > 0;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return woken;
}

/* Until a time of mach_absolute_time, which is Linux's monotonic clock; 0 is now. */
- (intptr_t)wait:(uint64_t)until {
    static const uint64_t SECOND = 1000000000;
    struct timespec time = {(time_t)(until / SECOND), (long)(until % SECOND)};
    int error = 0;
    pthread_mutex_lock(&lock);
    waiters++;
    while (value <= 0 && !error) {
        if (until == FOREVER) {
            error = pthread_cond_wait(&changed, &lock);
        } else {
            error = pthread_cond_timedwait(&changed, &lock, &time);
        }
    }
    waiters--;
    bool taken = value > 0;
    value -= taken;
    pthread_mutex_unlock(&lock);
    return taken ? 0 : TIMED_OUT;
}

@end

static id semaphore_create(intptr_t value) {
    return value < 0 ? nil : [[OS_dispatch_semaphore alloc] initWithValue:value];
}

static intptr_t semaphore_signal(id semaphore) {
    return objc_alive(semaphore, "dispatch_semaphore_signal") ? [(OS_dispatch_semaphore *)semaphore signal] : 0;
}

static intptr_t semaphore_wait(id semaphore, uint64_t until) {
    return objc_alive(semaphore, "dispatch_semaphore_wait") ? [(OS_dispatch_semaphore *)semaphore wait:until] : 0;
}

SHIM(dispatch_semaphore_create, semaphore_create);
SHIM(dispatch_semaphore_signal, semaphore_signal);
SHIM(dispatch_semaphore_wait, semaphore_wait);
