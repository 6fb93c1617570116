package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import javafx.fxml.FXMLLoader;
import javafx.scene.control.SplitPane;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vkfx.AlphaMode;
import org.vkfx.FrameRate;
import org.vkfx.InteropKind;
import org.vkfx.PixelFormat;
import org.vkfx.PresentMode;

/** A view in FXML: every property that markup can name. */
@Tag("node")
class FxmlTest {
    private static <T> T load(String fxml) {
        return Fx.call(() -> new FXMLLoader().load(new ByteArrayInputStream(fxml.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void attributes_set_the_properties() throws IOException {
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
}
