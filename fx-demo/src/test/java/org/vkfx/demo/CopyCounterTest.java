package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.vulkan.VK10.*;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VkBufferCopy;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkCommandBufferAllocateInfo;
import org.lwjgl.vulkan.VkCommandBufferBeginInfo;
import org.lwjgl.vulkan.VkCommandPoolCreateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkSubmitInfo;

@NeedsVulkan
class CopyCounterTest {
    private static final int SIZE = 64;

    @Test
    void aCopyRecordedThroughLwjglCountsAndIsCarriedOut() {
        try (TestVulkan vulkan = new TestVulkan(); Cleanup cleanup = new Cleanup()) {
            VkDevice device = vulkan.context().vkDevice();
            var text = MemoryUtil.memUTF8("counted and forwarded all the same");
            long source = Vk.buffer(device, cleanup, text, VK_BUFFER_USAGE_TRANSFER_SRC_BIT);
            long target = Vk.buffer(device, cleanup, text, VK_BUFFER_USAGE_TRANSFER_DST_BIT);
            MemoryUtil.memFree(text);
            long before = vulkan.counter().count();
            execute(vulkan.context(), cleanup, buffer -> copy(buffer, source, target));
            assertThat(vulkan.counter().count() - before).isEqualTo(1);
        }
    }

    @Test
    void whoAsksForTheFunctionsByHandIsCountedToo() throws Throwable {
        try (TestVulkan vulkan = new TestVulkan(); Cleanup cleanup = new Cleanup()) {
            VkDevice device = vulkan.context().vkDevice();
            var text = MemoryUtil.memUTF8("raw function tables");
            long source = Vk.buffer(device, cleanup, text, VK_BUFFER_USAGE_TRANSFER_SRC_BIT);
            long target = Vk.buffer(device, cleanup, text, VK_BUFFER_USAGE_TRANSFER_DST_BIT);
            MemoryUtil.memFree(text);
            long instance = vulkan.context().device().instance();
            long getInstanceProcAddr = vulkan.context().device().getInstanceProcAddr();
            long getDeviceProcAddr = find(getInstanceProcAddr, instance, "vkGetDeviceProcAddr");
            long fromDevice = find(getDeviceProcAddr, device.address(), "vkCmdCopyBuffer");
            long fromInstance = find(getInstanceProcAddr, instance, "vkCmdCopyBuffer");
            long before = vulkan.counter().count();
            execute(vulkan.context(), cleanup, buffer -> {
                copyBy(fromDevice, buffer, source, target);
                copyBy(fromInstance, buffer, source, target);
            });
            assertThat(vulkan.counter().count() - before).isEqualTo(2);
        }
    }

    @Test
    void unknownFunctionsStayUnknown() throws Throwable {
        try (TestVulkan vulkan = new TestVulkan()) {
            long instance = vulkan.context().device().instance();
            long getInstanceProcAddr = vulkan.context().device().getInstanceProcAddr();
            assertThat(find(getInstanceProcAddr, instance, "vkCmdCopyNothingAtAll")).isZero();
            assertThat(find(getInstanceProcAddr, 0, "vkCreateInstance")).isNotZero();
        }
    }

    private static void copy(VkCommandBuffer buffer, long source, long target) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            vkCmdCopyBuffer(buffer, source, target, VkBufferCopy.calloc(1, stack).size(16));
        }
    }

    @SuppressWarnings("restricted")
    private static void copyBy(long function, VkCommandBuffer buffer, long source, long target) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            MethodHandle copy = Linker.nativeLinker().downcallHandle(MemorySegment.ofAddress(function),
                    FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
            copy.invokeExact(buffer.address(), source, target, 1, VkBufferCopy.calloc(stack).size(16).address());
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("restricted")
    private static long find(long function, long dispatchable, String name) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle find = Linker.nativeLinker().downcallHandle(MemorySegment.ofAddress(function),
                    FunctionDescriptor
                            .of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
            return (long) find.invokeExact(dispatchable, arena.allocateFrom(name));
        }
    }

    private static void execute(VulkanContext context, Cleanup cleanup, Consumer<VkCommandBuffer> record) {
        VkDevice device = context.vkDevice();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkCommandPoolCreateInfo info = VkCommandPoolCreateInfo.calloc(stack).sType$Default()
                    .queueFamilyIndex(context.device().queueFamily());
            long pool = Vk.make("vkCreateCommandPool", info, (i, p) -> vkCreateCommandPool(device, i, null, p));
            cleanup.add(() -> vkDestroyCommandPool(device, pool, null));
            PointerBuffer handle = stack.mallocPointer(1);
            Vk.check(vkAllocateCommandBuffers(device, VkCommandBufferAllocateInfo.calloc(stack).sType$Default()
                    .commandPool(pool).level(VK_COMMAND_BUFFER_LEVEL_PRIMARY).commandBufferCount(1), handle),
                    "allocate");
            VkCommandBuffer buffer = new VkCommandBuffer(handle.get(0), device);
            Vk.check(vkBeginCommandBuffer(buffer, VkCommandBufferBeginInfo.calloc(stack).sType$Default()), "begin");
            record.accept(buffer);
            Vk.check(vkEndCommandBuffer(buffer), "end");
            Vk.check(vkQueueSubmit(context.queue(),
                    VkSubmitInfo.calloc(stack).sType$Default().pCommandBuffers(stack.pointers(buffer)), VK_NULL_HANDLE),
                    "submit");
            Vk.check(vkQueueWaitIdle(context.queue()), "wait");
        }
    }
}
