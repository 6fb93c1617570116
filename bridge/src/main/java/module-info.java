/** Shows Vulkan rendering inside JavaFX, without copying pixels where the platform allows it. */
module org.vkfx.bridge {
    requires transitive javafx.graphics;
    requires static com.sun.jna; // what Rococoa's types are made of
    requires static rococoa.core;

    exports org.vkfx;
    exports org.vkfx.scene;
}
