package example.viewer;

import javafx.application.Application;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;
import org.vkfx.PresentMode;
import org.vkfx.scene.Interop;
import org.vkfx.scene.VulkanView;

/**
 * A window with a view, on a device made by LWJGL, with a render loop of its own. With a number as argument it closes
 * when it has shown that many frames.
 */
public final class ViewerApp extends Application {
    @Override
    public void start(Stage stage) {
        VulkanView view = new VulkanView();
        view.setPresentMode(PresentMode.FIFO); // every frame is shown, so the loop goes at JavaFX's pace
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
        stage.setOnHidden(event -> view.close()); // ends the loop, which closes the device
        stage.show();
        // On the GPU that JavaFX renders with, because zero copies are possible on no other.
        Interop.probe().thenAccept(report -> Platform.runLater(() -> {
            Gpu gpu = new Gpu(report);
            view.setDevice(gpu.device());
            new ClearLoop(gpu, view.getSwapchain()).start();
        })).exceptionally(e -> {
            System.err.println(e.getMessage());
            Platform.exit();
            return null;
        });
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
