/*
 * Prism's own programs, by the name of the shader: MASK_PAINT[_CYCLE][_AlphaTest], where the result is
 * mask * paint * vertex colour (the shaders of jsl-prism say what each part means); and sampling.
 */
#include "shade.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define CONSTANT(name) (f->arguments->constants.name)

/* ---- sampling */

static bool wrapped_index(int wrap, int64_t *index, uint32_t size) {
    int64_t last = (int64_t)size - 1;
    if (wrap == WRAP_REPEAT) {
        *index = (*index % (int64_t)size + size) % size;
    } else if (wrap == WRAP_ZERO && (*index < 0 || *index > last)) {
        return false;
    } else {
        *index = *index < 0 ? 0 : *index > last ? last : *index;
    }
    return true;
}

static vec4 texel(const struct sampler *sampler, int64_t x, int64_t y) {
    const struct gpu_texture *texture = sampler->texture;
    bool inside = wrapped_index(sampler->wrap, &x, texture->width) && wrapped_index(sampler->wrap, &y, texture->height);
    return inside ? pixel_load(texture, (int32_t)x, (int32_t)y) : (vec4){0, 0, 0, 0};
}

vec4 sample_at(const struct fragment *f, int index, double u, double v) {
    const struct sampler *sampler = &f->arguments->samplers[index];
    if (!sampler->texture) {
        return (vec4){0, 0, 0, 0};
    }
    atomic_fetch_add_explicit(&sampler->texture->sampled, 1, memory_order_relaxed);
    double x = clamp(u * sampler->texture->width, -1e9, 1e9), y = clamp(v * sampler->texture->height, -1e9, 1e9);
    if (!sampler->linear) { /* the little more decides for centres that meet a texel's border but for rounding */
        return texel(sampler, (int64_t)floor(x + 1e-9), (int64_t)floor(y + 1e-9));
    }
    /* as hardware does, with 8 bits of fraction */
    int64_t fixed_x = (int64_t)floor((x - 0.5) * 256 + 0.5), fixed_y = (int64_t)floor((y - 0.5) * 256 + 0.5);
    int64_t left = fixed_x >> 8, top = fixed_y >> 8;
    double right_part = (double)(fixed_x & 255) / 256, bottom_part = (double)(fixed_y & 255) / 256;
    vec4 upper = texel(sampler, left, top), lower = upper;
    if (right_part != 0) {
        upper = upper * (1 - right_part) + texel(sampler, left + 1, top) * right_part;
    }
    if (bottom_part == 0) {
        return upper;
    }
    lower = texel(sampler, left, top + 1);
    if (right_part != 0) {
        lower = lower * (1 - right_part) + texel(sampler, left + 1, top + 1) * right_part;
    }
    return upper * (1 - bottom_part) + lower * bottom_part;
}

/* ---- masks */

static double pgram(double x, double y, double half_x, double half_y) {
    double cover_x = fmin(clamp(half_x + 0.5 - fabs(x), 0, 1), half_x * 2);
    double cover_y = fmin(clamp(half_y + 0.5 - fabs(y), 0, 1), half_y * 2);
    return cover_x * cover_y;
}

static double mask_fill_pgram(const struct fragment *f) {
    return pgram(f->tc0[0], f->tc0[1], f->tc1[0], f->tc1[1]);
}

static double mask_draw_pgram(const struct fragment *f) {
    return mask_fill_pgram(f) - pgram(f->tc0[0], f->tc0[1], CONSTANT(idim)[0], CONSTANT(idim)[1]);
}

static double circle(double square, double radius, double limit) {
    return clamp(0.5 * (radius + 1 - (square - 0.25) / radius), 0, limit);
}

static double mask_fill_circle(const struct fragment *f) {
    return circle(f->tc0[0] * f->tc0[0] + f->tc0[1] * f->tc0[1], f->tc1[0], f->tc1[1]);
}

static double mask_draw_circle(const struct fragment *f) {
    double square = f->tc0[0] * f->tc0[0] + f->tc0[1] * f->tc0[1];
    return circle(square, f->tc1[0], f->tc1[1]) - circle(square, CONSTANT(idim)[0], CONSTANT(idim)[1]);
}

