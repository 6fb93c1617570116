layout(location = 0) in vec3 far;
layout(location = 0) out vec4 colour;

void main() {
    colour = vec4(display(sky(normalize(far))), 1.0);
}
