package org.vkfx.interop.opengl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.vkfx.prism.RenderThread;
import org.vkfx.scene.Fx;

/** How many objects JavaFX's GL context has: asks for each of the first names whether it is one. */
public final class GlNames {
    private static final int FIRST_NAMES = 4000;

    private GlNames() {
    }

    public static int textures() {
        return count("glIsTexture");
    }

    public static int memoryObjects() {
        return count("glIsMemoryObjectEXT");
    }

    /** How many of these are fences, still. */
    public static int fences(long... names) {
        return count("glIsSync", JAVA_LONG, LongStream.of(names).boxed());
    }

    private static int count(String function) {
        return count(function, JAVA_INT, IntStream.rangeClosed(1, FIRST_NAMES).boxed());
    }

    private static int count(String function, MemoryLayout name, Stream<?> names) {
        return Fx.get(RenderThread.call(() -> {
            MethodHandle is = find(function, name);
            return names.mapToInt(one -> call(is, one)).sum();
        }));
    }

    private static int call(MethodHandle is, Object name) {
        try {
            return (byte) is.invoke(name);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MethodHandle find(String function, MemoryLayout name) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle getProcAddress = Linker.nativeLinker().downcallHandle(
                    SymbolLookup.libraryLookup("libGL.so.1", Arena.global()).find("glXGetProcAddressARB").orElseThrow(),
                    FunctionDescriptor.of(ADDRESS, ADDRESS));
            MemorySegment address = (MemorySegment) getProcAddress.invokeExact(arena.allocateFrom(function));
            return Linker.nativeLinker().downcallHandle(address, FunctionDescriptor.of(JAVA_BYTE, name));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