static double mask_fill_ellipse(const struct fragment *f) {
    double x = f->tc0[0], y = f->tc0[1];
    double pixel = fabs(x) * f->tc1[0] + fabs(y) * f->tc1[1];
    return clamp(0.5 + (1 + 0.25 * pixel * pixel - (x * x + y * y)) / (2 * pixel), 0, 1);
}

static double ellipse(double x, double y, double inverse_x, double inverse_y) {
    double u = fabs(x) * inverse_x, v = fabs(y) * inverse_y;
    return clamp(0.5 + (1 - (u * u + v * v)) / ((u * inverse_x + v * inverse_y) * 2), 0, 1);
}

static double mask_draw_ellipse(const struct fragment *f) {
    double inner = ellipse(f->tc0[0], f->tc0[1], CONSTANT(idim)[0], CONSTANT(idim)[1]);
    return clamp(ellipse(f->tc0[0], f->tc0[1], f->tc1[0], f->tc1[1]) - inner, 0, 1);
}

/* The corner of a rounded rectangle; smooth adds the curvature term the filling shaders have. */
static double corner(const struct fragment *f, const float *inverse, bool smooth) {
    double u = fmax(fabs(f->tc0[0]) - f->tc1[0], 0.001) * inverse[0];
    double v = fmax(fabs(f->tc0[1]) - f->tc1[1], 0.001) * inverse[1];
    double square = u * u + v * v;
    double pixel = (u * inverse[0] + v * inverse[1]) / square;
    double curve = smooth ? 0.25 * pixel * pixel : 0;
    return clamp(0.5 + (1 + curve - square) / (2 * pixel), 0, 1);
}

static double mask_fill_round_rect(const struct fragment *f) {
    return corner(f, CONSTANT(oinvarcradii), true);
}

static double mask_draw_round_rect(const struct fragment *f) {
    return clamp(corner(f, CONSTANT(oinvarcradii), false) - corner(f, CONSTANT(iinvarcradii), false), 0, 1);
}

static double mask_draw_semi_round_rect(const struct fragment *f) {
    double inner = pgram(f->tc0[0], f->tc0[1], CONSTANT(idim)[0], CONSTANT(idim)[1]);
    return clamp(corner(f, CONSTANT(oinvarcradii), true) - inner, 0, 1);
}

static double mask_texture(const struct fragment *f) {
    return sample_at(f, T_maskInput, f->tc0[0], f->tc0[1])[3];
}

static double mask_texture_difference(const struct fragment *f) {
    const float *inner = CONSTANT(innerOffset);
    return mask_texture(f) - sample_at(f, T_maskInput, f->tc0[0] - inner[0], f->tc0[1] - inner[1])[3];
}

/* ---- paints */

static double fraction(double value) {
    return value - floor(value);
}

static vec4 gradient_color(const struct fragment *f, double distance) {
    const float *fractions = CONSTANT(fractions); /* 12 of (start, 1 / length) */
    double place = 0;
    for (int i = 0; i < 11; i++) {
        place += clamp((distance - fractions[4 * i]) * fractions[4 * i + 1], 0, 1);
    }
    return sample_at(f, T_colors, (place + 0.5) / 16, CONSTANT(offset)[0]);
}

static vec4 cycle_pad(const struct fragment *f, double distance) {
    if (distance <= 0 || distance >= 1) {
        return sample_at(f, T_colors, distance <= 0 ? 0 : 1, CONSTANT(offset)[0]);
    }
    return gradient_color(f, distance);
}

static vec4 cycle_reflect(const struct fragment *f, double distance) {
    return gradient_color(f, 1 - fabs(fraction(distance * 0.5) - 0.5) * 2);
}

static vec4 cycle_repeat(const struct fragment *f, double distance) {
    return gradient_color(f, fraction(distance));
}

static double at_pixel(const struct fragment *f, const float *vector) {
    return f->x * vector[0] + f->y * vector[1] + vector[2];
}

