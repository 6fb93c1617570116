package org.vkfx;

/**
 * What the bridge throws for misuse of its API and for what the environment cannot do. Its message says what to do
 * about it; {@link #reason()} says the same to a program.
 *
 * <p>Misuse is thrown by the call that is wrong, and nothing has changed then. What goes wrong later, on threads of the
 * bridge, reaches the property {@code error} of the view concerned, and is logged.
 */
public final class BridgeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why something failed. More may be added: a switch over them needs a default. */
    public enum Reason {
        /** No Vulkan loader library was found on this machine. */
        NO_VULKAN_LOADER,
        /**
         * No Vulkan device suits: there is no driver, or no device has the version, the feature and the queue that the
         * bridge needs.
         */
        NO_DEVICE,
        /**
         * The device was made without something that the bridge needs: a Vulkan version, an extension, a feature, a
         * kind of queue. Or it was described wrongly to {@link VulkanDevice#wrap()}.
         */
        MISSING_CAPABILITY,
        /**
         * A JVM flag is missing: an internal JavaFX package is not exported to the bridge, or it may not call native
         * code.
         */
        NOT_EXPORTED,
        /** No kind of interop is possible here, or the forced one is not. The message says what was found. */
        INTEROP_UNAVAILABLE,
        /** A handle, size, format or other argument is invalid. */
        INVALID_ARGUMENT,
        /** A call came after close, from the wrong thread, or in the wrong state (a frame presented twice). */
        ILLEGAL_STATE,
        /** Vulkan or JavaFX's graphics pipeline refused a call: mostly an allocation, an export or an import. */
        REFUSED,
        /** The GPU stopped working on the device (VK_ERROR_DEVICE_LOST). Only a new device helps. */
        DEVICE_LOST,
        /** The application's {@link FrameRenderer} threw; {@link #getCause()} is what it threw. */
        RENDERER_FAILED
    }

    /** Why this was thrown. */
    private final Reason reason;

    /**
     * Makes an exception.
     *
     * @param reason the reason
     * @param message what is wrong and what to do about it
     * @throws BridgeException when an argument is null
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
     * @throws BridgeException when reason or message is null
     */
    public BridgeException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = requireArgument(reason, "reason", "Use a constant of BridgeException.Reason.");
        requireArgument(message, "message", "Say what is wrong and what to do about it.");
    }

    /**
     * Checks an argument, as all public methods of the bridge do where their description does not allow null.
     *
     * @param argument the argument
     * @param name its name
     * @param remedy what to pass instead: a sentence
     * @param <T> its type
     * @return the argument
     * @throws BridgeException with {@link Reason#INVALID_ARGUMENT} when it is null
     */
    public static <T> T requireArgument(T argument, String name, String remedy) {
        if (argument == null) {
            throw new BridgeException(Reason.INVALID_ARGUMENT, name + " is null. " + remedy);
        }
        return argument;
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
