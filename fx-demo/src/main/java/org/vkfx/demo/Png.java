package org.vkfx.demo;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

import javafx.scene.image.Image;
import javafx.scene.image.PixelReader;

/** Writes images as PNG (8 bits, RGB without alpha) without AWT, which would want a toolkit of its own. */
final class Png {
    private static final long SIGNATURE = 0x89504e470d0a1a0aL;
    private static final byte[] RGB_8_BITS = {8, 2, 0, 0, 0};
    private static final byte FILTER_UP = 2;

    private Png() {
    }

    /** Writes a file, or replaces it. */
    static void write(Image image, Path file) throws IOException {
        int width = (int) image.getWidth();
        int height = (int) image.getHeight();
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            out.writeLong(SIGNATURE);
            chunk(out, "IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put(RGB_8_BITS).array());
            chunk(out, "IDAT", compress(image.getPixelReader(), width, height));
            chunk(out, "IEND", new byte[0]);
        }
    }

    private static byte[] compress(PixelReader pixels, int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            byte[] above = new byte[3 * width];
            byte[] row = new byte[3 * width];
            byte[] filtered = new byte[1 + 3 * width];
            filtered[0] = FILTER_UP;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int argb = pixels.getArgb(x, y);
                    row[3 * x] = (byte) (argb >> 16);
                    row[3 * x + 1] = (byte) (argb >> 8);
                    row[3 * x + 2] = (byte) argb;
                }
                for (int i = 0; i < row.length; i++) {
                    filtered[1 + i] = (byte) (row[i] - above[i]);
                }
                out.write(filtered);
                byte[] used = above;
                above = row;
                row = used;
            }
        }
        return bytes.toByteArray();
    }

    private static void chunk(DataOutputStream out, String type, byte[] content) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(content);
        out.writeInt(content.length);
        out.write(name);
        out.write(content);
        out.writeInt((int) crc.getValue());
    }
}
