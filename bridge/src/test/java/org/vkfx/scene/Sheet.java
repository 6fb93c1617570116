package org.vkfx.scene;

import java.util.List;

import javafx.scene.Node;
import javafx.scene.layout.Pane;
import javafx.scene.shape.Rectangle;

import org.vkfx.scene.Fx.Pixels;

/** A window full of small scenes, each in a cell of its own, so that many cost hardly more than one. */
final class Sheet extends Pane {
    /** Of JavaFX's headless screen. */
    private static final int WIDTH = 1000;
    private final int cellWidth;
    private final int cellHeight;
    private final int columns;

    /** Nothing of a cell shows outside of it. */
    Sheet(int cellWidth, int cellHeight, List<? extends Node> cells) {
        this.cellWidth = cellWidth;
        this.cellHeight = cellHeight;
        columns = WIDTH / cellWidth;
        for (int i = 0; i < cells.size(); i++) {
            Pane cell = new Pane(cells.get(i));
            cell.setClip(new Rectangle(cellWidth, cellHeight));
            cell.relocate(left(i), top(i));
            getChildren().add(cell);
        }
    }

    int left(int cell) {
        return cell % columns * cellWidth;
    }

    int top(int cell) {
        return cell / columns * cellHeight;
    }

    /** The cell that is where this one would be if the sheet were not mirrored. */
    int mirrored(int cell) {
        return cell + columns - 1 - 2 * (cell % columns);
    }

    int rows() {
        return (getChildren().size() + columns - 1) / columns;
    }

    int width() {
        return columns * cellWidth;
    }

    int height() {
        return rows() * cellHeight;
    }

    /** Takes a picture of the sheet in a window at (0, 0). */
    Pixels screen() {
        return Fx.screen(0, 0, width(), height());
    }

    /** Returns one cell of a picture of the sheet. */
    Pixels cell(Pixels screen, int cell) {
        return screen.part(left(cell), top(cell), cellWidth, cellHeight);
    }
}
