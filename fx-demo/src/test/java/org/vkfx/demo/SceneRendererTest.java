package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkBufferCreateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.vkfx.PixelFormat;

/** The renderer against the frame contract: {@link Offscreen} plays the bridge, the validation layer watches. */
@NeedsVulkan
class SceneRendererTest {
    private static final long MILLIS = 1_000_000;

    @Test
    void aFixedTimeGivesTheSamePictureWhateverThePulsesAndTheImage() throws Exception {
        int[] first = picture(2.5, PixelFormat.BGRA8, 320, 200, 1, 5 * MILLIS);
        int[] again = picture(2.5, PixelFormat.BGRA8, 320, 200, 5, 999 * MILLIS);
        assertThat(again).isEqualTo(first);
        assertThat(picture(2.5, PixelFormat.RGBA8, 320, 200, 1, 0)).isEqualTo(first);
        assertThat(picture(3.5, PixelFormat.BGRA8, 320, 200, 1, 0)).isNotEqualTo(first);
    }

    @Test
    void thePictureHasAKnotInTheMiddleAndIsOpaque() throws Exception {
        int[] pixels = picture(0, PixelFormat.BGRA8, 320, 200, 1, 0);
        assertThat(Arrays.stream(pixels).allMatch(p -> p >>> 24 == 0xff)).isTrue();
        assertThat(Arrays.stream(pixels).distinct().count()).isGreaterThan(5000);
        long knot = Arrays.stream(pixels).filter(p -> (p >> 16 & 0xff) > (p & 0xff) + 60).count();
        assertThat(knot).isBetween(pixels.length / 20L, pixels.length / 2L);
    }

    @Test
    void animatesByThePulsesTimeAndRestsWhenPaused() throws Exception {
        try (TestVulkan vulkan = new TestVulkan();
                Offscreen offscreen = new Offscreen(vulkan.context(), PixelFormat.BGRA8, 160, 100, 3, 1);
                SceneRenderer renderer = new SceneRenderer(vulkan.context(), null)) {
            renderer.imagesChanged(offscreen.images());
            int[] start = offscreen.read(offscreen.render(renderer, 1000 * MILLIS));
            int[] moved = offscreen.read(offscreen.render(renderer, 1100 * MILLIS));
            assertThat(moved).isNotEqualTo(start);
            renderer.look().updateAndGet(l -> l.withSpeed(0));
            assertThat(offscreen.read(offscreen.render(renderer, 1200 * MILLIS))).isEqualTo(moved);
            renderer.camera().updateAndGet(c -> c.orbit(0.5, 0.1));
            assertThat(offscreen.read(offscreen.render(renderer, 1300 * MILLIS))).isNotEqualTo(moved);
        }
    }

    @Test
    void followsChangesOfSizeAndFormat() throws Exception {
        try (TestVulkan vulkan = new TestVulkan(); SceneRenderer renderer = new SceneRenderer(vulkan.context(), 1.0)) {
            int generation = 0;
            for (PixelFormat format : PixelFormat.values()) {
                for (int[] size : new int[][]{{1, 1}, {17, 5}, {641, 479}, {33, 300}}) {
                    try (Offscreen offscreen = new Offscreen(vulkan.context(), format, size[0], size[1], 2,
                            ++generation)) {
                        renderer.imagesChanged(offscreen.images());
                        for (int i = 0; i < 3; i++) {
                            offscreen.render(renderer, i);
                        }
                        assertThat(offscreen.read(offscreen.render(renderer, 9))).doesNotContain(0);
                    }
                }
            }
        }
    }

    @Test
    void handsTheImageOverInTheLayoutAndToTheFamilyThatTheFrameSays() throws Exception {
        for (int layout : new int[]{VK10.VK_IMAGE_LAYOUT_GENERAL, VK10.VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL}) {
            try (TestVulkan vulkan = new TestVulkan();
                    Offscreen offscreen = new Offscreen(vulkan.context(), PixelFormat.BGRA8, 32, 32, 1, 1);
                    SceneRenderer renderer = new SceneRenderer(vulkan.context(), 0.0)) {
                offscreen.handOverWithinFamily(layout);
                renderer.imagesChanged(offscreen.images());
                offscreen.read(offscreen.render(renderer, 0));
            }
        }
    }

    @Test
    void theValidationLayerIsHeard() {
        try (TestVulkan vulkan = new TestVulkan();
                Cleanup cleanup = new Cleanup();
                MemoryStack stack = MemoryStack.stackPush()) {
            VkBufferCreateInfo nonsense = VkBufferCreateInfo.calloc(stack).sType$Default()
                    .usage(VK10.VK_BUFFER_USAGE_TRANSFER_SRC_BIT);
            VkDevice device = vulkan.context().vkDevice();
            long buffer = Vk.make("vkCreateBuffer", nonsense, (i, p) -> VK10.vkCreateBuffer(device, i, null, p));
            cleanup.add(() -> VK10.vkDestroyBuffer(device, buffer, null));
            assertThat(vulkan.messages()).singleElement().asString().contains("VUID-VkBufferCreateInfo-size-00912");
            vulkan.messages().clear();
        }
    }

    @Test
    void copiesNothing() throws Exception {
        try (TestVulkan vulkan = new TestVulkan();
                Offscreen offscreen = new Offscreen(vulkan.context(), PixelFormat.BGRA8, 64, 64, 2, 1);
                SceneRenderer renderer = new SceneRenderer(vulkan.context(), 0.0)) {
            long before = vulkan.counter().count();
            renderer.imagesChanged(offscreen.images());
            Offscreen.TestFrame frame = offscreen.render(renderer, 0);
            assertThat(vulkan.counter().count() - before).isZero();
            offscreen.read(frame);
            assertThat(vulkan.counter().count() - before).isEqualTo(1);
        }
    }

    private static int[] picture(double time, PixelFormat format, int width, int height, int frames, long pulse)
            throws Exception {
        try (TestVulkan vulkan = new TestVulkan();
                Offscreen offscreen = new Offscreen(vulkan.context(), format, width, height, 3, 1);
                SceneRenderer renderer = new SceneRenderer(vulkan.context(), time)) {
            renderer.imagesChanged(offscreen.images());
            for (int i = 1; i < frames; i++) {
                offscreen.render(renderer, i * pulse);
            }
            return offscreen.read(offscreen.render(renderer, frames * pulse));
        }
    }
}
