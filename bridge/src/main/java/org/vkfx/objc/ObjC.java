package org.vkfx.objc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;

import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;

/**
 * The Objective-C runtime. Objects are addresses; the caller says who owns them. Any thread, but messages that return
 * autoreleased objects need a pool on theirs: {@link #autoreleasePoolPush}.
 */
public final class ObjC {
    /** System property: path of the runtime's library, instead of macOS's own. */
    public static final String LIBRARY_PROPERTY = "vkfx.objc.library";
    /** The runtime's functions that are called. */
    public static final List<String> SYMBOLS = List.of("objc_msgSend", "sel_registerName", "objc_retain",
            "objc_release", "objc_autoreleasePoolPush", "objc_autoreleasePoolPop");

    // In the dynamic linker's cache only: there is no such file.
    private static final String LIBRARY = "/usr/lib/libobjc.A.dylib";

    private static final MethodHandle L = handle();
    private static final MethodHandle L_L = handle(JAVA_LONG);
    private static final MethodHandle L_LL = handle(JAVA_LONG, JAVA_LONG);
    private static final MethodHandle L_LLLL = handle(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle V_L = handle(FunctionDescriptor.ofVoid(JAVA_LONG));

    private static ObjC instance; // guarded by the class

    private final MemorySegment msgSend;
    private final MemorySegment retain;
    private final MemorySegment release;
    private final MemorySegment poolPush;
    private final MemorySegment poolPop;
    private final long[] selectors = new long[Message.values().length];

    private ObjC(SymbolLookup library) {
        msgSend = symbol(library, 0);
        MemorySegment registerName = symbol(library, 1);
        retain = symbol(library, 2);
        release = symbol(library, 3);
        poolPush = symbol(library, 4);
        poolPop = symbol(library, 5);
        try (Arena arena = Arena.ofConfined()) {
            for (Message message : Message.values()) {
                selectors[message.ordinal()] = call(registerName, arena.allocateFrom(message.selector()).address());
            }
        }
    }

    /**
     * Opens the runtime.
     *
     * @return the one runtime
     * @throws BridgeException INTEROP_UNAVAILABLE where there is none
     */
    @SuppressWarnings("restricted")
    public static synchronized ObjC open() {
        if (instance == null) {
            String library = System.getProperty(LIBRARY_PROPERTY, LIBRARY);
            try {
                instance = new ObjC(SymbolLookup.libraryLookup(library, Arena.global()));
            } catch (IllegalArgumentException e) {
                throw new BridgeException(Reason.INTEROP_UNAVAILABLE, "There is no Objective-C runtime as " + library
                        + ". It is part of macOS; elsewhere set the view's interopKind to AUTO.", e);
            }
        }
        return instance;
    }

    private static MemorySegment symbol(SymbolLookup library, int index) {
        return library.find(SYMBOLS.get(index)).orElseThrow(() -> new BridgeException(Reason.INTEROP_UNAVAILABLE,
                "The Objective-C runtime lacks " + SYMBOLS.get(index) + ". Update macOS to 10.15 or later."));
    }

    private static MethodHandle handle(MemoryLayout... arguments) {
        return handle(FunctionDescriptor.of(JAVA_LONG, arguments));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor);
    }

    /**
     * Sends a message without arguments.
     *
     * @param receiver an object; 0 answers 0
     * @param message the message
     * @return its result; not meaningful when it has none
     */
    public long send(long receiver, Message message) {
        try {
            return (long) L_LL.invokeExact(msgSend, receiver, selectors[message.ordinal()]);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * Sends a message with two arguments.
     *
     * @param receiver an object; 0 answers 0
     * @param message the message
     * @param a first argument
     * @param b second argument
     * @return its result; not meaningful when it has none
     */
    public long send(long receiver, Message message, long a, long b) {
        try {
            return (long) L_LLLL.invokeExact(msgSend, receiver, selectors[message.ordinal()], a, b);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * Reads a string.
     *
     * @param string an NSString, not owned; 0 reads as ""
     * @return its characters
     */
    @SuppressWarnings("restricted")
    public String string(long string) {
        long bytes = send(string, Message.STRING_UTF8);
        return bytes == 0 ? "" : MemorySegment.ofAddress(bytes).reinterpret(Long.MAX_VALUE).getString(0);
    }

    /**
     * Becomes one of an object's owners.
     *
     * @param object an object that is alive
     * @return the object
     */
    public long retain(long object) {
        return call(retain, object);
    }

    /**
     * Gives one ownership up.
     *
     * @param object an object that the caller owns
     */
    public void release(long object) {
        run(release, object);
    }

    /**
     * Begins a pool: what is autoreleased on this thread from now on lives until the pool's end.
     *
     * @return the pool, for {@link #autoreleasePoolPop} on the same thread
     */
    public long autoreleasePoolPush() {
        try {
            return (long) L.invokeExact(poolPush);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * Ends a pool.
     *
     * @param pool the pool, and those begun after it
     */
    public void autoreleasePoolPop(long pool) {
        run(poolPop, pool);
    }

    private static long call(MemorySegment function, long a) {
        try {
            return (long) L_L.invokeExact(function, a);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static void run(MemorySegment function, long a) {
        try {
            V_L.invokeExact(function, a);
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
