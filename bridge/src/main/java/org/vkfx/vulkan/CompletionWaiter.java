package org.vkfx.vulkan;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.log.Log;

/**
 * Tells when timeline semaphores reach values, and runs housekeeping tasks, on one thread for a device ("vkfx-waiter").
 * The thread sleeps when nothing is awaited. Otherwise it waits inside Vulkan for the oldest semaphore, in slices of a
 * millisecond: a task, a new completion or another semaphore is noticed within that time. (On MoltenVK, and for what is
 * late, it sleeps between looks at the semaphores, see {@link SemaphoreWait}; tasks and new completions wake it.) What
 * it has waited for since five seconds is logged once, because nothing else would tell that it may never come. A wait
 * that fails is tried again, unless the device is lost. Thread-safe.
 */
public final class CompletionWaiter implements AutoCloseable {
    private static final Log LOG = Log.of(CompletionWaiter.class);
    private static final long SLICE_NANOS = 1_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /**
     * What has been awaited for longer is not waited for inside Vulkan: it may never come, and others must not wait
     * with it.
     */
    private static final long PUNCTUAL_NANOS = 100_000_000;
    private static final long LONGEST_RETRY_NANOS = 1_000_000_000;
    /** A failure that was told is not told again for so long. */
    private static final Duration QUIET = Duration.ofMinutes(1);

    /**
     * Something that is complete when a timeline semaphore reaches a value. One of the last two methods is called,
     * once, on the waiter's thread.
     */
    public interface Completion {
        /**
         * Returns the timeline; whoever watches keeps it alive until completed or failed. Asked by watch only.
         *
         * @return the VkSemaphore
         */
        long semaphore();

        /**
         * Returns the value to be reached. Asked by watch only.
         *
         * @return the timeline value
         */
        long value();

        /** The value was reached. For one semaphore, in the order of the calls of {@link CompletionWaiter#watch}. */
        void completed();

        /**
         * The value will never be reached.
         *
         * @param e DEVICE_LOST
         */
        void failed(BridgeException e);

        /**
         * Names what is awaited, for a warning when it takes long. The waiter's thread.
         *
         * @return the beginning of a sentence
         */
        @Override
        String toString();

        /**
         * Says what the application can do about it when it takes long. The waiter's thread.
         *
         * @return the last sentence of the warning
         */
        String remedy();
    }

    private final DeviceContext context;
    private final Executor surround;
    private final Thread thread;
    private final Object lock = new Object();
    private final CompletionList arrived = new CompletionList(); // guarded by lock
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>(); // guarded by lock
    private boolean closing; // guarded by lock
    private boolean ended; // guarded by lock

    // The rest belongs to the thread.
    private final CompletionList pending = new CompletionList();
    private BridgeException lost;
    private boolean callFailed; // in this round of looks, though the device is not lost
    private boolean lookFailed; // this too
    private long retryNanos; // the pause after a round without a look; 0 while there are looks
    private long toldNanos = Long.MIN_VALUE; // when a failure was logged last

    private CompletionWaiter(DeviceContext context, Executor surround) {
        this.context = context;
        this.surround = Objects.requireNonNull(surround);
        this.thread = Thread.ofPlatform().name("vkfx-waiter").daemon().unstarted(this::run);
    }

    /**
     * Starts the thread.
     *
     * @param context the device; it must stay alive until the thread has ended
     * @param surround runs what it is given at once, on the thread itself: all that is done between two looks for work,
     *     not the sleep when there is none
     * @return a waiter
     */
    public static CompletionWaiter start(DeviceContext context, Executor surround) {
        CompletionWaiter waiter = new CompletionWaiter(context, surround);
        waiter.thread.start();
        return waiter;
    }

    /**
     * Awaits a completion. Neither waits nor allocates (but for growth).
     *
     * @param completion told once, on the waiter's thread
     * @throws BridgeException ILLEGAL_STATE after close
     */
    public void watch(Completion completion) {
        long semaphore = completion.semaphore();
        long value = completion.value();
        synchronized (lock) {
            if (closing) {
                throw closed();
            }
            arrived.add(completion, semaphore, value);
        }
        LockSupport.unpark(thread);
    }

