package org.vkfx.scene;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vkfx.InteropDiagnosis;
import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;
import org.vkfx.InteropKind;
import org.vkfx.objc.MacSim;
import org.vkfx.objc.ObjC;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.ValidatedVulkan;

/** A diagnosis of the Metal path over the simulated Metal: it passes there, and each lie fails the right check. */
@Tag("metal")
@Needs({Machine.VULKAN, Machine.WINDOW})
class MetalDiagnosisTest {
    private static final int MEMORY_TYPE_BITS = 16; // offset in VkMemoryMetalHandlePropertiesEXT

    private final FaultyVulkan faulty = new FaultyVulkan();

    @BeforeAll
    static void simulator() {
        MacSim.assumeBuilt();
    }

    @BeforeEach
    void begin() {
        MacSim.forget();
    }

    @AfterEach
    void end() {
        faulty.assertBalanced();
    }

    private InteropDiagnosis diagnose(InteropKind kind, Runnable lie, Runnable truth) {
        try (ViewFixture fixture = new ViewFixture(ValidatedVulkan.withoutLayer(faulty.address()))) {
            lie.run();
            InteropDiagnosis diagnosis = Fx.get(Interop.diagnose(fixture.vulkan().device(), kind));
            truth.run();
            return diagnosis;
        }
    }

    private static void nothing() {
    }

    @Test
    void every_check_passes_and_nothing_is_punished() {
        InteropDiagnosis diagnosis = diagnose(InteropKind.METAL, MetalDiagnosisTest::nothing,
                MetalDiagnosisTest::nothing);
        assertThat(diagnosis.checks()).hasSize(8)
                .allSatisfy(check -> assertThat(check.state()).as(check.toString()).isEqualTo(State.PASSED));
        assertThat(DiagnosisTest.check(diagnosis, "retain balance").detail())
                .matches(".* retainCount is [23], [34] while JavaFX wraps it, [23] afterwards.");
        MacSim.judge();
        assertThat(faulty.calls("vkGetMemoryMetalHandlePropertiesEXT")).isEqualTo(1);
    }

    @Test
    void a_diagnosis_leaves_no_object_of_metals() {
        diagnose(InteropKind.METAL, MetalDiagnosisTest::nothing, MetalDiagnosisTest::nothing);
        long textures = MacSim.live("MTLTexture");
        long wrappers = MacSim.live("MetalRTTexture");
        diagnose(InteropKind.METAL, MetalDiagnosisTest::nothing, MetalDiagnosisTest::nothing);
        assertThat(MacSim.live("MTLTexture")).isLessThanOrEqualTo(textures); // JavaFX disposes of others when it likes
        assertThat(MacSim.live("MetalRTTexture")).isLessThanOrEqualTo(wrappers);
        assertThat(MacSim.live("MTLSharedEvent")).isZero();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            vkGetPhysicalDeviceProperties2, 1, device match, registryID
            vkGetPhysicalDeviceProperties2, 2, device match, deviceLUID unknown
            vkGetPhysicalDeviceImageFormatProperties2, 1, interop, cannot export images as MTLTextures
            vkAllocateMemory, -2, memory type, VK_ERROR_OUT_OF_DEVICE_MEMORY
            -[MTLDevice newTextureWithDescriptor:], 1, export, gave no MTLTexture
            -[MTLDevice newTextureWithDescriptor:], 2, export, has width
            -[MTLDevice newTextureWithDescriptor:], 3, export, has pixelFormat
            -[MTLDevice newTextureWithDescriptor:], 4, export, has storageMode 0
            -[MTLDevice newTextureWithDescriptor:], 5, export, not ShaderRead
            vkGetMemoryMetalHandleEXT, -3, export, VK_ERROR_INITIALIZATION_FAILED
            nCreateRT2, 1, handle identity, JavaFX samples MTLTexture 0x
            vkExportMetalObjectsEXT, 1, read signal, gave no MTLSharedEvent
            nCreateRT2, 2, retain balance, it should be one more meanwhile
            """)
    void what_is_not_so_fails_its_check_under_auto_too(String function, int how, String check, String detail) {
        InteropDiagnosis diagnosis = diagnose(InteropKind.AUTO, () -> MacSim.fail(function, how),
                () -> MacSim.fail(function, 0));
        assertThat(diagnosis.kind()).isEqualTo(InteropKind.METAL);
        DiagnosisTest.assertFirstFailure(diagnosis, check, detail);
    }

    @Test
    void an_export_that_changes_fails_the_identity() {
        long[] other = {0};
        InteropDiagnosis diagnosis = diagnose(InteropKind.METAL, () -> {
            other[0] = MacSim.newTexture(64, 48, 80, 7);
            faulty.replace("vkGetMemoryMetalHandleEXT", 2, arguments -> {
                faulty.memory(arguments[2], Long.BYTES).set(JAVA_LONG, 0, other[0]);
                return 0;
            });
        }, () -> ObjC.open().release(other[0]));
        DiagnosisTest.assertFirstFailure(diagnosis, "handle identity",
                "0x" + Long.toHexString(other[0]) + " the second time");
    }

    @Test
    void handle_properties_without_the_type_of_the_memory_fail() {
        InteropDiagnosis diagnosis = diagnose(InteropKind.METAL,
                () -> faulty.alter("vkGetMemoryMetalHandlePropertiesEXT",
                        arguments -> faulty.memory(arguments[3], MEMORY_TYPE_BITS + Integer.BYTES)
                                .set(JAVA_INT, MEMORY_TYPE_BITS, 0x8000)),
                MetalDiagnosisTest::nothing);
        DiagnosisTest.assertFirstFailure(diagnosis, "handle properties", "memoryTypeBits 0x8000, without type");
        assertThat(diagnosis.checks()).filteredOn(check -> check.state() == State.FAILED).extracting(Check::name)
                .containsExactly("handle properties");
    }
}
