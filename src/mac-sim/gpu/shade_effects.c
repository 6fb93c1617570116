/* The programs of effects (the shaders of jsl-decora say what each computes); none uses the vertices' colour. */
#include "shade.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONSTANT(name) (f->arguments->constants.name)
#define RGB(body) for (int i = 0; i < 3; i++) { body; }

static vec4 largest(vec4 a, vec4 b) {
    return (vec4){fmax(a[0], b[0]), fmax(a[1], b[1]), fmax(a[2], b[2]), fmax(a[3], b[3])};
}

/* ---- blending two inputs */

static vec4 bottom(const struct fragment *f) {
    return sample_at(f, T_botImg, f->tc0[0], f->tc0[1]);
}

static vec4 top(const struct fragment *f) {
    return sample_at(f, T_topImg, f->tc1[0], f->tc1[1]) * CONSTANT(opacity)[0];
}

/* Modes that treat the colours alike: channel(b, t, ba, ta) is their colour, alpha the union of both. */
#define SEPARABLE(name, expression) \
    static double channel_##name(double b, double t, double ba, double ta) { \
        (void) ba; \
        (void) ta; \
        return expression; \
    } \
    static vec4 blend_##name(struct fragment *f) { \
        vec4 b = bottom(f), t = top(f), r; \
        RGB(r[i] = channel_##name(b[i], t[i], b[3], t[3])) \
        r[3] = b[3] + t[3] - b[3] * t[3]; \
        return r; \
    }

static double burn(double b, double t, double ba, double ta) {
    if (ba == b) {
        return ba * ta;
    }
    return t == 0 ? 0 : fmax(ba * ta - ta * ta * (ba - b) / t, 0);
}

static double dodge(double b, double t, double ba, double ta) {
    if (b == 0) {
        return 0;
    }
    return ta == t ? ba * ta : fmin(ta * ta * b / (ta - t), ba * ta);
}

static double hard(double b, double t, double ba, double ta) {
    return t > 0.5 * ta ? t + ba * (t - ta) - b * (2 * t - ta - 1) : 2 * b * t + b * (1 - ta) + t * (1 - ba);
}

static double overlay(double b, double t, double ba, double ta) {
    double high = ceil(b - ba * 0.5), alpha = ba + ta - ba * ta;
    double near_b = fabs(b - high * ba), near_t = fabs(t - high * ta);
    return fabs((2 * near_b + 1 - ba) * near_t + (1 - ta) * near_b - high * alpha);
}

static double soft(double b, double t, double ba, double ta) {
    if (ba == 0 || ta == 0) {
        return ba == 0 ? t : b;
    }
    double plain_b = b / ba, plain_t = t / ta;
    if (plain_t <= 0.5) {
        return b + (1 - ba) * t - ta * b * (1 - 2 * plain_t) * (1 - plain_b);
    }
    double curve = plain_b <= 0.25 ? ((16 * plain_b - 12) * plain_b + 4) * plain_b : sqrt(plain_b);
    return b + (1 - ba) * t + (2 * t - ta) * (ba * curve - b);
}

SEPARABLE(darken, b + t - fmax(ta * b, ba * t))
SEPARABLE(lighten, b + t - fmin(ta * b, ba * t))
SEPARABLE(difference, b + t - 2 * fmin(ta * b, ba * t))
SEPARABLE(exclusion, t + b - 2 * t * b)
SEPARABLE(screen, b + t - b * t)
SEPARABLE(multiply, b * (t + 1 - ta) + t * (1 - ba))
SEPARABLE(color_burn, (1 - ta) * b + (1 - ba) * t + burn(b, t, ba, ta))
SEPARABLE(color_dodge, (1 - ta) * b + (1 - ba) * t + dodge(b, t, ba, ta))
SEPARABLE(hard_light, hard(b, t, ba, ta))
SEPARABLE(soft_light, soft(b, t, ba, ta))
SEPARABLE(overlay, overlay(b, t, ba, ta))

static vec4 blend_add(struct fragment *f) {
    vec4 b = bottom(f), t = top(f);
    return b + t - largest(b * t[3] + t * b[3] - t[3] * b[3], (vec4){0, 0, 0, 0});
}

static vec4 blend_src_over(struct fragment *f) {
    vec4 t = top(f);
    return t + bottom(f) * (1 - t[3]);
}

static vec4 blend_src_in(struct fragment *f) {
    return top(f) * bottom(f)[3];
}

static vec4 blend_src_out(struct fragment *f) {
    return top(f) * (1 - bottom(f)[3]);
}

static vec4 blend_src_atop(struct fragment *f) {
    vec4 b = bottom(f), t = top(f);
    return t * b[3] + b * (1 - t[3]);
}

static vec4 one_channel(struct fragment *f, int channel) {
    vec4 b = bottom(f), t = top(f), r = b;
    r[channel] = (1 - t[3]) * b[channel] + t[channel];
    r[3] = b[3] + t[3] - b[3] * t[3];
    return r;
}

static vec4 blend_red(struct fragment *f) {
    return one_channel(f, 0);
}

