package org.vkfx.interop.metal;

import java.util.Map;
import java.util.OptionalLong;

import org.vkfx.interop.BackendCheck;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.objc.AutoreleasePool;
import org.vkfx.objc.Message;
import org.vkfx.objc.MetalObject;
import org.vkfx.objc.ObjC;
import org.vkfx.vulkan.MemoryType;
import org.vkfx.vulkan.PhysicalDevice;
import org.vkfx.vulkan.TimelineSemaphore;

/** Checks the chain VkDeviceMemory, MTLTexture, MetalTexture. */
final class MetalCheck extends BackendCheck {
    private static final String DEBUG_LAYER = "MTL_DEBUG_LAYER";

    private final DeviceRuntime device;
    private final MetalContext metal;
    private final boolean debugLayer;
    private MetalImage image; // null until memoryType()

    /**
     * Makes checks that were not run yet.
     *
     * @param debugLayer whether Metal's debug layer is on, see {@link #isDebugLayerOn}
     */
    MetalCheck(DeviceRuntime device, MetalContext metal, boolean debugLayer) {
        this.device = device;
        this.metal = metal;
        this.debugLayer = debugLayer;
    }

    /**
     * Metal's debug layer is on: it wraps Metal's objects, and may own them as long as it likes.
     *
     * @param environment this process's
     */
    static boolean isDebugLayerOn(Map<String, String> environment) {
        String value = environment.getOrDefault(DEBUG_LAYER, "");
        return !value.isEmpty() && !value.equals("0");
    }

    @Override
    protected String deviceMatch() {
        PhysicalDevice gpu = device.context().physicalDevice();
        String ids = "Vulkan's deviceLUID is " + MetalBackend.hex(gpu.deviceLuid()) + " (" + gpu.name()
                + "), JavaFX's registryID " + MetalBackend.hex(OptionalLong.of(metal.registryId())) + " ("
                + metal.name() + ").";
        if (!gpu.deviceLuid().equals(OptionalLong.of(metal.registryId()))) {
            throw wrong(ids);
        }
        return ids;
    }

    @Override
    protected String memoryType() {
        image = new MetalImage(device, SPEC);
        MemoryType type = image.exportable().memoryType();
        if (!type.isDeviceLocal() || type.isHostVisible()) {
            throw wrong("The memory is of " + type + ", not DEVICE_LOCAL alone.");
        }
        return image.exportable().memorySize() + " bytes of " + type + ".";
    }

    @Override
    protected String export() {
        image.handOver(metal); // refuses what is not 2D, of this size and format, of JavaFX's GPU, readable by shaders
        MetalObject texture = image.mtlTexture();
        long storage = texture.get(Message.TEXTURE_STORAGE_MODE);
        if (storage != MetalObject.STORAGE_PRIVATE) {
            throw wrong("The MTLTexture has storageMode " + storage + ", not " + MetalObject.STORAGE_PRIVATE
                    + " (Private). Update MoltenVK.");
        }
        return "vkGetMemoryMetalHandleEXT gave a 2D MTLTexture of " + texture.get(Message.TEXTURE_WIDTH) + "x"
                + texture.get(Message.TEXTURE_HEIGHT) + ", pixelFormat " + texture.get(Message.TEXTURE_PIXEL_FORMAT)
                + ", usage " + texture.get(Message.TEXTURE_USAGE)
                + ", storage Private, of the GPU with JavaFX's registryID.";
    }

    @Override
    protected String handleProperties() {
        int types = image.exportable().vkGetMemoryMetalHandlePropertiesEXT(image.mtlTexture().address());
        int used = image.exportable().memoryType().index();
        String said = "vkGetMemoryMetalHandlePropertiesEXT says memoryTypeBits 0x" + Integer.toHexString(types);
        if ((types >>> used & 1) == 0) {
            throw wrong(said + ", without type " + used + ", which the memory is of. Update MoltenVK.");
        }
        return said + ", with type " + used + ", which the memory is of.";
    }

    @Override
    protected String handleIdentity() {
        long vulkans = image.mtlTexture().address();
        long again = image.exportable().vkGetMemoryMetalHandleEXT();
        if (again != vulkans) {
            throw wrong("Vulkan exported MTLTexture 0x" + Long.toHexString(vulkans) + " first and 0x"
                    + Long.toHexString(again) + " the second time.");
        }
        long javaFxs = onRenderThread(() -> {
            try {
                return wrapped();
            } finally {
                image.texture().dispose();
            }
        });
        if (javaFxs != vulkans) {
            throw wrong("JavaFX samples MTLTexture 0x" + Long.toHexString(javaFxs) + ", Vulkan renders into 0x"
                    + Long.toHexString(vulkans) + ".");
        }
        return "MTLTexture 0x" + Long.toHexString(vulkans)
                + " is what Vulkan exports, twice, and what JavaFX's wrapper gives to its shaders.";
    }

    /** Has JavaFX wrap the texture, and returns what it would sample. Render thread. */
    private long wrapped() {
        long wrapper = image.texture().wrapper();
        // Before owners are counted.
        return AutoreleasePool.call(() -> metal.objc().send(wrapper, Message.WRAPPER_TEXTURE));
    }

    @Override
    protected String readSignal() {
        try (TimelineSemaphore timeline = TimelineSemaphore.exportable(device.context());
                MetalObject event = metal.handOver().ownEvent(timeline.vkExportMetalObjectsEXT())) {
            onRenderThread(() -> {
                signal(event.address(), 1);
                return null;
            });
            if (!timeline.await(1, PATIENCE.toNanos())) {
                throw wrong("JavaFX's command queue signalled an MTLSharedEvent, but its timeline semaphore did not"
                        + " move within " + PATIENCE.toSeconds() + " seconds.");
            }
            return "JavaFX's command queue signalled an MTLSharedEvent, and Vulkan's timeline semaphore has its value, "
                    + event.get(Message.EVENT_SIGNALED_VALUE) + ".";
        }
    }

    private void signal(long event, long value) {
        ObjC objc = metal.objc();
        long buffer = objc.send(metal.pipeline().commandQueue(), Message.QUEUE_COMMAND_BUFFER);
        objc.send(buffer, Message.BUFFER_ENCODE_SIGNAL, event, value);
        objc.send(buffer, Message.BUFFER_COMMIT);
    }

    @Override
    protected String retainBalance() {
        return onRenderThread(() -> {
            long before = retainCount();
            long during;
            try {
                wrapped();
                during = retainCount();
            } finally {
                AutoreleasePool.run(image.texture()::dispose);
            }
            long after = retainCount();
            String counts = "The MTLTexture's retainCount is " + before + ", " + during + " while JavaFX wraps it, "
                    + after + " afterwards";
            boolean balanced = during == before + 1 && after == before;
            if (debugLayer) {
                String informative = counts + ": informative only under " + DEBUG_LAYER
                        + ", whose own references count, too.";
                if (!balanced) {
                    throw new NotApplicable(informative);
                }
                return informative;
            }
            if (!balanced) {
                throw wrong(counts + ": it should be one more meanwhile and as before afterwards.");
            }
            return counts + ".";
        });
    }

    private long retainCount() {
        return metal.objc().send(image.mtlTexture().address(), Message.RETAIN_COUNT);
    }

    @Override
    protected void close() {
        if (image != null) {
            image.closeVulkan();
        }
    }
}
