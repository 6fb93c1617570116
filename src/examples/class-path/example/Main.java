package example;

import javafx.application.Application;

/** Starts the application. Not the Application itself: java refuses to start one when JavaFX is on the class path. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) {
        Application.launch(ClearWindow.class, arguments);
    }
}
