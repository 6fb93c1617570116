package org.vkfx;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms of the house and who may enter which. */
@AnalyzeClasses(packages = "org.vkfx", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String VOCABULARY = "org.vkfx";
    private static final String LOG = "org.vkfx.log";

    @ArchTest
    static final ArchRule vocabulary_imports_nothing = classes().that().resideInAPackage(VOCABULARY).should()
            .onlyDependOnClassesThat(resideInAnyPackage(VOCABULARY, "java.lang..", "java.util..", "java.time.."));

    @ArchTest
    static final ArchRule swapchain_knows_none_of_its_neighbours = knowsOnlyTheVocabulary("swapchain");

    @ArchTest
    static final ArchRule vulkan_knows_none_of_its_neighbours = knowsOnlyTheVocabulary("vulkan");

    @ArchTest
    static final ArchRule prism_knows_none_of_its_neighbours = knowsOnlyTheVocabulary("prism");

    @ArchTest
    static final ArchRule objc_knows_none_of_its_neighbours = knowsOnlyTheVocabulary("objc");

    @ArchTest
    static final ArchRule swapchain_is_plain_java = classes().that().resideInAPackage("org.vkfx.swapchain..").should()
            .onlyDependOnClassesThat(resideInAnyPackage(VOCABULARY, LOG, "org.vkfx.swapchain..", "java.."));

    @ArchTest
    static final ArchRule vulkan_knows_no_javafx = noClasses().that().resideInAPackage("org.vkfx.vulkan..").should()
            .dependOnClassesThat(resideInAnyPackage("javafx..", "com.sun.."));

    @ArchTest
    static final ArchRule only_prism_names_javafx_internals = noClasses()
            .that(resideOutsideOfPackage("org.vkfx.prism..")).should()
            .dependOnClassesThat(resideInAnyPackage("com.sun.javafx..", "com.sun.prism..", "com.sun.glass.."));

    @ArchTest
    static final ArchRule backends_do_not_know_each_other = slices().matching("org.vkfx.interop.(*)..").should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule the_seam_does_not_know_its_backends = noClasses().that().resideInAPackage("org.vkfx.interop")
            .should()
            .dependOnClassesThat(resideInAPackage("org.vkfx.interop.*.."));

    @ArchTest
    static final ArchRule nobody_knows_scene = noClasses().that(resideOutsideOfPackage("org.vkfx.scene..")).should()
            .dependOnClassesThat(resideInAPackage("org.vkfx.scene.."));

    @ArchTest
    static final ArchRule no_cycles = slices().matching("org.vkfx.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule no_vulkan_binding_in_the_bridge = noClasses().should()
            .dependOnClassesThat(resideInAPackage("org.lwjgl.."));

    @ArchTest
    static final ArchRule only_objc_names_rococoa = noClasses().that(resideOutsideOfPackage("org.vkfx.objc..")).should()
            .dependOnClassesThat(resideInAnyPackage("org.rococoa..", "com.sun.jna.."));

    /** Without Rococoa the other classes must still link. */
    @ArchTest
    static final ArchRule rococoa_stays_behind_its_own_classes = noClasses().that().resideInAPackage("org.vkfx.objc")
            .and().haveNameNotMatching(".*\\.(MTL[A-Za-z]+|RococoaObject|HandOver\\$Bound)").should()
            .dependOnClassesThat(resideInAnyPackage("org.rococoa..", "com.sun.jna.."));

    /** A logger may throw, and a thread of the bridge's would end. */
    @ArchTest
    static final ArchRule only_log_logs = noClasses().that(resideOutsideOfPackage(LOG)).should()
            .dependOnClassesThat().areAssignableTo(System.Logger.class);

    /**
     * Applications may keep all its threads busy, and would then stop the bridge; so every task has an executor of the
     * bridge's.
     */
    @ArchTest
    static final ArchRule nothing_runs_on_the_common_pool = noClasses().should()
            .accessTargetWhere(DescribedPredicate.describe("that has the common pool run something",
                    access -> usesTheCommonPool(access.getTarget())));

    private static boolean usesTheCommonPool(AccessTarget target) {
        String name = target.getName();
        boolean byDefault = target.getOwner().isAssignableTo(CompletionStage.class)
                && (name.endsWith("Async") || name.equals("delayedExecutor"))
                && target instanceof CodeUnitAccessTarget method
                && method.getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Executor.class));
        return byDefault || name.startsWith("parallel") && target.getOwner().getPackageName().startsWith("java.util")
                || target.getOwner().isEquivalentTo(ForkJoinPool.class);
    }

    private static ArchRule knowsOnlyTheVocabulary(String room) {
        String here = "org.vkfx." + room + "..";
        return noClasses().that().resideInAPackage(here).should()
                .dependOnClassesThat(resideInAPackage("org.vkfx.*..").and(resideOutsideOfPackages(here, LOG)));
    }
}
