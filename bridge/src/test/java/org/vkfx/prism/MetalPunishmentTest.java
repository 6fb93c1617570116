package org.vkfx.prism;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;

import javafx.scene.shape.Rectangle;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.objc.MacSim;
import org.vkfx.objc.ObjC;
import org.vkfx.PixelFormat;
import org.vkfx.scene.Fx;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.ExportableImage;
import org.vkfx.vulkan.MemoryHandleType;
import org.vkfx.vulkan.ValidatedVulkan;

import com.sun.prism.GraphicsPipeline;
import com.sun.prism.RTTexture;
import com.sun.prism.Texture;

/**
 * Offences on purpose against JavaFX's Metal pipeline: the simulated Mac must see each. Those against the runtime,
 * Metal and Vulkan alone are in src/mac-sim/checks.
 */
@Tag("metal")
@Needs({Machine.VULKAN, Machine.WINDOW})
class MetalPunishmentTest {
    private static final int SIZE = 8;

    private final ObjC objc = ObjC.open();
    private ValidatedVulkan vulkan;
    private ExportableImage image;
    private long texture;

    @BeforeAll
    static void simulator() {
        MacSim.assumeBuilt();
        Fx.start();
        Fx.snapshot(Fx.call(() -> new Rectangle(5, 5))); // JavaFX has drawn something
    }

    @BeforeEach
    void export() {
        vulkan = new ValidatedVulkan();
        image = new ExportableImage(DeviceContext.of(vulkan.device()), SIZE, SIZE, PixelFormat.BGRA8,
                MemoryHandleType.MTLTEXTURE, false);
        texture = image.vkGetMemoryMetalHandleEXT();
    }

    @AfterEach
    void free() {
        image.close();
        vulkan.close();
        MacSim.judge();
    }

    private static <T> T onRenderThread(Callable<T> call) {
        return Fx.get(RenderThread.call(call));
    }

    private static Texture wrap(long mtlTexture) {
        return onRenderThread(() -> MtlPipeline.get().wrap(mtlTexture, SIZE, SIZE));
    }

    private static void dispose(Texture wrapped) {
        onRenderThread(() -> {
            wrapped.dispose();
            return null;
        });
    }

    private static void assertOffence(String... parts) {
        assertThat(MacSim.offences()).singleElement().asString().contains(parts);
        MacSim.forget();
    }

    @Test
    void a_retained_texture_is_wrapped_and_released_with_its_wrapper() {
        long owners = MacSim.retains(texture);
        Texture wrapped = wrap(objc.retain(texture));
        assertThat(MacSim.retains(texture)).isEqualTo(owners + 1);
        dispose(wrapped);
        assertThat(MacSim.retains(texture)).isEqualTo(owners);
    }

    @Test
    void a_texture_wrapped_without_a_retain() {
        Texture wrapped = wrap(texture);
        assertOffence("nCreateRT2", "was not retained for it");
        dispose(wrapped);
    }

    @Test
    void a_retain_given_back_although_a_wrapper_has_it() {
        Texture wrapped = wrap(objc.retain(texture));
        objc.release(texture);
        assertOffence("release", "over-released");
        dispose(wrapped);
    }

    @Test
    void a_wrapper_that_is_not_disposed_of() {
        Texture wrapped = wrap(objc.retain(texture));
        assertThat(MacSim.leaks()).contains("MetalRTTexture");
        dispose(wrapped);
        assertThat(MacSim.leaks()).isEmpty();
    }

    @Test
    void nil_wrapped() {
        assertThat(RenderThread.call(() -> MtlPipeline.get().wrap(0, SIZE, SIZE)))
                .failsWithin(Duration.ofSeconds(60)).withThrowableThat()
                .withMessageContaining("could not wrap a texture of 8x8 pixels");
        assertOffence("nCreateRT2", "is no living MTLTexture");
    }

    @Test
    void a_texture_wrapped_that_has_gone() {
        image.close();
        assertThat(RenderThread.call(() -> MtlPipeline.get().wrap(texture, SIZE, SIZE)))
                .failsWithin(Duration.ofSeconds(60));
        assertOffence("nCreateRT2", "is no living MTLTexture");
    }

    @Test
    void the_context_used_by_another_thread() {
        // Has JavaFX begin a command buffer and an encoder, which only its render thread may go on with.
        Texture target = onRenderThread(() -> GraphicsPipeline.getDefaultResourceFactory().createRTTexture(SIZE, SIZE,
                Texture.WrapMode.CLAMP_TO_EDGE));
        onRenderThread(() -> {
            ((RTTexture) target).createGraphics().clear();
            return null;
        });
        onRenderThread(MtlPipeline::get).commitCurrentCommandBuffer();
        assertThat(MacSim.offences()).isNotEmpty().allMatch(offence -> offence.contains("is used by another thread"));
        MacSim.forget();
        dispose(target);
    }

    /** What MTLRTTexture.create would do to it. */
    @Test
    void a_private_texture_written_by_the_cpu() {
        Texture wrapped = wrap(objc.retain(texture));
        onRenderThread(() -> invoke("MTLRTTexture", "nInitRTT", null,
                invoke("MTLTexture", "getNativeHandle", wrapped), new int[SIZE * SIZE]));
        assertOffence("replaceRegion", "private storage");
        dispose(wrapped);
    }

    private static Object invoke(String owner, String name, Object on, Object... arguments)
            throws ReflectiveOperationException {
        Method method = Arrays.stream(Class.forName("com.sun.prism.mtl." + owner).getDeclaredMethods())
                .filter(m -> m.getName().equals(name)).findFirst().orElseThrow();
        method.setAccessible(true);
        return method.invoke(on, arguments);
    }
}
