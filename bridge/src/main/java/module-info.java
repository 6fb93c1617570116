/** Shows Vulkan rendering inside JavaFX, without copying pixels where the platform allows it. */
module org.vkfx.bridge {
    requires transitive javafx.graphics;

    exports org.vkfx;
    exports org.vkfx.scene;
}
