package org.vkfx.objc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Assumptions;

/** The test's side of src/mac-sim: what it punishes and counts, and how its "GPU" runs. */
public final class MacSim {
    private static final String LIBRARY = System.getProperty(ObjC.LIBRARY_PROPERTY, "");
    private static final Duration PATIENCE = Duration.ofSeconds(10); // what was closed is released on other threads
    private static final SymbolLookup SIM = !LIBRARY.isEmpty() && Files.exists(Path.of(LIBRARY))
            ? SymbolLookup.libraryLookup(LIBRARY, Arena.global()) : null;

    private MacSim() {
    }

    /**
     * Fails when a Mac would have punished something since the last {@link #forget}, or the bridge still owns an
     * object. Does nothing where there is no simulator.
     */
    public static void judge() {
        if (SIM == null) {
            return;
        }
        long begin = System.nanoTime();
        while (!leaks().isEmpty() && System.nanoTime() - begin < PATIENCE.toNanos()) {
            Thread.onSpinWait();
        }
        List<String> offences = offences();
        forget();
        assertThat(offences).as("what a Mac would punish").isEmpty();
        assertThat(leaks()).as("what the bridge still owns").isEmpty();
    }

    /**
     * Fails when a Mac would have punished something since the last {@link #forget}, whatever the bridge owns now. Does
     * nothing where there is no simulator.
     */
    public static void assertNoOffences() {
        if (SIM != null) {
            assertThat(offences()).as("what a Mac would punish").isEmpty();
        }
    }

    /** Skips the test where the simulator could not be built. */
    public static void assumeBuilt() {
        Assumptions.assumeTrue(SIM != null,
                "src/mac-sim is for Linux and was not built: it needs x86-64, clang, libc6-dev, libvulkan-dev, libc++1 and libc++abi1");
    }

    private static Object call(String function, FunctionDescriptor descriptor, Object... arguments) {
        try {
            return Linker.nativeLinker().downcallHandle(SIM.find(function).orElseThrow(), descriptor)
                    .invokeWithArguments(arguments);
        } catch (Throwable t) {
            throw new AssertionError(function, t);
        }
    }

    /** What would have been punished since the last {@link #forget}. */
    public static List<String> offences() {
        List<String> offences = new ArrayList<>();
        int count = (int) call("sim_offences", FunctionDescriptor.of(JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(1000);
            for (int i = 0; i < count; i++) {
                call("sim_offence_text", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), i, text, 1000);
                offences.add(text.getString(0));
            }
        }
        return offences;
    }

    public static void forget() {
        call("sim_forget", FunctionDescriptor.ofVoid());
    }

    /** The names of what JavaFX and MoltenVK do by themselves though a Mac would punish it. */
    public static List<String> habits() {
        List<String> names = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(1000);
            while ((int) call("sim_habit_name", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
                    names.size(), text, 1000) >= 0) {
                names.add(text.getString(0));
            }
        }
        return names;
    }

    /** How often they did so far what {@link #habits} names. */
    public static long habit(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return (long) call("sim_habits", FunctionDescriptor.of(JAVA_LONG, ADDRESS), arena.allocateFrom(name));
        }
    }

    /** The objects that the bridge, or the test, still owns; "" when there are none. */
    public static String leaks() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(4000);
            call("sim_leaks", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), text, 4000);
            return text.getString(0);
        }
    }

    private static long own(long object) {
        return (long) call("sim_own", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG), object);
    }

    /** How many objects of a class are alive. */
    public static long live(String type) {
        try (Arena arena = Arena.ofConfined()) {
            return (long) call("sim_live", FunctionDescriptor.of(JAVA_LONG, ADDRESS), arena.allocateFrom(type));
        }
    }

    /** How many objects of a class were made so far, alive or not. */
    public static long made(String type) {
        try (Arena arena = Arena.ofConfined()) {
            return (long) call("sim_made", FunctionDescriptor.of(JAVA_LONG, ADDRESS), arena.allocateFrom(type));
        }
    }

    /** How many owners an object has; 0 when it has been freed. */
    public static long retains(long object) {
        return (long) call("sim_retains", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG), object);
    }

    /** How many messages were sent to objects of a class. */
    public static long sent(String type, String selector) {
        try (Arena arena = Arena.ofConfined()) {
            return (long) call("sim_sent", FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS), arena.allocateFrom(type),
                    arena.allocateFrom(selector));
        }
    }

    /** JavaFX's and Vulkan's MTLDevice; not owned. */
    public static long device() {
        return (long) call("mtl_system_device", FunctionDescriptor.of(JAVA_LONG));
    }

    /** A texture of its own memory, private to the GPU; the caller owns it. */
    public static long newTexture(int width, int height, int pixelFormat, int usage) {
        return own((long) call("mtl_new_texture",
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), width, height,
                pixelFormat, usage, 2));
    }

    /** How often shaders have fetched from a texture that is alive. */
    public static long sampled(long texture) {
        return (long) call("mtl_sampled", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG), texture);
    }

    /** A command queue; the caller owns it. */
    public static long newQueue() {
        return own((long) call("mtl_new_queue", FunctionDescriptor.of(JAVA_LONG)));
    }

    /** A shared event; the caller owns it. */
    public static long newEvent() {
        return own((long) call("mtl_new_event", FunctionDescriptor.of(JAVA_LONG)));
    }

    /** Gives an owned object to the autorelease pool of this thread: an offence where there is none. */
    public static void autorelease(long object) {
        call("objc_autorelease", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG), object);
    }

    /** Makes a function fail in the way that sim.h numbers; 0: no more. */
    public static void fail(String function, int how) {
        try (Arena arena = Arena.ofConfined()) {
            call("sim_fail", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT), arena.allocateFrom(function), how);
        }
    }

    /** Delays each command buffer by a random time. */
    public static void delay(int maxMicros) {
        call("mtl_gpu_delay", FunctionDescriptor.ofVoid(JAVA_INT), maxMicros);
    }

    /** Holds the GPU, so that only {@link #step} lets it go on; or lets it run. */
    public static void hold(boolean hold) {
        call("mtl_gpu_hold", FunctionDescriptor.ofVoid(JAVA_BOOLEAN), hold);
    }

    /** Lets the GPU execute some command buffers. */
    public static void step(int buffers) {
        call("mtl_gpu_step", FunctionDescriptor.ofVoid(JAVA_INT), buffers);
    }

    /** Command buffers that are committed and not completed. */
    public static long pending() {
        return (long) call("mtl_gpu_pending", FunctionDescriptor.of(JAVA_LONG));
    }
}
