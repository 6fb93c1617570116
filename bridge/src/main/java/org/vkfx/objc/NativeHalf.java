package org.vkfx.objc;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rococoa's native half, librococoa: which file it would be, and for which processors that is. Loads nothing. */
public final class NativeHalf {
    private static final String FILE = System.mapLibraryName("rococoa");
    /** Of mach-o/loader.h and mach-o/fat.h, as these are in a file. */
    private static final int THIN = 0xcffaedfe;
    private static final int THIN_32 = 0xcefaedfe;
    private static final int FAT = 0xcafebabe;
    private static final int FAT_64 = 0xcafebabf;
    /** More processors than there are; Java's classes begin with the same word as {@link #FAT}. */
    private static final int TOO_MANY = 32;
    private static final int HEADER = 12;
    private static final int FAT_ENTRY_REST = 12;
    private static final int FAT_64_ENTRY_REST = 24;

    private NativeHalf() {
    }

    /**
     * Looks for the file where JNA is told to look.
     *
     * @return a sentence about it
     */
    public static String found() {
        return found(System.getProperty("jna.library.path", ""));
    }

    static String found(String path) {
        for (String folder : path.split(File.pathSeparator)) {
            if (folder.isEmpty()) {
                continue;
            }
            Path file = Path.of(folder).resolve(FILE);
            if (Files.isRegularFile(file)) {
                return describe(file);
            }
        }
        return "There is no " + FILE + " on jna.library.path.";
    }

    private static String describe(Path file) {
        try {
            List<String> processors = architectures(file);
            return file + (processors.isEmpty() ? " is no library of macOS."
                    : " is for " + String.join(" and ", processors) + ".");
        } catch (IOException e) {
            return file + " cannot be read: " + e + ".";
        }
    }

    /**
     * Reads for which processors a library is.
     *
     * @param file any file
     * @return names as lipo(1) has them; none when it is not a library of macOS
     * @throws IOException when it cannot be read
     */
    static List<String> architectures(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file); DataInputStream in = new DataInputStream(bytes)) {
            if (Files.size(file) < HEADER) {
                return List.of();
            }
            return switch (in.readInt()) {
                case THIN, THIN_32 ->
                    List.of(name(Integer.reverseBytes(in.readInt()), Integer.reverseBytes(in.readInt())));
                case FAT -> fat(in, FAT_ENTRY_REST);
                case FAT_64 -> fat(in, FAT_64_ENTRY_REST);
                default -> List.of();
            };
        }
    }

    private static List<String> fat(DataInputStream in, int rest) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > TOO_MANY) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(name(in.readInt(), in.readInt()));
            in.skipNBytes(rest);
        }
        return names;
    }

    private static String name(int type, int subtype) {
        return switch (type) {
            case 0x0100000c -> (subtype & 0xff) == 2 ? "arm64e" : "arm64";
            case 0x01000007 -> "x86_64";
            case 7 -> "i386";
            default -> String.format(Locale.ROOT, "processor type 0x%x", type);
        };
    }
}
