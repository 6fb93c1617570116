package org.vkfx.interop;

import java.util.concurrent.Executor;

import org.vkfx.objc.AutoreleasePool;

/**
 * Runs what takes a while on a daemon thread of its own. No common pool, which applications keep busy, and no virtual
 * threads: a driver that hangs would hold one of their few carriers.
 */
public final class Background {
    private Background() {
    }

    /**
     * Returns an executor.
     *
     * @param name its threads' name
     * @return it starts a thread for each task
     */
    public static Executor threads(String name) {
        return task -> Thread.ofPlatform().name(name).daemon().start(() -> AutoreleasePool.run(task));
    }
}
