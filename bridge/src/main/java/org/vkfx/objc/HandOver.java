package org.vkfx.objc;

import java.util.Optional;

import org.rococoa.ID;
import org.rococoa.ObjCObject;
import org.rococoa.Rococoa;

/** Takes Metal objects over, by Rococoa where it is usable and otherwise by java.lang.foreign alone. Any thread. */
public final class HandOver {
    private final ObjC objc;
    private final Optional<String> withoutRococoa;

    /**
     * Tries Rococoa on objects that are there already.
     *
     * @param objc the runtime
     * @param queue an MTLCommandQueue
     */
    public HandOver(ObjC objc, long queue) {
        this.objc = objc;
        withoutRococoa = compare(queue);
    }

    /**
     * Tells why Rococoa is not used.
     *
     * @return a sentence, or empty when Rococoa is used
     */
    public Optional<String> withoutRococoa() {
        return withoutRococoa;
    }

    /**
     * Takes a texture over.
     *
     * @param texture an MTLTexture that is alive; retained
     * @return its owner, which the caller closes
     */
    public MetalObject ownTexture(long texture) {
        return withoutRococoa.isEmpty() ? Bound.texture(texture) : new ForeignObject(objc, texture);
    }

    /**
     * Takes an event over.
     *
     * @param event an MTLSharedEvent that is alive; retained
     * @return its owner, which the caller closes
     */
    public MetalObject ownEvent(long event) {
        return withoutRococoa.isEmpty() ? Bound.event(event) : new ForeignObject(objc, event);
    }

    // An old Rococoa links on Apple silicon, and then answers nonsense.
    private Optional<String> compare(long queue) {
        long pool = objc.autoreleasePoolPush();
        try {
            return Bound.compare(objc, queue);
        } catch (LinkageError | RuntimeException e) {
            return Optional.of("Rococoa is not usable: " + e + ".");
        } finally {
            objc.autoreleasePoolPop(pool);
        }
    }

    /** Linked only when Rococoa is there. */
    private static final class Bound {
        static MetalObject texture(long texture) {
            return new RococoaObject(texture, MTLTexture.class);
        }

        static MetalObject event(long event) {
            return new RococoaObject(event, MTLSharedEvent.class);
        }

        static Optional<String> compare(ObjC objc, long queue) {
            synchronized (RococoaObject.ROCOCOA) {
                MTLCommandQueue bound = bind(queue, MTLCommandQueue.class);
                // The same object: the same queue was asked, and a wrong address must not be sent a message.
                long device = bound.device().longValue();
                long expected = objc.send(queue, Message.QUEUE_DEVICE);
                if (device != expected) {
                    return differs("device", device, expected);
                }
                long registry = bind(device, MTLDevice.class).registryID();
                long expectedRegistry = objc.send(device, Message.DEVICE_REGISTRY_ID);
                if (registry != expectedRegistry) {
                    return differs("registryID", registry, expectedRegistry);
                }
                long buffer = bound.commandBuffer().longValue();
                long status = bind(buffer, MTLCommandBuffer.class).status();
                long expectedStatus = objc.send(buffer, Message.BUFFER_STATUS);
                return status == expectedStatus ? Optional.empty() : differs("status", status, expectedStatus);
            }
        }

        private static <T extends ObjCObject> T bind(long object, Class<T> type) {
            return Rococoa.wrap(ID.fromLong(object), type, false);
        }

        private static Optional<String> differs(String getter, long rococoa, long expected) {
            return Optional.of("Rococoa is not usable: its " + getter + " is " + rococoa + ", not " + expected
                    + ". Use Rococoa 0.9.1 or later.");
        }
    }
}
