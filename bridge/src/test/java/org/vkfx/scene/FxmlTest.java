package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntBinaryOperator;

import javafx.fxml.FXMLLoader;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.StackPane;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.AlphaMode;
import org.vkfx.BridgeException;
import org.vkfx.FrameRate;
import org.vkfx.InteropKind;
import org.vkfx.PixelFormat;
import org.vkfx.PresentMode;

/** A view in FXML: every property that markup can name. */
@Tag("node")
@Needs({Machine.VULKAN, Machine.WINDOW})
class FxmlTest {
    private static <T> T load(String fxml) {
        return Fx.call(() -> new FXMLLoader().load(new ByteArrayInputStream(fxml.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void attributes_set_the_properties() {
        SplitPane pane = load("""
                <?import javafx.scene.control.SplitPane?>
                <?import org.vkfx.scene.VulkanView?>
                <SplitPane xmlns="http://javafx.com/javafx">
                    <VulkanView presentMode="FIFO" pixelFormat="RGBA8" alphaMode="PREMULTIPLIED" frameRate="ON_DEMAND"
                        interopKind="HOST" imageCount="3" resolutionScale="0.5" smooth="false" prefWidth="123"
                        styleClass="vulkan-view,left" focusTraversable="true"/>
                </SplitPane>
                """);
        VulkanView view = (VulkanView) pane.getItems().getFirst();
        assertThat(view.getPresentMode()).isEqualTo(PresentMode.FIFO);
        assertThat(view.getPixelFormat()).isEqualTo(PixelFormat.RGBA8);
        assertThat(view.getAlphaMode()).isEqualTo(AlphaMode.PREMULTIPLIED);
        assertThat(view.getFrameRate()).isEqualTo(FrameRate.ON_DEMAND);
        assertThat(view.getInteropKind()).isEqualTo(InteropKind.HOST);
        assertThat(view.getImageCount()).isEqualTo(3);
        assertThat(view.getResolutionScale()).isEqualTo(0.5);
        assertThat(view.isSmooth()).isFalse();
        assertThat(view.prefWidth(-1)).isEqualTo(123);
        assertThat(view.getStyleClass()).contains("vulkan-view", "left");
        assertThat(view.isFocusTraversable()).isTrue();
    }

    @Test
    void an_attribute_out_of_range_is_refused_with_what_to_do() {
        assertThatThrownBy(() -> load("""
                <?import org.vkfx.scene.VulkanView?>
                <VulkanView imageCount="1"/>
                """)).hasRootCauseInstanceOf(BridgeException.class).rootCause().hasMessageContaining("Use 2 to 16");
    }

    @Test
    void a_loaded_view_shows_frames_and_takes_its_style_from_a_sheet() {
        IntBinaryOperator pattern = (x, y) -> 0xff000000 | x << 16 | y << 8 | 0x5a;
        try (ViewFixture fixture = new ViewFixture()) {
            StackPane root = load("""
                    <?import javafx.scene.layout.StackPane?>
                    <?import org.vkfx.scene.VulkanView?>
                    <StackPane xmlns="http://javafx.com/javafx"><VulkanView/></StackPane>
                    """);
            VulkanView view = (VulkanView) root.getChildren().getFirst();
            TestRenderer renderer = TestRenderer.pattern(fixture.vulkan(), pattern);
            fixture.show(root, 90, 70);
            Fx.run(() -> {
                root.getStylesheets().add("data:text/css,.vulkan-view{-fx-padding:10;-fx-background-color:lime}");
                view.setDevice(fixture.vulkan().device());
                view.setRenderer(renderer);
            });
            ViewFixture.awaitPattern(view, (x, y) -> x < 10 || y < 10 || x >= 80 || y >= 60 ? 0xff00ff00
                    : pattern.applyAsInt(x - 10, y - 10));
            Fx.run(view::close);
            Fx.get(view.whenClosed());
        }
    }
}
