package dev.norn.examples.report;

import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Numbers in rows and columns, as text on a colour, with the scale beside.
 *
 * @param rowTitle what the rows differ in
 * @param rows their names
 * @param columnTitle what the columns differ in
 * @param columns their names
 * @param values [row][column]; NaN where there is none
 * @param text of a value
 * @param scale what the colours stand for
 * @param best the cell to mark: row and column; null for none
 */
public record HeatMap(String caption, String rowTitle, List<String> rows, String columnTitle, List<String> columns,
        double[][] values, DoubleFunction<String> text, Scale scale, int[] best) implements Figure {

    /**
     * What colours stand for. What lies outside has the colour of the end.
     *
     * @param from the first colour's value
     * @param to the last colour's value
     * @param log whether equal ratios are equal steps
     */
    public record Scale(double from, double to, boolean log) {

        double share(double value) {
            if (from == to) {
                return 0.5;
            }
            return log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
        }

        double value(double share) {
            return log ? from * Math.pow(to / from, share) : from + (to - from) * share;
        }
    }

    private static final double LEAST_WIDTH = 330; // for the legend
    private static final double CELL = 46;
    private static final double LETTER = 6.6;

    @Override
    public void draw(Markup out) {
        double left = 22 + LETTER * rows.stream().mapToInt(String::length).max().orElse(0) + 6;
        double label = 8 + LETTER * columns.stream().mapToInt(String::length).max().orElse(0);
        double width = Math.max(LEAST_WIDTH, left + Math.max(CELL, label) * columns.size() + 2);
        double cell = (width - left - 2) / columns.size();
        double rowHeight = Math.min(30, cell);
        double bottom = 4 + rowHeight * rows.size();
        Figure.begin(out, width, bottom + 80, "heat", caption);
        boolean missing = false;
        for (int r = 0; r < rows.size(); r++) {
            double top = 4 + r * rowHeight;
            out.element("text", rows.get(r), "class", "tick", "x", left - 6, "y", top + rowHeight / 2 + 4, "text-anchor", "end");
            for (int c = 0; c < columns.size(); c++) {
                missing |= Double.isNaN(values[r][c]);
                cell(out, values[r][c], left + c * cell, top, cell, rowHeight);
            }
        }
        if (best != null) {
            out.empty("rect", "class", "best", "x", left + best[1] * cell + 1.5, "y", 4 + best[0] * rowHeight + 1.5,
                    "width", cell - 3, "height", rowHeight - 3);
        }
        for (int c = 0; c < columns.size(); c++) {
            out.element("text", columns.get(c), "class", "tick", "x", left + (c + 0.5) * cell, "y", bottom + 16,
                    "text-anchor", "middle");
        }
        out.element("text", columnTitle, "class", "title", "x", left + cell * columns.size() / 2, "y", bottom + 33,
                "text-anchor", "middle");
        out.element("text", rowTitle, "class", "title", "transform",
                "translate(13 " + Markup.coordinate(bottom / 2) + ") rotate(-90)", "text-anchor", "middle");
        legend(out, left, bottom + 46, missing);
        out.close();
    }

    private void cell(Markup out, double value, double x, double y, double width, double height) {
        boolean known = !Double.isNaN(value);
        double share = known ? scale.share(value) : 0;
        out.empty("rect", "x", x, "y", y, "width", width, "height", height, "class", known ? "cell" : "cell none",
                "fill", known ? ColourScale.colour(share) : null);
        String label = known ? text.apply(value) : "\u2013";
        double size = Math.min(12, (width - 4) / Math.max(1, label.length()) / 0.58);
        out.element("text", label, "class", known ? "value" : "value none", "x", x + width / 2, "y", y + height / 2 + size * 0.36,
                "text-anchor", "middle", "font-size", size, "fill", known ? ColourScale.ink(share) : null);
    }

    /** The colours from end to end, as steps too small to see, and values below. */
    private void legend(Markup out, double left, double top, boolean missing) {
        double width = missing ? 150 : 200;
        int steps = 46;
        for (int i = 0; i < steps; i++) {
            out.empty("rect", "x", left + width * i / steps, "y", top, "width", width / steps + 0.5, "height", 10.0,
                    "fill", ColourScale.colour((i + 0.5) / steps));
        }
        String[] anchors = {"start", "middle", "end"};
        for (int i = 0; i < 3; i++) {
            out.element("text", text.apply(scale.value(i / 2.0)), "class", "tick", "x", left + width * i / 2, "y", top + 25,
                    "text-anchor", anchors[i]);
        }
        if (missing) {
            out.empty("rect", "class", "cell none", "x", left + width + 24, "y", top - 2, "width", 22.0, "height", 14.0);
            out.element("text", "\u2013", "class", "tick", "x", left + width + 35, "y", top + 9, "text-anchor", "middle");
            out.element("text", "diverged", "class", "tick", "x", left + width + 52, "y", top + 9);
        }
    }
}
