package org.vkfx.objc;

import org.rococoa.ObjCObject;
import org.rococoa.ReleaseInFinalize;

/** Rococoa's binding of a command buffer. */
@ReleaseInFinalize(false)
public interface MTLCommandBuffer extends ObjCObject {
    /** Returns how far it is: MTLCommandBufferStatus. */
    long status();
}
