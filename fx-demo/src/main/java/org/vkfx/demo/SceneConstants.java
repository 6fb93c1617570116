package org.vkfx.demo;

import org.vkfx.demo.Look.Palette;

/** The push constants of all shaders, laid out as common.glsl says: 128 bytes, what every device has. */
final class SceneConstants {
    private static final double TURN_A_SECOND = 0.42;
    private static final double GLOW_LOOP_SECONDS = 9;
    private static final double BOB_SECONDS = 6;

    private SceneConstants() {
    }

    /** The scene at a time. */
    static float[] of(Camera camera, Look look, double time, double aspect) {
        float[] values = new float[32];
        System.arraycopy(camera.viewProjection(aspect), 0, values, 0, 16);
        System.arraycopy(camera.eye(aspect), 0, values, 16, 3);
        double phase = time / GLOW_LOOP_SECONDS;
        values[19] = (float) (phase - Math.floor(phase));
        double angle = time * TURN_A_SECOND;
        values[20] = (float) Math.cos(angle);
        values[21] = (float) Math.sin(angle);
        values[22] = (float) look.roughness();
        values[23] = (float) look.exposure();
        Palette palette = look.palette();
        linear(palette.first(), values, 24);
        values[27] = (float) (Knot.HEIGHT + 0.05 * Math.sin(2 * Math.PI * time / BOB_SECONDS));
        linear(palette.second(), values, 28);
        return values;
    }

    private static void linear(int rgb, float[] values, int at) {
        for (int i = 0; i < 3; i++) {
            values[at + i] = (float) Math.pow((rgb >> 16 - 8 * i & 0xff) / 255.0, 2.2);
        }
    }
}
