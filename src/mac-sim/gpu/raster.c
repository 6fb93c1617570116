/*
 * Draws quads on the "GPU" thread. Positions are snapped to 1/16384 pixel, coverage is decided by integer edge
 * functions at pixel centres with the top-left rule, attributes are perspective-correct, and a pixel is blended in
 * double and rounded once: what a GPU does with exactly representable input, so that tests may expect exact pixels.
 */
#include "shade.h"

#include <math.h>

#define SNAP 16384

struct vertex {
    int64_t x, y; /* pixels times SNAP */
    double w_inverse;
    double tc[4];
    vec4 color;
};

static bool behind_eye_reported;

static void project(const struct draw *draw, int32_t index, struct vertex *vertex) {
    const float *in = draw->coordinates + (size_t)index * VERTEX_FLOATS;
    const uint8_t *color = draw->colors + (size_t)index * 4;
    const float *m = draw->matrix;
    double x = (double)m[0] * in[0] + (double)m[1] * in[1] + m[3];
    double y = (double)m[4] * in[0] + (double)m[5] * in[1] + m[7];
    double w = (double)m[12] * in[0] + (double)m[13] * in[1] + m[15];
    if (w < 1e-6) {
        if (!behind_eye_reported) {
            sim_offence("a vertex behind the eye: clipping in depth is not simulated");
        }
        behind_eye_reported = true;
        w = 1e-6;
    }
    vertex->x = llround((x / w + 1) / 2 * draw->target->width * SNAP);
    vertex->y = llround((1 - y / w) / 2 * draw->target->height * SNAP);
    vertex->w_inverse = 1 / w;
    for (int i = 0; i < 4; i++) {
        vertex->tc[i] = in[3 + i];
    }
    vertex->color = (vec4){color[0], color[1], color[2], color[3]} / 255.0;
}

static vec4 blend(int mode, vec4 source, vec4 destination) {
    switch (mode) {
        case COMPOSITE_CLEAR:
            return (vec4){0, 0, 0, 0};
        case COMPOSITE_SRC:
            return source;
        case COMPOSITE_DST_OUT:
            return destination * (1 - source[3]);
        case COMPOSITE_ADD:
            return source + destination;
        default:
            return source + destination * (1 - source[3]);
    }
}

static void shade(const struct draw *draw, struct fragment *fragment, int32_t x, int32_t y) {
    const struct program *program = &draw->program;
    fragment->discard = false;
    vec4 color = program->paint ? program->paint(fragment) : (vec4){1, 1, 1, 1};
    if (program->uses_vertex_color) {
        color *= fragment->color;
    }
    if (program->mask) {
        color *= program->mask(fragment);
    }
    if (fragment->discard || (program->alpha_test && color[3] == 0)) {
        return;
    }
    for (int i = 0; i < 4; i++) {
        color[i] = clamp(color[i], 0, 1);
    }
    int mode = draw->composite_mode;
    bool reads = mode != COMPOSITE_SRC && mode != COMPOSITE_CLEAR && !(mode == COMPOSITE_SRC_OVER && color[3] == 1);
    vec4 before = reads ? pixel_load(draw->target, x, y) : (vec4){0, 0, 0, 0};
    pixel_store(draw->target, x, y, blend(mode, color, before));
}

typedef __int128 wide; /* positions far outside of the target do not overflow */

