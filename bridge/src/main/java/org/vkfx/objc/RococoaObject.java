package org.vkfx.objc;

import org.rococoa.Foundation;
import org.rococoa.ID;
import org.rococoa.ObjCObject;
import org.rococoa.Rococoa;

/** An owned object, by Rococoa. */
final class RococoaObject implements MetalObject {
    /** Rococoa's caches are not thread-safe. */
    static final Object ROCOCOA = new Object();

    private final ID id;
    private final ObjCObject bound;
    private boolean closed;

    RococoaObject(long address, Class<? extends ObjCObject> binding) {
        synchronized (ROCOCOA) {
            id = ID.fromLong(address);
            bound = Rococoa.wrap(id, binding, false);
            Foundation.cfRetain(id);
        }
    }

    @Override
    public long address() {
        return id.longValue();
    }

    @Override
    public long get(Message message) {
        synchronized (ROCOCOA) {
            return switch (bound) {
                case MTLTexture texture -> get(texture, message);
                case MTLSharedEvent event when message == Message.EVENT_SIGNALED_VALUE -> event.signaledValue();
                default -> throw new IllegalArgumentException(message + " is not bound");
            };
        }
    }

    private static long get(MTLTexture texture, Message message) {
        return switch (message) {
            case TEXTURE_TYPE -> texture.textureType();
            case TEXTURE_WIDTH -> texture.width();
            case TEXTURE_HEIGHT -> texture.height();
            case TEXTURE_PIXEL_FORMAT -> texture.pixelFormat();
            case TEXTURE_USAGE -> texture.usage();
            case TEXTURE_STORAGE_MODE -> texture.storageMode();
            case TEXTURE_DEVICE -> address(texture.device());
            default -> throw new IllegalArgumentException(message + " is not bound");
        };
    }

    /** Rococoa returns null for nil. */
    private static long address(ID object) {
        return object == null ? 0 : object.longValue();
    }

    @Override
    public void close() {
        synchronized (ROCOCOA) {
            if (!closed) {
                closed = true;
                Foundation.cfRelease(id);
            }
        }
    }
}
