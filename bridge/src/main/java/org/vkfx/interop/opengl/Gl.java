package org.vkfx.interop.opengl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;

/**
 * The few GL functions the bridge calls, in JavaFX's own GL context: only on JavaFX's render thread, where that context
 * is current. Functions are the OpenGL registry's; those of GL_EXT_memory_object(_fd) exist where the extension does.
 */
@SuppressWarnings("restricted") // native calls are what this class is for
final class Gl {
    static final int TEXTURE_2D = 0x0DE1;
    static final int TEXTURE_BINDING_2D = 0x8069;
    static final int TEXTURE0 = 0x84C0;
    static final int ACTIVE_TEXTURE = 0x84E0;
    static final int MAX_TEXTURE_SIZE = 0x0D33;
    static final int TEXTURE_WIDTH = 0x1000;
    static final int TEXTURE_HEIGHT = 0x1001;
    static final int RENDERER = 0x1F01;
    static final int RED = 0x1903;
    static final int BLUE = 0x1905;
    static final int ONE = 1;
    static final int RGBA8 = 0x8058;
    static final int TEXTURE_SWIZZLE_R = 0x8E42;
    static final int TEXTURE_SWIZZLE_B = 0x8E44;
    static final int TEXTURE_SWIZZLE_A = 0x8E45;
    static final int DEDICATED_MEMORY_OBJECT = 0x9581;
    static final int HANDLE_TYPE_OPAQUE_FD = 0x9586;
    private static final int EXTENSIONS = 0x1F03;
    private static final int NUM_EXTENSIONS = 0x821D;
    private static final int NUM_DEVICE_UUIDS = 0x9596;
    private static final int DEVICE_UUID = 0x9597;
    private static final int DRIVER_UUID = 0x9598;
    private static final int UUID_SIZE = 16;
    private static final int SYNC_GPU_COMMANDS_COMPLETE = 0x9117;
    private static final int TIMEOUT_EXPIRED = 0x911B;