static vec4 blend_green(struct fragment *f) {
    return one_channel(f, 1);
}

static vec4 blend_blue(struct fragment *f) {
    return one_channel(f, 2);
}

/* ---- blurs and shadows */

static vec4 convolved(const struct fragment *f) {
    const float *offset = CONSTANT(offset), *weights = CONSTANT(weights);
    int count = (int)clamp(CONSTANT(count)[0], 0, 32) * 4;
    double u = f->tc0[0] + offset[2], v = f->tc0[1] + offset[3];
    vec4 sum = {0, 0, 0, 0};
    for (int i = 0; i < count; i++) {
        sum += weights[i] * sample_at(f, T_img, u, v);
        u += offset[0];
        v += offset[1];
    }
    return sum;
}

static vec4 linear_convolve(struct fragment *f) {
    return convolved(f);
}

static vec4 linear_convolve_shadow(struct fragment *f) {
    const float *color = CONSTANT(shadowColor);
    return (vec4){color[0], color[1], color[2], color[3]} * clamp(convolved(f)[3], 0, 1);
}

/* ---- one input */

static vec4 base(const struct fragment *f) {
    return sample_at(f, T_baseImg, f->tc0[0], f->tc0[1]);
}

static vec4 brightpass(struct fragment *f) {
    vec4 color = base(f);
    double luminance = 0.2125 * color[0] + 0.7154 * color[1] + 0.0721 * color[2];
    return color * (luminance > color[3] * CONSTANT(threshold)[0] ? 1.0 : 0.0);
}

static vec4 invert_mask(struct fragment *f) {
    const float *offset = CONSTANT(offset);
    double inverse = 1 - sample_at(f, T_baseImg, f->tc0[0] - offset[0], f->tc0[1] - offset[1])[3];
    return (vec4){inverse, inverse, inverse, inverse};
}

static vec4 sepia_tone(struct fragment *f) {
    vec4 color = base(f);
    double level = CONSTANT(level)[0], light = 0.30 * color[0] + 0.59 * color[1] + 0.11 * color[2];
    vec4 sepia = {1.60 * light, 1.20 * light, 0.90 * light, color[3]};
    vec4 result = sepia * level + color * (1 - level);
    result[3] = color[3];
    return result;
}

static void to_hsb(vec4 color, double *hue, double *saturation, double *brightness) {
    double high = fmax(fmax(color[0], color[1]), color[2]), low = fmin(fmin(color[0], color[1]), color[2]);
    *hue = *saturation = 0;
    *brightness = high;
    if (high > low) {
        vec4 c = (high - color) / (high - low);
        *hue = color[0] == high ? c[2] - c[1] : color[1] == high ? 2 + c[0] - c[2] : 4 + c[1] - c[0];
        *hue = *hue / 6 + (*hue < 0 ? 1 : 0);
        *saturation = (high - low) / high;
    }
}

static vec4 from_hsb(double hue, double saturation, double brightness) {
    double sixth = (hue - floor(hue)) * 6, part = sixth - floor(sixth);
    double p = brightness * (1 - saturation), q = brightness * (1 - saturation * part);
    double t = brightness * (1 - saturation * (1 - part));
    switch ((int)sixth) {
        case 0: return (vec4){brightness, t, p, 1};
        case 1: return (vec4){q, brightness, p, 1};
        case 2: return (vec4){p, brightness, t, 1};
        case 3: return (vec4){p, q, brightness, 1};
        case 4: return (vec4){t, p, brightness, 1};
        default: return (vec4){brightness, p, q, 1};
    }
}

static vec4 color_adjust(struct fragment *f) {
    vec4 color = base(f);
    double alpha = color[3], hue, saturation, brightness;
    color = alpha > 0 ? color / alpha : color;
    to_hsb((color - 0.5) * CONSTANT(contrast)[0] + 0.5, &hue, &saturation, &brightness);
    hue += CONSTANT(hue)[0];
    double more = CONSTANT(saturation)[0] - 1;
    saturation = more > 0 ? saturation + (1 - saturation) * more : saturation * (more + 1);
    more = CONSTANT(brightness)[0] - 1;
    if (more > 0) {
        saturation *= 1 - more;
        brightness += (1 - brightness) * more;
    } else {
        brightness *= more + 1;
    }
    return alpha * from_hsb(hue, clamp(saturation, 0, 1), clamp(brightness, 0, 1));
}

static vec4 perspective_transform(struct fragment *f) {
    const float *rows[3] = {CONSTANT(tx0), CONSTANT(tx1), CONSTANT(tx2)};
    double p[3];
    RGB(p[i] = f->tc0[0] * rows[i][0] + f->tc0[1] * rows[i][1] + rows[i][2])
    return sample_at(f, T_baseImg, p[0] / p[2], p[1] / p[2]);
}

