package org.vkfx.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.vkfx.interop.opengl.GlNames;
import org.vkfx.vulkan.FaultyVulkan;

/** What a process has of everything that a view or a resize could leak, where JavaFX draws by OpenGL. */
record Possessions(int descriptors, Map<String, Long> vulkanObjects, int textures, int memoryObjects, long threads) {
    static Possessions now(FaultyVulkan vulkan) {
        System.gc(); // JavaFX frees the targets of snapshots and windows with their wrappers
        Fx.pulses(3);
        return new Possessions(LongRun.descriptors(), vulkan.live(), GlNames.textures(), GlNames.memoryObjects(),
                bridgeThreads());
    }

    /** JavaFX gives back what the collector has found with some later paint. */
    static void assertAgain(Possessions before, FaultyVulkan vulkan) {
        assertAgain(before, vulkan, 0);
    }

    /**
     * The same, where JavaFX may keep some more textures: of the images of the host path, which are its own to forget.
     */
    static void assertAgain(Possessions before, FaultyVulkan vulkan, int moreTextures) {
        Possessions now = now(vulkan);
        for (int i = 0; i < 10 && !now.isLike(before, moreTextures); i++) {
            now = now(vulkan);
        }
        assertThat(now.isLike(before, moreTextures)).as("%s as %s, and %s textures more at most", now, before,
                moreTextures).isTrue();
    }

    private boolean isLike(Possessions before, int moreTextures) {
        return textures <= before.textures + moreTextures
                && equals(new Possessions(before.descriptors, before.vulkanObjects, textures, before.memoryObjects,
                        before.threads));
    }

    /** But for the one of all devices' reads, which ends a second after its last work. */
    static long bridgeThreads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("vkfx") && !name.equals("vkfx-reads")).count();
    }
}
