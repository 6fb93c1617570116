package org.vkfx.demo;

import static org.lwjgl.vulkan.VK10.*;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkAttachmentDescription;
import org.lwjgl.vulkan.VkAttachmentReference;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkFramebufferCreateInfo;
import org.lwjgl.vulkan.VkGraphicsPipelineCreateInfo;
import org.lwjgl.vulkan.VkPipelineColorBlendAttachmentState;
import org.lwjgl.vulkan.VkPipelineColorBlendStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineDepthStencilStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineDynamicStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineInputAssemblyStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineMultisampleStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineRasterizationStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineShaderStageCreateInfo;
import org.lwjgl.vulkan.VkPipelineVertexInputStateCreateInfo;
import org.lwjgl.vulkan.VkPipelineViewportStateCreateInfo;
import org.lwjgl.vulkan.VkRenderPassCreateInfo;
import org.lwjgl.vulkan.VkSpecializationInfo;
import org.lwjgl.vulkan.VkSpecializationMapEntry;
import org.lwjgl.vulkan.VkSubpassDependency;
import org.lwjgl.vulkan.VkSubpassDescription;
import org.lwjgl.vulkan.VkVertexInputAttributeDescription;
import org.lwjgl.vulkan.VkVertexInputBindingDescription;

/** Makes the render passes, framebuffers and pipelines of the scene. */
final class Passes {
    /** Every Vulkan device supports four samples for colour and for depth. */
    static final int SAMPLES = VK_SAMPLE_COUNT_4_BIT;
    /** Every Vulkan device can render to this depth format. */
    static final int DEPTH_FORMAT = VK_FORMAT_D16_UNORM;

    private Passes() {
    }

    /**
     * What a pipeline does.
     *
     * @param vertexShader the VkShaderModule
     * @param fragmentShader the VkShaderModule
     * @param mesh whether vertices of the knot come in; otherwise the shader makes them up
     * @param mirrored value of the shaders' constant MIRRORED
     * @param samples samples for each pixel
     */
    record Pipeline(long vertexShader, long fragmentShader, boolean mesh, boolean mirrored, int samples) {
    }

    /** Multisampled colour and depth, resolved into a third attachment: the frame's image. */
    static long scenePass(VkDevice device, Cleanup cleanup, int format) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkAttachmentDescription.Buffer attachments = VkAttachmentDescription.calloc(3, stack);
            attachments.get(0).format(format).samples(SAMPLES).loadOp(VK_ATTACHMENT_LOAD_OP_DONT_CARE)
                    .storeOp(VK_ATTACHMENT_STORE_OP_DONT_CARE).finalLayout(VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
            attachments.get(1).format(DEPTH_FORMAT).samples(SAMPLES).loadOp(VK_ATTACHMENT_LOAD_OP_CLEAR)
                    .storeOp(VK_ATTACHMENT_STORE_OP_DONT_CARE)
                    .finalLayout(VK_IMAGE_LAYOUT_DEPTH_STENCIL_ATTACHMENT_OPTIMAL);
            // Stays a colour attachment: the barrier that hands the image over changes the layout.
            attachments.get(2).format(format).samples(VK_SAMPLE_COUNT_1_BIT).loadOp(VK_ATTACHMENT_LOAD_OP_DONT_CARE)
                    .storeOp(VK_ATTACHMENT_STORE_OP_STORE).finalLayout(VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
            for (VkAttachmentDescription attachment : attachments) {
                attachment.stencilLoadOp(VK_ATTACHMENT_LOAD_OP_DONT_CARE)
                        .stencilStoreOp(VK_ATTACHMENT_STORE_OP_DONT_CARE);
            }
            VkSubpassDescription.Buffer subpass = VkSubpassDescription.calloc(1, stack)
                    .pipelineBindPoint(VK_PIPELINE_BIND_POINT_GRAPHICS).colorAttachmentCount(1)
                    .pColorAttachments(reference(stack, 0)).pResolveAttachments(reference(stack, 2))
                    .pDepthStencilAttachment(VkAttachmentReference.calloc(stack).attachment(1)
                            .layout(VK_IMAGE_LAYOUT_DEPTH_STENCIL_ATTACHMENT_OPTIMAL));
            // All frames share colour and depth: a frame writes them when the one before it has.
            int stages = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT | VK_PIPELINE_STAGE_EARLY_FRAGMENT_TESTS_BIT
                    | VK_PIPELINE_STAGE_LATE_FRAGMENT_TESTS_BIT;
            int writes = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT | VK_ACCESS_DEPTH_STENCIL_ATTACHMENT_WRITE_BIT;
            VkSubpassDependency.Buffer before = VkSubpassDependency.calloc(1, stack).srcSubpass(VK_SUBPASS_EXTERNAL)
                    .srcStageMask(stages).srcAccessMask(writes).dstStageMask(stages)
                    .dstAccessMask(writes | VK_ACCESS_DEPTH_STENCIL_ATTACHMENT_READ_BIT);
            return renderPass(device, cleanup, VkRenderPassCreateInfo.calloc(stack).sType$Default()
                    .pAttachments(attachments).pSubpasses(subpass).pDependencies(before));
        }
    }

