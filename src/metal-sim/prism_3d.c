/* The 3D natives: nothing is drawn, and using them is an offence. None looks at its arguments. */
#include "prism.h"

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_com_sun_prism_mtl_MTLContext_##name(void)
#define MADE(name) \
    NATIVE(jlong, name) { \
        sim_offence(#name ": 3D is not simulated"); \
        return 1; /* a handle that is only ever given back */ \
    }
#define BUILT(name) \
    NATIVE(jboolean, name) { \
        return JNI_TRUE; \
    }
#define IGNORED(name) \
    NATIVE(void, name) { \
    }

MADE(nCreateMTLMesh)
MADE(nCreateMTLPhongMaterial)
MADE(nCreateMTLMeshView)
BUILT(nBuildNativeGeometryShort)
BUILT(nBuildNativeGeometryInt)
IGNORED(nReleaseMTLMesh)
IGNORED(nReleaseMTLPhongMaterial)
IGNORED(nReleaseMTLMeshView)
IGNORED(nSetDiffuseColor)
IGNORED(nSetSpecularColor)
IGNORED(nSetMap)
IGNORED(nSetCullingMode)
IGNORED(nSetMaterial)
IGNORED(nSetWireframe)
IGNORED(nSetAmbientLight)
IGNORED(nSetLight)
IGNORED(nRenderMeshView)

/* These are called for 2D scenes too. */
IGNORED(nSetWorldTransform)
IGNORED(nSetWorldTransformToIdentity)
IGNORED(nSetCameraPosition)
