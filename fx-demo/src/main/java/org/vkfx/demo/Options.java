package org.vkfx.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.vkfx.InteropKind;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The demo's options, explained in usage.properties. Their converters refuse what makes no sense, in one line. */
final class Options {
    @Option(names = "--interop", paramLabel = "KIND", completionCandidates = Kinds.class, converter = Kind.class)
    InteropKind interop = InteropKind.AUTO;

    @Option(names = "--size", paramLabel = "WxH", converter = SizeConverter.class)
    Size size = new Size(960, 600);

    @Option(names = "--frames", paramLabel = "N", converter = CountConverter.class)
    Long frames;

    @Option(names = "--seconds", paramLabel = "S", converter = DurationConverter.class)
    Double seconds;

    @Option(names = "--time", paramLabel = "T", converter = TimeConverter.class)
    Double time;

    @Option(names = "--screenshot", paramLabel = "FILE", converter = FileConverter.class)
    Path screenshot;

    @Option(names = "--snapshot", paramLabel = "FILE", converter = FileConverter.class)
    Path snapshot;

    @Option(names = "--doctor")
    boolean doctor;

    @Option(names = "--self-test")
    boolean selfTest;

    @Option(names = "--json")
    boolean json;

    /** A size in logical units. */
    record Size(int width, int height) {
        private static final int MAX = 16384;
    }

    /** The kinds, as they are written. */
    static final class Kinds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(InteropKind.values()).map(Figures::text).iterator();
        }
    }

    static final class Kind implements ITypeConverter<InteropKind> {
        @Override
        public InteropKind convert(String value) {
            return Arrays.stream(InteropKind.values())
                    .filter(k -> Figures.text(k).equals(value.toLowerCase(Locale.ROOT)))
                    .findFirst().orElseThrow(() -> new TypeConversionException("'" + value + "' is none of "
                            + String.join(", ", new Kinds())));
        }
    }

    static final class SizeConverter implements ITypeConverter<Size> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,5})[xX]([0-9]{1,5})");

        @Override
        public Size convert(String value) {
            Matcher matcher = FORM.matcher(value);
            if (matcher.matches()) {
                Size size = new Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
                if (Math.min(size.width, size.height) >= 1 && Math.max(size.width, size.height) <= Size.MAX) {
                    return size;
                }
            }
            throw new TypeConversionException("'" + value + "' is not WIDTHxHEIGHT with both from 1 to " + Size.MAX);
        }
    }

    static final class CountConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            try {
                long count = Long.parseLong(value);
                if (count >= 1) {
                    return count;
                }
            } catch (NumberFormatException e) {
                // Said below.
            }
            throw new TypeConversionException("'" + value + "' is not a whole number from 1");
        }
    }

    static final class DurationConverter implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            double seconds = number(value);
            if (seconds <= 0) {
                throw new TypeConversionException("'" + value + "' is not over 0");
            }
            return seconds;
        }
    }

    static final class TimeConverter implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            return number(value);
        }
    }

    static final class FileConverter implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            Path file = Path.of(value).toAbsolutePath();
            if (value.isEmpty() || Files.isDirectory(file)) {
                throw new TypeConversionException("'" + value + "' is not the name of a file");
            }
            if (!Files.isDirectory(file.getParent())) {
                throw new TypeConversionException("the folder " + file.getParent() + " does not exist");
            }
            return file;
        }
    }

    private static double number(String value) {
        try {
            double number = Double.parseDouble(value);
            // A century: enough, and far from where a double loses the fractions of a second.
            if (Math.abs(number) <= 3.2e9) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new TypeConversionException("'" + value + "' is not a number of seconds");
    }
}
