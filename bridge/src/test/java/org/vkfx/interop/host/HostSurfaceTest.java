package org.vkfx.interop.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import javafx.application.Platform;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.PixelFormat;
import org.vkfx.Swapchain.Ready;
import org.vkfx.Swapchain.Resized;
import org.vkfx.interop.InteropBackend;
import org.vkfx.scene.Fx;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;
import org.vkfx.swapchain.FrameSwapchain;
import org.vkfx.swapchain.ImageAllocator.PresentableImage;
import org.vkfx.swapchain.ImageSlot;
import org.vkfx.swapchain.ImageSlot.State;
import org.vkfx.swapchain.ImageSpec;

/** When an image of the host path has been read: with images of nothing, and pulses that the test makes itself. */
@Needs(Machine.WINDOW)
class HostSurfaceTest {
    private static final int IMAGES = 4;

    private final FrameSwapchain swapchain = new FrameSwapchain(new Surroundings(), Platform::isFxApplicationThread);
    private HostSurface surface;

    /** Nobody that the swapchain could tell something. */
    private static final class Surroundings implements FrameSwapchain.Listener {
        @Override
        public void presented(ImageSlot slot) {
        }

        @Override
        public void frameReady() {
        }

        @Override
        public void progress() {
        }

        @Override
        public void drained() {
        }
    }

    private record Nothing(long image, long imageView, long rendered, boolean storage) implements PresentableImage {
        @Override
        public void destroy(Runnable done) {
            done.run();
        }
    }

    @BeforeEach
    void open() {
        surface = Fx.call(() -> new HostSurface(null, new InteropBackend.Owner() {
            @Override
            public FrameSwapchain swapchain() {
                return swapchain;
            }

            @Override
            public void surfaceFailed(BridgeException e) {
                throw e;
            }
        }));
        List<Nothing> images = IntStream.range(1, IMAGES + 1).mapToObj(i -> new Nothing(i, i, i, false)).toList();
        swapchain.configure(new FrameSwapchain.Target(
                new ImageSpec(8, 8, 1, 1, PixelFormat.BGRA8, AlphaMode.OPAQUE, IMAGES, false), spec -> images));
        assertThat(swapchain.acquire(Duration.ZERO)).isInstanceOf(Resized.class);
    }

    /** A frame is rendered, and shown in a pulse. JavaFX thread. */
    private ImageSlot show() {
        if (!(swapchain.acquire(Duration.ZERO) instanceof Ready(ImageSlot slot))) {
            throw new AssertionError("no image is free");
        }
        swapchain.present(slot);
        swapchain.completed(slot);
        surface.frameReady();
        assertThat(slot.state()).isEqualTo(State.DISPLAYED);
        return slot;
    }

    /** The next pulse would wait for the paint of this one, which may upload what was shown before it. */
    @Test
    void an_image_that_was_replaced_is_read_when_the_pulse_that_replaced_it_is_over_and_not_before() {
        ImageSlot first = Fx.call(this::show);
        for (int i = 0; i < 3 * IMAGES; i++) {
            ImageSlot before = first;
            first = Fx.call(() -> {
                ImageSlot shown = show();
                assertThat(before.state()).as("the one before, during the pulse").isEqualTo(State.RETIRING);
                return shown;
            });
            Fx.run(() -> assertThat(before.state()).as("the one before, after the pulse").isEqualTo(State.FREE));
            assertThat(first.state()).as("what is shown").isEqualTo(State.DISPLAYED);
        }
    }

    @Test
    void a_pulse_without_another_frame_frees_nothing() {
        ImageSlot shown = Fx.call(this::show);
        Fx.run(surface::frameReady);
        Fx.run(() -> assertThat(shown.state()).isEqualTo(State.DISPLAYED));
        assertThat(surface.copies()).as("of images that are no HostImage").isZero();
    }
}
