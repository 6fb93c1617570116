package org.vkfx.objc;

import org.rococoa.ObjCObject;
import org.rococoa.ReleaseInFinalize;

/** Rococoa's binding of an event that CPU and GPUs share. */
@ReleaseInFinalize(false)
public interface MTLSharedEvent extends ObjCObject {
    /** Returns the value reached. */
    long signaledValue();
}
