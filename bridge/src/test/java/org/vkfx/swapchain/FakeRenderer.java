package org.vkfx.swapchain;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.vkfx.Frame;
import org.vkfx.FrameRenderer;
import org.vkfx.SwapchainImages;

/** A renderer that writes down its calls. Not thread-safe, as renderers need not be. */
final class FakeRenderer implements FrameRenderer {
    final List<SwapchainImages> images = new ArrayList<>();
    final List<Frame> frames = new ArrayList<>();
    /** "images", "render", "close". */
    final List<String> calls = new ArrayList<>();
    Consumer<SwapchainImages> onImages = changed -> {
    };
    Consumer<Frame> onRender = frame -> {
    };
    Runnable onClose = () -> {
    };

    @Override
    public void imagesChanged(SwapchainImages changed) {
        calls.add("images");
        images.add(changed);
        onImages.accept(changed);
    }

    @Override
    public void render(Frame frame) {
        calls.add("render");
        frames.add(frame);
        onRender.accept(frame);
    }

    @Override
    public void close() {
        calls.add("close");
        onClose.run();
    }

    /** Throws it, declared or not. */
    @SuppressWarnings("unchecked")
    static <T extends Throwable> RuntimeException sneak(Throwable e) throws T {
        throw (T) e;
    }
}
