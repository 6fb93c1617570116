package org.vkfx.demo;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import java.util.function.LongSupplier;

import javax.management.JMException;
import javax.management.ObjectName;

import javafx.scene.shape.Rectangle;
import javafx.stage.Screen;

import org.vkfx.FrameRate;
import org.vkfx.InteropKind;
import org.vkfx.demo.CheckedWindow.Picture;

/** The checks that need a view in a window. Each returns what it saw, or throws what is wrong. Main thread. */
final class ViewChecks {
    private static final int PICTURES = 100;
    private static final int FEWEST_FRAMES = PICTURES / 2;
    private static final int RESIZES = 100;
    private static final int VERIFIED_EACH = 10;
    /** More than others open or make meanwhile, less than one for every resize. */
    private static final int SLACK = 16;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final VulkanContext context;
    private final InteropKind kind;
    private final CopyCounter counter;
    private final int grid; // logical units; like the next two
    private final int width;
    private final int height;

    ViewChecks(VulkanContext context, InteropKind kind, CopyCounter counter) throws Exception {
        this.context = context;
        this.kind = kind;
        this.counter = counter;
        grid = CheckedView.grid(Fx.call(() -> Screen.getPrimary().getOutputScaleX()));
        width = 40 * grid;
        height = 30 * grid;
    }

    private CheckedView open(CheckRenderer renderer, FrameRate rate) throws Exception {
        CheckedView view = new CheckedView(context, kind, renderer, rate, width, height);
        try {
            view.awaitSize(width, height);
            view.awaitFresh();
            return view;
        } catch (Exception e) {
            view.close();
            throw e;
        }
    }

    /** A picture of the view has exactly the pixels that Vulkan wrote. */
    String pixels() throws Exception {
        try (CheckedView view = open(new PatternRenderer(context), FrameRate.EVERY_PULSE)) {
            Picture picture = view.snapshot();
            expect(picture, PatternRenderer::pixel);
            return "All " + size(picture) + " pixels of a snapshot are what Vulkan wrote.";
        }
    }

    /** So has one of the moved and clipped view among the window's content. */
    String movedPixels() throws Exception {
        try (CheckedView view = open(new PatternRenderer(context), FrameRate.EVERY_PULSE)) {
            int moved = 3 * grid;
            int from = 2 * grid;
            int size = 20 * grid;
            Picture picture = view.snapshotMoved(moved, moved, new Rectangle(from, from, size, size));
            int dx = (int) Math.round(moved * view.scaleX());
            int dy = (int) Math.round(moved * view.scaleY());
            int left = (int) Math.round(from * view.scaleX());
            int top = (int) Math.round(from * view.scaleY());
            int right = (int) Math.round((from + size) * view.scaleX());
            int bottom = (int) Math.round((from + size) * view.scaleY());
            expect(picture, (x, y) -> {
                int inX = x - dx;
                int inY = y - dy;
                return inX >= left && inX < right && inY >= top && inY < bottom ? PatternRenderer.pixel(inX, inY)
                        : 0xff000000;
            });
            return "All " + size(picture) + " pixels are right with the view moved by " + moved + " and clipped to "
                    + size + " units.";
        }
    }

    /** JavaFX never shows a frame that is not finished, not one that is being rendered anew, and never an older one. */
    String synchronisation() throws Exception {
        ColourRenderer renderer = new ColourRenderer(context);
        long copies = counter.count();
        try (CheckedView view = open(renderer, FrameRate.CONTINUOUS)) {
            Colours colours = new Colours();
            for (int i = 0; i < PICTURES; i++) {
                Picture picture = view.snapshot();
                colours.look(picture.argb(), picture.width(), renderer.submitted());
                view.awaitFrames(1);
            }
            if (colours.distinct() < FEWEST_FRAMES) {
                throw new IllegalStateException("Only " + colours.distinct() + " different frames were in "
                        + colours.pictures() + " snapshots, though a new one was displayed between any two.");
            }
            String seen = String.format(Locale.ROOT,
                    "%d snapshots show %d different frames, each whole, of %d rendered (%.1f ms of load each)",
                    colours.pictures(), colours.distinct(), renderer.submitted(), renderer.frameTimes().medianMillis());
            return seen + copies(view, counter.count() - copies);
        }
    }