static double linear_distance(const struct fragment *f) {
    return CONSTANT(gradParams)[3] + at_pixel(f, CONSTANT(gradParams)) / at_pixel(f, CONSTANT(perspVec));
}

static double focus_distance(const struct fragment *f, double x, double y) {
    const float *precalc = CONSTANT(precalc);
    double from_focus = x - precalc[0];
    return (precalc[0] * from_focus + sqrt(from_focus * from_focus + y * y * precalc[1])) * precalc[2];
}

static double radial_distance(const struct fragment *f) {
    double w = at_pixel(f, CONSTANT(perspVec));
    double x = at_pixel(f, CONSTANT(m0)) / w + CONSTANT(m0)[3], y = at_pixel(f, CONSTANT(m1)) / w + CONSTANT(m1)[3];
    return focus_distance(f, x, y);
}

static vec4 paint_linear_pad(struct fragment *f) {
    return cycle_pad(f, linear_distance(f));
}

static vec4 paint_linear_reflect(struct fragment *f) {
    return cycle_reflect(f, linear_distance(f));
}

static vec4 paint_linear_repeat(struct fragment *f) {
    return cycle_repeat(f, linear_distance(f));
}

static vec4 paint_radial_pad(struct fragment *f) {
    return cycle_pad(f, radial_distance(f));
}

static vec4 paint_radial_reflect(struct fragment *f) {
    return cycle_reflect(f, radial_distance(f));
}

static vec4 paint_radial_repeat(struct fragment *f) {
    return cycle_repeat(f, radial_distance(f));
}

static vec4 in_content(struct fragment *f, double u, double v) {
    const float *content = CONSTANT(content);
    double x = content[0] + fraction(u) * content[2], y = content[1] + fraction(v) * content[3];
    return sample_at(f, T_inputTex, x, y);
}

static vec4 paint_pattern(struct fragment *f) {
    const float *x = CONSTANT(xParams), *y = CONSTANT(yParams);
    double w = at_pixel(f, CONSTANT(perspVec));
    return in_content(f, at_pixel(f, x) / w + x[3], at_pixel(f, y) / w + y[3]);
}

/* The paints of masks from a texture take their place from the second texture coordinate. */
static vec4 paint_place_pattern(struct fragment *f) {
    return in_content(f, f->tc1[0], f->tc1[1]);
}

static vec4 place_gradient(struct fragment *f, double distance) {
    const float *content = CONSTANT(content);
    double u = content[0] + fraction(distance) * content[2] + clamp(distance, 0, 1) * content[3];
    return sample_at(f, T_colors, u, content[1]);
}

static vec4 paint_place_linear(struct fragment *f) {
    return place_gradient(f, f->tc1[0]);
}

static vec4 paint_place_radial(struct fragment *f) {
    return place_gradient(f, focus_distance(f, f->tc1[0], f->tc1[1]));
}

static vec4 paint_texture(struct fragment *f) {
    return sample_at(f, T_inputTex, f->tc0[0], f->tc0[1]);
}

static vec4 paint_masked_texture(struct fragment *f) {
    return sample_at(f, T_imageTex, f->tc0[0], f->tc0[1]) * sample_at(f, T_maskTex, f->tc1[0], f->tc1[1])[3];
}

static vec4 paint_super(struct fragment *f) {
    vec4 image = sample_at(f, T_inputTex0, f->tc0[0], f->tc0[1]) * f->tc1[0];
    return image + sample_at(f, T_inputTex1, f->tc0[0], f->tc0[1])[3] * f->tc1[1];
}

static vec4 power(vec4 value, double exponent) {
    return (vec4){pow(value[0], exponent), pow(value[1], exponent), pow(value[2], exponent), pow(value[3], exponent)};
}

