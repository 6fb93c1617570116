package org.vkfx.log;

import java.util.Objects;

/**
 * A logger that never throws, whatever the application's logging does: the threads that log here keep every view of a
 * device alive. What cannot be logged goes to the standard error stream. Any thread.
 */
public final class Log {
    private final String name;

    private Log(String name) {
        this.name = name;
    }

    /**
     * Returns the logger of a class. Looks for nothing yet: without file descriptors even that may fail.
     *
     * @param owner its name is the logger's
     * @return the logger
     */
    public static Log of(Class<?> owner) {
        return new Log(owner.getName());
    }

    /**
     * Logs what somebody should look at.
     *
     * @param message the message
     * @param cause null, or what is behind it
     */
    public void warning(String message, Throwable cause) {
        log(System.Logger.Level.WARNING, message, cause);
    }

    /**
     * Logs what must not happen.
     *
     * @param message the message
     * @param cause null, or what is behind it
     */
    public void error(String message, Throwable cause) {
        log(System.Logger.Level.ERROR, message, cause);
    }

    private void log(System.Logger.Level level, String message, Throwable cause) {
        try {
            System.getLogger(name).log(level, message, cause);
        } catch (Throwable e) { // a handler's, a message's, or an error of the virtual machine's
            toStandardError(level + " " + name + ": " + message + (cause == null ? "" : " (" + text(cause) + ")"));
        }
    }

    private static void toStandardError(String line) {
        try {
            System.err.println(line);
        } catch (Throwable e) {
            // there is nobody left to tell
        }
    }

    /**
     * Describes what an application threw, also when its toString() throws.
     *
     * @param thrown the throwable
     * @return its text, or its class's name
     */
    public static String text(Throwable thrown) {
        try {
            return Objects.requireNonNull(thrown.toString());
        } catch (Throwable e) {
            return thrown.getClass().getName();
        }
    }
}
