package example;

import javafx.application.Application;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;
import org.lwjgl.vulkan.VK;
import org.vkfx.VulkanDevice;
import org.vkfx.scene.Interop;
import org.vkfx.scene.VulkanView;

/**
 * A window with a view, on a device made by the bridge. With a number as argument it closes when it has shown that many
 * frames.
 */
public final class ClearWindow extends Application {
    @Override
    public void start(Stage stage) {
        VK.getFunctionProvider(); // LWJGL opens Vulkan first: on macOS the bridge takes what is open
        VulkanDevice device = Interop.createDevice();
        VulkanView view = new VulkanView();
        view.setDevice(device);
        view.setRenderer(new ClearRenderer(device));
        view.interopReportProperty().subscribe(report -> {
            if (report != null) {
                System.out.println(report);
            }
        });
        view.errorProperty().subscribe(error -> {
            if (error != null) {
                System.err.println(error.reason() + ": " + error.getMessage());
            }
        });
        stage.setScene(new Scene(new StackPane(view), 640, 480));
        stage.setOnHidden(event -> {
            view.close();
            device.close(); // takes effect when the view has let go
        });
        stage.show();
        for (String frames : getParameters().getUnnamed()) {
            view.frameStatisticsProperty().subscribe(statistics -> {
                if (statistics.displayed() >= Long.parseLong(frames)) {
                    System.out.println("shown by " + view.getInterop());
                    Platform.exit();
                }
            });
        }
    }
}
