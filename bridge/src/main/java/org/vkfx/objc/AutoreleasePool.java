package org.vkfx.objc;

import java.util.function.Supplier;

/**
 * An autorelease pool around what a thread does. Java's threads have none: what Metal, MoltenVK and the GPU's driver
 * autorelease on them would stay until they end. Where there is no Objective-C runtime, there is the task alone. Any
 * thread; pools may nest.
 *
 * <p>For tasks that come to an end soon: a pool that is held while its thread sleeps keeps what is in it.
 */
public final class AutoreleasePool {
    /** Looked for once, on a thread that is about to call Vulkan or Metal. */
    private static final class Found {
        static final ObjC OBJC = find();

        private static ObjC find() {
            try {
                return ObjC.open();
            } catch (RuntimeException | LinkageError e) { // whoever needs Objective-C itself is told why
                return null;
            }
        }
    }

    private AutoreleasePool() {
    }

    /**
     * Runs a task at once, on this thread, in a pool of its own.
     *
     * @param task the task
     */
    public static void run(Runnable task) {
        ObjC objc = Found.OBJC;
        if (objc == null) {
            task.run();
            return;
        }
        long pool = objc.autoreleasePoolPush();
        try {
            task.run();
        } finally {
            objc.autoreleasePoolPop(pool);
        }
    }

    /**
     * The same for what has a result.
     *
     * @param task the task
     * @param <T> type of the result
     * @return its result: nothing that only the pool keeps alive
     */
    public static <T> T call(Supplier<T> task) {
        ObjC objc = Found.OBJC;
        if (objc == null) {
            return task.get();
        }
        long pool = objc.autoreleasePoolPush();
        try {
            return task.get();
        } finally {
            objc.autoreleasePoolPop(pool);
        }
    }
}
