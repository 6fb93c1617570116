package org.vkfx.objc;

/**
 * The messages that the bridge sends. Arguments and results are integers and pointers only: the calling conventions of
 * arm64 and x86-64 pass these alike, variadic or not. Tests hold this list against what Apple's and JavaFX's binaries
 * publish.
 */
public enum Message {
    /** The device's identity to the operating system. */
    DEVICE_REGISTRY_ID("MTLDevice", "registryID", "Q16@0:8"),
    /** The device's name, an NSString. */
    DEVICE_NAME("MTLDevice", "name", "@16@0:8"),
    /** A string's bytes, zero-terminated; they live as long as the string. */
    STRING_UTF8("NSString", "UTF8String", "r*16@0:8"),
    /** The device of a queue, not retained. */
    QUEUE_DEVICE("MTLCommandQueue", "device", "@16@0:8"),
    /** A new command buffer, autoreleased. */
    QUEUE_COMMAND_BUFFER("MTLCommandQueue", "commandBuffer", "@16@0:8"),
    /** How far a command buffer is. */
    BUFFER_STATUS("MTLCommandBuffer", "status", "Q16@0:8"),
    /** Has the GPU set an event's value when it gets there. */
    BUFFER_ENCODE_SIGNAL("MTLCommandBuffer", "encodeSignalEvent:value:", "v32@0:8@16Q24"),
    /** Hands a command buffer to the GPU. */
    BUFFER_COMMIT("MTLCommandBuffer", "commit", "v16@0:8"),
    /** An event's value. */
    EVENT_SIGNALED_VALUE("MTLSharedEvent", "signaledValue", "Q16@0:8"),
    /** MTLTextureType. */
    TEXTURE_TYPE("MTLTexture", "textureType", "Q16@0:8"),
    /** Width in pixels. */
    TEXTURE_WIDTH("MTLTexture", "width", "Q16@0:8"),
    /** Height in pixels. */
    TEXTURE_HEIGHT("MTLTexture", "height", "Q16@0:8"),
    /** MTLPixelFormat. */
    TEXTURE_PIXEL_FORMAT("MTLTexture", "pixelFormat", "Q16@0:8"),
    /** MTLTextureUsage. */
    TEXTURE_USAGE("MTLTexture", "usage", "Q16@0:8"),
    /** MTLStorageMode. */
    TEXTURE_STORAGE_MODE("MTLTexture", "storageMode", "Q16@0:8"),
    /** The device of a texture, not retained. */
    TEXTURE_DEVICE("MTLTexture", "device", "@16@0:8"),
    /** The MTLTexture that JavaFX's own wrapper samples, not retained. */
    WRAPPER_TEXTURE("MetalTexture", "getTexture", "@16@0:8"),
    /** How many owners an object has, for checks while nobody else changes it. */
    RETAIN_COUNT("NSObject", "retainCount", "Q16@0:8");

    private final String type;
    private final String selector;
    private final String encoding;

    Message(String type, String selector, String encoding) {
        this.type = type;
        this.selector = selector;
        this.encoding = encoding;
    }

    /**
     * Returns whom it is for.
     *
     * @return name of a class or a protocol
     */
    public String type() {
        return type;
    }

    /**
     * Returns the selector.
     *
     * @return its name
     */
    public String selector() {
        return selector;
    }

    /**
     * Returns the types of result and arguments, with the offsets of 64-bit code.
     *
     * @return Objective-C's type encoding
     */
    public String encoding() {
        return encoding;
    }
}
