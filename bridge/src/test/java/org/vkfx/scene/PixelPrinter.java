package org.vkfx.scene;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.print.PageFormat;
import java.awt.print.Pageable;
import java.awt.print.Printable;
import java.awt.print.PrinterException;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import javafx.print.PageLayout;
import javafx.print.Printer;
import javafx.print.PrinterJob;
import javafx.scene.Node;

import javax.print.Doc;
import javax.print.DocPrintJob;
import javax.print.PrintException;
import javax.print.PrintService;
import javax.print.PrintServiceLookup;
import javax.print.attribute.standard.Media;
import javax.print.attribute.standard.MediaSizeName;

import org.vkfx.scene.Fx.Pixels;

/**
 * A printer for tests, registered with Java as any other: its paper is white, and has a pixel for each point, which is
 * a unit of JavaFX's. Machines need no printer of their own for it.
 */
public final class PixelPrinter {
    private static final String NAME = "pixels";
    private static final int SIZE = 1100;
    private static final BlockingQueue<BufferedImage> PAGES = new LinkedBlockingQueue<>();

    static {
        PrintServiceLookup.registerService(answering(PrintService.class, Map.of("getName", args -> NAME,
                "isDocFlavorSupported", args -> true, "createPrintJob", args -> job(),
                "getDefaultAttributeValue", args -> args[0] == Media.class ? MediaSizeName.ISO_A0 : null,
                "getSupportedAttributeValues",
                args -> args[0] == Media.class ? new Media[]{MediaSizeName.ISO_A0} : null)));
    }

    private PixelPrinter() {
    }

    private interface Answer {
        Object to(Object[] args) throws PrintException;
    }

    /** Makes an object that answers everything else by null or false. */
    private static <T> T answering(Class<T> type, Map<String, Answer> answers) {
        InvocationHandler handler = (self, method, args) -> switch (method.getName()) {
            case "equals" -> self == args[0];
            case "hashCode" -> System.identityHashCode(self);
            case "toString" -> NAME;
            default -> {
                Answer answer = answers.get(method.getName());
                yield answer != null ? answer.to(args) : method.getReturnType() == boolean.class ? false : null;
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, handler));
    }

    private static DocPrintJob job() {
        return answering(DocPrintJob.class, Map.of("print", args -> {
            try {
                print((Pageable) ((Doc) args[0]).getPrintData());
                return null;
            } catch (IOException | PrinterException e) {
                throw new PrintException(e);
            }
        }));
    }

    private static void print(Pageable pages) throws PrinterException {
        for (int page = 0;; page++) {
            PageFormat format = pages.getPageFormat(page); // waits for it
            BufferedImage paper = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_ARGB);
            Graphics2D g = paper.createGraphics();
            g.setColor(Color.WHITE);
            g.fillRect(0, 0, SIZE, SIZE);
            int result = pages.getPrintable(page).print(g, format, page);
            g.dispose();
            if (result == Printable.NO_SUCH_PAGE) {
                return;
            }
            PAGES.add(paper);
        }
    }

    /**
     * Prints a node on a page of its own, as programs do, and returns what is on it from its origin on. On the JavaFX
     * thread, which does other things meanwhile, or on another.
     */
    public static Pixels print(Node node, int width, int height) {
        Printer printer = Printer.getAllPrinters().stream().filter(p -> p.getName().equals(NAME)).findFirst()
                .orElseThrow();
        PrinterJob job = PrinterJob.createPrinterJob(printer);
        PageLayout layout = job.getJobSettings().getPageLayout();
        if (!job.printPage(node) || !job.endJob()) {
            throw new AssertionError(job.toString());
        }
        BufferedImage page = page();
        return new Pixels(width, height, page.getRGB((int) layout.getLeftMargin(), (int) layout.getTopMargin(), width,
                height, null, 0, width));
    }

    /** JavaFX does not wait for it on every thread. */
    private static BufferedImage page() {
        try {
            BufferedImage page = PAGES.poll(60, TimeUnit.SECONDS);
            if (page == null) {
                throw new AssertionError("nothing was printed");
            }
            return page;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
