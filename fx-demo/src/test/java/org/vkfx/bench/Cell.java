package org.vkfx.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is measured at once.
 *
 * @param mode who shows the frames
 * @param size of the images
 * @param window where they are shown
 * @param pulses how often JavaFX paints
 */
record Cell(Mode mode, Size size, WindowKind window, Pulses pulses) {
    /** Who shows the frames. */
    enum Mode {
        /** The view, over OpenGL's memory objects. */
        OPENGL,
        /** The view, over Metal textures. */
        METAL,
        /** The view, over host memory. */
        HOST,
        /** What is written without the bridge: a copy into a PixelBuffer, shown by an ImageView. */
        COPY,
        /** A texture of JavaFX's own is drawn, and the frames are rendered elsewhere and never shown. */
        FLOOR;

        boolean isView() {
            return this == OPENGL || this == METAL || this == HOST;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Size of images.
     *
     * @param width pixels
     * @param height pixels
     */
    record Size(int width, int height) {
        private static final int MAX = 8192;

        static Size parse(String text) {
            String[] parts = text.toLowerCase(Locale.ROOT).split("x", -1);
            try {
                Size size = new Size(Integer.parseInt(parts[0]), Integer.parseInt(parts[parts.length == 2 ? 1 : 2]));
                if (Math.min(size.width, size.height) >= 16 && Math.max(size.width, size.height) <= MAX) {
                    return size;
                }
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                // said below
            }
            throw new IllegalArgumentException("'" + text + "' is not WIDTHxHEIGHT with both from 16 to " + MAX);
        }

        long bytes() {
            return 4L * width * height;
        }

        @Override
        public String toString() {
            return width + "x" + height;
        }
    }

    /** Where images are shown. */
    enum WindowKind {
        /** Pixel by pixel: JavaFX's own painting and presenting grow with the image. */
        FULL,
        /** In about as many pixels whatever the image's size, so that JavaFX's share stays the same. */
        SMALL;

        private static final int AREA = 640 * 360;

        /** Pixels of the image per unit of the view, in each direction. */
        double scale(Size size) {
            return this == FULL ? 1 : Math.max(1, Math.sqrt((double) size.width * size.height / AREA));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How often JavaFX paints. */
    enum Pulses {
        /** As in applications. */
        DEFAULT,
        /** As often as it can, whether anything has changed or not. */
        FULL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** All combinations, such that modes to be compared are neighbours in time. */
    static List<Cell> all(Pulses pulses, List<WindowKind> windows, List<Size> sizes, List<Mode> modes) {
        List<Cell> cells = new ArrayList<>();
        for (WindowKind window : windows) {
            for (Size size : sizes) {
                for (Mode mode : modes) {
                    cells.add(new Cell(mode, size, window, pulses));
                }
            }
        }
        return cells;
    }

    Cell with(Mode other) {
        return new Cell(other, size, window, pulses);
    }

    @Override
    public String toString() {
        return mode + " " + size + " " + window + " " + pulses;
    }

    static Cell parse(String text) {
        String[] words = text.toUpperCase(Locale.ROOT).split(" ");
        return new Cell(Mode.valueOf(words[0]), Size.parse(words[1]), WindowKind.valueOf(words[2]),
                Pulses.valueOf(words[3]));
    }
}
