package org.vkfx.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.vkfx.bench.Cell.Pulses;
import org.vkfx.bench.FirstFrame.Step;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The benchmark's command line. */
@Command(name = "bench", mixinStandardHelpOptions = false, sortOptions = false, description = "Measures what it costs to show Vulkan's frames in a JavaFX window: by the bridge, by copying, and at"
        + " least.")
public final class Bench implements Callable<Integer> {
    @Mixin
    private Plan plan;

    @Option(names = "--first-frame", paramLabel = "N", defaultValue = "6", converter = ProcessesConverter.class, description = "Measure the first frame in N fresh processes, 0 for none (default: ${DEFAULT-VALUE}).")
    private int firstFrame;

    @Option(names = "--json", paramLabel = "FILE", description = "Write all figures and samples as JSON.")
    private Path json;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draw the figures as SVG.")
    private Path plot;

    @Option(names = "--jvm-option", paramLabel = "OPTION", description = "One more option for the measuring JVMs.")
    private List<String> jvmOptions = new ArrayList<>();

    @Option(names = "--jmh", arity = "0..1", paramLabel = "PATTERN", fallbackValue = ".*", description = "Run the microbenchmarks whose names match, with their allocations, and nothing else.")
    private String jmh;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and end.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    private Bench() {
    }

    /**
     * Measures and reports.
     *
     * @param arguments see --help
     */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return Plan.commandLine(new Bench()).setExecutionExceptionHandler((e, line, result) -> {
            line.getErr().println("bench: " + (e.getMessage() == null ? e : e.getMessage()));
            return ExitCode.SOFTWARE;
        });
    }

    @Override
    public Integer call() throws Exception {
        if (jmh != null) {
            org.openjdk.jmh.Main.main(new String[]{jmh, "-prof", "gc"});
            return ExitCode.OK;
        }
        Report report = measure();
        PrintWriter out = spec.commandLine().getOut();
        out.print(report.table());
        out.flush();
        if (json != null) {
            Files.writeString(json, report.json());
        }
        if (plot != null) {
            Files.writeString(plot, Plot.svg(report.results(), report.machine()));
        }
        return ExitCode.OK;
    }

    private Report measure() throws IOException, InterruptedException {
        List<Sample> samples = new ArrayList<>();
        List<Map<Step, Double>> firstFrames = new ArrayList<>();
        List<Map<Startup.Program, Double>> startups = new ArrayList<>();
        String[] gpu = {"", "unknown", "unknown"};
        try (Child child = new Child(jvmOptions)) {
            for (Pulses pulses : plan.pulses) {
                Path file = child.file("samples-" + pulses);
                List<String> arguments = new ArrayList<>(plan.arguments());
                arguments.addAll(List.of("--pulses-here=" + pulses, "--out=" + file));
                child.run(pulses, Measurement.class, arguments);
                List<String> lines = Files.readAllLines(file);
                gpu = lines.getFirst().split("\\|");
                lines.stream().skip(1).map(Sample::parse).forEach(samples::add);
            }
            for (int i = 0; i < firstFrame; i++) {
                Path file = child.file("first-frame-" + i);
                child.run(Pulses.DEFAULT, FirstFrame.class, List.of(file.toString()));
                firstFrames.add(FirstFrame.read(file));
                startups.add(Startup.measure(child));
            }
        }
        String command = "bench " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
        return new Report(Machine.of(gpu[1], gpu[2], command.strip()), new Results(samples), firstFrames,
                startups);
    }

    static final class ProcessesConverter implements CommandLine.ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            if (value.matches("[0-9]{1,3}")) {
                return Integer.valueOf(value);
            }
            throw new CommandLine.TypeConversionException("'" + value + "' is not a whole number from 0 to 999");
        }
    }
}
