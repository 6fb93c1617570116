package org.vkfx.demo;

/**
 * Colours that number frames, and what pictures of such frames must be like: one colour all over, a frame's that was
 * rendered, and never an older one than before. One thread.
 */
final class Colours {
    /** What a frame shows until it is finished: the number of no frame that a run could reach. */
    static final int UNFINISHED = 0xffff00ff;

    private static final int MULTIPLIER = 0x9e3779;
    private static final int INVERSE = inverse();
    private static final int RGB = 0xffffff;

    private int pictures;
    private int distinct;
    private int latest;

    /** Neighbours are clearly different, and all are up to 2^24. */
    static int of(int number) {
        return 0xff000000 | number * MULTIPLIER & RGB;
    }

    /** The number whose colour this is, from 0 to 2^24 - 1. */
    static int number(int argb) {
        return argb * INVERSE & RGB;
    }

    /** Modulo a power of two every step of Newton's doubles the number of right bits. */
    private static int inverse() {
        int x = 1;
        for (int i = 0; i < 5; i++) {
            x *= 2 - MULTIPLIER * x;
        }
        return x;
    }

    /**
     * Looks at a picture.
     *
     * @param argb its pixels, row by row
     * @param width pixels in a row
     * @param rendered the number of the newest frame that was submitted
     * @throws IllegalStateException when it is wrong, with a sentence
     */
    void look(int[] argb, int width, int rendered) {
        pictures++;
        int colour = argb[0];
        for (int i = 1; i < argb.length; i++) {
            if (argb[i] != colour) {
                throw new IllegalStateException(String.format(
                        "Picture %d is of two frames: pixel (0, 0) is %s, (%d, %d) is %s.", pictures, name(colour),
                        i % width, i / width, name(argb[i])));
            }
        }
        int number = number(colour);
        if (colour >>> 24 != 0xff || number == 0 || number > rendered) {
            throw new IllegalStateException("Picture " + pictures + " shows " + name(colour)
                    + ", which is the colour of none of the " + rendered + " frames.");
        }
        if (number < latest) {
            throw new IllegalStateException(
                    "Picture " + pictures + " shows frame " + number + " after frame " + latest + ".");
        }
        distinct += number > latest ? 1 : 0;
        latest = number;
    }

    private static String name(int argb) {
        return argb == UNFINISHED ? "an unfinished frame" : String.format("%08x", argb);
    }

    /** How many pictures were looked at. */
    int pictures() {
        return pictures;
    }

    /** How many different frames they showed. */
    int distinct() {
        return distinct;
    }
}
