// In front of every shader.
#version 450

layout(push_constant) uniform Scene {
    mat4 viewProjection;
    vec4 eye;     // xyz position, w phase of the glow, 0 to 1
    vec4 knot;    // x cosine and y sine of its rotation, z roughness, w exposure
    vec4 first;   // linear colour, w height of the knot's centre
    vec4 second;  // linear colour
} scene;

const float SHADOW_SIZE = 2.6;  // half the width of what shadow.frag bakes
