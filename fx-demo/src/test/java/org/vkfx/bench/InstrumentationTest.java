package org.vkfx.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongBinaryOperator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vkfx.bench.Instrumentation.Timed;

/** The rewritten classes do what they did, and are measured. */
class InstrumentationTest {
    /** To be rewritten. */
    public static final class Victim implements LongBinaryOperator {
        @Override
        public long applyAsLong(long a, long b) {
            if (a < 0) {
                throw new IllegalArgumentException();
            }
            return a * b;
        }
    }

    /** Loads one class from bytes, and the others as ever. */
    private static final class Loader extends ClassLoader {
        private final byte[] bytes;

        Loader(byte[] bytes) {
            super(InstrumentationTest.class.getClassLoader());
            this.bytes = bytes;
        }

        Class<?> define() {
            return defineClass(Victim.class.getName(), bytes, 0, bytes.length);
        }
    }

    private static byte[] victim() throws IOException {
        try (InputStream in = Victim.class.getResourceAsStream("InstrumentationTest$Victim.class")) {
            return in.readAllBytes();
        }
    }

    private static LongBinaryOperator rewritten() throws Exception {
        byte[] bytes = Instrumentation.rewritten(victim(),
                List.of(new Timed(Victim.class.getName(), "applyAsLong", Part.ACQUIRE)));
        return (LongBinaryOperator) new Loader(bytes).define().getConstructor().newInstance();
    }

    @Test
    void a_rewritten_method_returns_what_it_did_and_is_timed() throws Exception {
        LongBinaryOperator method = rewritten();
        long before = Probe.counts()[Part.ACQUIRE.ordinal()];
        assertThat(method.applyAsLong(6, 7)).isEqualTo(42);
        assertThat(method.applyAsLong(1L << 40, 2)).isEqualTo(1L << 41);
        long after = Probe.counts()[Part.ACQUIRE.ordinal()];
        assertThat(after - before).isEqualTo(2);
        assertThat(Probe.median(Part.ACQUIRE, before, after)).isPositive();
        assertThat(Probe.first(Part.ACQUIRE)).isNotZero();
    }

    @Test
    void what_a_rewritten_method_throws_is_thrown() throws Exception {
        LongBinaryOperator method = rewritten();
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> method.applyAsLong(-1, 1));
    }

    @Test
    void a_method_that_is_not_there_is_reported() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Instrumentation.rewritten(victim(),
                        List.of(new Timed(Victim.class.getName(), "applyAsInt", Part.ACQUIRE))))
                .withMessageContaining("0 methods applyAsInt");
    }

    /** Whoever renames a measured method is told here. */
    @Test
    void every_listed_method_is_in_the_bridge_and_in_javafx(@TempDir Path folder) throws IOException {
        Instrumentation.write(folder.resolve("bridge"), folder.resolve("javafx"));
        Path peer = folder.resolve("bridge/org/vkfx/prism/FramePeer.class");
        assertThat(ClassFile.of().parse(Files.readAllBytes(peer)).methods())
                .extracting(method -> method.methodName().stringValue())
                .contains("renderContent", "renderContent$original");
        try (var files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("FrameSwapchain.class", "VulkanView.class", "FrameNode.class",
                            "FramePeer.class", "ReadClock.class", "PrismSurface.class",
                            "NGImageView.class", "GLContext.class");
        }
    }

    @Test
    void uploads_are_counted_in_bytes() {
        long before = Probe.uploaded();
        Probe.upload(10, 20, 0x80E1, 0x8367, IntBuffer.allocate(1)); // BGRA, UNSIGNED_INT_8_8_8_8_REV
        assertThat(Probe.uploaded() - before).isEqualTo(800);
        Probe.upload(10, 20, 0x1906, 0x1401, IntBuffer.allocate(1)); // ALPHA, UNSIGNED_BYTE
        assertThat(Probe.uploaded() - before).isEqualTo(1000);
        Probe.upload(10, 20, 0x80E1, 0x8367, null); // allocates only
        assertThat(Probe.uploaded() - before).isEqualTo(1000);
        Probe.blit(10, 0, 0, 10);
        assertThat(Probe.uploaded() - before).isEqualTo(1400);
    }
}