    /** One colour attachment that shaders read afterwards. */
    static long texturePass(VkDevice device, Cleanup cleanup, int format) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkAttachmentDescription.Buffer attachment = VkAttachmentDescription.calloc(1, stack).format(format)
                    .samples(VK_SAMPLE_COUNT_1_BIT).loadOp(VK_ATTACHMENT_LOAD_OP_DONT_CARE)
                    .storeOp(VK_ATTACHMENT_STORE_OP_STORE).stencilLoadOp(VK_ATTACHMENT_LOAD_OP_DONT_CARE)
                    .stencilStoreOp(VK_ATTACHMENT_STORE_OP_DONT_CARE)
                    .finalLayout(VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
            VkSubpassDescription.Buffer subpass = VkSubpassDescription.calloc(1, stack)
                    .pipelineBindPoint(VK_PIPELINE_BIND_POINT_GRAPHICS).colorAttachmentCount(1)
                    .pColorAttachments(reference(stack, 0));
            VkSubpassDependency.Buffer after = VkSubpassDependency.calloc(1, stack).dstSubpass(VK_SUBPASS_EXTERNAL)
                    .srcStageMask(VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT)
                    .srcAccessMask(VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT)
                    .dstStageMask(VK_PIPELINE_STAGE_FRAGMENT_SHADER_BIT).dstAccessMask(VK_ACCESS_SHADER_READ_BIT);
            return renderPass(device, cleanup, VkRenderPassCreateInfo.calloc(stack).sType$Default()
                    .pAttachments(attachment).pSubpasses(subpass).pDependencies(after));
        }
    }

    private static VkAttachmentReference.Buffer reference(MemoryStack stack, int attachment) {
        return VkAttachmentReference.calloc(1, stack).attachment(attachment)
                .layout(VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
    }

    private static long renderPass(VkDevice device, Cleanup cleanup, VkRenderPassCreateInfo info) {
        long pass = Vk.make("vkCreateRenderPass", info, (i, p) -> vkCreateRenderPass(device, i, null, p));
        cleanup.add(() -> vkDestroyRenderPass(device, pass, null));
        return pass;
    }

    /** Binds image views to the attachments of a pass. */
    static long framebuffer(VkDevice device, Cleanup cleanup, long pass, int width, int height, long... views) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkFramebufferCreateInfo info = VkFramebufferCreateInfo.calloc(stack).sType$Default().renderPass(pass)
                    .pAttachments(stack.longs(views)).width(width).height(height).layers(1);
            long framebuffer = Vk.make("vkCreateFramebuffer", info, (i, p) -> vkCreateFramebuffer(device, i, null, p));
            cleanup.add(() -> vkDestroyFramebuffer(device, framebuffer, null));
            return framebuffer;
        }
    }

    /** Makes a pipeline; viewport and scissor are dynamic. */
    static long pipeline(VkDevice device, Cleanup cleanup, long pass, long layout, Pipeline what) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            // The mirror image turns front faces into back faces; made-up triangles have no inside at all.
            int cull = what.mesh ? what.mirrored ? VK_CULL_MODE_FRONT_BIT : VK_CULL_MODE_BACK_BIT : VK_CULL_MODE_NONE;
            VkGraphicsPipelineCreateInfo.Buffer info = VkGraphicsPipelineCreateInfo.calloc(1, stack).sType$Default()
                    .pStages(stages(stack, what)).pVertexInputState(vertexInput(stack, what.mesh))
                    .pInputAssemblyState(VkPipelineInputAssemblyStateCreateInfo.calloc(stack).sType$Default()
                            .topology(VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST))
                    .pViewportState(VkPipelineViewportStateCreateInfo.calloc(stack).sType$Default().viewportCount(1)
                            .scissorCount(1))
                    .pRasterizationState(VkPipelineRasterizationStateCreateInfo.calloc(stack).sType$Default()
                            .polygonMode(VK_POLYGON_MODE_FILL).cullMode(cull)
                            .frontFace(VK_FRONT_FACE_COUNTER_CLOCKWISE).lineWidth(1))
                    .pMultisampleState(VkPipelineMultisampleStateCreateInfo.calloc(stack).sType$Default()
                            .rasterizationSamples(what.samples))
                    .pDepthStencilState(VkPipelineDepthStencilStateCreateInfo.calloc(stack).sType$Default()
                            .depthTestEnable(what.mesh).depthWriteEnable(what.mesh)
                            .depthCompareOp(VK_COMPARE_OP_LESS_OR_EQUAL))
                    .pColorBlendState(VkPipelineColorBlendStateCreateInfo.calloc(stack).sType$Default()
                            .pAttachments(VkPipelineColorBlendAttachmentState.calloc(1, stack).colorWriteMask(0xf)))
                    .pDynamicState(VkPipelineDynamicStateCreateInfo.calloc(stack).sType$Default()
                            .pDynamicStates(stack.ints(VK_DYNAMIC_STATE_VIEWPORT, VK_DYNAMIC_STATE_SCISSOR)))
                    .layout(layout).renderPass(pass);
            long pipeline = Vk.make("vkCreateGraphicsPipelines", info,
                    (i, p) -> vkCreateGraphicsPipelines(device, VK_NULL_HANDLE, i, null, p));
            cleanup.add(() -> vkDestroyPipeline(device, pipeline, null));
            return pipeline;
        }
    }

    private static VkPipelineShaderStageCreateInfo.Buffer stages(MemoryStack stack, Pipeline what) {
        VkSpecializationInfo mirrored = VkSpecializationInfo.calloc(stack)
                .pMapEntries(VkSpecializationMapEntry.calloc(1, stack).size(Integer.BYTES))
                .pData(stack.malloc(Integer.BYTES).putInt(0, what.mirrored ? VK_TRUE : VK_FALSE));
        VkPipelineShaderStageCreateInfo.Buffer stages = VkPipelineShaderStageCreateInfo.calloc(2, stack);
        stages.get(0).sType$Default().stage(VK_SHADER_STAGE_VERTEX_BIT).module(what.vertexShader);
        stages.get(1).sType$Default().stage(VK_SHADER_STAGE_FRAGMENT_BIT).module(what.fragmentShader);
        for (VkPipelineShaderStageCreateInfo stage : stages) {
            stage.pName(stack.UTF8("main")).pSpecializationInfo(what.mesh ? mirrored : null);
        }
        return stages;
    }

    private static VkPipelineVertexInputStateCreateInfo vertexInput(MemoryStack stack, boolean mesh) {
        VkPipelineVertexInputStateCreateInfo input = VkPipelineVertexInputStateCreateInfo.calloc(stack).sType$Default();
        if (mesh) {
            VkVertexInputAttributeDescription.Buffer attributes = VkVertexInputAttributeDescription.calloc(3, stack);
            attributes.get(0).location(0).format(VK_FORMAT_R32G32B32_SFLOAT);
            attributes.get(1).location(1).format(VK_FORMAT_R32G32B32_SFLOAT).offset(3 * Float.BYTES);
            attributes.get(2).location(2).format(VK_FORMAT_R32G32_SFLOAT).offset(6 * Float.BYTES);
            input.pVertexAttributeDescriptions(attributes)
                    .pVertexBindingDescriptions(VkVertexInputBindingDescription.calloc(1, stack).stride(Knot.STRIDE));
        }
        return input;
    }
}
