package org.vkfx.scene;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.vkfx.vulkan.ValidatedVulkan;

/** What a test may need of the machine. Whether it is there is found out by trying, once in a JVM. */
public enum Machine {
    /** A Vulkan loader that opens, a device, and the validation layer. */
    VULKAN(ValidatedVulkan::lack),
    /** Vulkan memory that is exported as a file descriptor. */
    OPAQUE_FD(ValidatedVulkan::lackOfFileDescriptors),
    /** A platform on which JavaFX starts. */
    WINDOW(Fx::lack),
    /** JavaFX's es2 pipeline on GLX. */
    OPENGL(Machine::lackOfEs2);

    /** System property: where it is true, tests are not skipped for what the machine lacks but fail. */
    private static final boolean REQUIRED = Boolean.getBoolean("vkfx.test.required");

    private final Supplier<Optional<String>> trial;
    private Optional<String> lack; // null until tried

    Machine(Supplier<Optional<String>> trial) {
        this.trial = trial;
    }

    /** Why a test that needs this must be skipped here, if it must. */
    synchronized Optional<String> lack() {
        if (lack == null) {
            lack = REQUIRED ? Optional.empty() : trial.get();
        }
        return lack;
    }

    /** JavaFX for macOS has es2 too, but the path is for Linux. */
    private static Optional<String> lackOfEs2() {
        return OS.LINUX.isCurrentOs() ? Optional.empty() : Optional.of("The OpenGL path is for Linux.");
    }

    /** Looks at a class or method that {@link Needs} something, before it is run. */
    public static final class Condition implements ExecutionCondition {
        /** Called by JUnit, to which this package is not open. */
        public Condition() {
        }

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getElement(), Needs.class).stream()
                    .flatMap(needs -> Arrays.stream(needs.value())).map(Machine::lack).flatMap(Optional::stream)
                    .findFirst().map(ConditionEvaluationResult::disabled)
                    .orElse(ConditionEvaluationResult.enabled("all is there"));
        }
    }
}
