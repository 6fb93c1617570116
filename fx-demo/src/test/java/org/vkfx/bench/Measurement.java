package org.vkfx.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import javafx.animation.AnimationTimer;
import javafx.scene.Scene;
import javafx.scene.layout.Pane;
import javafx.scene.paint.Color;
import javafx.stage.Screen;
import javafx.stage.Stage;
import javafx.stage.StageStyle;

import org.vkfx.InteropKind;
import org.vkfx.InteropReport.Finding;
import org.vkfx.bench.Cell.Mode;
import org.vkfx.bench.Cell.WindowKind;
import org.vkfx.bench.Sample.Metric;
import org.vkfx.scene.Interop;

/** Measures cells in this process, in turns. Its classes were rewritten by {@link Instrumentation}. */
final class Measurement {
    /** Room around the view in the small window, so that it is in no case painted outside. */
    private static final double SMALL_WIDTH = 660;
    private static final double SMALL_HEIGHT = 440;
    private static final double WARM_UP = 0.3;

    private final Plan plan;
    private final Consumer<String> progress;
    private final Gpu gpu;
    private volatile long pulses;

    /**
     * Starts JavaFX and Vulkan.
     *
     * @param plan what to measure
     * @param progress takes a line for each measurement
     */
    Measurement(Plan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
        FxThread.start();
        gpu = new Gpu();
    }

    Gpu gpu() {
        return gpu;
    }

    /** Measures all; samples are told one by one. */
    void run(Cell.Pulses kind, Consumer<Sample> samples) {
        List<Cell> cells = possible(Cell.all(kind, plan.windows, plan.sizes, plan.modes));
        int all = cells.size();
        for (int repeat = -1; repeat < plan.repeats; repeat++) { // at first everything is compiled, and looked at
            List<Cell> order = repeat < 0 ? cells : turned(cells, repeat);
            for (int i = 0; i < all; i++) {
                Cell cell = order.get(i);
                Sample sample = new Sample(repeat, cell, measure(cell, repeat));
                progress.accept(String.format("%s, %s of %s: %s", repeat < 0 ? "warm-up" : "repeat " + (repeat + 1),
                        i + 1, all, cell));
                if (repeat >= 0) {
                    samples.accept(sample);
                }
            }
        }
    }

    /**
     * Each repeat begins elsewhere, and every other one goes backwards: a drift of the machine hits all modes alike.
     */
    static <T> List<T> turned(List<T> cells, int repeat) {
        int from = repeat * 5 % Math.max(1, cells.size());
        List<T> order = new ArrayList<>(cells.subList(from, cells.size()));
        order.addAll(cells.subList(0, from));
        return repeat % 2 == 0 ? order : order.reversed();
    }

    private List<Cell> possible(List<Cell> cells) {
        List<Finding> findings = Interop.probe(gpu.device()).toCompletableFuture().join().findings();
        var screen = FxThread.call(() -> Screen.getPrimary().getBounds());
        Map<Cell, String> impossible = new LinkedHashMap<>();
        for (Cell cell : cells) {
            findings.stream().filter(f -> f.kind().name().equals(cell.mode().name()) && !f.available()).findFirst()
                    .ifPresent(f -> impossible.put(cell, cell.mode() + ": " + f.reason()));
            if (cell.window() == WindowKind.FULL
                    && !screen.contains(0, 0, cell.size().width(), cell.size().height())) {
                impossible.put(cell, "full window of " + cell.size() + ": the screen is smaller");
            }
        }
        impossible.values().stream().distinct().forEach(why -> progress.accept("left out: " + why));
        return cells.stream().filter(cell -> !impossible.containsKey(cell)).toList();
    }

    private Subject open(Cell cell) {
        return switch (cell.mode()) {
            case OPENGL, METAL, HOST -> new ViewSubject(gpu, InteropKind.valueOf(cell.mode().name()), cell.size(),
                    cell.window());
            case COPY -> new CopySubject(gpu, cell.size(), cell.window());
            case FLOOR -> new FloorSubject(gpu, cell.size(), cell.window());
        };
    }

    private Map<Metric, Double> measure(Cell cell, int repeat) {
        Subject subject = FxThread.call(() -> open(cell));
        AnimationTimer timer = new AnimationTimer() {
            @Override
            public void handle(long now) {
                pulses = pulses + 1;
                subject.pulse();
            }
        };
        Stage stage = FxThread.call(() -> {
            boolean full = cell.window() == WindowKind.FULL;
            Stage made = new Stage(StageStyle.UNDECORATED);
            made.setScene(new Scene(new Pane(subject.node()), full ? cell.size().width() : SMALL_WIDTH,
                    full ? cell.size().height() : SMALL_HEIGHT, Color.GRAY));
            made.setX(0);
            made.setY(0);
            made.show();
            timer.start();
            return made;
        });
        try {
            Meter meter = new Meter(subject, () -> pulses, gpu.copied());
            meter.await(6); // images were wrapped or uploaded
            if (repeat < 0 && cell.mode() != Mode.FLOOR
                    && !Painting.isIn(FxThread.call(() -> subject.node().snapshot(null, null)))) {
                throw new IllegalStateException("what is shown is not the scene");
            }
            meter.measure(Math.min(WARM_UP, plan.seconds));
            return meter.measure(repeat < 0 ? WARM_UP : plan.seconds);
        } catch (RuntimeException e) {
            throw new IllegalStateException(cell + ": " + e.getMessage(), e);
        } finally {
            FxThread.run(() -> {
                timer.stop();
                stage.close();
            });
            subject.close();
        }
    }

    /**
     * The process that measures.
     *
     * @param arguments the plan, then what {@link ChildOptions} adds
     */
    public static void main(String[] arguments) throws IOException {
        ChildOptions options = ChildOptions.parse(arguments);
        try (PrintStream out = new PrintStream(options.out.toFile())) {
            Measurement measurement = new Measurement(options.plan, System.err::println);
            out.println("gpu|" + measurement.gpu.name() + "|" + measurement.gpu.driver());
            measurement.run(options.pulsesHere, sample -> out.println(sample.line()));
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            Child.exit(1);
        }
        Child.exit(0);
    }
}
