package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.layout.HBox;
import javafx.scene.robot.Robot;
import javafx.stage.Stage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The keyboard finds a view when the program wants it to. */
@Tag("node")
@Needs({Machine.VULKAN, Machine.WINDOW})
class FocusTest {
    private final ViewFixture fixture = new ViewFixture();
    private final VulkanView view = fixture.view(TestRenderer.numbers(fixture.vulkan()));
    private final Button before = Fx.call(() -> new Button("before"));
    private final Button after = Fx.call(() -> new Button("after"));
    private final Robot robot = Fx.call(Robot::new);
    private final List<KeyCode> pressed = new CopyOnWriteArrayList<>();

    @BeforeEach
    void show() {
        Fx.run(() -> {
            view.setPrefSize(100, 100);
            view.addEventHandler(KeyEvent.KEY_PRESSED, e -> pressed.add(e.getCode()));
        });
        Stage stage = fixture.show(Fx.call(() -> new HBox(before, view, after)), 400, 100);
        Fx.run(() -> {
            robot.mouseMove(view.localToScreen(50, 50)); // without a window manager keys go where the mouse is
            stage.requestFocus();
        });
        Fx.await("the window has the focus", stage::isFocused);
        Fx.run(before::requestFocus);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void type(KeyCode key) {
        Fx.run(() -> robot.keyType(key));
    }

    private void awaitFocus(Node node) {
        Fx.await("the focus", node::isFocused);
    }

    @Test
    void as_a_canvas_a_view_is_not_traversed_and_a_press_leaves_the_focus_where_it_is() {
        assertThat(view.isFocusTraversable()).isFalse();
        type(KeyCode.TAB);
        awaitFocus(after);
        Fx.run(() -> robot.mouseClick(MouseButton.PRIMARY));
        Fx.pulses(5);
        assertThat(after.isFocused()).isTrue();
    }

    @Test
    void keys_arrive_after_request_focus() {
        view.setOnMousePressed(_ -> view.requestFocus());
        Fx.run(() -> robot.mouseClick(MouseButton.PRIMARY));
        awaitFocus(view);
        type(KeyCode.W);
        Fx.await("W", () -> pressed.contains(KeyCode.W));
        Fx.run(after::requestFocus);
        type(KeyCode.A);
        Fx.pulses(5);
        assertThat(pressed).containsExactly(KeyCode.W);
    }

    @Test
    void a_traversable_view_is_in_tabs_order() {
        Fx.run(() -> view.setFocusTraversable(true));
        type(KeyCode.TAB);
        awaitFocus(view);
        type(KeyCode.TAB);
        awaitFocus(after);
    }
}
