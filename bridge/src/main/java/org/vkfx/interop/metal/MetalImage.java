package org.vkfx.interop.metal;

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
 * A Vulkan image whose memory is an MTLTexture. The texture has two owners of ours: this image, from before the memory can go
 * until after it has gone, and JavaFX's wrapper while there is one.
 */
final class MetalImage extends PrismImage {
    private final ImageSpec spec;
    private MetalObject mtlTexture; // null until it was handed over, like the next one
    private Texture texture;

    MetalImage(DeviceRuntime device, ImageSpec spec) {
        super(device, new ExportableImage(device.context(), spec.width(), spec.height(), spec.format(),
                MemoryHandleType.MTLTEXTURE));
        this.spec = spec;
    }

    /**
     * Takes the texture over. Once, before anybody else sees this image.
     *
     * @throws BridgeException REFUSED when there is none, or one that JavaFX could not draw
     */
    void handOver(MetalContext metal) {
        mtlTexture = metal.handOver().ownTexture(exportable().vkGetMemoryMetalHandleEXT());
        check(mtlTexture, metal, spec);
        texture = new Texture(metal.objc(), mtlTexture, spec);
    }

    private static void check(MetalObject texture, MetalContext metal, ImageSpec spec) {
        expect(texture, Message.TEXTURE_TYPE, MetalObject.TYPE_2D);
        expect(texture, Message.TEXTURE_WIDTH, spec.width());
        expect(texture, Message.TEXTURE_HEIGHT, spec.height());
        expect(texture, Message.TEXTURE_PIXEL_FORMAT,
                spec.format() == PixelFormat.BGRA8 ? MetalObject.BGRA8_UNORM : MetalObject.RGBA8_UNORM);
        expect(texture, Message.TEXTURE_DEVICE, metal.device());
        if ((texture.get(Message.TEXTURE_USAGE) & MetalObject.USAGE_SHADER_READ) == 0) {
            throw unexpected(Message.TEXTURE_USAGE, texture.get(Message.TEXTURE_USAGE), "ShaderRead");
        }
    }

    private static void expect(MetalObject texture, Message message, long expected) {
        long value = texture.get(message);
        if (value != expected) {
            throw unexpected(message, value, Long.toString(expected));
        }
    }

    private static BridgeException unexpected(Message message, long value, String expected) {
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
