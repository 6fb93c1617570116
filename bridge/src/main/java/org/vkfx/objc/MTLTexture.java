package org.vkfx.objc;

import org.rococoa.ID;
import org.rococoa.ObjCObject;
import org.rococoa.ReleaseInFinalize;

/** Rococoa's binding of a texture. */
@ReleaseInFinalize(false)
public interface MTLTexture extends ObjCObject {
    /** Returns the MTLTextureType. */
    long textureType();

    /** Returns the width in pixels. */
    long width();

    /** Returns the height in pixels. */
    long height();

    /** Returns the MTLPixelFormat. */
    long pixelFormat();

    /** Returns the MTLTextureUsage. */
    long usage();

    /** Returns the MTLStorageMode. */
    long storageMode();

    /** Returns the device, not retained. */
    ID device();
}
