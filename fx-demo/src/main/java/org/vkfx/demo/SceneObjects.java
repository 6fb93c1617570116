package org.vkfx.demo;

import static org.lwjgl.vulkan.VK10.*;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkDescriptorImageInfo;
import org.lwjgl.vulkan.VkDescriptorPoolCreateInfo;
import org.lwjgl.vulkan.VkDescriptorPoolSize;
import org.lwjgl.vulkan.VkDescriptorSetAllocateInfo;
import org.lwjgl.vulkan.VkDescriptorSetLayoutBinding;
import org.lwjgl.vulkan.VkDescriptorSetLayoutCreateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkPipelineLayoutCreateInfo;
import org.lwjgl.vulkan.VkPushConstantRange;
import org.lwjgl.vulkan.VkRect2D;
import org.lwjgl.vulkan.VkRenderPassBeginInfo;
import org.lwjgl.vulkan.VkSamplerCreateInfo;
import org.lwjgl.vulkan.VkViewport;
import org.lwjgl.vulkan.VkWriteDescriptorSet;
import org.vkfx.demo.Passes.Pipeline;

/** What the scene is made of, whatever the size of the picture: mesh, shadow, pipelines. */
final class SceneObjects {
    private static final int STAGES = VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT;
    private static final int CONSTANTS = 32 * Float.BYTES;
    private static final int SHADOW_FORMAT = VK_FORMAT_R8_UNORM;
    private static final int SHADOW_SIZE = 256;

    private final VkDevice device;
    private final Cleanup cleanup;
    private final long vertices;
    private final long indices;
    private final int indexCount;
    private final long pass;
    private final long layout;
    private final long shadowSet;
    private final long shadowPass;
    private final long shadowFramebuffer;
    private final long shadowPipeline;
    private final long knot;
    private final long mirroredKnot;
    private final long ground;
    private final long sky;

    /** Makes all; the cleanup takes over what was made also when this throws. */
    SceneObjects(VkDevice device, Cleanup cleanup, int format) {
        this.device = device;
        this.cleanup = cleanup;
        Knot mesh = Knot.create();
        vertices = Vk.buffer(device, cleanup, mesh.vertices(), VK_BUFFER_USAGE_VERTEX_BUFFER_BIT);
        indices = Vk.buffer(device, cleanup, mesh.indices(), VK_BUFFER_USAGE_INDEX_BUFFER_BIT);
        indexCount = mesh.indexCount();

        long shadowView = Vk.imageView(device, cleanup, SHADOW_FORMAT, SHADOW_SIZE, SHADOW_SIZE, VK_SAMPLE_COUNT_1_BIT,
                VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_SAMPLED_BIT, VK_IMAGE_ASPECT_COLOR_BIT);
        long setLayout = setLayout();
        shadowSet = shadowSet(setLayout, shadowView, sampler());
        layout = pipelineLayout(setLayout);

        try (Cleanup modules = new Cleanup()) {
            shadowPass = Passes.texturePass(device, cleanup, SHADOW_FORMAT);
            shadowFramebuffer = Passes.framebuffer(device, cleanup, shadowPass, SHADOW_SIZE, SHADOW_SIZE, shadowView);
            shadowPipeline = Passes.pipeline(device, cleanup, shadowPass, layout,
                    new Pipeline(Shaders.compile(device, modules, "common.glsl", "shadow.vert"),
                            Shaders.compile(device, modules, "common.glsl", "shadow.frag"), false, false,
                            VK_SAMPLE_COUNT_1_BIT));
            pass = Passes.scenePass(device, cleanup, format);
            long vertexShader = Shaders.compile(device, modules, "common.glsl", "knot.vert");
            long fragmentShader = Shaders.compile(device, modules, "common.glsl", "surroundings.glsl", "ground.glsl",
                    "knot.frag");
            knot = Passes.pipeline(device, cleanup, pass, layout,
                    new Pipeline(vertexShader, fragmentShader, true, false, Passes.SAMPLES));
            mirroredKnot = Passes.pipeline(device, cleanup, pass, layout,
                    new Pipeline(vertexShader, fragmentShader, true, true, Passes.SAMPLES));
            long backdrop = Shaders.compile(device, modules, "common.glsl", "backdrop.vert");
            ground = Passes.pipeline(device, cleanup, pass, layout,
                    new Pipeline(backdrop,
                            Shaders.compile(device, modules, "common.glsl", "surroundings.glsl", "ground.glsl",
                                    "ground.frag"),
                            false, false, Passes.SAMPLES));
            sky = Passes.pipeline(device, cleanup, pass, layout,
                    new Pipeline(backdrop,
                            Shaders.compile(device, modules, "common.glsl", "surroundings.glsl", "sky.frag"),
                            false, false, Passes.SAMPLES));
        }
    }

    /** The VkRenderPass to draw in. */
    long pass() {
        return pass;
    }

