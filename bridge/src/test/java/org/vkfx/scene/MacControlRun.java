package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lwjgl.system.MemoryStack.stackPush;

import java.lang.ref.Reference;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntBinaryOperator;

import javafx.scene.Node;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.effect.DropShadow;
import javafx.scene.effect.GaussianBlur;
import javafx.scene.image.ImageView;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import javafx.scene.shape.Circle;
import javafx.scene.shape.Rectangle;
import javafx.scene.text.Text;
import javafx.stage.Stage;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkImageCreateInfo;
import org.vkfx.objc.MacSim;
import org.vkfx.vulkan.ValidatedVulkan;

/**
 * JavaFX and MoltenVK on the simulated Mac without the bridge: what they do by themselves that a Mac would punish is
 * what src/mac-sim/checks/habits.c lists, all of it and nothing else. In a JVM of its own, where nothing of the bridge
 * has run.
 */
@Tag("control")
class MacControlRun {
    private static final IntBinaryOperator PATTERN = (x, y) -> 0xff000000 | (x * 7 & 255) << 16 | (y * 5 & 255) << 8;
    private static final int SIZE = 100;

    @BeforeAll
    static void simulator() {
        MacSim.assumeBuilt();
    }

    @Test
    void javafx_alone_has_just_the_habits_that_are_listed() {
        Stage stage = Fx.show(new HBox(new Circle(20, Color.RED), shadow(new Rectangle(30, 30, Color.GREEN)),
                new Text("text"), blurred(new ImageView(Fx.image(20, 20, PATTERN))), clippedBeyondItsTarget()), SIZE,
                SIZE);
        for (int i = 0; i < 20; i++) {
            int size = SIZE + i;
            Fx.run(() -> stage.setWidth(size));
            Fx.snapshot(new StackPane(new ImageView(Fx.image(10 + i, 10, PATTERN))));
            Fx.pulses(1);
        }
        Fx.run(stage::hide);
        Fx.pulses(3);

        Map<String, Long> habits = new TreeMap<>();
        MacSim.habits().forEach(name -> habits.put(name, MacSim.habit(name)));
        assertThat(MacSim.offences()).as("what is not listed").isEmpty();
        assertThat(habits).as("what is listed").isNotEmpty()
                .allSatisfy((name, count) -> assertThat(count).as(name).isPositive());
        assertThat(MacSim.leaks()).isEmpty();
    }

    private static Node shadow(Node node) {
        node.setEffect(new DropShadow(5, Color.BLACK));
        return node;
    }

    private static Node blurred(Node node) {
        node.setEffect(new GaussianBlur(3));
        return node;
    }

    /** A clip of a canvas's that begins left of its target, ends inside and is wider than it (JDK-8369348). */
    private static Node clippedBeyondItsTarget() {
        Canvas canvas = new Canvas(20, 20);
        GraphicsContext graphics = canvas.getGraphicsContext2D();
        graphics.beginPath();
        graphics.rect(-10 * SIZE, 0, 10 * SIZE + 10, 20);
        graphics.clip();
        graphics.fillRect(0, 0, 20, 20);
        return canvas;
    }

    /** An ordinary application of MoltenVK's: a device, an image, and their end. */
    @Test
    void moltenvk_alone_has_no_habits() {
        Map<String, Long> before = new TreeMap<>();
        MacSim.habits().forEach(name -> before.put(name, MacSim.habit(name)));
        try (ValidatedVulkan vulkan = new ValidatedVulkan(); var stack = stackPush()) {
            var image = stack.mallocLong(1);
            VkImageCreateInfo info = VkImageCreateInfo.calloc(stack).sType$Default().imageType(VK10.VK_IMAGE_TYPE_2D)
                    .format(VK10.VK_FORMAT_B8G8R8A8_UNORM).mipLevels(1).arrayLayers(1)
                    .samples(VK10.VK_SAMPLE_COUNT_1_BIT).usage(VK10.VK_IMAGE_USAGE_SAMPLED_BIT);
            info.extent().set(SIZE, SIZE, 1);
            assertThat(VK10.vkCreateImage(vulkan.lwjglDevice(), info, null, image)).isEqualTo(VK10.VK_SUCCESS);
            VK10.vkDestroyImage(vulkan.lwjglDevice(), image.get(0), null);
            VK10.vkDeviceWaitIdle(vulkan.lwjglDevice());
            Reference.reachabilityFence(info);
        }
        assertThat(MacSim.offences()).isEmpty();
        assertThat(MacSim.leaks()).isEmpty();
        before.forEach((name, count) -> assertThat(MacSim.habit(name)).as(name).isEqualTo(count));
    }
}
