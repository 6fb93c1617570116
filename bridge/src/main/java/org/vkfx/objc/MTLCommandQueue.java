package org.vkfx.objc;

import org.rococoa.ID;
import org.rococoa.ObjCObject;
import org.rococoa.ReleaseInFinalize;

/** Rococoa's binding of a command queue. */
@ReleaseInFinalize(false)
public interface MTLCommandQueue extends ObjCObject {
    /** Returns the device, not retained. */
    ID device();

    /** Returns a new command buffer, autoreleased. */
    ID commandBuffer();
}