    /** Records what fills the shadow's texture; wanted once, before the first draw. */
    void bakeShadow(VkCommandBuffer buffer) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkRenderPassBeginInfo begin = VkRenderPassBeginInfo.calloc(stack).sType$Default().renderPass(shadowPass)
                    .framebuffer(shadowFramebuffer);
            begin.renderArea().extent().set(SHADOW_SIZE, SHADOW_SIZE);
            vkCmdBeginRenderPass(buffer, begin, VK_SUBPASS_CONTENTS_INLINE);
            vkCmdSetViewport(buffer, 0,
                    VkViewport.calloc(1, stack).width(SHADOW_SIZE).height(SHADOW_SIZE).maxDepth(1));
            scissor(buffer, 0, SHADOW_SIZE, SHADOW_SIZE);
            vkCmdBindPipeline(buffer, VK_PIPELINE_BIND_POINT_GRAPHICS, shadowPipeline);
            vkCmdDraw(buffer, 3, 1, 0, 0);
            vkCmdEndRenderPass(buffer);
        }
    }

    /** Records the scene. The horizon is level: sky and ground are shaded on their side of it only, without depth. */
    void draw(VkCommandBuffer buffer, float[] constants, int width, int height, int horizon) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            vkCmdSetViewport(buffer, 0, VkViewport.calloc(1, stack).width(width).height(height).maxDepth(1));
            vkCmdPushConstants(buffer, layout, STAGES, 0, stack.floats(constants));
            vkCmdBindDescriptorSets(buffer, VK_PIPELINE_BIND_POINT_GRAPHICS, layout, 0, stack.longs(shadowSet), null);
            vkCmdBindVertexBuffers(buffer, 0, stack.longs(vertices), stack.longs(0));
            vkCmdBindIndexBuffer(buffer, indices, 0, VK_INDEX_TYPE_UINT16);
            scissor(buffer, 0, width, horizon);
            vkCmdBindPipeline(buffer, VK_PIPELINE_BIND_POINT_GRAPHICS, sky);
            vkCmdDraw(buffer, 3, 1, 0, 0);
            scissor(buffer, horizon, width, height - horizon);
            vkCmdBindPipeline(buffer, VK_PIPELINE_BIND_POINT_GRAPHICS, ground);
            vkCmdDraw(buffer, 3, 1, 0, 0);
            scissor(buffer, 0, width, height);
            vkCmdBindPipeline(buffer, VK_PIPELINE_BIND_POINT_GRAPHICS, mirroredKnot);
            vkCmdDrawIndexed(buffer, indexCount, 1, 0, 0, 0);
            vkCmdBindPipeline(buffer, VK_PIPELINE_BIND_POINT_GRAPHICS, knot);
            vkCmdDrawIndexed(buffer, indexCount, 1, 0, 0, 0);
        }
    }

    private static void scissor(VkCommandBuffer buffer, int top, int width, int height) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkRect2D.Buffer scissor = VkRect2D.calloc(1, stack);
            scissor.offset().set(0, top);
            scissor.extent().set(width, height);
            vkCmdSetScissor(buffer, 0, scissor);
        }
    }

    private long setLayout() {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkDescriptorSetLayoutCreateInfo info = VkDescriptorSetLayoutCreateInfo.calloc(stack).sType$Default()
                    .pBindings(VkDescriptorSetLayoutBinding.calloc(1, stack).descriptorCount(1)
                            .descriptorType(VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER)
                            .stageFlags(VK_SHADER_STAGE_FRAGMENT_BIT));
            long made = Vk.make("vkCreateDescriptorSetLayout", info,
                    (i, p) -> vkCreateDescriptorSetLayout(device, i, null, p));
            cleanup.add(() -> vkDestroyDescriptorSetLayout(device, made, null));
            return made;
        }
    }

    private long sampler() {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkSamplerCreateInfo info = VkSamplerCreateInfo.calloc(stack).sType$Default().magFilter(VK_FILTER_LINEAR)
                    .minFilter(VK_FILTER_LINEAR).addressModeU(VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE)
                    .addressModeV(VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE)
                    .addressModeW(VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE);
            long made = Vk.make("vkCreateSampler", info, (i, p) -> vkCreateSampler(device, i, null, p));
            cleanup.add(() -> vkDestroySampler(device, made, null));
            return made;
        }
    }

    private long shadowSet(long setLayout, long view, long sampler) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkDescriptorPoolCreateInfo info = VkDescriptorPoolCreateInfo.calloc(stack).sType$Default().maxSets(1)
                    .pPoolSizes(VkDescriptorPoolSize.calloc(1, stack).descriptorCount(1)
                            .type(VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER));
            long pool = Vk.make("vkCreateDescriptorPool", info, (i, p) -> vkCreateDescriptorPool(device, i, null, p));
            cleanup.add(() -> vkDestroyDescriptorPool(device, pool, null));
            VkDescriptorSetAllocateInfo allocate = VkDescriptorSetAllocateInfo.calloc(stack).sType$Default()
                    .descriptorPool(pool).pSetLayouts(stack.longs(setLayout));
            long set = Vk.make("vkAllocateDescriptorSets", allocate, (i, p) -> vkAllocateDescriptorSets(device, i, p));
            VkWriteDescriptorSet.Buffer write = VkWriteDescriptorSet.calloc(1, stack).sType$Default().dstSet(set)
                    .descriptorCount(1).descriptorType(VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER)
                    .pImageInfo(VkDescriptorImageInfo.calloc(1, stack).sampler(sampler).imageView(view)
                            .imageLayout(VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL));
            vkUpdateDescriptorSets(device, write, null);
            return set;
        }
    }

    private long pipelineLayout(long setLayout) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkPipelineLayoutCreateInfo info = VkPipelineLayoutCreateInfo.calloc(stack).sType$Default()
                    .pSetLayouts(stack.longs(setLayout))
                    .pPushConstantRanges(VkPushConstantRange.calloc(1, stack).stageFlags(STAGES).size(CONSTANTS));
            long made = Vk.make("vkCreatePipelineLayout", info, (i, p) -> vkCreatePipelineLayout(device, i, null, p));
            cleanup.add(() -> vkDestroyPipelineLayout(device, made, null));
            return made;
        }
    }
}
