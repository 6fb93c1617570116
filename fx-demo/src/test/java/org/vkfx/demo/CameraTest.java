package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CameraTest {
    @ParameterizedTest
    @CsvSource({"0, 0.25, 6, 1.6", "2.2, 1.2, 3, 0.5", "-1, -0.08, 14, 4"})
    void whatIsLookedAtIsInTheMiddleAndUpIsUp(double yaw, double pitch, double distance, double aspect) {
        Camera camera = new Camera(yaw, pitch, distance);
        float[] eye = camera.eye(aspect);
        double[] middle = project(camera, aspect, 0, 1.02, 0);
        assertThat(middle[0]).isCloseTo(0, within(1e-4));
        assertThat(middle[1]).isCloseTo(0, within(1e-4));
        assertThat(middle[2]).isBetween(0.9, 1.0);
        assertThat(project(camera, aspect, 0, 1.5, 0)[1]).isNegative();
        assertThat(eye[1]).isPositive();
    }

    @Test
    void theHorizonIsWhereTheGroundEnds() {
        Camera camera = Camera.START;
        double[] far = project(camera, 1.6, -1e5 * Math.sin(camera.yaw()), 0, -1e5 * Math.cos(camera.yaw()));
        assertThat(0.5 + 0.5 * far[1]).isCloseTo(camera.horizon(1.6), within(1e-3));
    }

    @Test
    void staysWithinItsLimits() {
        assertThat(Camera.START.orbit(0, 100).pitch()).isLessThan(Math.PI / 2);
        assertThat(Camera.START.zoom(1e-9).distance()).isPositive();
        assertThat(Camera.START.zoom(1e9).distance()).isLessThan(20);
        assertThat(Camera.START.orbit(1e3, 0).yaw()).isBetween(-Math.PI, Math.PI);
    }

    private static double[] project(Camera camera, double aspect, double x, double y, double z) {
        float[] m = camera.viewProjection(aspect);
        double[] clip = new double[4];
        for (int row = 0; row < 4; row++) {
            clip[row] = m[row] * x + m[4 + row] * y + m[8 + row] * z + m[12 + row];
        }
        return new double[]{clip[0] / clip[3], clip[1] / clip[3], clip[2] / clip[3]};
    }
}
