package org.vkfx.objc;

import org.rococoa.ObjCObject;
import org.rococoa.ReleaseInFinalize;

/** Rococoa's binding of a GPU. */
@ReleaseInFinalize(false)
public interface MTLDevice extends ObjCObject {
    /** Returns its identity to the operating system. */
    long registryID();
}
