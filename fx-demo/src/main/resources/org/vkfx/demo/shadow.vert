layout(location = 0) out vec2 place;

void main() {
    vec2 corner = vec2((gl_VertexIndex << 1) & 2, gl_VertexIndex & 2) * 2.0 - 1.0;
    gl_Position = vec4(corner, 0.0, 1.0);
    place = corner * SHADOW_SIZE;
}
