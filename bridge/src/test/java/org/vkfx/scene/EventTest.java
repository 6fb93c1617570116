package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import javafx.event.Event;
import javafx.event.EventHandler;
import javafx.event.EventType;
import javafx.geometry.Insets;
import javafx.geometry.NodeOrientation;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Tooltip;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.ContextMenuEvent;
import javafx.scene.input.DragEvent;
import javafx.scene.input.GestureEvent;
import javafx.scene.input.InputEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.PickResult;
import javafx.scene.input.RotateEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.input.SwipeEvent;
import javafx.scene.input.TouchEvent;
import javafx.scene.input.TouchPoint;
import javafx.scene.input.TransferMode;
import javafx.scene.input.ZoomEvent;
import javafx.scene.layout.Background;
import javafx.scene.layout.Pane;
import javafx.scene.paint.Color;
import javafx.scene.robot.Robot;
import javafx.scene.shape.Rectangle;
import javafx.scene.transform.Rotate;
import javafx.scene.transform.Scale;
import javafx.util.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Input finds a view as it finds any node, in the view's coordinates: never what is inside it. */
@Tag("node")
@Needs({Machine.VULKAN, Machine.WINDOW})
class EventTest {
    private static final boolean HEADLESS = "Headless".equals(System.getProperty("glass.platform"));
    private static final double WIDTH = 200;
    private static final double HEIGHT = 100;
    private static final double PADDING = 10;
    /** X11 keeps the mouse's place as a fraction of the screen and so may be a pixel off. */
    private static final double ROUNDING = 1.5;

    private final ViewFixture fixture = new ViewFixture();
    private final TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
    private final VulkanView view = fixture.view(renderer);
    private final Pane root = Fx.call(Pane::new);
    private final Robot robot = Fx.call(Robot::new);
    private final List<InputEvent> events = new CopyOnWriteArrayList<>();
    private double parked;

