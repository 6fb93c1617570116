/** An application on the module path. */
module example.viewer {
    requires org.lwjgl.vulkan;
    requires org.vkfx.bridge; // and with it javafx.graphics

    exports example.viewer to javafx.graphics; // which makes the Application
}
