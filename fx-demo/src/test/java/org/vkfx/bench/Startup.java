package org.vkfx.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.image.ImageView;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import javafx.stage.Stage;

import org.vkfx.FrameRate;
import org.vkfx.InteropKind;
import org.vkfx.VulkanDevice;
import org.vkfx.scene.VulkanView;

/**
 * How long after the beginning of its main method a program shows something: one with a view, which begins with its
 * device and binding while JavaFX starts, or one with an ordinary image of the same size.
 */
final class Startup {
    /** What the program shows. */
    enum Program {
        /** An image of JavaFX's own. */
        IMAGE("an ordinary image"),
        /** A view by the path that it chooses. */
        VIEW("a view"),
        /** A view by the host path. */
        HOST("a view by the host path");

        final String title;

        Program(String title) {
            this.title = title;
        }
    }

    private static final int WIDTH = 1280;
    private static final int HEIGHT = 720;
    private static final CountDownLatch DRAWN = new CountDownLatch(1);
    private static volatile long drawn;

    private Startup() {
    }

    /**
     * The process that is measured.
     *
     * @param arguments the file to write the milliseconds to, and the program
     */
    public static void main(String[] arguments) throws Exception {
        long begin = System.nanoTime();
        try {
            Program program = Program.valueOf(arguments[1]);
            if (program == Program.IMAGE) {
                showImage();
            } else {
                showView(program == Program.HOST ? InteropKind.HOST : InteropKind.AUTO);
            }
            if (!DRAWN.await(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("Nothing was displayed for a minute");
            }
            Files.writeString(Path.of(arguments[0]), Double.toString((drawn - begin) / 1e6));
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            Child.exit(1);
        }
        Child.exit(0);
    }

    private static void drawn() {
        if (drawn == 0) {
            drawn = System.nanoTime();
            DRAWN.countDown();
        }
    }

    private static void showImage() {
        FxThread.start();
        FxThread.run(() -> {
            WritableImage image = new WritableImage(WIDTH, HEIGHT);
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    image.getPixelWriter().setColor(x, y, Color.CORNFLOWERBLUE);
                }
            }
            Probe.after(Part.DRAW, Startup::drawn);
            show(new ImageView(image));
        });
    }

    /** Device and binding are made while JavaFX starts; the view gets each as soon as it is there. */
    private static void showView(InteropKind kind) {
        CompletableFuture<VulkanDevice> device = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> Gpu.createDeviceAsync().whenComplete((made, e) -> {
            if (e == null) {
                device.complete(made);
            } else {
                device.completeExceptionally(e);
            }
        }));
        CompletableFuture<Void> loaded = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            Gpu.load();
            loaded.complete(null);
        });
        FxThread.start();
        VulkanView view = FxThread.call(() -> {
            VulkanView made = new VulkanView();
            made.setInteropKind(kind);
            made.setFrameRate(FrameRate.ON_DEMAND);
            Probe.after(Part.DRAW, () -> {
                if (made.getFrameStatistics().displayed() > 0) {
                    drawn();
                }
            });
            show(made);
            return made;
        });
        VulkanDevice vulkan = device.join();
        FxThread.run(() -> view.setDevice(vulkan)); // what the view prepares needs no renderer
        loaded.join();
        Gpu gpu = new Gpu(vulkan, false);
        FrameScene renderer = new FrameScene(gpu);
        FxThread.run(() -> view.setRenderer(renderer));
    }

    private static void show(Node node) {
        Stage stage = new Stage();
        stage.setScene(new Scene(new StackPane(node), WIDTH, HEIGHT));
        stage.show();
    }

    /** Runs each program in a process of its own; milliseconds. */
    static Map<Program, Double> measure(Child child) throws IOException, InterruptedException {
        Map<Program, Double> millis = new EnumMap<>(Program.class);
        for (Program program : Program.values()) {
            Path file = child.file("startup-" + program);
            child.run(Cell.Pulses.DEFAULT, Startup.class, List.of(file.toString(), program.name()));
            millis.put(program, Double.valueOf(Files.readString(file)));
        }
        return millis;
    }

    /** The times of a program over those of the ordinary image, side by side. */
    static Estimate ratio(List<Map<Program, Double>> startups, Program program) {
        return Estimate.of(startups.stream().mapToDouble(s -> s.get(program) / s.get(Program.IMAGE)).toArray());
    }

    /** Lines for the table; none where nothing was measured. */
    static List<String> lines(List<Map<Program, Double>> startups) {
        List<String> lines = new ArrayList<>();
        for (Program program : startups.isEmpty() ? new Program[0] : Program.values()) {
            Estimate millis = Estimate.of(startups.stream().mapToDouble(s -> s.get(program)).toArray());
            lines.add(String.format(Locale.ROOT, "  %12.1f ms  %.2f  %s", millis.median(),
                    ratio(startups, program).median(), program.title));
        }
        return lines;
    }
}
