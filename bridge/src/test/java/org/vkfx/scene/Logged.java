package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the bridge logs while this is open. */
public final class Logged extends Handler implements AutoCloseable {
    private static final Logger BRIDGE = Logger.getLogger("org.vkfx"); // loggers are held weakly

    private final List<String> messages = new CopyOnWriteArrayList<>();

    public Logged() {
        BRIDGE.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
        messages.add(record.getMessage());
    }

    /**
     * Fails unless exactly one line has all of these texts, and no other line was logged. Errors are told before they
     * are logged.
     */
    public void assertOnce(String... texts) {
        Fx.awaitQuietly("a line in the log", () -> !messages.isEmpty());
        assertThat(messages).hasSize(1).first().asString().contains(texts);
    }

    /** Fails when something was logged. */
    public void assertNothing() {
        assertThat(messages).isEmpty();
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public void close() {
        BRIDGE.removeHandler(this);
    }
}
