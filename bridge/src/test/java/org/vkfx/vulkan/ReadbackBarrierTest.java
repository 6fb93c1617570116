package org.vkfx.vulkan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.vulkan.VK10.*;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.lwjgl.vulkan.VK11;
import org.lwjgl.vulkan.VkBufferMemoryBarrier;
import org.lwjgl.vulkan.VkImageMemoryBarrier;
import org.vkfx.PixelFormat;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;

/** The barriers of a copy, which a software driver does without: a wrong one would show on other machines only. */
@Needs(Machine.VULKAN)
class ReadbackBarrierTest {
    private static final String ACQUIRE = stages(VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT)
            + image(0, VK_ACCESS_TRANSFER_READ_BIT, VK_IMAGE_LAYOUT_GENERAL, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                    VK11.VK_QUEUE_FAMILY_EXTERNAL, 0);
    private static final String WRITE = stages(VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT)
            + image(0, VK_ACCESS_TRANSFER_WRITE_BIT, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                    VK_QUEUE_FAMILY_IGNORED, VK_QUEUE_FAMILY_IGNORED);
    private static final String READ = stages(VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT)
            + image(VK_ACCESS_TRANSFER_WRITE_BIT, VK_ACCESS_TRANSFER_READ_BIT, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                    VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, VK_QUEUE_FAMILY_IGNORED, VK_QUEUE_FAMILY_IGNORED);
    private static final String TO_HOST = stages(VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT)
            + "buffer, access 0x1000 to 0x2000, whole true";

    private final FaultyVulkan faulty = new FaultyVulkan();
    private final List<String> barriers = new ArrayList<>();

    @Test
    void acquiresCopiesAndShowsToTheHost() {
        record(PixelFormat.BGRA8);
        assertThat(barriers).containsExactly(ACQUIRE, TO_HOST);
    }

    @Test
    void ordersChannelsInAnImageOfItsOwn() {
        record(PixelFormat.RGBA8);
        assertThat(barriers).containsExactly(ACQUIRE, WRITE, READ, TO_HOST);
    }

    private void record(PixelFormat format) {
        try (ValidatedVulkan vulkan = ValidatedVulkan.withoutLayer(faulty.address())) {
            DeviceContext context = DeviceContext.of(vulkan.device());
            faulty.replaceAll("vkCmdPipelineBarrier", this::barrier);
            try (var image = new ExportableImage(context, 8, 8, format, MemoryHandleType.NONE, true)) {
                new ReadbackBuffer(context, image).close();
            }
        }
        faulty.assertBalanced();
    }

    private int barrier(Object[] a) {
        boolean ofBuffer = (int) a[6] == 1;
        long address = ((MemorySegment) a[ofBuffer ? 7 : 9]).address();
        assertThat((int) a[6] + (int) a[8]).as("one barrier").isEqualTo(1);
        String barrier;
        if (ofBuffer) {
            VkBufferMemoryBarrier b = VkBufferMemoryBarrier.create(address);
            barrier = "buffer, access 0x%x to 0x%x, whole %b".formatted(b.srcAccessMask(), b.dstAccessMask(),
                    b.offset() == 0 && b.size() == VK_WHOLE_SIZE);
        } else {
            VkImageMemoryBarrier b = VkImageMemoryBarrier.create(address);
            barrier = image(b.srcAccessMask(), b.dstAccessMask(), b.oldLayout(), b.newLayout(),
                    b.srcQueueFamilyIndex(), b.dstQueueFamilyIndex());
        }
        barriers.add(stages((int) a[1], (int) a[2]) + barrier);
        return 0;
    }

    private static String stages(int from, int to) {
        return "stage 0x%x to 0x%x: ".formatted(from, to);
    }

    private static String image(int fromAccess, int toAccess, int fromLayout, int toLayout, int fromFamily,
            int toFamily) {
        return "image, access 0x%x to 0x%x, layout %d to %d, family %d to %d".formatted(fromAccess, toAccess,
                fromLayout, toLayout, fromFamily, toFamily);
    }
}
