layout(location = 0) in vec3 far;
layout(location = 0) out vec4 colour;

void main() {
    vec2 place = scene.eye.xz + far.xz * (scene.eye.y / max(-far.y, 1e-4));
    colour = vec4(display(ground(place, normalize(far))), 1.0);
}
