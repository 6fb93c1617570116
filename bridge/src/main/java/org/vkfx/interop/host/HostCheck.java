package org.vkfx.interop.host;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.vkfx.interop.BackendCheck;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.TestPattern;
import org.vkfx.vulkan.ImageUpload;
import org.vkfx.vulkan.MemoryType;
import org.vkfx.vulkan.TimelineSemaphore;

/** Checks the chain VkImage, mapped host memory, PixelBuffer. */
final class HostCheck extends BackendCheck {
    private final DeviceRuntime device;
    private HostImage image; // null until memoryType(), and again once closed

    HostCheck(DeviceRuntime device) {
        this.device = device;
    }

    @Override
    protected String deviceMatch() {
        throw new NotApplicable("Any GPU will do, as pixels go through host memory.");
    }

    @Override
    protected String memoryType() {
        image = new HostImage(device, SPEC);
        MemoryType type = image.readback().memoryType();
        if (!type.isHostVisible()) {
            throw wrong("The memory is of " + type + ", not HOST_VISIBLE.");
        }
        return image.pixels().getBuffer().capacity() + " bytes of " + type + ".";
    }

    @Override
    protected String export() {
        throw new NotApplicable("Nothing is exported: the image is copied.");
    }

    @Override
    protected String handleProperties() {
        throw new NotApplicable("There is no handle.");
    }

    @Override
    protected String handleIdentity() {
        ByteBuffer javaFxs = image.pixels().getBuffer();
        long mapped = MemorySegment.ofBuffer(image.readback().bytes()).address();
        long read = MemorySegment.ofBuffer(javaFxs).address();
        if (read != mapped) {
            throw wrong("JavaFX reads from 0x" + Long.toHexString(read) + ", Vulkan's memory is mapped at 0x"
                    + Long.toHexString(mapped) + ".");
        }
        int[] argb = new int[SPEC.width() * SPEC.height()];
        try (TimelineSemaphore copied = new TimelineSemaphore(device.context(), 0)) {
            for (int i = 0; i < 2; i++) {
                int[] pattern = TestPattern.of(SPEC, i);
                ImageUpload.fill(device.context(), image.exportable(), pattern, PATIENCE);
                image.readback().submit(copied, i + 1);
                if (!copied.await(i + 1, PATIENCE.toNanos())) {
                    throw wrong("The GPU did not copy an image within " + PATIENCE.toSeconds() + " seconds.");
                }
                javaFxs.duplicate().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(argb);
                expectPixels(argb, pattern, "JavaFX's PixelBuffer");
            }
        }
        return "JavaFX's PixelBuffer is the memory that Vulkan copies to, mapped at 0x" + Long.toHexString(mapped)
                + ": each of " + argb.length + " pixels arrived, twice.";
    }

    @Override
    protected String readSignal() {
        throw new NotApplicable("JavaFX reads host memory; a later pulse says that it has.");
    }

    @Override
    protected String retainBalance() {
        ByteBuffer javaFxs = image.pixels().getBuffer();
        close();
        try {
            javaFxs.get(0);
        } catch (IllegalStateException e) {
            return "The memory was given back, and JavaFX's PixelBuffer refuses to read it.";
        }
        throw wrong("The image was closed, and JavaFX's PixelBuffer still reads its memory.");
    }

    @Override
    protected void close() {
        if (image != null) {
            image.closeVulkan();
            image = null;
        }
    }
}
