package org.vkfx.bench;

import javafx.scene.Node;

import org.vkfx.FrameRate;
import org.vkfx.FrameStatistics;
import org.vkfx.InteropKind;
import org.vkfx.bench.Cell.Size;
import org.vkfx.bench.Cell.WindowKind;
import org.vkfx.scene.VulkanView;

/** The view, as applications use it. */
final class ViewSubject implements Subject {
    private final VulkanView view = new VulkanView();

    /** JavaFX thread. */
    ViewSubject(Gpu gpu, InteropKind kind, Size size, WindowKind window) {
        double scale = window.scale(size);
        view.setInteropKind(kind);
        view.setResolutionScale(scale);
        view.setDevice(gpu.device());
        view.setRenderer(new FrameScene(gpu));
        view.setFrameRate(FrameRate.EVERY_PULSE);
        view.setManaged(false); // it keeps the size it is given
        view.resize(size.width() / scale, size.height() / scale);
    }

    @Override
    public Node node() {
        return view;
    }

    @Override
    public void pulse() {
        // the view asks for a frame each pulse itself
    }

    private FrameStatistics statistics() {
        return view.getFrameStatistics();
    }

    @Override
    public long displayed() {
        return statistics().displayed();
    }

    @Override
    public long rendered() {
        return statistics().presented();
    }

    @Override
    public double latencyNanos() {
        return statistics().presentToDisplayNanos();
    }

    @Override
    public Throwable failure() {
        return view.getError();
    }

    @Override
    public void close() {
        view.close();
        view.whenClosed().toCompletableFuture().join();
    }
}
