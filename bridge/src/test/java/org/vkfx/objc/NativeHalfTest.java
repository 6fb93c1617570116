package org.vkfx.objc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For which processors a library of macOS is, by its first bytes. */
class NativeHalfTest {
    private static final int ARM64 = 0x0100000c;
    private static final int X86_64 = 0x01000007;

    @TempDir
    private Path folder;

    private Path file(int... words) throws IOException {
        return file(ByteOrder.BIG_ENDIAN, words);
    }

    private Path file(ByteOrder order, int... words) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * Integer.BYTES).order(order);
        for (int word : words) {
            bytes.putInt(word);
        }
        return Files.write(folder.resolve(System.mapLibraryName("rococoa")), bytes.array());
    }

    @Test
    void a_thin_library_is_for_one() throws IOException {
        assertThat(NativeHalf.architectures(file(ByteOrder.LITTLE_ENDIAN, 0xfeedfacf, ARM64, 0, 6)))
                .containsExactly("arm64");
        assertThat(NativeHalf.architectures(file(ByteOrder.LITTLE_ENDIAN, 0xfeedfacf, ARM64, 0x80000002, 6)))
                .containsExactly("arm64e");
        assertThat(NativeHalf.architectures(file(ByteOrder.LITTLE_ENDIAN, 0xfeedface, 7, 3, 6)))
                .containsExactly("i386");
    }

    @Test
    void a_fat_library_is_for_several() throws IOException {
        assertThat(NativeHalf.architectures(
                file(0xcafebabe, 2, X86_64, 3, 0x4000, 100, 14, ARM64, 0, 0x8000, 100, 14)))
                .containsExactly("x86_64", "arm64");
        assertThat(NativeHalf.architectures(file(0xcafebabf, 2, X86_64, 3, 0, 0x4000, 0, 100, 14, 0, 0x0100000f, 0, 0,
                0x8000, 0, 100, 14, 0))).containsExactly("x86_64", "processor type 0x100000f");
    }

    @Test
    void anything_else_is_not_a_library_of_macos() throws IOException {
        Path javaClass = file(0xcafebabe, 69, 0, 0);
        assertThat(NativeHalf.architectures(javaClass)).isEmpty();
        assertThat(NativeHalf.architectures(file(0x7f454c46, 0x02010100, 0))).isEmpty();
        assertThat(NativeHalf.architectures(file())).isEmpty();
        assertThat(NativeHalf.architectures(file(0xcffaedfe))).isEmpty();
        assertThat(NativeHalf.architectures(file(ByteOrder.LITTLE_ENDIAN, 0xfeedfacf, ARM64))).isEmpty();
        Path cut = file(0xcafebabe, 2, X86_64, 3);
        assertThatIOException().isThrownBy(() -> NativeHalf.architectures(cut));
        assertThat(NativeHalf.found(folder.toString())).startsWith(cut + " cannot be read: ");
    }

    @ParameterizedTest
    @CsvSource({"natives-macos-arm64,arm64", "natives-macos,x86_64"})
    void what_is_published_tells_too(String classifier, String architecture) throws IOException {
        Path artifacts = Path.of(System.getProperty("vkfx.test.artifacts", "target/artifacts"));
        try (ZipFile jar = new ZipFile(artifacts.resolve("lwjgl-vulkan-3.4.3-" + classifier + ".jar").toFile())) {
            ZipEntry entry = jar.stream().map(e -> (ZipEntry) e).filter(e -> e.getName().endsWith("libMoltenVK.dylib"))
                    .findFirst().orElseThrow();
            Path library = folder.resolve("libMoltenVK.dylib");
            try (InputStream in = jar.getInputStream(entry)) {
                Files.copy(in, library);
            }
            assertThat(NativeHalf.architectures(library)).isEqualTo(List.of(architecture));
        }
    }

    @Test
    void the_first_one_on_the_path_is_told() throws IOException {
        Path file = file(0xcafebabe, 2, X86_64, 3, 0x4000, 100, 14, ARM64, 0, 0x8000, 100, 14);
        assertThat(NativeHalf.found(folder.resolve("none") + File.pathSeparator + folder))
                .isEqualTo(file + " is for x86_64 and arm64.");
        file(0x7f454c46, 0x02010100, 0);
        assertThat(NativeHalf.found(folder.toString())).isEqualTo(file + " is no library of macOS.");
        for (String path : List.of("", folder.resolve("none").toString())) {
            assertThat(NativeHalf.found(path)).isEqualTo("There is no " + file.getFileName() + " on jna.library.path.");
        }
    }
}
