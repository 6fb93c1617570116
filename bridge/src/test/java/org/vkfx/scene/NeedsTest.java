package org.vkfx.scene;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import org.junit.jupiter.api.Test;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;
import org.vkfx.vulkan.VulkanLoader;

/** Tests are skipped where the machine lacks something, and none is forgotten. */
class NeedsTest {
    @Test
    void every_test_that_uses_vulkan_or_a_window_says_so() {
        classes().that().haveSimpleNameEndingWith("Test").and().doNotHaveFullyQualifiedName(NeedsTest.class.getName())
                .and(describe("use Vulkan or a window", NeedsTest::usesTheMachine)).should(sayWhatTheyNeed())
                .check(new ClassFileImporter().importPath(Path.of("target/test-classes")));
    }

    private static boolean usesTheMachine(JavaClass test) {
        return test.getDirectDependenciesFromSelf().stream().anyMatch(dependency -> belongToAnyOf(ValidatedVulkan.class,
                FaultyVulkan.class, ViewFixture.class, Fx.class, EnvironmentMain.class)
                .test(dependency.getTargetClass()));
    }

    private static ArchCondition<JavaClass> sayWhatTheyNeed() {
        return new ArchCondition<>("be annotated with @Needs, or have methods that are") {
            @Override
            public void check(JavaClass test, ConditionEvents events) {
                boolean says = test.isAnnotatedWith(Needs.class)
                        || test.getMethods().stream().anyMatch(method -> method.isAnnotatedWith(Needs.class));
                events.add(new SimpleConditionEvent(test, says, test.getName() + " says what it needs: " + says));
            }
        };
    }

    @Test
    void a_missing_loader_is_the_reason() {
        String before = System.setProperty(VulkanLoader.LIBRARY_PROPERTY, "/no/such/library");
        try {
            assertThat(ValidatedVulkan.lack()).get().asString().startsWith("No Vulkan loader was found as /no/such");
            assertThat(ValidatedVulkan.lackOfFileDescriptors()).isEqualTo(ValidatedVulkan.lack());
        } finally {
            System.clearProperty(VulkanLoader.LIBRARY_PROPERTY);
            if (before != null) {
                System.setProperty(VulkanLoader.LIBRARY_PROPERTY, before);
            }
        }
    }

    @Test
    @Needs(Machine.VULKAN)
    void where_all_is_there_nothing_is_missing() {
        assertThat(ValidatedVulkan.lack()).isEmpty();
    }
}