static wide floor_div(wide a, wide b) { /* b > 0 */
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

struct edge {
    wide dx, dy, value; /* at the centre of pixel (x, y): value + dx * x + dy * y; inside where that is >= bias */
    int bias;
};

static struct edge edge_of(const struct vertex *a, const struct vertex *b) {
    struct edge edge;
    wide x = b->x - a->x, y = b->y - a->y;
    edge.dx = -y * SNAP;
    edge.dy = x * SNAP;
    edge.value = x * (SNAP / 2 - a->y) - y * (SNAP / 2 - a->x);
    edge.bias = (y == 0 && x > 0) || y < 0 ? 0 : 1; /* top and left edges own the centres on them */
    return edge;
}

/* Narrows the span of a row to what lies inside of an edge. */
static void narrow(const struct edge *edge, wide y, wide *from, wide *to) {
    wide missing = edge->bias - (edge->value + edge->dy * y); /* dx * x >= missing */
    if (edge->dx > 0) {
        wide first = -floor_div(-missing, edge->dx);
        *from = first > *from ? first : *from;
    } else if (edge->dx < 0) {
        wide end = floor_div(-missing, -edge->dx) + 1;
        *to = end < *to ? end : *to;
    } else if (missing > 0) {
        *to = *from;
    }
}

static void span(const struct draw *draw, const struct vertex *const vertices[3], const double at_zero[3],
                 const double step[3], int32_t from, int32_t to, int32_t y) {
    struct fragment fragment = {.arguments = &draw->arguments, .y = y + 0.5};
    for (int32_t x = from; x < to; x++) {
        double weights[3], sum = 0;
        for (int i = 0; i < 3; i++) {
            weights[i] = (at_zero[i] + step[i] * x) * vertices[i]->w_inverse;
            sum += weights[i];
        }
        double tc[4] = {0, 0, 0, 0};
        fragment.color = (vec4){0, 0, 0, 0};
        for (int i = 0; i < 3; i++) {
            double weight = weights[i] / sum;
            for (int j = 0; j < 4; j++) {
                tc[j] += vertices[i]->tc[j] * weight;
            }
            fragment.color += vertices[i]->color * weight;
        }
        fragment.tc0[0] = tc[0];
        fragment.tc0[1] = tc[1];
        fragment.tc1[0] = tc[2];
        fragment.tc1[1] = tc[3];
        fragment.x = x + 0.5;
        shade(draw, &fragment, x, y);
    }
}

static void triangle(const struct draw *draw, const struct vertex *a, const struct vertex *b, const struct vertex *c) {
    wide area = (wide)(b->x - a->x) * (c->y - a->y) - (wide)(b->y - a->y) * (c->x - a->x);
    if (area == 0) {
        return;
    }
    if (area < 0) { /* nothing is culled: turn it round */
        const struct vertex *swap = b;
        b = c;
        c = swap;
    }
    const struct vertex *const vertices[3] = {a, b, c};
    const struct edge edges[3] = {edge_of(b, c), edge_of(c, a), edge_of(a, b)}; /* each opposite its vertex */
    const struct rectangle *scissor = &draw->scissor;
    wide top = INT64_MAX, bottom = INT64_MIN;
    for (int i = 0; i < 3; i++) {
        top = vertices[i]->y < top ? vertices[i]->y : top;
        bottom = vertices[i]->y > bottom ? vertices[i]->y : bottom;
    }
    top = floor_div(top, SNAP);
    bottom = floor_div(bottom, SNAP) + 1;
    top = top < scissor->y ? scissor->y : top;
    bottom = bottom > scissor->y + scissor->height ? scissor->y + scissor->height : bottom;
    for (wide y = top; y < bottom; y++) {
        wide from = scissor->x, to = scissor->x + scissor->width;
        double at_zero[3], step[3];
        for (int i = 0; i < 3; i++) {
            narrow(&edges[i], y, &from, &to);
            at_zero[i] = (double)(edges[i].value + edges[i].dy * y);
            step[i] = (double)edges[i].dx;
        }
        span(draw, vertices, at_zero, step, (int32_t)from, (int32_t)(to < from ? from : to), (int32_t)y);
    }
}

void raster_run(const struct draw *draw) {
    for (int32_t i = 0; i + 3 < draw->vertices; i += 4) {
        struct vertex corners[4];
        for (int j = 0; j < 4; j++) {
            project(draw, i + j, &corners[j]);
        }
        triangle(draw, &corners[0], &corners[1], &corners[2]);
        triangle(draw, &corners[1], &corners[2], &corners[3]);
    }
}

vec4 pixel_load(const struct gpu_texture *texture, int32_t x, int32_t y) {
    const uint8_t *row = texture->pixels + texture->row_bytes * (size_t)y;
    const uint8_t *p = row + (size_t)x * 4;
    switch (texture->pixel_format) {
        case MTL_PIXEL_FORMAT_A8:
            return (vec4){0, 0, 0, row[x] / 255.0};
        case MTL_PIXEL_FORMAT_RGBA8:
            return (vec4){p[0], p[1], p[2], p[3]} / 255.0;
        case MTL_PIXEL_FORMAT_RGBA32F: {
            const float *f = (const float *)row + (size_t)x * 4;
            return (vec4){f[0], f[1], f[2], f[3]};
        }
        default:
            return (vec4){p[2], p[1], p[0], p[3]} / 255.0;
    }
}

static uint8_t rounded(double value) { /* half up; the little more keeps halves that suffered from 1/255 */
    return (uint8_t)(clamp(value, 0, 1) * 255 + 0.5 + 1e-9);
}

void pixel_store(struct gpu_texture *texture, int32_t x, int32_t y, vec4 color) {
    uint8_t *p = texture->pixels + texture->row_bytes * (size_t)y + (size_t)x * 4;
    int red = texture->pixel_format == MTL_PIXEL_FORMAT_RGBA8 ? 0 : 2;
    p[red] = rounded(color[0]);
    p[1] = rounded(color[1]);
    p[2 - red] = rounded(color[2]);
    p[3] = rounded(color[3]);
}
