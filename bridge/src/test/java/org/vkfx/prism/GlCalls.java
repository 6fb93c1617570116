package org.vkfx.prism;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the calls of JavaFX's es2 pipeline into GL. All of them go through the native methods of one class; as a Java
 * agent, this one puts a count in front of each call.
 */
public final class GlCalls {
    private static final String GL_CONTEXT = "com/sun/prism/es2/GLContext";
    private static final ClassDesc SELF = ClassDesc.of(GlCalls.class.getName());
    private static final MethodTypeDesc COUNT = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);
    private static final Map<String, LongAdder> COUNTS = new ConcurrentHashMap<>();

    private GlCalls() {
    }

    /** Called by the JVM before main. */
    public static void premain(String arguments, Instrumentation instrumentation) {
        instrumentation.addTransformer(new ClassFileTransformer() {
            @Override
            public byte[] transform(ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain,
                    byte[] bytes) {
                return GL_CONTEXT.equals(name) ? instrumented(bytes) : null;
            }
        });
    }

    private static byte[] instrumented(byte[] bytes) {
        CodeTransform counting = (code, element) -> {
            if (element instanceof InvokeInstruction call && call.owner().asInternalName().equals(GL_CONTEXT)
                    && call.name().stringValue().matches("n[A-Z].*")) {
                code.ldc(call.name().stringValue()).invokestatic(SELF, "count", COUNT);
            }
            code.with(element);
        };
        ClassFile file = ClassFile.of();
        return file.transformClass(file.parse(bytes), ClassTransform.transformingMethodBodies(counting));
    }

    /** Called by the instrumented class. */
    public static void count(String name) {
        COUNTS.computeIfAbsent(name, key -> new LongAdder()).increment();
    }

    /** Returns the calls so far, by name of the native method (GL's name with an n in front). */
    public static Map<String, Long> snapshot() {
        Map<String, Long> now = new TreeMap<>();
        COUNTS.forEach((name, count) -> now.put(name, count.sum()));
        return now;
    }

    /** Returns how often the methods whose names match were called between two snapshots. */
    public static long between(Map<String, Long> before, Map<String, Long> after, String regex) {
        return after.entrySet().stream().filter(e -> e.getKey().matches(regex))
                .mapToLong(e -> e.getValue() - before.getOrDefault(e.getKey(), 0L)).sum();
    }
}
