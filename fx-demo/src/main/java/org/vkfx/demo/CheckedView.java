package org.vkfx.demo;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import org.vkfx.FrameRate;
import org.vkfx.FrameStatistics;
import org.vkfx.InteropKind;
import org.vkfx.SwapchainImages;
import org.vkfx.scene.VulkanView;

/** A view in a window of its own, as a check needs it. To be used on the main thread; closing waits. */
final class CheckedView extends CheckedWindow {
    private static final Duration FRAME = Duration.ofSeconds(20);

    private final CheckRenderer renderer;
    private final VulkanView view;

    /** Shows a view that fills its window; sizes in logical units. */
    CheckedView(VulkanContext context, InteropKind kind, CheckRenderer renderer, FrameRate rate, int width, int height)
            throws Exception {
        this(make(context, kind, renderer, rate), renderer, width, height);
    }

    private CheckedView(VulkanView view, CheckRenderer renderer, int width, int height) throws Exception {
        super(view, width, height);
        this.view = view;
        this.renderer = renderer;
    }

    private static VulkanView make(VulkanContext context, InteropKind kind, CheckRenderer renderer, FrameRate rate)
            throws Exception {
        return Fx.call(() -> {
            VulkanView made = new VulkanView();
            made.setInteropKind(kind);
            made.setFrameRate(rate);
            made.setDevice(context.device());
            made.setRenderer(renderer);
            return made;
        });
    }

    FrameStatistics statistics() {
        return view.getFrameStatistics();
    }

    /** Waits until frames are rendered at the size that the view has in a window of so many logical units. */
    void awaitSize(int width, int height) throws Exception {
        int pixelWidth = (int) Math.round(width * scaleX());
        int pixelHeight = (int) Math.round(height * scaleY());
        await("Images of " + pixelWidth + "x" + pixelHeight + " pixels did not come", () -> {
            SwapchainImages images = renderer.images();
            return images != null && images.width() == pixelWidth && images.height() == pixelHeight;
        });
    }

    /** Waits until so many more frames were displayed. */
    void awaitFrames(int more) throws Exception {
        long goal = statistics().displayed() + more;
        await("No new frame was displayed", () -> statistics().displayed() >= goal);
    }

    /** Waits until what is displayed was rendered at the present size. */
    void awaitFresh() throws Exception {
        awaitFrames(view.getImageCount() + 1);
    }

    private void await(String late, BooleanSupplier condition) throws Exception {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (view.getError() != null) {
                throw view.getError();
            }
            if (System.nanoTime() - begin > FRAME.toNanos()) {
                throw new IllegalStateException(late + " within " + FRAME.toSeconds() + " seconds.");
            }
            Thread.sleep(1);
        }
    }

    @Override
    public void close() {
        try {
            Fx.call(() -> {
                view.close();
                return null;
            });
            super.close();
            Fx.await(view.whenClosed(), Fx.ANSWER, "The view did not close.");
        } catch (Exception e) {
            throw new IllegalStateException(Fx.describe(e), e);
        }
    }
}
