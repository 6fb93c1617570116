package org.vkfx.objc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A task in an autorelease pool of the simulated Objective-C runtime. */
class AutoreleasePoolTest {
    private ObjC objc;
    private long queue;
    private long before;

    @BeforeAll
    static void simulator() {
        MacSim.assumeBuilt();
    }

    @BeforeEach
    void begin() {
        objc = ObjC.open();
        queue = MacSim.newQueue();
        before = MacSim.live("MTLCommandBuffer");
    }

    @AfterEach
    void end() {
        assertThat(MacSim.live("MTLCommandBuffer")).as("what was autoreleased").isEqualTo(before);
        objc.release(queue);
        MacSim.judge();
    }

    private long autoreleased() {
        return objc.send(queue, Message.QUEUE_COMMAND_BUFFER);
    }

    @Test
    void what_a_task_autoreleases_lives_until_its_end() {
        AutoreleasePool.run(() -> {
            autoreleased();
            AutoreleasePool.run(this::autoreleased);
            assertThat(MacSim.live("MTLCommandBuffer")).isEqualTo(before + 1);
        });
        assertThat(MacSim.live("MTLCommandBuffer")).isEqualTo(before);
    }

    @Test
    void a_result_is_returned() {
        assertThat(AutoreleasePool.<Long>call(() -> {
            autoreleased();
            return 7L;
        })).isEqualTo(7);
    }

    @Test
    void the_pool_ends_when_the_task_throws() {
        assertThatThrownBy(() -> AutoreleasePool.run(() -> {
            autoreleased();
            throw new IllegalStateException("expected");
        })).hasMessage("expected");
        assertThatThrownBy(() -> AutoreleasePool.call(() -> {
            autoreleased();
            throw new IllegalStateException("expected");
        })).hasMessage("expected");
    }
}
