package org.vkfx;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which way pixels take on this machine, and for each other way why not and what would help. {@link #toString()} is for
 * people; the wording may change.
 *
 * @param selected the kind in use, or the kind that would be; empty when none works
 * @param pipeline JavaFX's graphics pipeline: "es2", "mtl", "d3d", "sw"; or "" where JavaFX does not export the
 *     packages that tell
 * @param device name of the GPU that JavaFX renders with, as far as its pipeline tells; otherwise ""
 * @param deviceUuid deviceUUID (VkPhysicalDeviceIDProperties) of the GPU that JavaFX renders with, 32 hexadecimal
 *     digits, or "" where the pipeline does not tell. A zero-copy Vulkan device on OpenGL must have the same.
 * @param deviceLuid deviceLUID (VkPhysicalDeviceIDProperties), read big-endian, of the GPU that JavaFX renders with: on
 *     macOS the registryID of its MTLDevice; empty where the pipeline does not tell. A zero-copy Vulkan device on Metal
 *     must have the same.
 * @param findings one for each kind that was looked at, in the order of preference
 */
public record InteropReport(Optional<InteropKind> selected, String pipeline, String device, String deviceUuid,
        OptionalLong deviceLuid, List<Finding> findings) {

    /**
     * What was found about one kind.
     *
     * @param kind the kind
     * @param available whether it works here
     * @param reason why, or why not: a sentence
     * @param remedy what would help when it is not available, such as the exact flags: a sentence, or ""
     */
    public record Finding(InteropKind kind, boolean available, String reason, String remedy) {
        /** Checks that nothing is null. */
        public Finding {
            BridgeException.requireArgument(kind, "kind", "Use a constant of InteropKind.");
            BridgeException.requireArgument(reason, "reason", "Say why in a sentence.");
            BridgeException.requireArgument(remedy, "remedy", "Use \"\" where nothing helps.");
        }

        @Override
        public String toString() {
            return kind.name().toLowerCase(java.util.Locale.ROOT) + (available ? ": yes. " : ": no. ") + reason
                    + (remedy.isEmpty() ? "" : " " + remedy);
        }
    }

    /** Checks that nothing is null and copies the list. */
    public InteropReport {
        BridgeException.requireArgument(selected, "selected", "Use Optional.empty() where no kind works.");
        BridgeException.requireArgument(pipeline, "pipeline", "Use \"\" where it is not known.");
        BridgeException.requireArgument(device, "device", "Use \"\" where it is not known.");
        BridgeException.requireArgument(deviceUuid, "deviceUuid", "Use \"\" where it is not known.");
        BridgeException.requireArgument(deviceLuid, "deviceLuid", "Use OptionalLong.empty() where it is not known.");
        findings = List
                .copyOf(BridgeException.requireArgument(findings, "findings", "Use a list, which may be empty."));
    }

    /**
     * Tells whether a Vulkan device is the GPU that JavaFX renders with. Both arguments are in
     * VkPhysicalDeviceIDProperties.
     *
     * @param uuid deviceUUID as 32 hexadecimal digits in lower case
     * @param luid deviceLUID read big-endian, or empty when deviceLUIDValid is false
     * @return true when it is; false when it is not, or when JavaFX's pipeline does not tell
     */
    public boolean isGpuOfJavaFx(String uuid, OptionalLong luid) {
        BridgeException.requireArgument(uuid, "uuid", "Use VkPhysicalDeviceIDProperties.deviceUUID.");
        BridgeException.requireArgument(luid, "luid", "Use OptionalLong.empty() where deviceLUIDValid is false.");
        return !deviceUuid.isEmpty() && deviceUuid.equals(uuid) || deviceLuid.isPresent() && deviceLuid.equals(luid);
    }

    /**
     * Returns what was found about one kind.
     *
     * @param kind the kind
     * @return the finding, or empty when that kind was not looked at
     */
    public Optional<Finding> finding(InteropKind kind) {
        BridgeException.requireArgument(kind, "kind", "Use a constant of InteropKind.");
        return findings.stream().filter(f -> f.kind() == kind).findFirst();
    }

    /** Returns a text of several lines for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("pipeline ").append(pipeline);
        if (!device.isEmpty()) {
            text.append(" on ").append(device);
        }
        text.append(", interop ").append(selected.map(k -> k.name().toLowerCase(java.util.Locale.ROOT)).orElse("none"));
        findings.forEach(f -> text.append("\n  ").append(f));
        return text.toString();
    }
}
