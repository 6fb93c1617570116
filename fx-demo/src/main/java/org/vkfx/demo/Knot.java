package org.vkfx.demo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * A tube around a (2, 3) torus knot, as triangles: a vertex is position, normal (3 floats each) and the place along
 * and around the tube (2 floats, 0 to 1). The knot stands upright with a tilt, its centre is the origin.
 *
 * @param vertices little-endian floats
 * @param indices 16-bit indices
 */
record Knot(ByteBuffer vertices, ByteBuffer indices) {
    /** Bytes of one vertex. */
    static final int STRIDE = 32;
    /** Height of the knot's centre above the ground. */
    static final double HEIGHT = 1.4;
    private static final double SCALE = 0.36;
    private static final double DEPTH = 1.15 * SCALE;
    private static final double TUBE = 0.235;
    private static final double TILT = Math.toRadians(-20);
    private static final int ALONG = 216;
    private static final int AROUND = 18;

    /** Number of indices. */
    int indexCount() {
        return indices.remaining() / Short.BYTES;
    }

    /** Computes the mesh. */
    static Knot create() {
        // One more row and column than faces: the seam has two values of the place for one position.
        ByteBuffer vertices = direct((ALONG + 1) * (AROUND + 1) * STRIDE);
        for (int i = 0; i <= ALONG; i++) {
            double t = 2 * Math.PI * (i % ALONG) / ALONG;
            double[] p = curve(t);
            double[] ahead = curve(t + 0.01);
            double[] tangent = normalize(subtract(ahead, p));
            // Depends on the place alone, so the tube closes without a twist at its seam.
            double[] binormal = normalize(
                    cross(tangent, new double[]{p[0] + ahead[0], p[1] + ahead[1], p[2] + ahead[2]}));
            double[] normal = cross(binormal, tangent);
            for (int j = 0; j <= AROUND; j++) {
                double a = 2 * Math.PI * (j % AROUND) / AROUND;
                double[] out = new double[3];
                for (int k = 0; k < 3; k++) {
                    out[k] = Math.cos(a) * normal[k] + Math.sin(a) * binormal[k];
                    vertices.putFloat((float) (p[k] + TUBE * out[k]));
                }
                for (double n : out) {
                    vertices.putFloat((float) n);
                }
                vertices.putFloat((float) i / ALONG).putFloat((float) j / AROUND);
            }
        }
        return new Knot(vertices.flip(), triangles());
    }

    private static ByteBuffer triangles() {
        ByteBuffer indices = direct(ALONG * AROUND * 6 * Short.BYTES);
        int row = AROUND + 1;
        for (int i = 0; i < ALONG; i++) {
            for (int j = 0; j < AROUND; j++) {
                int a = i * row + j;
                for (int index : new int[]{a, a + 1, a + row, a + row, a + 1, a + row + 1}) {
                    indices.putShort((short) index);
                }
            }
        }
        return indices.flip();
    }

    /** Shader constants for the same curve: shadow.frag walks along it. */
    static Map<String, String> constants() {
        return Map.of("KNOT_SCALE", "" + SCALE, "KNOT_DEPTH", "" + DEPTH, "KNOT_TUBE", "" + TUBE, "KNOT_HEIGHT",
                "" + HEIGHT,
                "KNOT_TILT_COS", "" + Math.cos(TILT), "KNOT_TILT_SIN", "" + Math.sin(TILT));
    }

    private static double[] curve(double t) {
        double r = SCALE * (2 + Math.cos(3 * t));
        double y = r * Math.sin(2 * t);
        double z = DEPTH * Math.sin(3 * t);
        return new double[]{r * Math.cos(2 * t), Math.cos(TILT) * y - Math.sin(TILT) * z,
                Math.sin(TILT) * y + Math.cos(TILT) * z};
    }

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    private static double[] subtract(double[] a, double[] b) {
        return new double[]{a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    }

    private static double[] cross(double[] a, double[] b) {
        return new double[]{a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    }

    private static double[] normalize(double[] a) {
        double length = Math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]);
        return new double[]{a[0] / length, a[1] / length, a[2] / length};
    }
}
