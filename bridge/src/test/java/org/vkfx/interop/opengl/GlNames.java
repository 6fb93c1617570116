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

/** How many objects JavaFX's GL context has: asks for each name up to a new one whether it is one. */
public final class GlNames {
    private GlNames() {
    }

    public static int textures() {
        return count("glIsTexture", "glGenTextures", "glDeleteTextures");
    }

    public static int memoryObjects() {
        return count("glIsMemoryObjectEXT", "glCreateMemoryObjectsEXT", "glDeleteMemoryObjectsEXT");
    }

    /** How many of these are fences, still. */
    public static int fences(long... names) {
        return count("glIsSync", JAVA_LONG, LongStream.of(names).boxed());
    }

    private static int count(String function, String maker, String deleter) {
        int made = Fx.get(RenderThread.call(() -> newName(maker, deleter)));
        return count(function, JAVA_INT, IntStream.range(1, made).boxed());
    }

    /** Drivers count upwards. */
    private static int newName(String maker, String deleter) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(JAVA_INT);
            FunctionDescriptor ofOne = FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS);
            find(maker, ofOne).invoke(1, name);
            find(deleter, ofOne).invoke(1, name);
            return name.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static int count(String function, MemoryLayout name, Stream<?> names) {
        return Fx.get(RenderThread.call(() -> {
            MethodHandle is = find(function, FunctionDescriptor.of(JAVA_BYTE, name));
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

    private static MethodHandle find(String function, FunctionDescriptor descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle getProcAddress = Linker.nativeLinker().downcallHandle(
                    SymbolLookup.libraryLookup("libGL.so.1", Arena.global()).find("glXGetProcAddressARB").orElseThrow(),
                    FunctionDescriptor.of(ADDRESS, ADDRESS));
            MemorySegment address = (MemorySegment) getProcAddress.invokeExact(arena.allocateFrom(function));
            return Linker.nativeLinker().downcallHandle(address, descriptor);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
