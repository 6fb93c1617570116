package org.vkfx.objc;

/** An owned object, by java.lang.foreign alone. */
final class ForeignObject implements MetalObject {
    private final ObjC objc;
    private final long object;
    private boolean closed;

    ForeignObject(ObjC objc, long object) {
        this.objc = objc;
        this.object = objc.retain(object);
    }

    @Override
    public long address() {
        return object;
    }

    @Override
    public long get(Message message) {
        return objc.send(object, message);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            objc.release(object);
        }
    }
}
