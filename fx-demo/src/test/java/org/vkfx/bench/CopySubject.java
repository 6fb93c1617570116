package org.vkfx.bench;

import static org.lwjgl.vulkan.VK12.*;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;

import javafx.scene.Node;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelBuffer;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkBufferCreateInfo;
import org.lwjgl.vulkan.VkBufferImageCopy;
import org.lwjgl.vulkan.VkBufferMemoryBarrier;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkMemoryBarrier;
import org.lwjgl.vulkan.VkMemoryRequirements;
import org.lwjgl.vulkan.VkPhysicalDeviceProperties;
import org.lwjgl.vulkan.VkQueryPoolCreateInfo;
import org.vkfx.bench.Cell.Size;
import org.vkfx.bench.Cell.WindowKind;

/**
 * What a careful application does today: a render thread of its own renders, copies into mapped memory and waits for
 * both; that memory is the PixelBuffer's of an image, and an ImageView shows the newest one. Three of them: one on
 * screen, one that JavaFX may still be uploading, one to render to.
 */
final class CopySubject implements Subject {
    private static final int COUNT = 3;
    private static final int PULSE = Part.PULSE.ordinal();

    /** One image's way. */
    private static final class Slot {
        final int index;
        final long buffer;
        final long memory;
        final ByteBuffer bytes;
        final PixelBuffer<ByteBuffer> pixels;
        final WritableImage image;
        long presented;

        Slot(int index, long buffer, long memory, ByteBuffer bytes, Size size) {
            this.index = index;
            this.buffer = buffer;
            this.memory = memory;
            this.bytes = bytes;
            pixels = new PixelBuffer<>(size.width(), size.height(), bytes, PixelFormat.getByteBgraPreInstance());
            image = new WritableImage(pixels);
        }
    }

    private final ImageView view = new ImageView();
    private final BlockingQueue<Slot> free = new ArrayBlockingQueue<>(COUNT);
    private final AtomicReference<Slot> ready = new AtomicReference<>();
    private final Renderer renderer;
    private Slot shown; // JavaFX thread
    private Slot retiring; // JavaFX thread: the paint of the pulse before may be uploading it
    private volatile Slot latched; // JavaFX thread, while nothing is painted
    private volatile boolean drawn;
    private volatile long displayed;
    private volatile long latency;

    /** JavaFX thread. */
    CopySubject(Gpu gpu, Size size, WindowKind window) {
        double scale = window.scale(size);
        view.setFitWidth(size.width() / scale);
        view.setFitHeight(size.height() / scale);
        Probe.before(Part.LATCH, this::latch);
        Probe.before(Part.DRAW, this::drawing);
        renderer = new Renderer(gpu, size);
        free.addAll(renderer.slots);
    }

    @Override
    public Node node() {
        return view;
    }

    @Override
    public void pulse() {
        long begin = Probe.begin(PULSE);
        if (retiring != null) { // a pulse that changes the scene waits for the paints before it, and one has passed
            free.add(retiring);
            retiring = null;
            renderer.wake();
        }
        Slot newest = ready.getAndSet(null);
        if (newest != null) {
            newest.pixels.updateBuffer(all -> null);
            view.setImage(newest.image);
            retiring = shown;
            shown = newest;
        }
        renderer.demand();
        Probe.end(PULSE, begin);
    }

    private void latch() {
        if (latched != shown) {
            latched = shown;
            drawn = false;
        }
    }

    private void drawing() {
        Slot now = latched;
        if (now != null && !drawn) {
            drawn = true;
            latency = System.nanoTime() - now.presented;
            displayed = displayed + 1;
        }
    }

    @Override
    public long displayed() {
        return displayed;
    }

    @Override
    public long rendered() {
        return renderer.rendered();
    }

    @Override
    public double latencyNanos() {
        return latency;
    }

    @Override
    public void close() {
        renderer.close();
        Probe.before(Part.LATCH, null);
        Probe.before(Part.DRAW, null);
    }

    private final class Renderer extends Offscreen {
        private List<Slot> slots;
        private LongBuffer stamps;
        private long queries;
        private double tick;
        private long bytes;

