package org.vkfx.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.reflect.AccessFlag;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A jar published for another system. What is asserted about it fails with a sentence that names it. */
final class Artifact {
    /** Where the build puts the jars. */
    private static final Path FOLDER = Path.of(System.getProperty("vkfx.test.artifacts", "target/artifacts"));

    private final String name;
    private final Path path;

    /** Names a jar of {@link #FOLDER}. */
    Artifact(String name) {
        this(name, FOLDER.resolve(name + ".jar"));
    }

    private Artifact(String name, Path path) {
        this.name = name;
        this.path = path;
    }

    /** The jar, for all systems, that a class of the tests' own was loaded from. */
    static Artifact of(Class<?> type) throws URISyntaxException {
        Path path = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        return new Artifact(path.getFileName().toString(), path);
    }

    @Override
    public String toString() {
        return name;
    }

    Path path() {
        return path;
    }

    /** Reads the one library of a name, in whatever folder of the jar. */
    MachO library(String file) {
        try (ZipFile jar = new ZipFile(path.toFile())) {
            ZipEntry entry = jar.stream().map(e -> (ZipEntry) e)
                    .filter(e -> e.getName().equals(file) || e.getName().endsWith("/" + file)).findAny()
                    .orElseThrow(() -> new AssertionError(name + " has no " + file));
            return new MachO(jar.getInputStream(entry).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the library at a place in the jar, which must be for an architecture. */
    void assertHasLibrary(String place, String architecture) {
        try (ZipFile jar = new ZipFile(path.toFile())) {
            ZipEntry entry = jar.getEntry(place);
            assertThat(entry).as(name + " has " + place).isNotNull();
            assertThat(new MachO(jar.getInputStream(entry).readAllBytes()).architecture())
                    .as(name + ": architecture of " + place).isEqualTo(architecture);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Checks that a class names what it asks for. */
    void assertNames(String owner, String... texts) {
        ClassModel type = type(owner).orElseThrow(() -> new AssertionError(name + " has no class " + owner + "."));
        assertThat(constants(type)).as(name + ": " + owner + " names").contains(texts);
    }

    /** The strings in a class. */
    static Set<String> constants(ClassModel type) {
        Set<String> constants = new TreeSet<>();
        type.constantPool().forEach(entry -> {
            if (entry instanceof StringEntry text) {
                constants.add(text.stringValue());
            }
        });
        return constants;
    }

    /** All classes in a package and those below it. */
    List<ClassModel> types(String folder) {
        try (ZipFile jar = new ZipFile(path.toFile())) {
            List<ClassModel> types = new ArrayList<>();
            for (ZipEntry entry : jar.stream().toList()) {
                if (entry.getName().startsWith(folder) && entry.getName().endsWith(".class")) {
                    types.add(ClassFile.of().parse(jar.getInputStream(entry).readAllBytes()));
                }
            }
            return types;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that is in the jar. */
    Set<String> entries() {
        try (ZipFile jar = new ZipFile(path.toFile())) {
            return jar.stream().map(ZipEntry::getName).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a class, given its binary name, if the jar has it. */
    Optional<ClassModel> type(String binaryName) {
        try (ZipFile jar = new ZipFile(path.toFile())) {
            ZipEntry entry = jar.getEntry(binaryName.replace('.', '/') + ".class");
            return entry == null ? Optional.empty()
                    : Optional.of(ClassFile.of().parse(jar.getInputStream(entry).readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Finds a method that a class declares. */
    MethodModel method(String owner, String method, String descriptor) {
        ClassModel type = type(owner).orElseThrow(() -> new AssertionError(name + " has no class " + owner + "."));
        return method(type, method, descriptor).orElseThrow(() -> new AssertionError(
                name + ": class " + owner + " declares no " + method + descriptor + "; it has "
                        + type.methods().stream()
                                .filter(m -> m.methodName().equalsString(method)).map(m -> method + m.methodType())
                                .toList()
                        + "."));
    }

    /** Checks that a member can be linked: that a class of this jar, or one that it inherits from, declares it. */
    void assertLinks(String owner, String member, String descriptor) {
        assertThat(links(owner, member, descriptor)).as(name + ": " + owner + "." + member + descriptor).isTrue();
    }

    private boolean links(String owner, String member, String descriptor) {
        Optional<ClassModel> type = type(owner);
        if (type.isEmpty()) {
            return isOfJava(owner, member);
        }
        return method(type.get(), member, descriptor).isPresent() || field(type.get(), member, descriptor).isPresent()
                || type.get().superclass().filter(s -> links(binary(s.asInternalName()), member, descriptor))
                        .isPresent()
                || type.get().interfaces().stream()
                        .anyMatch(i -> links(binary(i.asInternalName()), member, descriptor));
    }

    private static boolean isOfJava(String owner, String member) {
        return owner.equals("java.lang.Object")
                && Stream.of(Object.class.getDeclaredMethods()).anyMatch(m -> m.getName().equals(member));
    }

    private static String binary(String internalName) {
        return internalName.replace('/', '.');
    }

    private static Optional<MethodModel> method(ClassModel type, String name, String descriptor) {
        return type.methods().stream()
                .filter(m -> m.methodName().equalsString(name) && m.methodType().equalsString(descriptor)).findAny();
    }

    private static Optional<FieldModel> field(ClassModel type, String name, String descriptor) {
        return type.fields().stream()
                .filter(f -> f.fieldName().equalsString(name) && f.fieldType().equalsString(descriptor)).findAny();
    }

    /** Checks a member's kind. */
    void assertFlag(String owner, MethodModel method, AccessFlag flag, boolean expected) {
        assertThat(method.flags().has(flag))
                .as(name + ": " + owner + "." + method.methodName() + method.methodType() + " is " + flag)
                .isEqualTo(expected);
    }

    /** Checks that a library exports a C symbol. */
    void assertExports(MachO library, String symbol) {
        assertThat(library.exports().contains("_" + symbol)).as(name + " exports the symbol " + symbol).isTrue();
    }

    /** Checks that a list has an entry. */
    void assertContains(String what, Collection<String> list, String entry) {
        assertThat(list.contains(entry)).as(name + " has the " + what + " " + entry).isTrue();
    }

    /** Checks a method's type encoding. */
    void assertEncoding(String type, Map<String, String> methods, String selector, String encoding) {
        assertThat(methods).as(name + ": " + type + " is known").isNotNull();
        assertThat(methods.get(selector)).as(name + ": encoding of -[" + type + " " + selector + "]")
                .isEqualTo(encoding);
    }
}