    // Of what is called with every frame: constants, so that they are compiled into their callers.
    private static final MethodHandle L_II = shape(FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle I_LIL = shape(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG));
    private static final MethodHandle I_ = shape(FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle L_ = shape(FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle V_L = shape(FunctionDescriptor.ofVoid(JAVA_LONG));

    private final MethodHandle getProcAddress;
    // GLsync, a pointer, is passed as an integer of its size: no object per fence.
    private final MethodHandle getError = function("glGetError", FunctionDescriptor.of(JAVA_INT));
    private final MethodHandle getString = function("glGetString", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    private final MethodHandle getStringi = function("glGetStringi",
            FunctionDescriptor.of(ADDRESS, JAVA_INT, JAVA_INT));
    private final MethodHandle getIntegerv = function("glGetIntegerv", FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS));
    private final MethodHandle activeTexture = function("glActiveTexture", FunctionDescriptor.ofVoid(JAVA_INT));
    private final MethodHandle texParameteri = function("glTexParameteri",
            FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, JAVA_INT));
    private final MethodHandle getTexLevelParameteriv = function("glGetTexLevelParameteriv",
            FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private final MemorySegment fenceSync = address("glFenceSync");
    private final MemorySegment clientWaitSync = address("glClientWaitSync");
    private final MemorySegment deleteSync = address("glDeleteSync");
    private final MethodHandle flush = function("glFlush", FunctionDescriptor.ofVoid());
    private final MethodHandle getUnsignedBytei = function("glGetUnsignedBytei_vEXT",
            FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, ADDRESS));
    private final MethodHandle createMemoryObjects = function("glCreateMemoryObjectsEXT",
            FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS));
    private final MethodHandle deleteMemoryObjects = function("glDeleteMemoryObjectsEXT",
            FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS));
    private final MethodHandle isMemoryObject = function("glIsMemoryObjectEXT",
            FunctionDescriptor.of(JAVA_BYTE, JAVA_INT));
    private final MethodHandle memoryObjectParameteriv = function("glMemoryObjectParameterivEXT",
            FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, ADDRESS));
    private final MethodHandle importMemoryFd = function("glImportMemoryFdEXT",
            FunctionDescriptor.ofVoid(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private final MethodHandle texStorageMem2D = function("glTexStorageMem2DEXT",
            FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT,
                    JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private final MemorySegment currentContext = address("glXGetCurrentContext");
    private final MethodHandle currentDisplay = function("glXGetCurrentDisplay", FunctionDescriptor.of(JAVA_LONG));
    private final MethodHandle currentDrawable = function("glXGetCurrentDrawable", FunctionDescriptor.of(JAVA_LONG));
    private final MethodHandle makeCurrent = function("glXMakeCurrent",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private MemorySegment resetStatus = MemorySegment.NULL; // NULL where the driver tells of no resets
    private Runnable lost; // null while nobody watches
    private boolean resetting;
    private int losses;
    /** For results and small arguments; the render thread's. */
    private final MemorySegment scratch = Arena.ofAuto().allocate(UUID_SIZE, Long.BYTES);

    /** Finds the functions through one of the type of glXGetProcAddressARB. */
    Gl(MethodHandle getProcAddress) {
        this.getProcAddress = getProcAddress; // before super(): the functions above are found through it
        super();
    }

    /**
     * Finds GL's functions through GLX, where JavaFX's es2 pipeline finds them on Linux.
     *
     * @throws BridgeException when there is no GLX, or GL is too old
     */
    static Gl load() {
        try {
            SymbolLookup glx = SymbolLookup.libraryLookup("libGL.so.1", Arena.global());
            MemorySegment address = glx.find("glXGetProcAddressARB").orElseThrow(IllegalArgumentException::new);
            return new Gl(Linker.nativeLinker().downcallHandle(address, FunctionDescriptor.of(ADDRESS, ADDRESS)));
        } catch (IllegalArgumentException e) {
            throw new BridgeException(Reason.INTEROP_UNAVAILABLE,
                    "libGL.so.1 with GLX was not found. Install it (Debian: apt-get install libgl1).", e);
        }
    }

    static MethodHandle shape(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor);
    }

    /** A function of libGL. */
    MethodHandle function(String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(address(name), descriptor);
    }

    /** The address of a function of libGL. */
    MemorySegment address(String name) {
        MemorySegment address;
        try (Arena arena = Arena.ofConfined()) {
            address = (MemorySegment) getProcAddress.invokeExact(arena.allocateFrom(name));
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (address.equals(MemorySegment.NULL)) {
            throw new BridgeException(Reason.INTEROP_UNAVAILABLE,
                    "libGL does not know " + name + ". Update the GL driver (Mesa 21 or later, NVIDIA 470 or later).");
        }
        return address;
    }

    /** Downcalls throw nothing of their own. */
    static Error unexpected(Throwable e) {
        return new AssertionError(e);
    }

    /** Returns the GLXContext that is current, or 0. Asks no server. */
    long currentContext() {
        try {
            return (long) L_.invokeExact(currentContext);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Returns the Display of the context that is current. */
    long currentDisplay() {
        try {
            return (long) currentDisplay.invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Returns the GLXDrawable that is current. */
    long currentDrawable() {
        try {
            return (long) currentDrawable.invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Makes a context current, or none where drawable and context are 0. Returns whether GLX did. */
    boolean makeCurrent(long display, long drawable, long context) {
        try {
            return (int) makeCurrent.invokeExact(display, drawable, context) != 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Has {@link #losses()} ask the driver.
     *
     * @param extensions the context's
     * @param whenLost runs at every loss
     */
    void watchLosses(Set<String> extensions, Runnable whenLost) {
        if (extensions.contains("GL_KHR_robustness")) {
            resetStatus = address("glGetGraphicsResetStatus");
        } else if (extensions.contains("GL_ARB_robustness")) {
            resetStatus = address("glGetGraphicsResetStatusARB");
        }
        lost = whenLost;
    }

    /**
     * Returns how often the context was reset so far, or lost what its memory held, as after suspending on NVIDIA
     * (PURGED_CONTEXT_RESET_NV). What was imported before must be imported anew.
     */
    int losses() {
        boolean reset = !resetStatus.equals(MemorySegment.NULL) && graphicsResetStatus() != 0;
        if (reset && !resetting) { // the status may stay until the reset has ended
            losses++;
            lost.run();
        }
        resetting = reset;
        return losses;
    }

    private int graphicsResetStatus() {
        try {
            return (int) I_.invokeExact(resetStatus);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Returns the oldest error since the last call, and forgets it. */
    int getError() {
        try {
            return (int) getError.invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Drops the errors of whoever came before. */
    void forgetErrors() {
        for (int i = 0; i < 8 && getError() != 0; i++) {
            // each call drops one kind of error; bounded, because a lost context reports for ever
        }
    }

    String getString(int name) {
        try {
            return text((MemorySegment) getString.invokeExact(name));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Returns the names of the extensions. */
    Set<String> extensions() {
        Set<String> names = new TreeSet<>();
        int count = getInteger(NUM_EXTENSIONS);
        for (int i = 0; i < count; i++) {
            try {
                names.add(text((MemorySegment) getStringi.invokeExact(EXTENSIONS, i)));
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }
        return names;
    }

    private static String text(MemorySegment string) {
        return string.equals(MemorySegment.NULL) ? "" : string.reinterpret(Long.MAX_VALUE).getString(0);
    }

    int getInteger(int name) {
        try {
            getIntegerv.invokeExact(name, scratch);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        return scratch.get(JAVA_INT, 0);
    }

    /** Returns the UUID of the driver. Needs GL_EXT_memory_object. */
    String driverUuid() {
        return uuid(DRIVER_UUID, 0);
    }

    /** Returns the UUIDs of the devices behind this context; one, but for linked GPUs. Needs GL_EXT_memory_object. */
    List<String> deviceUuids() {
        return IntStream.range(0, getInteger(NUM_DEVICE_UUIDS)).mapToObj(i -> uuid(DEVICE_UUID, i)).toList();
    }

    private String uuid(int name, int index) {
        try {
            getUnsignedBytei.invokeExact(name, index, scratch);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        return HexFormat.of().formatHex(scratch.toArray(JAVA_BYTE));
    }

    void activeTexture(int unit) {
        try {
            activeTexture.invokeExact(unit);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void texParameter(int name, int value) {
        try {
            texParameteri.invokeExact(TEXTURE_2D, name, value);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int getTexLevelParameter(int name) {
        try {
            getTexLevelParameteriv.invokeExact(TEXTURE_2D, 0, name, scratch);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        return scratch.get(JAVA_INT, 0);
    }

    /** Makes a memory object, or returns 0. */
    int createMemoryObject() {
        scratch.set(JAVA_INT, 0, 0); // none, should GL fail to make one
        try {
            createMemoryObjects.invokeExact(1, scratch);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        return scratch.get(JAVA_INT, 0);
    }

    void deleteMemoryObject(int memory) {
        scratch.set(JAVA_INT, 0, memory);
        try {
            deleteMemoryObjects.invokeExact(1, scratch);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    boolean isMemoryObject(int memory) {
        try {
            return (byte) isMemoryObject.invokeExact(memory) != 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void memoryObjectParameter(int memory, int name, int value) {
        scratch.set(JAVA_INT, 0, value);
        try {
            memoryObjectParameteriv.invokeExact(memory, name, scratch);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Imports memory. GL takes ownership of the file descriptor, also when this fails: never close it afterwards.
     *
     * @param size bytes, the VkDeviceMemory's
     */
    void importMemoryFd(int memory, long size, int fd) {
        try {
            importMemoryFd.invokeExact(memory, size, HANDLE_TYPE_OPAQUE_FD, fd);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Gives the bound texture one level in a memory object, at offset 0. */
    void texStorageMem2D(int internalFormat, int width, int height, int memory) {
        try {
            texStorageMem2D.invokeExact(TEXTURE_2D, 1, internalFormat, width, height, memory, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Puts a fence behind all commands so far. The caller owns the GLsync. */
    long fence() {
        try {
            return (long) L_II.invokeExact(fenceSync, SYNC_GPU_COMMANDS_COMPLETE, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Submits all commands so far. */
    void flush() {
        try {
            flush.invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Returns whether the GPU has passed the fence, or never will because the context is lost. Does not wait. */
    boolean isPassed(long sync) {
        try {
            return (int) I_LIL.invokeExact(clientWaitSync, sync, 0, 0L) != TIMEOUT_EXPIRED;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void deleteFence(long sync) {
        try {
            V_L.invokeExact(deleteSync, sync);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }
}
