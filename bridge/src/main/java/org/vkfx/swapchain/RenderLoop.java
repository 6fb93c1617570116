package org.vkfx.swapchain;

import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.vkfx.log.Log;

/**
 * The one render thread of a device: lets each of its clients render in turn, and parks when none has anything to do.
 */
public final class RenderLoop implements AutoCloseable {
    private static final Log LOG = Log.of(RenderLoop.class);

    /** Something that renders. */
    public interface Client {
        /**
         * Does one piece of work if there is any. What it throws is logged.
         *
         * @return false when there was nothing to do; {@link RenderLoop#wake} announces more
         */
        boolean renderOnce();
    }

    private final CopyOnWriteArrayList<Client> clients = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Consumer<Client> render = this::render; // made once, like the next: a frame makes nothing
    private final Runnable round = this::round;
    private final Executor surround;
    private final Thread thread;
    private boolean worked; // render thread

    /**
     * Starts the thread.
     *
     * @param name its name
     * @param surround runs what it is given at once, on the thread itself: each round of the clients, not the rest
     *     between two
     */
    public RenderLoop(String name, Executor surround) {
        this.surround = Objects.requireNonNull(surround);
        thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    /**
     * Adds a client.
     *
     * @param client called on the render thread from now on
     */
    public void add(Client client) {
        clients.add(Objects.requireNonNull(client));
        wake();
    }

    /**
     * Removes a client; on the render thread it is not called again, elsewhere a call may be under way.
     *
     * @param client the client
     */
    public void remove(Client client) {
        clients.remove(client);
    }

    /** Announces that a client may have something to do. Any thread; does not wait. */
    public void wake() {
        LockSupport.unpark(thread);
    }

    /** Ends the thread after the piece of work under way; idempotent, does not wait. */
    @Override
    public void close() {
        closed.set(true);
        wake();
    }

    private void render(Client client) {
        try {
            worked |= clients.contains(client) && client.renderOnce(); // one may remove another
        } catch (Throwable e) { // the thread goes on: all views of the device are rendered on it
            LOG.error("A client of the thread " + thread.getName() + " threw; the thread goes on.", e);
        }
    }

    private void round() {
        worked = false;
        clients.forEach(render);
    }

    private void run() {
        while (!closed.get()) {
            surround.execute(round);
            if (!worked) {
                Thread.interrupted(); // a client's business; parking would return at once
                LockSupport.park(this); // a wake since the last look makes this return at once
            }
        }
    }
}
