package org.vkfx.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

import org.lwjgl.system.MemoryUtil;

/**
 * Counts the bytes that Vulkan's copy commands move, for everyone in this process: whoever asks {@link
 * #getInstanceProcAddr()} for such a command gets a stub that adds up its regions and forwards. What a command buffer
 * moves counts at each of its submissions. Images are taken for 4 bytes a pixel. Counting a submission allocates
 * nothing.
 */
@SuppressWarnings("restricted")
final class CopiedBytes {
    private static final FunctionDescriptor IMAGES = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_INT,
            JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);

    private static final FunctionDescriptor IMAGE_TO_BUFFER = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_INT,
            JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final FunctionDescriptor BUFFER_TO_IMAGE = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final FunctionDescriptor BUFFERS = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_INT,
            JAVA_LONG);

    /** Which argument is the number of regions (their address follows), how long a region is, and what it moves. */
    private record Command(FunctionDescriptor type, int regions, int size, ToLongFunction<MemorySegment> moved) {
        long bytes(Object[] arguments) {
            int count = (int) arguments[regions];
            MemorySegment all = MemorySegment.ofAddress((long) arguments[regions + 1]).reinterpret((long) size * count);
            return IntStream.range(0, count).mapToLong(i -> moved.applyAsLong(all.asSlice((long) i * size, size)))
                    .sum();
        }
    }

    /** The variants of extensions and of Vulkan 1.3 are not enabled on the device. */
    private static final Map<String, Command> COMMANDS = Map.of(
            "vkCmdCopyBuffer", new Command(BUFFERS, 3, 24, region -> region.get(JAVA_LONG, 16)),
            "vkCmdCopyImage", new Command(IMAGES, 5, 68, region -> extent(region, 56)),
            "vkCmdResolveImage", new Command(IMAGES, 5, 68, region -> extent(region, 56)),
            "vkCmdBlitImage", new Command(IMAGES.appendArgumentLayouts(JAVA_INT), 5, 80, CopiedBytes::blitted),
            "vkCmdCopyImageToBuffer", new Command(IMAGE_TO_BUFFER, 4, 56, region -> extent(region, 44)),
            "vkCmdCopyBufferToImage", new Command(BUFFER_TO_IMAGE, 4, 56, region -> extent(region, 44)));
    private static final FunctionDescriptor BEGIN = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor SUBMIT = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG,
            JAVA_LONG);
    /** In VkSubmitInfo. */
    private static final int COMMAND_BUFFER_COUNT = 40;
    private static final int COMMAND_BUFFERS = 48;
    private static final int SUBMIT_INFO_SIZE = 72;
    private static final FunctionDescriptor GET_PROC_ADDR = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle RECORDED = handle("recorded",
            MethodType.methodType(void.class, Command.class, Object[].class));
    private static final MethodHandle RESOLVE = handle("resolve",
            MethodType.methodType(long.class, MethodHandle.class, long.class, long.class));

    private static final MethodHandle BEGUN = handle("begun",
            MethodType.methodType(void.class, long.class, long.class));
    private static final MethodHandle SUBMITTED = handle("submitted",
            MethodType.methodType(void.class, long.class, int.class, long.class, long.class));

    /** A function at an address; different devices may have different addresses for one name. */
    private record Function(String name, long address) {
    }

    private final LongAdder bytes = new LongAdder();
    /** Command buffers with copies, and what each moves. */
    private long[] buffers = new long[16]; // guarded by this
    private long[] moved = new long[16]; // guarded by this
    private int count; // guarded by this
    private final Map<Function, Long> stubs = new ConcurrentHashMap<>();
    private final long getInstanceProcAddr;

    /**
     * Puts the counter in front of a function table.
     *
     * @param real address of vkGetInstanceProcAddr
     */
    CopiedBytes(long real) {
        getInstanceProcAddr = stub(new Function("vkGetInstanceProcAddr", real));
    }

    /** Address of the counting vkGetInstanceProcAddr; valid as long as the process lives. */
    long getInstanceProcAddr() {
        return getInstanceProcAddr;
    }

    /** Bytes that were submitted to be moved so far. */
    long sum() {
        return bytes.sum();
    }

    /** Of a VkExtent3D. */
    private static long extent(MemorySegment region, int at) {
        return 4L * region.get(JAVA_INT, at) * region.get(JAVA_INT, at + 4) * region.get(JAVA_INT, at + 8);
    }

    /** Of VkImageBlit::dstOffsets. */
    private static long blitted(MemorySegment region) {
        return IntStream.range(0, 3)
                .mapToLong(i -> Math.abs(region.get(JAVA_INT, 68 + 4 * i) - region.get(JAVA_INT, 56 + 4 * i)))
                .reduce(4, (a, b) -> a * b);
    }

    private static MethodHandle handle(String name, MethodType type) {
        try {
            return MethodHandles.lookup().findVirtual(CopiedBytes.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** As the upcall of a command does. */
    void recorded(String command, Object... arguments) {
        recorded(COMMANDS.get(command), arguments);
    }

    private int find(long commandBuffer) {
        int i = 0;
        while (i < count && buffers[i] != commandBuffer) {
            i++;
        }
        return i;
    }

    /** Upcall of a copy command. */
    private synchronized void recorded(Command command, Object[] arguments) {
        int i = find((long) arguments[0]);
        if (i == buffers.length) {
            buffers = Arrays.copyOf(buffers, 2 * i);
            moved = Arrays.copyOf(moved, 2 * i);
        }
        if (i == count) {
            buffers[count++] = (long) arguments[0];
            moved[i] = 0;
        }
        moved[i] += command.bytes(arguments);
    }

    /** Upcall of vkBeginCommandBuffer: what was in it is forgotten. */
    synchronized void begun(long commandBuffer, long info) {
        int i = find(commandBuffer);
        if (i < count) {
            count--;
            buffers[i] = buffers[count];
            moved[i] = moved[count];
        }
    }

    /** Upcall of vkQueueSubmit. */
    synchronized void submitted(long queue, int submits, long pSubmits, long fence) {
        for (int i = 0; i < submits; i++) {
            long info = pSubmits + (long) i * SUBMIT_INFO_SIZE;
            int commandBuffers = MemoryUtil.memGetInt(info + COMMAND_BUFFER_COUNT);
            long first = MemoryUtil.memGetAddress(info + COMMAND_BUFFERS);
            for (int j = 0; j < commandBuffers; j++) {
                int found = find(MemoryUtil.memGetAddress(first + (long) j * Long.BYTES));
                bytes.add(found < count ? moved[found] : 0);
            }
        }
    }

    /** Upcall: what vkGetInstanceProcAddr and vkGetDeviceProcAddr of the counting tables do. */
    private long resolve(MethodHandle real, long dispatchable, long name) {
        try {
            long address = (long) real.invokeExact(dispatchable, name);
            String text = MemorySegment.ofAddress(name).reinterpret(Long.MAX_VALUE).getString(0);
            boolean replaced = text
                    .matches("vkGetInstanceProcAddr|vkGetDeviceProcAddr|vkBeginCommandBuffer|vkQueueSubmit")
                    || COMMANDS.containsKey(text);
            return address == 0 || !replaced ? address : stub(new Function(text, address));
        } catch (Throwable e) {
            return 0; // an exception that leaves an upcall ends the JVM
        }
    }

    private long stub(Function function) {
        return stubs.computeIfAbsent(function, f -> {
            FunctionDescriptor type = type(f.name);
            MethodHandle real = LINKER.downcallHandle(MemorySegment.ofAddress(f.address), type);
            MethodHandle target = switch (f.name) {
                case "vkBeginCommandBuffer" -> MethodHandles.foldArguments(real, BEGUN.bindTo(this));
                case "vkQueueSubmit" -> MethodHandles.foldArguments(real, SUBMITTED.bindTo(this));
                case "vkGetInstanceProcAddr", "vkGetDeviceProcAddr" ->
                    MethodHandles.insertArguments(RESOLVE, 0, this, real);
                default -> MethodHandles.foldArguments(real,
                        MethodHandles.insertArguments(RECORDED, 0, this, COMMANDS.get(f.name))
                                .asCollector(Object[].class, type.argumentLayouts().size())
                                .asType(type.toMethodType()));
            };
            return LINKER.upcallStub(target, type, Arena.global()).address(); // function tables keep it
        });
    }

    private static FunctionDescriptor type(String function) {
        return switch (function) {
            case "vkBeginCommandBuffer" -> BEGIN;
            case "vkQueueSubmit" -> SUBMIT;
            case "vkGetInstanceProcAddr", "vkGetDeviceProcAddr" -> GET_PROC_ADDR;
            default -> COMMANDS.get(function).type;
        };
    }
}