    @BeforeEach
    void show() {
        Fx.run(() -> {
            view.setPadding(new Insets(PADDING));
            view.resizeRelocate(50, 40, WIDTH, HEIGHT);
            view.setManaged(false);
            root.getChildren().add(view);
            view.addEventHandler(InputEvent.ANY, events::add);
        });
        fixture.show(root, 600, 400);
        ViewFixture.awaitFrames(view, 1);
        park();
        events.clear();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Moves the mouse off the view, each time to another place: one that stays where it is causes no event. */
    private void park() {
        parked = parked == 580 ? 590 : 580;
        moveTo(new Point2D(parked, 390));
        assertThat(view.isHover()).isFalse();
    }

    private Node moveTo(double x, double y) {
        return moveTo(Fx.call(() -> view.localToScreen(x, y)));
    }

    /** Moves the mouse, waits until it is there, and returns what it finds. */
    private Node moveTo(Point2D screen) {
        Node[] found = {null};
        EventHandler<MouseEvent> filter = e -> {
            if (screen.distance(e.getScreenX(), e.getScreenY()) <= ROUNDING) {
                found[0] = e.getPickResult().getIntersectedNode();
            }
        };
        Fx.run(() -> {
            root.getScene().addEventFilter(MouseEvent.ANY, filter);
            robot.mouseMove(screen.add(0.25, 0.25)); // robots cut off fractions, and 80 may be 79.999
        });
        Fx.await("the mouse at " + screen, () -> found[0] != null);
        Fx.run(() -> root.getScene().removeEventFilter(MouseEvent.ANY, filter));
        return found[0];
    }

    /** Waits for an event of a type, and forgets those before it. */
    private <E extends InputEvent> E next(EventType<E> type, Class<E> as) {
        Fx.await(type.toString(), () -> events.stream().anyMatch(e -> e.getEventType() == type));
        InputEvent found = events.stream().filter(e -> e.getEventType() == type).findFirst().orElseThrow();
        events.removeAll(new ArrayList<>(events.subList(0, events.indexOf(found) + 1)));
        return as.cast(found);
    }

    private MouseEvent nextMouse(EventType<MouseEvent> type) {
        return next(type, MouseEvent.class);
    }

    private void assertOf(MouseEvent event, double x, double y) {
        assertThat(event.getTarget()).isSameAs(view);
        assertThat(event.getPickResult().getIntersectedNode()).isSameAs(view);
        assertAt(event.getX(), event.getY(), x, y);
        assertThat(view.localToPixels(new Point2D(event.getX(), event.getY())))
                .isEqualTo(new Point2D(event.getX() - PADDING, event.getY() - PADDING));
    }

    private static void assertAt(double x, double y, double wantedX, double wantedY) {
        assertThat(new Point2D(x, y).distance(wantedX, wantedY)).as("from " + x + ", " + y)
                .isLessThanOrEqualTo(ROUNDING);
    }

    /** What the mouse finds at a point of the view. */
    private Node pick(double x, double y) {
        park();
        return moveTo(x, y);
    }

    @Test
    void the_mouse_enters_moves_presses_drags_and_leaves_in_the_views_coordinates() {
        moveTo(30, 20);
        nextMouse(MouseEvent.MOUSE_ENTERED);
        assertOf(nextMouse(MouseEvent.MOUSE_MOVED), 30, 20);
        Fx.run(() -> robot.mousePress(MouseButton.PRIMARY));
        MouseEvent pressed = nextMouse(MouseEvent.MOUSE_PRESSED);
        assertOf(pressed, 30, 20);
        assertThat(pressed.getButton()).isEqualTo(MouseButton.PRIMARY);
        Fx.run(() -> robot.mouseRelease(MouseButton.PRIMARY));
        assertOf(nextMouse(MouseEvent.MOUSE_RELEASED), 30, 20);
        assertOf(nextMouse(MouseEvent.MOUSE_CLICKED), 30, 20);
        moveTo(3, 3); // the padding is the view's, too
        assertOf(nextMouse(MouseEvent.MOUSE_MOVED), 3, 3);
        moveTo(-5, 3);
        nextMouse(MouseEvent.MOUSE_EXITED);
        assertThat(view.isHover()).isFalse();
    }

    @Test
    void a_drag_goes_on_outside_the_view() {
        assumeFalse(HEADLESS, "JavaFX's headless robot does not drag");
        moveTo(30, 20);
        Fx.run(() -> robot.mousePress(MouseButton.PRIMARY));
        nextMouse(MouseEvent.MOUSE_PRESSED);
        moveTo(60, 70);
        assertOf(nextMouse(MouseEvent.MOUSE_DRAGGED), 60, 70);
        moveTo(WIDTH + 100, 70);
        MouseEvent outside = nextMouse(MouseEvent.MOUSE_DRAGGED);
        assertAt(outside.getX(), outside.getY(), WIDTH + 100, 70);
        Fx.run(() -> robot.mouseRelease(MouseButton.PRIMARY));
        MouseEvent released = nextMouse(MouseEvent.MOUSE_RELEASED);
        assertThat(released.getTarget()).isSameAs(view);
        assertAt(released.getX(), released.getY(), WIDTH + 100, 70);
    }

    @Test
    void transformed_views_get_their_own_coordinates() {
        Fx.run(() -> view.getTransforms().setAll(new Rotate(90, 0, 0), new Scale(2, 2)));
        Fx.run(() -> view.relocate(450, 20));
        Fx.pulses(2);
        moveTo(40, 30);
        assertOf(nextMouse(MouseEvent.MOUSE_MOVED), 40, 30);
        assertThat(pick(-3, 30)).isSameAs(root);
    }

    @Test
    void pixels_are_where_the_mouse_finds_them_whatever_the_orientation() {
        Fx.run(() -> {
            view.setRenderer(TestRenderer.pattern(fixture.vulkan(), PixelTest.NOISE));
            view.setPadding(new Insets(5, 10, 15, 50));
            view.setPickOnBounds(false);
        });
        ViewFixture.awaitFrames(view, view.getImageCount() + 1);
        for (NodeOrientation scene : NodeOrientation.values()) {
            for (NodeOrientation parent : NodeOrientation.values()) {
                for (NodeOrientation itself : NodeOrientation.values()) {
                    Fx.run(() -> {
                        view.getScene().setNodeOrientation(scene);
                        root.setNodeOrientation(parent);
                        view.setNodeOrientation(itself);
                    });
                    String name = itself + " in a parent " + parent + " in a scene " + scene;
                    assertThat(view.getEffectiveNodeOrientation()).as(name).isEqualTo(Stream.of(itself, parent, scene)
                            .filter(o -> o != NodeOrientation.INHERIT).findFirst()
                            .orElse(NodeOrientation.LEFT_TO_RIGHT));
                    Fx.run(() -> view.setRotate(0));
                    assertPixelsFound(name);
                    Fx.run(() -> view.setRotate(90));
                    assertPixelsFound(name + ", rotated");
                }
            }
        }
    }

    private void assertPixelsFound(String name) {
        Fx.pulses(2);
        assertThat(pick(25, 50)).as("the padding on the left, " + name).isSameAs(root);
        assertThat(pick(WIDTH - 25, 50)).as("the images on the right, " + name).isSameAs(view);
        for (Point2D pixel : List.of(new Point2D(0.5, 0.5), new Point2D(30.5, 20.5), new Point2D(139.5, 79.5))) {
            Point2D local = Fx.call(() -> view.pixelsToLocal(pixel));
            assertThat(view.localToPixels(local)).as(name).isEqualTo(pixel);
            Point2D screen = Fx.call(() -> view.localToScreen(local));
            assertThat(Fx.screen((int) screen.getX(), (int) screen.getY(), 1, 1).at(0, 0)).as(pixel + ", " + name)
                    .isEqualTo(PixelTest.NOISE.applyAsInt((int) pixel.getX(), (int) pixel.getY()));
        }
        park();
        events.clear();
        moveTo(90, 40);
        MouseEvent moved = nextMouse(MouseEvent.MOUSE_MOVED);
        Point2D pixel = view.localToPixels(new Point2D(moved.getX(), moved.getY()));
        assertThat(pixel.distance(40, 35)).as(pixel + ", " + name).isLessThanOrEqualTo(ROUNDING);
    }

    @Test
    void a_mouse_transparent_view_lets_events_through() {
        Rectangle behind = new Rectangle(50, 40, WIDTH, HEIGHT);
        Fx.run(() -> root.getChildren().addFirst(behind));
        assertThat(pick(50, 50)).isSameAs(view);
        Fx.run(() -> view.setMouseTransparent(true));
        assertThat(pick(50, 50)).isSameAs(behind);
        assertThat(events).allSatisfy(e -> assertThat(e.getTarget()).isSameAs(view));
    }

    @Test
    void with_pick_on_bounds_off_a_view_is_picked_where_it_shows_something() {
        assertThat(pick(2, 50)).as("the padding, by the bounds").isSameAs(view);
        Fx.run(() -> view.setPickOnBounds(false));
        assertThat(pick(2, 50)).as("the padding").isSameAs(root);
        assertThat(pick(PADDING + 2, 50)).as("the images").isSameAs(view);
        Fx.run(() -> view.setClip(new Rectangle(0, 0, 100, HEIGHT)));
        assertThat(pick(90, 50)).as("inside the clip").isSameAs(view);
        assertThat(pick(110, 50)).as("outside the clip").isSameAs(root);
        Fx.run(() -> view.setBackground(Background.fill(Color.RED)));
        assertThat(pick(2, 50)).as("the background").isSameAs(view);
        Fx.run(() -> {
            view.setBackground(null);
            view.setDevice(null);
        });
        assertThat(pick(50, 50)).as("nothing to see").isSameAs(root);
    }

    @Test
    void the_wheel_scrolls() {
        moveTo(30, 20);
        nextMouse(MouseEvent.MOUSE_MOVED);
        Fx.run(() -> robot.mouseWheel(1));
        ScrollEvent scrolled = next(ScrollEvent.SCROLL, ScrollEvent.class);
        assertThat(scrolled.getTarget()).isSameAs(view);
        assertThat(scrolled.getDeltaY()).isNegative();
        assertAt(scrolled.getX(), scrolled.getY(), 30, 20);
    }

    @Test
    void touches_and_gestures_arrive_in_the_views_coordinates() {
        Point2D scene = Fx.call(() -> view.localToScene(30, 20));
        PickResult pick = new PickResult(view, scene.getX(), scene.getY());
        double x = scene.getX();
        double y = scene.getY();
        TouchPoint point = new TouchPoint(1, TouchPoint.State.PRESSED, x, y, x, y, view, pick);
        Fx.run(() -> {
            Event.fireEvent(view, new ZoomEvent(ZoomEvent.ZOOM, x, y, x, y, false, false, false, false, true, false, 2,
                    2, pick));
            Event.fireEvent(view, new RotateEvent(RotateEvent.ROTATE, x, y, x, y, false, false, false, false, true,
                    false, 9, 9, pick));
            Event.fireEvent(view, new SwipeEvent(SwipeEvent.SWIPE_LEFT, x, y, x, y, false, false, false, false, true, 3,
                    pick));
            Event.fireEvent(view, new TouchEvent(TouchEvent.TOUCH_PRESSED, point, List.of(point), 1, false, false,
                    false, false));
        });
        assertThat(next(ZoomEvent.ZOOM, ZoomEvent.class).getZoomFactor()).isEqualTo(2);
        GestureEvent rotated = next(RotateEvent.ROTATE, RotateEvent.class);
        assertThat(new Point2D(rotated.getX(), rotated.getY())).isEqualTo(new Point2D(30, 20));
        assertThat(next(SwipeEvent.SWIPE_LEFT, SwipeEvent.class).getTouchCount()).isEqualTo(3);
        TouchEvent touched = next(TouchEvent.TOUCH_PRESSED, TouchEvent.class);
        assertThat(touched.getTouchPoint().belongsTo(view)).isTrue();
        assertThat(new Point2D(touched.getTouchPoint().getX(), touched.getTouchPoint().getY()))
                .isEqualTo(new Point2D(30, 20));
    }

    @Test
    void the_right_button_asks_for_a_context_menu_which_opens_over_the_view() {
        ContextMenu menu = Fx.call(() -> new ContextMenu(new MenuItem("Reset camera")));
        view.addEventHandler(ContextMenuEvent.CONTEXT_MENU_REQUESTED,
                e -> menu.show(view, e.getScreenX(), e.getScreenY()));
        moveTo(30, 20);
        nextMouse(MouseEvent.MOUSE_MOVED);
        Fx.run(() -> {
            robot.mousePress(MouseButton.SECONDARY);
            robot.mouseRelease(MouseButton.SECONDARY);
        });
        ContextMenuEvent asked = next(ContextMenuEvent.CONTEXT_MENU_REQUESTED, ContextMenuEvent.class);
        assertAt(asked.getX(), asked.getY(), 30, 20);
        Fx.await("the menu", menu::isShowing);
        ViewFixture.awaitFrames(view, 3); // goes on beneath it
        Fx.run(menu::hide);
    }

    @Test
    void a_tooltip_is_shown_while_the_mouse_rests_on_a_view() {
        Tooltip tip = Fx.call(() -> new Tooltip("40 fps"));
        Fx.run(() -> {
            tip.setShowDelay(Duration.ONE);
            Tooltip.install(view, tip);
        });
        moveTo(30, 20);
        Fx.await("the tooltip", tip::isShowing);
        Fx.run(() -> Tooltip.uninstall(view, tip));
        Fx.run(tip::hide);
    }

    @Test
    void something_is_dragged_from_one_view_and_dropped_on_another() {
        assumeFalse(HEADLESS, "JavaFX's headless robot does not drag");
        VulkanView target = fixture.view(TestRenderer.numbers(fixture.vulkan()));
        Fx.run(() -> {
            target.resizeRelocate(300, 200, WIDTH, HEIGHT);
            target.setManaged(false);
            root.getChildren().add(target);
            view.setOnDragDetected(e -> {
                ClipboardContent content = new ClipboardContent();
                content.putString("a lamp");
                view.startDragAndDrop(TransferMode.COPY).setContent(content);
                e.consume();
            });
            target.setOnDragOver(e -> e.acceptTransferModes(TransferMode.COPY));
            target.setOnDragDropped(e -> {
                events.add(e);
                e.setDropCompleted(e.getDragboard().getString().equals("a lamp"));
            });
        });
        ViewFixture.awaitFrames(target, 1);
        moveTo(30, 20);
        Fx.run(() -> robot.mousePress(MouseButton.PRIMARY));
        Fx.run(() -> robot.mouseMove(view.localToScreen(60, 50)));
        nextMouse(MouseEvent.DRAG_DETECTED);
        Point2D goal = Fx.call(() -> target.localToScreen(70, 60));
        for (int i = 3; i >= 0; i--) { // the platform sees a drag by movements
            int back = i;
            Fx.run(() -> robot.mouseMove(goal.subtract(back, back)));
            Fx.pulses(3);
        }
        Fx.run(() -> robot.mouseRelease(MouseButton.PRIMARY));
        DragEvent dropped = next(DragEvent.DRAG_DROPPED, DragEvent.class);
        assertAt(dropped.getX(), dropped.getY(), 70, 60);
        DragEvent done = next(DragEvent.DRAG_DONE, DragEvent.class);
        assertThat(done.getTransferMode()).isEqualTo(TransferMode.COPY);
        ViewFixture.awaitFrames(view, 3);
    }
}
