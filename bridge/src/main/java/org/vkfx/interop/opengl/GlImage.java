package org.vkfx.interop.opengl;

import java.time.Duration;
import java.util.function.Supplier;

import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.PixelFormat;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.interop.PrismImage;
import org.vkfx.prism.Es2Texture;
import org.vkfx.prism.ExternalTexture;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.vulkan.ExportableImage;
import org.vkfx.vulkan.MemoryHandleType;

/** A Vulkan image whose memory is also a GL texture's. */
final class GlImage extends PrismImage implements GlSignal.Sender {
    private final GlSignal signal; // null where GL cannot wait for one
    private final Texture texture;

    /**
     * Makes an image.
     *
     * @param signals makes its signal, or returns null where GL cannot wait for one
     */
    GlImage(DeviceRuntime device, Gl gl, Supplier<GlSignal> signals, ImageSpec spec) {
        super(device, new ExportableImage(device.context(), spec.width(), spec.height(), spec.format(),
                MemoryHandleType.OPAQUE_FD, true));
        try {
            signal = signals.get();
        } catch (RuntimeException | Error e) {
            super.closeVulkan();
            throw e;
        }
        texture = new Texture(gl, spec, exportable());
    }

    @Override
    protected void presented() {
        if (signal != null) {
            signal.submit();
        }
        super.presented();
    }

    @Override
    protected void finishFrame(Duration limit) {
        if (signal != null) {
            signal.run(limit);
        }
    }

    /** The frame is rendered. The waiter's thread. */
    @Override
    public void completed() {
        if (signal == null) {
            super.completed();
        } else {
            signal.completed(this);
        }
    }

    @Override
    public void signalled() {
        super.completed();
    }

    @Override
    public void closeVulkan() {
        if (signal != null) {
            signal.close();
        }
        super.closeVulkan();
    }

    @Override
    protected ExternalTexture texture() {
        return texture;
    }

    /** Returns whether GL has a memory object for this image. JavaFX's render thread. */
    boolean isImported() {
        return texture.memory != 0 && texture.gl.isMemoryObject(texture.memory);
    }

    /** Returns GL's name of the texture, or 0 while it is not imported. JavaFX's render thread. */
    int textureName() {
        return texture.name;
    }

    /** The GL side; JavaFX's render thread. */
    private final class Texture extends Es2Texture {
        private final Gl gl;
        private final ImageSpec spec;
        private final ExportableImage image;
        private int memory; // GL's names; 0 while there are none
        private int name;
        private int losses; // of the context, at the import

        Texture(Gl gl, ImageSpec spec, ExportableImage image) {
            super(spec.width(), spec.height(), spec.scaleX(), spec.scaleY());
            this.gl = gl;
            this.spec = spec;
            this.image = image;
        }

        @Override
        protected void replaceStorage() {
            int unit = gl.getInteger(Gl.ACTIVE_TEXTURE); // Prism leaves the unit active that it changed last
            gl.activeTexture(Gl.TEXTURE0);
            try {
                importMemory();
            } finally {
                gl.activeTexture(unit);
            }
        }

        private void importMemory() {
            gl.forgetErrors();
            try {
                memory = gl.createMemoryObject();
                gl.memoryObjectParameter(memory, Gl.DEDICATED_MEMORY_OBJECT, 1);
                int error = gl.getError();
                if (memory == 0 || error != 0) { // nobody would own the file descriptor
                    throw refused("made no memory object for", "error 0x" + Integer.toHexString(error));
                }
                gl.importMemoryFd(memory, image.memorySize(), image.exportFd());
                gl.texStorageMem2D(Gl.RGBA8, spec.width(), spec.height(), memory);
                swizzle();
                checkStorage();
            } catch (RuntimeException | Error e) {
                deleteMemory();
                throw e;
            }
            name = gl.getInteger(Gl.TEXTURE_BINDING_2D);
            losses = gl.losses();
        }

        @Override
        protected boolean isLost() {
            return super.isLost() || gl.losses() != losses;
        }

        private void swizzle() {
            if (spec.format() == PixelFormat.BGRA8) {
                gl.texParameter(Gl.TEXTURE_SWIZZLE_R, Gl.BLUE);
                gl.texParameter(Gl.TEXTURE_SWIZZLE_B, Gl.RED);
            }
            if (spec.alpha() == AlphaMode.OPAQUE) {
                gl.texParameter(Gl.TEXTURE_SWIZZLE_A, Gl.ONE);
            }
        }

        /** GL reports little of what can go wrong here, so its view of the result is compared with ours. */
        private void checkStorage() {
            int error = gl.getError();
            int width = gl.getTexLevelParameter(Gl.TEXTURE_WIDTH);
            int height = gl.getTexLevelParameter(Gl.TEXTURE_HEIGHT);
            if (error != 0 || width != spec.width() || height != spec.height()) {
                throw refused("refused", "error 0x" + Integer.toHexString(error) + ", texture " + width + "x" + height);
            }
        }

        private BridgeException refused(String did, String why) {
            return new BridgeException(Reason.REFUSED,
                    "OpenGL " + did + " the memory of a Vulkan image of " + spec.width() + "x" + spec.height() + " ("
                            + why
                            + "). Update the GL driver, allow the process more open files, or set the view's interopKind to HOST.");
        }

        @Override
        public void acquire() {
            if (signal != null && name != 0) {
                signal.await(name);
            }
        }

        @Override
        public void dispose() {
            super.dispose();
            name = 0;
            deleteMemory();
            if (signal != null) {
                signal.dispose();
            }
        }

        private void deleteMemory() {
            if (memory != 0) {
                gl.deleteMemoryObject(memory);
                memory = 0;
            }
        }
    }
}
