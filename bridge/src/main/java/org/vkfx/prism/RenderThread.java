package org.vkfx.prism;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import com.sun.javafx.tk.RenderJob;
import com.sun.javafx.tk.Toolkit;
import com.sun.prism.GraphicsPipeline;

/**
 * JavaFX's render thread (QuantumRenderer-0): jobs on it run one after the other, after the paints queued before them.
 */
public final class RenderThread {
    private static volatile Executor surround = Runnable::run;

    /** A job that runs again and again without being made anew. */
    public static final class Job {
        private final RenderJob job;

        /**
         * Makes a job.
         *
         * @param run what to run; throws nothing, or it is never run again
         */
        public Job(Runnable run) {
            job = new RenderJob(() -> surrounded(run));
        }

        /**
         * Queues it once more. Any thread.
         *
         * @return false when JavaFX has ended: then the job will not run, and its pipeline is gone
         */
        public boolean queue() {
            try {
                Toolkit.getToolkit().addRenderJob(job);
                return true;
            } catch (RejectedExecutionException e) {
                return false;
            }
        }
    }

    private RenderThread() {
    }

    /**
     * Returns JavaFX's graphics pipeline, told by its class.
     *
     * @return "es2", "mtl", "d3d", "sw", "j2d", or "" before the toolkit has started
     */
    public static String pipeline() {
        GraphicsPipeline pipeline = GraphicsPipeline.getPipeline();
        if (pipeline == null) {
            return "";
        }
        String name = pipeline.getClass().getPackageName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /**
     * Says what jobs run in, those that are queued already too. What JavaFX does by itself on its thread is its own
     * business.
     *
     * @param by runs what it is given at once, on the calling thread
     */
    public static void surround(Executor by) {
        surround = by;
    }

    /** Does something as jobs do it: at once. Render thread. */
    static void surrounded(Runnable task) {
        surround.execute(task);
    }

    /**
     * Runs a job on the render thread.
     *
     * @param job what to run
     * @return false when JavaFX has ended: then the job will not run, and its pipeline is gone
     */
    public static boolean run(Runnable job) {
        return new Job(job).queue();
    }

    /**
     * Calls something on the render thread.
     *
     * @param call what to call
     * @param <T> type of its result
     * @return its result
     */
    public static <T> CompletionStage<T> call(Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        boolean queued = run(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        if (!queued) {
            result.completeExceptionally(new IllegalStateException("JavaFX has ended"));
        }
        return result;
    }
}
