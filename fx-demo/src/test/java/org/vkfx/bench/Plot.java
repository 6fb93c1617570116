package org.vkfx.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import org.vkfx.bench.Cell.Mode;
import org.vkfx.bench.Cell.Pulses;
import org.vkfx.bench.Cell.Size;
import org.vkfx.bench.Cell.WindowKind;

/** The figures as a picture: one row for each window, one column for each figure, one line for each mode. SVG. */
final class Plot {
    private static final int WIDTH = 1120;
    private static final int TOP = 118;
    private static final int PANEL_WIDTH = 272;
    private static final int PANEL_HEIGHT = 210;
    private static final int LEFT = 76;
    private static final int COLUMN = 352;
    private static final int ROW = 300;
    private static final int INSET = 22; // of the first and the last size
    private static final int LABEL_HEIGHT = 13;

    private static final List<Panel> PANELS = List.of(
            new Panel("frames displayed a second", Figure.RATE, false),
            new Panel("µs a frame: bridge, or copy and upload", Figure.COST, true),
            new Panel("CPU ms a frame, whole process", Figure.CPU, true));

    private static final String STYLE = """
            text { font-family: system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2937; font-size: 12px; }
            .title { font-size: 21px; font-weight: 600; }
            .machine { fill: #6b7280; }
            .window { font-size: 15px; font-weight: 600; }
            .axis { fill: #6b7280; font-size: 11px; }
            .grid { stroke: #e5e7eb; }
            .base { stroke: #9ca3af; }
            .line { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
            .bound { stroke-width: 1.2; opacity: .65; }
            .value { font-size: 11px; font-weight: 600; }
            """;

    /** A column. */
    private record Panel(String title, Figure figure, boolean logarithmic) {
    }

    /** A value's label, to be moved apart from others. */
    private record Label(double y, String text, String colour) {
    }

    private final StringBuilder svg = new StringBuilder();
    private final Results results;
    private final List<Mode> modes;

    private Plot(Results results) {
        this.results = results;
        modes = results.cells().stream().map(Cell::mode).distinct().sorted().toList();
    }

    /** Draws the full-speed figures, or else those at the default pace. */
    static String svg(Results results, Machine machine) {
        Pulses pulses = results.cells().stream().map(Cell::pulses).max(Comparator.naturalOrder())
                .orElse(Pulses.DEFAULT);
        List<WindowKind> windows = results.cells().stream().filter(c -> c.pulses() == pulses).map(Cell::window)
                .distinct().sorted(Comparator.reverseOrder()).toList();
        return new Plot(results).draw(machine, pulses, windows);
    }

    private String draw(Machine machine, Pulses pulses, List<WindowKind> windows) {
        int height = TOP + windows.size() * ROW;
        svg.append(String.format(Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">%n<style>%n%s</style>%n",
                WIDTH, height, WIDTH, height, STYLE));
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        text("title", LEFT - 44, 36, "start", "Showing Vulkan frames in JavaFX"
                + (pulses == Pulses.FULL ? ", at full speed" : ", default pulses"));
        text("machine", LEFT - 44, 58, "start", machine.toString());
        legend();
        for (int row = 0; row < windows.size(); row++) {
            WindowKind window = windows.get(row);
            int y = TOP + row * ROW;
            text("window", LEFT - 44, y, "start",
                    window == WindowKind.FULL ? "Full window: one pixel for each of the screen's"
                            : "Small window: images of every size in about 640x360");
            for (int column = 0; column < PANELS.size(); column++) {
                panel(PANELS.get(column), window, pulses, LEFT + column * COLUMN, y + 40);
            }
        }
        return svg.append("</svg>\n").toString();
    }

    private static String colour(Mode mode) {
        return switch (mode) {
            case OPENGL, METAL -> "#2563eb";
            case HOST -> "#7c3aed";
            case COPY -> "#ea580c";
            case FLOOR -> "#6b7280";
        };
    }

    private static String name(Mode mode) {
        return switch (mode) {
            case OPENGL -> "view, zero-copy (OpenGL)";
            case METAL -> "view, zero-copy (Metal)";
            case HOST -> "view, host path";
            case COPY -> "copy into a PixelBuffer";
            case FLOOR -> "floor: a texture of JavaFX's own";
        };
    }

    private void legend() {
        int x = LEFT - 44;
        for (Mode mode : modes) {
            svg.append(String.format(Locale.ROOT,
                    "<path class=\"line\" d=\"M%d 80h26\" stroke=\"%s\"%s/><circle cx=\"%d\" cy=\"80\" r=\"3.6\" fill=\"%s\"/>%n",
                    x, colour(mode), dash(mode), x + 13, colour(mode)));
            text("", x + 34, 84, "start", name(mode));
            x += 54 + 7 * name(mode).length();
        }
    }

