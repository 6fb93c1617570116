package org.vkfx.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import javafx.scene.Scene;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;

import org.vkfx.Frame;
import org.vkfx.FrameRate;
import org.vkfx.FrameRenderer;
import org.vkfx.SwapchainImages;
import org.vkfx.scene.VulkanView;

/** The first frame of a process: how long after {@code new VulkanView()} it is displayed, and where the time goes. */
final class FirstFrame {
    /** Moments on the way, in their order. Each is reported as the time since the one before. */
    enum Step {
        /** From the beginning of main until JavaFX has started. */
        TOOLKIT("JavaFX started"),
        /** A VkInstance and a VkDevice by Interop.createDevice. */
        DEVICE("createDevice"),
        /** The renderer's own binding of Vulkan, LWJGL, is loaded for them. */
        BINDING("LWJGL loaded"),
        /** The zero: the constructor and the properties. */
        VIEW("new VulkanView, device, renderer"),
        /** Scene and window are made and shown; until show returns. */
        WINDOW("window shown"),
        /** The images are there: the backend was chosen meanwhile. */
        IMAGES("backend chosen, images made"),
        /** The renderer has recorded its commands. */
        RECORDED("renderer prepared"),
        /** The first frame was submitted. */
        PRESENTED("first frame rendered by the CPU"),
        /** The waiter has seen it completed. */
        COMPLETED("completed by the GPU"),
        /** A pulse has come, and JavaFX paints. */
        PAINTED("JavaFX came to paint it"),
        /** It was wrapped as a texture of JavaFX's and drawn. */
        DRAWN("imported and drawn");

        final String title;

        Step(String title) {
            this.title = title;
        }
    }

    private static long begin; // of main
    private static volatile long painting; // JavaFX's render thread came to draw the view
    private static volatile long drawn;

    private FirstFrame() {
    }

    /** Says when the renderer was called first. */
    private static final class Timed implements FrameRenderer {
        private final FrameScene scene;
        private volatile long images;
        private volatile long recorded;

        Timed(FrameScene scene) {
            this.scene = scene;
        }

        @Override
        public void imagesChanged(SwapchainImages now) {
            images = System.nanoTime();
            scene.imagesChanged(now);
            recorded = System.nanoTime();
        }

        @Override
        public void render(Frame frame) {
            scene.render(frame);
        }

        @Override
        public void close() {
            scene.close();
        }
    }

    /**
     * The process that is measured.
     *
     * @param arguments the file to write the steps to, one a line, in milliseconds
     */
    public static void main(String[] arguments) throws Exception {
        try {
            Map<Step, Long> moments = measure();
            write(moments, Path.of(arguments[0]));
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            Child.exit(1);
        }
        Child.exit(0);
    }

    private static Map<Step, Long> measure() throws InterruptedException {
        begin = System.nanoTime();
        Map<Step, Long> moments = new EnumMap<>(Step.class);
        FxThread.start();
        moments.put(Step.TOOLKIT, System.nanoTime());
        Gpu gpu = new Gpu();
        moments.put(Step.DEVICE, gpu.created());
        moments.put(Step.BINDING, System.nanoTime());
        Timed renderer = new Timed(new FrameScene(gpu));
        VulkanView view = FxThread.call(() -> {
            VulkanView made = new VulkanView();
            made.setDevice(gpu.device());
            made.setRenderer(renderer);
            made.setFrameRate(FrameRate.ON_DEMAND); // nothing after the first
            Probe.before(Part.DRAW, () -> {
                if (made.getFrameStatistics().displayed() == 0) {
                    painting = System.nanoTime();
                }
            });
            Probe.after(Part.DRAW, () -> {
                if (drawn == 0 && made.getFrameStatistics().displayed() == 1) {
                    drawn = System.nanoTime();
                }
            });
            moments.put(Step.VIEW, System.nanoTime());
            Stage stage = new Stage();
            stage.setScene(new Scene(new StackPane(made), 1280, 720));
            stage.show();
            moments.put(Step.WINDOW, System.nanoTime());
            return made;
        });
        long late = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (drawn == 0) {
            if (view.getError() != null) {
                throw view.getError();
            }
            if (System.nanoTime() > late) {
                throw new IllegalStateException("No frame was displayed for a minute");
            }
            Thread.sleep(1);
        }
        moments.put(Step.IMAGES, renderer.images);
        moments.put(Step.RECORDED, renderer.recorded);
        moments.put(Step.PRESENTED, Probe.first(Part.PRESENT));
        moments.put(Step.COMPLETED, Probe.first(Part.COMPLETE));
        moments.put(Step.PAINTED, painting);
        moments.put(Step.DRAWN, drawn);
        return moments;
    }

    private static void write(Map<Step, Long> moments, Path file) throws IOException {
        long before = begin;
        try (PrintStream out = new PrintStream(file.toFile())) {
            for (Map.Entry<Step, Long> moment : moments.entrySet()) {
                out.println(moment.getKey() + "=" + (moment.getValue() - before) / 1e6);
                before = moment.getValue();
            }
        }
    }

    /** Reads what a process has written. */
    static Map<Step, Double> read(Path file) throws IOException {
        Map<Step, Double> millis = new EnumMap<>(Step.class);
        for (String line : Files.readAllLines(file)) {
            String[] pair = line.split("=");
            millis.put(Step.valueOf(pair[0]), Double.valueOf(pair[1]));
        }
        return millis;
    }

    /** Milliseconds from new VulkanView to the first displayed frame. */
    static double total(Map<Step, Double> millis) {
        return millis.entrySet().stream().filter(e -> e.getKey().compareTo(Step.BINDING) > 0)
                .mapToDouble(Map.Entry::getValue).sum();
    }
}
