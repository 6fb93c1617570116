package org.vkfx.bench;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes JSON, one entry of the outer levels a line. */
final class Json {
    private Json() {
    }

    /** Writes a map, collection, text, number, boolean, estimate or null; numbers that JSON does not have as null. */
    static String of(Object value) {
        return of(value, "\n");
    }

    private static String of(Object value, String line) {
        String inner = line + " ";
        boolean flat = line.length() > 3;
        String separator = flat ? "" : inner;
        String end = flat ? "" : line;
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map when map.isEmpty() -> "{}";
            case Map<?, ?> map -> map.entrySet().stream()
                    .map(e -> separator + quote(e.getKey().toString()) + ": " + of(e.getValue(), inner))
                    .collect(Collectors.joining(",", "{", end + "}"));
            case Collection<?> all when all.isEmpty() -> "[]";
            case Collection<?> all -> all.stream().map(e -> separator + of(e, inner))
                    .collect(Collectors.joining(",", "[", end + "]"));
            case Estimate e -> "[" + of(e.median(), inner) + ", " + of(e.low(), inner) + ", " + of(e.high(), inner)
                    + "]";
            case Double number when !Double.isFinite(number) -> "null";
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> quote(value.toString());
        };
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
