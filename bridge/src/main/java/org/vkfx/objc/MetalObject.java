package org.vkfx.objc;

/**
 * A Metal object that the bridge owns: retained when this is made, released by {@link #close()}, once. One thread at a
 * time.
 */
public interface MetalObject extends AutoCloseable {
    /** MTLTextureType2D. */
    long TYPE_2D = 2;
    /** MTLPixelFormatRGBA8Unorm. */
    long RGBA8_UNORM = 70;
    /** MTLPixelFormatBGRA8Unorm. */
    long BGRA8_UNORM = 80;
    /** A bit of MTLTextureUsage: shaders may sample it. */
    long USAGE_SHADER_READ = 1;
    /** MTLStorageModePrivate. */
    long STORAGE_PRIVATE = 2;

    /**
     * Returns the object.
     *
     * @return its address, which is valid until {@link #close()}
     */
    long address();

    /**
     * Asks the object for an integer or another object.
     *
     * @param message a message without arguments that it understands
     * @return the result; objects are not retained
     */
    long get(Message message);

    /** Releases the object; idempotent. */
    @Override
    void close();
}
