package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.vkfx.BridgeException;
import org.vkfx.BridgeException.Reason;

/** What tests say about a BridgeException: its reason, what is wrong, what to do. */
final class Misuse {
    private Misuse() {
    }

    static void assertMisuse(ThrowingCallable call, Reason reason, String... texts) {
        assertThatExceptionOfType(BridgeException.class).isThrownBy(call).satisfies(e -> assertSays(e, reason, texts));
    }

    static void assertSays(BridgeException e, Reason reason, String... texts) {
        assertThat(e).hasMessageContainingAll(texts);
        assertThat(e.reason()).isEqualTo(reason);
    }

    /** Waits for a view's error. */
    static BridgeException awaitError(VulkanView view) {
        Fx.await("an error", () -> view.getError() != null);
        return view.getError();
    }

    static void assertFails(VulkanView view, Reason reason, String... texts) {
        assertSays(awaitError(view), reason, texts);
    }
}
