package org.vkfx.objc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails every test, whatever it is about, in which the simulated Metal has seen what a Mac would punish, or after which the
 * bridge still owns an object. Tests that offend on purpose look at {@link MetalSim#offences} and {@link MetalSim#forget}.
 */
public final class MetalJudge implements BeforeEachCallback, AfterEachCallback {
    private static final Duration PATIENCE = Duration.ofSeconds(10); // what was closed is released on other threads

    @Override
    public void beforeEach(ExtensionContext context) {
        if (MetalSim.isBuilt()) {
            MetalSim.forget();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (MetalSim.isBuilt()) {
            long begin = System.nanoTime();
            while (!MetalSim.leaks().isEmpty() && System.nanoTime() - begin < PATIENCE.toNanos()) {
                Thread.onSpinWait();
            }
            assertThat(MetalSim.leaks()).as("what the bridge still owns").isEmpty();
            assertThat(MetalSim.offences()).as("what a Mac would punish").isEmpty();
        }
    }
}
