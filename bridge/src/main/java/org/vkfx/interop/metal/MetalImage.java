package org.vkfx.interop.metal;

import java.util.function.LongUnaryOperator;

import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.PixelFormat;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.PrismImage;
import org.vkfx.objc.Message;
import org.vkfx.objc.MetalObject;
import org.vkfx.objc.ObjC;
import org.vkfx.prism.MtlTexture;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.vulkan.ExportableImage;
import org.vkfx.vulkan.MemoryHandleType;

/**
 * A Vulkan image whose memory is an MTLTexture. The texture has two owners of ours: this image, from before the memory
 * can go until after it has gone, and JavaFX's wrapper while there is one.
 */
final class MetalImage extends PrismImage {
    private final ImageSpec spec;
    private MetalObject mtlTexture; // null until it was handed over, like the next one
    private Texture texture;

    MetalImage(DeviceRuntime device, ImageSpec spec) {
        super(device, new ExportableImage(device.context(), spec.width(), spec.height(), spec.format(),
                MemoryHandleType.MTLTEXTURE, spec.storage()));
        this.spec = spec;
    }

    /**
     * Makes an image and hands it over.
     *
     * @throws BridgeException as the constructor and {@link #handOver}; then nothing is left behind
     */
    static MetalImage handedOver(DeviceRuntime device, MetalContext metal, ImageSpec spec) {
        MetalImage image = new MetalImage(device, spec);
        try {
            image.handOver(metal);
            return image;
        } catch (RuntimeException | Error e) {
            image.closeVulkan();
            throw e;
        }
    }

    /**
     * Takes the texture over. Once, before anybody else sees this image.
     *
     * @throws BridgeException REFUSED when there is none, or one that JavaFX could not draw
     */
    void handOver(MetalContext metal) {
        mtlTexture = metal.handOver().ownTexture(exportable().vkGetMemoryMetalHandleEXT());
        check(mtlTexture, spec, metal.registryId(), device -> metal.objc().send(device, Message.DEVICE_REGISTRY_ID));
        texture = new Texture(metal.objc(), mtlTexture, spec);
    }

    /**
     * JavaFX made its MTLDevice in another way than MoltenVK: they may be two objects for one GPU, with one registryID.
     */
    static void check(MetalObject texture, ImageSpec spec, long registryId, LongUnaryOperator registryIdOf) {
        expect(texture, Message.TEXTURE_TYPE, MetalObject.TYPE_2D);
        expect(texture, Message.TEXTURE_WIDTH, spec.width());
        expect(texture, Message.TEXTURE_HEIGHT, spec.height());
        expect(texture, Message.TEXTURE_PIXEL_FORMAT,
                spec.format() == PixelFormat.BGRA8 ? MetalObject.BGRA8_UNORM : MetalObject.RGBA8_UNORM);
        long device = texture.get(Message.TEXTURE_DEVICE);
        long registry = device == 0 ? 0 : registryIdOf.applyAsLong(device);
        if (device == 0 || registry != registryId) {
            throw unexpected(Message.TEXTURE_DEVICE, device == 0 ? "nil" : "0x" + Long.toHexString(device)
                    + " with registryID 0x" + Long.toHexString(registry),
                    "JavaFX's with registryID 0x" + Long.toHexString(registryId));
        }
        if ((texture.get(Message.TEXTURE_USAGE) & MetalObject.USAGE_SHADER_READ) == 0) {
            throw unexpected(Message.TEXTURE_USAGE, Long.toString(texture.get(Message.TEXTURE_USAGE)), "ShaderRead");
        }
    }

    private static void expect(MetalObject texture, Message message, long expected) {
        long value = texture.get(message);
        if (value != expected) {
            throw unexpected(message, Long.toString(value), Long.toString(expected));
        }
    }

    private static BridgeException unexpected(Message message, String value, String expected) {
        return new BridgeException(Reason.REFUSED, "The MTLTexture of a Vulkan image has " + message.selector() + " "
                + value + ", not " + expected + ": JavaFX could not draw it. Update MoltenVK, or set the view's"
                + " interopKind to HOST.");
    }

    @Override
    protected MtlTexture texture() {
        return texture;
    }

    /** Returns the MTLTexture as its owner, or null before it was handed over. */
    MetalObject mtlTexture() {
        return mtlTexture;
    }

    @Override
    public void closeVulkan() {
        super.closeVulkan();
        if (mtlTexture != null) {
            mtlTexture.close();
        }
    }

    /** JavaFX's side; its render thread. */
    private static final class Texture extends MtlTexture {
        private final ObjC objc;
        private final MetalObject mtlTexture;

        Texture(ObjC objc, MetalObject mtlTexture, ImageSpec spec) {
            super(spec.width(), spec.height(), spec.scaleX(), spec.scaleY(), spec.alpha() == AlphaMode.OPAQUE);
            this.objc = objc;
            this.mtlTexture = mtlTexture;
        }

        @Override
        protected long retain() {
            return objc.retain(mtlTexture.address());
        }

        @Override
        protected void release() {
            objc.release(mtlTexture.address());
        }
    }
}
