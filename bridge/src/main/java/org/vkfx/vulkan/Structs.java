package org.vkfx.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Means to lay out, allocate and read Vulkan structures. */
final class Structs {
    private static final long S_TYPE = 0;
    private static final long P_NEXT = 8;

    /** Fills in a count, and as many elements unless the array is null; Vulkan's way of returning lists. */
    interface Enumeration {
        int call(MemorySegment count, MemorySegment array);
    }

    private Structs() {
    }

    /** A structure laid out as C does: every member at its natural alignment, padding at the end. */
    static StructLayout struct(String name, MemoryLayout... members) {
        List<MemoryLayout> padded = new ArrayList<>();
        long offset = 0;
        long alignment = 1;
        for (MemoryLayout member : members) {
            offset = pad(padded, offset, member.byteAlignment());
            padded.add(member);
            offset += member.byteSize();
            alignment = Math.max(alignment, member.byteAlignment());
        }
        pad(padded, offset, alignment);
        return MemoryLayout.structLayout(padded.toArray(MemoryLayout[]::new)).withName(name);
    }

    /** A structure that begins with sType and pNext. */
    static StructLayout chained(String name, MemoryLayout... members) {
        return struct(name, Stream.concat(Stream.of(int32("sType"), pointer("pNext")), Stream.of(members))
                .toArray(MemoryLayout[]::new));
    }

    private static long pad(List<MemoryLayout> members, long offset, long alignment) {
        long padding = -offset & alignment - 1;
        if (padding > 0) {
            members.add(MemoryLayout.paddingLayout(padding));
        }
        return offset + padding;
    }

    static MemoryLayout int32(String name) {
        return JAVA_INT.withName(name);
    }

    static MemoryLayout int64(String name) {
        return JAVA_LONG.withName(name);
    }

    static MemoryLayout pointer(String name) {
        return ADDRESS.withName(name);
    }

    static MemoryLayout bytes(String name, long count) {
        return array(name, count, JAVA_BYTE);
    }

    static MemoryLayout array(String name, long count, MemoryLayout element) {
        return MemoryLayout.sequenceLayout(count, element).withName(name);
    }

    /** The offset of a member, or of a member of a nested structure. */
    static long offset(StructLayout layout, String... path) {
        return layout.byteOffset(Stream.of(path).map(PathElement::groupElement).toArray(PathElement[]::new));
    }

    /** A zeroed structure with its sType. */
    static MemorySegment allocate(SegmentAllocator allocator, StructLayout layout, int sType) {
        MemorySegment struct = allocator.allocate(layout);
        struct.set(JAVA_INT, S_TYPE, sType);
        return struct;
    }

    /** Sets pNext. */
    static void chain(MemorySegment struct, MemorySegment next) {
        struct.set(ADDRESS, P_NEXT, next);
    }

    /** An array of C strings. */
    static MemorySegment strings(SegmentAllocator allocator, Collection<String> strings) {
        MemorySegment array = allocator.allocate(ADDRESS, strings.size());
        int i = 0;
        for (String string : strings) {
            array.setAtIndex(ADDRESS, i++, allocator.allocateFrom(string));
        }
        return array;
    }

    /** Asks until nothing is cut off; the list may grow between two calls. */
    static MemorySegment enumerate(Arena arena, String function, MemoryLayout element, Enumeration enumeration) {
        MemorySegment count = arena.allocate(JAVA_INT);
        while (true) {
            Results.check(function, enumeration.call(count, MemorySegment.NULL));
            MemorySegment array = arena.allocate(element, count.get(JAVA_INT, 0));
            int result = enumeration.call(count, array);
            if (result != Results.VK_INCOMPLETE) {
                Results.check(function, result);
                return array.asSlice(0, element.byteSize() * count.get(JAVA_INT, 0));
            }
        }
    }
}
