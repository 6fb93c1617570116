package org.vkfx.interop.opengl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import javafx.scene.shape.Rectangle;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.PixelFormat;
import org.vkfx.interop.DeviceRuntime;
import org.vkfx.prism.RenderThread;
import org.vkfx.scene.Fx;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;
import org.vkfx.swapchain.ImageSpec;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;

/** What is left of an image that GL does not take: nothing. */
@SuppressWarnings("restricted") // writes where GL would
@Needs({Machine.VULKAN, Machine.OPAQUE_FD, Machine.WINDOW, Machine.OPENGL})
class GlImageTest {
    private static final ImageSpec SPEC = new ImageSpec(64, 48, 1, 1, PixelFormat.BGRA8, AlphaMode.OPAQUE,
            ImageSpec.MIN_COUNT, true);
    private static final String CREATE_MEMORY = "glCreateMemoryObjectsEXT";
    private static final String IMPORT_MEMORY = "glImportMemoryFdEXT";
    private static final FunctionDescriptor CREATE = FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS);
    private static final FunctionDescriptor IMPORT = FunctionDescriptor.ofVoid(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor GET_ERROR = FunctionDescriptor.of(JAVA_INT);
    private static final int OUT_OF_MEMORY = 0x505;

    private final FaultyVulkan faulty = new FaultyVulkan();
    private final FaultyGl functions = new FaultyGl();
    private final MethodHandle realCreate = functions.real(CREATE_MEMORY, CREATE);
    private final MethodHandle realImport = functions.real(IMPORT_MEMORY, IMPORT);
    private final MethodHandle realGetError = functions.real("glGetError", GET_ERROR);
    private ValidatedVulkan vulkan;
    private DeviceRuntime runtime;
    private Gl gl;
    // Of the render thread:
    private boolean makingNone;
    private int creationError;
    private int importError;
    private int error; // the one that GL has to tell
    private int memory; // the last memory object

    @BeforeEach
    void start() {
        Fx.snapshot(Fx.call(() -> new Rectangle(5, 5))); // from then on JavaFX has a GL context
        functions.replace(CREATE_MEMORY, CREATE, MethodHandles.lookup(), this);
        functions.replace(IMPORT_MEMORY, IMPORT, MethodHandles.lookup(), this);
        functions.replace("glGetError", GET_ERROR, MethodHandles.lookup(), this);
        gl = functions.gl();
        vulkan = new ValidatedVulkan(faulty.address());
        runtime = DeviceRuntime.retain(vulkan.device());
    }

    @AfterEach
    void end() {
        runtime.release();
        vulkan.close();
        faulty.assertBalanced();
    }

    private void glCreateMemoryObjectsEXT(int count, MemorySegment names) throws Throwable {
        error = creationError;
        if (!makingNone) {
            realCreate.invokeExact(count, names);
            memory = names.reinterpret(Integer.BYTES).get(JAVA_INT, 0);
        }
    }

    private void glImportMemoryFdEXT(int memoryObject, long size, int handleType, int fd) throws Throwable {
        realImport.invokeExact(memoryObject, size, handleType, fd);
        error = importError;
    }

    private int glGetError() throws Throwable {
        int now = error;
        error = 0;
        return now != 0 ? now : (int) realGetError.invokeExact();
    }

    @Test
    void what_gl_makes_no_memory_object_for_is_not_exported() throws IOException {
        makingNone = true;
        assertRefused("OpenGL made no memory object for the memory of a Vulkan image of 64x48 (error 0x0)");
        assertThat(faulty.calls("vkGetMemoryFdKHR")).isZero();
    }

    @Test
    void what_gl_makes_a_memory_object_for_with_an_error_is_not_exported() throws IOException {
        creationError = OUT_OF_MEMORY;
        assertRefused("OpenGL made no memory object for the memory of a Vulkan image of 64x48 (error 0x505)");
        assertThat(faulty.calls("vkGetMemoryFdKHR")).isZero();
        assertThat(memory).isNotZero();
    }

    @Test
    void a_refused_import_leaves_no_memory_object_behind() throws IOException {
        importError = OUT_OF_MEMORY;
        assertRefused("OpenGL refused the memory of a Vulkan image of 64x48 (error 0x505, texture 64x48)");
        assertThat(faulty.calls("vkGetMemoryFdKHR")).isEqualTo(1);
        assertThat(memory).isNotZero();
    }

    @Test
    void a_refused_export_leaves_no_memory_object_behind() throws IOException {
        faulty.fail("vkGetMemoryFdKHR", 1, -10);
        assertRefused("vkGetMemoryFdKHR returned VK_ERROR_TOO_MANY_OBJECTS");
        assertThat(memory).isNotZero();
    }

    /**
     * Has JavaFX draw an image, which must fail; then no file descriptor may be open that was not, and no memory object
     * be left.
     */
    private void assertRefused(String message) throws IOException {
        GlImage image = new GlImage(runtime, gl, () -> null, SPEC);
        try {
            long descriptors = descriptors();
            assertThatExceptionOfType(BridgeException.class)
                    .isThrownBy(() -> onRenderThread(() -> image.texture().sample())).withMessageContaining(message)
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
            assertThat(onRenderThread(() -> gl.isMemoryObject(memory))).as("a memory object is left").isFalse();
            assertThat(descriptors()).as("open file descriptors").isEqualTo(descriptors);
        } finally {
            onRenderThread(() -> {
                image.texture().dispose();
                return null;
            });
            image.closeVulkan();
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static <T> T onRenderThread(Callable<T> call) {
        return Fx.get(RenderThread.call(call));
    }
}
