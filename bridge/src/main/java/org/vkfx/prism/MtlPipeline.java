package org.vkfx.prism;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;

import com.sun.prism.GraphicsPipeline;
import com.sun.prism.PixelFormat;
import com.sun.prism.ResourceFactory;
import com.sun.prism.Texture;
import com.sun.prism.Texture.WrapMode;

/**
 * JavaFX's Metal pipeline: its command queue, and textures over MTLTextures. The pipeline's classes exist in JavaFX for
 * macOS only and are package-private, so all are reached through handles that are prepared here, once.
 *
 * <p>JavaFX's render thread.
 */
public final class MtlPipeline {
    private static final String PACKAGE = PrismAccess.METAL;

    /**
     * A member of the pipeline's classes; tests hold this list against what JavaFX publishes.
     *
     * @param owner binary name of the class
     * @param name the method, or &lt;init&gt;
     * @param descriptor as in class files
     * @param isStatic whether it is a static method
     */
    public record Member(String owner, String name, String descriptor, boolean isStatic) {
    }

    private static final Member GET_CONTEXT = method("MTLResourceFactory", "getContext",
            "()Lcom/sun/prism/mtl/MTLContext;");
    private static final Member GET_CONTEXT_HANDLE = method("MTLContext", "getContextHandle", "()J");
    private static final Member COMMIT = method("MTLContext", "commitCurrentCommandBuffer", "()V");
    private static final Member CREATE_WRAPPER = new Member(PACKAGE + ".MTLRTTexture", "nCreateRT2", "(JJII)J", true);
    private static final Member NEW_DATA = constructor("MTLTextureData", "(Lcom/sun/prism/mtl/MTLContext;JJ)V");
    private static final Member NEW_RESOURCE = constructor("MTLTextureResource",
            "(Lcom/sun/prism/mtl/MTLTextureData;Z)V");
    private static final Member NEW_TEXTURE = constructor("MTLTexture",
            "(Lcom/sun/prism/mtl/MTLContext;Lcom/sun/prism/mtl/MTLTextureResource;Lcom/sun/prism/PixelFormat;"
                    + "Lcom/sun/prism/Texture$WrapMode;IIIIIIZ)V");
    private static final Member GET_NATIVE_HANDLE = method("MTLTexture", "getNativeHandle", "()J");

    /** What this class needs of the pipeline. */
    public static final List<Member> MEMBERS = List.of(GET_CONTEXT, GET_CONTEXT_HANDLE, COMMIT, CREATE_WRAPPER,
            NEW_DATA, NEW_RESOURCE, NEW_TEXTURE, GET_NATIVE_HANDLE);

    private static MtlPipeline instance; // render thread

    private final MethodHandle getContext = handle(GET_CONTEXT, Object.class, ResourceFactory.class);
    private final MethodHandle getContextHandle = handle(GET_CONTEXT_HANDLE, long.class, Object.class);
    private final MethodHandle commit = handle(COMMIT, void.class, Object.class);
    private final MethodHandle createWrapper = handle(CREATE_WRAPPER, long.class, long.class, long.class, int.class,
            int.class);
    private final MethodHandle newData = handle(NEW_DATA, Object.class, Object.class, long.class, long.class);
    private final MethodHandle newResource = handle(NEW_RESOURCE, Object.class, Object.class, boolean.class);
    private final MethodHandle newTexture = handle(NEW_TEXTURE, Texture.class, Object.class, Object.class,
            PixelFormat.class, WrapMode.class, int.class, int.class, int.class, int.class, int.class, int.class,
            boolean.class);
    private final Object context; // MTLContext
    private final long commandQueue;

    private MtlPipeline() {
        ResourceFactory factory = GraphicsPipeline.getDefaultResourceFactory(); // the one that serves every screen
        try {
            context = getContext.invokeExact(factory);
        } catch (Throwable t) {
            throw failed(GET_CONTEXT, t);
        }
        Map<?, ?> details = GraphicsPipeline.getPipeline().getDeviceDetails();
        if (!(details.get("mtlCommandQueue") instanceof Long queue) || queue == 0) {
            throw new BridgeException(Reason.REFUSED, "JavaFX's Metal pipeline does not tell its command queue."
                    + " Use a version of JavaFX from 26 to 28, or set the view's interopKind to HOST.");
        }
        commandQueue = queue;
    }

