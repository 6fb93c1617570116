package org.vkfx.scene;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.InteropDiagnosis;
import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;
import org.vkfx.InteropKind;
import org.vkfx.PixelFormat;
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.ExportableImage;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.MemoryHandleType;
import org.vkfx.vulkan.ValidatedVulkan;

/** Each check of a diagnosis passes on a sound backend, and fails when that very thing is not so. */
@Needs({Machine.VULKAN, Machine.WINDOW, Machine.OPENGL})
class DiagnosisTest {
    private static final String[] NAMES = {"interop", "device match", "memory type", "export", "handle properties",
            "handle identity", "read signal", "retain balance"};
    private static final int VK_ERROR_OUT_OF_DEVICE_MEMORY = -2;
    private static final int VK_ERROR_TOO_MANY_OBJECTS = -10;

    private final FaultyVulkan faulty = new FaultyVulkan();

    @AfterEach
    void nothing_of_vulkan_is_left() {
        faulty.assertBalanced();
    }

    private InteropDiagnosis diagnose(InteropKind kind, Runnable lie) {
        try (ViewFixture fixture = new ViewFixture(new ValidatedVulkan(faulty.address()))) {
            lie.run();
            return Fx.get(Interop.diagnose(fixture.vulkan().device(), kind));
        }
    }

    static Check check(InteropDiagnosis diagnosis, String name) {
        return diagnosis.checks().stream().filter(check -> check.name().equals(name)).findFirst().orElseThrow();
    }

    /**
     * All earlier checks passed, this one failed, and of the later ones none claims to have passed without the image.
     */
    static void assertFirstFailure(InteropDiagnosis diagnosis, String name, String detail) {
        assertThat(diagnosis.passed()).isFalse();
        Check failed = diagnosis.checks().stream().filter(check -> check.state() == State.FAILED).findFirst()
                .orElseThrow();
        assertThat(failed.name()).as(diagnosis.toString()).isEqualTo(name);
        assertThat(failed.detail()).contains(detail).endsWith(".").doesNotContain("\n");
    }

    @ParameterizedTest
    @EnumSource(value = InteropKind.class, names = {"OPENGL", "HOST"})
    void on_a_sound_machine_every_check_passes_or_says_why_it_does_not_apply(InteropKind kind) {
        InteropDiagnosis diagnosis = diagnose(kind, () -> {
        });
        assertThat(diagnosis.kind()).isEqualTo(kind);
        assertThat(diagnosis.checks()).extracting(Check::name).containsExactly(NAMES);
        assertThat(diagnosis.passed()).as(diagnosis.toString()).isTrue();
        List<String> passed = diagnosis.checks().stream().filter(check -> check.state() == State.PASSED)
                .map(Check::name).toList();
        assertThat(passed).contains("interop", "memory type", "handle identity", "retain balance");
        if (kind == InteropKind.OPENGL) {
            assertThat(passed).hasSize(NAMES.length - 1).doesNotContain("handle properties");
        }
        assertThat(diagnosis.checks()).allSatisfy(check -> assertThat(check.detail()).endsWith("."));
    }

    @Test
    void auto_is_the_kind_of_javafxs_pipeline_though_it_may_not_work() {
        assertThat(diagnose(InteropKind.AUTO, () -> {
        }).kind()).isEqualTo(InteropKind.OPENGL);
        InteropDiagnosis broken = diagnose(InteropKind.AUTO, faulty::changeDeviceUuid);
        assertThat(broken.kind()).isEqualTo(InteropKind.OPENGL);
        assertFirstFailure(broken, "device match", "Vulkan renders on");
    }

    @Test
    void a_kind_that_is_impossible_here_says_so() {
        InteropDiagnosis diagnosis = diagnose(InteropKind.METAL, () -> {
        });
        assertThat(diagnosis.kind()).isEqualTo(InteropKind.METAL);
        assertFirstFailure(diagnosis, "interop", "This JavaFX has no Metal pipeline.");
    }

    @Test
    void memory_that_cannot_be_had_fails_the_memory_type() {
        for (InteropKind kind : new InteropKind[]{InteropKind.OPENGL, InteropKind.HOST}) {
            InteropDiagnosis diagnosis = diagnose(kind,
                    () -> faulty.fail("vkAllocateMemory", 1, VK_ERROR_OUT_OF_DEVICE_MEMORY));
            assertFirstFailure(diagnosis, "memory type", "VK_ERROR_OUT_OF_DEVICE_MEMORY");
            assertThat(check(diagnosis, "handle identity").state()).isEqualTo(State.NOT_APPLICABLE);
            assertThat(check(diagnosis, "retain balance").detail()).contains("\"memory type\" failed");
        }
    }

    @Test
    void memory_that_is_not_exported_fails_the_export() {
        InteropDiagnosis diagnosis = diagnose(InteropKind.OPENGL,
                () -> faulty.fail("vkGetMemoryFdKHR", 1, VK_ERROR_TOO_MANY_OBJECTS));
        assertFirstFailure(diagnosis, "export", "vkGetMemoryFdKHR returned");
    }

    /** The descriptor of other memory: OpenGL takes it without a word. */
    @Test
    void an_export_of_other_memory_fails_the_identity() {
        withDescriptorsOfOtherMemory(other -> {
            InteropDiagnosis diagnosis = diagnose(InteropKind.OPENGL, () -> faulty.alter("vkGetMemoryFdKHR",
                    arguments -> faulty.memory(arguments[2], Integer.BYTES).set(JAVA_INT, 0, other.exportFd())));
            assertFirstFailure(diagnosis, "handle identity", "What JavaFX drew is not what Vulkan wrote");
        });
    }

    @Test
    void descriptors_that_stay_open_fail_the_balance() {
        withDescriptorsOfOtherMemory(other -> {
            InteropDiagnosis diagnosis = diagnose(InteropKind.OPENGL,
                    () -> faulty.alter("vkGetMemoryFdKHR", arguments -> other.exportFd()));
            assertFirstFailure(diagnosis, "retain balance", "more file descriptors are open");
        });
    }

    private static void withDescriptorsOfOtherMemory(Consumer<ExportableImage> test) {
        try (ValidatedVulkan vulkan = new ValidatedVulkan();
                ExportableImage other = new ExportableImage(DeviceContext.of(vulkan.device()), 64, 48,
                        PixelFormat.BGRA8, MemoryHandleType.OPAQUE_FD, true)) {
            test.accept(other);
        }
    }

    @Test
    void host_memory_that_is_mapped_elsewhere_fails_the_identity() {
        try (Arena arena = Arena.ofShared()) {
            InteropDiagnosis diagnosis = diagnose(InteropKind.HOST,
                    () -> faulty.alter("vkMapMemory", arguments -> faulty
                            .memory(arguments[5], Long.BYTES).set(ADDRESS, 0, arena.allocate(64 * 48 * 4))));
            assertFirstFailure(diagnosis, "handle identity", "JavaFX's PixelBuffer is not what Vulkan wrote");
        }
    }

    @Test
    void a_closed_device_is_not_diagnosed() {
        try (ValidatedVulkan vulkan = new ValidatedVulkan()) {
            Fx.start();
            vulkan.device().close();
            assertThatExceptionOfType(BridgeException.class)
                    .isThrownBy(() -> Fx.get(Interop.diagnose(vulkan.device(), InteropKind.HOST)))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.ILLEGAL_STATE));
        }
    }
}
