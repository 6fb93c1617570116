package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls of native functions, one method for each combination of argument types. Handles and addresses of functions are
 * arguments, so the method handles are constants that the JIT compiler inlines. Letters: P pointer, L 64 bits, I 32
 * bits.
 */
final class Calls {
    private static final MethodHandle L_LP = handle(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS));
    private static final MethodHandle L_I = handle(FunctionDescriptor.of(JAVA_LONG, JAVA_INT));

    private static final MethodHandle I_ = returningInt();
    private static final MethodHandle I_P = returningInt(ADDRESS);
    private static final MethodHandle I_L = returningInt(JAVA_LONG);
    private static final MethodHandle I_LP = returningInt(JAVA_LONG, ADDRESS);
    private static final MethodHandle I_PPP = returningInt(ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle I_LPP = returningInt(JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle I_LPPP = returningInt(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle I_LPL = returningInt(JAVA_LONG, ADDRESS, JAVA_LONG);
    private static final MethodHandle I_LLP = returningInt(JAVA_LONG, JAVA_LONG, ADDRESS);
    private static final MethodHandle I_LLLL = returningInt(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle I_LLLLIP = returningInt(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT,
            ADDRESS);
    private static final MethodHandle I_LILP = returningInt(JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle I_LIPL = returningInt(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

    private static final MethodHandle V_LP = returningVoid(JAVA_LONG, ADDRESS);
    private static final MethodHandle V_LPP = returningVoid(JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle V_LLP = returningVoid(JAVA_LONG, JAVA_LONG, ADDRESS);
    private static final MethodHandle V_LIP = returningVoid(JAVA_LONG, JAVA_INT, ADDRESS);
    private static final MethodHandle V_LIIP = returningVoid(JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle V_LLLIIP = returningVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT,
            ADDRESS);
    private static final MethodHandle V_LLILIP = returningVoid(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT,
            ADDRESS);
    private static final MethodHandle V_LLILIIPI = returningVoid(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT,
            JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle V_LIIIIPIPIP = returningVoid(JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
            ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);

    private Calls() {
    }

    private static MethodHandle returningInt(MemoryLayout... arguments) {
        return handle(FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static MethodHandle returningVoid(MemoryLayout... arguments) {
        return handle(FunctionDescriptor.ofVoid(arguments));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor);
    }

    static long address(MemorySegment function, long a, MemorySegment b) {
        try {
            return (long) L_LP.invokeExact(function, a, b);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long address(MemorySegment function, int a) {
        try {
            return (long) L_I.invokeExact(function, a);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int call(MemorySegment function) {
        try {
            return (int) I_.invokeExact(function);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int call(MemorySegment function, MemorySegment a) {
        try {
            return (int) I_P.invokeExact(function, a);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int call(MemorySegment function, long a) {
        try {
            return (int) I_L.invokeExact(function, a);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int call(MemorySegment function, long a, MemorySegment b) {
        try {
            return (int) I_LP.invokeExact(function, a, b);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int call(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c) {
        try {
            return (int) I_PPP.invokeExact(function, a, b, c);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int call(MemorySegment function, long a, MemorySegment b, MemorySegment c) {
        try {
            return (int) I_LPP.invokeExact(function, a, b, c);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int call(MemorySegment function, long a, MemorySegment b, MemorySegment c, MemorySegment d) {
        try {
            return (int) I_LPPP.invokeExact(function, a, b, c, d);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int call(MemorySegment function, long a, MemorySegment b, long c) {
        try {
            return (int) I_LPL.invokeExact(function, a, b, c);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int call(MemorySegment function, long a, long b, MemorySegment c) {
        try {
            return (int) I_LLP.invokeExact(function, a, b, c);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int call(MemorySegment function, long a, long b, long c, long d) {
        try {
            return (int) I_LLLL.invokeExact(function, a, b, c, d);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int call(MemorySegment function, long a, int b, long c, MemorySegment d) {
        try {
            return (int) I_LILP.invokeExact(function, a, b, c, d);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int call(MemorySegment function, long a, long b, long c, long d, int e, MemorySegment f) {
        try {
            return (int) I_LLLLIP.invokeExact(function, a, b, c, d, e, f);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int call(MemorySegment function, long a, int b, MemorySegment c, long d) {
        try {
            return (int) I_LIPL.invokeExact(function, a, b, c, d);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void run(MemorySegment function, long a, MemorySegment b) {
        try {
            V_LP.invokeExact(function, a, b);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void run(MemorySegment function, long a, MemorySegment b, MemorySegment c) {
        try {
            V_LPP.invokeExact(function, a, b, c);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void run(MemorySegment function, long a, long b, MemorySegment c) {
        try {
            V_LLP.invokeExact(function, a, b, c);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void run(MemorySegment function, long a, int b, MemorySegment c) {
        try {
            V_LIP.invokeExact(function, a, b, c);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void run(MemorySegment function, long a, int b, int c, MemorySegment d) {
        try {
            V_LIIP.invokeExact(function, a, b, c, d);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void run(MemorySegment function, long a, long b, long c, int d, int e, MemorySegment f) {
        try {
            V_LLLIIP.invokeExact(function, a, b, c, d, e, f);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void run(MemorySegment function, long a, long b, int c, long d, int e, MemorySegment f) {
        try {
            V_LLILIP.invokeExact(function, a, b, c, d, e, f);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void run(MemorySegment function, long a, long b, int c, long d, int e, int f, MemorySegment g, int h) {
        try {
            V_LLILIIPI.invokeExact(function, a, b, c, d, e, f, g, h);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void run(MemorySegment function, long a, int b, int c, int d, int e, MemorySegment f, int g, MemorySegment h,
            int i, MemorySegment j) {
        try {
            V_LIIIIPIPIP.invokeExact(function, a, b, c, d, e, f, g, h, i, j);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    // Native functions throw nothing: what arrives here is an error of the linker's or of the virtual machine's.
    private static RuntimeException unexpected(Throwable t) {
        if (t instanceof Error e) {
            throw e;
        }
        return t instanceof RuntimeException e ? e : new IllegalStateException(t);
    }
}
