layout(location = 0) in vec2 place;
layout(location = 0) out float light;

const int BALLS = 72;

// How much of the light from above the knot leaves to a point on the ground: the tube as a string of balls, each of
// which hides its share. Drawn once.
void main() {
    float hidden = 0.0;
    for (int i = 0; i < BALLS; i++) {
        float t = 6.2831853 * float(i) / float(BALLS);
        float r = KNOT_SCALE * (2.0 + cos(3.0 * t));
        vec3 knot = vec3(r * cos(2.0 * t), r * sin(2.0 * t), KNOT_DEPTH * sin(3.0 * t));
        knot.yz = mat2(KNOT_TILT_COS, KNOT_TILT_SIN, -KNOT_TILT_SIN, KNOT_TILT_COS) * knot.yz;
        vec3 d = knot + vec3(0.0, KNOT_HEIGHT, 0.0) - vec3(place.x, 0.0, place.y);
        float square = dot(d, d);
        hidden += KNOT_TUBE * KNOT_TUBE * d.y * d.y / (square * square);
    }
    float edge = max(abs(place.x), abs(place.y)) / SHADOW_SIZE;
    light = mix(exp(-1.15 * hidden), 1.0, smoothstep(0.55, 1.0, edge));
}
