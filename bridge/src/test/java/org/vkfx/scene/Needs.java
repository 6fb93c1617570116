package org.vkfx.scene;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that is skipped, and says why, where the machine lacks something; src/bin/test sees to it that Linux has all.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Machine.Condition.class)
public @interface Needs {
    /** What must be there; the first that is not is the reason. */
    Machine[] value();
}
