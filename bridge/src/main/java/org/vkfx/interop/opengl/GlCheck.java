package org.vkfx.interop.opengl;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

import org.vkfx.BridgeException;
import org.vkfx.interop.BackendCheck;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.TestPattern;
import org.vkfx.vulkan.ImageUpload;
import org.vkfx.vulkan.MemoryType;
import org.vkfx.vulkan.PhysicalDevice;

/** Checks the chain VkDeviceMemory, file descriptor, GL memory object, GL texture. */
final class GlCheck extends BackendCheck {
    /** More images than descriptors that others may open meanwhile. */
    private static final int IMAGES = 32;

    private final DeviceRuntime device;
    private final GlContext gl;
    private GlImage image; // null until memoryType()

    GlCheck(DeviceRuntime device, GlContext gl) {
        this.device = device;
        this.gl = gl;
    }

    @Override
    protected String deviceMatch() {
        PhysicalDevice gpu = device.context().physicalDevice();
        if (!gl.deviceUuids().contains(gpu.deviceUuid()) || !gl.driverUuid().equals(gpu.driverUuid())) {
            throw wrong("Vulkan renders on device " + gpu.deviceUuid() + ", driver " + gpu.driverUuid()
                    + "; JavaFX on devices " + gl.deviceUuids() + ", driver " + gl.driverUuid() + ".");
        }
        return "Vulkan (" + gpu.name() + ") and OpenGL (" + gl.renderer() + ") have deviceUUID " + gpu.deviceUuid()
                + " and driverUUID " + gpu.driverUuid() + ".";
    }

    @Override
    protected String memoryType() {
        image = new GlImage(device, gl.gl(), () -> null, SPEC);
        MemoryType type = image.exportable().memoryType();
        if (!type.isDeviceLocal()) {
            throw wrong("The memory is of " + type + ", not DEVICE_LOCAL.");
        }
        return image.exportable().memorySize() + " bytes of " + type + ".";
    }

    @Override
    protected String export() {
        boolean imported = onRenderThread(() -> {
            image.texture().sample(); // refuses a texture that is of another size for GL
            return image.isImported();
        });
        if (!imported) {
            throw wrong("OpenGL has no memory object for the file descriptor. Update the GL driver.");
        }
        return "vkGetMemoryFdKHR gave a file descriptor, which OpenGL imported as a texture of " + SPEC.width() + "x"
                + SPEC.height() + ".";
    }

    @Override
    protected String handleProperties() {
        throw new NotApplicable("Vulkan says nothing about an opaque file descriptor; this is for Metal.");
    }

    @Override
    protected String handleIdentity() {
        for (int i = 0; i < 2; i++) { // the second would not show in a copy
            int[] pattern = TestPattern.of(SPEC, i);
            ImageUpload.fill(device.context(), image.exportable(), pattern, PATIENCE);
            expectPixels(onRenderThread(() -> image.texture().sample()), pattern, "What JavaFX drew");
        }
        return "Each of " + SPEC.width() * SPEC.height() + " pixels that Vulkan wrote is what JavaFX drew, also when"
                + " written anew after the import.";
    }

    @Override
    protected String readSignal() {
        GlSignal signal = GlSignal.of(device, gl);
        if (signal == null) {
            awaitFence(null);
            return "A fence behind JavaFX's commands was passed.";
        }
        CompletableFuture<Void> signalled = new CompletableFuture<>();
        signal.submit();
        signal.completed(sender(signalled));
        try {
            patiently(signalled, "The queue");
            awaitFence(signal);
            return "A fence behind JavaFX's commands was passed, and before it a wait for a semaphore of Vulkan's.";
        } finally {
            if (signalled.isDone()) {
                close(signal);
            } else {
                closeLater(signal, signalled);
            }
        }
    }

    private static void close(GlSignal signal) {
        try {
            onRenderThread(() -> {
                signal.dispose();
                return null;
            });
        } finally {
            signal.close();
        }
    }

    /** The GPU still has to signal it, and the waiter to see that: neither device nor signal may go before. */
    private void closeLater(GlSignal signal, CompletableFuture<Void> signalled) {
        DeviceRuntime kept = DeviceRuntime.retain(device.context().device());
        signalled.whenComplete((done, e) -> {
            signal.close();
            kept.release();
        });
    }

    private void awaitFence(GlSignal signal) {
        long fence = onRenderThread(() -> {
            if (signal != null) {
                signal.await(image.textureName());
            }
            long made = gl.gl().fence();
            gl.gl().flush();
            return made;
        });
        long begin = System.nanoTime();
        boolean passed = false;
        while (!passed && System.nanoTime() - begin < PATIENCE.toNanos()) {
            passed = onRenderThread(() -> gl.gl().isPassed(fence));
            LockSupport.parkNanos(1_000_000);
        }
        onRenderThread(() -> {
            gl.gl().deleteFence(fence);
            return null;
        });
        if (!passed) {
            throw wrong("A GL fence was not passed within " + PATIENCE.toSeconds() + " seconds.");
        }
    }

    private static GlSignal.Sender sender(CompletableFuture<Void> signalled) {
        return new GlSignal.Sender() {
            @Override
            public void signalled() {
                signalled.complete(null);
            }

            @Override
            public void failed(BridgeException e) {
                signalled.completeExceptionally(e);
            }

            @Override
            public String toString() {
                return "The self-test";
            }
        };
    }

    @Override
    protected String retainBalance() throws IOException {
        boolean left = onRenderThread(() -> {
            image.texture().dispose();
            return image.isImported();
        });
        if (left) {
            throw wrong("OpenGL keeps the memory object of a texture that was disposed of.");
        }
        importAndClose(); // what drivers open once
        long before = OpenFiles.count();
        for (int i = 0; i < IMAGES; i++) {
            importAndClose();
        }
        long more = OpenFiles.count() - before;
        if (more >= IMAGES / 2) {
            throw wrong(IMAGES + " images were imported and closed, and " + more
                    + " more file descriptors are open than before.");
        }
        return "OpenGL's memory object is gone, and after " + IMAGES + " more images there are " + more
                + " more file descriptors.";
    }

    private void importAndClose() {
        GlImage other = new GlImage(device, gl.gl(), () -> null, SPEC);
        try {
            onRenderThread(() -> {
                try {
                    return other.texture().sample();
                } finally {
                    other.texture().dispose();
                }
            });
        } finally {
            other.closeVulkan();
        }
    }

    @Override
    protected void close() {
        if (image != null) {
            onRenderThread(() -> {
                image.texture().dispose();
                return null;
            });
            image.closeVulkan();
        }
    }
}
