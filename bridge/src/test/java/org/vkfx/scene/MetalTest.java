package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntBinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javafx.scene.image.ImageView;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.shape.Rectangle;
import javafx.stage.Stage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.FrameRate;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;
import org.vkfx.PixelFormat;
import org.vkfx.PresentMode;
import org.vkfx.scene.Fx.Pixels;
import org.vkfx.objc.MacSim;
import org.vkfx.objc.Message;
import org.vkfx.objc.ObjC;
import org.vkfx.vulkan.DeviceContext;
import org.vkfx.vulkan.ExportableImage;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.MemoryHandleType;
import org.vkfx.vulkan.ValidatedVulkan;

/**
 * The Metal path from end to end: Vulkan renders on lavapipe behind a layer that looks like MoltenVK, and JavaFX's real
 * Metal pipeline draws over the simulated Metal.
 */
@Tag("metal")
@Needs({Machine.VULKAN, Machine.WINDOW})
class MetalTest {
    private static final IntBinaryOperator PATTERN = (x, y) -> 0xff000000 | (x * 7 & 255) << 16 | (y * 5 & 255) << 8
            | (x ^ y) & 255;

    private static final String WORK = "vkCmd.*|vkQueueSubmit|vkMapMemory";

    private final FaultyVulkan counted = new FaultyVulkan();

    @BeforeAll
    static void simulator() {
        MacSim.assumeBuilt();
    }

    @AfterEach
    void end() {
        MacSim.delay(0);
        MacSim.judge();
        counted.assertBalanced();
    }

    private ViewFixture fixture() {
        return new ViewFixture(new ValidatedVulkan(counted.address()));
    }

    @ParameterizedTest
    @EnumSource(PixelFormat.class)
    void every_pixel_of_two_hundred_frames_is_vulkans(PixelFormat format) {
        try (ViewFixture fixture = fixture()) {
            int proof = counted.callsOfAll(WORK);
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setPixelFormat(format);
            view.setPresentMode(PresentMode.FIFO);
            fixture.show(new StackPane(view), 93, 67);
            ViewFixture.awaitSize(view, renderer, 93, 67);
            assertThat(view.getInterop()).isEqualTo(InteropKind.METAL);
            Set<Integer> numbered = IntStream.rangeClosed(0, 10_000).mapToObj(TestRenderer::colourOf)
                    .collect(Collectors.toSet());
            Set<Integer> colours = new HashSet<>();
            for (int i = 0; i < 200; i++) {
                Pixels picture = i % 2 == 0 ? Fx.snapshot(view) : Fx.screen(0, 0, 93, 67);
                int colour = picture.at(0, 0);
                PixelTest.assertPattern(picture, (x, y) -> colour);
                assertThat(numbered).contains(colour);
                colours.add(colour);
                ViewFixture.awaitFrames(view, 1);
            }
            assertThat(colours).hasSizeGreaterThan(100);
            assertThat(view.getFrameStatistics().copies()).isZero();
            assertThat(counted.names()).as("functions that the bridge asked Vulkan for")
                    .contains("vkGetMemoryMetalHandleEXT", "vkExportMetalObjectsEXT");
            assertThat(counted.callsOfAll(WORK)).as("copies and submissions of the bridge").isEqualTo(proof);
        }
    }

