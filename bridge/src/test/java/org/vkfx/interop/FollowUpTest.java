package org.vkfx.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;
import org.vkfx.BridgeException;
import org.vkfx.scene.Machine;
import org.vkfx.scene.Needs;
import org.vkfx.vulkan.FaultyVulkan;
import org.vkfx.vulkan.TimelineSemaphore;
import org.vkfx.vulkan.ValidatedVulkan;

/** What the bridge submits for a frame, by itself: nothing but a signal, which the test holds back. */
@Needs(Machine.VULKAN)
class FollowUpTest {
    private final FaultyVulkan watched = new FaultyVulkan();

    /** A signal, when the queue gets there. */
    private static final class Signal extends FollowUp {
        private final ValidatedVulkan vulkan;

        Signal(DeviceRuntime device, ValidatedVulkan vulkan) {
            super(device);
            this.vulkan = vulkan;
        }

        @Override
        protected void submit(TimelineSemaphore signalled, long value) {
            vulkan.submitSignal(semaphore(), value);
        }

        @Override
        protected void ended() {
            // nobody awaits it
        }

        @Override
        public void failed(BridgeException e) {
            throw e;
        }
    }

    @Test
    void closing_waits_for_what_is_under_way() {
        List<String> calls = new CopyOnWriteArrayList<>();
        try (ValidatedVulkan vulkan = new ValidatedVulkan(watched.address())) {
            DeviceRuntime device = DeviceRuntime.retain(vulkan.device());
            try (TimelineSemaphore gate = new TimelineSemaphore(device.context(), 0)) {
                FollowUp signal = new Signal(device, vulkan);
                vulkan.submitWait(gate.handle(), 1);
                signal.submit();
                watched.prepare("vkWaitSemaphores", arguments -> goOn(calls, "waits", vulkan, gate));
                // Nothing may be destroyed that is in use, whatever the test finds.
                watched.prepare("vkDestroySemaphore", arguments -> goOn(calls, "destroys", vulkan, gate));
                signal.close();
                signal.close();
                assertThat(calls).first().isEqualTo("waits");
                assertThat(calls.stream().filter("destroys"::equals)).as("destroyed once").hasSize(1);
            } finally {
                device.release();
            }
        }
        watched.assertBalanced();
    }

    /** The first call of either kind lets the queue go on, and sees it end. */
    private static void goOn(List<String> calls, String call, ValidatedVulkan vulkan, TimelineSemaphore gate) {
        if (calls.isEmpty()) {
            vulkan.signal(gate.handle(), 1);
            vulkan.waitIdle();
        }
        calls.add(call);
    }
}
