package org.vkfx.interop.opengl;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.Map;

/** The machine's GL, some functions of which are replaced by a test's. Its few stubs are never freed. */
@SuppressWarnings("restricted")
final class FaultyGl {
    private final MethodHandle getProcAddress = Linker.nativeLinker().downcallHandle(
            SymbolLookup.libraryLookup("libGL.so.1", Arena.global()).find("glXGetProcAddressARB").orElseThrow(),
            FunctionDescriptor.of(ADDRESS, ADDRESS));
    private final Map<String, MemorySegment> functions = new HashMap<>();

    /** Finds a function of the machine's. */
    MethodHandle real(String name, FunctionDescriptor descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            return Linker.nativeLinker()
                    .downcallHandle((MemorySegment) getProcAddress.invokeExact(arena.allocateFrom(name)), descriptor);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Replaces a function, or adds one.
     *
     * @param lookup of who replaces it
     * @param by has a method of the same name; throws nothing into native code
     */
    void replace(String name, FunctionDescriptor descriptor, MethodHandles.Lookup lookup, Object by) {
        functions.put(name, Linker.nativeLinker().upcallStub(method(lookup, by, name, descriptor.toMethodType()),
                descriptor, Arena.global()));
    }

    private static MethodHandle method(MethodHandles.Lookup lookup, Object of, String name, MethodType type) {
        try {
            return lookup.findVirtual(of.getClass(), name, type).bindTo(of);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the functions as they are now. */
    Gl gl() {
        return new Gl(method(MethodHandles.lookup(), this, "find",
                MethodType.methodType(MemorySegment.class, MemorySegment.class)));
    }

    private MemorySegment find(MemorySegment name) throws Throwable {
        MemorySegment replaced = functions.get(name.reinterpret(Long.MAX_VALUE).getString(0));
        return replaced != null ? replaced : (MemorySegment) getProcAddress.invokeExact(name);
    }
}
