package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A context under the validation layer; closing it fails when the layer had anything to say. */
final class TestVulkan implements AutoCloseable {
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final CopyCounter counter = CopyCounter.install();
    private final VulkanContext context = new VulkanContext(counter, null, messages::add);

    VulkanContext context() {
        return context;
    }

    CopyCounter counter() {
        return counter;
    }

    List<String> messages() {
        return messages;
    }

    @Override
    public void close() {
        context.device().close();
        assertThat(messages).isEmpty();
    }
}