    /**
     * Returns the pipeline.
     *
     * @return the one pipeline
     * @throws BridgeException NOT_EXPORTED or REFUSED, when this JavaFX's classes cannot be used
     */
    public static MtlPipeline get() {
        if (instance == null) {
            instance = new MtlPipeline();
        }
        return instance;
    }

    private static Member method(String owner, String name, String descriptor) {
        return new Member(PACKAGE + "." + owner, name, descriptor, false);
    }

    private static Member constructor(String owner, String descriptor) {
        return new Member(PACKAGE + "." + owner, "<init>", descriptor, false);
    }

    /** A handle with the pipeline's own types erased. */
    private static MethodHandle handle(Member member, Class<?> result, Class<?>... arguments) {
        try {
            Class<?> owner = Class.forName(member.owner(), false, GraphicsPipeline.class.getClassLoader());
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(owner, MethodHandles.lookup());
            MethodType type = MethodType.fromMethodDescriptorString(member.descriptor(), owner.getClassLoader());
            MethodHandle found = member.name().equals("<init>") ? lookup.findConstructor(owner, type)
                    : member.isStatic() ? lookup.findStatic(owner, member.name(), type)
                            : lookup.findVirtual(owner, member.name(), type);
            return found.asType(MethodType.methodType(result, arguments));
        } catch (IllegalAccessException e) {
            throw new BridgeException(Reason.NOT_EXPORTED, "JavaFX does not open " + PACKAGE + ". Start java with "
                    + PrismAccess.openMetal() + ".", e);
        } catch (ReflectiveOperationException | TypeNotPresentException e) {
            throw failed(member, e);
        }
    }

    private static BridgeException failed(Member member, Throwable t) {
        return t instanceof BridgeException known ? known
                : new BridgeException(Reason.REFUSED, "This version of JavaFX ("
                        + System.getProperty("javafx.runtime.version") + ") has no usable " + member.owner() + "."
                        + member.name() + member.descriptor()
                        + ". Use a version from 26 to 28, or set the view's interopKind to HOST.", t);
    }

    /**
     * Returns JavaFX's command queue.
     *
     * @return an MTLCommandQueue, JavaFX's own, valid until the pipeline is disposed of
     */
    public long commandQueue() {
        return commandQueue;
    }

    /** Commits what JavaFX has encoded so far; nothing when it has encoded nothing. */
    public void commitCurrentCommandBuffer() {
        try {
            commit.invokeExact(context);
        } catch (Throwable t) {
            throw failed(COMMIT, t);
        }
    }

    /**
     * Wraps an MTLTexture.
     *
     * @param mtlTexture retained for the wrapper, which releases it when the result is disposed of; when this throws,
     *     the caller still owns it
     * @return a locked texture
     */
    Texture wrap(long mtlTexture, int width, int height) {
        long wrapper;
        try {
            wrapper = (long) createWrapper.invokeExact((long) getContextHandle.invokeExact(context), mtlTexture, width,
                    height);
        } catch (Throwable t) {
            throw failed(CREATE_WRAPPER, t);
        }
        if (wrapper == 0) {
            throw new BridgeException(Reason.REFUSED, "JavaFX's Metal pipeline could not wrap a texture of " + width
                    + "x" + height + " pixels. Use smaller images, or set the view's interopKind to HOST.");
        }
        try {
            // A size of 0: the memory is not JavaFX's and does not count in its pool.
            Object resource = newResource.invokeExact(newData.invokeExact(context, wrapper, 0L), true);
            return (Texture) newTexture.invokeExact(context, resource, PixelFormat.BYTE_BGRA_PRE,
                    WrapMode.CLAMP_TO_EDGE, width, height, 0, 0, width, height, false);
        } catch (Throwable t) {
            throw failed(NEW_TEXTURE, t);
        }
    }

    /**
     * Returns the native wrapper that JavaFX draws by when it draws a texture that {@link #wrap} made. For checks:
     * slow.
     */
    long getNativeHandle(Texture texture) {
        try {
            return (long) handle(GET_NATIVE_HANDLE, long.class, Object.class).invokeExact((Object) texture);
        } catch (Throwable t) {
            throw failed(GET_NATIVE_HANDLE, t);
        }
    }
}
