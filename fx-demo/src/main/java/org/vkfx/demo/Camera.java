package org.vkfx.demo;

/**
 * A camera on a sphere around the knot. Immutable: the JavaFX thread replaces it, the render thread reads it.
 *
 * @param yaw angle around the vertical, radians
 * @param pitch angle above the ground, radians
 * @param distance distance from the knot
 */
record Camera(double yaw, double pitch, double distance) {
    /** Where the window opens. */
    static final Camera START = new Camera(0.55, 0.25, 6.1);
    private static final double TARGET_HEIGHT = 1.02;
    private static final double HALF_HEIGHT = Math.tan(Math.toRadians(33) / 2);
    private static final double NEAR = 0.1;
    private static final double FAR = 60;

    /** Keeps the camera above the ground and in sight of the knot. */
    Camera {
        yaw = Math.IEEEremainder(yaw, 2 * Math.PI);
        pitch = Math.clamp(pitch, -0.08, 1.35);
        distance = Math.clamp(distance, 2.8, 14);
    }

    /** Turned by two angles. */
    Camera orbit(double turn, double lift) {
        return new Camera(yaw + turn, pitch + lift, distance);
    }

    /** Nearer (below 1) or farther. */
    Camera zoom(double factor) {
        return new Camera(yaw, pitch, distance * factor);
    }

    /** Where the camera is: x, y, z. */
    float[] eye(double aspect) {
        // A narrow picture needs a step back for the knot to fit.
        double away = distance * Math.max(1, 1.15 / aspect);
        return new float[]{(float) (away * Math.cos(pitch) * Math.sin(yaw)),
                (float) Math.max(0.25, TARGET_HEIGHT + away * Math.sin(pitch)),
                (float) (away * Math.cos(pitch) * Math.cos(yaw))};
    }

    /** Where the horizon is in the picture: 0 is the top edge or above, 1 the bottom edge or below. */
    double horizon(double aspect) {
        float[] eye = eye(aspect);
        double slope = (eye[1] - TARGET_HEIGHT) / Math.hypot(eye[0], eye[2]);
        return Math.clamp(0.5 - 0.5 * slope / HALF_HEIGHT, 0, 1);
    }

    /** World to Vulkan's clip space (y down, depth 0 to 1), column by column. */
    float[] viewProjection(double aspect) {
        float[] eye = eye(aspect);
        double[] back = normalize(eye[0], eye[1] - TARGET_HEIGHT, eye[2]);
        double[] right = normalize(back[2], 0, -back[0]);
        double[] up = {back[1] * right[2] - back[2] * right[1], back[2] * right[0] - back[0] * right[2],
                back[0] * right[1] - back[1] * right[0]};
        double depth = FAR / (NEAR - FAR);
        double[][] rows = {scale(right, 1 / (HALF_HEIGHT * aspect)), scale(up, -1 / HALF_HEIGHT), scale(back, depth),
                scale(back, -1)};
        float[] matrix = new float[16];
        for (int row = 0; row < 4; row++) {
            double[] r = rows[row];
            for (int column = 0; column < 3; column++) {
                matrix[column * 4 + row] = (float) r[column];
            }
            double moved = -(r[0] * eye[0] + r[1] * eye[1] + r[2] * eye[2]);
            matrix[12 + row] = (float) (row == 2 ? moved + depth * NEAR : moved);
        }
        return matrix;
    }

    private static double[] scale(double[] v, double factor) {
        return new double[]{v[0] * factor, v[1] * factor, v[2] * factor};
    }

    private static double[] normalize(double x, double y, double z) {
        double length = Math.sqrt(x * x + y * y + z * z);
        return new double[]{x / length, y / length, z / length};
    }
}