    private String copies(CheckedView view, long recorded) {
        long uploads = view.statistics().copies();
        if (kind == InteropKind.HOST) {
            return "; the host path copied and uploaded " + uploads + " times.";
        }
        if (uploads + recorded > 0) {
            throw new IllegalStateException("This should not copy, but " + recorded + " copies were recorded, and the"
                    + " bridge counts " + uploads + ".");
        }
        return "; nothing was copied.";
    }

    /** Images come and go with the window's size, and nothing of them stays. */
    String resizes() throws Exception {
        Random random = new Random(7);
        try (CheckedView view = open(new PatternRenderer(context), FrameRate.EVERY_PULSE)) {
            long memory = counter.memory();
            long files = openFiles();
            int verified = 0;
            for (int i = 1; i <= RESIZES; i++) {
                int newWidth = grid * (8 + random.nextInt(48));
                int newHeight = grid * (8 + random.nextInt(32));
                view.resize(newWidth, newHeight);
                view.awaitSize(newWidth, newHeight);
                if (i % VERIFIED_EACH == 0) {
                    view.awaitFresh();
                    expect(view.snapshot(), PatternRenderer::pixel);
                    verified++;
                }
            }
            view.resize(width, height);
            view.awaitSize(width, height);
            view.awaitFresh();
            settle("VkDeviceMemory objects are alive after " + RESIZES + " resizes", counter::memory, memory);
            settle("files are open after " + RESIZES + " resizes", ViewChecks::openFiles, files + SLACK);
            return RESIZES + " resizes, " + view.statistics().reallocations()
                    + " reallocations; all pixels right after "
                    + verified + " of them; " + counter.memory() + " VkDeviceMemory objects before and after"
                    + (files < 0 ? "." : ", " + (openFiles() - files) + " more open files.");
        }
    }

    /**
     * When the view is closed, all that it made is gone. On Metal JavaFX's shader keeps one MTLTexture until it binds
     * another; that is not Vulkan's: its VkDeviceMemory is gone, too.
     *
     * @param before VkDeviceMemory objects before the first view
     */
    String closing(long before) throws Exception {
        open(new PatternRenderer(context), FrameRate.EVERY_PULSE).close();
        settle("VkDeviceMemory objects are alive after closing", counter::memory, before);
        context.device().close();
        Fx.await(context.device().whenClosed(), Fx.ANSWER, "The Vulkan device did not close.");
        return "View and device closed; " + counter.memory() + " VkDeviceMemory objects are left.";
    }

    /** Old images go when JavaFX has read them, which may take some paints. */
    private static void settle(String what, LongSupplier count, long most) throws InterruptedException {
        long begin = System.nanoTime();
        while (count.getAsLong() > most) {
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new IllegalStateException(count.getAsLong() + " " + what + ", not at most " + most + ".");
            }
            Thread.sleep(5);
        }
    }

    /** Open files and other descriptors of this process; -1 where the system does not tell. */
    static long openFiles() {
        try {
            return (long) ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME),
                            "OpenFileDescriptorCount");
        } catch (JMException e) {
            return -1;
        }
    }

    private static String size(Picture picture) {
        return picture.width() + "x" + picture.height();
    }

    /** Fails at the first pixel that is wrong, and counts them. */
    static void expect(Picture picture, IntBinaryOperator argb) {
        int wrong = 0;
        String first = "";
        for (int i = 0; i < picture.argb().length; i++) {
            int x = i % picture.width();
            int y = i / picture.width();
            int want = argb.applyAsInt(x, y);
            if (picture.argb()[i] != want && wrong++ == 0) {
                first = String.format("(%d, %d) is %08x instead of %08x", x, y, picture.argb()[i], want);
            }
        }
        if (wrong > 0 || picture.argb().length == 0) {
            throw new IllegalStateException(wrong + " of " + size(picture) + " pixels are wrong: " + first + ".");
        }
    }
}
