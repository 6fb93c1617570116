package org.vkfx.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/** Remembers how to destroy what was made, and does so in the opposite order. */
final class Cleanup implements AutoCloseable {
    private final Deque<Runnable> actions = new ArrayDeque<>();

    void add(Runnable action) {
        actions.push(action);
    }

    @Override
    public void close() {
        while (!actions.isEmpty()) {
            actions.pop().run();
        }
    }
}
