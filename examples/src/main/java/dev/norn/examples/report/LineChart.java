package dev.norn.examples.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Curves and points over two axes.
 *
 * @param series what is drawn, the first below the others
 */
public record LineChart(String caption, Axis x, Axis y, List<Series> series) implements Figure {

    /** What a series looks like. */
    public enum Style {
        LINE,
        POINTS,
        /** Points of the data, which stay in the background. */
        FAINT_POINTS,
        /** The truth that others are measured by. */
        REFERENCE
    }

    /** A series of points (x[i], y[i]). Where a value cannot be shown, the line has a gap. */
    public record Series(String name, double[] x, double[] y, Style style) {

        public Series {
            if (x.length != y.length) {
                throw new IllegalArgumentException(name + " has " + x.length + " x but " + y.length + " y");
            }
        }
    }

    private static final double WIDTH = 400;
    private static final double LEFT = 54;
    private static final double RIGHT = 14;
    private static final double TOP = 10;
    private static final double PLOT = 220;
    private static final double LEGEND_LINE = 18;
    private static final double LETTER = 6.6; // a character's mean width, on the safe side

    /** Colours there are, as classes c0, c1, ... of the page. */
    private static final int COLOURS = 7;

    @Override
    public void draw(Markup out) {
        double[] xEnds = ends(true);
        double[] yEnds = ends(false);
        Axis across = x.over(xEnds[0], xEnds[1]);
        Axis up = y.over(yEnds[0], yEnds[1]);
        List<double[]> legend = legend();
        double plotBottom = TOP + PLOT;
        double legendTop = plotBottom + 54;
        double height = legendTop + (legend.isEmpty() ? 0 : legend.get(legend.size() - 1)[1] + LEGEND_LINE);
        Figure.begin(out, WIDTH, height, "chart", caption);
        grid(out, across, up);
        int colour = 0;
        for (int i = 0; i < series.size(); i++) {
            Series s = series.get(i);
            String look = look(s, colour);
            colour += usesColour(s) ? 1 : 0;
            if (s.style == Style.POINTS || s.style == Style.FAINT_POINTS) {
                points(out, s, look, across, up);
            } else {
                line(out, s, look, across, up);
            }
            sample(out, s, look, LEFT + legend.get(i)[0], legendTop + legend.get(i)[1]);
        }
        out.close();
    }

    private static boolean usesColour(Series s) {
        return s.style == Style.LINE || s.style == Style.POINTS;
    }

    private static String look(Series s, int colour) {
        return switch (s.style) {
            case FAINT_POINTS -> "faint";
            case REFERENCE -> "reference";
            case LINE, POINTS -> "c" + colour % COLOURS + (colour >= COLOURS ? " dashed" : "");
        };
    }

    private double[] ends(boolean horizontal) {
        Axis own = horizontal ? x : y;
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        for (Series s : series) {
            for (int i = 0; i < s.x.length; i++) {
                double value = horizontal ? s.x[i] : s.y[i];
                if (own.shows(value) && (horizontal ? y.shows(s.y[i]) : x.shows(s.x[i]))) {
                    least = Math.min(least, value);
                    greatest = Math.max(greatest, value);
                }
            }
        }
        return new double[] {least, greatest};
    }

    /** Where each series' name stands, in as many lines as they need. */
    private List<double[]> legend() {
        List<double[]> places = new ArrayList<>();
        double at = 0;
        double line = 0;
        for (Series s : series) {
            double width = 26 + s.name.length() * LETTER + 14;
            if (at > 0 && LEFT + at + width > WIDTH) {
                at = 0;
                line += LEGEND_LINE;
            }
            places.add(new double[] {at, line});
            at += width;
        }
        return places;
    }

    private void grid(Markup out, Axis across, Axis up) {
        double right = WIDTH - RIGHT;
        double bottom = TOP + PLOT;
        for (double tick : up.ticks(6)) {
            double at = bottom - up.position(tick) * PLOT;
            out.empty("line", "class", "grid", "x1", LEFT, "x2", right, "y1", at, "y2", at);
            out.element("text", Axis.label(tick), "class", "tick", "x", LEFT - 6, "y", at + 4, "text-anchor", "end");
        }
        double free = 0; // where the next label may begin
        for (double tick : across.ticks(7)) {
            double at = LEFT + across.position(tick) * (right - LEFT);
            String label = Axis.label(tick);
            out.empty("line", "class", "grid", "x1", at, "x2", at, "y1", TOP, "y2", bottom);
            double half = label.length() * LETTER / 2;
            if (at - half >= free && at + half <= WIDTH) {
                out.element("text", label, "class", "tick", "x", at, "y", bottom + 16, "text-anchor", "middle");
                free = at + half + 4;
            }
        }
        out.element("text", across.title(), "class", "title", "x", (LEFT + right) / 2, "y", bottom + 33, "text-anchor", "middle");
        out.element("text", up.title(), "class", "title", "transform",
                String.format(Locale.ROOT, "translate(13 %.1f) rotate(-90)", TOP + PLOT / 2), "text-anchor", "middle");
    }

    private void line(Markup out, Series s, String look, Axis across, Axis up) {
        StringBuilder path = new StringBuilder();
        boolean drawing = false;
        for (int i = 0; i < s.x.length; i++) {
            if (!across.shows(s.x[i]) || !up.shows(s.y[i])) {
                drawing = false;
                continue;
            }
            path.append(drawing ? 'L' : 'M').append(horizontal(across, s.x[i])).append(' ').append(vertical(up, s.y[i]));
            drawing = true;
        }
        if (path.length() > 0) {
            out.empty("path", "class", "line " + look, "d", path);
        }
    }

    /** One path for all: a point is a line without length, with round ends. */
    private void points(Markup out, Series s, String look, Axis across, Axis up) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < s.x.length; i++) {
            if (across.shows(s.x[i]) && up.shows(s.y[i])) {
                path.append('M').append(horizontal(across, s.x[i])).append(' ').append(vertical(up, s.y[i])).append("h0");
            }
        }
        if (path.length() > 0) {
            out.empty("path", "class", "points " + look, "d", path);
        }
    }

    private static String horizontal(Axis across, double value) {
        return Markup.coordinate(LEFT + within(across.position(value)) * (WIDTH - RIGHT - LEFT));
    }

    private static String vertical(Axis up, double value) {
        return Markup.coordinate(TOP + PLOT - within(up.position(value)) * PLOT);
    }

    /** What lies beyond the ends is drawn at them. */
    private static double within(double position) {
        return Math.max(0, Math.min(1, position));
    }

    private static void sample(Markup out, Series s, String look, double left, double top) {
        if (usesColour(s) && s.style == Style.LINE || s.style == Style.REFERENCE) {
            out.empty("path", "class", "line " + look, "d", "M" + Markup.coordinate(left) + " " + Markup.coordinate(top) + "h20");
        } else {
            out.empty("path", "class", "points " + look, "d",
                    "M" + Markup.coordinate(left + 10) + " " + Markup.coordinate(top) + "h0");
        }
        out.element("text", s.name, "class", "name", "x", left + 26, "y", top + 4);
    }
}
