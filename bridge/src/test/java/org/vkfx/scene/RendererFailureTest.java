package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vkfx.scene.Misuse.assertFails;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;
import org.vkfx.Frame;
import org.vkfx.FrameRate;
import org.vkfx.FrameRenderer;
import org.vkfx.InteropKind;
import org.vkfx.SwapchainImages;

/** Code of the application that throws, in each place where the bridge calls it: told once, and the view goes on. */
@Needs({Machine.VULKAN, Machine.WINDOW})
class RendererFailureTest {
    private enum Callback {
        IMAGES_CHANGED, RENDER, CLOSE
    }

    /** Throws in one of its methods, discards its frames. */
    private record Throwing(Callback where, Throwable what, AtomicInteger closes) implements FrameRenderer {
        Throwing(Callback where, Throwable what) {
            this(where, what, new AtomicInteger());
        }

        private void call(Callback now) {
            if (now == where) {
                sneak(what);
            }
        }

        @Override
        public void imagesChanged(SwapchainImages images) {
            call(Callback.IMAGES_CHANGED);
        }

        @Override
        public void render(Frame frame) {
            call(Callback.RENDER);
            frame.discard();
        }

        @Override
        public void close() {
            closes.incrementAndGet();
            call(Callback.CLOSE);
        }
    }

    /** Throws it, declared or not. */
    @SuppressWarnings("unchecked")
    static <T extends Throwable> void sneak(Throwable e) throws T {
        throw (T) e;
    }

