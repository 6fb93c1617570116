package org.vkfx.interop.opengl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.function.IntSupplier;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;

/** Vulkan's binary semaphores in JavaFX's GL context: functions of GL_EXT_semaphore(_fd). JavaFX's render thread. */
final class GlSemaphores {
    /** What the GL context must have. */
    static final List<String> EXTENSIONS = List.of("GL_EXT_semaphore", "GL_EXT_semaphore_fd");
    static final int LAYOUT_GENERAL = 0x958D;

    // Of what is called with every frame: a constant, so that it is compiled into its caller.
    private static final MethodHandle V_IIPIPP = Gl.shape(FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, ADDRESS,
            JAVA_INT, ADDRESS, ADDRESS));

    private final Gl gl;
    private final MethodHandle genSemaphores;
    private final MethodHandle importSemaphoreFd;
    private final MethodHandle deleteSemaphores;
    private final MemorySegment waitSemaphore;
    // These are the render thread's.
    private final MemorySegment name = Arena.ofAuto().allocate(JAVA_INT);
    private final MemorySegment layout = Arena.ofAuto().allocateFrom(JAVA_INT, LAYOUT_GENERAL);

    /** Finds the functions; throws a BridgeException when there is one that libGL does not know. */
    GlSemaphores(Gl gl) {
        this.gl = gl;
        genSemaphores = gl.function("glGenSemaphoresEXT", FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS));
        importSemaphoreFd = gl.function("glImportSemaphoreFdEXT",
                FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, JAVA_INT));
        deleteSemaphores = gl.function("glDeleteSemaphoresEXT", FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS));
        waitSemaphore = gl.address("glWaitSemaphoreEXT");
    }

    /**
     * Imports a semaphore and waits for it for the first time.
     *
     * @param export exports a binary VkSemaphore that is signalled as a file descriptor. Called only when GL will own
     *     that, which it may also when its import fails: so it is never closed here
     * @param texture GL's name of a texture over memory that Vulkan wrote
     * @return GL's name of the semaphore; the caller deletes it
     * @throws BridgeException REFUSED by GL, or what the export throws; nothing is left behind then
     */
    int imported(IntSupplier export, int texture) {
        gl.forgetErrors();
        int semaphore = generate();
        try {
            check(semaphore);
            importFd(semaphore, export.getAsInt());
            check(semaphore); // Mesa would crash, waiting for one that it could not import
            await(semaphore, texture);
            check(semaphore); // what GL takes once, it takes again
            return semaphore;
        } catch (RuntimeException | Error e) {
            delete(semaphore); // GL ignores 0
            throw e;
        }
    }

    private int generate() {
        name.set(JAVA_INT, 0, 0); // none, should GL fail to make one
        try {
            genSemaphores.invokeExact(1, name);
        } catch (Throwable e) {
            throw Gl.unexpected(e);
        }
        return name.get(JAVA_INT, 0);
    }

    private void importFd(int semaphore, int fd) {
        try {
            importSemaphoreFd.invokeExact(semaphore, Gl.HANDLE_TYPE_OPAQUE_FD, fd);
        } catch (Throwable e) {
            throw Gl.unexpected(e);
        }
    }

    private void check(int semaphore) {
        int error = gl.getError();
        if (semaphore == 0 || error != 0) {
            throw new BridgeException(Reason.REFUSED,
                    "OpenGL refused a semaphore of Vulkan (error 0x" + Integer.toHexString(error)
                            + "). Update the GL driver, or leave VK_KHR_external_semaphore_fd out of the extensions that"
                            + " are enabled on the VkDevice.");
        }
    }

    /**
     * Has the GPU wait for a semaphore, and then see in a texture what was written before it was signalled. Does not
     * wait itself.
     *
     * @param texture GL's name of a texture over memory that Vulkan wrote
     */
    void await(int semaphore, int texture) {
        name.set(JAVA_INT, 0, texture);
        try {
            V_IIPIPP.invokeExact(waitSemaphore, semaphore, 0, MemorySegment.NULL, 1, name, layout);
        } catch (Throwable e) {
            throw Gl.unexpected(e);
        }
    }

    void delete(int semaphore) {
        name.set(JAVA_INT, 0, semaphore);
        try {
            deleteSemaphores.invokeExact(1, name);
        } catch (Throwable e) {
            throw Gl.unexpected(e);
        }
    }
}
