/* Programs: what a shader's name means, its arguments, and how pixels come about. Runs on the "GPU" thread. */
#ifndef MACSIM_SHADE_H
#define MACSIM_SHADE_H

#include "gpu.h"

/* Red, green, blue, alpha from 0 to 1, premultiplied. Stays inside of this library, hence -Wno-psabi. */
typedef double vec4 __attribute__((vector_size(32)));

/* Every uniform of every stock shader: the textures, then the constants with the number of their floats. */
#define TEXTURES(X) \
    X(inputTex) X(inputTex0) X(inputTex1) X(maskInput) X(imageTex) X(maskTex) X(colors) X(dstColor) X(glyphColor) \
    X(lumaTex) X(crTex) X(cbTex) X(alphaTex) X(botImg) X(topImg) X(img) X(baseImg) X(bumpImg) X(origImg) X(mapImg)
#define CONSTANTS(X) \
    X(content, 4) X(precalc, 4) X(xParams, 4) X(yParams, 4) X(perspVec, 4) X(gradParams, 4) X(fractions, 48) \
    X(offset, 4) X(m0, 4) X(m1, 4) X(idim, 4) X(oinvarcradii, 4) X(iinvarcradii, 4) X(innerOffset, 4) X(gamma, 4) \
    X(lumaAlphaScale, 4) X(cbCrScale, 4) X(opacity, 4) X(count, 4) X(shadowColor, 4) X(weights, 128) X(hue, 4) \
    X(saturation, 4) X(brightness, 4) X(contrast, 4) X(sampletx, 4) X(imagetx, 4) X(wrap, 4) X(tx0, 4) X(tx1, 4) \
    X(tx2, 4) X(level, 4) X(threshold, 4) X(surfaceScale, 4) X(lightPosition, 4) X(lightColor, 4) \
    X(diffuseConstant, 4) X(specularConstant, 4) X(specularExponent, 4) X(lightSpecularExponent, 4) \
    X(normalizedLightPosition, 4) X(normalizedLightDirection, 4) X(kvals, 32)

#define AS_TEXTURE_ID(name) T_##name,
#define AS_FIELD(name, floats) float name[floats];
enum { TEXTURES(AS_TEXTURE_ID) TEXTURE_COUNT };

struct constants {
    CONSTANTS(AS_FIELD)
};

enum { WRAP_NONE = -1, WRAP_EDGE = 0, WRAP_REPEAT = 2, WRAP_ZERO = 4 };

struct sampler {
    struct gpu_texture *texture;
    bool linear;
    int wrap;
};

struct arguments {
    struct sampler samplers[TEXTURE_COUNT];
    struct constants constants;
};

struct fragment {
    const struct arguments *arguments;
    double x, y;           /* pixel centre */
    double tc0[2], tc1[2]; /* texture coordinates */
    vec4 color;            /* of the vertices */
    bool discard;
};

struct program {
    double (*mask)(const struct fragment *); /* NULL: 1 */
    vec4 (*paint)(struct fragment *);        /* NULL: white */
    bool uses_vertex_color;                  /* multiplied in last */
    bool alpha_test;
};

struct rectangle {
    int32_t x, y, width, height;
};

enum { COMPOSITE_CLEAR, COMPOSITE_SRC, COMPOSITE_SRC_OVER, COMPOSITE_DST_OUT, COMPOSITE_ADD };
enum { VERTEX_FLOATS = 7 }; /* x, y, z (unused), u0, v0, u1, v1 */

struct draw {
    struct gpu_texture *target;
    struct rectangle scissor;
    float matrix[16];
    int composite_mode;
    struct program program;
    struct arguments arguments;
    int32_t vertices;
    const uint8_t *colors;    /* 4 a vertex: red, green, blue, alpha */
    const float *coordinates; /* VERTEX_FLOATS a vertex */
};

bool program_find(const char *name, struct program *program);
bool decora_find(const char *name, struct program *program);
vec4 sample_at(const struct fragment *fragment, int texture, double u, double v);
void raster_run(const struct draw *draw);
vec4 pixel_load(const struct gpu_texture *texture, int32_t x, int32_t y);
void pixel_store(struct gpu_texture *texture, int32_t x, int32_t y, vec4 color);

static inline double clamp(double value, double low, double high) {
    return value < low ? low : value > high ? high : value;
}

#endif
