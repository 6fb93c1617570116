package org.vkfx.interop.opengl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Vulkan's timeline semaphores in JavaFX's GL context: functions of GL_EXT_semaphore(_fd) and GL_NV_timeline_semaphore. JavaFX's
 * render thread.
 *
 * <p>GL_EXT_semaphore alone has binary semaphores, which Vulkan would have to signal by a submission of its own for every frame.
 */
final class GlSemaphores {
    /** What the GL context must have. */
    static final List<String> EXTENSIONS = List.of("GL_EXT_semaphore", "GL_EXT_semaphore_fd",
            "GL_NV_timeline_semaphore");
    static final int SEMAPHORE_TYPE = 0x95B3;
    static final int SEMAPHORE_TYPE_TIMELINE = 0x95B5;
    static final int TIMELINE_SEMAPHORE_VALUE = 0x9595;
    static final int LAYOUT_GENERAL = 0x958D;

    // Of what is called with every frame: constants, so that they are compiled into their callers.
    private static final MethodHandle V_IIP = Gl.shape(FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle V_IIPIPP = Gl.shape(FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, ADDRESS,
            JAVA_INT, ADDRESS, ADDRESS));

    private final MethodHandle createSemaphores;
    private final MethodHandle semaphoreParameteriv;
    private final MethodHandle importSemaphoreFd;
    private final MethodHandle deleteSemaphores;
    private final MemorySegment semaphoreParameterui64v;
    private final MemorySegment waitSemaphore;
    // These are the render thread's.
    private final MemorySegment value = Arena.ofAuto().allocate(JAVA_LONG);
    private final MemorySegment name = Arena.ofAuto().allocate(JAVA_INT);
    private final MemorySegment layout = Arena.ofAuto().allocateFrom(JAVA_INT, LAYOUT_GENERAL);

    /** Finds the functions; throws a BridgeException when there is one that libGL does not know. */
    GlSemaphores(Gl gl) {
        createSemaphores = gl.function("glCreateSemaphoresNV", FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS));
        semaphoreParameteriv = gl.function("glSemaphoreParameterivNV",
                FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, ADDRESS));
        importSemaphoreFd = gl.function("glImportSemaphoreFdEXT",
                FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, JAVA_INT));
        deleteSemaphores = gl.function("glDeleteSemaphoresEXT", FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS));
        semaphoreParameterui64v = gl.address("glSemaphoreParameterui64vEXT");
        waitSemaphore = gl.address("glWaitSemaphoreEXT");
    }

    /**
     * Makes a semaphore that is Vulkan's. Never close the file descriptor afterwards: GL owns it, and may do so even when this
     * has failed.
     *
     * @param fd of a timeline VkSemaphore
     * @return GL's name of it; the caller deletes it
     */
    int importTimeline(int fd) {
        name.set(JAVA_INT, 0, 0); // none, should GL fail to make one
        try {
            createSemaphores.invokeExact(1, name);
            int semaphore = name.get(JAVA_INT, 0);
            name.set(JAVA_INT, 0, SEMAPHORE_TYPE_TIMELINE);
            semaphoreParameteriv.invokeExact(semaphore, SEMAPHORE_TYPE, name);
            importSemaphoreFd.invokeExact(semaphore, Gl.HANDLE_TYPE_OPAQUE_FD, fd);
            return semaphore;
        } catch (Throwable e) {
            throw Gl.unexpected(e);
        }
    }

    /**
     * Has the GPU wait for a value, and then see in a texture what was written before it was signalled. Does not wait itself.
     *
     * @param texture GL's name of a texture over memory that Vulkan wrote
     */
    void await(int semaphore, long timelineValue, int texture) {
        value.set(JAVA_LONG, 0, timelineValue);
        name.set(JAVA_INT, 0, texture);
        try {
            V_IIP.invokeExact(semaphoreParameterui64v, semaphore, TIMELINE_SEMAPHORE_VALUE, value);
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
