package org.vkfx.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import javax.xml.parsers.DocumentBuilderFactory;

import javafx.scene.image.WritableImage;
import javafx.scene.paint.Color;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vkfx.bench.FirstFrame.Step;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Table, JSON and picture. */
class ReportTest {
    private static Report report() {
        Map<Step, Double> steps = new EnumMap<>(Step.class);
        for (Step step : Step.values()) {
            steps.put(step, 10.0 * step.ordinal());
        }
        return new Report(Samples.GPU, Samples.good().results(), List.of(steps), Samples.STARTUPS);
    }

    @Test
    void the_table_has_a_line_for_each_cell_and_each_target() {
        String table = report().table();
        assertThat(table).startsWith("NVIDIA H100, NVIDIA 580");
        assertThat(table.lines().filter(line -> line.matches(".* opengl +15[0-9]\\.[0-9] .*"))).hasSize(16);
        assertThat(table).contains("Small window, JavaFX at full speed", "Full window, default pulses",
                "met        0 bytes copied a frame: 0 bytes");
        assertThat(table).contains("First frame, each in a fresh process: 520.0 ms"); // 30 + 40 + … + 100
        assertThat(table).containsPattern("560\\.0 ms +1\\.12  a view by the host path").contains(
                "met        a program with a view: first frame within 1.2 of that of an ordinary image: 1.10 times");
    }

    @Test
    void columns_are_aligned() {
        List<String> rows = report().table().lines()
                .filter(line -> line.matches(" +(\\d+x\\d+)? +(opengl|copy|floor) .*"))
                .toList();
        assertThat(rows).hasSize(48);
        assertThat(rows.stream().map(row -> row.indexOf(".")).distinct()).as("of the rate's decimal point").hasSize(1);
    }

    @Test
    void json_has_machine_figures_samples_and_targets() {
        String json = report().json();
        assertThat(json).contains("\"cpu\": \"Xeon\"", "\"frames/s\": [", "\"verdict\": \"met\"",
                "\"bytes copied/frame\": [0.0, 0.0, 0.0]", "\"repeat\": 5", "\"millis\": [520.0, null, null]");
        assertThat(json).doesNotContain("NaN", "Infinity");
        assertThat(json.chars().filter(c -> c == '{').count()).isEqualTo(json.chars().filter(c -> c == '}').count());
    }

    @Test
    void a_picture_without_the_scene_is_told_from_one_with_it() {
        WritableImage picture = new WritableImage(16, 16);
        assertThat(Painting.isIn(picture)).isFalse();
        for (int i = 0; i < 7; i++) {
            picture.getPixelWriter().setColor(i, i, Color.color(i / 8.0, 0.6, 1 - i / 8.0));
        }
        assertThat(Painting.isIn(picture)).as("all but one").isFalse();
        picture.getPixelWriter().setColor(9, 3, Color.color(7 / 8.0, 0.6, 1 / 8.0));
        assertThat(Painting.isIn(picture)).isTrue();
    }

    @Test
    void texts_in_json_are_escaped() {
        assertThat(Json.of(List.of("a\"\\\n→"))).contains("\"a\\\"\\\\\\u000a\\u2192\"");
    }

    @Test
    void the_picture_is_xml_with_a_line_for_each_mode_in_each_panel() throws Exception {
        String svg = Plot.svg(report().results(), Samples.GPU);
        Document document = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)));
        var paths = document.getElementsByTagName("path");
        long lines = 0;
        for (int i = 0; i < paths.getLength(); i++) {
            lines += paths.item(i).getAttributes().getNamedItem("class").getNodeValue().equals("line") ? 1 : 0;
        }
        assertThat(lines).as("three in the legend, and in each of six panels").isEqualTo(3 + 3 * 6);
        assertThat(svg).contains("at full speed", ">8K</text>", ">480p</text>").doesNotContain("NaN", "Infinity");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.5, 0.5", "12.34, 12.3", "100, 100", "9526, 9526", "11847, 11.8k", "2500000, 2.5M", "20, 20"})
    void values_are_labelled_briefly(double value, String label) {
        assertThat(Scale.label(value)).isEqualTo(label);
    }

    @Test
    void an_axis_holds_its_values_and_has_round_ticks() {
        Scale linear = Scale.of(List.of(new Estimate(83, 80, 90), new Estimate(20, 10, 30)), false);
        assertThat(linear.ticks()).startsWith(0.0).hasSizeBetween(3, 7);
        assertThat(linear.position(83)).isBetween(0.7, 1.0);
        Scale logarithmic = Scale.of(List.of(new Estimate(30, 20, 40), new Estimate(15_000, 1, 2)), true);
        assertThat(logarithmic.ticks()).containsExactly(10.0, 100.0, 1000.0, 10_000.0, 100_000.0);
        assertThat(logarithmic.position(1000)).isEqualTo(0.5);
        assertThat(logarithmic.position(1)).as("a bound outside").isZero();
    }
}
