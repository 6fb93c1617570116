package org.vkfx.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A reader for what a macOS library publishes: exported symbols, Objective-C classes, protocols and selectors. Follows
 * Apple's mach-o/loader.h and objc4's objc-runtime-new.h; 64 bits, little-endian, one architecture.
 */
final class MachO {
    private static final int MAGIC_64 = 0xfeedfacf;
    private static final int LC_SYMTAB = 0x2;
    private static final int LC_SEGMENT_64 = 0x19;
    private static final int LC_DYLD_INFO_ONLY = 0x80000022;
    private static final int LC_DYLD_EXPORTS_TRIE = 0x80000033;
    private static final int HEADER_SIZE = 32;
    private static final int SMALL_METHOD_LIST = 0x80000000;
    private static final long DATA_MASK = 0x00007ffffffffff8L; // the runtime keeps flags in the low bits
    /** A pointer's target in either form that is not an import: plain, or the link of a chain of fixups. */
    private static final long TARGET_MASK = (1L << 36) - 1;

    private record Section(String name, long address, long size, int offset) {
    }

    private record Segment(long address, long fileOffset, long fileSize) {
    }

    private final ByteBuffer file;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
    private final Set<String> exports = new HashSet<>();
    private final Set<String> imports = new HashSet<>();

    MachO(byte[] bytes) {
        file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (file.getInt(0) != MAGIC_64) {
            throw new IllegalArgumentException("not a 64-bit Mach-O file of one architecture");
        }
        int at = HEADER_SIZE;
        for (int left = file.getInt(16); left > 0; left--) {
            switch (file.getInt(at)) {
                case LC_SEGMENT_64 -> readSegment(at);
                case LC_SYMTAB -> readImports(file.getInt(at + 8), file.getInt(at + 12), file.getInt(at + 16));
                case LC_DYLD_INFO_ONLY -> readExports(file.getInt(at + 40), file.getInt(at + 44));
                case LC_DYLD_EXPORTS_TRIE -> readExports(file.getInt(at + 8), file.getInt(at + 12));
                default -> {
                }
            }
            at += file.getInt(at + 4);
        }
    }

    private void readSegment(int at) {
        segments.add(new Segment(file.getLong(at + 24), file.getLong(at + 40), file.getLong(at + 48)));
        for (int i = 0; i < file.getInt(at + 64); i++) {
            int section = at + 72 + i * 80;
            sections.add(new Section(fixed(section), file.getLong(section + 32), file.getLong(section + 40),
                    file.getInt(section + 48)));
        }
    }

    private void readImports(int symbols, int count, int strings) {
        for (int symbol = symbols; symbol < symbols + count * 16; symbol += 16) {
            boolean undefined = (file.get(symbol + 4) & 0x0e) == 0;
            if (undefined) {
                imports.add(string(strings + file.getInt(symbol)));
            }
        }
    }

    private void readExports(int offset, int size) {
        if (size > 0) {
            readTrie(offset, offset, "");
        }
    }

    private void readTrie(int start, int node, String prefix) {
        file.position(node);
        long terminal = uleb();
        if (terminal > 0) {
            exports.add(prefix);
        }
        int at = file.position() + (int) terminal;
        int children = file.get(at++) & 0xff;
        for (int i = 0; i < children; i++) {
            String edge = string(at);
            file.position(at + edge.length() + 1);
            int child = (int) uleb();
            at = file.position();
            readTrie(start, start + child, prefix + edge);
        }
    }

    private long uleb() {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            byte part = file.get();
            value |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
    }

    /** Returns the architecture that the code is for, as Java on macOS calls it in os.arch. */
    String architecture() {
        return switch (file.getInt(4)) {
            case 0x01000007 -> "x86_64";
            case 0x0100000c -> "aarch64";
            default -> Integer.toHexString(file.getInt(4));
        };
    }

    /** Returns the exported symbols, with C's leading underscore. */
    Set<String> exports() {
        return exports;
    }

    /** Returns the symbols that other libraries must export, with C's leading underscore. */
    Set<String> imports() {
        return imports;
    }

    /** Returns the zero-terminated strings of a section. */
    Set<String> strings(String section) {
        Set<String> strings = new HashSet<>();
        sections.stream().filter(s -> s.name().equals(section)).forEach(s -> {
            for (int at = s.offset(); at < s.offset() + s.size();) {
                String found = string(at);
                strings.add(found);
                at += found.getBytes(UTF_8).length + 1;
            }
        });
        return strings;
    }

    /** Returns the selectors of the instance methods of each class defined here, with their type encodings. */
    Map<String, Map<String, String>> classes() {
        Map<String, Map<String, String>> classes = new HashMap<>();
        for (long type : pointers("__objc_classlist")) {
            long data = pointer(type + 32) & DATA_MASK;
            classes.put(stringAt(pointer(data + 24)), methods(pointer(data + 32)));
        }
        return classes;
    }

    /** Returns the selectors of the required and optional instance methods of each protocol declared here. */
    Map<String, Map<String, String>> protocols() {
        Map<String, Map<String, String>> protocols = new HashMap<>();
        for (long protocol : pointers("__objc_protolist")) {
            Map<String, String> methods = new HashMap<>(methods(pointer(protocol + 24)));
            methods.putAll(methods(pointer(protocol + 40)));
            protocols.put(stringAt(pointer(protocol + 8)), methods);
        }
        return protocols;
    }

    private Map<String, String> methods(long list) {
        Map<String, String> methods = new HashMap<>();
        if (list == 0) {
            return methods;
        }
        int header = file.getInt(offset(list));
        int size = header & 0xfffc;
        for (int i = 0; i < file.getInt(offset(list + 4)); i++) {
            long method = list + 8 + (long) i * size;
            boolean small = (header & SMALL_METHOD_LIST) != 0;
            // A small entry's name is a reference to a selector.
            long name = small ? pointer(method + file.getInt(offset(method))) : pointer(method);
            long types = small ? method + 4 + file.getInt(offset(method + 4)) : pointer(method + 8);
            methods.put(stringAt(name), stringAt(types));
        }
        return methods;
    }

    private List<Long> pointers(String section) {
        List<Long> pointers = new ArrayList<>();
        for (Section found : sections) {
            if (found.name().equals(section)) {
                for (long at = 0; at < found.size(); at += 8) {
                    pointers.add(pointer(found.address() + at));
                }
            }
        }
        return pointers;
    }

    /** The address that a pointer holds once loaded at 0; 0 for an import. */
    private long pointer(long address) {
        long raw = file.getLong(offset(address));
        return raw < 0 ? 0 : raw & TARGET_MASK;
    }

    private int offset(long address) {
        for (Segment segment : segments) {
            if (address >= segment.address() && address < segment.address() + segment.fileSize()) {
                return (int) (address - segment.address() + segment.fileOffset());
            }
        }
        throw new IllegalArgumentException("no segment has address 0x" + Long.toHexString(address));
    }

    private String stringAt(long address) {
        return string(offset(address));
    }

    private String string(int offset) {
        int end = offset;
        while (file.get(end) != 0) {
            end++;
        }
        return new String(file.array(), offset, end - offset, UTF_8);
    }

    private String fixed(int offset) {
        int end = offset;
        while (end < offset + 16 && file.get(end) != 0) {
            end++;
        }
        return new String(file.array(), offset, end - offset, UTF_8);
    }
}
