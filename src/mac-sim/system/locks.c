/*
 * Locks whose layouts differ from Linux's: os_unfair_lock, and libc++'s mutex and condition variable, which are
 * pthread's. All of them may lie in zeroed or statically initialised memory, are of the vendors', and are never
 * destroyed by us.
 */
#include "../loader/image.h"
#include "shim.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long futex(void *word, int operation, uint32_t value, const struct timespec *until) {
    return syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, until, NULL, FUTEX_BITSET_MATCH_ANY);
}

/* ---- os_unfair_lock: 4 bytes, here the thread that holds it, and whether others wait */

static const uint32_t WAITERS = 0x80000000;

static uint32_t this_thread(void) {
    static _Thread_local uint32_t number;
    number = number ? number : (uint32_t)syscall(SYS_gettid);
    return number;
}

static void mac_unfair_lock(_Atomic uint32_t *lock) {
    uint32_t seen = 0, mine = this_thread();
    if (atomic_compare_exchange_strong(lock, &seen, mine)) {
        return;
    }
    if ((seen & ~WAITERS) == mine) {
        macho_refuse("os_unfair_lock_lock: the thread holds this lock already");
    }
    for (;;) {
        if (!seen) {
            /* Others may wait besides: nobody knows, so it is said that they do. */
            if (atomic_compare_exchange_strong(lock, &seen, mine | WAITERS)) {
                return;
            }
        } else if (seen & WAITERS || atomic_compare_exchange_strong(lock, &seen, seen | WAITERS)) {
            futex((void *)lock, FUTEX_WAIT, seen | WAITERS, NULL);
            seen = atomic_load(lock);
        }
    }
}
SHIM(os_unfair_lock_lock, mac_unfair_lock);

static void mac_unfair_unlock(_Atomic uint32_t *lock) {
    uint32_t seen = atomic_exchange(lock, 0);
    if ((seen & ~WAITERS) != this_thread()) {
        macho_refuse("os_unfair_lock_unlock: the thread does not hold this lock");
    }
    if (seen & WAITERS) {
        futex((void *)lock, FUTEX_WAKE, 1, NULL);
    }
}
SHIM(os_unfair_lock_unlock, mac_unfair_unlock);

/* ---- std::mutex: 64 bytes, zero but for a signature; a zeroed mutex of Linux's fits in behind that */

struct mac_mutex {
    uint64_t signature;
    pthread_mutex_t mutex;
    char rest[56 - sizeof(pthread_mutex_t)];
};
_Static_assert(sizeof(struct mac_mutex) == 64, "Apple's pthread_mutex_t");

static void mutex_lock(struct mac_mutex *m) {
    int error = pthread_mutex_lock(&m->mutex);
    if (error) {
        macho_refuse("std::mutex::lock fails: error %d", error);
    }
}
SHIM(_ZNSt3__15mutex4lockEv, mutex_lock);

static bool mutex_try_lock(struct mac_mutex *m) {
    return !pthread_mutex_trylock(&m->mutex);
}
SHIM(_ZNSt3__15mutex8try_lockEv, mutex_try_lock);

static void mutex_unlock(struct mac_mutex *m) {
    pthread_mutex_unlock(&m->mutex);
}
SHIM(_ZNSt3__15mutex6unlockEv, mutex_unlock);

static void no_destructor(void *object) {
    (void)object;
}
SHIM(_ZNSt3__15mutexD1Ev, no_destructor);

/* ---- std::condition_variable: 48 bytes, of which the 4 behind the signature count the notifications */

struct mac_condition {
    uint64_t signature;
    _Atomic uint32_t notified;
    char rest[36];
};
_Static_assert(sizeof(struct mac_condition) == 48, "Apple's pthread_cond_t");

struct unique_lock {
    struct mac_mutex *mutex;
    bool owns;
};

/* Spurious wakes are allowed. The count is read before the mutex is given up, so no notification is missed. */
static void wait(struct mac_condition *c, struct unique_lock *lock, const struct timespec *until) {
    uint32_t seen = atomic_load(&c->notified);
    pthread_mutex_unlock(&lock->mutex->mutex);
    futex((void *)&c->notified, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, seen, until);
    pthread_mutex_lock(&lock->mutex->mutex);
}

static void condition_wait(struct mac_condition *c, struct unique_lock *lock) {
    wait(c, lock, NULL);
}
SHIM(_ZNSt3__118condition_variable4waitERNS_11unique_lockINS_5mutexEEE, condition_wait);

/* Until a time of the system clock in nanoseconds. */
static void condition_wait_until(struct mac_condition *c, struct unique_lock *lock, int64_t nanoseconds) {
    nanoseconds = nanoseconds > 0 ? nanoseconds : 0;
    struct timespec until = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    wait(c, lock, &until);
}
SHIM(_ZNSt3__118condition_variable15__do_timed_waitERNS_11unique_lockINS_5mutexEEENS_6chrono10time_pointINS5_12system_clockENS5_8durationIxNS_5ratioILl1ELl1000000000EEEEEEE,
     condition_wait_until);

static void condition_notify(struct mac_condition *c, uint32_t waiters) {
    atomic_fetch_add(&c->notified, 1);
    futex((void *)&c->notified, FUTEX_WAKE, waiters, NULL);
}

static void condition_notify_one(struct mac_condition *c) {
    condition_notify(c, 1);
}
SHIM(_ZNSt3__118condition_variable10notify_oneEv, condition_notify_one);

static void condition_notify_all(struct mac_condition *c) {
    condition_notify(c, INT_MAX);
}
SHIM(_ZNSt3__118condition_variable10notify_allEv, condition_notify_all);
SHIM(_ZNSt3__118condition_variableD1Ev, no_destructor);
