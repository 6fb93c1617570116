package org.vkfx.swapchain;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.Set;

import org.vkfx.FrameRenderer;

/** Which renderers any view of this process was ever given, by identity. It keeps none of them alive. Thread-safe. */
public final class UsedRenderers {
    private static final Set<Used> USED = new HashSet<>(); // guarded by itself
    private static final ReferenceQueue<FrameRenderer> COLLECTED = new ReferenceQueue<>();

    private UsedRenderers() {
    }

    /**
     * Takes a renderer into use.
     *
     * @param renderer the renderer
     * @return false when it was in use before
     */
    public static boolean take(FrameRenderer renderer) {
        synchronized (USED) {
            for (Reference<?> gone = COLLECTED.poll(); gone != null; gone = COLLECTED.poll()) {
                USED.remove(gone);
            }
            return USED.add(new Used(renderer));
        }
    }

    private static final class Used extends WeakReference<FrameRenderer> {
        private final int hash;

        Used(FrameRenderer renderer) {
            super(renderer, COLLECTED);
            hash = System.identityHashCode(renderer);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return this == other || other instanceof Used used && get() != null && used.refersTo(get());
        }
    }
}
