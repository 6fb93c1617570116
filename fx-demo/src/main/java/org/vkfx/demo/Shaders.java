package org.vkfx.demo;

import static org.lwjgl.util.shaderc.Shaderc.*;
import static org.lwjgl.vulkan.VK10.*;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkShaderModuleCreateInfo;

/** Compiles the GLSL resources to shader modules. */
final class Shaders {
    private Shaders() {
    }

    /**
     * Compiles resources, one after the other as one text; the last one's extension says which stage.
     *
     * @return the VkShaderModule
     */
    static long compile(VkDevice device, Cleanup cleanup, String... resources) {
        StringBuilder source = new StringBuilder();
        for (String resource : resources) {
            source.append(text(resource)).append('\n');
        }
        String name = resources[resources.length - 1];
        long compiler = shaderc_compiler_initialize();
        long options = shaderc_compile_options_initialize();
        long result = 0;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            shaderc_compile_options_set_optimization_level(options, shaderc_optimization_level_performance);
            Knot.constants().forEach((key, value) -> shaderc_compile_options_add_macro_definition(options, key, value));
            int kind = name.endsWith(".vert") ? shaderc_vertex_shader : shaderc_fragment_shader;
            result = shaderc_compile_into_spv(compiler, source, kind, name, "main", options);
            if (shaderc_result_get_compilation_status(result) != shaderc_compilation_status_success) {
                throw new IllegalStateException(shaderc_result_get_error_message(result));
            }
            ByteBuffer code = shaderc_result_get_bytes(result);
            VkShaderModuleCreateInfo info = VkShaderModuleCreateInfo.calloc(stack).sType$Default().pCode(code);
            long module = Vk.make("vkCreateShaderModule", info, (i, p) -> vkCreateShaderModule(device, i, null, p));
            cleanup.add(() -> vkDestroyShaderModule(device, module, null));
            return module;
        } finally {
            shaderc_result_release(result);
            shaderc_compile_options_release(options);
            shaderc_compiler_release(compiler);
        }
    }

    private static String text(String resource) {
        try (InputStream in = Shaders.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
