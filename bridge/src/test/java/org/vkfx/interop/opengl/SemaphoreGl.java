package org.vkfx.interop.opengl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The machine's GL, to which the functions of semaphores are added: they do nothing but take down what is asked of
 * them, and check it.
 */
@SuppressWarnings("restricted")
final class SemaphoreGl {
    private static final String IMPORT_MEMORY = "glImportMemoryFdEXT";
    private static final FunctionDescriptor IMPORT = FunctionDescriptor.ofVoid(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor GET_ERROR = FunctionDescriptor.of(JAVA_INT);
    private static final int INVALID_VALUE = 0x501;
    private static final FunctionDescriptor FENCE = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final int FIRST_SEMAPHORE = 7000;

    /** Vulkan's side of the semaphores. */
    interface Vulkan {
        /** Whether the semaphore that a file descriptor stands for is signalled. */
        boolean isSignalled(int fd);

        /** Waits for the semaphore that a file descriptor stands for. */
        void await(int fd);
    }

    /** The GPU was told to wait. */
    record Await(int semaphore, int texture, boolean whilePainting) {
    }

    private final FaultyGl faulty = new FaultyGl();
    private final MethodHandle realGetError;
    private final MethodHandle realFenceSync;
    private final MethodHandle realImportMemory;
    private final Gl gl;
    private final Map<Integer, Integer> imported = new ConcurrentHashMap<>(); // descriptor by semaphore
    // Descriptors that the GPU has yet to wait for.
    private final List<Integer> outstanding = new CopyOnWriteArrayList<>();
    private final Set<Integer> live = new ConcurrentSkipListSet<>();
    private final List<Await> awaits = new CopyOnWriteArrayList<>();
    private final List<Boolean> imports = new CopyOnWriteArrayList<>();
    private final List<String> mistakes = new CopyOnWriteArrayList<>();
    private final Vulkan vulkan;
    private volatile boolean refusing;
    private volatile boolean exhausted;
    private int error; // this and the next one: the render thread's
    private int made = FIRST_SEMAPHORE;

    /**
     * Adds the functions.
     *
     * @param vulkan whose semaphores are imported
     */
    SemaphoreGl(Vulkan vulkan) {
        this.vulkan = vulkan;
        realGetError = faulty.real("glGetError", GET_ERROR);
        realFenceSync = faulty.real("glFenceSync", FENCE);
        realImportMemory = faulty.real(IMPORT_MEMORY, IMPORT);
        add("glGetError", GET_ERROR);
        add("glFenceSync", FENCE);
        add(IMPORT_MEMORY, IMPORT);
        add("glGenSemaphoresEXT", FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS));
        add("glImportSemaphoreFdEXT", FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, JAVA_INT));
        add("glDeleteSemaphoresEXT", FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS));
        add("glWaitSemaphoreEXT", FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS));
        gl = faulty.gl();
    }

    private void add(String name, FunctionDescriptor descriptor) {
        faulty.replace(name, descriptor, MethodHandles.lookup(), this);
    }

    Gl gl() {
        return gl;
    }

    /** Returns what was awaited so far, in order. */
    List<Await> awaits() {
        return List.copyOf(awaits);
    }

    /** Returns for each import of memory whether it was part of a paint. */
    List<Boolean> importsWhilePainting() {
        return List.copyOf(imports);
    }

    /** Returns the file descriptors of the semaphores that the GPU was told to wait for, and may not have yet. */
    List<Integer> outstanding() {
        return List.copyOf(outstanding);
    }

    /** Returns how many semaphores there are. */
    int live() {
        return live.size();
    }

    /** Returns what the specifications do not allow, and was done. */
    List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    /** Makes imports fail, as GL says it: by its error. */
    void refuse() {
        refusing = true;
    }

    /** Makes GL have no more semaphores: it leaves the name as it is, and does not report it. */
    void exhaust() {
        exhausted = true;
    }

    /** Returns JavaFX's context with these functions. JavaFX's render thread. */
    GlContext context() {
        Set<String> extensions = new HashSet<>(gl.extensions());
        extensions.addAll(GlSemaphores.EXTENSIONS);
        return new GlContext(gl, extensions);
    }

    private int glGetError() throws Throwable {
        int now = error;
        error = 0;
        return now != 0 ? now : (int) realGetError.invokeExact();
    }

    private void glImportMemoryFdEXT(int memory, long size, int handleType, int fd) throws Throwable {
        imports.add(isPainting());
        realImportMemory.invokeExact(memory, size, handleType, fd);
    }

    private void glGenSemaphoresEXT(int count, MemorySegment names) {
        expect(count == 1, "more than one semaphore");
        if (exhausted) {
            return;
        }
        live.add(++made);
        names.reinterpret(Integer.BYTES).set(JAVA_INT, 0, made);
    }

    private void glImportSemaphoreFdEXT(int semaphore, int handleType, int fd) {
        expect(live.contains(semaphore), "an import into no semaphore");
        expect(handleType == Gl.HANDLE_TYPE_OPAQUE_FD, "another handle type");
        if (refusing) {
            error = INVALID_VALUE;
        }
        imported.put(semaphore, fd);
    }

    private void glDeleteSemaphoresEXT(int count, MemorySegment names) {
        executeWaits(); // Vulkan's may go from now on
        int semaphore = names.reinterpret(Integer.BYTES).get(JAVA_INT, 0);
        expect(count == 1 && (semaphore == 0 || live.remove(semaphore)), "deleted, but not made");
    }

    private void glWaitSemaphoreEXT(int semaphore, int buffers, MemorySegment bufferNames, int textures,
            MemorySegment textureNames, MemorySegment layouts) {
        guarded(() -> {
            expect(live.contains(semaphore) && imported.containsKey(semaphore), "a wait for no semaphore");
            expect(buffers == 0 && textures == 1, "a wait for something else than a texture");
            expect(layouts.reinterpret(Integer.BYTES).get(JAVA_INT, 0) == GlSemaphores.LAYOUT_GENERAL,
                    "another layout");
            int fd = imported.get(semaphore);
            expect(vulkan.isSignalled(fd), "the GPU was made to wait");
            outstanding.add(fd);
            awaits.add(new Await(semaphore, textureNames.reinterpret(Integer.BYTES).get(JAVA_INT, 0),
                    isPainting()));
        });
    }

    /** What comes before a fence has been executed when that is passed; nothing is before it must. */
    private long glFenceSync(int condition, int flags) throws Throwable {
        executeWaits();
        return (long) realFenceSync.invokeExact(condition, flags);
    }

    private void executeWaits() {
        guarded(() -> {
            outstanding.forEach(vulkan::await);
            outstanding.clear();
        });
    }

    /** Nothing may be thrown into native code. */
    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            mistakes.add(e.toString());
        }
    }

    private static boolean isPainting() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("renderContent")));
    }

    private void expect(boolean condition, String mistake) {
        if (!condition) {
            mistakes.add(mistake);
        }
    }
}
