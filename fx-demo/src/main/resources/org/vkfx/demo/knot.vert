layout(constant_id = 0) const bool MIRRORED = false;
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 place;
layout(location = 0) out vec3 worldPosition;
layout(location = 1) out vec3 worldNormal;
layout(location = 2) out vec2 tubePlace;

vec3 turn(vec3 v) {
    return vec3(scene.knot.x * v.x + scene.knot.y * v.z, v.y, scene.knot.x * v.z - scene.knot.y * v.x);
}

// The mirror image is drawn below the ground but lit as the original.
void main() {
    worldPosition = turn(position) + vec3(0.0, scene.first.w, 0.0);
    worldNormal = turn(normal);
    tubePlace = place;
    float up = MIRRORED ? -1.0 : 1.0;
    gl_Position = scene.viewProjection * vec4(worldPosition.x, up * worldPosition.y, worldPosition.z, 1.0);
}
