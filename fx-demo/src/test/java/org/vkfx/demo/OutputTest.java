package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

import javax.imageio.ImageIO;

import javafx.scene.image.WritableImage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vkfx.FrameStatistics;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;
import org.vkfx.InteropReport.Finding;

class OutputTest {
    @Test
    void jsonIsEscapedAscii() {
        assertThat(Json.of("a\"b\\c\nd\te\u0000é€😀"))
                .isEqualTo("\"a\\\"b\\\\c\\nd\\u0009e\\u0000\\u00e9\\u20ac\\ud83d\\ude00\"");
        assertThat(Json.of(new TreeMap<>(Map.of("a", List.of(1, 2.5, true), "b", List.of()))))
                .isEqualTo("{\"a\":[1,2.5,true],\"b\":[]}");
        assertThat(Json.of(null)).isEqualTo("null");
        assertThat(Json.of(Double.NaN)).isEqualTo("null");
    }

    @Test
    void figuresHaveAllFields() {
        InteropReport report = new InteropReport(Optional.of(InteropKind.OPENGL), "es2", "GPU", "00",
                OptionalLong.empty(),
                List.of(new Finding(InteropKind.OPENGL, true, "It \"works\".", "")));
        Figures figures = new Figures(InteropKind.OPENGL, report, "GPU", "00", 960, 600,
                new FrameStatistics(12, 11, 1, 2, 9, 0, 1, 1_500_000), 3, 2, 16.66666, null);
        assertThat(figures.json()).isEqualTo("""
                {"interop":"opengl","pipeline":"es2","device":"GPU","deviceUuid":"00","width":960,"height":600,
                "displayedFrames":9,"presentedFrames":11,"droppedFrames":2,"copyCalls":3,"bridgeCopies":0,
                "reallocations":1,"seconds":2.0,"fps":4.0,"frameTimeMillis":16.667,"presentToDisplayMillis":1.5,
                "error":null,"findings":[{"kind":"opengl","available":true,"reason":"It \\"works\\".","remedy":""}]}
                """.replace("\n", ""));
        assertThat(new Figures(null, null, "", "", 0, 0, FrameStatistics.NONE, 0, 0, 0, "no").json())
                .contains("\"interop\":null", "\"pipeline\":null", "\"fps\":0.0", "\"error\":\"no\"",
                        "\"findings\":[]");
    }

    @Test
    void pngHoldsThePixels(@TempDir Path folder) throws Exception {
        WritableImage image = new WritableImage(31, 17);
        for (int y = 0; y < 17; y++) {
            for (int x = 0; x < 31; x++) {
                image.getPixelWriter().setArgb(x, y, colour(x, y));
            }
        }
        Path file = folder.resolve("a.png");
        Png.write(image, file);
        var read = ImageIO.read(file.toFile());
        assertThat(read.getWidth()).isEqualTo(31);
        assertThat(read.getHeight()).isEqualTo(17);
        for (int y = 0; y < 17; y++) {
            for (int x = 0; x < 31; x++) {
                assertThat(read.getRGB(x, y)).isEqualTo(colour(x, y));
            }
        }
    }

    private static int colour(int x, int y) {
        return 0xff000000 | x * 8 << 16 | y * 15 << 8 | (x * y & 0xff);
    }
}