    /**
     * Runs a task on the waiter's thread, within about a millisecond, after the tasks submitted before. Also after
     * close, as long as something is pending.
     *
     * @param task the task; what it throws is logged
     * @throws BridgeException ILLEGAL_STATE when the thread has ended
     */
    public void execute(Runnable task) {
        synchronized (lock) {
            if (ended) {
                throw closed();
            }
            tasks.add(task);
        }
        LockSupport.unpark(thread);
    }

    private static BridgeException closed() {
        return new BridgeException(Reason.ILLEGAL_STATE, "This waiter was closed. Start a new one for the device.");
    }

    /**
     * Ends the thread when everything pending is completed or failed and all tasks have run. Idempotent, does not wait.
     */
    @Override
    public void close() {
        synchronized (lock) {
            closing = true;
        }
        LockSupport.unpark(thread);
    }

    /**
     * Waits for the thread to end; not on the thread itself.
     *
     * @param timeout how long to wait
     * @return whether the thread has ended
     * @throws InterruptedException when interrupted
     */
    public boolean awaitTermination(Duration timeout) throws InterruptedException {
        return thread.join(timeout);
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            SemaphoreWait wait = new SemaphoreWait(context, arena);
            Runnable work = () -> work(wait); // made once
            while (awaitWork(wait)) {
                try {
                    surround.execute(work);
                } catch (Throwable e) { // the thread goes on: everything on the device waits for it
                    log(e);
                    LockSupport.parkNanos(this, SLICE_NANOS);
                }
            }
        }
    }

    private void work(SemaphoreWait wait) {
        runTasks();
        if (lost != null) {
            failAll();
        } else if (pending.size() > 0) {
            callFailed = false;
            lookFailed = false;
            int punctual = pending.firstSince(System.nanoTime() - PUNCTUAL_NANOS);
            if (punctual < 0) {
                wait.sleep(Long.MAX_VALUE);
            } else {
                // One semaphore only: Mesa spins when it waits for any of several.
                int result = wait.await(pending.semaphore(punctual), pending.value(punctual),
                        wait.sleeps() ? Long.MAX_VALUE : SLICE_NANOS);
                if (result < 0) {
                    failed("vkWaitSemaphores", result);
                }
            }
            completeReached(wait);
            warnIfLate();
            retryLater(wait);
        }
    }

    /** Takes over what has arrived; sleeps when there is nothing to do. Returns whether to go on. */
    private boolean awaitWork(SemaphoreWait wait) {
        while (true) {
            // Nobody has reason to, what is pending must be told, and sleeping would return at once.
            Thread.interrupted();
            synchronized (lock) {
                if (arrived.size() > 0 || !tasks.isEmpty() || pending.size() > 0) {
                    if (arrived.size() > 0) {
                        wait.restart();
                    }
                    arrived.moveTo(pending);
                    return true;
                }
                if (closing) {
                    ended = true;
                    return false;
                }
            }
            LockSupport.park(this); // whatever has come since makes this return at once
        }
    }

    private void runTasks() {
        Runnable task = nextTask();
        while (task != null) {
            guarded(task);
            task = nextTask();
        }
    }

    private Runnable nextTask() {
        synchronized (lock) {
            return tasks.poll();
        }
    }

    /**
     * Completes what is reached, in order; what comes after an unreached one of the same semaphore is not looked at.
     */
    private void completeReached(SemaphoreWait wait) {
        int i = 0;
        while (i < pending.size()) {
            if (pending.isBehindAnother(i)) {
                i++;
                continue;
            }
            int result = wait.look(pending.semaphore(i));
            if (result < 0) {
                lookFailed = true;
                failed("vkGetSemaphoreCounterValue", result);
                i++;
            } else if (wait.isReached(pending.value(i))) {
                wait.restart();
                completed(pending.remove(i));
            } else {
                i++;
            }
        }
    }

    /** Looks at the oldest one only: what is late behind it has its turn when it is reached. */
    private void warnIfLate() {
        if (pending.size() > 0 && pending.becomesLate(System.nanoTime() - PATIENCE.toNanos())) {
            LOG.warning(pending.completion(0) + " has not completed for " + PATIENCE.toSeconds()
                    + " s: nothing that was submitted has signalled VkSemaphore 0x"
                    + Long.toHexString(pending.semaphore(0)) + " with the value " + pending.value(0)
                    + ". Until then its image is in use, and resizing and closing the view wait for it. "
                    + pending.completion(0).remedy(), null);
        }
    }

    /** A call has failed. Unless the device is lost, the GPU may still be at work, and what is pending stays so. */
    private void failed(String function, int result) {
        BridgeException e = Results.exception(function, result);
        if (result == Results.VK_ERROR_DEVICE_LOST) {
            lost = e;
            failAll();
        } else if (!callFailed) {
            callFailed = true;
            long now = System.nanoTime();
            if (toldNanos == Long.MIN_VALUE || now - toldNanos > QUIET.toNanos()) {
                toldNanos = now;
                LOG.warning(e.getMessage() + " No new frame is shown until it succeeds; it is tried again.", null);
            }
        }
    }

    /** After a failure, sleeps: longer each time when even looks fail. A new task or completion ends the sleep. */
    private void retryLater(SemaphoreWait wait) {
        retryNanos = lookFailed ? Math.clamp(2 * retryNanos, SLICE_NANOS, LONGEST_RETRY_NANOS) : 0;
        if (lookFailed) {
            LockSupport.parkNanos(this, retryNanos);
        } else if (callFailed) {
            wait.sleep(LONGEST_RETRY_NANOS);
        }
    }

    private void failAll() {
        while (pending.size() > 0) {
            failed(pending.remove(0), lost);
        }
    }

    private static void completed(Completion completion) {
        try {
            completion.completed();
        } catch (Throwable e) {
            log(e);
        }
    }

    private static void failed(Completion completion, BridgeException cause) {
        try {
            completion.failed(cause);
        } catch (Throwable e) {
            log(e);
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            log(e);
        }
    }

    private static void log(Throwable t) {
        LOG.error("A callback on the thread vkfx-waiter threw; the thread goes on.", t);
    }

    /** Completions in the order of their arrival, with what they await. */
    private static final class CompletionList {
        private Completion[] completions = new Completion[16];
        private long[] semaphores = new long[16];
        private long[] values = new long[16];
        private long[] arrivals = new long[16]; // System.nanoTime
        private boolean[] late = new boolean[16];
        private int size;

        int size() {
            return size;
        }

        Completion completion(int index) {
            return completions[index];
        }

        long semaphore(int index) {
            return semaphores[index];
        }

        long value(int index) {
            return values[index];
        }

        /** The oldest one that arrived after a time, or -1. They are in the order of arrival. */
        int firstSince(long nanoTime) {
            int i = size;
            while (i > 0 && arrivals[i - 1] - nanoTime > 0) {
                i--;
            }
            return i < size ? i : -1;
        }

        /** Whether the oldest one arrived before a time; true once. */
        boolean becomesLate(long nanoTime) {
            if (late[0] || arrivals[0] - nanoTime > 0) {
                return false;
            }
            late[0] = true;
            return true;
        }

        void add(Completion completion, long semaphore, long value) {
            add(completion, semaphore, value, System.nanoTime());
        }

        private void add(Completion completion, long semaphore, long value, long arrival) {
            if (size == completions.length) {
                completions = Arrays.copyOf(completions, size * 2);
                semaphores = Arrays.copyOf(semaphores, size * 2);
                values = Arrays.copyOf(values, size * 2);
                arrivals = Arrays.copyOf(arrivals, size * 2);
                late = Arrays.copyOf(late, size * 2);
            }
            completions[size] = completion;
            semaphores[size] = semaphore;
            values[size] = value;
            arrivals[size] = arrival;
            late[size] = false;
            size++;
        }

        Completion remove(int index) {
            Completion removed = completions[index];
            size--;
            System.arraycopy(completions, index + 1, completions, index, size - index);
            System.arraycopy(semaphores, index + 1, semaphores, index, size - index);
            System.arraycopy(values, index + 1, values, index, size - index);
            System.arraycopy(arrivals, index + 1, arrivals, index, size - index);
            System.arraycopy(late, index + 1, late, index, size - index);
            completions[size] = null;
            return removed;
        }

        void moveTo(CompletionList other) {
            for (int i = 0; i < size; i++) {
                other.add(completions[i], semaphores[i], values[i], arrivals[i]);
                completions[i] = null;
            }
            size = 0;
        }

        /** Whether an older one awaits the same semaphore. */
        boolean isBehindAnother(int index) {
            for (int i = 0; i < index; i++) {
                if (semaphores[i] == semaphores[index]) {
                    return true;
                }
            }
            return false;
        }
    }
}