    private static String dash(Mode mode) {
        return mode == Mode.FLOOR ? " stroke-dasharray=\"5 4\"" : "";
    }

    private void panel(Panel panel, WindowKind window, Pulses pulses, int left, int top) {
        List<Cell> cells = results.cells().stream().filter(c -> c.window() == window && c.pulses() == pulses).toList();
        List<Size> sizes = sizes(cells);
        Scale scale = Scale.of(cells.stream().map(c -> results.of(c, panel.figure)).toList(), panel.logarithmic);
        text("", left - 2, top - 14, "start", panel.title);
        for (double tick : scale.ticks()) {
            double y = y(scale, tick, top);
            svg.append(String.format(Locale.ROOT, "<path class=\"grid\" d=\"M%d %.1fh%d\"/>%n", left, y, PANEL_WIDTH));
            text("axis", left - 8, y + 4, "end", Scale.label(tick));
        }
        svg.append(String.format(Locale.ROOT, "<path class=\"base\" d=\"M%d %dh%d\"/>%n", left, top + PANEL_HEIGHT,
                PANEL_WIDTH));
        for (int i = 0; i < sizes.size(); i++) {
            text("axis", x(i, sizes.size(), left), top + PANEL_HEIGHT + 17, "middle", name(sizes.get(i)));
        }
        List<Label> labels = new ArrayList<>();
        for (Mode mode : modes.reversed()) { // the view is drawn over the others
            line(cells, mode, panel, scale, left, top, labels);
        }
        place(labels, left + PANEL_WIDTH + 2 - INSET / 2.0, top + PANEL_HEIGHT);
    }

    private void line(List<Cell> cells, Mode mode, Panel panel, Scale scale, int left, int top, List<Label> labels) {
        StringBuilder path = new StringBuilder();
        StringBuilder marks = new StringBuilder();
        Label last = null;
        List<Size> sizes = sizes(cells);
        for (int i = 0; i < sizes.size(); i++) {
            Size size = sizes.get(i);
            Cell cell = cells.stream().filter(c -> c.mode() == mode && c.size().equals(size)).findFirst().orElse(null);
            Estimate e = cell == null ? Estimate.NONE : results.of(cell, panel.figure);
            if (Double.isNaN(e.median())) {
                continue;
            }
            double x = x(i, sizes.size(), left);
            double y = y(scale, e.median(), top);
            path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y));
            if (e.isBounded()) {
                marks.append(String.format(Locale.ROOT, "<path class=\"bound\" stroke=\"%s\" d=\"M%.1f %.1fV%.1f\"/>%n",
                        colour(mode), x, y(scale, e.low(), top), y(scale, e.high(), top)));
            }
            marks.append(String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.6\" fill=\"%s\"/>%n", x, y,
                    colour(mode)));
            last = new Label(y, Scale.label(e.median()), colour(mode));
        }
        svg.append(String.format("<path class=\"line\" stroke=\"%s\"%s d=\"%s\"/>%n%s", colour(mode), dash(mode), path,
                marks));
        if (last != null) {
            labels.add(last);
        }
    }

    /** Labels at the right end, each at its line's height if there is room, none under the axis. */
    private void place(List<Label> labels, double x, int bottom) {
        double limit = bottom + 4.0 - (labels.size() - 1) * LABEL_HEIGHT;
        double free = Double.NEGATIVE_INFINITY;
        for (Label label : labels.stream().sorted(Comparator.comparing(Label::y)).toList()) {
            double y = Math.max(Math.min(label.y + 4, limit), free);
            svg.append(String.format(Locale.ROOT,
                    "<text class=\"value\" x=\"%.1f\" y=\"%.1f\" style=\"fill:%s\">%s</text>%n", x, y, label.colour,
                    label.text));
            free = y + LABEL_HEIGHT;
            limit += LABEL_HEIGHT;
        }
    }

    private static List<Size> sizes(List<Cell> cells) {
        return cells.stream().map(Cell::size).distinct().sorted(Comparator.comparing(Size::bytes)).toList();
    }

    private static double x(int index, int count, int left) {
        return count == 1 ? left + PANEL_WIDTH / 2.0 : left + INSET + index * (PANEL_WIDTH - 2.0 * INSET) / (count - 1);
    }

    private static double y(Scale scale, double value, int top) {
        return top + PANEL_HEIGHT * (1 - scale.position(value));
    }

    private static String name(Size size) {
        return switch (size.toString()) {
            case "640x480" -> "480p";
            case "1920x1080" -> "1080p";
            case "3840x2160" -> "4K";
            case "7680x4320" -> "8K";
            default -> size.toString();
        };
    }

    private void text(String type, double x, double y, String anchor, String text) {
        svg.append(String.format(Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                type, x, y, anchor, text.replace("&", "&amp;").replace("<", "&lt;")));
    }
}
