layout(set = 0, binding = 0) uniform sampler2D shadowMap;

// The ground at a point, seen along a direction: a dark floor in a pool of light, a grid that fades out, the shadow.
vec3 ground(vec2 p, vec3 direction) {
    float square = dot(p, p);
    vec2 local = vec2(scene.knot.x * p.x - scene.knot.y * p.y, scene.knot.y * p.x + scene.knot.x * p.y);
    float shadow = textureLod(shadowMap, local / (2.0 * SHADOW_SIZE) + 0.5, 0.0).r;
    vec2 width = fwidth(p);
    vec2 toLine = abs(fract(p) - 0.5);
    vec2 line = clamp((toLine - 0.493) / width + 1.0, 0.0, 1.0) * min(0.014 / width, 1.0);
    float grid = max(line.x, line.y) * max(1.0 - 0.02 * square, 0.0);
    float pool = 1.0 / (1.0 + 0.14 * square);
    // A little of the knot's colour falls on the floor where it keeps the sky away.
    vec3 spill = mix(scene.first.rgb, scene.second.rgb, 0.4) * (0.05 - 0.05 * shadow);
    vec3 light = (vec3(0.050, 0.054, 0.080) * shadow + spill) * pool + vec3(0.004, 0.004, 0.008);
    light += grid * vec3(0.026, 0.046, 0.075) * (0.3 + 0.7 * shadow);
    float grazing = 1.0 + direction.y;
    grazing *= grazing;
    light += (0.03 + 0.4 * grazing * grazing) * sky(vec3(direction.x, -direction.y, direction.z));
    float away = clamp(square / 256.0, 0.0, 1.0);
    return mix(light, sky(vec3(direction.x, 0.0, direction.z)), away * (2.0 - away));
}
