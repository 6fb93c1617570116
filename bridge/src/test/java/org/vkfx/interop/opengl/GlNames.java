package org.vkfx.interop.opengl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

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

    private static int count(String function) {
        return Fx.get(RenderThread.call(() -> {
            MethodHandle is = find(function);
            int count = 0;
            for (int name = 1; name <= FIRST_NAMES; name++) {
                count += call(is, name);
            }
            return count;
        }));
    }

    private static int call(MethodHandle is, int name) {
        try {
            return (byte) is.invokeExact(name);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MethodHandle find(String function) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle getProcAddress = Linker.nativeLinker().downcallHandle(
                    SymbolLookup.libraryLookup("libGL.so.1", Arena.global()).find("glXGetProcAddressARB").orElseThrow(),
                    FunctionDescriptor.of(ADDRESS, ADDRESS));
            MemorySegment address = (MemorySegment) getProcAddress.invokeExact(arena.allocateFrom(function));
            return Linker.nativeLinker().downcallHandle(address, FunctionDescriptor.of(JAVA_BYTE, JAVA_INT));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
