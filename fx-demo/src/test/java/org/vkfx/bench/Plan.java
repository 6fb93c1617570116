package org.vkfx.bench;

import java.util.List;
import java.util.Locale;

import org.vkfx.bench.Cell.Mode;
import org.vkfx.bench.Cell.Pulses;
import org.vkfx.bench.Cell.Size;
import org.vkfx.bench.Cell.WindowKind;

import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is measured, and for how long: options that the processes share. */
final class Plan {
    @Option(names = "--sizes", split = ",", paramLabel = "WxH", converter = SizeConverter.class, defaultValue = "640x480,1920x1080,3840x2160,7680x4320", description = "Sizes of the images in pixels (default: ${DEFAULT-VALUE}).")
    List<Size> sizes;

    @Option(names = "--modes", split = ",", paramLabel = "MODE", defaultValue = "opengl,metal,host,copy,floor", description = "Who shows the frames: ${COMPLETION-CANDIDATES} (default: all); what this machine cannot is left"
            + " out. Ratios need copy and floor.")
    List<Mode> modes;

    @Option(names = "--windows", split = ",", paramLabel = "KIND", defaultValue = "full,small", description = "Where: ${COMPLETION-CANDIDATES}; full shows pixel by pixel, small always about 640x360"
            + " (default: ${DEFAULT-VALUE}).")
    List<WindowKind> windows;

    @Option(names = "--pulses", split = ",", paramLabel = "KIND", defaultValue = "full,default", description = "JavaFX's pace: full speed, or the default; each in a process of its own"
            + " (default: ${DEFAULT-VALUE}).")
    List<Pulses> pulses;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "0.8", converter = SecondsConverter.class, description = "Time of one measurement (default: ${DEFAULT-VALUE}); warm-up comes on top.")
    double seconds;

    @Option(names = "--repeats", paramLabel = "N", defaultValue = "6", converter = RepeatsConverter.class, description = "Measurements of each; from 6 on there are 95 %% bounds (default: ${DEFAULT-VALUE}).")
    int repeats;

    /** A command line of these options: words like small and full are written as in the output. */
    static CommandLine commandLine(Object command) {
        return new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** The options that say the same, for another process. */
    List<String> arguments() {
        return List.of("--sizes=" + joined(sizes), "--modes=" + joined(modes), "--windows=" + joined(windows),
                "--seconds=" + seconds, "--repeats=" + repeats);
    }

    private static String joined(List<?> words) {
        return words.stream().map(Object::toString).reduce((a, b) -> a + "," + b).orElseThrow()
                .toLowerCase(Locale.ROOT);
    }

    static final class SizeConverter implements ITypeConverter<Size> {
        @Override
        public Size convert(String value) {
            try {
                return Size.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static final class SecondsConverter implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            try {
                double seconds = Double.parseDouble(value);
                if (seconds > 0 && seconds <= 600) {
                    return seconds;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new TypeConversionException("'" + value + "' is not a number of seconds over 0 to 600");
        }
    }

    static final class RepeatsConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            try {
                int repeats = Integer.parseInt(value);
                if (repeats >= 1 && repeats <= 1000) {
                    return repeats;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new TypeConversionException("'" + value + "' is not a whole number from 1 to 1000");
        }
    }
}
