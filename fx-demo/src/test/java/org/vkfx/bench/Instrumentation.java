package org.vkfx.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.nio.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rewrites methods of the bridge and of JavaFX so that they call {@link Probe}: what is measured is the real code, and
 * no hook for it is in the product. Works on class files before the measuring JVM starts, so no agent is needed.
 */
final class Instrumentation {
    private static final ClassDesc PROBE = ClassDesc.of(Probe.class.getName());
    private static final String ORIGINAL = "$original";

    /** What is put around a method. */
    sealed interface Change permits Timed, Counted {
        String type();

        String method();
    }

    /** The time of the method is that of a part. */
    record Timed(String type, String method, Part part) implements Change {
    }

    /** A method of Probe is called first, with some of the method's arguments. */
    record Counted(String type, String method, String probe, MethodTypeDesc descriptor, int... arguments)
            implements
                Change {
    }

    private static final List<Change> BRIDGE = List.of(
            new Timed("org.vkfx.swapchain.FrameSwapchain", "acquire", Part.ACQUIRE),
            new Timed("org.vkfx.swapchain.FrameSwapchain", "present", Part.PRESENT),
            new Timed("org.vkfx.swapchain.FrameSwapchain", "completed", Part.COMPLETE),
            new Timed("org.vkfx.scene.VulkanView", "pulse", Part.PULSE),
            new Timed("org.vkfx.prism.FrameNode", "sync", Part.LATCH),
            new Timed("org.vkfx.interop.PrismSurface", "acquire", Part.AWAIT),
            new Timed("org.vkfx.prism.FramePeer", "renderContent", Part.DRAW),
            new Timed("org.vkfx.prism.ReadClock", "endOpenEpoch", Part.MARK),
            new Timed("org.vkfx.prism.ReadClock", "watch", Part.MARK));

    private static final MethodTypeDesc UPLOAD = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int,
            ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int, ClassDesc.of(Buffer.class.getName()));
    private static final MethodTypeDesc COPIED = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int,
            ConstantDescs.CD_int);
    private static final MethodTypeDesc BLIT = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int,
            ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int);
    private static final String GL = "com.sun.prism.es2.GLContext";

    private static final List<Change> JAVAFX = List.of(
            new Timed("com.sun.javafx.sg.prism.NGImageView", "setImage", Part.LATCH),
            new Timed("com.sun.javafx.sg.prism.NGImageView", "renderContent", Part.DRAW),
            new Counted(GL, "texImage2D", "upload", UPLOAD, 3, 4, 6, 7, 8),
            new Counted(GL, "texSubImage2D", "upload", UPLOAD, 4, 5, 6, 7, 8),
            new Counted(GL, "blitFBO", "blit", BLIT, 6, 7, 8, 9),
            new Counted(GL, "readPixels", "copied", COPIED, 3, 4));

    private Instrumentation() {
    }

    /**
     * Writes the rewritten classes.
     *
     * @param bridge folder for those of the bridge, to come first on the class path
     * @param javafx folder for those of javafx.graphics, to patch it with
     * @throws IllegalStateException when a method is not there: then the lists above are out of date
     */
    static void write(Path bridge, Path javafx) throws IOException {
        write(BRIDGE, name -> Instrumentation.class.getResourceAsStream("/" + name), bridge);
        Module graphics = javafx.scene.Node.class.getModule();
        write(JAVAFX, graphics::getResourceAsStream, javafx);
    }

    private interface Source {
        InputStream open(String resource) throws IOException;
    }

    private static void write(List<Change> changes, Source source, Path folder) throws IOException {
        Set<String> types = changes.stream().map(Change::type).collect(Collectors.toSet());
        for (String type : types) {
            String resource = type.replace('.', '/') + ".class";
            byte[] original;
            try (InputStream in = source.open(resource)) {
                if (in == null) {
                    continue; // another platform's pipeline
                }
                original = in.readAllBytes();
            }
            Path file = folder.resolve(resource);
            Files.createDirectories(file.getParent());
            Files.write(file, rewritten(original, changes.stream().filter(c -> c.type().equals(type)).toList()));
        }
    }

    static byte[] rewritten(byte[] original, List<? extends Change> changes) {
        ClassFile file = ClassFile.of();
        ClassModel model = file.parse(original);
        for (Change change : changes) {
            long found = model.methods().stream().filter(m -> isMeant(m, change)).count();
            if (found != 1) {
                throw new IllegalStateException(change.type() + " has " + found + " methods " + change.method()
                        + " to measure. Put the list in " + Instrumentation.class.getName() + " right.");
            }
        }
        return file.transformClass(model, (builder, element) -> {
            Change change = element instanceof MethodModel method
                    ? changes.stream().filter(c -> isMeant(method, c)).findFirst().orElse(null)
                    : null;
            if (change == null) {
                builder.with(element);
            } else {
                wrap(builder, model.thisClass().asSymbol(), (MethodModel) element, change);
            }
        });
    }

    /** Bridges of generic methods are left alone. */
    private static boolean isMeant(MethodModel method, Change change) {
        return method.methodName().equalsString(change.method()) && !method.flags().has(AccessFlag.BRIDGE);
    }

    /** The original gets another name; one of its old name calls it, and Probe. */
    private static void wrap(ClassBuilder builder, ClassDesc type, MethodModel method, Change change) {
        String name = method.methodName().stringValue();
        MethodTypeDesc descriptor = method.methodTypeSymbol();
        builder.withMethod(name + ORIGINAL, descriptor,
                ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC,
                renamed -> method.forEach(element -> {
                    if (element instanceof CodeModel) {
                        renamed.with(element);
                    }
                }));
        builder.withMethodBody(name, descriptor, method.flags().flagsMask(), code -> {
            switch (change) {
                case Timed timed -> time(code, type, name, descriptor, timed.part);
                case Counted counted -> {
                    for (int i = 0; i < counted.arguments.length; i++) {
                        code.loadLocal(TypeKind.from(counted.descriptor.parameterType(i)),
                                code.parameterSlot(counted.arguments[i]));
                    }
                    code.invokestatic(PROBE, counted.probe, counted.descriptor);
                    call(code, type, name, descriptor);
                    code.return_(TypeKind.from(descriptor.returnType()));
                }
            }
        });
    }

    /** What throws is not counted: there is no way back. */
    private static void time(CodeBuilder code, ClassDesc type, String name, MethodTypeDesc descriptor, Part part) {
        int begin = code.allocateLocal(TypeKind.LONG);
        code.loadConstant(part.ordinal());
        code.invokestatic(PROBE, "begin", MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_int));
        code.lstore(begin);
        call(code, type, name, descriptor);
        code.loadConstant(part.ordinal());
        code.lload(begin);
        code.invokestatic(PROBE, "end",
                MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_long));
        code.return_(TypeKind.from(descriptor.returnType()));
    }

    private static void call(CodeBuilder code, ClassDesc type, String name, MethodTypeDesc descriptor) {
        code.aload(0);
        for (int i = 0; i < descriptor.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(descriptor.parameterType(i)), code.parameterSlot(i));
        }
        code.invokespecial(type, name + ORIGINAL, descriptor);
    }
}
