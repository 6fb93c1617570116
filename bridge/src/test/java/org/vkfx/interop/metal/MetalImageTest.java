package org.vkfx.interop.metal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.PixelFormat;
import org.vkfx.objc.Message;
import org.vkfx.objc.MetalObject;
import org.vkfx.swapchain.ImageSpec;

/** Whose GPU an exported texture is of. */
class MetalImageTest {
    private static final long JAVAFXS = 0x1000;
    private static final long THE_SAME_GPUS = 0x2000;
    private static final long ANOTHER_GPUS = 0x3000;
    private static final long REGISTRY_ID = 0xcafeL;
    private static final Map<Long, Long> REGISTRY = Map.of(JAVAFXS, REGISTRY_ID, THE_SAME_GPUS, REGISTRY_ID,
            ANOTHER_GPUS,
            0xbeefL);

    private static void check(long device) {
        Map<Message, Long> answers = new HashMap<>(Map.of(Message.TEXTURE_TYPE, MetalObject.TYPE_2D,
                Message.TEXTURE_WIDTH, 64L, Message.TEXTURE_HEIGHT, 48L, Message.TEXTURE_PIXEL_FORMAT,
                MetalObject.BGRA8_UNORM, Message.TEXTURE_USAGE, MetalObject.USAGE_SHADER_READ, Message.TEXTURE_DEVICE,
                device));
        MetalObject texture = new MetalObject() {
            @Override
            public long address() {
                return 0x4000;
            }

            @Override
            public long get(Message message) {
                return answers.get(message);
            }

            @Override
            public void close() {
                // nothing is owned
            }
        };
        MetalImage.check(texture,
                new ImageSpec(64, 48, 1, 1, PixelFormat.BGRA8, AlphaMode.OPAQUE, ImageSpec.MIN_COUNT, false),
                REGISTRY_ID, REGISTRY::get); // fails when nil is asked
    }

    private static void assertRefused(long device, String message) {
        assertThatExceptionOfType(BridgeException.class).isThrownBy(() -> check(device)).withMessageContaining(message)
                .matches(e -> e.reason() == Reason.REFUSED);
    }

    @Test
    void one_gpu_may_have_two_objects() {
        assertThatCode(() -> check(JAVAFXS)).doesNotThrowAnyException();
        assertThatCode(() -> check(THE_SAME_GPUS)).doesNotThrowAnyException();
    }

    @Test
    void another_gpu_and_none_are_refused() {
        assertRefused(ANOTHER_GPUS, "has device 0x3000 with registryID 0xbeef, not JavaFX's with registryID 0xcafe:");
        assertRefused(0, "has device nil, not JavaFX's with registryID 0xcafe:");
    }
}
