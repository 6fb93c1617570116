/* The natives of JavaFX's Metal pipeline: the vendor's, two of which are watched at the border between bridge and
 * JavaFX. */
#include "prism.h"

#include "../metal/bridge.h"
#include "image.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* As jni.h has them: there is no JDK needed to build this library. */
typedef int64_t jlong;
typedef int32_t jint;

static jlong (*vendors_create)(void *env, void *class, jlong context, jlong texture, jint width, jint height);
static void (*vendors_release)(void *env, void *class, jlong wrapper);

/* ---- MTLRTTexture.nCreateRT2: wraps a texture, and takes over its caller's retain of it */

/* One of the same kind, owned by whoever takes it. */
static id another(id texture) {
    const struct gpu_texture *t = mtl_texture(texture);
    return mtl_new_texture(t->width, t->height, t->pixel_format, t->usage, t->storage_mode);
}

static jlong create(void *env, void *class, jlong context, jlong handle, jint width, jint height) {
    id texture = (id)(uintptr_t)handle;
    if (!mtl_is_texture(texture)) {
        sim_offence("nCreateRT2: %p is no living MTLTexture", (void *)texture);
        return 0;
    }
    bool bridges = !mtl_is_screen(texture); /* a window's is lent to JavaFX by Glass */
    if (bridges && !sim_give_up(texture)) {
        sim_offence("nCreateRT2: MTLTexture %p was not retained for it: the wrapper's release is one too many",
                    (void *)texture);
        objc_retain(texture);
    }
    int32_t failing = sim_failing("nCreateRT2");
    if (failing == 1) { /* the right one keeps its retain: JavaFX lends its window's textures to this function */
        texture = another(texture);
    } else if (failing == 2) {
        objc_retain(texture);
    }
    jlong wrapper = vendors_create(env, class, context, (jlong)(uintptr_t)texture, width, height);
    if (bridges && wrapper) {
        sim_own((id)(uintptr_t)wrapper); /* until the bridge has JavaFX dispose of it */
    }
    return wrapper;
}

/* ---- MTLResourceFactory.nReleaseTexture: of a wrapper of any origin */

static void release(void *env, void *class, jlong wrapper) {
    if (wrapper) {
        sim_give_up((id)(uintptr_t)wrapper); /* of nCreateRT2; none where JavaFX has made it */
    }
    vendors_release(env, class, wrapper);
}

/* ---- loading */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct macho *prism;

static struct macho *load_beside(const void *address) {
    char beside[PATH_MAX];
    Dl_info info;
    const char *name = dladdr(address, &info) ? info.dli_fname : "";
    const char *slash = strrchr(name, '/'), *path = getenv("MACSIM_PRISM");
    snprintf(beside, sizeof beside, "%.*slibprism_mtl.dylib", slash ? (int)(slash + 1 - name) : 0, name);
    return macho_load(path ? path : beside);
}

static void *watched(const char *name, void *function) {
    if (!strcmp(name, "Java_com_sun_prism_mtl_MTLRTTexture_nCreateRT2")) {
        vendors_create = (jlong (*)(void *, void *, jlong, jlong, jint, jint))function;
        return (void *)create;
    }
    if (!strcmp(name, "Java_com_sun_prism_mtl_MTLResourceFactory_nReleaseTexture")) {
        vendors_release = (void (*)(void *, void *, jlong))function;
        return (void *)release;
    }
    return function;
}

void prism_load(const char *const *names, void **slots) {
    pthread_mutex_lock(&lock);
    if (!prism) {
        prism = load_beside(slots);
        for (size_t i = 0; names[i]; i++) {
            void *function = macho_symbol(prism, names[i]);
            if (!function) {
                macho_refuse("%s has no %s: libprism_mtl.so was made of another one", macho_name(prism), names[i]);
            }
            slots[i] = watched(names[i], macho_entry(function));
        }
        if (!vendors_create || !vendors_release) {
            macho_refuse("%s has no nCreateRT2 or no nReleaseTexture", macho_name(prism));
        }
        prism_loaded(prism);
    }
    pthread_mutex_unlock(&lock);
}
