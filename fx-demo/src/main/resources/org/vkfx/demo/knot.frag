layout(constant_id = 0) const bool MIRRORED = false;
layout(location = 0) in vec3 worldPosition;
layout(location = 1) in vec3 worldNormal;
layout(location = 2) in vec2 tubePlace;
layout(location = 0) out vec4 colour;

// A box of light with soft edges: 1 inside, 0 outside.
float softbox(vec2 p, vec2 centre, vec2 size, float blur) {
    vec2 beyond = abs(p - centre) - size;
    float t = clamp(0.5 - max(beyond.x, beyond.y) / blur, 0.0, 1.0);
    return t * t * (3.0 - 2.0 * t);
}

// A studio for the surface to reflect: sky, floor, a lamp above, a strip on each side. Rough surfaces see it blurred.
vec3 studio(vec3 d, float rough) {
    float blur = 0.1 + 2.2 * rough;
    float dim = 1.0 / (1.0 + 1.5 * rough);
    vec3 light = mix(sky(d), vec3(0.030, 0.031, 0.044), clamp(0.1 - 3.0 * d.y, 0.0, 1.0));
    float lamp = softbox(d.xz / max(d.y, 0.05), vec2(-0.25, 0.35), vec2(0.8, 0.5), blur) * clamp(4.0 * d.y, 0.0, 1.0);
    light += lamp * dim * vec3(4.6, 4.4, 4.1);
    if (MIRRORED) {
        return light;  // the strips would hardly be seen
    }
    float strip = softbox(d.zy / max(abs(d.x), 0.05), vec2(-0.35, 0.3), vec2(0.2, 0.9), blur);
    return light + strip * dim * (d.x < 0.0 ? vec3(2.1, 0.95, 0.75) : vec3(0.6, 1.15, 2.2));
}

vec3 shade(vec3 eye) {
    vec3 n = normalize(worldNormal);
    vec3 v = normalize(eye - worldPosition);
    float rough = scene.knot.z;
    float along = abs(2.0 * fract(tubePlace.x + 0.12) - 1.0);
    along = along * along * (3.0 - 2.0 * along);
    vec3 base = mix(scene.first.rgb, scene.second.rgb, along);

    // A thin light inlaid in a groove winds around the tube, and pulses run along it.
    float winding = tubePlace.y + 9.0 * tubePlace.x;
    float spiral = abs(fract(winding) - 0.5);
    float sharp = 1.0 / max(fwidth(winding), 1e-4);
    float seam = clamp((0.011 - spiral) * sharp + 0.5, 0.0, 1.0) * min(0.022 * sharp, 1.0);
    float groove = clamp((0.026 - spiral) * sharp + 0.5, 0.0, 1.0) * min(0.052 * sharp, 1.0);
    float pulse = fract(2.0 * tubePlace.x - 2.0 * scene.eye.w);
    pulse *= pulse;
    base *= 1.0 - 0.85 * groove;

    // What the knot hides from itself: its inside is darker, and so is what faces the floor.
    vec3 out3 = worldPosition - vec3(0.0, scene.first.w, 0.0);
    float open = clamp(0.62 + 0.5 * dot(n, out3), 0.22, 1.0);
    vec3 light = vec3(1.00, 0.96, 0.90) * max(dot(n, vec3(-0.226, 0.905, 0.362)), 0.0);
    light += vec3(0.50, 0.22, 0.18) * max(dot(n, vec3(-0.918, 0.255, -0.306)), 0.0);
    light += vec3(0.16, 0.27, 0.46) * max(dot(n, vec3(0.795, 0.348, -0.497)), 0.0);
    light += mix(vec3(0.035, 0.035, 0.045), vec3(0.13, 0.14, 0.19), 0.5 + 0.5 * n.y);

    // Schlick's Fresnel on a surface between lacquer and metal; roughness takes the rim away.
    float facing = 1.0 - max(dot(n, v), 0.0);
    float rim = facing * facing;
    rim *= rim * facing;
    vec3 f0 = 0.04 + 0.42 * base;
    vec3 fresnel = f0 + max(vec3(1.0 - rough) - f0, 0.0) * rim;
    vec3 shine = studio(reflect(-v, n), rough) * fresnel * (1.0 - 0.9 * groove);
    vec3 glow = seam * (0.12 + 5.0 * pulse * pulse) * (scene.second.rgb + 0.2);
    return (0.85 * base * light + shine) * open + glow;
}

void main() {
    if (MIRRORED) {
        vec3 ray = vec3(worldPosition.x, -worldPosition.y, worldPosition.z) - scene.eye.xyz;
        vec3 direction = normalize(ray);
        vec2 point = scene.eye.xz + ray.xz * scene.eye.y / max(-ray.y, 1e-3);
        float grazing = 1.0 + direction.y;
        float near = max(1.0 - 0.38 * worldPosition.y, 0.0);
        float strength = (0.16 + 0.4 * grazing * grazing) * near * near;
        // The mirror shows what an eye below the floor would see.
        vec3 reflected = shade(vec3(scene.eye.x, -scene.eye.y, scene.eye.z));
        colour = vec4(display(ground(point, direction) + strength * reflected), 1.0);
    } else {
        colour = vec4(display(shade(scene.eye.xyz)), 1.0);
    }
}
