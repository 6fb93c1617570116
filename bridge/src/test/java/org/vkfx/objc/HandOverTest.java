package org.vkfx.objc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Metal objects taken over by Rococoa and without it, in the simulated Objective-C runtime. */
class HandOverTest {
    private ObjC objc;
    private long queue;

    @BeforeAll
    static void simulator() {
        MacSim.assumeBuilt();
    }

    @BeforeEach
    void begin() {
        objc = ObjC.open();
        queue = MacSim.newQueue();
    }

    @AfterEach
    void end() {
        objc.release(queue);
        MacSim.judge();
    }

    static Stream<Named<LongFunction<MetalObject>>> ways() {
        return Stream.of(Named.of("Rococoa", texture -> new RococoaObject(texture, MTLTexture.class)),
                Named.of("java.lang.foreign", texture -> new ForeignObject(ObjC.open(), texture)));
    }

    @Test
    void rococoa_is_used_where_it_answers_as_the_runtime_does() {
        HandOver handOver = new HandOver(objc, queue);
        assertThat(handOver.withoutRococoa()).isEmpty();
        long texture = MacSim.newTexture(3, 2, 80, 5);
        try (MetalObject owned = handOver.ownTexture(texture)) {
            assertThat(owned).isInstanceOf(RococoaObject.class);
        }
        long event = MacSim.newEvent();
        try (MetalObject owned = handOver.ownEvent(event)) {
            assertThat(owned.get(Message.EVENT_SIGNALED_VALUE)).isZero();
            assertThatThrownBy(() -> owned.get(Message.TEXTURE_WIDTH)).hasMessageContaining("TEXTURE_WIDTH");
        }
        objc.release(event);
        objc.release(texture);
    }

    @Test
    void rococoa_is_not_used_where_it_answers_anything_else() {
        MacSim.fail("-[MTLDevice registryID]", 1);
        HandOver handOver = new HandOver(objc, queue);
        MacSim.fail("-[MTLDevice registryID]", 0);
        assertThat(handOver.withoutRococoa()).get().asString().contains("Rococoa is not usable", "registryID",
                "0.9.1 or later");
        long texture = MacSim.newTexture(3, 2, 80, 5);
        try (MetalObject owned = handOver.ownTexture(texture)) {
            assertThat(owned).isInstanceOf(ForeignObject.class);
        }
        objc.release(texture);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void a_texture_tells_what_it_is(LongFunction<MetalObject> way) {
        long texture = MacSim.newTexture(640, 480, 80, 5);
        try (MetalObject owned = way.apply(texture)) {
            assertThat(owned.address()).isEqualTo(texture);
            assertThat(Stream.of(Message.TEXTURE_TYPE, Message.TEXTURE_WIDTH, Message.TEXTURE_HEIGHT,
                    Message.TEXTURE_PIXEL_FORMAT, Message.TEXTURE_USAGE, Message.TEXTURE_STORAGE_MODE,
                    Message.TEXTURE_DEVICE).map(owned::get))
                    .isEqualTo(List.of(2L, 640L, 480L, 80L, 5L, 2L, MacSim.device()));
        }
        objc.release(texture);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void it_lives_as_long_as_its_last_owner(LongFunction<MetalObject> way) {
        long before = MacSim.live("MTLTexture");
        long texture = MacSim.newTexture(4, 4, 70, 1);
        MetalObject owned = way.apply(texture);
        objc.release(texture); // as when the VkDeviceMemory has gone
        assertThat(MacSim.live("MTLTexture")).isEqualTo(before + 1);
        assertThat(owned.get(Message.TEXTURE_WIDTH)).isEqualTo(4);
        owned.close();
        owned.close();
        assertThat(MacSim.live("MTLTexture")).isEqualTo(before);
    }

    @Test
    void two_hundred_objects_leave_nothing_behind() {
        HandOver handOver = new HandOver(objc, queue);
        long before = MacSim.live("MTLTexture");
        for (int i = 0; i < 200; i++) {
            long texture = MacSim.newTexture(1 + i, 4, 70, 1);
            try (MetalObject owned = handOver.ownTexture(texture)) {
                assertThat(owned.get(Message.TEXTURE_WIDTH)).isEqualTo(1 + i);
            }
            objc.release(texture);
        }
        System.gc(); // Rococoa's proxies must not release a second time
        assertThat(MacSim.live("MTLTexture")).isEqualTo(before);
    }

    @Test
    void what_is_autoreleased_lives_until_the_pool_ends() {
        long before = MacSim.live("MTLCommandBuffer");
        long pool = objc.autoreleasePoolPush();
        long buffer = objc.send(queue, Message.QUEUE_COMMAND_BUFFER);
        assertThat(objc.send(buffer, Message.BUFFER_STATUS)).isZero();
        assertThat(MacSim.live("MTLCommandBuffer")).isEqualTo(before + 1);
        objc.autoreleasePoolPop(pool);
        assertThat(MacSim.live("MTLCommandBuffer")).isEqualTo(before);
    }

    /** Threads that look for a way have no pool of JavaFX's around them, so nothing else would ever release it. */
    @Test
    void the_comparison_with_rococoa_leaves_no_object_behind() {
        long before = MacSim.live("MTLCommandBuffer");
        long made = MacSim.made("MTLCommandBuffer");
        assertThat(new HandOver(objc, queue).withoutRococoa()).isEmpty();
        assertThat(MacSim.made("MTLCommandBuffer")).as("the comparison makes one").isGreaterThan(made);
        assertThat(MacSim.live("MTLCommandBuffer")).as("alive").isEqualTo(before);
    }

    @Test
    void the_devices_name_is_read() {
        assertThat(objc.string(objc.send(MacSim.device(), Message.DEVICE_NAME))).contains("simulated");
        assertThat(objc.string(0)).isEmpty();
    }

    @Test
    void a_signal_sets_the_event_when_the_gpu_gets_there() throws InterruptedException {
        long event = MacSim.newEvent();
        MacSim.hold(true);
        long pool = objc.autoreleasePoolPush();
        long buffer = objc.send(queue, Message.QUEUE_COMMAND_BUFFER);
        objc.send(buffer, Message.BUFFER_ENCODE_SIGNAL, event, 7);
        objc.send(buffer, Message.BUFFER_COMMIT);
        objc.autoreleasePoolPop(pool);
        assertThat(objc.send(event, Message.EVENT_SIGNALED_VALUE)).isZero();
        MacSim.hold(false);
        while (MacSim.pending() > 0) {
            Thread.onSpinWait();
        }
        assertThat(objc.send(event, Message.EVENT_SIGNALED_VALUE)).isEqualTo(7);
        objc.release(event);
    }
}
