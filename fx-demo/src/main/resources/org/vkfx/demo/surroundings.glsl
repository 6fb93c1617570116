// In front of the scene's fragment shaders.

// What is behind everything: a dusk gradient with a warm glow on one side of the horizon.
vec3 sky(vec3 d) {
    float h = max(d.y, 0.0);
    vec3 colour = mix(vec3(0.017, 0.021, 0.044), vec3(0.0025, 0.003, 0.009), min(2.0 * h, 1.0));
    float side = 0.5 - 0.5 * d.x;
    float low = max(1.0 - 2.4 * h, 0.0);
    return colour + low * low * low * mix(vec3(0.001, 0.024, 0.042), vec3(0.060, 0.013, 0.036), side * side);
}

// Tone curve with the sRGB encoding in it (Hejl and Burgess-Dawson), half a step of noise against bands in the dark.
vec3 display(vec3 light) {
    vec3 x = light * scene.knot.w;
    x = x * (6.2 * x + 0.5) / (x * (6.2 * x + 1.7) + 0.06);
    float noise = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5;
    return x + noise / 255.0;
}
