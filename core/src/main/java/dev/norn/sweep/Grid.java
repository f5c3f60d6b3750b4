package dev.norn.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every combination of the values of several axes.
 *
 * <pre>{@code
 * List<Point> points = new Grid().axis("layers", 1, 2, 3).axis("activation", "sigmoid", "relu").points();
 * System.out.println(points.size()); // 6
 * }</pre>
 */
public final class Grid {

    private static final int MOST = 10_000_000;

    private final Map<String, Object[]> axes = new LinkedHashMap<>();

    /** A grid without axes: one point without parameters. */
    public Grid() {}

    /**
     * Adds an axis.
     *
     * @param values at least one, all different; of the kinds that {@link Point} takes
     * @throws IllegalArgumentException if they are not so, or there is an axis of that name
     */
    public Grid axis(String name, Object... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("axis \"" + name + "\" has no values");
        }
        List<Point> seen = new ArrayList<>();
        for (Object value : values) {
            Point point = Point.of(name, value);
            if (seen.contains(point)) {
                throw new IllegalArgumentException("axis \"" + name + "\" has the value " + value + " twice");
            }
            seen.add(point);
        }
        if (axes.putIfAbsent(name, values.clone()) != null) {
            throw new IllegalArgumentException("there are two axes \"" + name + "\"");
        }
        return this;
    }

    /** The points; the last axis changes fastest. */
    public List<Point> points() {
        List<Point> points = List.of(Point.of(Map.of()));
        for (Map.Entry<String, Object[]> axis : axes.entrySet()) {
            if ((long) points.size() * axis.getValue().length > MOST) {
                throw new IllegalArgumentException("the grid has more than " + MOST + " points");
            }
            List<Point> longer = new ArrayList<>(points.size() * axis.getValue().length);
            for (Point point : points) {
                for (Object value : axis.getValue()) {
                    longer.add(point.with(axis.getKey(), value));
                }
            }
            points = longer;
        }
        return List.copyOf(points);
    }
}