static vec4 paint_second_pass_lcd(struct fragment *f) {
    const float *gamma = CONSTANT(gamma);
    double u = f->tc0[0], v = f->tc0[1];
    vec4 glyph = {sample_at(f, T_glyphColor, u - gamma[2], v)[3], sample_at(f, T_glyphColor, u, v)[3],
                  sample_at(f, T_glyphColor, u + gamma[2], v)[3], 0};
    glyph[3] = (glyph[0] + glyph[1] + glyph[2]) / 3;
    if (glyph[3] == 0) {
        f->discard = true;
        return glyph;
    }
    vec4 before = power(sample_at(f, T_dstColor, f->tc1[0], f->tc1[1]), gamma[1]);
    vec4 mixed = glyph[3] * (1 - before[3]) + glyph * before[3];
    mixed[3] = glyph[3];
    return power(before * (1 - glyph * f->color[3]) + f->color * mixed, gamma[0]);
}

/* ---- names */

#define NO_MASK NULL
static const struct {
    const char *name;
    double (*mask)(const struct fragment *);
    bool placed; /* paints come from the second texture coordinate */
} MASKS[] = {
    {"Solid", NO_MASK, false}, {"AlphaOne", NO_MASK, true}, {"Mask", NO_MASK, false},
    {"Texture", mask_texture, false}, {"AlphaTexture", mask_texture, true},
    {"AlphaTextureDifference", mask_texture_difference, true},
    {"FillPgram", mask_fill_pgram, false}, {"DrawPgram", mask_draw_pgram, false},
    {"FillCircle", mask_fill_circle, false}, {"DrawCircle", mask_draw_circle, false},
    {"FillEllipse", mask_fill_ellipse, false}, {"DrawEllipse", mask_draw_ellipse, false},
    {"FillRoundRect", mask_fill_round_rect, false}, {"DrawRoundRect", mask_draw_round_rect, false},
    {"DrawSemiRoundRect", mask_draw_semi_round_rect, false},
};

static const struct {
    const char *name;
    vec4 (*paint)(struct fragment *), (*placed)(struct fragment *);
} PAINTS[] = {
    {"Color", NULL, NULL},
    {"ImagePattern", paint_pattern, paint_place_pattern},
    {"LinearGradient", NULL, paint_place_linear},
    {"RadialGradient", NULL, paint_place_radial},
    {"LinearGradient_PAD", paint_linear_pad, NULL},
    {"LinearGradient_REFLECT", paint_linear_reflect, NULL},
    {"LinearGradient_REPEAT", paint_linear_repeat, NULL},
    {"RadialGradient_PAD", paint_radial_pad, NULL},
    {"RadialGradient_REFLECT", paint_radial_reflect, NULL},
    {"RadialGradient_REPEAT", paint_radial_repeat, NULL},
    {"TextureRGB", paint_texture, NULL}, /* of the mask named Mask: below */
    {"TextureSuper", paint_super, NULL},
    {"TextureFirstPassLCD", paint_texture, NULL},
    {"TextureSecondPassLCD", paint_second_pass_lcd, NULL},
};

static bool find_paint(const char *name, bool placed, struct program *program) {
    for (size_t i = 0; i < sizeof PAINTS / sizeof *PAINTS; i++) {
        if (strcmp(PAINTS[i].name, name) == 0) {
            program->paint = placed ? PAINTS[i].placed : PAINTS[i].paint;
            return program->paint || i == 0;
        }
    }
    return false;
}

bool program_find(const char *name, struct program *program) {
    *program = (struct program) {.uses_vertex_color = true};
    char mask[80];
    snprintf(mask, sizeof mask, "%s", name);
    char *suffix = strstr(mask, "_AlphaTest");
    if (suffix) {
        program->alpha_test = true;
        *suffix = 0;
    }
    if (strcmp(mask, "Mask_TextureRGB") == 0) {
        program->paint = paint_masked_texture;
        return true;
    }
    char *paint = strchr(mask, '_');
    if (paint) {
        *paint++ = 0;
        for (size_t i = 0; i < sizeof MASKS / sizeof *MASKS; i++) {
            if (strcmp(MASKS[i].name, mask) == 0 && find_paint(paint, MASKS[i].placed, program)) {
                program->mask = MASKS[i].mask;
                program->uses_vertex_color = program->paint != paint_second_pass_lcd;
                return true;
            }
        }
    }
    return decora_find(name, program);
}
