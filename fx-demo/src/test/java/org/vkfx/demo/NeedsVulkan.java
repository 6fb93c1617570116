package org.vkfx.demo;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that is skipped, and says why, where the demo cannot make a validated device; src/bin/test sees to it that
 * Linux can.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsVulkan.Condition.class)
public @interface NeedsVulkan {
    /** Tries it, once in a JVM. */
    final class Condition implements ExecutionCondition {
        private static final ConditionEvaluationResult RESULT = Boolean.getBoolean("vkfx.test.required")
                ? ConditionEvaluationResult.enabled("required")
                : trial();

        private static ConditionEvaluationResult trial() {
            try (TestVulkan vulkan = new TestVulkan()) {
                return ConditionEvaluationResult.enabled(vulkan.context().gpuName());
            } catch (Exception | LinkageError e) {
                return ConditionEvaluationResult.disabled("The demo gets no Vulkan device: " + e.getMessage());
            }
        }

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return RESULT;
        }
    }
}
