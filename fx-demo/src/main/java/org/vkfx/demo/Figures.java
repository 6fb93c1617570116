package org.vkfx.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.vkfx.FrameStatistics;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;

/**
 * What a run was like.
 *
 * @param interop the kind in use, or null when none was
 * @param report what was found about all kinds, or null when there was no time to
 * @param device name of the Vulkan GPU
 * @param deviceUuid its UUID
 * @param width width of the images in pixels
 * @param height height of the images in pixels
 * @param statistics the view's counts
 * @param copyCalls Vulkan copies recorded by anyone in this process, the test images of the path among them
 * @param seconds time since the first frame was displayed
 * @param frameTimeMillis median time between rendered frames
 * @param error what went wrong, or null
 */
record Figures(InteropKind interop, InteropReport report, String device, String deviceUuid, int width, int height,
        FrameStatistics statistics, long copyCalls, double seconds, double frameTimeMillis, String error) {

    /** How a kind is written on the command line and in JSON. */
    static String text(InteropKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    Figures withError(String problem) {
        return new Figures(interop, report, device, deviceUuid, width, height, statistics, copyCalls, seconds,
                frameTimeMillis, problem);
    }

    /** Frames displayed a second, on average. */
    double fps() {
        // The first frame starts the clock.
        return seconds > 0 ? (statistics.displayed() - 1) / seconds : 0;
    }

    /** As one JSON object. */
    String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("interop", interop == null ? null : text(interop));
        all.put("pipeline", report == null ? null : report.pipeline());
        all.put("device", device);
        all.put("deviceUuid", deviceUuid);
        all.put("width", width);
        all.put("height", height);
        all.put("displayedFrames", statistics.displayed());
        all.put("presentedFrames", statistics.presented());
        all.put("droppedFrames", statistics.dropped());
        all.put("copyCalls", copyCalls);
        all.put("bridgeCopies", statistics.copies());
        all.put("reallocations", statistics.reallocations());
        all.put("seconds", rounded(seconds));
        all.put("fps", rounded(fps()));
        all.put("frameTimeMillis", rounded(frameTimeMillis));
        all.put("presentToDisplayMillis", rounded(statistics.presentToDisplayNanos() / 1e6));
        all.put("error", error);
        all.put("findings", report == null ? List.of() : findings(report));
        return Json.of(all);
    }

    /** A report, and what went wrong or null, as one JSON object. */
    static String json(InteropReport report, String error) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("interop", report.selected().map(Figures::text).orElse(null));
        all.put("pipeline", report.pipeline());
        all.put("device", report.device());
        all.put("deviceUuid", report.deviceUuid());
        all.put("error", error);
        all.put("findings", findings(report));
        return Json.of(all);
    }

    private static List<Map<String, Object>> findings(InteropReport report) {
        return report.findings().stream().map(finding -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("kind", text(finding.kind()));
            one.put("available", finding.available());
            one.put("reason", finding.reason());
            one.put("remedy", finding.remedy());
            return one;
        }).toList();
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    /** For people, in one line. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT,
                "%s on %s, %dx%d pixels: %d frames displayed in %.1f s (%.1f fps, %.1f ms a frame),"
                        + " %d copies and uploads by the bridge",
                interop == null ? "no interop" : text(interop), device, width, height,
                statistics.displayed(), seconds, fps(), frameTimeMillis, statistics.copies());
    }
}