        Renderer(Gpu gpu, Size size) {
            super(gpu, size, COUNT, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
        }

        @Override
        void prepare(Size size, int count) {
            slots = new ArrayList<>();
            stamps = MemoryUtil.memAllocLong(2);
            bytes = size.bytes();
            try (MemoryStack stack = MemoryStack.stackPush()) {
                for (int i = 0; i < count; i++) {
                    slots.add(slot(stack, i, size));
                }
                var handle = stack.mallocLong(1);
                Gpu.check(vkCreateQueryPool(gpu().vk(), VkQueryPoolCreateInfo.calloc(stack).sType$Default()
                        .queryType(VK_QUERY_TYPE_TIMESTAMP).queryCount(2 * count), null, handle), "vkCreateQueryPool");
                queries = handle.get(0);
                VkPhysicalDeviceProperties properties = VkPhysicalDeviceProperties.malloc(stack);
                vkGetPhysicalDeviceProperties(gpu().vk().getPhysicalDevice(), properties);
                tick = properties.limits().timestampPeriod();
            }
        }

        private Slot slot(MemoryStack stack, int index, Size size) {
            var handle = stack.mallocLong(1);
            Gpu.check(vkCreateBuffer(gpu().vk(), VkBufferCreateInfo.calloc(stack).sType$Default().size(bytes)
                    .usage(VK_BUFFER_USAGE_TRANSFER_DST_BIT), null, handle), "vkCreateBuffer");
            long buffer = handle.get(0);
            VkMemoryRequirements needs = VkMemoryRequirements.malloc(stack);
            vkGetBufferMemoryRequirements(gpu().vk(), buffer, needs);
            long memory = gpu().allocate(needs,
                    VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT,
                    VK_MEMORY_PROPERTY_HOST_CACHED_BIT);
            Gpu.check(vkBindBufferMemory(gpu().vk(), buffer, memory, 0), "vkBindBufferMemory");
            var mapped = stack.mallocPointer(1);
            Gpu.check(vkMapMemory(gpu().vk(), memory, 0, VK_WHOLE_SIZE, 0, mapped), "vkMapMemory");
            return new Slot(index, buffer, memory,
                    MemoryUtil.memByteBuffer(mapped.get(0), Math.toIntExact(bytes)), size);
        }

        @Override
        void recordSequel(MemoryStack stack, VkCommandBuffer commands, int index, long image) {
            vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT,
                    VK_PIPELINE_STAGE_TRANSFER_BIT, 0,
                    VkMemoryBarrier.calloc(1, stack).sType$Default()
                            .srcAccessMask(VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT)
                            .dstAccessMask(VK_ACCESS_TRANSFER_READ_BIT),
                    null, null);
            vkCmdResetQueryPool(commands, queries, 2 * index, 2);
            vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries, 2 * index);
            Slot slot = slots.get(index);
            var region = VkBufferImageCopy.calloc(1, stack);
            region.imageSubresource().aspectMask(VK_IMAGE_ASPECT_COLOR_BIT).layerCount(1);
            region.imageExtent().set((int) slot.image.getWidth(), (int) slot.image.getHeight(), 1);
            vkCmdCopyImageToBuffer(commands, image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, slot.buffer, region);
            vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries, 2 * index + 1);
            vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT, 0, null,
                    VkBufferMemoryBarrier.calloc(1, stack).sType$Default().srcAccessMask(VK_ACCESS_TRANSFER_WRITE_BIT)
                            .dstAccessMask(VK_ACCESS_HOST_READ_BIT).srcQueueFamilyIndex(VK_QUEUE_FAMILY_IGNORED)
                            .dstQueueFamilyIndex(VK_QUEUE_FAMILY_IGNORED).buffer(slot.buffer).size(VK_WHOLE_SIZE),
                    null);
        }

        @Override
        boolean renderOne() {
            Slot slot = free.poll();
            if (slot == null) {
                return false;
            }
            slot.presented = submit(slot.index);
            await(slot.index);
            Gpu.check(nvkGetQueryPoolResults(gpu().vk(), queries, 2 * slot.index, 2, 2L * Long.BYTES,
                    MemoryUtil.memAddress(stamps), Long.BYTES, VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT),
                    "vkGetQueryPoolResults");
            Probe.record(Part.COPY.ordinal(), Math.round((stamps.get(1) - stamps.get(0)) * tick));
            Slot unseen = ready.getAndSet(slot);
            if (unseen != null) {
                free.add(unseen);
            }
            return true;
        }

        @Override
        void release() {
            vkDestroyQueryPool(gpu().vk(), queries, null);
            for (Slot slot : slots) {
                vkDestroyBuffer(gpu().vk(), slot.buffer, null);
                vkFreeMemory(gpu().vk(), slot.memory, null);
            }
            MemoryUtil.memFree(stamps);
        }
    }
}
