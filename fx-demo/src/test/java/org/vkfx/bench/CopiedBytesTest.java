package org.vkfx.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.Struct;
import org.lwjgl.vulkan.VkBufferCopy;
import org.lwjgl.vulkan.VkBufferImageCopy;
import org.lwjgl.vulkan.VkImageBlit;
import org.lwjgl.vulkan.VkImageCopy;
import org.lwjgl.vulkan.VkImageResolve;
import org.lwjgl.vulkan.VkOffset3D;
import org.lwjgl.vulkan.VkSubmitInfo;

/** What each command moves, by LWJGL's layouts of its regions; and that it counts whenever it is submitted. */
class CopiedBytesTest {
    private static final long COMMANDS = 0x1000;
    private static final long OTHER = 0x2000;

    private final CopiedBytes counter = new CopiedBytes(1); // that function is not called

    private long submitted(MemoryStack stack, long... commandBuffers) {
        long before = counter.sum();
        PointerBuffer buffers = stack.mallocPointer(commandBuffers.length).put(commandBuffers).flip();
        VkSubmitInfo.Buffer submits = VkSubmitInfo.calloc(2, stack); // the first one is empty
        submits.get(1).sType$Default().pCommandBuffers(buffers);
        counter.submitted(0, 2, submits.address(), 0);
        return counter.sum() - before;
    }

    private void copyBuffer(MemoryStack stack, long commandBuffer, long bytes) {
        counter.recorded("vkCmdCopyBuffer", commandBuffer, 0L, 0L, 1,
                VkBufferCopy.calloc(1, stack).size(bytes).address());
    }

    private long imageCommand(MemoryStack stack, String command, int count, Struct<?> regions) {
        counter.begun(COMMANDS, 0);
        counter.recorded(command, COMMANDS, 0L, 0, 0L, 0, count, regions.address());
        return submitted(stack, COMMANDS);
    }

    @Test
    void regions_are_added_up() {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkBufferCopy.Buffer regions = VkBufferCopy.calloc(2, stack);
            regions.get(0).srcOffset(5).dstOffset(7).size(100);
            regions.get(1).size(23);
            counter.recorded("vkCmdCopyBuffer", COMMANDS, 0L, 0L, 2, regions.address());
            assertThat(submitted(stack, COMMANDS)).isEqualTo(123);
        }
    }

    @Test
    void images_have_four_bytes_a_pixel() {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkImageCopy copy = VkImageCopy.calloc(stack).extent(e -> e.set(10, 20, 1));
            assertThat(imageCommand(stack, "vkCmdCopyImage", 1, copy)).isEqualTo(800);
            VkImageResolve resolve = VkImageResolve.calloc(stack).extent(e -> e.set(3, 4, 1));
            assertThat(imageCommand(stack, "vkCmdResolveImage", 1, resolve)).isEqualTo(48);
            VkOffset3D.Buffer target = VkOffset3D.calloc(2, stack);
            target.get(0).set(30, 0, 0);
            target.get(1).set(20, 5, 1); // mirrored
            assertThat(imageCommand(stack, "vkCmdBlitImage", 1, VkImageBlit.calloc(stack).dstOffsets(target)))
                    .isEqualTo(200);
        }
    }

    @Test
    void copies_between_buffers_and_images_count_their_extent() {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkBufferImageCopy region = VkBufferImageCopy.calloc(stack).imageExtent(e -> e.set(1920, 1080, 1));
            counter.recorded("vkCmdCopyImageToBuffer", COMMANDS, 0L, 0, 0L, 1, region.address());
            counter.recorded("vkCmdCopyBufferToImage", OTHER, 0L, 0L, 0, 1, region.address());
            assertThat(submitted(stack, COMMANDS)).isEqualTo(4L * 1920 * 1080);
            assertThat(submitted(stack, COMMANDS, OTHER)).isEqualTo(8L * 1920 * 1080);
        }
    }

    @Test
    void nothing_counts_before_it_is_submitted() {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            copyBuffer(stack, COMMANDS, 100);
            assertThat(counter.sum()).isZero();
            assertThat(submitted(stack, OTHER)).isZero();
            assertThat(submitted(stack, COMMANDS)).isEqualTo(100);
            assertThat(submitted(stack, COMMANDS)).as("once more").isEqualTo(100);
        }
    }

    @Test
    void recording_anew_forgets_what_was_recorded() {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            for (int i = 0; i < 40; i++) {
                copyBuffer(stack, COMMANDS + i, 1);
            }
            copyBuffer(stack, COMMANDS, 100);
            counter.begun(COMMANDS, 0);
            assertThat(submitted(stack, COMMANDS)).isZero();
            assertThat(submitted(stack, COMMANDS + 39)).as("its neighbours stay").isEqualTo(1);
            copyBuffer(stack, COMMANDS, 7);
            assertThat(submitted(stack, COMMANDS, COMMANDS + 1)).isEqualTo(8);
        }
    }
}
