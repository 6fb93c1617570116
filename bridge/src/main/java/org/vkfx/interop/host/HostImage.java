package org.vkfx.interop.host;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import javafx.scene.image.PixelBuffer;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;

import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.FollowUp;
import org.vkfx.interop.SharedImage;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.vulkan.ExportableImage;
import org.vkfx.vulkan.MemoryHandleType;
import org.vkfx.vulkan.ReadbackBuffer;
import org.vkfx.vulkan.TimelineSemaphore;

/** A Vulkan image, the host memory it is copied to when rendered, and the JavaFX image over that memory. */
final class HostImage extends SharedImage {
    private static final ValueLayout.OfLong PAIR = JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long OPAQUE_PAIR = 0xff000000_ff000000L;

    private final FollowUp copy;
    private final ReadbackBuffer readback;
    private final WritableImage image;
    private final PixelBuffer<ByteBuffer> pixels;
    private final boolean opaque;
    private final MemorySegment memory; // as long as the buffer is open
    private final int pairs; // of pixels

    HostImage(DeviceRuntime device, ImageSpec spec) {
        super(device, new ExportableImage(device.context(), spec.width(), spec.height(), spec.format(),
                MemoryHandleType.NONE, true));
        FollowUp made = null;
        try {
            made = new Copy(device);
            readback = new ReadbackBuffer(device.context(), exportable());
        } catch (RuntimeException | Error e) {
            if (made != null) {
                made.close();
            }
            closeVulkan();
            throw e;
        }
        copy = made;
        opaque = spec.alpha() == AlphaMode.OPAQUE;
        memory = MemorySegment.ofBuffer(readback.bytes());
        pairs = (int) (memory.byteSize() / 8);
        pixels = new PixelBuffer<>(spec.width(), spec.height(), readback.bytes(), PixelFormat.getByteBgraPreInstance());
        image = new WritableImage(pixels);
    }

    /** Copies right behind the frame's own work: sooner than when the CPU has seen that complete. */
    @Override
    protected void presented() {
        if (copy.submit()) {
            copy.watch();
        } else {
            super.presented();
        }
    }

    /** The frame is rendered, and was not copied or too early: copy it. The waiter's thread. */
    @Override
    public void completed() {
        copy.submit();
        copy.awaitEnd();
    }

    final class Copy extends FollowUp {
        Copy(DeviceRuntime device) {
            super(device);
        }

        @Override
        protected void submit(TimelineSemaphore copied, long value) {
            readback.submit(copied, value);
        }

        @Override
        protected void ended() {
            if (!isRendered()) { // nothing was submitted before present, or to another queue
                HostImage.super.presented();
                return;
            }
            if (opaque) {
                setAlpha();
            }
            HostImage.super.completed();
        }

        @Override
        public void failed(BridgeException e) {
            HostImage.super.failed(e);
        }

        @Override
        public String toString() {
            return "Copied into host memory: " + HostImage.this;
        }
    }

    /** JavaFX has no format that ignores alpha. The waiter's thread. */
    private void setAlpha() {
        for (int i = 0; i < pairs; i++) { // counted by an int: the compiler makes vectors of it
            long at = 8L * i;
            memory.set(PAIR, at, memory.get(PAIR, at) | OPAQUE_PAIR);
        }
        if ((memory.byteSize() & 7) != 0) {
            memory.set(JAVA_BYTE, memory.byteSize() - 1, (byte) 0xff);
        }
    }

    /** Tells JavaFX that the pixels are new, and returns the image that has them. JavaFX thread. */
    WritableImage update() {
        pixels.updateBuffer(buffer -> null);
        return image;
    }

    /** Returns the host memory. */
    ReadbackBuffer readback() {
        return readback;
    }

    /** Returns what JavaFX uploads from. */
    PixelBuffer<ByteBuffer> pixels() {
        return pixels;
    }

    @Override
    protected void releaseFromJavaFx(Runnable done) {
        done.run(); // nothing shows the image any more, and JavaFX has uploaded what it ever showed of it
    }

    @Override
    public void closeVulkan() {
        if (readback != null) {
            copy.close();
            readback.close();
        }
        super.closeVulkan();
    }
}
