package org.vkfx.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vkfx.prism.FrameNode;
import org.vkfx.prism.MtlPipeline;
import org.vkfx.prism.MtlPipeline.Member;

/** What the bridge uses of JavaFX's internals is in JavaFX as published for macOS and for Windows. */
class JavaFxContractTest {
    /** A member that the bridge's class files refer to. */
    private record Reference(String owner, String name, String descriptor) implements Comparable<Reference> {
        @Override
        public int compareTo(Reference other) {
            return toString().compareTo(other.toString());
        }
    }

    static Stream<Artifact> artifacts() {
        return Stream.of("javafx-graphics-26.0.2-mac-aarch64", "javafx-graphics-26.0.2-mac",
                "javafx-graphics-27-ea+11-mac-aarch64").map(Artifact::new);
    }

    private static final Artifact WINDOWS = new Artifact("javafx-graphics-26.0.2-win");
    private static final Pattern PIPELINES = Pattern.compile("com/sun/(prism/(es2|mtl|d3d|sw|j2d)|glass)/");

    static Stream<Artifact> artifactsOfEverySystem() {
        return Stream.concat(artifacts(), Stream.of(WINDOWS));
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    void has_every_member_of_the_metal_pipeline_that_is_reached_by_a_handle(Artifact artifact) {
        MtlPipeline.MEMBERS.forEach(member -> assertHas(artifact, member));
    }

    private static MethodModel assertHas(Artifact artifact, Member member) {
        MethodModel method = artifact.method(member.owner(), member.name(), member.descriptor());
        artifact.assertFlag(member.owner(), method, AccessFlag.STATIC, member.isStatic());
        return method;
    }

    @ParameterizedTest
    @MethodSource("artifactsOfEverySystem")
    void has_every_internal_member_that_the_bridges_classes_link(Artifact artifact) throws Exception {
        Set<Reference> references = references();
        assertThat(references).extracting(Reference::owner)
                .contains("com.sun.prism.Texture", "com.sun.javafx.sg.prism.NGRegion");
        references.forEach(r -> artifact.assertLinks(r.owner(), r.name(), r.descriptor()));
    }

    /** JavaFX for one system has not the others' pipelines: their classes are reached by handles only, from strings. */
    @Test
    void no_class_of_a_pipeline_is_linked() throws Exception {
        Set<String> linked = new TreeSet<>();
        for (ClassModel type : classes()) {
            Stream<String> pool = StreamSupport.stream(type.constantPool().spliterator(), false)
                    .map(entry -> switch (entry) {
                        case ClassEntry c -> c.asInternalName();
                        case NameAndTypeEntry member -> member.type().stringValue();
                        case MethodTypeEntry method -> method.descriptor().stringValue();
                        default -> "";
                    });
            Stream<String> declared = Stream.concat(type.methods().stream().map(m -> m.methodType().stringValue()),
                    type.fields().stream().map(f -> f.fieldType().stringValue()));
            Stream.concat(pool, declared).filter(text -> PIPELINES.matcher(text).find())
                    .forEach(text -> linked.add(type.thisClass().asInternalName() + ": " + text));
        }
        assertThat(linked).isEmpty();
        assertThat(Stream.of("es2.ES2Pipeline", "mtl.MTLPipeline", "d3d.D3DPipeline")
                .filter(name -> WINDOWS.type("com.sun.prism." + name).isPresent())).containsExactly("d3d.D3DPipeline");
    }

    /** All that the bridge refers to in com.sun, read from its class files, so that no new call can be forgotten. */
    private static Set<Reference> references() throws Exception {
        Set<Reference> references = new TreeSet<>();
        classes().forEach(type -> collect(type, references));
        return references;
    }

    private static List<ClassModel> classes() throws Exception {
        List<ClassModel> types = new ArrayList<>();
        Path classes = Path.of(FrameNode.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                types.add(ClassFile.of().parse(Files.readAllBytes(file)));
            }
        }
        return types;
    }

    private static void collect(ClassModel type, Set<Reference> references) {
        for (PoolEntry entry : type.constantPool()) {
            if (entry instanceof MemberRefEntry member && member.owner().asInternalName().startsWith("com/sun/")
                    && !member.owner().asInternalName().startsWith("com/sun/jna/")) {
                references.add(new Reference(member.owner().asInternalName().replace('/', '.'),
                        member.name().stringValue(), member.type().stringValue()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    void its_library_has_the_natives_of_these_members(Artifact artifact) {
        MachO library = artifact.library("libprism_mtl.dylib");
        int natives = 0;
        for (Member member : MtlPipeline.MEMBERS) {
            if (assertHas(artifact, member).flags().has(AccessFlag.NATIVE)) {
                natives++;
                artifact.assertExports(library, "Java_" + member.owner().replace('.', '_') + "_" + member.name());
            }
        }
        assertThat(natives).isPositive();
    }

    /** Wrapping rests on them: the texture is stored as it is, and asked for when it is drawn. */
    @ParameterizedTest
    @MethodSource("artifacts")
    void its_objects_take_and_give_textures_as_the_wrapping_expects(Artifact artifact) {
        Map<String, Map<String, String>> classes = artifact.library("libprism_mtl.dylib").classes();
        artifact.assertEncoding("MetalRTTexture", classes.get("MetalRTTexture"),
                "createTexture:ofPhysicalWidth:ofPhysicalHeight:mtlTex:", "@48@0:8@16Q24Q32q40");
        artifact.assertEncoding("MetalTexture", classes.get("MetalTexture"), "getTexture", "@16@0:8");
        artifact.assertEncoding("MetalContext", classes.get("MetalContext"), "commitCurrentCommandBuffer", "v16@0:8");
        artifact.assertEncoding("MetalContext", classes.get("MetalContext"), "getCommandQueue", "@16@0:8");
    }

    @Test
    void a_broken_contract_names_artifact_and_member() {
        Artifact artifact = artifacts().findFirst().orElseThrow();
        Member wrap = MtlPipeline.MEMBERS.stream().filter(Member::isStatic).findAny().orElseThrow();
        assertThatThrownBy(() -> assertHas(artifact, new Member(wrap.owner(), wrap.name(), "(JJJJ)J", true)))
                .hasMessageContaining("javafx-graphics-26.0.2-mac-aarch64")
                .hasMessageContaining("nCreateRT2(JJJJ)J").hasMessageContaining("it has [nCreateRT2(JJII)J]");
        assertThatThrownBy(() -> assertHas(artifact, new Member(wrap.owner(), wrap.name(), wrap.descriptor(), false)))
                .hasMessageContaining("nCreateRT2(JJII)J is STATIC");
        assertThatThrownBy(() -> assertHas(artifact, new Member("com.sun.prism.mtl.Gone", "a", "()V", false)))
                .hasMessageContaining("has no class com.sun.prism.mtl.Gone");
        assertThatThrownBy(() -> artifact.assertLinks("com.sun.prism.Texture", "gone", "()V"))
                .hasMessageContaining("javafx-graphics-26.0.2-mac-aarch64: com.sun.prism.Texture.gone()V");
        MachO library = artifact.library("libprism_mtl.dylib");
        assertThatThrownBy(() -> artifact.assertExports(library, "Java_gone"))
                .hasMessageContaining("javafx-graphics-26.0.2-mac-aarch64 exports the symbol Java_gone");
        assertThatThrownBy(() -> artifact.assertEncoding("MetalTexture", library.classes().get("MetalTexture"),
                "getTexture", "v16@0:8")).hasMessageContaining("-[MetalTexture getTexture]");
    }
}
