/* Shaders and their arguments. One list of uniforms serves all; a draw takes a copy of its shader's arguments. */
#include "prism.h"

#include <stdio.h>
#include <string.h>

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_com_sun_prism_mtl_##name
#define SHADER POINTER(struct shader, handle)

static const struct uniform {
    const char *name;
    size_t offset, floats; /* floats 0: a texture */
} UNIFORMS[] = {
#define AS_TEXTURE(name) {#name, 0, 0},
#define AS_CONSTANT(name, floats) {#name, offsetof(struct constants, name), floats},
    TEXTURES(AS_TEXTURE) CONSTANTS(AS_CONSTANT)};

enum { UNIFORM_COUNT = sizeof UNIFORMS / sizeof *UNIFORMS };

static void bind(struct shader *shader, int index, struct mtl_texture *texture) {
    struct mtl_texture *before = shader->arguments.samplers[index].texture;
    sim_retain(texture ? &texture->object : NULL);
    shader->arguments.samplers[index].texture = texture;
    sim_release(before ? &before->object : NULL);
}

static void shader_dealloc(id self) {
    struct shader *shader = (struct shader *)self;
    for (int i = 0; i < TEXTURE_COUNT; i++) {
        bind(shader, i, NULL);
    }
    if (shader->context->shader == shader) {
        shader->context->shader = NULL;
    }
}

static const struct sim_class shader_class = {"MetalShader", sizeof(struct shader), shader_dealloc, NULL};

NATIVE(jlong, MTLShader_nCreateMetalShader)(JNIEnv *env, jclass class, jlong context, jstring name) {
    struct shader *shader = (struct shader *)sim_new(&shader_class);
    shader->context = POINTER(struct context, context);
    const char *text = (*env)->GetStringUTFChars(env, name, NULL);
    snprintf(shader->name, sizeof shader->name, "%s", text);
    (*env)->ReleaseStringUTFChars(env, name, text);
    shader->known = program_find(shader->name, &shader->program);
    if (!shader->known) {
        sim_offence("the shader %s is not simulated", shader->name);
    }
    return HANDLE(shader);
}

NATIVE(void, MTLContext_nDisposeShader)(JNIEnv *env, jclass class, jlong handle) {
    sim_release(&SHADER->object);
}

NATIVE(jobject, MTLShader_nGetUniformNameIdMap)(JNIEnv *env, jclass class, jlong handle) {
    jclass map_class = (*env)->FindClass(env, "java/util/HashMap");
    jclass integer_class = (*env)->FindClass(env, "java/lang/Integer");
    jmethodID value_of = (*env)->GetStaticMethodID(env, integer_class, "valueOf", "(I)Ljava/lang/Integer;");
    jmethodID put = (*env)->GetMethodID(env, map_class, "put",
                                        "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;");
    jobject map = (*env)->NewObject(env, map_class, (*env)->GetMethodID(env, map_class, "<init>", "()V"));
    for (jint i = 0; i < UNIFORM_COUNT; i++) {
        jobject key = (*env)->NewStringUTF(env, UNIFORMS[i].name);
        jobject value = (*env)->CallStaticObjectMethod(env, integer_class, value_of, i);
        (*env)->DeleteLocalRef(env, (*env)->CallObjectMethod(env, map, put, key, value));
        (*env)->DeleteLocalRef(env, key);
        (*env)->DeleteLocalRef(env, value);
    }
    return map;
}

NATIVE(void, MTLShader_nEnable)(JNIEnv *env, jclass class, jlong handle) {
    SHADER->context->shader = SHADER;
}

NATIVE(void, MTLShader_nDisable)(JNIEnv *env, jclass class, jlong handle) {
    SHADER->context->shader = NULL;
}

NATIVE(void, MTLShader_nSetTexture)(JNIEnv *env, jclass class, jlong handle, jint unit, jint uniform, jlong wrapper,
                                    jboolean linear, jint wrap) {
    struct mtl_texture *texture = wrapped(POINTER(struct wrapper, wrapper));
    if (!texture || uniform < 0 || uniform >= TEXTURE_COUNT) {
        sim_offence("%s: no texture for uniform %d", SHADER->name, uniform);
        return;
    }
    /* JavaFX's own and Glass's render targets are managed and go without, which works on a Mac */
    if (texture->storage_mode == MTL_STORAGE_PRIVATE && texture->usage && !(texture->usage & MTL_USAGE_SHADER_READ)) {
        sim_offence("%s: a texture without the usage ShaderRead", SHADER->name);
    }
    bind(SHADER, uniform, texture);
    SHADER->arguments.samplers[uniform].linear = linear;
    SHADER->arguments.samplers[uniform].wrap = wrap;
    SHADER->changed = true;
}

static void set(struct shader *shader, jint uniform, const float *values, size_t count) {
    size_t floats = uniform >= 0 && uniform < UNIFORM_COUNT ? UNIFORMS[uniform].floats : 0;
    if (!values || count > floats) {
        sim_offence("%s: %zu floats for uniform %d, which takes %zu", shader->name, count, uniform, floats);
        return;
    }
    memcpy((char *)&shader->arguments.constants + UNIFORMS[uniform].offset, values, count * sizeof(float));
    shader->changed = true;
}

NATIVE(void, MTLShader_nSetInt)(JNIEnv *env, jclass class, jlong handle, jint uniform, jint a) {
    set(SHADER, uniform, (float[]){(float)a}, 1);
}

NATIVE(void, MTLShader_nSetFloat1)(JNIEnv *env, jclass class, jlong handle, jint uniform, jfloat a) {
    set(SHADER, uniform, (float[]){a}, 1);
}

NATIVE(void, MTLShader_nSetFloat2)(JNIEnv *env, jclass class, jlong handle, jint uniform, jfloat a, jfloat b) {
    set(SHADER, uniform, (float[]){a, b}, 2);
}

NATIVE(void, MTLShader_nSetFloat3)(JNIEnv *env, jclass class, jlong handle, jint uniform, jfloat a, jfloat b,
                                   jfloat c) {
    set(SHADER, uniform, (float[]){a, b, c}, 3);
}

NATIVE(void, MTLShader_nSetFloat4)(JNIEnv *env, jclass class, jlong handle, jint uniform, jfloat a, jfloat b, jfloat c,
                                   jfloat d) {
    set(SHADER, uniform, (float[]){a, b, c, d}, 4);
}

NATIVE(void, MTLShader_nSetConstants)(JNIEnv *env, jclass class, jlong handle, jint uniform, jfloatArray values,
                                      jint count) {
    jfloat *floats = (*env)->GetFloatArrayElements(env, values, NULL);
    set(SHADER, uniform, floats, (size_t)count);
    (*env)->ReleaseFloatArrayElements(env, values, floats, JNI_ABORT);
}

NATIVE(void, MTLShader_nSetConstantsBuf)(JNIEnv *env, jclass class, jlong handle, jint uniform, jobject values,
                                         jint offset, jint count) {
    const char *bytes = (*env)->GetDirectBufferAddress(env, values);
    set(SHADER, uniform, bytes ? (const float *)(const void *)(bytes + offset) : NULL, (size_t)count);
}
