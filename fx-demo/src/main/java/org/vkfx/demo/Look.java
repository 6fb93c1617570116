package org.vkfx.demo;

/**
 * What the controls set. Immutable: the JavaFX thread replaces it, the render thread reads it.
 *
 * @param exposure factor on all light
 * @param speed factor on time, 0 is a pause
 * @param roughness of the knot's surface, 0 to 1
 * @param palette the knot's colours
 */
record Look(double exposure, double speed, double roughness, Palette palette) {
    /** How the window opens. */
    static final Look START = new Look(1, 1, 0.18, Palette.EMBER);

    /** Two colours that the knot blends between, sRGB. */
    enum Palette {
        EMBER("Ember", 0xff3d24, 0xff9f45), LAGOON("Lagoon", 0x1478ff, 0x2ee6c8), ORCHID("Orchid", 0x7a3cff,
                0xff4fa0), MEADOW("Meadow", 0x0fae6a, 0xd6f04a), PEARL("Pearl", 0xd9d4cc, 0x9fb4d0);

        private final String title;
        private final int first;
        private final int second;

        Palette(String title, int first, int second) {
            this.title = title;
            this.first = first;
            this.second = second;
        }

        String title() {
            return title;
        }

        /** The first colour, 0xRRGGBB. */
        int first() {
            return first;
        }

        /** The second colour, 0xRRGGBB. */
        int second() {
            return second;
        }
    }

    Look withExposure(double value) {
        return new Look(value, speed, roughness, palette);
    }

    Look withSpeed(double value) {
        return new Look(exposure, value, roughness, palette);
    }

    Look withRoughness(double value) {
        return new Look(exposure, speed, value, palette);
    }

    Look withPalette(Palette value) {
        return new Look(exposure, speed, roughness, value);
    }
}
