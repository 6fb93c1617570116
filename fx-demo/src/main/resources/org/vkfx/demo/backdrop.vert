layout(location = 0) out vec3 far;

// One triangle over everything; its corners' places in the world give each pixel's direction.
void main() {
    vec2 corner = vec2((gl_VertexIndex << 1) & 2, gl_VertexIndex & 2) * 2.0 - 1.0;
    gl_Position = vec4(corner, 0.0, 1.0);
    vec4 world = inverse(scene.viewProjection) * vec4(corner, 0.5, 1.0);
    far = world.xyz / world.w - scene.eye.xyz;
}
