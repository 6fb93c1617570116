package org.vkfx;

import java.util.Objects;

/**
 * What the bridge throws for misuse of its API and for what the environment cannot do. Its message says what to do
 * about it; {@link #reason()} says the same to a program.
 */
public final class BridgeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The causes. */
    public enum Reason {
        /** No Vulkan loader library was found on this machine. */
        NO_VULKAN_LOADER,
        /** No Vulkan device suits (none at all, or none that JavaFX's pipeline can share memory with). */
        NO_DEVICE,
        /** The device or its API version lacks an extension or a feature that was not enabled. */
        MISSING_CAPABILITY,
        /** An internal JavaFX package is not exported to the bridge. */
        NOT_EXPORTED,
        /** The forced kind of interop is impossible here. */
        INTEROP_UNAVAILABLE,
        /** A handle, size, format or other argument is invalid. */
        INVALID_ARGUMENT,
        /** A call came after close, from the wrong thread, or in the wrong state (a frame presented twice). */
        ILLEGAL_STATE,
        /** Vulkan or the graphics pipeline refused to allocate, export or import. */
        REFUSED,
        /** The device was lost. */
        DEVICE_LOST,
        /** The application's renderer threw. */
        RENDERER_FAILED
    }

    /** Why this was thrown. */
    private final Reason reason;

    /**
     * Makes an exception.
     *
     * @param reason the reason
     * @param message what is wrong and what to do about it
     */
    public BridgeException(Reason reason, String message) {
        this(reason, message, null);
    }

    /**
     * Makes an exception with a cause.
     *
     * @param reason the reason
     * @param message what is wrong and what to do about it
     * @param cause the throwable behind it, or null
     */
    public BridgeException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason);
    }

    /**
     * Returns why this was thrown.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