static vec4 displacement_map(struct fragment *f) {
    const float *tx = CONSTANT(sampletx), *image = CONSTANT(imagetx);
    vec4 offset = sample_at(f, T_mapImg, f->tc1[0], f->tc1[1]);
    double place[2];
    for (int i = 0; i < 2; i++) {
        place[i] = f->tc0[i] + tx[2 + i] * (offset[i] + tx[i]);
        place[i] -= CONSTANT(wrap)[0] * floor(place[i]);
        place[i] = image[i] + place[i] * image[2 + i];
    }
    return sample_at(f, T_origImg, place[0], place[1]);
}

/* ---- lighting */

static vec4 normal(vec4 v) {
    return v / sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

static double dot(vec4 a, vec4 b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static vec4 constant3(const float *v) {
    return (vec4){v[0], v[1], v[2], 0};
}

static vec4 lit(const struct fragment *f, vec4 light, vec4 color) {
    const float *kernel = CONSTANT(kvals);
    vec4 surface = {0, 0, 1, 0};
    for (int i = 0; i < 8; i++) {
        double height = sample_at(f, T_bumpImg, f->tc0[0] + kernel[4 * i], f->tc0[1] + kernel[4 * i + 1])[3];
        surface[0] += kernel[4 * i + 2] * height;
        surface[1] += kernel[4 * i + 3] * height;
    }
    surface = normal(surface);
    vec4 original = sample_at(f, T_origImg, f->tc1[0], f->tc1[1]), shine;
    double diffuse = CONSTANT(diffuseConstant)[0] * dot(surface, light);
    double along = fmax(dot(surface, normal(light + (vec4){0, 0, 1, 0})), 0);
    double specular = CONSTANT(specularConstant)[0] * pow(along, CONSTANT(specularExponent)[0]);
    RGB(original[i] *= clamp(diffuse * color[i], 0, 1))
    RGB(shine[i] = specular * color[i])
    shine[3] = fmax(fmax(shine[0], shine[1]), shine[2]);
    shine *= original[3];
    return shine + original * (1 - shine[3]);
}

static vec4 light_direction(const struct fragment *f) {
    double height = CONSTANT(surfaceScale)[0] * sample_at(f, T_bumpImg, f->tc0[0], f->tc0[1])[3];
    return normal(constant3(CONSTANT(lightPosition)) - (vec4){f->x, f->y, height, 0});
}

static vec4 lighting_distant(struct fragment *f) {
    return lit(f, constant3(CONSTANT(normalizedLightPosition)), constant3(CONSTANT(lightColor)));
}

static vec4 lighting_point(struct fragment *f) {
    return lit(f, light_direction(f), constant3(CONSTANT(lightColor)));
}

static vec4 lighting_spot(struct fragment *f) {
    vec4 light = light_direction(f);
    double away = fmin(dot(light, constant3(CONSTANT(normalizedLightDirection))), 0);
    return lit(f, light, constant3(CONSTANT(lightColor)) * pow(-away, CONSTANT(lightSpecularExponent)[0]));
}

/* ---- names; those of the convolutions go on with _ and the size they were unrolled for */

static const struct {
    const char *name;
    vec4 (*paint)(struct fragment *);
} PROGRAMS[] = {
    {"Blend_ADD", blend_add}, {"Blend_BLUE", blend_blue}, {"Blend_COLOR_BURN", blend_color_burn},
    {"Blend_COLOR_DODGE", blend_color_dodge}, {"Blend_DARKEN", blend_darken},
    {"Blend_DIFFERENCE", blend_difference}, {"Blend_EXCLUSION", blend_exclusion}, {"Blend_GREEN", blend_green},
    {"Blend_HARD_LIGHT", blend_hard_light}, {"Blend_LIGHTEN", blend_lighten}, {"Blend_MULTIPLY", blend_multiply},
    {"Blend_OVERLAY", blend_overlay}, {"Blend_RED", blend_red}, {"Blend_SCREEN", blend_screen},
    {"Blend_SOFT_LIGHT", blend_soft_light}, {"Blend_SRC_ATOP", blend_src_atop}, {"Blend_SRC_IN", blend_src_in},
    {"Blend_SRC_OUT", blend_src_out}, {"Blend_SRC_OVER", blend_src_over},
    {"Brightpass", brightpass}, {"ColorAdjust", color_adjust}, {"DisplacementMap", displacement_map},
    {"InvertMask", invert_mask}, {"LinearConvolve", linear_convolve},
    {"LinearConvolveShadow", linear_convolve_shadow}, {"PerspectiveTransform", perspective_transform},
    {"PhongLighting_DISTANT", lighting_distant}, {"PhongLighting_POINT", lighting_point},
    {"PhongLighting_SPOT", lighting_spot}, {"SepiaTone", sepia_tone},
};

bool decora_find(const char *name, struct program *program) {
    *program = (struct program) {0};
    size_t length = strlen(name);
    if (strncmp(name, "LinearConvolve", 14) == 0) {
        length = strcspn(name, "_");
    }
    for (size_t i = 0; i < sizeof PROGRAMS / sizeof *PROGRAMS; i++) {
        if (strlen(PROGRAMS[i].name) == length && strncmp(PROGRAMS[i].name, name, length) == 0) {
            program->paint = PROGRAMS[i].paint;
        }
    }
    return program->paint != NULL;
}