    static Stream<Arguments> failures() {
        return Stream.of(Callback.values())
                .flatMap(where -> Stream
                        .of(new IllegalStateException("mine"), new IOException("mine"), new StackOverflowError("mine"))
                        .map(what -> Arguments.of(where, what)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void what_a_renderer_throws_is_told_once_and_another_one_works(Callback where, Throwable what) {
        try (ViewFixture fixture = new ViewFixture(); Logged log = new Logged()) {
            Throwing renderer = new Throwing(where, what);
            VulkanView view = fixture.view(renderer);
            List<BridgeException> errors = Fx.call(() -> {
                List<BridgeException> told = new ArrayList<>();
                view.errorProperty().subscribe(e -> {
                    if (e != null) {
                        told.add(e);
                    }
                });
                return told;
            });
            Stage stage = fixture.show(new StackPane(view), 60, 60);
            if (where != Callback.CLOSE) {
                assertFails(view, Reason.RENDERER_FAILED, Throwing.class.getName(), what.toString(),
                        "set another renderer");
                assertThat(view.getError()).hasCause(what);
                log.assertOnce(what.toString(), "set another renderer");
            }
            Fx.run(() -> stage.setWidth(80)); // other images do not bring it back
            Fx.pulses(10);
            TestRenderer good = TestRenderer.numbers(fixture.vulkan());
            Fx.run(() -> view.setRenderer(good));
            ViewFixture.awaitSize(view, good, 80, 60);
            assertThat(view.getError()).isNull();
            assertThat(errors).hasSize(where == Callback.CLOSE ? 0 : 1);
            assertThat(renderer.closes).hasValue(1);
            if (where == Callback.CLOSE) {
                log.assertOnce(Throwing.class.getName(), "threw in close()");
            } else {
                log.assertOnce(what.toString());
            }
        }
    }

    @Test
    void a_renderer_that_throws_a_bridge_exception_is_told_by_it() {
        BridgeException lost = new BridgeException(Reason.DEVICE_LOST, "Lost in vkQueueSubmit. Make another device.");
        try (ViewFixture fixture = new ViewFixture(); Logged log = new Logged()) {
            VulkanView view = fixture.view(new Throwing(Callback.RENDER, lost));
            fixture.show(new StackPane(view), 60, 60);
            assertThat(Misuse.awaitError(view)).isSameAs(lost);
            log.assertOnce("Lost in vkQueueSubmit");
        }
    }

    /** As when a first line is logged while no file can be opened. */
    @ParameterizedTest
    @EnumSource
    void logging_that_throws_stops_nothing(Callback where) {
        Logger logger = Logger.getLogger("org.vkfx");
        Handler throwing = new StreamHandler() {
            @Override
            public void publish(LogRecord line) {
                throw new NoClassDefFoundError("java/util/logging/ErrorManager");
            }
        };
        logger.addHandler(throwing);
        try (ViewFixture fixture = new ViewFixture()) {
            Throwing renderer = new Throwing(where, new IllegalStateException("mine"));
            TestRenderer neighbour = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(renderer);
            VulkanView other = fixture.view(neighbour);
            fixture.show(new HBox(view, other), 120, 60);
            if (where != Callback.CLOSE) {
                assertFails(view, Reason.RENDERER_FAILED, "mine");
            }
            ViewFixture.awaitFrames(other, 3);
            TestRenderer good = TestRenderer.numbers(fixture.vulkan());
            Fx.run(() -> view.setRenderer(good));
            ViewFixture.awaitFrames(view, 3);
            ViewFixture.awaitFrames(other, 3);
            assertThat(renderer.closes).hasValue(1);
        } finally {
            logger.removeHandler(throwing);
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_exception_that_cannot_be_printed_stops_nothing(Callback where) {
        RuntimeException unprintable = new RuntimeException("mine") {
            private static final long serialVersionUID = 1L;

            @Override
            public String toString() {
                throw new IllegalStateException("no text");
            }
        };
        try (ViewFixture fixture = new ViewFixture()) {
            Throwing renderer = new Throwing(where, unprintable);
            VulkanView view = fixture.view(renderer);
            fixture.show(new StackPane(view), 60, 60);
            if (where != Callback.CLOSE) {
                assertFails(view, Reason.RENDERER_FAILED, unprintable.getClass().getName());
            }
            Fx.run(() -> view.setRenderer(TestRenderer.numbers(fixture.vulkan())));
            ViewFixture.awaitFrames(view, 3);
            assertThat(renderer.closes).hasValue(1);
        }
    }

    /** What forgets the error starts again. */
    @Test
    void another_kind_of_interop_calls_a_renderer_again_that_has_thrown() {
        AtomicInteger calls = new AtomicInteger();
        try (ViewFixture fixture = new ViewFixture()) {
            TestRenderer good = TestRenderer.numbers(fixture.vulkan());
            VulkanView view = fixture.view(good.around(() -> {
                if (calls.incrementAndGet() == 1) {
                    throw new IllegalStateException("only once");
                }
            }, () -> {
            }));
            fixture.show(new StackPane(view), 60, 60);
            assertFails(view, Reason.RENDERER_FAILED, "only once");
            Fx.run(() -> view.setInteropKind(
                    view.getInteropKind() == InteropKind.AUTO ? ViewFixture.KIND : InteropKind.AUTO));
            ViewFixture.awaitFrames(view, 3);
            assertThat(good.isClosed()).isFalse();
        }
    }

    @Test
    void listeners_that_throw_stop_nothing() {
        CompletableFuture<Void> threw = new CompletableFuture<>();
        Fx.run(() -> Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> threw.complete(null)));
        try (ViewFixture fixture = new ViewFixture()) {
            for (Throwable what : List.of(new IllegalStateException("mine"), new Error("mine"))) {
                TestRenderer renderer = TestRenderer.numbers(fixture.vulkan());
                VulkanView view = Fx.call(() -> {
                    VulkanView made = new VulkanView();
                    made.interopProperty().subscribe(kind -> {
                        if (kind != null) {
                            sneak(what);
                        }
                    });
                    made.setDevice(fixture.vulkan().device());
                    made.setRenderer(renderer);
                    return made;
                });
                fixture.show(new StackPane(view), 60, 60);
                ViewFixture.awaitFrames(view, 3);
                view.whenClosed().thenRun(() -> sneak(what));
                view.close();
                Fx.get(view.whenClosed());
                assertThat(renderer.isClosed()).isTrue();
            }
            Fx.get(threw);
        } finally {
            Fx.run(() -> Thread.currentThread().setUncaughtExceptionHandler(null));
        }
    }

    /** The pulses have come to rest, as a frame was under way: nothing else would have the next one asked for. */
    @Test
    void a_renderer_that_discards_when_no_pulse_comes_any_more_is_asked_again() {
        AtomicInteger calls = new AtomicInteger();
        Semaphore allowed = new Semaphore(0);
        FrameRenderer late = new FrameRenderer() {
            @Override
            public void imagesChanged(SwapchainImages images) {
            }

            @Override
            public void render(Frame frame) {
                calls.incrementAndGet();
                allowed.acquireUninterruptibly();
                frame.discard();
            }
        };
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(late);
            Stage stage = fixture.show(new StackPane(view), 60, 60);
            for (int i = 1; i <= 3; i++) {
                int call = i;
                Fx.awaitQuietly("call " + call, () -> calls.get() == call);
                assertThat(IntStream.range(0, 50)
                        .anyMatch(n -> Fx.pulsesIn(stage.getScene(), Duration.ofMillis(100)) == 0))
                        .as("pulses rest").isTrue();
                allowed.release();
            }
        } finally {
            allowed.release(1000);
        }
    }

    @Test
    void a_renderer_that_always_discards_while_running_continuously_is_called_once_a_pulse() {
        AtomicInteger calls = new AtomicInteger();
        FrameRenderer idle = new FrameRenderer() {
            @Override
            public void imagesChanged(SwapchainImages images) {
            }

            @Override
            public void render(Frame frame) {
                calls.incrementAndGet();
                frame.discard();
            }
        };
        try (ViewFixture fixture = new ViewFixture()) {
            VulkanView view = fixture.view(idle);
            view.setFrameRate(FrameRate.ON_DEMAND);
            fixture.show(new StackPane(view), 60, 60);
            Fx.await("the first frame", () -> calls.get() > 0);
            Fx.run(() -> view.setFrameRate(FrameRate.CONTINUOUS));
            int before = calls.get();
            Fx.pulses(30);
            assertThat(calls.get() - before).isBetween(2, 35);
        }
    }
}