    @Test
    void two_hundred_resizes_under_a_slow_gpu_leave_nothing_behind() {
        Random random = new Random(2);
        List<Long> exported = recordExports();
        try (ViewFixture fixture = fixture()) {
            MacSim.delay(3000);
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), PATTERN);
            VulkanView view = fixture.view(renderer);
            Stage stage = fixture.show(new StackPane(view), 200, 150);
            ViewFixture.awaitSize(view, renderer, 200, 150);
            for (int i = 0; i < 200; i++) {
                int width = 1 + random.nextInt(300);
                int height = 1 + random.nextInt(200);
                Fx.run(() -> {
                    stage.setWidth(width);
                    stage.setHeight(height);
                });
                if (i % 20 == 0) {
                    ViewFixture.awaitSize(view, renderer, width, height);
                    PixelTest.assertPattern(Fx.snapshot(view), PATTERN);
                } else {
                    Fx.pulses(random.nextInt(3));
                }
            }
            Fx.run(view::close);
            Fx.get(view.whenClosed());
            Fx.run(stage::hide);
            Fx.await("all but one texture to go", () -> alive(exported).size() <= 1);
            settle();
            assertThat(MacSim.live("MTLSharedEvent")).isZero();
            assertThat(exported).hasSizeGreaterThan(100)
                    .allSatisfy(texture -> assertThat(MacSim.retains(texture)).as("owners").isZero());
        }
    }

    /** JavaFX's: its shader has a dictionary of what it is bound to. No Vulkan memory lives on with it. */
    @Test
    void one_texture_of_a_closed_view_and_not_two_lives_on_until_javafx_binds_another() {
        List<Long> exported = recordExports();
        try (ViewFixture fixture = fixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setPresentMode(PresentMode.FIFO); // every image gets displayed
            Stage stage = fixture.show(new StackPane(view), 100, 80);
            ViewFixture.awaitSize(view, renderer, 100, 80);
            ViewFixture.awaitFrames(view, 3 * view.getImageCount());
            assertThat(alive(exported)).hasSize(view.getImageCount());
            Fx.run(view::close);
            Fx.get(view.whenClosed());
            Fx.run(stage::hide);
            Fx.await("all but one texture to go", () -> alive(exported).size() <= 1);
            assertThat(alive(exported)).singleElement().satisfies(texture -> assertThat(MacSim.retains(texture))
                    .as("owners: the shader's dictionary").isEqualTo(1));
            settle();
            assertThat(alive(exported)).isEmpty();
        }
    }

    private static List<Long> alive(List<Long> textures) {
        return textures.stream().filter(texture -> MacSim.retains(texture) > 0).toList();
    }

    /** A shader of JavaFX's owns the texture that it was bound to last: has it bind another. */
    private static void settle() {
        Stage other = Fx.show(new StackPane(new ImageView(Fx.image(20, 20, PATTERN))), 50, 50);
        Fx.pulses(5);
        Fx.run(other::hide);
    }

    /** The MTLTextures that Vulkan exports from now on. */
    private List<Long> recordExports() {
        List<Long> exported = new CopyOnWriteArrayList<>();
        counted.alter("vkGetMemoryMetalHandleEXT",
                arguments -> exported.add(counted.memory(arguments[2], Long.BYTES).get(ValueLayout.JAVA_LONG, 0)));
        return exported;
    }

    @ParameterizedTest
    @EnumSource(AlphaMode.class)
    void what_javafx_samples_is_the_texture_that_vulkan_exported(AlphaMode mode) {
        try (ViewFixture fixture = fixture()) {
            List<Long> exported = recordExports();
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setAlphaMode(mode);
            view.setPresentMode(PresentMode.FIFO); // every image gets displayed
            fixture.show(new StackPane(view), 100, 80);
            ViewFixture.awaitSize(view, renderer, 100, 80);
            ViewFixture.awaitFrames(view, 3 * view.getImageCount());
            Fx.screen(0, 0, 100, 80); // what was presented has been executed
            assertThat(exported).hasSize(view.getImageCount()).doesNotHaveDuplicates()
                    .allSatisfy(texture -> assertThat(MacSim.sampled(texture)).isGreaterThanOrEqualTo(2 * 100 * 80));
        }
    }

    /**
     * Usage STORAGE costs lossless compression on Metal: usage ShaderRead | RenderTarget, and ShaderWrite when it is
     * asked for.
     */
    @Test
    void images_are_storage_images_only_where_that_is_asked_for() {
        try (ViewFixture fixture = fixture(); Pooled pool = new Pooled()) {
            List<Long> exported = recordExports();
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), PATTERN);
            VulkanView view = fixture.view(renderer);
            fixture.show(new StackPane(view), 64, 48);
            ViewFixture.awaitSize(view, renderer, 64, 48);
            assertThat(renderer.images().storage()).isFalse();
            assertThat(exported).isNotEmpty().allSatisfy(texture -> assertThat(pool.usage(texture)).isEqualTo(1 | 4));
            exported.clear();
            Fx.run(() -> view.setStorage(true));
            Fx.await("storage images", () -> renderer.images().storage());
            ViewFixture.awaitFrames(view, view.getImageCount() + 1);
            assertThat(exported).isNotEmpty()
                    .allSatisfy(texture -> assertThat(pool.usage(texture)).isEqualTo(1 | 2 | 4));
            PixelTest.assertPattern(Fx.snapshot(view), PATTERN);
        }
    }

    /** Messages of the test's own. */
    private static final class Pooled implements AutoCloseable {
        private final ObjC objc = ObjC.open();
        private final long pool = objc.autoreleasePoolPush();

        long usage(long texture) {
            return objc.send(texture, Message.TEXTURE_USAGE);
        }

        @Override
        public void close() {
            objc.autoreleasePoolPop(pool);
        }
    }

    /** That would be a copy. */
    @Test
    void opaque_images_are_drawn_without_a_texture_in_between() {
        try (ViewFixture fixture = fixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setAlphaMode(AlphaMode.PREMULTIPLIED);
            fixture.show(new StackPane(view), 100, 80);
            ViewFixture.awaitSize(view, renderer, 100, 80);
            ViewFixture.awaitFrames(view, 10);
            long textures = MacSim.made("MTLTexture");
            Fx.run(() -> view.setAlphaMode(AlphaMode.OPAQUE));
            Fx.await("images for the other mode", () -> renderer.images().generation() == 2);
            ViewFixture.awaitFrames(view, 20);
            assertThat(MacSim.made("MTLTexture") - textures).as("textures; one for each image, and one black pixel")
                    .isBetween((long) view.getImageCount(), view.getImageCount() + 1L);
        }
    }

    @Test
    void each_image_is_exported_and_wrapped_once() {
        try (ViewFixture fixture = fixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setPresentMode(PresentMode.FIFO); // every image gets displayed
            fixture.show(new StackPane(view), 120, 90);
            ViewFixture.awaitSize(view, renderer, 120, 90);
            ViewFixture.awaitFrames(view, 10);
            long textures = MacSim.made("MTLTexture");
            long wrappers = MacSim.made("MetalRTTexture");
            ViewFixture.awaitFrames(view, 60);
            assertThat(MacSim.made("MTLTexture")).isEqualTo(textures);
            assertThat(MacSim.made("MetalRTTexture")).isEqualTo(wrappers);
        }
    }

    @Test
    void an_image_that_javafx_has_not_read_is_not_rendered_into() {
        try (ViewFixture fixture = fixture()) {
            TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            view.setFrameRate(FrameRate.CONTINUOUS);
            view.setPresentMode(PresentMode.FIFO);
            fixture.show(new StackPane(view), 80, 60);
            ViewFixture.awaitSize(view, renderer, 80, 60);
            MacSim.delay(20_000); // JavaFX's GPU lags far behind
            for (int i = 0; i < 30; i++) {
                Pixels screen = Fx.screen(0, 0, 80, 60);
                PixelTest.assertPattern(screen, (x, y) -> screen.at(0, 0));
                ViewFixture.awaitFrames(view, 1);
            }
        }
    }

    @Test
    void two_views_transformed_and_clipped_keep_their_pixels() {
        IntBinaryOperator other = (x, y) -> 0xff000000 | PATTERN.applyAsInt(y, x) ^ 0xffffff;
        try (ViewFixture fixture = fixture()) {
            TestRenderer left = TestRenderer.pattern(fixture.vulkan(), PATTERN);
            TestRenderer right = TestRenderer.pattern(fixture.vulkan(), other);
            VulkanView leftView = fixture.view(left);
            VulkanView rightView = fixture.view(right);
            leftView.setPrefSize(100, 80);
            rightView.setPrefSize(100, 80);
            Fx.run(() -> {
                leftView.setClip(new Rectangle(10, 20, 50, 30));
                rightView.setScaleX(-1);
                rightView.setOpacity(0.5);
            });
            HBox root = Fx.call(() -> new HBox(leftView, rightView));
            root.setStyle("-fx-background-color: black"); // whatever stylesheet other tests have loaded
            fixture.show(root, 200, 80);
            ViewFixture.awaitSize(leftView, left, 100, 80);
            ViewFixture.awaitSize(rightView, right, 100, 80);
            Fx.pulses(3);
            PixelTest.assertPattern(Fx.screen(0, 0, 100, 80),
                    (x, y) -> x >= 10 && x < 60 && y >= 20 && y < 50 ? PATTERN.applyAsInt(x, y) : 0xff000000);
            PixelTest.assertPattern(Fx.screen(100, 0, 100, 80), (x, y) -> half(other.applyAsInt(99 - x, y)));
        }
    }

    /** At an opacity of a half over black: Prism truncates it to 127 of 255. */
    private static int half(int argb) {
        int result = 0xff000000;
        for (int shift = 0; shift < 24; shift += 8) {
            result |= (int) ((argb >> shift & 255) * 127 / 255.0 + 0.5) << shift;
        }
        return result;
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            -[MTLDevice newTextureWithDescriptor:], 1, vkGetMemoryMetalHandleEXT gave no MTLTexture
            vkGetMemoryMetalHandleEXT, -3, vkGetMemoryMetalHandleEXT returned VK_ERROR_INITIALIZATION_FAILED
            -[MTLDevice newTextureWithDescriptor:], 2, has width
            -[MTLDevice newTextureWithDescriptor:], 3, has pixelFormat
            -[MTLDevice newTextureWithDescriptor:], 5, not ShaderRead
            -[MTLDevice newTextureWithDescriptor:], 6, has textureType
            -[MTLDevice newTextureWithDescriptor:], 7, 'has device nil, not JavaFX''s with registryID 0x'
            -[MTLDevice newTextureWithDescriptor:], 8, has height
            vkAllocateMemory,          -2, VK_ERROR_OUT_OF_DEVICE_MEMORY
            vkExportMetalObjectsEXT,    1, gave no MTLSharedEvent
            """)
    void what_metal_refuses_is_an_error_where_it_was_forced(String function, int how, String message) {
        try (ViewFixture fixture = fixture()) {
            MacSim.fail(function, how);
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()), InteropKind.METAL);
            fixture.show(new StackPane(view), 64, 48);
            Fx.await("the error", () -> view.getError() != null);
            assertThat(view.getError().reason()).isEqualTo(Reason.REFUSED);
            assertThat(view.getError()).hasMessageContaining(message);
            MacSim.fail(function, 0);
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            -[MTLDevice newTextureWithDescriptor:], 1, vkGetMemoryMetalHandleEXT gave no MTLTexture
            -[MTLDevice newTextureWithDescriptor:], 2, has width
            -[MTLDevice newTextureWithDescriptor:], 3, has pixelFormat
            vkExportMetalObjectsEXT,    1, gave no MTLSharedEvent
            """)
    void what_cannot_be_handed_over_is_shown_by_the_host_path(String function, int how, String message) {
        try (ViewFixture fixture = fixture()) {
            MacSim.fail(function, how);
            VulkanView view = fixture.view(TestRenderer.pattern(fixture.vulkan(), PATTERN));
            List<BridgeException> errors = new CopyOnWriteArrayList<>();
            Fx.run(() -> view.errorProperty().subscribe(error -> errors.add(error))); // null at once
            fixture.show(new StackPane(view), 64, 48);
            Fx.await("another way", () -> view.getInterop() == InteropKind.HOST);
            MacSim.fail(function, 0);
            ViewFixture.awaitFrames(view, 5);
            PixelTest.assertPattern(Fx.snapshot(view), PATTERN);
            assertThat(errors).as("told, though the host path has answered it").containsOnlyNulls();
            assertThat(view.getInteropReport().finding(InteropKind.METAL).orElseThrow().reason()).contains(message);
        }
    }

    @RepeatedTest(10)
    void a_refusal_is_logged_once() {
        try (ViewFixture fixture = fixture(); Logged log = new Logged()) {
            MacSim.fail("-[MTLDevice newTextureWithDescriptor:]", 1);
            VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()), InteropKind.METAL);
            fixture.show(new StackPane(view), 64, 48);
            Fx.await("the error", () -> view.getError() != null);
            Fx.pulses(5);
            MacSim.fail("-[MTLDevice newTextureWithDescriptor:]", 0);
            log.assertOnce("gave no MTLTexture");
        }
    }

    /** The texture of other memory: JavaFX draws it without a word. */
    @Test
    void a_path_that_shows_other_pixels_is_not_taken() {
        try (ValidatedVulkan vulkan = new ValidatedVulkan();
                ExportableImage other = new ExportableImage(DeviceContext.of(vulkan.device()), 61, 37,
                        PixelFormat.BGRA8, MemoryHandleType.MTLTEXTURE, false);
                ViewFixture fixture = ViewFixture.unproven(new ValidatedVulkan(counted.address()))) {
            counted.alter("vkGetMemoryMetalHandleEXT", arguments -> counted.memory(arguments[2], Long.BYTES)
                    .set(ValueLayout.JAVA_LONG, 0, other.vkGetMemoryMetalHandleEXT()));
            VulkanView view = fixture.view(TestRenderer.pattern(fixture.vulkan(), PATTERN));
            fixture.show(new StackPane(view), 64, 48);
            ViewFixture.awaitFrames(view, 5);
            assertThat(view.getInterop()).isEqualTo(InteropKind.HOST);
            PixelTest.assertPattern(Fx.snapshot(view), PATTERN);
            assertThat(view.getInteropReport().finding(InteropKind.METAL).orElseThrow().reason())
                    .contains("A test image did not arrive", "Vulkan wrote ");
        }
    }

    /** The GPU is still writing the image. */
    @ParameterizedTest
    @ValueSource(ints = {-1, -2})
    void a_wait_that_fails_is_tried_again(int result) {
        try (ViewFixture fixture = fixture(); Logged log = new Logged()) {
            VulkanView view = fixture.view(TestRenderer.slowNumbers(fixture.vulkan(), 100));
            counted.fail("vkGetSemaphoreCounterValue", 3, result);
            fixture.show(new StackPane(view), 700, 500);
            ViewFixture.awaitFrames(view, 4);
            log.assertOnce("vkGetSemaphoreCounterValue", "tried again");
            assertThat(view.getInterop()).isEqualTo(InteropKind.METAL);
            assertThat(view.getSwapchain().images().generation()).as("no image is given up").isEqualTo(1);
        }
    }

    @Test
    void a_probe_finds_another_gpu() {
        try (ViewFixture fixture = fixture()) {
            MacSim.fail("vkGetPhysicalDeviceProperties2", 1);
            String finding = Fx.get(Interop.probe(fixture.vulkan().device())).finding(InteropKind.METAL).orElseThrow()
                    .toString();
            MacSim.fail("vkGetPhysicalDeviceProperties2", 0);
            assertThat(finding).startsWith("metal: no. Vulkan renders on").contains("registryID 0x")
                    .contains("InteropReport.deviceLuid");
        }
    }

    @Test
    void a_probe_names_missing_extensions() {
        MacSim.fail("vkEnumerateDeviceExtensionProperties", 3);
        try (ViewFixture fixture = fixture()) {
            MacSim.fail("vkEnumerateDeviceExtensionProperties", 0);
            VulkanView view = fixture.view(TestRenderer.pattern(fixture.vulkan(), PATTERN));
            fixture.show(new StackPane(view), 64, 48);
            ViewFixture.awaitFrames(view, 5);
            assertThat(view.getInterop()).isEqualTo(InteropKind.HOST);
            PixelTest.assertPattern(Fx.snapshot(view), PATTERN);
            assertThat(view.getInteropReport().finding(InteropKind.METAL).orElseThrow().toString())
                    .contains("without VK_EXT_external_memory_metal and VK_EXT_metal_objects")
                    .contains("Interop.requiredDeviceExtensions");
        }
    }

    @Test
    void the_report_names_the_gpu_and_who_hands_over() {
        Fx.start();
        InteropReport report = Fx.get(Interop.probe());
        assertThat(report.pipeline()).isEqualTo("mtl");
        assertThat(report.device()).contains("simulated");
        assertThat(report.deviceLuid()).isPresent();
        assertThat(report.selected()).contains(InteropKind.METAL);
        String reason = report.finding(InteropKind.METAL).orElseThrow().reason();
        if (System.getProperty("jna.library.path") == null) {
            assertThat(reason).contains("java.lang.foreign alone").contains("Rococoa is not usable");
        } else {
            assertThat(reason).contains("Rococoa hands them over");
        }
    }
}
