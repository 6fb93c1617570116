package org.vkfx.vulkan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.PixelFormat;
import org.vkfx.VulkanDevice;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;

@Timeout(120)
@Needs(Machine.VULKAN)
class ReadbackBufferTest {
    private static final Executor THREADS = task -> Thread.ofPlatform().start(task);

    @ParameterizedTest
    @CsvSource({"BGRA8, 1, 1", "BGRA8, 17, 5", "BGRA8, 641, 479", "BGRA8, 1919, 1079",
            "RGBA8, 1, 1", "RGBA8, 17, 5", "RGBA8, 641, 479", "RGBA8, 1919, 1079"})
    void everyByteArrivesInJavaFxOrder(PixelFormat format, int width, int height) {
        try (Rig rig = new Rig(new ValidatedVulkan(), format, width, height)) {
            Random random = new Random(width);
            for (int frame = 0; frame < 3; frame++) {
                byte[] bytes = new byte[width * height * 4];
                random.nextBytes(bytes);
                rig.writer.write(rig.image, bytes);
                rig.readBack();
                ByteBuffer expected = ByteBuffer.wrap(format == PixelFormat.BGRA8 ? bytes : swapped(bytes));
                assertThat(rig.buffer.bytes().remaining()).isEqualTo(bytes.length);
                assertThat(rig.buffer.bytes().mismatch(expected)).as("first wrong byte").isEqualTo(-1);
            }
        }
    }

    /** R G B A to B G R A. */
    private static byte[] swapped(byte[] bytes) {
        byte[] swapped = bytes.clone();
        for (int i = 0; i < bytes.length; i += 4) {
            swapped[i] = bytes[i + 2];
            swapped[i + 2] = bytes[i];
        }
        return swapped;
    }

    @ParameterizedTest
    @EnumSource(PixelFormat.class)
    void followsARendererFrameAfterFrame(PixelFormat format) {
        try (Rig rig = new Rig(new ValidatedVulkan(0, VulkanDevice.version(1, 1), List.of()), format, 5, 3)) {
            ByteBuffer bytes = rig.buffer.bytes();
            assertThat(bytes.isDirect()).isTrue();
            assertThat(bytes.order()).isEqualTo(ByteOrder.nativeOrder());
            for (int frame = 1; frame < 20; frame++) {
                rig.writer.clear(rig.image, frame / 255f, 1, 0, 128 / 255f);
                rig.readBack();
                for (int i = 0; i < bytes.capacity(); i += 4) {
                    assertThat(bytes.getInt(i)).as("ARGB").isEqualTo(0x8000ff00 | frame << 16);
                }
                rig.vulkan.assertNoMessages();
            }
        }
    }

    @Test
    void submitsFromManyThreads() {
        try (ValidatedVulkan vulkan = new ValidatedVulkan()) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int thread = 1; thread <= 4; thread++) {
                int number = thread;
                threads.add(CompletableFuture.runAsync(() -> {
                    try (Rig rig = new Rig(vulkan, context, PixelFormat.values()[number % 2], 64, 64)) {
                        for (int frame = 0; frame < 50; frame++) {
                            rig.writer.clear(rig.image, number / 255f, frame / 255f, 0, 1);
                            rig.readBack();
                            assertThat(rig.buffer.bytes().getInt(64 * 64 * 4 - 4))
                                    .isEqualTo(0xff000000 | number << 16 | frame << 8);
                        }
                    }
                }, THREADS));
            }
            // All of them, before the device is destroyed.
            CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).join();
        }
    }

    @Test
    void submitTakesTheQueueLockFirst() throws Exception {
        try (Rig rig = new Rig(new ValidatedVulkan(), PixelFormat.BGRA8, 4, 4)) {
            rig.writer.clear(rig.image, 0, 0, 0, 1);
            ReentrantLock queueLock = (ReentrantLock) rig.vulkan.device().queueLock();
            queueLock.lock();
            CompletableFuture<Void> other;
            try {
                other = CompletableFuture.runAsync(rig::readBack, THREADS);
                while (!queueLock.hasQueuedThreads()) {
                    assertThat(other).as("waits for the queue lock").isNotDone();
                    Thread.onSpinWait();
                }
                assertThat(rig.copied.value()).isZero();
                // Would hang if the other thread held the buffer while it waits.
                assertThat(CompletableFuture.supplyAsync(rig.buffer::bytes, THREADS).get(10, TimeUnit.SECONDS))
                        .isNotNull();
            } finally {
                queueLock.unlock();
            }
            other.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void useAfterCloseIsRefused() {
        try (Rig rig = new Rig(new ValidatedVulkan(), PixelFormat.RGBA8, 4, 4)) {
            ByteBuffer held = rig.buffer.bytes();
            rig.buffer.close();
            rig.buffer.close();
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> held.get(0));
            assertFails(Reason.ILLEGAL_STATE, "closed", rig.buffer::bytes);
            assertFails(Reason.ILLEGAL_STATE, "closed", () -> rig.buffer.submit(rig.copied, 1));
            assertThat(((ReentrantLock) rig.vulkan.device().queueLock()).isLocked()).isFalse();
            rig.image.close();
            assertFails(Reason.ILLEGAL_STATE, "image to be copied was closed",
                    () -> new ReadbackBuffer(rig.context, rig.image));
        }
    }

    private static void assertFails(Reason reason, String message, Runnable call) {
        assertThatExceptionOfType(BridgeException.class).isThrownBy(call::run).withMessageContaining(message)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    /** An image, a renderer, and the buffer. Owns the device if it made the context itself. */
    private static final class Rig implements AutoCloseable {
        final ValidatedVulkan vulkan;
        final DeviceContext context;
        final ExportableImage image;
        final ReadbackBuffer buffer;
        final ImageWriter writer;
        final TimelineSemaphore copied;
        private final boolean owner;
        private long copies;

        Rig(ValidatedVulkan vulkan, PixelFormat format, int width, int height) {
            this(vulkan, DeviceContext.of(vulkan.device()), format, width, height, true);
        }

        Rig(ValidatedVulkan vulkan, DeviceContext context, PixelFormat format, int width, int height) {
            this(vulkan, context, format, width, height, false);
        }

        private Rig(ValidatedVulkan vulkan, DeviceContext context, PixelFormat format, int width, int height,
                boolean owner) {
            this.vulkan = vulkan;
            this.context = context;
            this.owner = owner;
            image = new ExportableImage(context, width, height, format, MemoryHandleType.NONE, true);
            buffer = new ReadbackBuffer(context, image);
            writer = new ImageWriter(vulkan, context);
            copied = new TimelineSemaphore(context, 0);
        }

        void readBack() {
            buffer.submit(copied, ++copies);
            assertThat(copied.await(copies, TimeUnit.SECONDS.toNanos(30))).as("copied in time").isTrue();
        }

        @Override
        public void close() {
            copied.close();
            writer.close();
            buffer.close();
            image.close();
            if (owner) {
                vulkan.close();
            }
        }
    }
}
